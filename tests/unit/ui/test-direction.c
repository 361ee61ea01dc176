/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-direction.h"

#define LRI "\u2066"
#define PDI "\u2069"

static void
test_isolate (void)
{
  static const struct
  {
    const char *text;
    const char *isolated;
  } cases[] = {
    { "", "" },
    { "تم النسخ", "تم النسخ" },
    { "تم نسخ http://localhost:62893/", "تم نسخ " LRI "http://localhost:62893/" PDI },
    { "يخدم ~/Projects/my-website.", "يخدم " LRI "~/Projects/my-website" PDI "." },
    { "<b>python3</b> (/srv/a, root)", "<b>python3</b> (" LRI "/srv/a" PDI ", root)" },
    { "“/img/Logo.png” و /", "“" LRI "/img/Logo.png" PDI "” و " LRI "/" PDI },
    { "https://a/ https://b", LRI "https://a/" PDI " " LRI "https://b" PDI },
    { "1/2 and a/b", "1/2 and a/b" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *isolated = hp_direction_isolate (cases[i].text, TRUE);
      g_autofree char *same = hp_direction_isolate (cases[i].text, FALSE);

      g_assert_cmpstr (isolated, ==, cases[i].isolated);
      g_assert_cmpstr (same, ==, cases[i].text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/direction/isolate", test_isolate);
  return g_test_run ();
}
