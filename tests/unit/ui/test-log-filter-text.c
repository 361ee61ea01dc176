/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib.h>

#include "ui/hp-log-filter-text.h"

static void
test_chip (void)
{
  const struct
  {
    const char *text;
    HpLogChip chip;
  } cases[] = {
    { "", HP_LOG_CHIP_ALL },
    { "is:problem", HP_LOG_CHIP_PROBLEMS },
    { "  path:/a   Is:Page ", HP_LOG_CHIP_PAGES },
    { "is:asset png", HP_LOG_CHIP_ASSETS },
    { "-is:problem", HP_LOG_CHIP_ALL },
    { "\"is:problem\"", HP_LOG_CHIP_ALL },
    { "(is:problem)", HP_LOG_CHIP_ALL },
    { "is:problem OR png", HP_LOG_CHIP_ALL },
    { "is:problem (js OR png)", HP_LOG_CHIP_PROBLEMS },
    { "is:problems", HP_LOG_CHIP_ALL },
    { "\"never closed is:page", HP_LOG_CHIP_ALL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (hp_log_filter_text_get_chip (cases[i].text), ==, cases[i].chip);
    }
}

static void
test_set_chip (void)
{
  const struct
  {
    const char *text;
    HpLogChip chip;
    const char *result;
  } cases[] = {
    { "", HP_LOG_CHIP_ALL, "" },
    { "", HP_LOG_CHIP_PROBLEMS, "is:problem" },
    { "is:problem", HP_LOG_CHIP_ALL, "" },
    { "is:problem", HP_LOG_CHIP_PAGES, "is:page" },
    { "logo  status:404", HP_LOG_CHIP_PROBLEMS, "is:problem logo status:404" },
    { "logo is:problem status:404", HP_LOG_CHIP_ASSETS, "is:asset logo status:404" },
    { "js OR png", HP_LOG_CHIP_ASSETS, "is:asset (js OR png)" },
    { "is:asset (js OR png)", HP_LOG_CHIP_ALL, "js OR png" },
    { "is:asset (js OR (a b))", HP_LOG_CHIP_ALL, "(js OR (a b))" },
    { "is:asset (js OR png)", HP_LOG_CHIP_PROBLEMS, "is:problem (js OR png)" },
    { "(js png)", HP_LOG_CHIP_ALL, "(js png)" },
    { "\"a b", HP_LOG_CHIP_PAGES, "is:page \"a b" },
    { "\"a \\\" b\" c", HP_LOG_CHIP_PAGES, "is:page \"a \\\" b\" c" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *result = hp_log_filter_text_set_chip (cases[i].text, cases[i].chip);

      g_assert_cmpstr (result, ==, cases[i].result);
      g_assert_cmpint (hp_log_filter_text_get_chip (result), ==, cases[i].chip);
    }
}

static void
test_set_term (void)
{
  const struct
  {
    const char *text;
    const char *key;
    const char *op;
    const char *value;
    const char *result;
  } cases[] = {
    { "", "status", ":", "404", "status:404" },
    { "logo status:200", "status", ":", "404", "logo status:404" },
    { "status>=200", "status", ":", "404", "status>=200 status:404" },
    { "is:problem", "path", "=", "/a b", "is:problem path=\"/a b\"" },
    { "", "path", "=", "/\"\\(1)", "path=\"/\\\"\\\\(1)\"" },
    { "", "path", "=", "/*", "path=\"/*\"" },
    { "a OR b", "client", ":", "curl", "(a OR b) client:curl" },
    { "", "client", ":", "", "client:\"\"" },
    { "", "path", "=", "/a\u202egpj.html", "path=/a*gpj.html" },
    { "", "path", "=", "/a \xff\u200b\"*b,c", "path=/a*b*c" },
    { "", "client", ":", "evil\u202ebot", "client:*evil*bot*" },
    { "", "path", "=", "/\u00e4\u05d0", "path=/\u00e4\u05d0" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *result = hp_log_filter_text_set_term (cases[i].text, cases[i].key,
                                                             cases[i].op, cases[i].value);

      g_assert_cmpstr (result, ==, cases[i].result);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-filter-text/chip", test_chip);
  g_test_add_func ("/log-filter-text/set-chip", test_set_chip);
  g_test_add_func ("/log-filter-text/set-term", test_set_term);
  return g_test_run ();
}
