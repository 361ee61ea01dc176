/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "log/hp-log-address.h"
#include "log/hp-log-format.h"
#include "log/hp-log-text.h"

/* Quoting for any POSIX shell. What is printable goes between single quotes, where nothing is
 * special. The rest would need $'…', which dash and older shells don't know, so that printf has to
 * make it: "$(printf '…')". An exclamation mark is escaped there because bash looks for it in
 * double quotes before it reads anything else. */

static gboolean
is_printable (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isprint (text[i]))
      return FALSE;
  return TRUE;
}

static void
append_plain (GString *out, const char *text, gsize length)
{
  g_string_append_c (out, '\'');
  for (gsize i = 0; i < length; i++)
    if (text[i] == '\'')
      g_string_append (out, "'\\''");
    else
      g_string_append_c (out, text[i]);
  g_string_append_c (out, '\'');
}

static void
append_printf_call (GString *out, const char *text, gsize length)
{
  g_string_append (out, "printf '");
  for (gsize i = 0; i < length; i++)
    {
      guchar c = text[i];

      if (c == '\\' || c == '%')
        {
          g_string_append_c (out, c);
          g_string_append_c (out, c);
        }
      else if (g_ascii_isprint (c) && c != '\'' && c != '!' && (c != '-' || i > 0))
        g_string_append_c (out, c);
      else
        g_string_append_printf (out, "\\%03o", c);
    }
  g_string_append_c (out, '\'');
}

/* $(…) loses newlines at the end; no word of ours ends with one. */
static void
append_word (GString *out, const char *text, gsize length)
{
  if (is_printable (text, length))
    {
      append_plain (out, text, length);
      return;
    }
  g_string_append (out, "\"$(");
  append_printf_call (out, text, length);
  g_string_append (out, ")\"");
}

static void
append_option (GString *out, const char *option, const char *text, gsize length)
{
  g_string_append_printf (out, " \\\n  %s ", option);
  append_word (out, text, length);
}

/* Made anew by curl for each connection. */
static gboolean
is_of_connection (const HpLogField *field)
{
  static const char *const names[] = { "Host",    "Connection",        "Content-Length",
                                       "Upgrade", "Transfer-Encoding", "Proxy-Connection",
                                       "TE",      "Trailer",           "Keep-Alive",
                                       "Expect" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (hp_log_field_is (field, names[i]))
      return TRUE;
  return FALSE;
}

/* Not "@": curl would read a file of that name. */
static gboolean
is_token (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && strchr ("!#$%&'*+-.^_`|~", text[i]) == NULL)
      return FALSE;
  return length > 0;
}

/* "Name: value", or "Name;" for an empty value, which curl would take for "don't send it". A
 * carriage return would begin a field that the request didn't have. */
static void
append_field (GString *out, const HpLogField *field)
{
  g_autoptr (GString) text = g_string_new_len (field->name, field->name_length);

  g_string_append (text, field->value_length > 0 ? ": " : ";");
  for (gsize i = 0; i < field->value_length; i++)
    g_string_append_c (text, field->value[i] == '\r' ? ' ' : field->value[i]);
  append_option (out, "-H", text->str, text->len);
}

/* Fields that curl would send of its own accord. */
static void
append_unwanted (GString *out, const HpRequestRecord *record)
{
  static const char *const names[] = { "User-Agent", "Accept", "Content-Type" };
  HpLogField field;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (!hp_log_fields_find (record->request_fields, names[i], &field)
        && (i < 2 || record->body_length > 0))
      g_string_append_printf (out, " \\\n  -H '%s:'", names[i]);
}

static void
append_fields (GString *out, const HpRequestRecord *record)
{
  const char *fields = record->request_fields;
  gboolean compressed = FALSE;
  HpLogField field;

  /* Nothing is known but what the table shows. */
  if (fields == NULL)
    {
      HpLogField agent = { "User-Agent", strlen ("User-Agent"), record->user_agent, 0 };
      HpLogField referrer = { "Referer", strlen ("Referer"), record->referrer, 0 };

      if (record->user_agent != NULL && *record->user_agent != '\0')
        {
          agent.value_length = strcspn (record->user_agent, "\n");
          append_field (out, &agent);
        }
      if (record->referrer != NULL && *record->referrer != '\0')
        {
          referrer.value_length = strcspn (record->referrer, "\n");
          append_field (out, &referrer);
        }
      return;
    }

  while (hp_log_fields_next (&fields, &field))
    {
      if (is_of_connection (&field) || !is_token (field.name, field.name_length))
        continue;
      compressed |= hp_log_field_is (&field, "Accept-Encoding");
      append_field (out, &field);
    }
  append_unwanted (out, record);
  if (compressed)
    g_string_append (out, " \\\n  --compressed");
}

static void
append_method (GString *out, const HpRequestRecord *record)
{
  const char *method = record->method != NULL ? record->method : "GET";
  const char *usual = record->body_length > 0 ? "POST" : "GET";

  if (g_str_equal (method, "HEAD") && record->body_length == 0)
    g_string_append (out, " --head");
  else if (!g_str_equal (method, usual))
    append_option (out, "-X", method, strcspn (method, "\r\n"));
}

/* An argument can't hold NUL, so that all that isn't text comes through a pipe. */
static gboolean
body_is_text (const HpRequestRecord *record)
{
  return record->body_length > 0 && is_printable (record->body, record->body_length);
}

void
hp_log_format_curl (GString *out, const HpRequestRecord *record, const char *base)
{
  g_autofree char *origin = NULL;
  g_autofree char *address = NULL;
  HpLogField host;

  g_return_if_fail (out != NULL);
  g_return_if_fail (record != NULL);

  if (record->body_length > 0 && !body_is_text (record))
    {
      append_printf_call (out, record->body, record->body_length);
      g_string_append (out, " | ");
    }

  origin = hp_log_dup_origin (record, base);
  address = hp_log_dup_address (record, origin);
  g_string_append (out, "curl --globoff --path-as-is");
  g_string_append_c (out, ' ');
  append_word (out, address, strlen (address));
  append_method (out, record);
  if (!hp_log_address_is_exact (record))
    append_option (out, "--request-target", record->target, strcspn (record->target, "\r\n"));
  if (hp_log_fields_find (record->request_fields, "Host", &host)
      && !hp_log_origin_is_host (origin, &host))
    append_field (out, &host);
  append_fields (out, record);
  if (body_is_text (record))
    append_option (out, "--data-raw", record->body, record->body_length);
  else if (record->body_length > 0)
    g_string_append (out, " \\\n  --data-binary @-");
}
