/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "log/hp-log-export.h"
#include "log/hp-log-sink-private.h"

/* Rows copied at once, unless it takes too long. */
#define SLICE_ROWS 512
#define SLICE_US   4000

/* Batches on their way from one thread to the other. */
#define MAX_IN_FLIGHT 4

/* What both threads have. */
typedef struct
{
  GAsyncQueue *batches; /* of HpRecordBatch, and END */
  HpLogFormatter *formatter;
  GFile *file;   /* NULL: a text */
  int in_flight; /* atomic */
} Job;

struct _HpLogExport
{
  GObject parent_instance;

  /* owned */
  HpRequestLog *log;
  GArray *seqs;
  HpLogFormatter *formatter; /* until it runs */
  Job *job;                  /* borrowed from the task; NULL unless it runs */

  guint slice_source; /* 0 unless rows are to be copied */
  guint next;         /* index of the next row to copy */
  guint64 n_done;
  guint64 n_missing;
};

/* The end of the rows. */
static char end_mark;
#define END ((gpointer) &end_mark)

enum
{
  PROP_0,
  PROP_N_DONE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HpLogExport, hp_log_export, G_TYPE_OBJECT)

static void
batch_free (gpointer data)
{
  if (data != END)
    hp_record_batch_free (data);
}

static void
job_free (gpointer data)
{
  Job *self = data;

  g_async_queue_unref (self->batches);
  hp_log_formatter_free (self->formatter);
  g_clear_object (&self->file);
  g_free (self);
}

/* Copying, in the main thread */

static void
copy_row (HpLogExport *self, HpRecordQueue *queue, guint64 seq)
{
  g_autoptr (HpRequestDetails) details = NULL;
  HpRequestRecord record;

  if (!hp_request_log_get (self->log, seq, &record))
    {
      self->n_missing++;
      return;
    }
  details = hp_request_log_dup_details (self->log, seq);
  if (details != NULL)
    hp_request_details_apply (details, &record);
  hp_record_queue_push (queue, &record);
}

static void
copy_slice (HpLogExport *self)
{
  g_autoptr (HpRecordQueue) queue = hp_record_queue_new (SLICE_ROWS);
  gint64 limit = g_get_monotonic_time () + SLICE_US;
  guint end = MIN (self->seqs->len, self->next + SLICE_ROWS);
  HpRecordBatch *batch;

  while (self->next < end && g_get_monotonic_time () < limit)
    copy_row (self, queue, g_array_index (self->seqs, guint64, self->next++));

  batch = hp_record_queue_take (queue);
  if (batch != NULL)
    {
      g_atomic_int_inc (&self->job->in_flight);
      g_async_queue_push (self->job->batches, batch);
    }
  if (self->next == self->seqs->len)
    g_async_queue_push (self->job->batches, END);
}

static gboolean
slice_cb (gpointer user_data)
{
  HpLogExport *self = user_data;

  if (g_atomic_int_get (&self->job->in_flight) < MAX_IN_FLIGHT)
    {
      copy_slice (self);
      if (self->next < self->seqs->len)
        return G_SOURCE_CONTINUE;
    }
  self->slice_source = 0;
  return G_SOURCE_REMOVE;
}

static void
go_on_copying (HpLogExport *self)
{
  if (self->slice_source == 0 && self->next < self->seqs->len)
    self->slice_source = g_idle_add (slice_cb, self);
}

typedef struct
{
  HpLogExport *export; /* owned */
  guint n;
} Progress;

static void
progress_free (gpointer data)
{
  Progress *progress = data;

  g_object_unref (progress->export);
  g_free (progress);
}

static gboolean
progress_cb (gpointer user_data)
{
  Progress *progress = user_data;
  HpLogExport *self = progress->export;

  self->n_done += progress->n;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_DONE]);
  if (self->job != NULL)
    go_on_copying (self);
  return G_SOURCE_REMOVE;
}

/* Writing, in the thread of the task */

static void
tell_progress (GTask *task, Job *job, guint n)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  Progress *progress = g_new (Progress, 1);

  progress->export = g_object_ref (g_task_get_source_object (task));
  progress->n = n;
  g_atomic_int_add (&job->in_flight, -1);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, progress_cb, progress, progress_free);
  g_source_attach (source, g_task_get_context (task));
}

static gboolean
write_batch (Job *job, HpLogSink *sink, HpRecordBatch *batch, GCancellable *cancel, GError **error)
{
  GString *text = hp_log_sink_get_buffer (sink);
  guint n = hp_record_batch_get_length (batch);

  for (guint i = 0; i < n; i++)
    {
      HpRequestRecord record;

      hp_record_batch_get (batch, i, &record);
      hp_log_formatter_add (job->formatter, text, &record);
      if (!hp_log_sink_drain (sink, cancel, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_all (GTask *task, Job *job, HpLogSink *sink, GCancellable *cancel, GError **error)
{
  hp_log_formatter_begin (job->formatter, hp_log_sink_get_buffer (sink));
  while (!g_cancellable_set_error_if_cancelled (cancel, error))
    {
      gpointer item = g_async_queue_pop (job->batches);
      g_autoptr (HpRecordBatch) batch = item != END ? item : NULL;

      if (g_cancellable_set_error_if_cancelled (cancel, error))
        break;
      if (batch == NULL)
        {
          g_string_append (hp_log_sink_get_buffer (sink),
                           hp_log_formatter_get_tail (job->formatter));
          return hp_log_sink_finish (sink, cancel, error);
        }
      if (!write_batch (job, sink, batch, cancel, error))
        break;
      tell_progress (task, job, hp_record_batch_get_length (batch));
    }
  return FALSE;
}

static void
run_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancel)
{
  Job *job = task_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HpLogSink) sink = hp_log_sink_new (job->file, cancel, &error);

  if (sink == NULL || !write_all (task, job, sink, cancel, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, hp_log_sink_steal_text (sink), g_free);
}

/* The object */

static void
cancelled_cb (GCancellable *cancellable, gpointer batches)
{
  g_async_queue_push (batches, END);
}

static void
completed_cb (HpLogExport *self)
{
  g_clear_handle_id (&self->slice_source, g_source_remove);
  self->job = NULL;
}

void
hp_log_export_run_async (HpLogExport *self,
                         GFile *file,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (HP_IS_LOG_EXPORT (self));
  g_return_if_fail (self->formatter != NULL);

  g_task_set_source_tag (task, hp_log_export_run_async);
  /* Whoever cancels too late has a whole file. */
  g_task_set_check_cancellable (task, FALSE);
  self->job = g_new0 (Job, 1);
  self->job->batches = g_async_queue_new_full (batch_free);
  self->job->formatter = g_steal_pointer (&self->formatter);
  self->job->file = file != NULL ? g_object_ref (file) : NULL;
  g_task_set_task_data (task, self->job, job_free);
  g_signal_connect_object (task, "notify::completed", G_CALLBACK (completed_cb), self,
                           G_CONNECT_SWAPPED);
  /* A thread that waits for rows wakes up. */
  if (cancellable != NULL)
    g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb),
                           g_async_queue_ref (self->job->batches),
                           (GDestroyNotify) g_async_queue_unref);
  if (self->seqs->len == 0)
    g_async_queue_push (self->job->batches, END);
  go_on_copying (self);
  g_task_run_in_thread (task, run_in_thread);
}

gboolean
hp_log_export_finish (HpLogExport *self, GAsyncResult *result, char **text, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autofree char *written = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  written = g_task_propagate_pointer (G_TASK (result), &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (text != NULL)
    *text = g_steal_pointer (&written);
  return TRUE;
}

static void
hp_log_export_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_N_DONE)
    g_value_set_uint64 (value, HP_LOG_EXPORT (object)->n_done);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hp_log_export_finalize (GObject *object)
{
  HpLogExport *self = HP_LOG_EXPORT (object);

  g_clear_handle_id (&self->slice_source, g_source_remove);
  g_clear_pointer (&self->formatter, hp_log_formatter_free);
  g_array_unref (self->seqs);
  g_object_unref (self->log);

  G_OBJECT_CLASS (hp_log_export_parent_class)->finalize (object);
}

static void
hp_log_export_class_init (HpLogExportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hp_log_export_get_property;
  object_class->finalize = hp_log_export_finalize;
  properties[PROP_N_DONE] = g_param_spec_uint64 ("n-done", NULL, NULL, 0, G_MAXUINT64, 0,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS
                                                     | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hp_log_export_init (HpLogExport *self)
{
}

HpLogExport *
hp_log_export_new (
    HpRequestLog *log, GArray *seqs, HpLogFormat format, const char *base, gboolean secrets)
{
  HpLogExport *self;

  g_return_val_if_fail (HP_IS_REQUEST_LOG (log), NULL);
  g_return_val_if_fail (seqs != NULL, NULL);

  self = g_object_new (HP_TYPE_LOG_EXPORT, NULL);
  self->log = g_object_ref (log);
  self->seqs = seqs;
  self->formatter = hp_log_formatter_new (format, base, secrets);
  return self;
}

guint64
hp_log_export_get_n_rows (HpLogExport *self)
{
  g_return_val_if_fail (HP_IS_LOG_EXPORT (self), 0);

  return self->seqs->len;
}

guint64
hp_log_export_get_n_done (HpLogExport *self)
{
  g_return_val_if_fail (HP_IS_LOG_EXPORT (self), 0);

  return self->n_done;
}

guint64
hp_log_export_get_n_missing (HpLogExport *self)
{
  g_return_val_if_fail (HP_IS_LOG_EXPORT (self), 0);

  return self->n_missing;
}

void
hp_log_export_set_programs (HpLogExport *self,
                            HpLogProgramFunc function,
                            gpointer data,
                            GDestroyNotify destroy)
{
  g_return_if_fail (HP_IS_LOG_EXPORT (self));
  g_return_if_fail (self->formatter != NULL);

  hp_log_formatter_set_programs (self->formatter, function, data, destroy);
}
