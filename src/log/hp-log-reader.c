/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "log/hp-log-reader-private.h"

/* Rows of one slice; a millisecond or two. */
#define SLICE 4096

struct _HpLogReader
{
  HpRequestLog *log; /* owned */
  const HpLogReaderFuncs *funcs;
  gpointer owner; /* borrowed: frees us */

  gulong changed_id;
  guint slice_source; /* 0 unless more rows wait than fit in a slice */
  guint64 next_seq;
  guint64 epoch;
};

/* Rows come with a number and are counted. The difference stays the same until the log forgets what
 * it counted, or remembers it again. */
static guint64
get_epoch (HpRequestLog *log)
{
  return hp_request_log_get_next_seq (log) - hp_request_log_get_n_requests (log);
}

gboolean
hp_log_reader_is_behind (HpLogReader *self)
{
  return self->next_seq < hp_request_log_get_next_seq (self->log);
}

static void
read_slice (HpLogReader *self)
{
  guint64 first_seq = hp_request_log_get_first_seq (self->log);
  guint64 end;

  self->next_seq = MAX (self->next_seq, first_seq);
  end = MIN (hp_request_log_get_next_seq (self->log), self->next_seq + SLICE);
  while (self->next_seq < end)
    {
      HpRequestRecord record;
      guint64 seq = self->next_seq++;

      if (hp_request_log_get (self->log, seq, &record))
        self->funcs->take (self->owner, seq, &record);
    }
}

static gboolean
slice_cb (gpointer user_data)
{
  HpLogReader *self = user_data;

  read_slice (self);
  self->funcs->settle (self->owner, FALSE);
  if (hp_log_reader_is_behind (self))
    return G_SOURCE_CONTINUE;

  self->slice_source = 0;
  self->funcs->caught_up (self->owner);
  return G_SOURCE_REMOVE;
}

static void
changed_cb (HpRequestLog *log, guint64 n_removed, guint64 n_added, HpLogReader *self)
{
  guint64 epoch = get_epoch (log);

  if (epoch != self->epoch)
    {
      self->epoch = epoch;
      self->next_seq = hp_request_log_get_first_seq (log);
      self->funcs->reset (self->owner);
    }
  if (self->slice_source == 0)
    read_slice (self);
  self->funcs->settle (self->owner, n_removed > 0);
  if (self->slice_source == 0 && hp_log_reader_is_behind (self))
    self->slice_source = g_idle_add (slice_cb, self);
}

HpLogReader *
hp_log_reader_new (HpRequestLog *log, const HpLogReaderFuncs *funcs, gpointer owner)
{
  HpLogReader *self = g_new0 (HpLogReader, 1);

  self->log = g_object_ref (log);
  self->funcs = funcs;
  self->owner = owner;
  self->next_seq = hp_request_log_get_first_seq (log);
  self->epoch = get_epoch (log);
  self->changed_id = g_signal_connect (log, "changed", G_CALLBACK (changed_cb), self);
  read_slice (self);
  funcs->settle (owner, FALSE);
  if (hp_log_reader_is_behind (self))
    self->slice_source = g_idle_add (slice_cb, self);
  return self;
}

void
hp_log_reader_free (HpLogReader *self)
{
  g_clear_handle_id (&self->slice_source, g_source_remove);
  g_clear_signal_handler (&self->changed_id, self->log);
  g_object_unref (self->log);
  g_free (self);
}

HpRequestLog *
hp_log_reader_get_log (HpLogReader *self)
{
  return self->log;
}
