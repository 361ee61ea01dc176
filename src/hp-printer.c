/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "hp-printer.h"
#include "log/hp-log-format.h"

/* Written at once. */
#define CHUNK (64 * 1024)

struct _HpPrinter
{
  HpRecordQueue *queue; /* owned */
  char *first_line;
  gboolean json;
  GSourceFunc failed;
  gpointer failed_data;
  GThread *thread;

  GMutex mutex;
  GCond cond;
  gboolean news;   /* the queue has something; under the mutex, like all below */
  gboolean ending; /* what waits now is the last */
  gboolean done;   /* the thread touches nothing any more */
  int error;
};

static void
printer_free (HpPrinter *self)
{
  hp_record_queue_unref (self->queue);
  g_free (self->first_line);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}

/* Not through stdio: at its exit a program waits for a stream that a thread is writing to. */
static gboolean
write_all (HpPrinter *self, const char *text, gsize length)
{
  while (length > 0)
    {
      gssize n = write (STDOUT_FILENO, text, length);

      if (n >= 0)
        {
          text += n;
          length -= n;
        }
      else if (errno == EAGAIN)
        {
          /* A terminal that another program has made non-blocking. */
          struct pollfd fd = { .fd = STDOUT_FILENO, .events = POLLOUT };

          poll (&fd, 1, -1);
        }
      else if (errno != EINTR)
        {
          g_mutex_lock (&self->mutex);
          self->error = errno;
          g_mutex_unlock (&self->mutex);
          return FALSE;
        }
    }
  return TRUE;
}

static void
tell_dropped (gulong dropped)
{
  g_printerr (ngettext ("%s: %lu request is missing here: they came faster than they could be "
                        "printed.\n",
                        "%s: %lu requests are missing here: they came faster than they could be "
                        "printed.\n",
                        dropped),
              PROGRAM, dropped);
}

static gboolean
print_waiting (HpPrinter *self)
{
  g_autoptr (HpRecordBatch) batch = hp_record_queue_take (self->queue);
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = batch ? hp_record_batch_get_length (batch) : 0;

  for (guint i = 0; i < n; i++)
    {
      HpRequestRecord record;

      hp_record_batch_get (batch, i, &record);
      if (self->json)
        hp_log_format_json (text, &record);
      else
        hp_log_format_combined (text, &record);
      if (text->len < CHUNK && i + 1 < n)
        continue;
      if (!write_all (self, text->str, text->len))
        return FALSE;
      g_string_truncate (text, 0);
    }

  if (batch && hp_record_batch_get_dropped (batch) > 0)
    tell_dropped (hp_record_batch_get_dropped (batch));
  return TRUE;
}

/* TRUE when there will be nothing more. */
static gboolean
wait_for_news (HpPrinter *self)
{
  gboolean ending;

  g_mutex_lock (&self->mutex);
  while (!self->news && !self->ending)
    g_cond_wait (&self->cond, &self->mutex);
  self->news = FALSE;
  ending = self->ending;
  g_mutex_unlock (&self->mutex);
  return ending;
}

static gpointer
run (gpointer data)
{
  HpPrinter *self = data;
  gboolean ending = FALSE;
  gboolean ok = write_all (self, self->first_line, strlen (self->first_line));

  while (ok && !ending)
    {
      ending = wait_for_news (self);
      ok = print_waiting (self);
    }
  if (!ok)
    g_idle_add (self->failed, self->failed_data);

  g_mutex_lock (&self->mutex);
  self->done = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
  return NULL;
}

/* In the pushing thread. */
static gboolean
news_cb (gpointer data)
{
  HpPrinter *self = data;

  g_mutex_lock (&self->mutex);
  self->news = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
  return G_SOURCE_REMOVE;
}

HpPrinter *
hp_printer_new (const char *first_line,
                HpRecordQueue *queue,
                gboolean json,
                GSourceFunc failed,
                gpointer user_data)
{
  HpPrinter *self = g_new0 (HpPrinter, 1);

  self->queue = hp_record_queue_ref (queue);
  self->first_line = g_strdup (first_line);
  self->json = json;
  self->failed = failed;
  self->failed_data = user_data;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->news = TRUE; /* what waits already */
  hp_record_queue_set_notify (queue, news_cb, self);
  self->thread = g_thread_new ("printer", run, self);
  return self;
}

int
hp_printer_get_error (HpPrinter *self)
{
  int error;

  g_mutex_lock (&self->mutex);
  error = self->error;
  g_mutex_unlock (&self->mutex);
  return error;
}

/* A thread that hangs in a write is left to the end of the process, with all that it uses. */
void
hp_printer_end (HpPrinter *self, guint limit_ms)
{
  gint64 limit = g_get_monotonic_time () + limit_ms * G_TIME_SPAN_MILLISECOND;
  gboolean done;

  hp_record_queue_set_notify (self->queue, NULL, NULL);
  g_mutex_lock (&self->mutex);
  self->ending = TRUE;
  g_cond_broadcast (&self->cond);
  while (!self->done && g_cond_wait_until (&self->cond, &self->mutex, limit))
    continue;
  done = self->done;
  g_mutex_unlock (&self->mutex);

  if (!done)
    {
      g_thread_unref (self->thread);
      return;
    }
  g_thread_join (self->thread);
  printer_free (self);
}
