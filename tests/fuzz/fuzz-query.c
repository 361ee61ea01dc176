/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "http/hp-listing-query.h"
#include "fuzz.h"

/* What stands in the attribute is ASCII that ends neither it nor the line, and a browser that
 * follows the link asks for the same again. */
static void
check_href (const HpListingQuery *query)
{
  g_autoptr (GString) href = g_string_new (NULL);
  g_auto (HpListingQuery) again = { 0 };

  hp_listing_query_append_href (query, href);
  FUZZ_CHECK (href->len > 0);
  for (const char *c = href->str; *c != '\0'; c++)
    FUZZ_CHECK (g_ascii_isgraph (*c) && strchr ("\"'<>#", *c) == NULL);

  g_string_replace (href, "&amp;", "&", 0);
  hp_listing_query_parse (&again, strcmp (href->str, "./") == 0 ? NULL : href->str);
  FUZZ_CHECK (again.sort == query->sort);
  FUZZ_CHECK (again.descending == query->descending);
  FUZZ_CHECK (g_strcmp0 (again.filter, query->filter) == 0);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto (HpListingQuery) query = { 0 };

  hp_listing_query_parse (&query, text);
  FUZZ_CHECK (query.sort < HP_N_SORTS);
  FUZZ_CHECK (hp_listing_query_get_sort_word (query.sort) != NULL);
  FUZZ_CHECK (query.filter == NULL || *query.filter != '\0');
  FUZZ_CHECK (query.filter == NULL || g_utf8_validate (query.filter, -1, NULL));
  check_href (&query);

  return 0;
}
