/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "http/hp-listing-query.h"

#define NAME     HP_SORT_NAME
#define SIZE     HP_SORT_SIZE
#define MODIFIED HP_SORT_MODIFIED

static const struct
{
  const char *query;
  HpListingSort sort;
  gboolean descending;
  const char *filter;
  const char *href;
} rows[] = {
  { NULL, NAME, FALSE, NULL, "./" },
  { "?", NAME, FALSE, NULL, "./" },
  { "?sort=name", NAME, FALSE, NULL, "./" },
  { "?sort=name&order=desc", NAME, TRUE, NULL, "?sort=name&amp;order=desc" },
  { "?order=desc", NAME, TRUE, NULL, "?sort=name&amp;order=desc" },
  { "?sort=size", SIZE, FALSE, NULL, "?sort=size&amp;order=asc" },
  { "?order=desc&sort=modified", MODIFIED, TRUE, NULL, "?sort=modified&amp;order=desc" },
  { "?s%6frt=size", NAME, FALSE, NULL, "./" },
  { "?sort=s%69ze", SIZE, FALSE, NULL, "?sort=size&amp;order=asc" },
  { "?filter=a", NAME, FALSE, "a", "?filter=a" },
  { "?filter=a+b%20c%2Bd", NAME, FALSE, "a b c+d", "?filter=a%20b%20c%2Bd" },
  { "?filter=%26%3D%3C%22%27", NAME, FALSE, "&=<\"'", "?filter=%26%3D%3C%22%27" },
  { "?sort=size&filter=x&order=desc", SIZE, TRUE, "x", "?sort=size&amp;order=desc&amp;filter=x" },
  { "?filter=%C3%A4", NAME, FALSE, "\xc3\xa4", "?filter=%C3%A4" },
  /* the last one counts */
  { "?sort=size&sort=modified", MODIFIED, FALSE, NULL, "?sort=modified&amp;order=asc" },
  { "?filter=a&filter=b", NAME, FALSE, "b", "?filter=b" },
  { "?filter=a&filter=", NAME, FALSE, NULL, "./" },
  /* nonsense is ignored */
  { "?sort=Size", NAME, FALSE, NULL, "./" },
  { "?sort=size&sort=", SIZE, FALSE, NULL, "?sort=size&amp;order=asc" },
  { "?sort", NAME, FALSE, NULL, "./" },
  { "?filter", NAME, FALSE, NULL, "./" },
  { "?order=up", NAME, FALSE, NULL, "./" },
  { "?SORT=size", NAME, FALSE, NULL, "./" },
  { "?=size", NAME, FALSE, NULL, "./" },
  { "?&&=&;sort=size&x", NAME, FALSE, NULL, "./" },
  { "?v=1&sort=size&utm_source=x", SIZE, FALSE, NULL, "?sort=size&amp;order=asc" },
  { "?filter=100%", NAME, FALSE, "100%", "?filter=100%25" },
  { "?filter=%4", NAME, FALSE, "%4", "?filter=%254" },
  { "?filter=%zz", NAME, FALSE, "%zz", "?filter=%25zz" },
  { "?filter=%00", NAME, FALSE, NULL, "./" },
  { "?filter=a%00b", NAME, FALSE, "ab", "?filter=ab" },
  { "?filter=%FF", NAME, FALSE, "\xef\xbf\xbd", "?filter=%EF%BF%BD" },
  { "?filter=a=b", NAME, FALSE, "a=b", "?filter=a%3Db" },
  { "?filter=%0D%0Ax", NAME, FALSE, "\r\nx", "?filter=%0D%0Ax" },
};

static void
test_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GString) href = g_string_new (NULL);
      g_auto (HpListingQuery) query;

      g_test_message ("%s", rows[i].query);
      hp_listing_query_parse (&query, rows[i].query);
      g_assert_cmpint (query.sort, ==, rows[i].sort);
      g_assert_cmpint (query.descending, ==, rows[i].descending);
      g_assert_cmpstr (query.filter, ==, rows[i].filter);

      hp_listing_query_append_href (&query, href);
      g_assert_cmpstr (href->str, ==, rows[i].href);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/listing-query/table", test_table);

  return g_test_run ();
}
