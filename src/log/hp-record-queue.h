/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-request-record.h"

G_BEGIN_DECLS

/* The most that is kept of one string of a record, heads aside, in bytes. */
#define HP_RECORD_MAX_STRING 8192

/* The door between the engine thread and the main thread: records are copied in on one side and
 * taken out in batches on the other. Bounded; when it is full records are counted and dropped,
 * never waited for. Thread-safe, atomically ref-counted. */
typedef struct _HpRecordQueue HpRecordQueue;
typedef struct _HpRecordBatch HpRecordBatch;

HpRecordQueue *hp_record_queue_new (guint capacity);
HpRecordQueue *hp_record_queue_ref (HpRecordQueue *self);
void hp_record_queue_unref (HpRecordQueue *self);

/* Called from the pushing thread whenever the queue stops being empty, and as it gets longer: see
 * hp_record_queue_is_long(). Set NULL to stop; after that call returned the function is not running
 * any more. So the function is called with a lock held: it should do no more than wake somebody,
 * and may neither push to this queue nor set its notify function. What already waits when it is set
 * is not told: take once afterwards. */
void hp_record_queue_set_notify (HpRecordQueue *self, GSourceFunc notify, gpointer user_data);

/* Copies the record. Strings longer than HP_RECORD_MAX_STRING are cut, the fields of a head at
 * HP_RECORD_MAX_HEAD and a body at HP_RECORD_MAX_BODY. */
void hp_record_queue_push (HpRecordQueue *self, const HpRequestRecord *record);

/* A second queue that gets all that is pushed from now on, or NULL: for a log file beside the log.
 * What it has no room for is counted there. */
void hp_record_queue_set_tee (HpRecordQueue *self, HpRecordQueue *tee);

/* Whether so much waits that it should be taken soon, whatever else there is to do: a longer queue
 * pushes what the pushing thread works with out of the processor's cache. */
gboolean hp_record_queue_is_long (HpRecordQueue *self);

/* (transfer full) (nullable): all that waits, oldest first; NULL when nothing does. */
HpRecordBatch *hp_record_queue_take (HpRecordQueue *self);

guint hp_record_batch_get_length (HpRecordBatch *self);
/* The strings of the record belong to the batch. */
void hp_record_batch_get (HpRecordBatch *self, guint index, HpRequestRecord *record);
/* Records lost since the batch before, because the queue was full. */
guint64 hp_record_batch_get_dropped (HpRecordBatch *self);
void hp_record_batch_free (HpRecordBatch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpRecordQueue, hp_record_queue_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpRecordBatch, hp_record_batch_free)

G_END_DECLS
