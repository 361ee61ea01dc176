/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include "log/hp-log-budget.h"
#include "log/hp-record-queue.h"
#include "log/hp-request-details.h"

G_BEGIN_DECLS

#define HP_TYPE_REQUEST_LOG (hp_request_log_get_type ())
G_DECLARE_FINAL_TYPE (HpRequestLog, hp_request_log, HP, REQUEST_LOG, GObject)

/* The seconds of traffic that are remembered. */
#define HP_LOG_SECONDS 60

typedef struct
{
  guint32 requests;
  guint32 problems;
} HpLogSecond;

/* The records of one server: packed in segments, bounded by a budget, oldest go first. Each record
 * has a sequence number that never changes; those kept are first_seq … next_seq - 1, and before
 * them the pinned ones that stayed when the others went. Main thread only.
 *
 * Properties "n-requests", "bytes-sent", "n-problems" (guint64): totals since the last clear,
 * dropped rows included; "n-dropped" (guint64): what the queue lost since then, in no other total.
 * Notified once per batch. "can-undo-clear" (gboolean).
 *
 * Signal "changed" (guint64 n_removed, guint64 n_added): first_seq went up by n_removed, then
 * next_seq by n_added; once per batch, at most ten times a second while a queue feeds it. Signal
 * "cleared": after a clear and after its undo, behind a "changed" (with 0 and 0 when rows came
 * back): whoever counts on their own begins again. Signal "row-changed" (guint64 seq): a row was
 * pinned or is not any more.
 */
HpRequestLog *hp_request_log_new (void); /* with a budget of its own */
HpRequestLog *hp_request_log_new_with_budget (HpLogBudget *budget);
HpLogBudget *hp_request_log_get_budget (HpRequestLog *self);

/* Takes batches from the queue as they come: the first at once, then at most every 100 ms, in the
 * thread-default main context of the caller. What piles up meanwhile is taken as well, but not seen
 * or told of sooner. NULL: stop; what then waits stays in the queue. */
void hp_request_log_set_queue (HpRequestLog *self, HpRecordQueue *queue);

/* Takes what waits in the queue now. */
void hp_request_log_flush (HpRequestLog *self);
void hp_request_log_append (HpRequestLog *self, const HpRequestRecord *record);
void hp_request_log_append_batch (HpRequestLog *self, HpRecordBatch *batch);

/* Forgets rows that are not pinned, totals and traffic; sequence numbers go on. Undone, all is as
 * if nothing had been cleared. What was cleared takes room until the next clear, until it is
 * forgotten or until the room is needed. */
void hp_request_log_clear (HpRequestLog *self);
gboolean hp_request_log_can_undo_clear (HpRequestLog *self);
gboolean hp_request_log_undo_clear (HpRequestLog *self);
void hp_request_log_forget_cleared (HpRequestLog *self);

/* Of the budget; not less than 1 MiB. */
void hp_request_log_set_max_bytes (HpRequestLog *self, gsize max_bytes);
/* Of this log, what was cleared included. */
gsize hp_request_log_get_used_bytes (HpRequestLog *self);

guint64 hp_request_log_get_first_seq (HpRequestLog *self);
guint64 hp_request_log_get_next_seq (HpRequestLog *self);

/* FALSE when the row is gone. The strings belong to the log and are valid until it changes; heads,
 * file and body are NULL: see hp_request_log_dup_details(). */
gboolean hp_request_log_get (HpRequestLog *self, guint64 seq, HpRequestRecord *record);

/* The rows before first_seq that are kept because they were pinned, oldest first. */
guint hp_request_log_get_n_kept (HpRequestLog *self);
guint64 hp_request_log_get_kept (HpRequestLog *self, guint index);

/* (nullable): heads, file and body of a row; NULL when there are none or they are not kept any
 * more.
 */
HpRequestDetails *hp_request_log_dup_details (HpRequestLog *self, guint64 seq);

void hp_request_log_set_pinned (HpRequestLog *self, guint64 seq, gboolean pinned);

guint64 hp_request_log_get_n_requests (HpRequestLog *self);
guint64 hp_request_log_get_bytes_sent (HpRequestLog *self);
guint64 hp_request_log_get_n_problems (HpRequestLog *self);
guint64 hp_request_log_get_n_dropped (HpRequestLog *self);

/* Requests that ended in each second of the last minute, oldest first; the last is the running
 * second. now_us: Unix time. */
void
hp_request_log_get_traffic (HpRequestLog *self, gint64 now_us, HpLogSecond seconds[HP_LOG_SECONDS]);

G_END_DECLS
