/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "log/hp-log-segment-private.h"
#include "log/hp-log-words.h"
#include "log/hp-record-queue.h"

/* A segment with more text than this, or with more of heads and bodies, is closed early, so that
 * the oldest part of a log can be let go in small steps whatever clients send. */
#define MAX_ARENA (1024 * 1024)
#define MAX_HEADS (4 * 1024 * 1024)

#define MAX_BYTES  ((G_GUINT64_CONSTANT (1) << 48) - 1)
#define MAX_STATUS ((1u << 12) - 1)

G_STATIC_ASSERT (sizeof (HpLogPacked) == 48);
G_STATIC_ASSERT (HP_N_FETCH_DESTS <= 1 << 4);
G_STATIC_ASSERT (MAX_ARENA + 6 * (HP_RECORD_MAX_STRING + 1) < 1 << HP_LOG_OFFSET_BITS);

struct _HpLogSegment
{
  guint64 first_seq;
  guint64 id;

  HpLogPacked *records;
  guint n_records;
  guint n_allocated;
  guint n_pinned;

  HpLogWords words;
  HpHeadStore *heads; /* owned, nullable */
};

HpLogSegment *
hp_log_segment_new (guint64 first_seq)
{
  static gsize n_segments; /* atomic: a log may be read from a file in a thread */
  HpLogSegment *self = g_new0 (HpLogSegment, 1);

  self->id = g_atomic_pointer_add (&n_segments, 1);
  self->first_seq = first_seq;
  hp_log_words_init (&self->words);
  return self;
}

void
hp_log_segment_free (HpLogSegment *self)
{
  g_free (self->records);
  hp_log_words_clear (&self->words);
  g_clear_pointer (&self->heads, hp_head_store_free);
  g_free (self);
}

gboolean
hp_log_segment_is_full (HpLogSegment *self)
{
  return self->n_records == HP_LOG_SEGMENT_RECORDS || self->words.used > MAX_ARENA
         || hp_log_segment_get_head_bytes (self) > MAX_HEADS;
}

/* previous: where the same field of the record before is, which is right more often than not. */
static guint32
intern (HpLogSegment *self, const char *text, guint32 previous)
{
  if (text == NULL)
    return 0;
  return hp_log_words_intern (&self->words, text, strnlen (text, HP_RECORD_MAX_STRING), previous);
}

static void
append_heads (HpLogSegment *self, const HpRequestRecord *record)
{
  if (record->request_fields == NULL && record->response_fields == NULL && record->file == NULL
      && record->program == NULL && record->body == NULL)
    return;
  if (self->heads == NULL)
    self->heads = hp_head_store_new ();
  hp_head_store_append (self->heads, self->n_records, record);
}

void
hp_log_segment_append (HpLogSegment *self, const HpRequestRecord *record)
{
  static const HpLogPacked none = { 0 };
  const HpLogPacked *previous = &none;
  HpLogPacked *packed;

  g_return_if_fail (self->words.slots != NULL && !hp_log_segment_is_full (self));

  if (self->n_records == self->n_allocated)
    {
      self->n_allocated = MIN (MAX (64, self->n_allocated * 2), HP_LOG_SEGMENT_RECORDS);
      self->records = g_renew (HpLogPacked, self->records, self->n_allocated);
    }
  packed = &self->records[self->n_records];
  if (self->n_records > 0)
    previous = packed - 1;

  *packed = (HpLogPacked){
    .time_us = record->time_us,
    .bytes = MIN (record->bytes, MAX_BYTES),
    .status = MIN (record->status, MAX_STATUS),
    .fetch_dest = record->fetch_dest < HP_N_FETCH_DESTS ? record->fetch_dest : 0,
    .target = intern (self, record->target, previous->target),
    .referrer = intern (self, record->referrer, previous->referrer),
    .user_agent = intern (self, record->user_agent, previous->user_agent),
    .client = intern (self, record->client, previous->client),
    .media_type = intern (self, record->media_type, previous->media_type),
    .method = intern (self, record->method, previous->method),
    .duration_us = record->duration_us,
    .first_byte_us = record->first_byte_us,
    .connection = record->connection,
    .client_port = record->client_port,
    .reason = record->reason,
    .flags = record->flags,
  };
  append_heads (self, record);
  self->n_pinned += (record->flags & HP_RECORD_PINNED) != 0;
  self->n_records++;
}

void
hp_log_segment_close (HpLogSegment *self)
{
  self->n_allocated = self->n_records;
  self->records = g_renew (HpLogPacked, self->records, self->n_allocated);
  hp_log_words_close (&self->words);
  if (self->heads != NULL)
    hp_head_store_close (self->heads);
}

guint64
hp_log_segment_get_first_seq (HpLogSegment *self)
{
  return self->first_seq;
}

guint64
hp_log_segment_get_id (HpLogSegment *self)
{
  return self->id;
}

guint
hp_log_segment_get_length (HpLogSegment *self)
{
  return self->n_records;
}

gsize
hp_log_segment_get_bytes (HpLogSegment *self)
{
  return sizeof *self + self->n_allocated * sizeof (HpLogPacked)
         + hp_log_words_get_bytes (&self->words);
}

gsize
hp_log_segment_get_head_bytes (HpLogSegment *self)
{
  return self->heads != NULL ? hp_head_store_get_bytes (self->heads) : 0;
}

void
hp_log_segment_get (HpLogSegment *self, guint index, HpRequestRecord *record)
{
  const HpLogPacked *packed;

  g_return_if_fail (index < self->n_records);

#define TEXT(field) (packed->field != 0 ? self->words.arena + packed->field : NULL)
  packed = &self->records[index];
  *record = (HpRequestRecord){
    .time_us = packed->time_us,
    .bytes = packed->bytes,
    .duration_us = packed->duration_us,
    .status = packed->status,
    .reason = packed->reason,
    .flags = packed->flags,
    .method = TEXT (method),
    .target = TEXT (target),
    .client = TEXT (client),
    .referrer = TEXT (referrer),
    .user_agent = TEXT (user_agent),
    .media_type = TEXT (media_type),
    .first_byte_us = packed->first_byte_us,
    .connection = packed->connection,
    .client_port = packed->client_port,
    .fetch_dest = packed->fetch_dest,
  };
#undef TEXT
  /* Nobody else knows who asked for a saved request. */
  if ((packed->flags & HP_RECORD_SAVED) != 0 && self->heads != NULL)
    record->program = hp_head_store_get_program (self->heads, index);
}

HpRequestDetails *
hp_log_segment_dup_details (HpLogSegment *self, guint index)
{
  g_return_val_if_fail (index < self->n_records, NULL);

  return self->heads != NULL ? hp_head_store_dup (self->heads, index) : NULL;
}

void
hp_log_segment_drop_heads (HpLogSegment *self)
{
  g_clear_pointer (&self->heads, hp_head_store_free);
}

void
hp_log_segment_set_pinned (HpLogSegment *self, guint index, gboolean pinned)
{
  HpLogPacked *packed;

  g_return_if_fail (index < self->n_records);

  packed = &self->records[index];
  if (pinned == ((packed->flags & HP_RECORD_PINNED) != 0))
    return;
  packed->flags ^= HP_RECORD_PINNED;
  self->n_pinned += pinned ? 1 : -1;
}

guint
hp_log_segment_get_n_pinned (HpLogSegment *self)
{
  return self->n_pinned;
}

HpLogSegment *
hp_log_segment_extract (HpLogSegment *self, guint index)
{
  HpLogSegment *extract = hp_log_segment_new (self->first_seq + index);
  g_autoptr (HpRequestDetails) details = hp_log_segment_dup_details (self, index);
  HpRequestRecord record;

  hp_log_segment_get (self, index, &record);
  if (details != NULL)
    hp_request_details_apply (details, &record);
  hp_log_segment_append (extract, &record);
  hp_log_segment_close (extract);
  return extract;
}

const HpLogPacked *
hp_log_segment_peek (HpLogSegment *self)
{
  return self->records;
}

const char *
hp_log_segment_peek_arena (HpLogSegment *self)
{
  return self->words.arena;
}

HpHeadStore *
hp_log_segment_peek_heads (HpLogSegment *self)
{
  return self->heads;
}
