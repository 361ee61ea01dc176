/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>
#include <time.h>

#include <glib/gi18n-lib.h>

#include "log/hp-log-format.h"
#include "log/hp-log-text.h"

#define ELLIPSIS "…"

/* The longest escape is "\u{10FFFF}". */
#define MAX_UNIT 16

static gint64
second_of (gint64 time_us)
{
  return time_us / G_USEC_PER_SEC - (time_us % G_USEC_PER_SEC < 0);
}

static guint
microsecond_of (gint64 time_us)
{
  gint64 rest = time_us % G_USEC_PER_SEC;

  return rest < 0 ? rest + G_USEC_PER_SEC : rest;
}

/* Local time. Neighbouring records mostly share their second, so the last answer is kept. */
static const struct tm *
local_time (gint64 time_us)
{
  static _Thread_local time_t last = 0;
  static _Thread_local struct tm tm;
  static _Thread_local gboolean known = FALSE;
  time_t second = second_of (time_us);

  if (!known || second != last)
    {
      memset (&tm, 0, sizeof tm);
      known = localtime_r (&second, &tm) != NULL;
      last = second;
    }
  return &tm;
}

/* As Apache does it: everything but printable ASCII, and what would end or forge a field. */
static void
append_log_item (GString *out, const char *text)
{
  static const char digits[] = "0123456789abcdef";
  const char *start = text;

  if (text == NULL || *text == '\0')
    {
      g_string_append_c (out, '-');
      return;
    }
  for (; *text != '\0'; text++)
    {
      guchar c = *text;

      if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\')
        continue;
      g_string_append_len (out, start, text - start);
      start = text + 1;
      g_string_append_c (out, '\\');
      if (c == '"' || c == '\\')
        g_string_append_c (out, c);
      else
        {
          g_string_append_c (out, 'x');
          g_string_append_c (out, digits[c >> 4]);
          g_string_append_c (out, digits[c & 15]);
        }
    }
  g_string_append_len (out, start, text - start);
}

/* "[24/Nov/2026:14:02:11 +0100]"; the names of the months are part of the format. */
static void
append_clf_time (GString *out, gint64 time_us)
{
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const struct tm *tm = local_time (time_us);
  int offset = tm->tm_gmtoff / 60;

  g_string_append_printf (out, "[%02d/%.3s/%04d:%02d:%02d:%02d %c%02d%02d]", tm->tm_mday,
                          months + 3 * tm->tm_mon, tm->tm_year + 1900, tm->tm_hour, tm->tm_min,
                          tm->tm_sec, offset < 0 ? '-' : '+', ABS (offset) / 60, ABS (offset) % 60);
}

/* A request that never got as far as a request line is "-", and so is the status of one that was
 * not answered; zero bytes are "-" by the format's own definition (%b). All as Apache writes them.
 */
void
hp_log_format_combined (GString *out, const HpRequestRecord *record)
{
  g_return_if_fail (out != NULL);
  g_return_if_fail (record != NULL);

  append_log_item (out, record->client);
  g_string_append (out, " - - ");
  append_clf_time (out, record->time_us);
  g_string_append (out, " \"");
  if (hp_request_record_has_line (record))
    {
      append_log_item (out, record->method);
      g_string_append_c (out, ' ');
      append_log_item (out, record->target);
      g_string_append (out, " HTTP/1.1");
    }
  else
    g_string_append_c (out, '-');
  g_string_append (out, "\" ");
  if (record->status != 0)
    g_string_append_printf (out, "%u ", record->status);
  else
    g_string_append (out, "- ");
  if (record->bytes != 0)
    g_string_append_printf (out, "%" G_GUINT64_FORMAT " \"", record->bytes);
  else
    g_string_append (out, "- \"");
  append_log_item (out, record->referrer);
  g_string_append (out, "\" \"");
  append_log_item (out, record->user_agent);
  g_string_append (out, "\"\n");
}

/* Writes the first character of text as it is shown, and says how many characters that are. */
static guint
next_unit (const char **text, char unit[MAX_UNIT])
{
  gunichar c = g_utf8_get_char_validated (*text, -1);
  guchar byte = **text;

  if (c == (gunichar) -1 || c == (gunichar) -2 || (byte < 0x80 && hp_log_is_hidden (c)))
    {
      *text += 1;
      return g_snprintf (unit, MAX_UNIT, "\\x%02x", byte);
    }
  if (hp_log_is_hidden (c))
    {
      *text = g_utf8_next_char (*text);
      return g_snprintf (unit, MAX_UNIT, "\\u{%04x}", c);
    }
  unit[g_unichar_to_utf8 (c, unit)] = '\0';
  *text = g_utf8_next_char (*text);
  return 1;
}

char *
hp_log_format_visible (const char *text, guint max_chars)
{
  GString *out = g_string_new (NULL);
  char unit[MAX_UNIT];
  guint n_chars = 0;
  guint head;
  guint tail;
  gboolean skipped = FALSE;

  if (text == NULL)
    text = "";

  for (const char *p = text; *p != '\0';)
    {
      n_chars += next_unit (&p, unit);
      if (max_chars == 0 || n_chars <= max_chars)
        g_string_append (out, unit);
    }
  if (max_chars == 0 || n_chars <= max_chars)
    return g_string_free (out, FALSE);

  /* Again, leaving out the middle, but no part of an escape. */
  g_string_truncate (out, 0);
  head = max_chars / 2;
  tail = n_chars - (max_chars - 1 - head);
  n_chars = 0;
  for (const char *p = text; *p != '\0';)
    {
      guint start = n_chars;

      n_chars += next_unit (&p, unit);
      if (n_chars <= head || start >= tail)
        g_string_append (out, unit);
      else if (!skipped)
        {
          g_string_append (out, ELLIPSIS);
          skipped = TRUE;
        }
    }
  return g_string_free (out, FALSE);
}

/* The limits are where rounding would write the same value in the next unit. */
char *
hp_log_format_duration (guint32 duration_us)
{
  guint64 seconds = ((guint64) duration_us + G_USEC_PER_SEC / 2) / G_USEC_PER_SEC;

  if (duration_us == 0)
    return g_strdup (_ ("0 ms"));
  /* Translators: durations; “ms” are milliseconds. */
  if (duration_us < 95)
    return g_strdup_printf (_ ("%.2f ms"), duration_us / 1000.0);
  if (duration_us < 9950)
    return g_strdup_printf (_ ("%.1f ms"), duration_us / 1000.0);
  if (duration_us < 999500)
    return g_strdup_printf (_ ("%.0f ms"), duration_us / 1000.0);
  if (duration_us < 59950000)
    return g_strdup_printf (_ ("%.1f s"), duration_us / 1e6);
  return g_strdup_printf (_ ("%u min %u s"), (guint) (seconds / 60), (guint) (seconds % 60));
}

char *
hp_log_format_time (gint64 time_us)
{
  const struct tm *tm = local_time (time_us);

  return g_strdup_printf ("%02d:%02d:%02d.%u", tm->tm_hour, tm->tm_min, tm->tm_sec,
                          microsecond_of (time_us) / 100000);
}
