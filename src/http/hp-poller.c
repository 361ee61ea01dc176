/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "http/hp-poller.h"

/* How late a deadline may be noticed. */
#define SWEEP_MS        250
#define EVENTS_PER_WAKE 64

struct _HpPoller
{
  GMainContext *context; /* borrowed */
  GSource *source;
  GSource *sweep; /* only while there are connections */
  int fd;

  GQueue connections; /* by hp_connection_get_poller_link() */
  GQueue ready;       /* holds references */
};

typedef struct
{
  GSource parent;
  HpPoller *poller;
  gpointer tag;
} PollerSource;

static gboolean
poller_prepare (GSource *source, int *timeout)
{
  HpPoller *self = ((PollerSource *) source)->poller;

  *timeout = -1;
  return self->ready.length > 0;
}

static gboolean
poller_check (GSource *source)
{
  PollerSource *poller = (PollerSource *) source;

  return poller->poller->ready.length > 0 || g_source_query_unix_fd (source, poller->tag) != 0;
}

/* First all events are noted, then each connection gets one turn: a turn may close connections,
 * also others, and those may still be among the events. */
static gboolean
poller_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  HpPoller *self = ((PollerSource *) source)->poller;
  struct epoll_event events[EVENTS_PER_WAKE];
  int n = epoll_wait (self->fd, events, EVENTS_PER_WAKE, 0);

  for (int i = 0; i < n; i++)
    {
      hp_connection_mark (events[i].data.ptr, events[i].events);
      hp_poller_queue (self, events[i].data.ptr);
    }

  /* Those that queue themselves again have their next turn after the others' events. */
  for (guint turns = self->ready.length; turns > 0; turns--)
    {
      g_autoptr (HpConnection) connection = g_queue_pop_head (&self->ready);

      hp_connection_set_queued (connection, FALSE);
      hp_connection_run (connection);
    }

  return G_SOURCE_CONTINUE;
}

static GSourceFuncs poller_funcs = {
  .prepare = poller_prepare,
  .check = poller_check,
  .dispatch = poller_dispatch,
};

HpPoller *
hp_poller_new (GMainContext *context)
{
  HpPoller *self = g_new0 (HpPoller, 1);

  self->context = context;
  self->fd = epoll_create1 (EPOLL_CLOEXEC);
  if (self->fd < 0)
    g_error ("Can't create an epoll descriptor: %s", g_strerror (errno));

  self->source = g_source_new (&poller_funcs, sizeof (PollerSource));
  g_source_set_static_name (self->source, "HpPoller");
  ((PollerSource *) self->source)->poller = self;
  ((PollerSource *) self->source)->tag = g_source_add_unix_fd (self->source, self->fd, G_IO_IN);
  /* It never does, but GLib would take the descriptor out and put it in again around each dispatch,
   * which makes four system calls. */
  g_source_set_can_recurse (self->source, TRUE);
  g_source_attach (self->source, context);

  return self;
}

static void
stop_sweep (HpPoller *self)
{
  if (self->sweep)
    g_source_destroy (self->sweep);
  g_clear_pointer (&self->sweep, g_source_unref);
}

void
hp_poller_free (HpPoller *self)
{
  g_assert (self->connections.length == 0);

  g_queue_clear_full (&self->ready, (GDestroyNotify) hp_connection_unref);
  stop_sweep (self);
  g_source_destroy (self->source);
  g_source_unref (self->source);
  close (self->fd);
  g_free (self);
}

static gboolean
sweep_cb (gpointer user_data)
{
  HpPoller *self = user_data;
  gint64 now = g_get_monotonic_time ();
  GList *link, *next;

  for (link = self->connections.head; link != NULL; link = next)
    {
      next = link->next;
      hp_connection_check_deadline (link->data, now);
    }

  return G_SOURCE_CONTINUE;
}

gboolean
hp_poller_add (HpPoller *self, HpConnection *connection, int fd)
{
  struct epoll_event event = {
    .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
    .data.ptr = connection,
  };

  if (epoll_ctl (self->fd, EPOLL_CTL_ADD, fd, &event) < 0)
    return FALSE;

  g_queue_push_tail_link (&self->connections, hp_connection_get_poller_link (connection));

  if (self->sweep == NULL)
    {
      self->sweep = g_timeout_source_new (SWEEP_MS);
      g_source_set_callback (self->sweep, sweep_cb, self, NULL);
      g_source_attach (self->sweep, self->context);
    }

  return TRUE;
}

void
hp_poller_remove (HpPoller *self, HpConnection *connection)
{
  g_queue_unlink (&self->connections, hp_connection_get_poller_link (connection));

  if (self->connections.length == 0)
    stop_sweep (self);
}

void
hp_poller_queue (HpPoller *self, HpConnection *connection)
{
  if (hp_connection_set_queued (connection, TRUE))
    g_queue_push_tail (&self->ready, hp_connection_ref (connection));
}
