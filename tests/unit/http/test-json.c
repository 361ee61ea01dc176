/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "http/hp-json.h"

static void
test_strings (void)
{
  static const struct
  {
    const char *text;
    const char *json;
  } rows[] = {
    { "", "\"\"" },
    { "plain", "\"plain\"" },
    { "a\"b\\c/d", "\"a\\\"b\\\\c/d\"" },
    { "\x01\n\r\t\x1f\x7f", "\"\\u0001\\u000a\\u000d\\u0009\\u001f\\u007f\"" },
    { "\xc3\xa4\xf0\x9f\x98\x80", "\"\xc3\xa4\xf0\x9f\x98\x80\"" },
    { "a\xff\xfe", "\"a\xef\xbf\xbd\xef\xbf\xbd\"" },
    { "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      hp_json_append_string (out, rows[i].text);
      g_assert_cmpstr (out->str, ==, rows[i].json);
    }
}

static void
test_times (void)
{
  static const struct
  {
    gint64 seconds;
    const char *json;
  } rows[] = {
    { 0, "\"1970-01-01T00:00:00Z\"" },
    { 784111777, "\"1994-11-06T08:49:37Z\"" },
    { -1, "\"1969-12-31T23:59:59Z\"" },
    { 4102444800, "\"2100-01-01T00:00:00Z\"" },
    { 253402300799, "\"9999-12-31T23:59:59Z\"" },
    { 253402300800, "null" },
    { -62167219200, "\"0000-01-01T00:00:00Z\"" },
    { -62167219201, "null" },
    { G_MAXINT64, "null" },
    { G_MININT64, "null" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      hp_json_append_time (out, rows[i].seconds);
      g_assert_cmpstr (out->str, ==, rows[i].json);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json/strings", test_strings);
  g_test_add_func ("/json/times", test_times);

  return g_test_run ();
}
