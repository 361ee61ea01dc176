/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib-unix.h>

#include "ports/hp-port-check.h"
#include "ports/hp-port-waiter.h"

/* An event may be lost. */
#define TOLD_INTERVAL_MS (10 * 1000)

/* Without events. A look is a bind, which takes ten microseconds. */
#define UNTOLD_INTERVAL_MS 200

/* After the end of a lingering connection, which the kernel doesn't tell of. */
#define LINGER_EXTRA_MS 20

struct _HpPortWaiter
{
  HpPortWaiterFunc func;
  gpointer user_data;

  guint16 port;
  int fd;       /* -1: the kernel doesn't tell */
  guint source; /* of fd */
  guint timer;
  GCancellable *look; /* of the look at all sockets under way; NULL: none is */
};

static void arm_timer (HpPortWaiter *self, guint ms);

/* Only what is about our port wakes us up: on a busy machine there are thousands of others. */
static gboolean
set_filter (int fd, guint16 port)
{
  const guint32 offset = NLMSG_HDRLEN + offsetof (struct inet_diag_msg, id.idiag_sport);
  struct sock_filter code[] = {
    BPF_STMT (BPF_LD | BPF_H | BPF_ABS, offset),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, port, 0, 1),
    BPF_STMT (BPF_RET | BPF_K, G_MAXINT32),
    BPF_STMT (BPF_RET | BPF_K, 0),
  };
  struct sock_fprog program = { .len = G_N_ELEMENTS (code), .filter = code };

  return setsockopt (fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

static gboolean
join (int fd, int group)
{
  return setsockopt (fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) == 0;
}

/* -1: the kernel doesn't tell. */
static int
open_events (guint16 port)
{
  struct sockaddr_nl address = { .nl_family = AF_NETLINK };
  int fd = socket (AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG);

  if (fd < 0)
    return -1;
  /* A socket that isn't bound has the kernel's own address, to which no event is sent. */
  if (bind (fd, (struct sockaddr *) &address, sizeof address) == 0 && set_filter (fd, port)
      && join (fd, SKNLGRP_INET_TCP_DESTROY) && join (fd, SKNLGRP_INET6_TCP_DESTROY))
    return fd;
  close (fd);
  return -1;
}

/* TRUE: it is over, and the waiter may be gone. */
static gboolean
try (HpPortWaiter *self)
{
  if (!hp_port_can_bind (self->port))
    return FALSE;

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_handle_id (&self->source, g_source_remove);
  self->func (self->user_data);
  return TRUE;
}

static void
look_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  HpPortVerdict verdict;

  hp_port_check ((guint16) GPOINTER_TO_UINT (task_data), &verdict);
  g_task_return_int (task,
                     verdict.state == HP_PORT_LINGERING ? (gssize) verdict.expires_ms : G_MAXINT);
}

static void
looked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  HpPortWaiter *self = user_data;
  g_autoptr (GError) error = NULL;
  gssize expires_ms = g_task_propagate_int (G_TASK (result), &error);

  /* The only error is that the waiter has been freed. */
  if (error != NULL)
    return;
  g_clear_object (&self->look);
  if (expires_ms + LINGER_EXTRA_MS < TOLD_INTERVAL_MS)
    arm_timer (self, (guint) expires_ms + LINGER_EXTRA_MS);
}

/* What keeps the port may be the rest of a connection, whose end is known. */
static void
look (HpPortWaiter *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->look != NULL)
    return;
  self->look = g_cancellable_new ();
  task = g_task_new (NULL, self->look, looked_cb, self);
  g_task_set_source_tag (task, look);
  g_task_set_task_data (task, GUINT_TO_POINTER (self->port), NULL);
  g_task_run_in_thread (task, look_in_thread);
}

static gboolean
timer_cb (gpointer user_data)
{
  HpPortWaiter *self = user_data;

  self->timer = 0;
  if (!try (self))
    {
      arm_timer (self, self->fd >= 0 ? TOLD_INTERVAL_MS : UNTOLD_INTERVAL_MS);
      if (self->fd >= 0)
        look (self);
    }
  return G_SOURCE_REMOVE;
}

static void
arm_timer (HpPortWaiter *self, guint ms)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add (ms, timer_cb, self);
}

static gboolean
event_cb (int fd, GIOCondition condition, gpointer user_data)
{
  HpPortWaiter *self = user_data;
  char buffer[4096];
  gboolean any = FALSE;
  gssize length;

  /* The words don't matter, nor whether some were lost. */
  do
    {
      length = recv (fd, buffer, sizeof buffer, 0);
      any = any || length > 0 || errno == ENOBUFS;
    }
  while (length > 0 || (length < 0 && (errno == EINTR || errno == ENOBUFS)));
  if (!any)
    return G_SOURCE_CONTINUE;

  if (try (self))
    return G_SOURCE_REMOVE;
  look (self);
  return G_SOURCE_CONTINUE;
}

HpPortWaiter *
hp_port_waiter_new (guint16 port, HpPortWaiterFunc func, gpointer user_data)
{
  HpPortWaiter *self = g_new0 (HpPortWaiter, 1);

  self->port = port;
  self->func = func;
  self->user_data = user_data;
  self->fd = open_events (port);
  if (self->fd >= 0)
    self->source = g_unix_fd_add (self->fd, G_IO_IN, event_cb, self);
  /* It may have been let go before we listened. */
  arm_timer (self, 0);
  return self;
}

void
hp_port_waiter_free (HpPortWaiter *self)
{
  if (self == NULL)
    return;

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_handle_id (&self->source, g_source_remove);
  if (self->look != NULL)
    g_cancellable_cancel (self->look);
  g_clear_object (&self->look);
  if (self->fd >= 0)
    close (self->fd);
  g_free (self);
}
