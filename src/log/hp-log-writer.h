/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-log-file.h"

G_BEGIN_DECLS

/* Keeps a log file: takes records out of its queue and writes them, in a thread. Made, asked and
 * ended in one thread with a main context, where changed() is called whenever the trouble is
 * another one. */
typedef struct _HpLogWriter HpLogWriter;

/* file: (transfer full). changed: nullable. */
HpLogWriter *hp_log_writer_new (HpLogFile *file, GSourceFunc changed, gpointer user_data);

/* What is pushed here is written. */
HpRecordQueue *hp_log_writer_get_queue (HpLogWriter *self);

/* Why the file isn't written now, or what is missing in it: a sentence; NULL when all is well.
 * (transfer full) (nullable) */
char *hp_log_writer_dup_trouble (HpLogWriter *self);

/* Writes what waits and frees the writer. Waits for that, for limit_ms at most. */
void hp_log_writer_end (HpLogWriter *self, guint limit_ms);

G_END_DECLS
