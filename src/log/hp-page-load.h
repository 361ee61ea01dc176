/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-request-log.h"

G_BEGIN_DECLS

/* How a request of a page load went, for a bar of its chart. */
typedef struct
{
  guint64 seq;
  guint64 start_us; /* after the begin of the load */
  guint32 first_byte_us;
  guint32 duration_us;
  guint16 status;
  guint8 fetch_dest; /* HpFetchDest */
  gboolean is_problem;
} HpPageLoadBar;

/* One request of a page load, as an item of its list. */
#define HP_TYPE_PAGE_LOAD_ROW (hp_page_load_row_get_type ())
G_DECLARE_FINAL_TYPE (HpPageLoadRow, hp_page_load_row, HP, PAGE_LOAD_ROW, GObject)

const HpPageLoadBar *hp_page_load_row_get_bar (HpPageLoadRow *self);

/* The requests that belong to one visit of a page; or those that belong to none. A GListModel of
 * HpPageLoadRow in the order of their ends. Signal "changed": it grew. */
#define HP_TYPE_PAGE_LOAD (hp_page_load_get_type ())
G_DECLARE_FINAL_TYPE (HpPageLoad, hp_page_load, HP, PAGE_LOAD, GObject)

/* FALSE: those that belong to no page. */
gboolean hp_page_load_is_page (HpPageLoad *self);
/* The address of the page as it was asked for; any bytes but NUL; "" when it is none. */
const char *hp_page_load_get_target (HpPageLoad *self);
gint64 hp_page_load_get_time_us (HpPageLoad *self);
/* From the begin of the first request to the end of the last. */
guint64 hp_page_load_get_duration_us (HpPageLoad *self);
guint64 hp_page_load_get_n_requests (HpPageLoad *self);
guint64 hp_page_load_get_n_problems (HpPageLoad *self);
/* Those that are kept, at most HP_PAGE_LOAD_MAX_BARS. */
const HpPageLoadBar *hp_page_load_get_bars (HpPageLoad *self, guint *n_bars);

#define HP_PAGE_LOAD_MAX_BARS 600

/* (transfer full): "Load of /" */
char *hp_page_load_dup_title (HpPageLoad *self);
/* (transfer full): "23 requests, 2 problems, 1.4 MB, 180 ms" */
char *hp_page_load_dup_summary (HpPageLoad *self);

G_END_DECLS
