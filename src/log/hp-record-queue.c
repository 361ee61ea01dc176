/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "log/hp-record-queue.h"

/* What all waiting strings together may take. */
#define MAX_STRING_BYTES (64 * 1024 * 1024)

/* Buffers up to this size are kept for the next batch, so that a steady stream allocates nothing;
 * what a flood needed is given back. */
#define MAX_SPARE_BYTES (2 * 1024 * 1024)

/* Every so many records that wait it is told again. */
#define LONG_LENGTH 1024

typedef enum
{
  STRING_METHOD,
  STRING_TARGET,
  STRING_CLIENT,
  STRING_REFERRER,
  STRING_USER_AGENT,
  STRING_MEDIA_TYPE,
  STRING_REQUEST_FIELDS,
  STRING_RESPONSE_FIELDS,
  STRING_FILE,
  STRING_PROGRAM,

  N_STRINGS,

  STRING_BODY = N_STRINGS, /* not really one: it may have NUL in it */
  N_TEXTS
} Text;

typedef struct
{
  gint64 time_us;
  guint64 bytes;
  guint32 duration_us;
  guint32 first_byte_us;
  guint32 connection;
  guint16 client_port;
  guint16 status;
  guint8 reason;
  guint8 flags;
  guint8 fetch_dest;
  guint16 body_length;
  guint32 texts[N_TEXTS]; /* offset + 1 in the arena; 0: NULL */
} PackedRecord;

G_STATIC_ASSERT (HP_RECORD_MAX_BODY <= G_MAXUINT16);

struct _HpRecordBatch
{
  HpRecordQueue *queue; /* owned once the batch was taken */
  PackedRecord *records;
  guint n_records;
  guint n_allocated;
  char *arena;
  gsize arena_used;
  gsize arena_allocated;
  guint64 dropped;
};

struct _HpRecordQueue
{
  gatomicrefcount ref_count;
  guint capacity;

  GMutex lock; /* held for a copy or a swap of pointers */
  HpRecordBatch *filling;
  HpRecordBatch *spare; /* nullable */
  HpRecordQueue *tee;   /* nullable, owned */

  /* Held while the function runs, which is what lets set_notify() promise that it is over. Taken
   * only by the pushes that tell, and never inside the other lock. */
  GMutex notify_lock;
  GSourceFunc notify;
  gpointer notify_data;
};

static void
batch_destroy (HpRecordBatch *self)
{
  g_free (self->records);
  g_free (self->arena);
  g_free (self);
}

static gboolean
batch_reserve (HpRecordBatch *self, gsize n_bytes)
{
  if (self->n_records == self->n_allocated)
    {
      guint n = MAX (64, self->n_allocated * 2);
      PackedRecord *records = g_try_renew (PackedRecord, self->records, n);

      if (records == NULL)
        return FALSE;
      self->records = records;
      self->n_allocated = n;
    }
  if (n_bytes > self->arena_allocated - self->arena_used)
    {
      gsize n = MAX (8192, self->arena_allocated * 2);
      char *arena;

      while (n < self->arena_used + n_bytes)
        n *= 2;
      arena = g_try_realloc (self->arena, n);
      if (arena == NULL)
        return FALSE;
      self->arena = arena;
      self->arena_allocated = n;
    }
  return TRUE;
}

static gsize
get_max_length (Text text)
{
  return text == STRING_REQUEST_FIELDS || text == STRING_RESPONSE_FIELDS ? HP_RECORD_MAX_HEAD
                                                                         : HP_RECORD_MAX_STRING;
}

/* Each is followed by a NUL. */
static void
pack_texts (HpRecordBatch *self,
            PackedRecord *packed,
            const char *const *texts,
            const gsize *lengths)
{
  for (guint i = 0; i < N_TEXTS; i++)
    {
      packed->texts[i] = 0;
      if (texts[i] == NULL)
        continue;
      packed->texts[i] = self->arena_used + 1;
      memcpy (self->arena + self->arena_used, texts[i], lengths[i]);
      self->arena[self->arena_used + lengths[i]] = '\0';
      self->arena_used += lengths[i] + 1;
    }
}

static gboolean
batch_add (HpRecordBatch *self, const HpRequestRecord *record)
{
  const char *texts[N_TEXTS] = {
    [STRING_METHOD] = record->method,
    [STRING_TARGET] = record->target,
    [STRING_CLIENT] = record->client,
    [STRING_REFERRER] = record->referrer,
    [STRING_USER_AGENT] = record->user_agent,
    [STRING_MEDIA_TYPE] = record->media_type,
    [STRING_REQUEST_FIELDS] = record->request_fields,
    [STRING_RESPONSE_FIELDS] = record->response_fields,
    [STRING_FILE] = record->file,
    [STRING_PROGRAM] = record->program,
    [STRING_BODY] = record->body_length > 0 ? record->body : NULL,
  };
  gsize lengths[N_TEXTS] = { [STRING_BODY] = MIN (record->body_length, HP_RECORD_MAX_BODY) };
  gsize total = 0;
  PackedRecord *packed;

  for (guint i = 0; i < N_TEXTS; i++)
    if (texts[i] != NULL)
      {
        if (i < N_STRINGS)
          lengths[i] = strnlen (texts[i], get_max_length (i));
        total += lengths[i] + 1;
      }
  if (self->arena_used + total > MAX_STRING_BYTES || !batch_reserve (self, total))
    return FALSE;

  packed = &self->records[self->n_records++];
  packed->time_us = record->time_us;
  packed->bytes = record->bytes;
  packed->duration_us = record->duration_us;
  packed->first_byte_us = record->first_byte_us;
  packed->connection = record->connection;
  packed->client_port = record->client_port;
  packed->status = record->status;
  packed->reason = record->reason;
  packed->flags = record->flags;
  packed->fetch_dest = record->fetch_dest;
  packed->body_length = texts[STRING_BODY] != NULL ? lengths[STRING_BODY] : 0;
  pack_texts (self, packed, texts, lengths);

  return TRUE;
}

HpRecordQueue *
hp_record_queue_new (guint capacity)
{
  HpRecordQueue *self;

  g_return_val_if_fail (capacity > 0, NULL);

  self = g_new0 (HpRecordQueue, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->capacity = capacity;
  self->filling = g_new0 (HpRecordBatch, 1);
  g_mutex_init (&self->lock);
  g_mutex_init (&self->notify_lock);
  return self;
}

HpRecordQueue *
hp_record_queue_ref (HpRecordQueue *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
hp_record_queue_unref (HpRecordQueue *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  batch_destroy (self->filling);
  g_clear_pointer (&self->spare, batch_destroy);
  g_clear_pointer (&self->tee, hp_record_queue_unref);
  g_mutex_clear (&self->lock);
  g_mutex_clear (&self->notify_lock);
  g_free (self);
}

void
hp_record_queue_set_notify (HpRecordQueue *self, GSourceFunc notify, gpointer user_data)
{
  g_return_if_fail (self != NULL);

  g_mutex_lock (&self->notify_lock);
  self->notify = notify;
  self->notify_data = user_data;
  g_mutex_unlock (&self->notify_lock);
}

void
hp_record_queue_set_tee (HpRecordQueue *self, HpRecordQueue *tee)
{
  HpRecordQueue *old;

  g_return_if_fail (self != NULL);
  g_return_if_fail (tee != self);

  if (tee != NULL)
    hp_record_queue_ref (tee);
  g_mutex_lock (&self->lock);
  old = self->tee;
  self->tee = tee;
  g_mutex_unlock (&self->lock);
  if (old != NULL)
    hp_record_queue_unref (old);
}

void
hp_record_queue_push (HpRecordQueue *self, const HpRequestRecord *record)
{
  g_autoptr (HpRecordQueue) tee = NULL;
  HpRecordBatch *batch;
  gboolean tell;

  g_return_if_fail (self != NULL);
  g_return_if_fail (record != NULL);

  g_mutex_lock (&self->lock);
  batch = self->filling;
  tell = batch->n_records % LONG_LENGTH == 0;
  if (batch->n_records == self->capacity || !batch_add (batch, record))
    {
      batch->dropped++;
      tell = FALSE;
    }
  if (self->tee != NULL)
    tee = hp_record_queue_ref (self->tee);
  g_mutex_unlock (&self->lock);

  if (tee != NULL)
    hp_record_queue_push (tee, record);
  if (!tell)
    return;
  g_mutex_lock (&self->notify_lock);
  if (self->notify != NULL)
    self->notify (self->notify_data);
  g_mutex_unlock (&self->notify_lock);
}

HpRecordBatch *
hp_record_queue_take (HpRecordQueue *self)
{
  HpRecordBatch *batch = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  g_mutex_lock (&self->lock);
  if (self->filling->n_records > 0 || self->filling->dropped > 0)
    {
      batch = self->filling;
      self->filling = self->spare != NULL ? g_steal_pointer (&self->spare)
                                          : g_new0 (HpRecordBatch, 1);
    }
  g_mutex_unlock (&self->lock);

  if (batch != NULL)
    batch->queue = hp_record_queue_ref (self);
  return batch;
}

gboolean
hp_record_queue_is_long (HpRecordQueue *self)
{
  gboolean is_long;

  g_return_val_if_fail (self != NULL, FALSE);

  g_mutex_lock (&self->lock);
  is_long = self->filling->n_records >= LONG_LENGTH;
  g_mutex_unlock (&self->lock);
  return is_long;
}

guint
hp_record_batch_get_length (HpRecordBatch *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->n_records;
}

void
hp_record_batch_get (HpRecordBatch *self, guint index, HpRequestRecord *record)
{
  const PackedRecord *packed;
  const char *texts[N_TEXTS];

  g_return_if_fail (self != NULL);
  g_return_if_fail (index < self->n_records);

  packed = &self->records[index];
  for (guint i = 0; i < N_TEXTS; i++)
    texts[i] = packed->texts[i] > 0 ? self->arena + packed->texts[i] - 1 : NULL;

  *record = (HpRequestRecord){
    .time_us = packed->time_us,
    .bytes = packed->bytes,
    .duration_us = packed->duration_us,
    .first_byte_us = packed->first_byte_us,
    .connection = packed->connection,
    .client_port = packed->client_port,
    .status = packed->status,
    .reason = packed->reason,
    .flags = packed->flags,
    .fetch_dest = packed->fetch_dest,
    .method = texts[STRING_METHOD],
    .target = texts[STRING_TARGET],
    .client = texts[STRING_CLIENT],
    .referrer = texts[STRING_REFERRER],
    .user_agent = texts[STRING_USER_AGENT],
    .media_type = texts[STRING_MEDIA_TYPE],
    .request_fields = texts[STRING_REQUEST_FIELDS],
    .response_fields = texts[STRING_RESPONSE_FIELDS],
    .file = texts[STRING_FILE],
    .program = texts[STRING_PROGRAM],
    .body = texts[STRING_BODY],
    .body_length = packed->body_length,
  };
}

guint64
hp_record_batch_get_dropped (HpRecordBatch *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->dropped;
}

void
hp_record_batch_free (HpRecordBatch *self)
{
  g_autoptr (HpRecordQueue) queue = NULL;
  gsize size;

  g_return_if_fail (self != NULL);

  queue = g_steal_pointer (&self->queue);
  size = self->n_allocated * sizeof (PackedRecord) + self->arena_allocated;
  if (size <= MAX_SPARE_BYTES)
    {
      self->n_records = 0;
      self->arena_used = 0;
      self->dropped = 0;
      g_mutex_lock (&queue->lock);
      if (queue->spare == NULL)
        queue->spare = g_steal_pointer (&self);
      g_mutex_unlock (&queue->lock);
    }
  if (self != NULL)
    batch_destroy (self);
}
