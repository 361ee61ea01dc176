/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "log/hp-har-entry.h"
#include "log/hp-har-reader.h"
#include "log/hp-json-splitter.h"
#include "log/hp-log-format.h"

#define CHUNK (64 * 1024)

/* Entries that are handed over at once, and how often that may be before the log has them. */
#define BATCH         256
#define MAX_IN_FLIGHT 2

typedef struct
{
  GFile *file;
  HpRequestLog *log;
  GFileProgressCallback progress;
  gpointer progress_data;

  /* the thread's */
  JsonParser *parser;
  HpRecordQueue *queue;
  guint n_queued;
  goffset position;
  goffset size;
  guint64 n_entries;

  GMutex mutex;
  GCond cond;
  guint in_flight; /* under the mutex */
} Reading;

static void
reading_free (gpointer data)
{
  Reading *self = data;

  g_object_unref (self->file);
  g_object_unref (self->log);
  g_clear_object (&self->parser);
  g_clear_pointer (&self->queue, hp_record_queue_unref);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}

/* Handing over */

typedef struct
{
  GTask *task; /* owned */
  HpRecordBatch *batch;
  goffset position;
} Delivery;

static void
delivery_free (gpointer data)
{
  Delivery *self = data;

  g_clear_pointer (&self->batch, hp_record_batch_free);
  g_object_unref (self->task);
  g_free (self);
}

static gboolean
deliver_cb (gpointer user_data)
{
  Delivery *delivery = user_data;
  Reading *self = g_task_get_task_data (delivery->task);

  if (!g_cancellable_is_cancelled (g_task_get_cancellable (delivery->task)))
    {
      hp_request_log_append_batch (self->log, delivery->batch);
      if (self->progress != NULL)
        self->progress (delivery->position, self->size, self->progress_data);
    }

  g_mutex_lock (&self->mutex);
  self->in_flight--;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
  return G_SOURCE_REMOVE;
}

/* Waits for the log when it is behind. */
static void
hand_over (GTask *task, Reading *self)
{
  HpRecordBatch *batch = hp_record_queue_take (self->queue);
  g_autoptr (GSource) source = NULL;
  Delivery *delivery;

  self->n_queued = 0;
  if (batch == NULL)
    return;
  delivery = g_new0 (Delivery, 1);
  delivery->task = g_object_ref (task);
  delivery->batch = batch;
  delivery->position = self->position;
  source = g_idle_source_new ();
  g_source_set_callback (source, deliver_cb, delivery, delivery_free);

  g_mutex_lock (&self->mutex);
  while (self->in_flight >= MAX_IN_FLIGHT)
    g_cond_wait (&self->cond, &self->mutex);
  self->in_flight++;
  g_mutex_unlock (&self->mutex);
  g_source_attach (source, g_task_get_context (task));
}

/* Reading */

static gboolean
element_cb (const char *text, gsize length, guint line, gpointer user_data, GError **error)
{
  GTask *task = user_data;
  Reading *self = g_task_get_task_data (task);
  g_autoptr (HpHarEntry) entry = NULL;
  HpRequestRecord record;

  if (*text != '{' || !json_parser_load_from_data (self->parser, text, length, NULL))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("Line %u: this entry is not a request."), line);
      return FALSE;
    }
  entry = hp_har_entry_new (json_parser_steal_root (self->parser));
  record = *hp_har_entry_get_record (entry);
  record.flags |= HP_RECORD_SAVED;
  hp_record_queue_push (self->queue, &record);
  self->n_entries++;
  if (++self->n_queued == BATCH)
    hand_over (task, self);
  return TRUE;
}

static gboolean
read_stream (GTask *task, GInputStream *stream, HpJsonSplitter *splitter, GError **error)
{
  Reading *self = g_task_get_task_data (task);
  g_autofree char *buffer = g_malloc (CHUNK);

  while (TRUE)
    {
      gssize n = g_input_stream_read (stream, buffer, CHUNK, g_task_get_cancellable (task), error);

      if (n < 0)
        return FALSE;
      if (n == 0)
        break;
      self->position += n;
      if (!hp_json_splitter_feed (splitter, buffer, n, error))
        return FALSE;
    }
  if (!hp_json_splitter_end (splitter, error))
    return FALSE;
  if (hp_json_splitter_get_found (splitter))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("This is not an HTTP Archive: there are no entries in it."));
  return FALSE;
}

static goffset
find_size (GFile *file)
{
  g_autoptr (GFileInfo) info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE, 0, NULL,
                                                  NULL);

  return info != NULL ? g_file_info_get_size (info) : 0;
}

static void
read_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  static const char *const path[] = { "log", "entries", NULL };
  Reading *self = task_data;
  g_autoptr (HpJsonSplitter) splitter = hp_json_splitter_new (path, element_cb, task);
  g_autoptr (GFileInputStream) stream = NULL;
  GError *error = NULL;
  gboolean ok;

  self->size = find_size (self->file);
  stream = g_file_read (self->file, cancellable, &error);
  ok = stream != NULL && read_stream (task, G_INPUT_STREAM (stream), splitter, &error);
  hand_over (task, self);
  if (ok)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
hp_har_read_async (GFile *file,
                   HpRequestLog *log,
                   GCancellable *cancellable,
                   GFileProgressCallback progress,
                   gpointer progress_data,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Reading *self = g_new0 (Reading, 1);

  g_task_set_source_tag (task, hp_har_read_async);
  /* After the rows, which are handed over in the same way. */
  g_task_set_priority (task, G_PRIORITY_LOW);
  self->file = g_object_ref (file);
  self->log = g_object_ref (log);
  self->progress = progress;
  self->progress_data = progress_data;
  self->parser = json_parser_new_immutable ();
  self->queue = hp_record_queue_new (BATCH);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  g_task_set_task_data (task, self, reading_free);
  g_task_run_in_thread (task, read_in_thread);
}

gboolean
hp_har_read_finish (GAsyncResult *result, guint64 *n_entries, GError **error)
{
  Reading *self = g_task_get_task_data (G_TASK (result));

  if (n_entries != NULL)
    *n_entries = self->n_entries;
  return g_task_propagate_boolean (G_TASK (result), error);
}
