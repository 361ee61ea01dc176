/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-log-scan-private.h"
#include "log/hp-log-sort-private.h"
#include "log/hp-log-view.h"
#include "log/hp-request-log-private.h"

G_BEGIN_DECLS

/* A new list of rows in the making. */
typedef struct _HpLogViewJob HpLogViewJob;

struct _HpLogView
{
  GObject parent_instance;

  HpRequestLog *log; /* owned */

  /* The rows in use, by their seq. Borrowed: a row takes itself out when it dies. */
  GHashTable *rows;

  HpLogQuery *query; /* owned, nullable */
  HpLogScan *scan;   /* owned; NULL: all rows match */
  HpLogSort sort;
  gboolean descending;
  HpLogSort shown_sort; /* as the list is now, while a job makes it different */
  gboolean shown_descending;

  /* The list: sequence numbers minus base, a guint32 each. It changes only together with
   * items-changed, however much further the log is already. */
  guint64 base;
  GArray *shown;
  guint serial; /* counts its changes: who tells of one may find that it has changed further */

  GArray *fresh;       /* matching rows on their way into the list, by seq */
  GArray *waiting;     /* matching rows that came while it is paused, by seq */
  guint64 scanned_seq; /* rows before it are in one of the three, or do not match */

  guint64 first_seq; /* of the log, as the list knows it */

  gboolean paused;
  guint64 paused_seq; /* the first row that waits */

  HpLogViewJob *job; /* owned, nullable */
  guint work_source; /* 0: nothing to do */

  /* As it was told last. */
  guint told_matches;
  guint told_waiting;
  gboolean told_busy;
};

/* The time of the main thread that is taken at once, microseconds. */
#define HP_LOG_VIEW_SLICE_US 4000

/* More changes than these at once are told as one. */
#define HP_LOG_VIEW_MAX_RUNS 8

/* hp-log-view.c */
void hp_log_view_tell_counts (HpLogView *self);
/* Goes on soon. */
void hp_log_view_schedule (HpLogView *self);

/* hp-log-view-rows.c: the list follows the log. */

/* Appends the matching rows from *seq on to the list, and to the other one those from other_seq on,
 * until there are no more or time is up. Returns whether there are no more. */
gboolean hp_log_view_collect (HpLogView *self,
                              HpLogScan *scan,
                              guint64 *seq,
                              GArray *rows,
                              guint64 other_seq,
                              GArray *other_rows,
                              gint64 deadline);
/* (nullable) */
HpLogSegment *hp_log_view_get_record (HpLogView *self, guint32 row, guint *index);
/* Takes out rows that the log has no more, without telling. */
void hp_log_view_prune (HpLogView *self, GArray *rows);
/* The same, for the list, and tells. */
void hp_log_view_remove_gone (HpLogView *self);
/* Takes in new rows. FALSE: time is up. */
gboolean hp_log_view_take_fresh (HpLogView *self, gint64 deadline);
/* Where the row is in the list, or would be. */
gboolean hp_log_view_search (HpLogView *self, guint32 row, guint *position);
/* Puts the row in or takes it out, as it should be. */
void hp_log_view_check_row (HpLogView *self, guint64 seq);
void hp_log_view_tell (HpLogView *self, guint position, guint removed, guint added);
/* Takes the rows as the new list. */
void hp_log_view_replace (HpLogView *self, GArray *rows);

/* hp-log-view-job.c: a new list, from the beginning. */
void hp_log_view_start_job (HpLogView *self);
void hp_log_view_cancel_job (HpLogView *self);
/* Goes on until time is up; then, or while another thread sorts, the job is still there. */
void hp_log_view_run_job (HpLogView *self, gint64 deadline);
/* Whether the job can't go on just now. */
gboolean hp_log_view_is_sorting (HpLogView *self);

G_END_DECLS
