/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-direction.h"

#define LRI "\u2066"
#define FSI "\u2068"
#define PDI "\u2069"
#define RLM "\u200f"

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
    { "“/img/Logo.png” و /", RLM "“" LRI "/img/Logo.png" PDI "” و " LRI "/" PDI },
    { "افتح https://a/ https://b", "افتح " LRI "https://a/" PDI " " LRI "https://b" PDI },
    { "و 1/2 and a/b", "و 1/2 and a/b" },
    /* A name goes as its first letter does. */
    { "يستخدم «python3» المنفذ", "يستخدم «" LRI "python3" PDI "» المنفذ" },
    { "المجلد «صور (1)» قيد", "المجلد «" FSI "صور (1)" PDI "» قيد" },
    { "المجلد «/صور» قيد", "المجلد «" LRI "/صور" PDI "» قيد" },
    { "يستخدمه <b>C++</b> (~/a)", "يستخدمه <b>" LRI "C++" PDI "</b> (" LRI "~/a" PDI ")" },
    { "على 127.0.0.1:80.", "على " LRI "127.0.0.1:80" PDI "." },
    { "و[::1]:80 و ::1.", "و" LRI "[::1]:80" PDI " و " LRI "::1" PDI "." },
    { "يصل (localhost:80)", "يصل (" LRI "localhost:80" PDI ")" },
    { "الملف .homeport.ini.", "الملف " LRI ".homeport.ini" PDI "." },
    { "مع --use-folder و *.png", "مع " LRI "--use-folder" PDI " و " LRI "*.png" PDI },
    { "طلب · 8.1\u00a0kB · 0.3 مث", "طلب · " LRI "8.1\u00a0kB" PDI " · 0.3 مث" },
    { "قبل... ثم: بعد", "قبل... ثم: بعد" },
    /* What comes first doesn't turn the sentence around. */
    { "Homeport يخدم.", RLM "Homeport يخدم." },
    { "http://a/ يخدم.", RLM LRI "http://a/" PDI " يخدم." },
    /* Nothing to turn around, and it can be copied as it is. */
    { "https://a/ https://b", "https://a/ https://b" },
    { "/srv/a, root", "/srv/a, root" },
    { "/1/2", LRI "/1/2" PDI },
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
