/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "log/hp-log-address.h"
#include "log/hp-log-format.h"
#include "log/hp-log-text.h"

/* HTTP Archive 1.2, http://www.softwareishard.com/blog/har-12-spec/. Written by hand, so that a log
 * of any size leaves in pieces; members that the format asks for but nobody knows are -1 or empty.
 */

#define VERSION_TEXT "\"httpVersion\":\"HTTP/1.1\""

static const char *
phrase_of (guint status)
{
  static const struct
  {
    guint status;
    const char *phrase;
  } phrases[] = {
    { 200, "OK" },
    { 204, "No Content" },
    { 206, "Partial Content" },
    { 301, "Moved Permanently" },
    { 302, "Found" },
    { 304, "Not Modified" },
    { 307, "Temporary Redirect" },
    { 308, "Permanent Redirect" },
    { 400, "Bad Request" },
    { 403, "Forbidden" },
    { 404, "Not Found" },
    { 405, "Method Not Allowed" },
    { 406, "Not Acceptable" },
    { 408, "Request Timeout" },
    { 412, "Precondition Failed" },
    { 413, "Content Too Large" },
    { 414, "URI Too Long" },
    { 416, "Range Not Satisfiable" },
    { 417, "Expectation Failed" },
    { 421, "Misdirected Request" },
    { 431, "Request Header Fields Too Large" },
    { 500, "Internal Server Error" },
    { 501, "Not Implemented" },
    { 503, "Service Unavailable" },
    { 505, "HTTP Version Not Supported" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (phrases); i++)
    if (phrases[i].status == status)
      return phrases[i].phrase;
  return "";
}

void
hp_log_format_har_head (GString *out)
{
  g_return_if_fail (out != NULL);

  g_string_append (out, "{\"log\":{\"version\":\"1.2\",\"creator\":{\"name\":\"Homeport\","
                        "\"version\":\"" VERSION "\"},\"pages\":[],\"entries\":[\n");
}

static void
append_pair (GString *out,
             gboolean first,
             const char *name,
             gsize name_length,
             const char *value,
             gsize value_length)
{
  g_string_append (out, first ? "{\"name\":" : ",{\"name\":");
  hp_log_append_json_string (out, name, name_length);
  g_string_append (out, ",\"value\":");
  hp_log_append_json_string (out, value, value_length);
  g_string_append_c (out, '}');
}

static void
append_headers (GString *out, const char *fields, gboolean secrets)
{
  HpLogField field;
  gboolean first = TRUE;

  g_string_append (out, ",\"headers\":[");
  while (hp_log_fields_next (&fields, &field))
    if (secrets || !hp_log_field_is_secret (&field))
      {
        append_pair (out, first, field.name, field.name_length, field.value, field.value_length);
        first = FALSE;
      }
  g_string_append_c (out, ']');
}

/* "a=1; b=2", or a query with "&" between: pairs as they were sent. */
static void
append_pairs (GString *out, const char *text, gsize length, char separator)
{
  gboolean first = TRUE;

  for (gsize start = 0, stop; start < length; start = stop + 1)
    {
      gsize equals;

      for (stop = start; stop < length && text[stop] != separator; stop++)
        ;
      while (start < stop && text[start] == ' ')
        start++;
      for (equals = start; equals < stop && text[equals] != '='; equals++)
        ;
      if (start == stop)
        continue;
      append_pair (out, first, text + start, equals - start, text + MIN (equals + 1, stop),
                   stop - MIN (equals + 1, stop));
      first = FALSE;
    }
}

static void
append_request_cookies (GString *out, const char *fields, gboolean secrets)
{
  HpLogField field;

  g_string_append (out, ",\"cookies\":[");
  if (secrets && hp_log_fields_find (fields, "Cookie", &field))
    append_pairs (out, field.value, field.value_length, ';');
  g_string_append_c (out, ']');
}

static void
append_query (GString *out, const char *target)
{
  const char *query = target != NULL ? strchr (target, '?') : NULL;

  g_string_append (out, ",\"queryString\":[");
  if (query != NULL)
    append_pairs (out, query + 1, strcspn (query + 1, "#"), '&');
  g_string_append_c (out, ']');
}

static void
append_body (GString *out, const HpRequestRecord *record)
{
  HpLogField type = { 0 };

  if (record->body == NULL || record->body_length == 0)
    return;
  hp_log_fields_find (record->request_fields, "Content-Type", &type);
  g_string_append (out, ",\"postData\":{\"mimeType\":");
  hp_log_append_json_string (out, type.value != NULL ? type.value : "", type.value_length);
  g_string_append (out, ",\"params\":[],\"text\":");
  if (g_utf8_validate_len (record->body, record->body_length, NULL))
    hp_log_append_json_string (out, record->body, record->body_length);
  else
    {
      g_autofree char *base64 = g_base64_encode ((const guchar *) record->body,
                                                 record->body_length);

      g_string_append_printf (out, "\"%s\",\"_encoding\":\"base64\"", base64);
    }
  g_string_append_c (out, '}');
}

static void
append_request (GString *out, const HpRequestRecord *record, const char *base, gboolean secrets)
{
  g_autofree char *origin = hp_log_dup_origin (record, base);
  g_autofree char *address = hp_log_dup_address (record, origin);

  g_string_append (out, ",\"request\":{\"method\":");
  hp_log_append_json_string (out, record->method != NULL ? record->method : "", -1);
  g_string_append (out, ",\"url\":");
  hp_log_append_json_string (out, address, -1);
  g_string_append (out, "," VERSION_TEXT);
  append_request_cookies (out, record->request_fields, secrets);
  append_headers (out, record->request_fields, secrets);
  append_query (out, record->target);
  append_body (out, record);
  g_string_append_printf (out, ",\"headersSize\":-1,\"bodySize\":%d}",
                          record->body_length > 0 ? -1 : 0);
}

static void
append_response (GString *out, const HpRequestRecord *record, gboolean secrets)
{
  guint64 bytes = MIN (record->bytes, G_MAXINT64);
  HpLogField location = { 0 };

  hp_log_fields_find (record->response_fields, "Location", &location);
  g_string_append_printf (out, ",\"response\":{\"status\":%u,\"statusText\":\"%s\"," VERSION_TEXT,
                          record->status, phrase_of (record->status));
  g_string_append (out, ",\"cookies\":[]");
  append_headers (out, record->response_fields, secrets);
  g_string_append_printf (out, ",\"content\":{\"size\":%" G_GUINT64_FORMAT ",\"mimeType\":", bytes);
  hp_log_append_json_string (out, record->media_type != NULL ? record->media_type : "", -1);
  g_string_append (out, "},\"redirectURL\":");
  hp_log_append_json_string (out, location.value != NULL ? location.value : "",
                             location.value_length);
  g_string_append_printf (out, ",\"headersSize\":-1,\"bodySize\":%" G_GUINT64_FORMAT "}", bytes);
}

static void
append_timings (GString *out, const HpRequestRecord *record)
{
  guint32 wait = record->first_byte_us != 0 ? MIN (record->first_byte_us, record->duration_us)
                                            : record->duration_us;

  g_string_append (out, ",\"cache\":{},\"timings\":{\"blocked\":-1,\"dns\":-1,\"connect\":-1,"
                        "\"send\":0,\"wait\":");
  hp_log_append_json_ms (out, wait);
  g_string_append (out, ",\"receive\":");
  hp_log_append_json_ms (out, record->duration_us - wait);
  g_string_append (out, ",\"ssl\":-1}");
}

static void
append_text (GString *out, const char *name, const char *text)
{
  if (text == NULL)
    return;
  g_string_append_printf (out, ",\"%s\":", name);
  hp_log_append_json_string (out, text, -1);
}

static gboolean
is_not_in_head (const HpRequestRecord *record, const char *name, const char *text)
{
  HpLogField field;

  return text != NULL
         && (!hp_log_fields_find (record->request_fields, name, &field)
             || strlen (text) != field.value_length
             || memcmp (text, field.value, field.value_length) != 0);
}

/* What the rest of the entry doesn't tell, so that the log can be read back as it was. */
static void
append_extras (GString *out, const HpRequestRecord *record)
{
  static const struct
  {
    HpRecordFlags flag;
    const char *name;
  } flags[] = {
    { HP_RECORD_ABORTED, "aborted" },      { HP_RECORD_NOISE, "noise" },
    { HP_RECORD_OWN_REFERRER, "ownPage" }, { HP_RECORD_NAVIGATION, "navigation" },
    { HP_RECORD_REUSED, "reused" },        { HP_RECORD_REPEATED, "repeated" },
  };

  g_string_append_printf (out, ",\"_homeport\":{\"reason\":\"%s\"",
                          hp_reason_get_nick (record->reason));
  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    if (record->flags & flags[i].flag)
      g_string_append_printf (out, ",\"%s\":true", flags[i].name);
  append_text (out, "fetchDest", hp_fetch_dest_get_nick (record->fetch_dest));
  append_text (out, "file", record->file);
  append_text (out, "client", record->client);
  if (record->client_port != 0)
    g_string_append_printf (out, ",\"clientPort\":%u", record->client_port);
  if (record->first_byte_us != 0)
    g_string_append_printf (out, ",\"firstByteUs\":%u", record->first_byte_us);
  if (!hp_log_address_is_exact (record))
    append_text (out, "target", record->target);
  if (is_not_in_head (record, "Referer", record->referrer))
    append_text (out, "referrer", record->referrer);
  if (is_not_in_head (record, "User-Agent", record->user_agent))
    append_text (out, "userAgent", record->user_agent);
  g_string_append_c (out, '}');
}

void
hp_log_format_har_entry (GString *out,
                         const HpRequestRecord *record,
                         const char *base,
                         gboolean secrets)
{
  g_return_if_fail (out != NULL);
  g_return_if_fail (record != NULL);

  g_string_append (out, "{\"startedDateTime\":\"");
  hp_log_append_utc (out, record->time_us, 6);
  g_string_append (out, "\",\"time\":");
  hp_log_append_json_ms (out, record->duration_us);
  append_request (out, record, base, secrets);
  append_response (out, record, secrets);
  append_timings (out, record);
  if (record->connection != 0)
    g_string_append_printf (out, ",\"connection\":\"%u\"", record->connection);
  append_text (out, "_client", record->program);
  append_extras (out, record);
  g_string_append_c (out, '}');
}
