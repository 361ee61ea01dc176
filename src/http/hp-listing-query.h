/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  HP_SORT_NAME,
  HP_SORT_SIZE,
  HP_SORT_MODIFIED,

  HP_N_SORTS
} HpListingSort;

/* How a folder's page is to be ordered, and what of it is to be shown:
 * "?sort=name|size|modified&order=asc|desc&filter=text". All zero is the usual. */
typedef struct
{
  HpListingSort sort;
  gboolean descending;
  char *filter; /* owned; part of a name, in any letter case; valid UTF-8; NULL: everything */
} HpListingQuery;

/* query is a target's, with its "?", or NULL. What it has in it of other things, or what makes no
 * sense, is ignored; of several the last one counts. */
void hp_listing_query_parse (HpListingQuery *self, const char *query);
void hp_listing_query_clear (HpListingQuery *self);

/* "name", "size" or "modified". */
const char *hp_listing_query_get_sort_word (HpListingSort sort);

/* The same query as a relative reference, to stand in an attribute of HTML. */
void hp_listing_query_append_href (const HpListingQuery *self, GString *out);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HpListingQuery, hp_listing_query_clear)

G_END_DECLS
