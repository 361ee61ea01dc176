/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-request-log.h"

G_BEGIN_DECLS

/* Reads a log from its first row to its last and then whatever comes, each row once, never more
 * than a slice of the main thread at a time. When the log is cleared, or a clear undone, it begins
 * anew.
 */
typedef struct _HpLogReader HpLogReader;

typedef struct
{
  void (*reset) (gpointer owner);
  void (*take) (gpointer owner, guint64 seq, const HpRequestRecord *record);
  /* After some rows, or when rows have left the log. */
  void (*settle) (gpointer owner, gboolean rows_left);
  /* When it was behind and isn't any more. */
  void (*caught_up) (gpointer owner);
} HpLogReaderFuncs;

HpLogReader *hp_log_reader_new (HpRequestLog *log, const HpLogReaderFuncs *funcs, gpointer owner);
void hp_log_reader_free (HpLogReader *self);
HpRequestLog *hp_log_reader_get_log (HpLogReader *self);
/* Whether there are rows that it hasn't come to yet. */
gboolean hp_log_reader_is_behind (HpLogReader *self);

G_END_DECLS
