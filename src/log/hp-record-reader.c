/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "log/hp-record-reader.h"

/* Between two batches. Under load each push would find the queue just emptied and have to wake the
 * thread: that costs the pushing one more than the push itself. */
#define REST_US (20 * 1000)

struct _HpRecordReader
{
  HpRecordQueue *queue; /* owned */
  HpRecordFunc function;
  gpointer user_data;
  GDestroyNotify free_user_data;
  GThread *thread;

  GMutex mutex;
  GCond cond;
  gboolean news;   /* the queue has something; under the mutex, like all below */
  gboolean ending; /* what waits now is the last */
  gboolean done;   /* the thread touches nothing any more */
  gboolean orphan; /* nobody waits for the thread: it cleans up itself */
};

static void
reader_free (HpRecordReader *self)
{
  if (self->free_user_data != NULL)
    self->free_user_data (self->user_data);
  hp_record_queue_unref (self->queue);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}

/* TRUE when there will be nothing more. */
static gboolean
wait_for_news (HpRecordReader *self, gint64 due)
{
  gboolean ending;

  g_mutex_lock (&self->mutex);
  while (!self->news && !self->ending)
    g_cond_wait (&self->cond, &self->mutex);
  while (!self->ending && g_cond_wait_until (&self->cond, &self->mutex, due))
    continue;
  self->news = FALSE;
  ending = self->ending;
  g_mutex_unlock (&self->mutex);
  return ending;
}

static gpointer
run (gpointer data)
{
  HpRecordReader *self = data;
  gboolean first = TRUE;
  gboolean ending = FALSE;
  gboolean ok = TRUE;
  gboolean orphan;
  gint64 due = 0;

  while (ok && !ending)
    {
      g_autoptr (HpRecordBatch) batch = NULL;

      ending = wait_for_news (self, due);
      batch = hp_record_queue_take (self->queue);
      due = g_get_monotonic_time () + REST_US;
      if (batch != NULL || first)
        ok = self->function (batch, self->user_data);
      first = FALSE;
    }

  g_mutex_lock (&self->mutex);
  self->done = TRUE;
  orphan = self->orphan;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
  if (orphan)
    reader_free (self);
  return NULL;
}

/* In the pushing thread. */
static gboolean
news_cb (gpointer data)
{
  HpRecordReader *self = data;

  g_mutex_lock (&self->mutex);
  self->news = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
  return G_SOURCE_REMOVE;
}

HpRecordReader *
hp_record_reader_new (const char *thread_name,
                      HpRecordQueue *queue,
                      HpRecordFunc function,
                      gpointer user_data,
                      GDestroyNotify free_user_data)
{
  HpRecordReader *self;

  g_return_val_if_fail (queue != NULL, NULL);
  g_return_val_if_fail (function != NULL, NULL);

  self = g_new0 (HpRecordReader, 1);
  self->queue = hp_record_queue_ref (queue);
  self->function = function;
  self->user_data = user_data;
  self->free_user_data = free_user_data;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->news = TRUE; /* what waits already */
  hp_record_queue_set_notify (queue, news_cb, self);
  self->thread = g_thread_new (thread_name, run, self);
  return self;
}

void
hp_record_reader_end (HpRecordReader *self, guint limit_ms)
{
  gint64 limit = g_get_monotonic_time () + limit_ms * G_TIME_SPAN_MILLISECOND;
  GThread *thread;
  gboolean done;

  g_return_if_fail (self != NULL);

  hp_record_queue_set_notify (self->queue, NULL, NULL);
  g_mutex_lock (&self->mutex);
  self->ending = TRUE;
  g_cond_broadcast (&self->cond);
  while (!self->done && g_cond_wait_until (&self->cond, &self->mutex, limit))
    continue;
  done = self->done;
  thread = self->thread;
  self->orphan = !done;
  g_mutex_unlock (&self->mutex);

  if (!done)
    {
      g_thread_unref (thread);
      return;
    }
  g_thread_join (thread);
  reader_free (self);
}
