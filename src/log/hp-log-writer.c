/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "log/hp-log-writer.h"
#include "log/hp-record-reader.h"

#define QUEUE_CAPACITY 65536

/* What the thread has to itself and what it shares. */
typedef struct
{
  gatomicrefcount ref_count;
  HpLogFile *file; /* the thread's */
  GMainContext *context;

  GMutex mutex;
  char *trouble;
  guint64 n_lost;
  GSourceFunc changed; /* NULL once nobody listens; called in the context only */
  gpointer changed_data;
} Shared;

struct _HpLogWriter
{
  HpRecordQueue *queue;
  HpRecordReader *reader;
  Shared *shared;
};

static void
shared_unref (gpointer data)
{
  Shared *self = data;

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_main_context_unref (self->context);
  g_mutex_clear (&self->mutex);
  g_free (self->trouble);
  g_free (self);
}

static void
thread_data_free (gpointer data)
{
  Shared *self = data;

  g_clear_pointer (&self->file, hp_log_file_free);
  shared_unref (self);
}

static gboolean
changed_cb (gpointer data)
{
  Shared *self = data;

  if (self->changed != NULL)
    self->changed (self->changed_data);
  return G_SOURCE_REMOVE;
}

/* (transfer full) for the sentence */
static void
set_trouble (Shared *self, char *trouble)
{
  g_autoptr (GSource) source = NULL;
  gboolean same;

  g_mutex_lock (&self->mutex);
  same = g_strcmp0 (self->trouble, trouble) == 0;
  g_free (self->trouble);
  self->trouble = trouble;
  g_mutex_unlock (&self->mutex);
  if (same)
    return;

  g_atomic_ref_count_inc (&self->ref_count);
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, changed_cb, self, shared_unref);
  g_source_attach (source, self->context);
}

static char *
describe_lost (guint64 n_lost)
{
  return g_strdup_printf (
      ngettext ("%'lu request is missing in the log file: they came faster than they could be "
                "written.",
                "%'lu requests are missing in the log file: they came faster than they could be "
                "written.",
                n_lost),
      (gulong) n_lost);
}

static gboolean
write_cb (HpRecordBatch *batch, gpointer user_data)
{
  Shared *self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = batch != NULL ? hp_log_file_write (self->file, batch, &error)
                              : hp_log_file_open (self->file, &error);

  if (batch != NULL)
    self->n_lost += hp_record_batch_get_dropped (batch);
  if (!ok)
    set_trouble (self, g_strdup (error->message));
  else
    set_trouble (self, self->n_lost > 0 ? describe_lost (self->n_lost) : NULL);
  return TRUE;
}

HpLogWriter *
hp_log_writer_new (HpLogFile *file, GSourceFunc changed, gpointer user_data)
{
  HpLogWriter *self;

  g_return_val_if_fail (file != NULL, NULL);

  self = g_new0 (HpLogWriter, 1);
  self->queue = hp_record_queue_new (QUEUE_CAPACITY);
  self->shared = g_new0 (Shared, 1);
  g_atomic_ref_count_init (&self->shared->ref_count);
  g_atomic_ref_count_inc (&self->shared->ref_count); /* the thread's */
  self->shared->file = file;
  self->shared->context = g_main_context_ref_thread_default ();
  self->shared->changed = changed;
  self->shared->changed_data = user_data;
  g_mutex_init (&self->shared->mutex);
  self->reader = hp_record_reader_new ("log file", self->queue, write_cb, self->shared,
                                       thread_data_free);
  return self;
}

HpRecordQueue *
hp_log_writer_get_queue (HpLogWriter *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->queue;
}

char *
hp_log_writer_dup_trouble (HpLogWriter *self)
{
  char *trouble;

  g_return_val_if_fail (self != NULL, NULL);

  g_mutex_lock (&self->shared->mutex);
  trouble = g_strdup (self->shared->trouble);
  g_mutex_unlock (&self->shared->mutex);
  return trouble;
}

void
hp_log_writer_end (HpLogWriter *self, guint limit_ms)
{
  g_return_if_fail (self != NULL);

  self->shared->changed = NULL;
  hp_record_reader_end (self->reader, limit_ms);
  hp_record_queue_unref (self->queue);
  shared_unref (self->shared);
  g_free (self);
}
