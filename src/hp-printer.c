/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "hp-printer.h"
#include "log/hp-log-format.h"
#include "log/hp-record-reader.h"

/* Written at once. */
#define CHUNK (64 * 1024)

struct _HpPrinter
{
  HpRecordReader *reader;
  char *first_line; /* NULL once it is printed */
  gboolean json;
  HpLogQuery *filter; /* owned, nullable */
  GSourceFunc failed;
  gpointer failed_data;
  int error; /* atomic */
};

static void
printer_free (gpointer data)
{
  HpPrinter *self = data;

  g_free (self->first_line);
  g_clear_pointer (&self->filter, hp_log_query_unref);
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
          g_atomic_int_set (&self->error, errno);
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

/* The heads are for the filter and for log files: a line here is to be read at a glance. */
static void
add_line (HpPrinter *self, GString *text, HpRequestRecord *record)
{
  if (self->filter && !hp_log_query_matches (self->filter, record))
    return;
  record->request_fields = NULL;
  record->response_fields = NULL;
  if (self->json)
    hp_log_format_json (text, record);
  else
    hp_log_format_combined (text, record);
}

static gboolean
print_batch (HpPrinter *self, HpRecordBatch *batch)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = hp_record_batch_get_length (batch);

  for (guint i = 0; i < n; i++)
    {
      HpRequestRecord record;

      hp_record_batch_get (batch, i, &record);
      add_line (self, text, &record);
      if (text->len < CHUNK && i + 1 < n)
        continue;
      if (!write_all (self, text->str, text->len))
        return FALSE;
      g_string_truncate (text, 0);
    }

  if (hp_record_batch_get_dropped (batch) > 0)
    tell_dropped (hp_record_batch_get_dropped (batch));
  return TRUE;
}

static gboolean
print_cb (HpRecordBatch *batch, gpointer user_data)
{
  HpPrinter *self = user_data;
  g_autofree char *first_line = g_steal_pointer (&self->first_line);

  if ((!first_line || write_all (self, first_line, strlen (first_line)))
      && (!batch || print_batch (self, batch)))
    return TRUE;
  g_idle_add (self->failed, self->failed_data);
  return FALSE;
}

HpPrinter *
hp_printer_new (const char *first_line,
                HpRecordQueue *queue,
                gboolean json,
                HpLogQuery *filter,
                GSourceFunc failed,
                gpointer user_data)
{
  HpPrinter *self = g_new0 (HpPrinter, 1);

  self->first_line = g_strdup (first_line);
  self->json = json;
  self->filter = filter ? hp_log_query_ref (filter) : NULL;
  self->failed = failed;
  self->failed_data = user_data;
  self->reader = hp_record_reader_new ("printer", queue, print_cb, self, printer_free);
  return self;
}

int
hp_printer_get_error (HpPrinter *self)
{
  return g_atomic_int_get (&self->error);
}

void
hp_printer_end (HpPrinter *self, guint limit_ms)
{
  hp_record_reader_end (self->reader, limit_ms);
}
