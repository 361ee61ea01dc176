/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "http/hp-listener.h"
#include "http/hp-poller.h"

#define EVENTS_PER_WAKE 64

/* Answers that are sent together. */
#define MAX_HELD 16

struct _HpPoller
{
  GMainContext *context; /* borrowed */
  GSource *source;
  int fd;
  int wake_fd; /* of the context, once known; watched as well */

  GQueue ready;                 /* connections, holds references */
  guint turns;                  /* how many of them are still due in this round */
  HpConnection *held[MAX_HELD]; /* have an answer to send, holds references */
  guint n_held;
  GPtrArray *ready_listeners; /* borrowed */

  char buffer[HP_POLLER_BUFFER];
};

typedef struct
{
  GSource parent;
  HpPoller *poller;
} PollerSource;

/* A poll function gets no data of its own. */
static _Thread_local HpPoller *current;

/* What an event is about: a connection, a listener with this bit set in its address, or NULL for
 * the context's own descriptor. */
#define LISTENER_BIT 1

static void
take_event (HpPoller *self, const struct epoll_event *event)
{
  guintptr address = (guintptr) event->data.ptr;

  if (address & LISTENER_BIT)
    {
      HpListener *listener = (HpListener *) (address & ~(guintptr) LISTENER_BIT);

      if (!g_ptr_array_find (self->ready_listeners, listener, NULL))
        g_ptr_array_add (self->ready_listeners, listener);
    }
  else
    {
      hp_connection_mark (event->data.ptr, event->events);
      hp_poller_queue (self, event->data.ptr);
    }
}

/* Notes all events at once: what another source does before the turns begin may close connections
 * that are among them. */
static gboolean
wait_for_events (HpPoller *self, int timeout)
{
  struct epoll_event events[EVENTS_PER_WAKE];
  gboolean woken = FALSE;
  int n = epoll_wait (self->fd, events, EVENTS_PER_WAKE, timeout);

  for (int i = 0; i < n; i++)
    {
      if (events[i].data.ptr == NULL)
        woken = TRUE;
      else
        take_event (self, &events[i]);
    }

  return woken;
}

static gboolean
watch (HpPoller *self, int fd, guint32 events, gpointer data)
{
  struct epoll_event event = { .events = events, .data.ptr = data };

  return epoll_ctl (self->fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* The context has sources with descriptors of their own just now. */
static int
poll_all (HpPoller *self, GPollFD *fds, guint n_fds, int timeout)
{
  g_autofree GPollFD *all = g_new (GPollFD, n_fds + 1);
  int n;

  memcpy (all, fds, n_fds * sizeof *fds);
  all[n_fds] = (GPollFD){ .fd = self->fd, .events = G_IO_IN };
  n = g_poll (all, n_fds + 1, timeout);
  memcpy (fds, all, n_fds * sizeof *fds);
  wait_for_events (self, 0);

  return n;
}

/* One system call instead of two: the descriptor by which other threads wake the context is watched
 * with the sockets. */
static int
poll_cb (GPollFD *fds, guint n_fds, int timeout)
{
  HpPoller *self = current;

  if (self == NULL)
    return g_poll (fds, n_fds, timeout);

  if (n_fds == 1 && self->wake_fd < 0 && watch (self, fds[0].fd, EPOLLIN, NULL))
    self->wake_fd = fds[0].fd;
  if (n_fds != 1 || fds[0].fd != self->wake_fd)
    return poll_all (self, fds, n_fds, timeout);

  fds[0].revents = wait_for_events (self, timeout) ? G_IO_IN : 0;

  return fds[0].revents != 0;
}

static gboolean
poller_prepare (GSource *source, int *timeout)
{
  HpPoller *self = ((PollerSource *) source)->poller;

  current = self;
  *timeout = -1;

  return self->ready.length > 0;
}

static gboolean
poller_check (GSource *source)
{
  HpPoller *self = ((PollerSource *) source)->poller;

  return self->ready.length > 0 || self->ready_listeners->len > 0;
}

static void
flush_held (HpPoller *self)
{
  /* None is added meanwhile: see hp_poller_hold(). */
  for (guint i = 0; i < self->n_held; i++)
    {
      g_autoptr (HpConnection) connection = g_steal_pointer (&self->held[i]);

      hp_connection_flush (connection);
    }
  self->n_held = 0;
}

static gboolean
poller_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  HpPoller *self = ((PollerSource *) source)->poller;

  while (self->ready_listeners->len > 0)
    hp_listener_accept (g_ptr_array_steal_index_fast (self->ready_listeners, 0));

  /* Those that queue themselves again have their next turn after the others' events. */
  self->turns = self->ready.length;
  while (self->turns > 0)
    {
      g_autoptr (HpConnection) connection = g_queue_pop_head (&self->ready);

      self->turns--;
      hp_connection_set_queued (connection, FALSE);
      hp_connection_run (connection);
      if (self->n_held == MAX_HELD)
        flush_held (self);
    }
  flush_held (self);

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
  self->wake_fd = -1;
  self->ready_listeners = g_ptr_array_new ();
  self->fd = epoll_create1 (EPOLL_CLOEXEC);
  if (self->fd < 0)
    g_error ("Can't create an epoll descriptor: %s", g_strerror (errno));

  self->source = g_source_new (&poller_funcs, sizeof (PollerSource));
  g_source_set_static_name (self->source, "HpPoller");
  ((PollerSource *) self->source)->poller = self;
  g_source_attach (self->source, context);
  g_main_context_set_poll_func (context, poll_cb);

  return self;
}

void
hp_poller_free (HpPoller *self)
{
  g_main_context_set_poll_func (self->context, NULL);
  g_queue_clear_full (&self->ready, (GDestroyNotify) hp_connection_unref);
  g_ptr_array_unref (self->ready_listeners);
  g_source_destroy (self->source);
  g_source_unref (self->source);
  close (self->fd);
  if (current == self)
    current = NULL;
  g_free (self);
}

gboolean
hp_poller_add (HpPoller *self, HpConnection *connection, int fd)
{
  return watch (self, fd, EPOLLIN | EPOLLRDHUP | EPOLLET, connection);
}

void
hp_poller_watch_writing (HpPoller *self, HpConnection *connection, int fd)
{
  struct epoll_event event = {
    .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
    .data.ptr = connection,
  };

  epoll_ctl (self->fd, EPOLL_CTL_MOD, fd, &event);
}

/* Closing alone would do, if no other process could have a copy for a moment, as between fork() and
 * exec(). */
void
hp_poller_remove (HpPoller *self, int fd)
{
  epoll_ctl (self->fd, EPOLL_CTL_DEL, fd, NULL);
}

gboolean
hp_poller_add_listener (HpPoller *self, HpListener *listener, int fd)
{
  return watch (self, fd, EPOLLIN, (gpointer) ((guintptr) listener | LISTENER_BIT));
}

void
hp_poller_remove_listener (HpPoller *self, HpListener *listener, int fd)
{
  hp_poller_remove (self, fd);
  g_ptr_array_remove_fast (self->ready_listeners, listener);
}

void
hp_poller_queue (HpPoller *self, HpConnection *connection)
{
  if (hp_connection_set_queued (connection, TRUE))
    g_queue_push_tail (&self->ready, hp_connection_ref (connection));
}

gboolean
hp_poller_hold (HpPoller *self, HpConnection *connection)
{
  if (self->turns == 0 || self->n_held == MAX_HELD)
    return FALSE;

  self->held[self->n_held++] = hp_connection_ref (connection);
  return TRUE;
}

char *
hp_poller_get_buffer (HpPoller *self)
{
  return self->buffer;
}
