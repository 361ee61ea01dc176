/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <time.h>

#include "http/hp-json.h"

void
hp_json_append_string (GString *out, const char *text)
{
  g_autofree char *valid = NULL;

  if (!g_utf8_validate (text, -1, NULL))
    text = valid = g_utf8_make_valid (text, -1);

  g_string_append_c (out, '"');
  for (; *text != '\0'; text++)
    {
      if ((guchar) *text < 0x20 || *text == 0x7f)
        g_string_append_printf (out, "\\u%04x", (guint) *text);
      else if (*text == '"' || *text == '\\')
        g_string_append_printf (out, "\\%c", *text);
      else
        g_string_append_c (out, *text);
    }
  g_string_append_c (out, '"');
}

void
hp_json_append_time (GString *out, gint64 seconds)
{
  time_t time = seconds;
  struct tm utc;

  if (gmtime_r (&time, &utc) == NULL || utc.tm_year < -1900 || utc.tm_year > 9999 - 1900)
    g_string_append (out, "null");
  else
    g_string_append_printf (out, "\"%04d-%02d-%02dT%02d:%02d:%02dZ\"", utc.tm_year + 1900,
                            utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
}
