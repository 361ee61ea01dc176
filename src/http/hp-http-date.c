/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "http/hp-http-date.h"

#define DAY G_GINT64_CONSTANT (86400)

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
/* 1970 began on a Thursday. */
static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
static const char *const long_days[] = { "Thursday", "Friday",  "Saturday", "Sunday",
                                         "Monday",   "Tuesday", "Wednesday" };

typedef struct
{
  int year;
  int month; /* 0 … 11 */
  int day;   /* 1 … 31 */
  int hour;
  int minute;
  int second;
} Civil;

static gboolean
is_leap_year (gint64 year)
{
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Days from 0001-01-01 to the first of January. */
static gint64
days_before_year (gint64 year)
{
  gint64 y = year - 1;

  return y * 365 + y / 4 - y / 100 + y / 400;
}

static int
days_in_month (gint64 year, int month)
{
  static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

  return lengths[month] + (month == 1 && is_leap_year (year));
}

static gint64
civil_to_time (const Civil *civil)
{
  gint64 day = days_before_year (civil->year) - days_before_year (1970) + civil->day - 1;

  for (int month = 0; month < civil->month; month++)
    day += days_in_month (civil->year, month);

  return day * DAY + civil->hour * 3600 + civil->minute * 60 + civil->second;
}

/* For the years 1 … 9999. */
static void
civil_from_day (Civil *civil, gint64 day)
{
  gint64 left = day + days_before_year (1970);

  civil->year = (int) (left * 400 / 146097) + 1;
  while (days_before_year (civil->year) > left)
    civil->year--;
  while (days_before_year (civil->year + 1) <= left)
    civil->year++;

  left -= days_before_year (civil->year);
  civil->month = 0;
  while (left >= days_in_month (civil->year, civil->month))
    left -= days_in_month (civil->year, civil->month++);
  civil->day = (int) left + 1;
}

gboolean
hp_http_date_format (gint64 time, char out[HP_HTTP_DATE_SIZE])
{
  const gint64 first = (days_before_year (1000) - days_before_year (1970)) * DAY;
  const gint64 end = (days_before_year (10000) - days_before_year (1970)) * DAY;
  gint64 day, second;
  Civil civil;

  if (time < first || time >= end)
    return FALSE;

  day = time / DAY - (time % DAY < 0);
  second = time - day * DAY;
  civil_from_day (&civil, day);
  g_snprintf (out, HP_HTTP_DATE_SIZE, "%s, %02d %s %04d %02d:%02d:%02d GMT",
              days[((day % 7) + 7) % 7], civil.day, months[civil.month], civil.year,
              (int) (second / 3600), (int) (second / 60 % 60), (int) (second % 60));

  return TRUE;
}

static gboolean
take_text (const char **text, const char *wanted)
{
  if (!g_str_has_prefix (*text, wanted))
    return FALSE;
  *text += strlen (wanted);

  return TRUE;
}

static int
take_name (const char **text, const char *const *names, int n_names)
{
  for (int i = 0; i < n_names; i++)
    {
      if (take_text (text, names[i]))
        return i;
    }

  return -1;
}

static gboolean
take_digits (const char **text, int n_digits, int *value)
{
  *value = 0;
  for (int i = 0; i < n_digits; i++, (*text)++)
    {
      if (!g_ascii_isdigit (**text))
        return FALSE;
      *value = *value * 10 + g_ascii_digit_value (**text);
    }

  return TRUE;
}

static gboolean
take_month (const char **text, Civil *civil)
{
  civil->month = take_name (text, months, G_N_ELEMENTS (months));

  return civil->month >= 0;
}

static gboolean
take_clock (const char **text, Civil *civil)
{
  return take_digits (text, 2, &civil->hour) && take_text (text, ":")
         && take_digits (text, 2, &civil->minute) && take_text (text, ":")
         && take_digits (text, 2, &civil->second);
}

/* Sun, 06 Nov 1994 08:49:37 GMT */
static gboolean
parse_imf (const char *text, Civil *civil)
{
  return take_name (&text, days, G_N_ELEMENTS (days)) >= 0 && take_text (&text, ", ")
         && take_digits (&text, 2, &civil->day) && take_text (&text, " ")
         && take_month (&text, civil) && take_text (&text, " ")
         && take_digits (&text, 4, &civil->year) && take_text (&text, " ")
         && take_clock (&text, civil) && take_text (&text, " GMT") && *text == '\0';
}

/* Sunday, 06-Nov-94 08:49:37 GMT */
static gboolean
parse_rfc850 (const char *text, gint64 now, Civil *civil)
{
  Civil today;

  if (take_name (&text, long_days, G_N_ELEMENTS (long_days)) < 0 || !take_text (&text, ", ")
      || !take_digits (&text, 2, &civil->day) || !take_text (&text, "-")
      || !take_month (&text, civil) || !take_text (&text, "-")
      || !take_digits (&text, 2, &civil->year) || !take_text (&text, " ")
      || !take_clock (&text, civil) || !take_text (&text, " GMT") || *text != '\0')
    return FALSE;

  civil_from_day (&today, now / DAY);
  civil->year += today.year - today.year % 100 + 100;
  while (civil->year > today.year + 50)
    civil->year -= 100;

  return TRUE;
}

/* Sun Nov  6 08:49:37 1994 */
static gboolean
parse_asctime (const char *text, Civil *civil)
{
  return take_name (&text, days, G_N_ELEMENTS (days)) >= 0 && take_text (&text, " ")
         && take_month (&text, civil) && take_text (&text, " ")
         && (take_text (&text, " ") ? take_digits (&text, 1, &civil->day)
                                    : take_digits (&text, 2, &civil->day))
         && take_text (&text, " ") && take_clock (&text, civil) && take_text (&text, " ")
         && take_digits (&text, 4, &civil->year) && *text == '\0';
}

/* A second of 60 is a leap second. The name of the day is not checked against the date. */
static gboolean
is_valid (const Civil *civil)
{
  return civil->year >= 1 && civil->day >= 1
         && civil->day <= days_in_month (civil->year, civil->month) && civil->hour <= 23
         && civil->minute <= 59 && civil->second <= 60;
}

gboolean
hp_http_date_parse (const char *text, gint64 now, gint64 *time)
{
  Civil civil;

  if (!parse_imf (text, &civil) && !parse_rfc850 (text, now, &civil)
      && !parse_asctime (text, &civil))
    return FALSE;
  if (!is_valid (&civil))
    return FALSE;

  *time = civil_to_time (&civil);

  return TRUE;
}
