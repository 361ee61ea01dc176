/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "http/hp-accept.h"

static const struct
{
  const char *accept;
  gboolean json;
} rows[] = {
  { NULL, FALSE },
  { "", FALSE },
  { "*/*", FALSE },
  { "text/html", FALSE },
  { "image/png", FALSE },
  /* Firefox, Chrome, and what they send for pictures */
  { "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    FALSE },
  { "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;"
    "q=0.8,application/signed-exchange;v=b3;q=0.7",
    FALSE },
  { "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", FALSE },
  /* programs */
  { "application/json", TRUE },
  { "APPLICATION/Json", TRUE },
  { " application/json ", TRUE },
  { "application/*", TRUE },
  { "application/json;charset=utf-8", TRUE },
  { "application/json, */*", TRUE },
  { "application/json, text/plain, */*", TRUE },
  { "application/json, text/javascript, */*; q=0.01", TRUE },
  { "*/*, application/json", TRUE },
  { ",, application/json,,", TRUE },
  /* qualities */
  { "application/json;q=0", FALSE },
  { "application/json;q=0.0, */*", FALSE },
  { "application/json;q=0.001", TRUE },
  { "application/json;q=0.9, text/html", FALSE },
  { "application/json, text/html;q=0.9", TRUE },
  { "application/json ; q=1.000 , text/html ; q=0.999", TRUE },
  { "application/json;Q=0.5, text/html;q=0.6", FALSE },
  { "application/json;v=1;q=0.5, text/html;q=0.4", TRUE },
  { "application/json;q=0.5, application/json;q=0.9, text/html;q=0.8", TRUE },
  { "text/html;q=0, */*", TRUE },
  { "text/html;q=0, application/*;q=0.5", TRUE },
  { "text/*;q=0.5, application/json;q=0.4", FALSE },
  { "text/*;q=0.3, application/json;q=0.4", TRUE },
  /* the most specific range decides, not the best */
  { "application/json;q=0.1, application/*, text/html;q=0.5", FALSE },
  { "text/html;q=0.1, text/*, application/json;q=0.5", TRUE },
  /* no difference: the page */
  { "application/json, text/html", FALSE },
  { "text/html, application/json", FALSE },
  { "application/*, text/*", FALSE },
  { "application/json;q=0, text/html;q=0", FALSE },
  /* malformed parts say nothing */
  { "application/json;q=2", FALSE },
  { "application/json;q=1.001", FALSE },
  { "application/json;q=-1", FALSE },
  { "application/json;q=0.5555", FALSE },
  { "application/json;q=", FALSE },
  { "application/json;q", TRUE },
  { "application/json;q=0.x", FALSE },
  { "application/json;q=.5", FALSE },
  { "json", FALSE },
  { "application", FALSE },
  { "application/", FALSE },
  { "/json", FALSE },
  { "application/jsonx", FALSE },
  { "xapplication/json", FALSE },
  { "application/json+ld", FALSE },
  { "application/ld+json", FALSE },
  { "*/json", FALSE },
  { ";q=1", FALSE },
  { ";;;,;,", FALSE },
  /* quoted strings may hold any of the signs */
  { "text/plain;a=\", application/json, \"", FALSE },
  { "application/json;a=\";q=0;\";q=0.8, text/html;q=0.7", TRUE },
  { "application/json;a=\"\\\";q=0\"", TRUE },
  { "text/html, application/json;a=\"", FALSE },
  { "application/json;a=\"\\", TRUE },
};

static void
test_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].accept);
      g_assert_cmpint (hp_accept_prefers_json (rows[i].accept), ==, rows[i].json);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/accept/table", test_table);

  return g_test_run ();
}
