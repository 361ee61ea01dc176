/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-ago.h"

static void
test_words (void)
{
  static const struct
  {
    gint64 seconds;
    const char *words;
  } cases[] = {
    { -100, "just now" },        { 0, "just now" },
    { 59, "just now" },          { 60, "1 min ago" },
    { 3599, "59 min ago" },      { 3600, "1 h ago" },
    { 86399, "23 h ago" },       { 86400, "1 day ago" },
    { 2 * 86400, "2 days ago" }, { 400 * 86400, "400 days ago" },
  };
  const gint64 now = G_GINT64_CONSTANT (1700000000000000);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = hp_ago_format (now - cases[i].seconds * G_USEC_PER_SEC, now);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ago/words", test_words);
  return g_test_run ();
}
