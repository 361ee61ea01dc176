/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include "log/hp-log-formatter.h"
#include "log/hp-request-log.h"

G_BEGIN_DECLS

/* Writes rows of a log to a file or into a text. The rows are copied a few milliseconds at a time
 * in the main thread, formatted and written in another one; of the whole only some thousand rows
 * are in memory. Main thread.
 *
 * Property "n-done" (guint64): the rows written so far; notified as they are. */
#define HP_TYPE_LOG_EXPORT (hp_log_export_get_type ())
G_DECLARE_FINAL_TYPE (HpLogExport, hp_log_export, HP, LOG_EXPORT, GObject)

/* seqs: (transfer full) (element-type guint64): the rows, in the order in which they are written.
 * base, secrets: see hp_log_formatter_new(). An export is good for one run. */
HpLogExport *hp_log_export_new (
    HpRequestLog *log, GArray *seqs, HpLogFormat format, const char *base, gboolean secrets);

/* Before it runs; see hp_log_formatter_set_programs(). */
void hp_log_export_set_programs (HpLogExport *self,
                                 HpLogProgramFunc function,
                                 gpointer data,
                                 GDestroyNotify destroy);
guint64 hp_log_export_get_n_rows (HpLogExport *self);
guint64 hp_log_export_get_n_done (HpLogExport *self);
/* Rows that left the log before they could be copied. */
guint64 hp_log_export_get_n_missing (HpLogExport *self);

/* file: replaced when all is written; left as it was after an error or when cancelled. NULL: a
 * text, which hp_log_export_finish() gives. */
void hp_log_export_run_async (HpLogExport *self,
                              GFile *file,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);

/* text: (out) (nullable) (transfer full). Errors are whole sentences for people. */
gboolean
hp_log_export_finish (HpLogExport *self, GAsyncResult *result, char **text, GError **error);

G_END_DECLS
