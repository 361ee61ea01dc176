/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "log/hp-log-query-private.h"
#include "log/hp-log-text.h"

/* Longer words are no slip of any name. */
#define MAX_GUESS 24

/* What ends a word, or means something in one. */
#define SPECIAL " \t\"()*,\\"

/* More than any number in a log, and far from what a gint64 can't hold. */
#define MAX_NUMBER 1e15

typedef struct
{
  const char *name;
  double factor;
} Unit;

/* Digits with at most one point, then a unit, or none for the first of the units. half: what is
 * rounded away by writing no more digits. */
static gboolean
parse_number (const char *text, const Unit *units, gint64 *value, gint64 *half)
{
  const char *end = text + strspn (text, "0123456789");
  double digit = 1;
  double number;

  if (end == text)
    return FALSE;
  if (*end == '.')
    {
      gsize n = strspn (end + 1, "0123456789");

      if (n == 0)
        return FALSE;
      end += 1 + n;
      for (; n > 0; n--)
        digit /= 10;
    }
  number = g_ascii_strtod (text, NULL);
  for (guint i = 0; units[i].name != NULL; i++)
    if (g_ascii_strcasecmp (end, units[i].name) == 0)
      {
        number *= units[i].factor;
        if (number > MAX_NUMBER)
          return FALSE;
        *value = number + 0.5;
        *half = digit * units[i].factor / 2;
        return TRUE;
      }
  return FALSE;
}

gboolean
hp_log_value_parse_size (const char *text, gint64 *value, gint64 *half)
{
  static const Unit units[] = {
    { "", 1 },
    { "B", 1 },
    { "kB", 1e3 },
    { "k", 1e3 },
    { "MB", 1e6 },
    { "M", 1e6 },
    { "GB", 1e9 },
    { "G", 1e9 },
    { "KiB", 1024 },
    { "MiB", 1024 * 1024 },
    { "GiB", 1024 * 1024 * 1024 },
    { NULL },
  };

  return parse_number (text, units, value, half);
}

gboolean
hp_log_value_parse_duration (const char *text, gint64 *value, gint64 *half)
{
  static const Unit units[] = {
    { "", 1e3 },     { "ms", 1e3 }, { "us", 1 },     { "µs", 1 }, { "s", 1e6 },
    { "min", 60e6 }, { "m", 60e6 }, { "h", 3600e6 }, { NULL },
  };

  return parse_number (text, units, value, half);
}

static gboolean
read_digits (const char **text, guint min, guint max, int *value)
{
  guint n = 0;

  for (*value = 0; n < max && g_ascii_isdigit (**text); n++)
    *value = *value * 10 + *(*text)++ - '0';
  return n >= min;
}

static gboolean
skip_char (const char **text, char c)
{
  if (**text != c)
    return FALSE;
  *text += 1;
  return TRUE;
}

/* What was written of a moment. */
typedef struct
{
  int year, month, day;
  int hour, minute, second;
  gint64 length_us; /* of the smallest unit that was written */
} Moment;

static gboolean
read_clock (const char *text, Moment *moment)
{
  if (!read_digits (&text, 1, 2, &moment->hour) || !skip_char (&text, ':')
      || !read_digits (&text, 2, 2, &moment->minute))
    return FALSE;
  moment->length_us = 60 * G_USEC_PER_SEC;
  if (skip_char (&text, ':'))
    {
      if (!read_digits (&text, 2, 2, &moment->second))
        return FALSE;
      moment->length_us = G_USEC_PER_SEC;
    }
  return *text == '\0';
}

static gboolean
read_date (const char *text, Moment *moment)
{
  if (!read_digits (&text, 4, 4, &moment->year) || !skip_char (&text, '-')
      || !read_digits (&text, 1, 2, &moment->month) || !skip_char (&text, '-')
      || !read_digits (&text, 1, 2, &moment->day))
    return FALSE;
  moment->length_us = 0;
  if (skip_char (&text, 'T') || skip_char (&text, ' '))
    return read_clock (text, moment);
  return *text == '\0';
}

/* A time of day is the last one that was: yesterday's when today's is still to come. */
static gboolean
find_moment (Moment *moment, gboolean has_date, gint64 now_us, gint64 *first_us, gint64 *last_us)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (now_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) first = NULL;
  g_autoptr (GDateTime) end = NULL;

  if (!has_date && now != NULL)
    g_date_time_get_ymd (now, &moment->year, &moment->month, &moment->day);
  first = g_date_time_new_local (moment->year, moment->month, moment->day, moment->hour,
                                 moment->minute, moment->second);
  if (first == NULL)
    return FALSE;
  if (!has_date && g_date_time_to_unix (first) > now_us / G_USEC_PER_SEC)
    {
      GDateTime *before = g_date_time_add_days (first, -1);

      g_date_time_unref (first);
      first = before;
    }
  /* A day may have 23 or 25 hours. */
  end = moment->length_us > 0 ? g_date_time_add (first, moment->length_us)
                              : g_date_time_add_days (first, 1);
  if (first == NULL || end == NULL)
    return FALSE;
  *first_us = g_date_time_to_unix (first) * G_USEC_PER_SEC;
  *last_us = g_date_time_to_unix (end) * G_USEC_PER_SEC - 1;
  return TRUE;
}

gboolean
hp_log_value_parse_time (const char *text, gint64 now_us, gint64 *first_us, gint64 *last_us)
{
  static const Unit ages[] = {
    { "s", 1e6 }, { "m", 60e6 }, { "min", 60e6 }, { "h", 3600e6 }, { "d", 86400e6 }, { NULL },
  };
  Moment moment = { 0 };
  gint64 age, half;

  if (parse_number (text, ages, &age, &half))
    {
      *first_us = *last_us = now_us - age;
      return TRUE;
    }
  if (read_date (text, &moment))
    return find_moment (&moment, TRUE, now_us, first_us, last_us);
  moment = (Moment){ 0 };
  if (read_clock (text, &moment))
    return find_moment (&moment, FALSE, now_us, first_us, last_us);
  return FALSE;
}

/* Letters to put in, take out, change or swap with their neighbour. */
static guint
distance (const char *a, gsize a_length, const char *b, gsize b_length)
{
  guint rows[MAX_GUESS + 1][MAX_GUESS + 1];

  for (gsize i = 0; i <= a_length; i++)
    rows[i][0] = i;
  for (gsize j = 0; j <= b_length; j++)
    rows[0][j] = j;
  for (gsize i = 1; i <= a_length; i++)
    for (gsize j = 1; j <= b_length; j++)
      {
        char x = g_ascii_tolower (a[i - 1]);
        char y = g_ascii_tolower (b[j - 1]);
        guint best = rows[i - 1][j - 1] + (x != y);

        best = MIN (best, MIN (rows[i - 1][j], rows[i][j - 1]) + 1);
        if (i > 1 && j > 1 && x == g_ascii_tolower (b[j - 2]) && y == g_ascii_tolower (a[i - 2]))
          best = MIN (best, rows[i - 2][j - 2] + 1);
        rows[i][j] = best;
      }
  return rows[a_length][b_length];
}

const char *
hp_log_value_guess (const char *const *words, const char *text, gsize length)
{
  const char *nearest = NULL;
  guint best = length < 5 ? 2 : 3; /* one slip, two in longer words */

  if (length == 0 || length > MAX_GUESS)
    return NULL;
  for (guint i = 0; words[i] != NULL; i++)
    {
      guint d = distance (text, length, words[i], strlen (words[i]));

      /* The begin of a word is as good as one slip. */
      if (length >= 3 && g_ascii_strncasecmp (words[i], text, length) == 0)
        d = 1;
      if (d < best)
        {
          best = d;
          nearest = words[i];
        }
    }
  return nearest;
}

/* The length of the character, 0 for one that can't be shown. */
static gsize
get_visible_length (const char *text)
{
  gunichar c = g_utf8_get_char_validated (text, -1);

  if (c == (gunichar) -1 || c == (gunichar) -2 || hp_log_is_hidden (c))
    return 0;
  return g_utf8_skip[(guchar) *text];
}

static gboolean
is_visible (const char *text)
{
  for (gsize length = 0; *text != '\0'; text += length)
    if ((length = get_visible_length (text)) == 0)
      return FALSE;
  return TRUE;
}

static char *
dup_quoted (const char *value)
{
  GString *out = g_string_new ("\"");

  for (; *value != '\0'; value++)
    {
      if (*value == '"' || *value == '\\')
        g_string_append_c (out, '\\');
      g_string_append_c (out, *value);
    }
  g_string_append_c (out, '"');
  return g_string_free (out, FALSE);
}

static void
append_star (GString *out)
{
  if (out->len == 0 || out->str[out->len - 1] != '*')
    g_string_append_c (out, '*');
}

/* Nothing in quotation marks is a star, so that what would need them has to become one, too. */
static char *
dup_wild (const char *value, gboolean part)
{
  GString *out = g_string_new (NULL);

  if (part)
    append_star (out);
  while (*value != '\0')
    {
      gsize length = get_visible_length (value);

      if (length == 0 || strchr (SPECIAL, *value) != NULL)
        append_star (out);
      else
        g_string_append_len (out, value, length);
      value += MAX (length, 1);
    }
  if (part)
    append_star (out);
  return g_string_free (out, FALSE);
}

char *
hp_log_query_dup_value (const char *value, gboolean part)
{
  g_return_val_if_fail (value != NULL, NULL);

  if (!is_visible (value))
    return dup_wild (value, part);
  if (*value == '\0' || strpbrk (value, SPECIAL) != NULL)
    return dup_quoted (value);
  return g_strdup (value);
}
