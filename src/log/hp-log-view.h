/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-log-query.h"
#include "log/hp-request-log.h"

G_BEGIN_DECLS

/* One row on screen: a sequence number and its log. The same row keeps its identity while it lives.
 * Signal "changed": its record is another one, as when it was pinned. */
#define HP_TYPE_LOG_ROW (hp_log_row_get_type ())
G_DECLARE_FINAL_TYPE (HpLogRow, hp_log_row, HP, LOG_ROW, GObject)

guint64 hp_log_row_get_seq (HpLogRow *self);
/* FALSE when the record is gone; see hp_request_log_get(). */
gboolean hp_log_row_get_record (HpLogRow *self, HpRequestRecord *record);

typedef enum
{
  HP_LOG_SORT_NONE, /* as they came */
  HP_LOG_SORT_TIME,
  HP_LOG_SORT_METHOD,
  HP_LOG_SORT_STATUS,
  HP_LOG_SORT_PATH,
  HP_LOG_SORT_TYPE,
  HP_LOG_SORT_SIZE,
  HP_LOG_SORT_DURATION,
  HP_LOG_SORT_CLIENT,
  HP_LOG_SORT_REFERRER,

  HP_N_LOG_SORTS
} HpLogSort;

/* A GListModel of HpLogRow over a log: those that match a query, in some order. Rows are made only
 * when asked for. It follows the log row by row; a new query or order is worked out a few
 * milliseconds at a time, while the old rows stay.
 *
 * Properties, all notified: "busy" (gboolean): a new query or order is being worked out; "paused"
 * (gboolean); "n-waiting" (guint): rows that came while it is paused; "n-matches" (guint): the rows
 * of the list.
 *
 * Signals "replacing" and "replaced": around an items-changed of rows that mostly are there before
 * and after, only elsewhere. Whoever keeps positions, as a selection does, looks up their rows
 * before and finds them again afterwards. All other items-changed are exact.
 */
#define HP_TYPE_LOG_VIEW (hp_log_view_get_type ())
G_DECLARE_FINAL_TYPE (HpLogView, hp_log_view, HP, LOG_VIEW, GObject)

HpLogView *hp_log_view_new (HpRequestLog *log);
HpRequestLog *hp_log_view_get_log (HpLogView *self);

/* query: nullable. */
void hp_log_view_set_query (HpLogView *self, HpLogQuery *query);

/* Rows with equal keys stay as they came, also when sorted downwards. */
void hp_log_view_set_sort (HpLogView *self, HpLogSort sort, gboolean descending);
HpLogSort hp_log_view_get_sort (HpLogView *self, gboolean *descending);

/* Paused: no row comes, though rows still go when the log lets them go. */
void hp_log_view_set_paused (HpLogView *self, gboolean paused);
gboolean hp_log_view_get_paused (HpLogView *self);
guint hp_log_view_get_n_waiting (HpLogView *self);
gboolean hp_log_view_get_busy (HpLogView *self);

/* FALSE: it is not among the rows. */
gboolean hp_log_view_find (HpLogView *self, guint64 seq, guint *position);
/* Without making a row. position must be one. */
guint64 hp_log_view_get_seq (HpLogView *self, guint position);

G_END_DECLS
