/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-request-record.h"

G_BEGIN_DECLS

/* The formats in which a log leaves the program. */
typedef enum
{
  HP_LOG_FORMAT_HAR,
  HP_LOG_FORMAT_JSON_LINES,
  HP_LOG_FORMAT_COMBINED,
  HP_LOG_FORMAT_CSV,

  HP_N_LOG_FORMATS
} HpLogFormat;

/* "har", "jsonl", "clf", "csv". */
const char *hp_log_format_get_nick (HpLogFormat format);
gboolean hp_log_format_from_nick (const char *nick, HpLogFormat *format);
/* A translated name for people. */
const char *hp_log_format_get_name (HpLogFormat format);
/* What it is good for; translated. */
const char *hp_log_format_get_purpose (HpLogFormat format);
/* "har", "jsonl", "log", "csv". */
const char *hp_log_format_get_extension (HpLogFormat format);

/* Writes records in one of them. */
typedef struct _HpLogFormatter HpLogFormatter;

/* base: see hp_log_format_har_entry(). secrets: with cookies and passwords. */
HpLogFormatter *hp_log_formatter_new (HpLogFormat format, const char *base, gboolean secrets);
/* Where the programs of connections come from, where a record doesn't know its client's. function:
 * called in the thread that adds records, with data; (transfer full) (nullable). */
typedef char *(*HpLogProgramFunc) (gpointer data, guint32 connection);
void hp_log_formatter_set_programs (HpLogFormatter *self,
                                    HpLogProgramFunc function,
                                    gpointer data,
                                    GDestroyNotify destroy);
void hp_log_formatter_free (HpLogFormatter *self);

/* Begins a document, or goes on with one that already has records. */
void hp_log_formatter_begin (HpLogFormatter *self, GString *out);
void hp_log_formatter_resume (HpLogFormatter *self, gboolean has_records);
void hp_log_formatter_add (HpLogFormatter *self, GString *out, const HpRequestRecord *record);
/* What makes the document whole; nothing for most. */
const char *hp_log_formatter_get_tail (HpLogFormatter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpLogFormatter, hp_log_formatter_free)

G_END_DECLS
