/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-record-queue.h"

G_BEGIN_DECLS

/* Reads a queue in a thread of its own: whatever takes the records slowly, a terminal or a disk,
 * holds up nothing but that thread, and not the end of the program either. */
typedef struct _HpRecordReader HpRecordReader;

/* In the thread: takes what came. Called once at the beginning in any case, with NULL when nothing
 * waits. FALSE: nothing is to be read any more. */
typedef gboolean (*HpRecordFunc) (HpRecordBatch *batch, gpointer user_data);

/* It is the queue's only reader from now on. user_data is freed when the thread has ended, maybe in
 * it.
 */
HpRecordReader *hp_record_reader_new (const char *thread_name,
                                      HpRecordQueue *queue,
                                      HpRecordFunc function,
                                      gpointer user_data,
                                      GDestroyNotify free_user_data);

/* Reads what waits and frees the reader. Nothing may be pushed to the queue any more. Waits for the
 * thread, for limit_ms at most; then it goes on by itself, to its end or that of the process. */
void hp_record_reader_end (HpRecordReader *self, guint limit_ms);

G_END_DECLS
