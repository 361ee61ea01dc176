/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-request-log.h"

G_BEGIN_DECLS

/* Reads an HTTP Archive into a log: in a thread, entry by entry, with the memory for a few hundred
 * of them. The rows come in batches while it reads, in the thread-default main context of the
 * caller.
 *
 * progress: nullable; called there with the bytes read so far and those of the file (0: unknown).
 */
void hp_har_read_async (GFile *file,
                        HpRequestLog *log,
                        GCancellable *cancellable,
                        GFileProgressCallback progress,
                        gpointer progress_data,
                        GAsyncReadyCallback callback,
                        gpointer user_data);

/* FALSE with a sentence for people that names the line; rows before it are in the log all the same.
 * n_entries: (out) (nullable): how many were read. */
gboolean hp_har_read_finish (GAsyncResult *result, guint64 *n_entries, GError **error);

G_END_DECLS
