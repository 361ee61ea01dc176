/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "log/hp-log-segment-private.h"
#include "log/hp-record-queue.h"

#define MAX_RECORDS 4096

/* A segment with more text than this is closed early, so that the oldest part of a log can be let
 * go in small steps whatever clients send. */
#define MAX_ARENA (1024 * 1024)

/* Offsets into the arena; 0: NULL. 21 bits reach beyond MAX_ARENA and the strings of one record. */
#define OFFSET_BITS 21

#define MAX_BYTES ((G_GUINT64_CONSTANT (1) << 48) - 1)

typedef struct
{
  gint64 time_us;
  guint64 bytes : 48;
  guint64 status : 16;
  guint64 target : OFFSET_BITS;
  guint64 referrer : OFFSET_BITS;
  guint64 user_agent : OFFSET_BITS;
  guint64 client : OFFSET_BITS;
  guint64 media_type : OFFSET_BITS;
  guint64 method : OFFSET_BITS;
  guint32 duration_us;
  guint8 reason;
  guint8 flags;
} PackedRecord;

G_STATIC_ASSERT (sizeof (PackedRecord) == 40);
G_STATIC_ASSERT (MAX_ARENA + 6 * (HP_RECORD_MAX_STRING + 1) < 1 << OFFSET_BITS);

struct _HpLogSegment
{
  guint64 first_seq;

  PackedRecord *records;
  guint n_records;
  guint n_allocated;

  char *arena; /* strings one after the other; the first byte is unused, as 0 means NULL */
  guint32 arena_used;
  guint32 arena_allocated;

  /* The dictionary, an open hash of offsets; NULL once the segment is closed. */
  guint32 *slots;
  guint n_slots; /* a power of two, at most half of them used */
  guint n_words;
};

HpLogSegment *
hp_log_segment_new (guint64 first_seq)
{
  HpLogSegment *self = g_new0 (HpLogSegment, 1);

  self->first_seq = first_seq;
  self->arena_used = 1;
  self->arena_allocated = 1024;
  self->arena = g_malloc0 (self->arena_allocated);
  self->n_slots = 256;
  self->slots = g_new0 (guint32, self->n_slots);
  return self;
}

void
hp_log_segment_free (HpLogSegment *self)
{
  g_free (self->records);
  g_free (self->arena);
  g_free (self->slots);
  g_free (self);
}

gboolean
hp_log_segment_is_full (HpLogSegment *self)
{
  return self->n_records == MAX_RECORDS || self->arena_used > MAX_ARENA;
}

/* FNV-1a. A segment is small: even if all its strings collide, a look-up stays in microseconds. */
static guint32
hash (const char *text, gsize length)
{
  guint32 h = 2166136261u;

  for (gsize i = 0; i < length; i++)
    h = (h ^ (guint8) text[i]) * 16777619u;
  return h;
}

static gboolean
is_at (HpLogSegment *self, guint32 offset, const char *text, gsize length)
{
  const char *word = self->arena + offset;

  return strncmp (word, text, length) == 0 && word[length] == '\0';
}

static void
grow_slots (HpLogSegment *self)
{
  g_autofree guint32 *old = g_steal_pointer (&self->slots);
  guint n_old = self->n_slots;

  self->n_slots *= 2;
  self->slots = g_new0 (guint32, self->n_slots);
  for (guint i = 0; i < n_old; i++)
    if (old[i] != 0)
      {
        const char *word = self->arena + old[i];
        guint slot = hash (word, strlen (word)) & (self->n_slots - 1);

        while (self->slots[slot] != 0)
          slot = (slot + 1) & (self->n_slots - 1);
        self->slots[slot] = old[i];
      }
}

static guint32
add_word (HpLogSegment *self, const char *text, gsize length)
{
  guint32 offset = self->arena_used;

  if (length + 1 > self->arena_allocated - self->arena_used)
    {
      do
        self->arena_allocated *= 2;
      while (length + 1 > self->arena_allocated - self->arena_used);
      self->arena = g_realloc (self->arena, self->arena_allocated);
    }
  memcpy (self->arena + offset, text, length);
  self->arena[offset + length] = '\0';
  self->arena_used += length + 1;
  return offset;
}

/* The offset of the string. previous: where the same field of the record before is, which is right
 * more often than not and saves the hash. */
static guint32
intern (HpLogSegment *self, const char *text, guint32 previous)
{
  gsize length;
  guint slot;

  if (text == NULL)
    return 0;
  length = strnlen (text, HP_RECORD_MAX_STRING);
  if (previous != 0 && is_at (self, previous, text, length))
    return previous;

  slot = hash (text, length) & (self->n_slots - 1);
  while (self->slots[slot] != 0)
    {
      if (is_at (self, self->slots[slot], text, length))
        return self->slots[slot];
      slot = (slot + 1) & (self->n_slots - 1);
    }

  previous = self->slots[slot] = add_word (self, text, length);
  if (++self->n_words * 2 > self->n_slots)
    grow_slots (self);
  return previous;
}

void
hp_log_segment_append (HpLogSegment *self, const HpRequestRecord *record)
{
  static const PackedRecord none = { 0 };
  const PackedRecord *previous = &none;
  PackedRecord *packed;

  g_return_if_fail (self->slots != NULL && !hp_log_segment_is_full (self));

  if (self->n_records == self->n_allocated)
    {
      self->n_allocated = MIN (MAX (64, self->n_allocated * 2), MAX_RECORDS);
      self->records = g_renew (PackedRecord, self->records, self->n_allocated);
    }
  packed = &self->records[self->n_records];
  if (self->n_records > 0)
    previous = packed - 1;

  *packed = (PackedRecord){
    .time_us = record->time_us,
    .bytes = MIN (record->bytes, MAX_BYTES),
    .status = record->status,
    .target = intern (self, record->target, previous->target),
    .referrer = intern (self, record->referrer, previous->referrer),
    .user_agent = intern (self, record->user_agent, previous->user_agent),
    .client = intern (self, record->client, previous->client),
    .media_type = intern (self, record->media_type, previous->media_type),
    .method = intern (self, record->method, previous->method),
    .duration_us = record->duration_us,
    .reason = record->reason,
    .flags = record->flags,
  };
  self->n_records++;
}

void
hp_log_segment_close (HpLogSegment *self)
{
  g_clear_pointer (&self->slots, g_free);
  self->n_slots = 0;

  self->n_allocated = self->n_records;
  self->records = g_renew (PackedRecord, self->records, self->n_allocated);
  self->arena_allocated = self->arena_used;
  self->arena = g_realloc (self->arena, self->arena_allocated);
}

guint64
hp_log_segment_get_first_seq (HpLogSegment *self)
{
  return self->first_seq;
}

guint
hp_log_segment_get_length (HpLogSegment *self)
{
  return self->n_records;
}

gsize
hp_log_segment_get_bytes (HpLogSegment *self)
{
  return sizeof *self + self->n_allocated * sizeof (PackedRecord) + self->arena_allocated
         + self->n_slots * sizeof (guint32);
}

void
hp_log_segment_get (HpLogSegment *self, guint index, HpRequestRecord *record)
{
  const PackedRecord *packed;

  g_return_if_fail (index < self->n_records);

#define TEXT(field) (packed->field != 0 ? self->arena + packed->field : NULL)
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
  };
#undef TEXT
}
