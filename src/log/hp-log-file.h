/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include "log/hp-log-formatter.h"
#include "log/hp-record-queue.h"

G_BEGIN_DECLS

#define HP_LOG_FILE_SIZE (10 * 1000 * 1000)
#define HP_LOG_FILE_KEEP 5

/* Where a server's log goes on disk, and how. */
typedef struct
{
  char *path; /* absolute */
  HpLogFormat format;
  guint64 max_bytes; /* of one file; 0: no limit */
} HpLogFileOptions;

HpLogFileOptions *hp_log_file_options_new (const char *path, HpLogFormat format, guint64 max_bytes);
HpLogFileOptions *hp_log_file_options_copy (const HpLogFileOptions *self);
/* Either may be NULL. */
gboolean hp_log_file_options_equal (const HpLogFileOptions *a, const HpLogFileOptions *b);
void hp_log_file_options_free (HpLogFileOptions *self);

/* A file that grows by records: what is in it already stays. At max_bytes it becomes NAME.1.EXT,
 * the ones before move up to NAME.5.EXT, and a new one begins. Written at once and without a
 * buffer: the end of the program, however hard, loses nothing, and an HAR file is whole after each
 * write. One program at a time writes to a file. To be used from one thread at a time; blocks. */
typedef struct _HpLogFile HpLogFile;

/* base: see hp_log_format_har_entry(). */
HpLogFile *hp_log_file_new (const HpLogFileOptions *options, const char *base);
/* Before anything is written; see hp_log_formatter_set_programs(). */
void hp_log_file_set_programs (HpLogFile *self,
                               HpLogProgramFunc function,
                               gpointer data,
                               GDestroyNotify destroy);
void hp_log_file_free (HpLogFile *self);

/* Opens it unless it is open, and fails for a file that is something else. Errors are whole
 * sentences for people. */
gboolean hp_log_file_open (HpLogFile *self, GError **error);

/* Opens the file again when it has been moved or deleted, and appends. After an error the file is
 * as it was before; the next call tries again. */
gboolean hp_log_file_write (HpLogFile *self, HpRecordBatch *batch, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpLogFileOptions, hp_log_file_options_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpLogFile, hp_log_file_free)

G_END_DECLS
