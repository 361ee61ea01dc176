/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-log-query.h"
#include "log/hp-record-queue.h"

G_BEGIN_DECLS

/* Prints requests to standard output as a queue brings them, each at once, in a thread of its own:
 * somebody who reads slowly, or not at all, must not keep the program from ending. */
typedef struct _HpPrinter HpPrinter;

/* Prints first_line, then every record that matches the filter (nullable). It is the queue's only
 * reader from now on. failed() is called once, in the default main context, when nothing can be
 * printed any more. */
HpPrinter *hp_printer_new (const char *first_line,
                           HpRecordQueue *queue,
                           gboolean json,
                           HpLogQuery *filter,
                           GSourceFunc failed,
                           gpointer user_data);

/* Why nothing can be printed, an errno; 0: it can. */
int hp_printer_get_error (HpPrinter *self);

/* Prints what waits, for limit_ms at most, and frees the printer. Nothing may be pushed to the
 * queue any more. */
void hp_printer_end (HpPrinter *self, guint limit_ms);

G_END_DECLS
