/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-page-load.h"

G_BEGIN_DECLS

/* A GListModel of HpPageLoad, the newest first, and after the pages one for the requests that
 * belong to none, if there are any. It reads the log as it grows, and forgets with it.
 *
 * A load begins with a navigation, as the browser's Sec-Fetch fields tell it. What follows belongs
 * to the page that its Referer names, also by way of a style sheet or script of the page; without a
 * Referer, to the page that was loaded last on the same connection. It has to begin within two
 * seconds of the load's last request, and within a minute of the first: what a page asks for later
 * is no part of its load. */
#define HP_TYPE_PAGE_LOADS (hp_page_loads_get_type ())
G_DECLARE_FINAL_TYPE (HpPageLoads, hp_page_loads, HP, PAGE_LOADS, GObject)

#define HP_PAGE_LOADS_MAX    100 /* kept, the newest */
#define HP_PAGE_LOADS_GAP_US (2 * G_USEC_PER_SEC)
#define HP_PAGE_LOADS_MAX_US (60 * G_USEC_PER_SEC)

HpPageLoads *hp_page_loads_new (HpRequestLog *log);
HpRequestLog *hp_page_loads_get_log (HpPageLoads *self);
/* Without those that belong to none. */
guint hp_page_loads_get_n_pages (HpPageLoads *self);
/* While it still reads a long log, an empty list doesn't mean that there is nothing; the signal
 * \"caught-up\" says when it has read it. */
gboolean hp_page_loads_is_reading (HpPageLoads *self);

G_END_DECLS
