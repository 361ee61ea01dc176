/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where an export goes: into a file beside the one that is meant, which it replaces when all is
 * written, or into a text. Blocks. */
typedef struct _HpLogSink HpLogSink;

/* The most that a clipboard is given. */
#define HP_LOG_MAX_TEXT (32 * 1000 * 1000)

/* file: NULL for a text. */
HpLogSink *hp_log_sink_new (GFile *file, GCancellable *cancel, GError **error);
/* Unless it is finished, nothing is left behind. */
void hp_log_sink_free (HpLogSink *self);

/* What is to be written is appended here. */
GString *hp_log_sink_get_buffer (HpLogSink *self);
/* Writes the buffer when it is worth it. */
gboolean hp_log_sink_drain (HpLogSink *self, GCancellable *cancel, GError **error);
gboolean hp_log_sink_finish (HpLogSink *self, GCancellable *cancel, GError **error);
/* (transfer full) (nullable): NULL for a file. */
char *hp_log_sink_steal_text (HpLogSink *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpLogSink, hp_log_sink_free)

G_END_DECLS
