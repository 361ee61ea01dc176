/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-head-store.h"
#include "log/hp-request-record.h"

G_BEGIN_DECLS

/* The most records of a segment. */
#define HP_LOG_SEGMENT_RECORDS 4096

/* A run of records of a log in packed form, with the strings they share. It dies as a whole, so no
 * string needs a reference count. */
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
/* Counts all segments there ever were: the lower the older. */
guint64 hp_log_segment_get_id (HpLogSegment *self);
guint hp_log_segment_get_length (HpLogSegment *self);

/* Memory, without and of heads, files and bodies. */
gsize hp_log_segment_get_bytes (HpLogSegment *self);
gsize hp_log_segment_get_head_bytes (HpLogSegment *self);

/* The strings of the record belong to the segment, until the next append; what is in
 * HpRequestDetails is NULL, but for the program of a saved one. */
void hp_log_segment_get (HpLogSegment *self, guint index, HpRequestRecord *record);

/* (nullable): NULL when there are none, or they are not kept any more. */
HpRequestDetails *hp_log_segment_dup_details (HpLogSegment *self, guint index);
/* Heads are what takes room: they can go before the rows. */
void hp_log_segment_drop_heads (HpLogSegment *self);

void hp_log_segment_set_pinned (HpLogSegment *self, guint index, gboolean pinned);
guint hp_log_segment_get_n_pinned (HpLogSegment *self);

/* A closed segment of one record, with its heads and the same sequence number. */
HpLogSegment *hp_log_segment_extract (HpLogSegment *self, guint index);

/* For those who look at all records: the packed form itself. Offsets into the arena; 0: NULL. */
#define HP_LOG_OFFSET_BITS 21

typedef struct
{
  gint64 time_us;
  guint64 bytes : 48;
  guint64 status : 12;
  guint64 fetch_dest : 4;
  guint64 target : HP_LOG_OFFSET_BITS;
  guint64 referrer : HP_LOG_OFFSET_BITS;
  guint64 user_agent : HP_LOG_OFFSET_BITS;
  guint64 client : HP_LOG_OFFSET_BITS;
  guint64 media_type : HP_LOG_OFFSET_BITS;
  guint64 method : HP_LOG_OFFSET_BITS;
  guint32 duration_us;
  guint32 first_byte_us;
  guint32 connection;
  guint16 client_port;
  guint8 reason;
  guint8 flags;
} HpLogPacked;

const HpLogPacked *hp_log_segment_peek (HpLogSegment *self);
const char *hp_log_segment_peek_arena (HpLogSegment *self);
/* (nullable) */
HpHeadStore *hp_log_segment_peek_heads (HpLogSegment *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpLogSegment, hp_log_segment_free)

G_END_DECLS
