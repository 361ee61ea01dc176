/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-request-record.h"

G_BEGIN_DECLS

/* A run of up to 4096 records of a log in packed form, with the strings they share. It dies as a
 * whole, so no string needs a reference count. */
typedef struct _HpLogSegment HpLogSegment;

HpLogSegment *hp_log_segment_new (guint64 first_seq);
void hp_log_segment_free (HpLogSegment *self);

/* TRUE: close it and go on with the next one. */
gboolean hp_log_segment_is_full (HpLogSegment *self);

/* The segment must not be full. Strings longer than HP_RECORD_MAX_STRING are cut. */
void hp_log_segment_append (HpLogSegment *self, const HpRequestRecord *record);

/* Nothing is appended any more: gives back what was only needed for that. */
void hp_log_segment_close (HpLogSegment *self);

guint64 hp_log_segment_get_first_seq (HpLogSegment *self);
guint hp_log_segment_get_length (HpLogSegment *self);
gsize hp_log_segment_get_bytes (HpLogSegment *self);

/* The strings of the record belong to the segment, until the next append. */
void hp_log_segment_get (HpLogSegment *self, guint index, HpRequestRecord *record);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpLogSegment, hp_log_segment_free)

G_END_DECLS
