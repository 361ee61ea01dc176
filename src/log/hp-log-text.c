/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>
#include <time.h>

#include "log/hp-log-text.h"

gboolean
hp_log_is_hidden (gunichar c)
{
  if (c < 0x20)
    return TRUE;
  if (c < 0x7f)
    return FALSE;
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return TRUE;
    default:
      return FALSE;
    }
}

static void
append_json_escape (GString *out, gunichar c)
{
  static const struct
  {
    char c;
    char letter;
  } letters[] = {
    { '"', '"' },  { '\\', '\\' }, { '\b', 'b' }, { '\f', 'f' },
    { '\n', 'n' }, { '\r', 'r' },  { '\t', 't' },
  };

  for (guint i = 0; i < G_N_ELEMENTS (letters); i++)
    if (c == (guchar) letters[i].c)
      {
        g_string_append_c (out, '\\');
        g_string_append_c (out, letters[i].letter);
        return;
      }
  if (c > 0xffff)
    g_string_append_printf (out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
                            0xdc00 + ((c - 0x10000) & 0x3ff));
  else
    g_string_append_printf (out, "\\u%04x", c);
}

void
hp_log_append_json_string (GString *out, const char *text, gssize length)
{
  const char *start = text;
  const char *end;

  if (text == NULL)
    {
      g_string_append (out, "null");
      return;
    }
  end = text + (length < 0 ? strlen (text) : (gsize) length);

  g_string_append_c (out, '"');
  for (const char *p = text; p < end;)
    {
      guchar byte = *p;
      gsize size = 1;
      gunichar c = byte;

      if (byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\')
        {
          p++;
          continue;
        }
      if (byte >= 0x80)
        {
          c = g_utf8_get_char_validated (p, end - p);
          if (c == (gunichar) -1 || c == (gunichar) -2)
            c = 0xfffd;
          else
            {
              size = g_utf8_skip[byte];
              if (!hp_log_is_hidden (c))
                {
                  p += size;
                  continue;
                }
            }
        }
      g_string_append_len (out, start, p - start);
      if (c == 0xfffd)
        g_string_append (out, "\xef\xbf\xbd");
      else
        append_json_escape (out, c);
      p += size;
      start = p;
    }
  g_string_append_len (out, start, end - start);
  g_string_append_c (out, '"');
}

void
hp_log_append_json_ms (GString *out, guint32 us)
{
  char digits[32];
  gsize n = g_snprintf (digits, sizeof digits, "%u.%03u", us / 1000, us % 1000);

  while (digits[n - 1] == '0' && digits[n - 2] != '.')
    n--;
  g_string_append_len (out, digits, n);
}

void
hp_log_append_utc (GString *out, gint64 time_us, guint digits)
{
  time_t second = time_us / G_USEC_PER_SEC - (time_us % G_USEC_PER_SEC < 0);
  guint us = time_us - second * G_USEC_PER_SEC;
  struct tm tm = { 0 };

  gmtime_r (&second, &tm);
  g_string_append_printf (out, "%04d-%02d-%02dT%02d:%02d:%02d.%0*uZ", tm.tm_year + 1900,
                          tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (int) digits,
                          digits == 3 ? us / 1000 : us);
}

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\r';
}

gboolean
hp_log_fields_next (const char **fields, HpLogField *field)
{
  const char *line = *fields;
  const char *colon;
  const char *end;

  while (line != NULL && *line == '\n')
    line++;
  if (line == NULL || *line == '\0')
    return FALSE;

  end = strchrnul (line, '\n');
  *fields = end;
  while (end > line && is_blank (end[-1]))
    end--;
  colon = memchr (line, ':', end - line);
  field->name = line;
  field->name_length = (colon != NULL ? colon : end) - line;
  field->value = colon != NULL ? colon + 1 : end;
  while (field->value < end && is_blank (*field->value))
    field->value++;
  field->value_length = end - field->value;
  return TRUE;
}

gboolean
hp_log_field_is (const HpLogField *field, const char *name)
{
  return strlen (name) == field->name_length
         && g_ascii_strncasecmp (field->name, name, field->name_length) == 0;
}

gboolean
hp_log_fields_find (const char *fields, const char *name, HpLogField *field)
{
  while (hp_log_fields_next (&fields, field))
    if (hp_log_field_is (field, name))
      return TRUE;
  *field = (HpLogField){ 0 };
  return FALSE;
}

gboolean
hp_log_field_is_secret (const HpLogField *field)
{
  return hp_log_field_is (field, "Cookie") || hp_log_field_is (field, "Set-Cookie")
         || hp_log_field_is (field, "Authorization")
         || hp_log_field_is (field, "Proxy-Authorization");
}
