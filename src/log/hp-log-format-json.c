/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "log/hp-log-format.h"
#include "log/hp-log-text.h"

static void
append_member (GString *out, const char *name, const char *text)
{
  g_string_append_printf (out, ",\"%s\":", name);
  hp_log_append_json_string (out, text, -1);
}

static void
append_number (GString *out, const char *name, guint64 value, gboolean known)
{
  if (known)
    g_string_append_printf (out, ",\"%s\":%" G_GUINT64_FORMAT, name, MIN (value, G_MAXINT64));
  else
    g_string_append_printf (out, ",\"%s\":null", name);
}

static void
append_flag (GString *out, const char *name, gboolean value)
{
  g_string_append_printf (out, ",\"%s\":%s", name, value ? "true" : "false");
}

static void
append_fields (GString *out, const char *name, const char *fields, gboolean secrets)
{
  HpLogField field;
  gboolean first = TRUE;

  g_string_append_printf (out, ",\"%s\":[", name);
  while (hp_log_fields_next (&fields, &field))
    {
      if (!secrets && hp_log_field_is_secret (&field))
        continue;
      g_string_append (out, first ? "[" : ",[");
      first = FALSE;
      hp_log_append_json_string (out, field.name, field.name_length);
      g_string_append_c (out, ',');
      hp_log_append_json_string (out, field.value, field.value_length);
      g_string_append_c (out, ']');
    }
  g_string_append_c (out, ']');
}

void
hp_log_format_json (GString *out, const HpRequestRecord *record)
{
  hp_log_format_json_full (out, record, FALSE);
}

void
hp_log_format_json_full (GString *out, const HpRequestRecord *record, gboolean secrets)
{
  g_return_if_fail (out != NULL);
  g_return_if_fail (record != NULL);

  g_string_append (out, "{\"event\":\"request\",\"time\":\"");
  hp_log_append_utc (out, record->time_us, 3);
  g_string_append_c (out, '"');
  append_member (out, "method", record->method);
  append_member (out, "target", record->target);
  append_number (out, "status", record->status, record->status != 0);
  append_number (out, "bytes", record->bytes, TRUE);
  g_string_append (out, ",\"duration_ms\":");
  hp_log_append_json_ms (out, record->duration_us);
  append_member (out, "client", record->client);
  append_member (out, "referrer", record->referrer);
  append_member (out, "user_agent", record->user_agent);
  append_member (out, "reason",
                 record->reason != HP_REASON_NONE ? hp_reason_get_nick (record->reason) : NULL);
  append_flag (out, "aborted", (record->flags & HP_RECORD_ABORTED) != 0);

  append_member (out, "media_type", record->media_type);
  g_string_append (out, ",\"first_byte_ms\":");
  if (record->first_byte_us != 0)
    hp_log_append_json_ms (out, record->first_byte_us);
  else
    g_string_append (out, "null");
  append_number (out, "connection", record->connection, record->connection != 0);
  append_flag (out, "reused", (record->flags & HP_RECORD_REUSED) != 0);
  append_number (out, "client_port", record->client_port, record->client_port != 0);
  append_member (out, "program", record->program);
  append_member (out, "fetch_dest", hp_fetch_dest_get_nick (record->fetch_dest));
  append_flag (out, "navigation", (record->flags & HP_RECORD_NAVIGATION) != 0);
  append_flag (out, "repeated", (record->flags & HP_RECORD_REPEATED) != 0);
  append_member (out, "file", record->file);
  if (record->request_fields != NULL)
    append_fields (out, "request_headers", record->request_fields, secrets);
  if (record->response_fields != NULL)
    append_fields (out, "response_headers", record->response_fields, secrets);
  g_string_append (out, "}\n");
}
