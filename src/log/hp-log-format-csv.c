/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "log/hp-log-format.h"
#include "log/hp-log-text.h"

/* Spreadsheets take what begins with one of these for a formula; the wide forms as well. */
gboolean
hp_log_format_is_formula (const char *text)
{
  static const char *const starts[]
      = { "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠" };

  while (*text == ' ')
    text++;
  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    if (g_str_has_prefix (text, starts[i]))
      return TRUE;
  return FALSE;
}

static void
append_text (GString *out, const char *text)
{
  g_autofree char *visible = NULL;

  g_string_append_c (out, ',');
  if (text == NULL || *text == '\0')
    return;

  g_string_append_c (out, '"');
  if (hp_log_format_is_formula (text))
    g_string_append_c (out, '\'');
  visible = hp_log_format_visible (text, 0);
  for (const char *p = visible; *p != '\0';)
    {
      gsize n = strcspn (p, "\"");

      g_string_append_len (out, p, n);
      p += n;
      if (*p == '"')
        {
          g_string_append (out, "\"\"");
          p++;
        }
    }
  g_string_append_c (out, '"');
}

static void
append_number (GString *out, guint64 value, gboolean known)
{
  g_string_append_c (out, ',');
  if (known)
    g_string_append_printf (out, "%" G_GUINT64_FORMAT, value);
}

/* The names are for programs, and so not translated. */
void
hp_log_format_csv_head (GString *out)
{
  g_return_if_fail (out != NULL);

  g_string_append (
      out, "time,method,target,status,bytes,duration_ms,first_byte_ms,media_type,"
           "client,client_port,connection,referrer,user_agent,reason,aborted,file,program\r\n");
}

void
hp_log_format_csv (GString *out, const HpRequestRecord *record)
{
  g_return_if_fail (out != NULL);
  g_return_if_fail (record != NULL);

  hp_log_append_utc (out, record->time_us, 3);
  append_text (out, record->method);
  append_text (out, record->target);
  append_number (out, record->status, record->status != 0);
  append_number (out, record->bytes, TRUE);
  g_string_append_c (out, ',');
  hp_log_append_json_ms (out, record->duration_us);
  g_string_append_c (out, ',');
  if (record->first_byte_us != 0)
    hp_log_append_json_ms (out, record->first_byte_us);
  append_text (out, record->media_type);
  append_text (out, record->client);
  append_number (out, record->client_port, record->client_port != 0);
  append_number (out, record->connection, record->connection != 0);
  append_text (out, record->referrer);
  append_text (out, record->user_agent);
  append_text (out, record->reason != HP_REASON_NONE ? hp_reason_get_nick (record->reason) : NULL);
  g_string_append (out, record->flags & HP_RECORD_ABORTED ? ",true" : ",false");
  append_text (out, record->file);
  append_text (out, record->program);
  g_string_append (out, "\r\n");
}
