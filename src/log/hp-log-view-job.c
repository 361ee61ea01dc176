/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "log/hp-log-view-private.h"

/* So few rows are sorted at once, without another thread. */
#define SORT_AT_ONCE 20000

/* The clock is looked at once in so many rows. */
#define ROWS_PER_LOOK 512

struct _HpLogViewJob
{
  HpLogScan *scan; /* owned, nullable */

  guint64 seq; /* collecting: the next one */
  gboolean collected;
  GArray *rows;
  GArray *waiting;

  HpLogSorter *sorter; /* owned, until the thread has it; NULL: not sorted */
  guint n_added;       /* rows that it knows */
  GCancellable *cancellable;
  gboolean in_thread;
};

static void
job_free (HpLogViewJob *job)
{
  g_cancellable_cancel (job->cancellable);
  g_object_unref (job->cancellable);
  g_clear_pointer (&job->scan, hp_log_scan_free);
  g_clear_pointer (&job->sorter, hp_log_sorter_free);
  g_array_unref (job->rows);
  g_array_unref (job->waiting);
  g_free (job);
}

void
hp_log_view_cancel_job (HpLogView *self)
{
  g_clear_pointer (&self->job, job_free);
}

/* The lowest number that the list can have: none, until there were more rows than a guint32 counts.
 */
static guint64
choose_base (HpLogView *self)
{
  guint64 next_seq = hp_request_log_get_next_seq (self->log);

  return next_seq > G_MAXINT32 ? next_seq - G_MAXINT32 : 0;
}

void
hp_log_view_start_job (HpLogView *self)
{
  HpLogViewJob *job = g_new0 (HpLogViewJob, 1);

  hp_log_view_cancel_job (self);
  if (self->query != NULL)
    job->scan = hp_log_scan_new (self->query);
  job->rows = g_array_new (FALSE, FALSE, sizeof (guint32));
  job->waiting = g_array_new (FALSE, FALSE, sizeof (guint32));
  job->cancellable = g_cancellable_new ();
  self->job = job;

  /* Beyond the first base this renumbers the rows; no list of before can go on then. */
  if (choose_base (self) > 0 || self->base > 0)
    {
      guint n = self->shown->len;

      g_array_set_size (self->shown, 0);
      g_array_set_size (self->fresh, 0);
      g_array_set_size (self->waiting, 0);
      self->base = choose_base (self);
      if (n > 0)
        hp_log_view_tell (self, 0, n, 0);
    }
  if (self->job == job)
    job->seq = self->base;
}

/* The rows as they should be are there. */
static void
finish (HpLogView *self)
{
  g_autoptr (GArray) rows = g_array_ref (self->job->rows);

  g_array_set_size (self->fresh, 0);
  g_clear_pointer (&self->waiting, g_array_unref);
  self->waiting = g_array_ref (self->job->waiting);
  self->scanned_seq = self->job->seq;
  g_clear_pointer (&self->scan, hp_log_scan_free);
  self->scan = g_steal_pointer (&self->job->scan);
  hp_log_view_cancel_job (self);

  hp_log_view_prune (self, rows);
  hp_log_view_prune (self, self->waiting);
  hp_log_view_replace (self, rows);
}

static void
sort_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_task_return_pointer (task, hp_log_sorter_run (task_data), (GDestroyNotify) g_array_unref);
}

/* The thread may let go of its task after this, so that the task must not own the view: widgets
 * would be told of its end from there. */
static void
sorted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GWeakRef *weak = user_data;
  g_autoptr (HpLogView) self = g_weak_ref_get (weak);
  g_autoptr (GArray) rows = g_task_propagate_pointer (G_TASK (result), NULL);

  g_weak_ref_clear (weak);
  g_free (weak);

  /* Cancelled: another job may be there by now. */
  if (self == NULL || rows == NULL)
    return;
  g_array_unref (self->job->rows);
  self->job->rows = g_steal_pointer (&rows);
  finish (self);
  hp_log_view_schedule (self);
  hp_log_view_tell_counts (self);
}

/* Rows that went meanwhile are left out. */
static gboolean
feed_sorter (HpLogView *self, gint64 deadline)
{
  HpLogViewJob *job = self->job;

  while (job->n_added < job->rows->len)
    {
      guint32 row = g_array_index (job->rows, guint32, job->n_added);
      guint index;
      HpLogSegment *segment = hp_log_view_get_record (self, row, &index);

      if (segment != NULL)
        hp_log_sorter_add (job->sorter, row, segment, index);
      if (++job->n_added % ROWS_PER_LOOK == 0 && g_get_monotonic_time () > deadline)
        return FALSE;
    }
  return TRUE;
}

/* TRUE: sorted. */
static gboolean
sort (HpLogView *self, gint64 deadline)
{
  HpLogViewJob *job = self->job;
  g_autoptr (GTask) task = NULL;
  GWeakRef *weak;

  if (job->sorter == NULL)
    job->sorter = hp_log_sorter_new (self->sort, self->descending);
  if (!feed_sorter (self, deadline))
    return FALSE;
  if (job->rows->len <= SORT_AT_ONCE)
    {
      g_array_unref (job->rows);
      job->rows = hp_log_sorter_run (job->sorter);
      return TRUE;
    }
  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, self);
  task = g_task_new (NULL, job->cancellable, sorted_cb, weak);
  g_task_set_source_tag (task, sort);
  g_task_set_task_data (task, g_steal_pointer (&job->sorter), (GDestroyNotify) hp_log_sorter_free);
  job->in_thread = TRUE;
  g_task_run_in_thread (task, sort_thread);
  return FALSE;
}

void
hp_log_view_run_job (HpLogView *self, gint64 deadline)
{
  HpLogViewJob *job = self->job;

  if (job->in_thread)
    return;
  if (!job->collected)
    job->collected = hp_log_view_collect (self, job->scan, &job->seq, job->rows,
                                          self->paused ? self->paused_seq : G_MAXUINT64,
                                          job->waiting, deadline);
  if (!job->collected)
    return;
  if (self->sort == HP_LOG_SORT_NONE || sort (self, deadline))
    finish (self);
}

gboolean
hp_log_view_is_sorting (HpLogView *self)
{
  return self->job != NULL && self->job->in_thread;
}
