/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include "log/hp-record-queue.h"

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

/* The records of one server: packed in segments, bounded by memory, oldest go first. Each record
 * has a sequence number that never changes; those kept are first_seq … next_seq - 1. Main thread
 * only.
 *
 * Properties "n-requests", "bytes-sent", "n-problems" (guint64): totals since the last clear,
 * dropped rows included; "n-dropped" (guint64): what the queue lost since then, in no other total.
 * Notified once per batch. Signal "changed" (guint64 n_removed, guint64 n_added): rows went at the
 * front, then came at the end; once per batch, at most ten times a second while a queue feeds it.
 */
HpRequestLog *hp_request_log_new (void);

/* Takes batches from the queue as they come: the first at once, then at most every 100 ms, in the
 * thread-default main context of the caller. NULL: stop; what then waits stays in the queue. */
void hp_request_log_set_queue (HpRequestLog *self, HpRecordQueue *queue);

/* Takes what waits in the queue now. */
void hp_request_log_flush (HpRequestLog *self);
void hp_request_log_append (HpRequestLog *self, const HpRequestRecord *record);
void hp_request_log_append_batch (HpRequestLog *self, HpRecordBatch *batch);

/* Forgets rows, totals and traffic; sequence numbers go on. */
void hp_request_log_clear (HpRequestLog *self);

/* 64 MiB at first; not less than 1 MiB. */
void hp_request_log_set_max_bytes (HpRequestLog *self, gsize max_bytes);
gsize hp_request_log_get_used_bytes (HpRequestLog *self);

guint64 hp_request_log_get_first_seq (HpRequestLog *self);
guint64 hp_request_log_get_next_seq (HpRequestLog *self);

/* FALSE when the row is gone. The strings belong to the log and are valid until it changes. */
gboolean hp_request_log_get (HpRequestLog *self, guint64 seq, HpRequestRecord *record);

guint64 hp_request_log_get_n_requests (HpRequestLog *self);
guint64 hp_request_log_get_bytes_sent (HpRequestLog *self);
guint64 hp_request_log_get_n_problems (HpRequestLog *self);
guint64 hp_request_log_get_n_dropped (HpRequestLog *self);

/* Requests that ended in each second of the last minute, oldest first; the last is the running
 * second. now_us: Unix time. */
void
hp_request_log_get_traffic (HpRequestLog *self, gint64 now_us, HpLogSecond seconds[HP_LOG_SECONDS]);

G_END_DECLS
