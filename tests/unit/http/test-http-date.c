/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "http/hp-http-date.h"

#define NOW G_GINT64_CONSTANT (1795500000) /* November 2026 */
#define BAD G_MININT64

static const struct
{
  const char *text;
  gint64 time; /* BAD: refused */
} rows[] = {
  { "Sun, 06 Nov 1994 08:49:37 GMT", 784111777 },
  { "Sunday, 06-Nov-94 08:49:37 GMT", 784111777 },
  { "Sun Nov  6 08:49:37 1994", 784111777 },
  { "Sun Nov 06 08:49:37 1994", 784111777 },
  { "Thu, 01 Jan 1970 00:00:00 GMT", 0 },
  { "Thu, 01 Jan 1970 00:00:01 GMT", 1 },
  { "Wed, 31 Dec 1969 23:59:59 GMT", -1 },
  { "Mon, 01 Jan 1900 00:00:00 GMT", -2208988800 },
  { "Mon, 01 Jan 0001 00:00:00 GMT", -62135596800 },
  { "Tue, 19 Jan 2038 03:14:08 GMT", 2147483648 },
  { "Sun, 07 Feb 2106 06:28:16 GMT", 4294967296 },
  { "Fri, 31 Dec 9999 23:59:59 GMT", 253402300799 },
  { "Tue, 29 Feb 2000 12:00:00 GMT", 951825600 },
  { "Thu, 29 Feb 2024 00:00:00 GMT", 1709164800 },
  { "Sat, 31 Dec 2016 23:59:60 GMT", 1483228800 },
  { "Tue Mar 12 00:00:00 2024", 1710201600 },
  { "Wednesday, 01-Jan-70 00:00:00 GMT", 3155760000 }, /* 2070: within 50 years */
  { "Friday, 31-Dec-76 00:00:00 GMT", 3376598400 },    /* 2076 */
  { "Saturday, 01-Jan-77 00:00:00 GMT", 220924800 },   /* 1977 */
  { "Monday, 02-Nov-26 00:00:00 GMT", 1793577600 },
  { "Saturday, 01-Jan-00 00:00:00 GMT", 946684800 },
  /* the name of the day is not compared */
  { "Mon, 06 Nov 1994 08:49:37 GMT", 784111777 },
  /* refused */
  { "", BAD },
  { "0", BAD },
  { "784111777", BAD },
  { "garbage", BAD },
  { "Sun, 6 Nov 1994 08:49:37 GMT", BAD },
  { "Sun, 06 Nov 94 08:49:37 GMT", BAD },
  { "Sun, 06 Nov 1994 08:49:37", BAD },
  { "Sun, 06 Nov 1994 08:49:37 UTC", BAD },
  { "Sun, 06 Nov 1994 08:49:37 gmt", BAD },
  { "Sun, 06 Nov 1994 08:49:37 +0000", BAD },
  { "Sun, 06 Nov 1994 08:49:37 GMT ", BAD },
  { " Sun, 06 Nov 1994 08:49:37 GMT", BAD },
  { "Sun,06 Nov 1994 08:49:37 GMT", BAD },
  { "Sun, 06  Nov 1994 08:49:37 GMT", BAD },
  { "sun, 06 nov 1994 08:49:37 GMT", BAD },
  { "Sonntag, 06-Nov-94 08:49:37 GMT", BAD },
  { "So, 06 Nov 1994 08:49:37 GMT", BAD },
  { "Sun, 00 Nov 1994 08:49:37 GMT", BAD },
  { "Sun, 31 Nov 1994 08:49:37 GMT", BAD },
  { "Sun, 32 Jan 1994 08:49:37 GMT", BAD },
  { "Thu, 29 Feb 1900 00:00:00 GMT", BAD },
  { "Wed, 29 Feb 2023 00:00:00 GMT", BAD },
  { "Sun, 06 Nix 1994 08:49:37 GMT", BAD },
  { "Sun, 06 Nov 0000 08:49:37 GMT", BAD },
  { "Sun, 06 Nov 19940 08:49:37 GMT", BAD },
  { "Sun, 06 Nov 1994 24:00:00 GMT", BAD },
  { "Sun, 06 Nov 1994 08:60:37 GMT", BAD },
  { "Sun, 06 Nov 1994 08:49:61 GMT", BAD },
  { "Sun, 06 Nov 1994 8:49:37 GMT", BAD },
  { "Sun, 06 Nov 1994 -8:49:37 GMT", BAD },
  { "Sun, 06 Nov -994 08:49:37 GMT", BAD },
  { "Sunday, 06-Nov-1994 08:49:37 GMT", BAD },
  { "Sunday, 06 Nov 94 08:49:37 GMT", BAD },
  { "Sun Nov 6 08:49:37 1994", BAD },
  { "Sun Nov  6 08:49:37 1994 GMT", BAD },
  { "Sun Nov  6 08:49:37 94", BAD },
  { "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT", BAD },
};

static void
test_parse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gint64 time = BAD;

      g_test_message ("%s", rows[i].text);
      g_assert_cmpint (hp_http_date_parse (rows[i].text, NOW, &time), ==, rows[i].time != BAD);
      g_assert_cmpint (time, ==, rows[i].time);
    }
}

static void
test_format (void)
{
  char out[HP_HTTP_DATE_SIZE];

  g_assert_true (hp_http_date_format (784111777, out));
  g_assert_cmpstr (out, ==, "Sun, 06 Nov 1994 08:49:37 GMT");
  g_assert_true (hp_http_date_format (-1, out));
  g_assert_cmpstr (out, ==, "Wed, 31 Dec 1969 23:59:59 GMT");
  g_assert_true (hp_http_date_format (253402300799, out));
  g_assert_cmpstr (out, ==, "Fri, 31 Dec 9999 23:59:59 GMT");

  g_assert_false (hp_http_date_format (253402300800, out));
  g_assert_false (hp_http_date_format (-62135596801, out));
  g_assert_false (hp_http_date_format (G_MAXINT64, out));
  g_assert_false (hp_http_date_format (G_MININT64, out));
}

/* Against GDateTime, over 8,000 years in odd steps. */
static void
test_round_trip (void)
{
  for (gint64 time = -30000000000; time < 253402300800; time += 7654321987)
    {
      g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (time);
      g_autofree char *expected = g_date_time_format (date, "%a, %d %b %Y %H:%M:%S GMT");
      char out[HP_HTTP_DATE_SIZE];
      gint64 back;

      g_assert_true (hp_http_date_format (time, out));
      g_assert_cmpstr (out, ==, expected);
      g_assert_true (hp_http_date_parse (out, NOW, &back));
      g_assert_cmpint (back, ==, time);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/http-date/parse", test_parse);
  g_test_add_func ("/http-date/format", test_format);
  g_test_add_func ("/http-date/round-trip", test_round_trip);

  return g_test_run ();
}
