/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <glib/gi18n-lib.h>

#include "http/hp-engine-private.h"
#include "http/hp-listener.h"
#include "http/hp-peer-gate.h"
#include "http/hp-responder.h"

#define ACCEPTS_PER_WAKE 64

/* Out of descriptors: how long to leave waiting clients in the kernel's queue. */
#define BACK_OFF_MS 100

/* Larger is no faster, and each slow reader makes the kernel hold that much. */
#define SEND_BUFFER (512 * 1024)

/* A flood shall not become a flood of messages. */
#define TELL_AGAIN_US (60 * G_USEC_PER_SEC)

struct _HpListener
{
  /* borrowed: its owner holds it until done() was called */
  HpEngine *engine;

  /* owned */
  char *folder;
  HpServerOptions *options;
  HpRecordQueue *queue;
  HpResponder *responder;
  HpPeerGate *gate;
  GSource *timer; /* back-off, or the end of the grace */
  int fd;

  guint n_connections;
  guint16 port;
  gint64 told[HP_N_NOTICES]; /* when last; 0: never */
  gboolean accepting;        /* the poller watches the socket */
  gboolean stopping;
  gboolean finishing;
  GSourceFunc done;
  gpointer done_data;
};

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

HpListener *
hp_listener_new (HpEngine *engine,
                 int fd,
                 guint16 port,
                 const char *folder,
                 HpServerOptions *options,
                 HpRecordQueue *queue)
{
  HpListener *self = g_new0 (HpListener, 1);

  self->engine = engine;
  self->fd = fd;
  self->port = port;
  self->folder = g_strdup (folder);
  self->options = hp_server_options_ref (options);
  self->queue = hp_record_queue_ref (queue);
  self->gate = hp_peer_gate_new (engine, port, queue);

  return self;
}

HpEngine *
hp_listener_get_engine (HpListener *self)
{
  return self->engine;
}

HpResponder *
hp_listener_get_responder (HpListener *self)
{
  return self->responder;
}

guint16
hp_listener_get_port (HpListener *self)
{
  return self->port;
}

gboolean
hp_listener_is_stopping (HpListener *self)
{
  return self->stopping;
}

/* --- accepting --- */

static void back_off (HpListener *self);

static void
start_accepting (HpListener *self)
{
  if (self->accepting || self->timer || self->stopping)
    return;

  self->accepting = hp_poller_add_listener (hp_engine_get_poller (self->engine), self, self->fd);
  if (!self->accepting)
    back_off (self);
}

static void
stop_accepting (HpListener *self)
{
  if (self->accepting)
    hp_poller_remove_listener (hp_engine_get_poller (self->engine), self, self->fd);
  self->accepting = FALSE;
}

void
hp_listener_resume (HpListener *self)
{
  start_accepting (self);
}

static void
clear_timer (HpListener *self)
{
  if (self->timer)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static void
set_timer (HpListener *self, guint ms, GSourceFunc func)
{
  clear_timer (self);
  self->timer = g_timeout_source_new (ms);
  g_source_set_callback (self->timer, func, self, NULL);
  g_source_attach (self->timer, hp_engine_get_context (self->engine));
}

static gboolean
back_off_over_cb (gpointer user_data)
{
  HpListener *self = user_data;

  clear_timer (self);
  start_accepting (self);

  return G_SOURCE_REMOVE;
}

/* The listening socket must survive a shortage: an idle client makes room, of whichever server, and
 * the others wait in the kernel's queue. */
static void
back_off (HpListener *self)
{
  hp_listener_tell (self, HP_NOTICE_SHORTAGE);
  hp_connection_list_evict (hp_engine_get_connections (self->engine));
  stop_accepting (self);
  set_timer (self, BACK_OFF_MS, back_off_over_cb);
}

typedef enum
{
  ACCEPT_MORE,
  ACCEPT_NONE,
  ACCEPT_SHORTAGE,
} AcceptResult;

static HpConnection *
add_connection (HpListener *self, int fd, const struct sockaddr_in *peer)
{
  self->n_connections++;
  return hp_connection_new (self, fd, peer);
}

void
hp_listener_add (HpListener *self, int fd, const struct sockaddr_in *peer)
{
  add_connection (self, fd, peer);
}

/* An idle connection goes, and the new one takes its number, so that the numbers of connections
 * don't get into those that are left for other things. FALSE: all are busy, the new one has to go.
 */
static gboolean
replace_idle (HpListener *self, int *fd)
{
  int low = -1;

  if (hp_connection_list_evict (hp_engine_get_connections (self->engine)))
    low = fcntl (*fd, F_DUPFD_CLOEXEC, 0);
  close (*fd);
  *fd = low;
  if (low < 0)
    return FALSE;

  hp_listener_tell (self, HP_NOTICE_SHORTAGE);
  return TRUE;
}

/* Somebody may want to know later which program it is; that takes longer than we may. */
static void
note_client (HpListener *self, HpConnection *connection, guint32 inode)
{
  HpClientNames *names = hp_engine_peek_client_names (self->engine);

  if (names != NULL)
    hp_client_names_note (names, hp_connection_get_number (connection), inode);
}

static AcceptResult
accept_one (HpListener *self)
{
  HpConnectionList *connections = hp_engine_get_connections (self->engine);
  struct sockaddr_in peer = { 0 };
  socklen_t length = sizeof peer;
  guint32 inode = 0;
  int fd = accept4 (self->fd, (struct sockaddr *) &peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);

  if (fd < 0)
    switch (errno)
      {
      case EAGAIN:
        return ACCEPT_NONE;
      case EMFILE:
      case ENFILE:
      case ENOBUFS:
      case ENOMEM:
        return ACCEPT_SHORTAGE;
      default:
        return ACCEPT_MORE; /* that client has gone already */
      }

  if (!hp_peer_gate_admit (self->gate, self->options, &peer, &inode))
    {
      close (fd);
      return ACCEPT_MORE;
    }
  if (hp_connection_list_is_short (connections, fd) && !replace_idle (self, &fd))
    return ACCEPT_SHORTAGE;

  note_client (self, add_connection (self, fd, &peer), inode);
  return ACCEPT_MORE;
}

/* FALSE: all are busy, and the next one waits in the kernel's queue until one of them ends. */
static gboolean
make_room (HpListener *self)
{
  HpConnectionList *connections = hp_engine_get_connections (self->engine);

  if (hp_connection_list_evict (connections))
    {
      hp_listener_tell (self, HP_NOTICE_EVICTED);
      return TRUE;
    }

  hp_listener_tell (self, HP_NOTICE_ALL_BUSY);
  hp_connection_list_wait (connections, self);
  stop_accepting (self);

  return FALSE;
}

void
hp_listener_accept (HpListener *self)
{
  HpConnectionList *connections = hp_engine_get_connections (self->engine);

  for (guint i = 0; i < ACCEPTS_PER_WAKE; i++)
    {
      AcceptResult result;

      /* Whether one more is waiting is only known for the first. */
      if (hp_connection_list_is_full (connections) && (i > 0 || !make_room (self)))
        break;

      result = accept_one (self);
      if (result == ACCEPT_NONE)
        break;

      if (result == ACCEPT_SHORTAGE)
        {
          back_off (self);
          break;
        }
    }
}

/* --- life --- */

gboolean
hp_listener_start (HpListener *self, GError **error)
{
  int size = SEND_BUFFER;

  setsockopt (self->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size); /* connections inherit it */

  if (!hp_session_pool_start (hp_engine_get_sessions (self->engine), error))
    return FALSE;

  self->responder = hp_responder_new (self->folder, self->options);
  hp_responder_set_cache (self->responder, hp_engine_get_file_cache (self->engine));
  hp_connection_list_read_limit (hp_engine_get_connections (self->engine));
  start_accepting (self);

  return TRUE;
}

void
hp_listener_set_options (HpListener *self, HpServerOptions *options)
{
  hp_server_options_ref (options);
  hp_server_options_unref (self->options);
  self->options = options;
  hp_responder_set_options (self->responder, options);
}

static gboolean
finish_cb (gpointer user_data)
{
  HpListener *self = user_data;

  g_clear_pointer (&self->responder, hp_responder_free);
  if (self->done)
    self->done (self->done_data);

  return G_SOURCE_REMOVE;
}

static void
listener_free (gpointer data)
{
  HpListener *self = data;

  g_free (self->folder);
  hp_peer_gate_free (self->gate);
  hp_server_options_unref (self->options);
  hp_record_queue_unref (self->queue);
  g_free (self);
}

/* Not at once: the last connection may be in the middle of closing. */
static void
finish_if_empty (HpListener *self)
{
  if (!self->stopping || self->finishing || self->n_connections > 0)
    return;

  self->finishing = TRUE;
  clear_timer (self);
  hp_engine_invoke (self->engine, finish_cb, self, listener_free);
}

static gboolean
grace_over_cb (gpointer user_data)
{
  HpListener *self = user_data;

  clear_timer (self);
  hp_connection_list_foreach (hp_engine_get_connections (self->engine), self, hp_connection_kill);

  return G_SOURCE_REMOVE;
}

static void
kill_if_idle (HpConnection *connection)
{
  if (hp_connection_get_exchange (connection) == NULL)
    hp_connection_kill (connection);
}

void
hp_listener_stop (HpListener *self, guint grace_ms, GSourceFunc done, gpointer user_data)
{
  HpConnectionList *connections = hp_engine_get_connections (self->engine);

  self->stopping = TRUE;
  self->done = done;
  self->done_data = user_data;

  hp_connection_list_forget (connections, self);
  stop_accepting (self);
  close_fd (&self->fd);

  hp_connection_list_foreach (connections, self, grace_ms == 0 ? hp_connection_kill : kill_if_idle);
  if (self->n_connections > 0)
    set_timer (self, grace_ms, grace_over_cb);

  finish_if_empty (self);
}

void
hp_listener_connection_closed (HpListener *self)
{
  self->n_connections--;
  finish_if_empty (self);
}

void
hp_listener_record (HpListener *self, const HpRequestRecord *record)
{
  hp_record_queue_push (self->queue, record);
}

static char *
describe_notice (HpListener *self, HpNotice notice)
{
  HpConnectionList *connections = hp_engine_get_connections (self->engine);
  const HpConnectionLimits *limits = &hp_connection_limits;
  gulong n;

  switch (notice)
    {
    case HP_NOTICE_EVICTED:
      n = limits->at_once;
      return g_strdup_printf (
          ngettext (
              "Port %u: %lu connection is open. The one that was idle longest was closed to "
              "make room for another.",
              "Port %u: %lu connections are open. The one that was idle longest was closed to "
              "make room for another.",
              n),
          self->port, n);
    case HP_NOTICE_ALL_BUSY:
      n = limits->at_once;
      return g_strdup_printf (
          ngettext (
              "Port %u: the only connection (%lu) is busy. Further ones wait until it is free.",
              "Port %u: all %lu connections are busy. Further ones wait until one is free.", n),
          self->port, n);
    case HP_NOTICE_WAITING:
      n = hp_connection_list_get_max_answers (connections);
      return g_strdup_printf (
          ngettext ("Port %u: %lu answer is being sent. Further requests wait until it ends.",
                    "Port %u: %lu answers are being sent at the same time. Further requests wait "
                    "until one of them ends.",
                    n),
          self->port, n);
    case HP_NOTICE_SHORTAGE:
      n = hp_connection_list_get_max_fd (connections);
      return g_strdup_printf (
          ngettext ("Port %u: this program may not open more than %lu file or connection. "
                    "Idle connections are closed, further ones wait.",
                    "Port %u: this program may not open more than %lu files and connections. "
                    "Idle connections are closed, further ones wait.",
                    n),
          self->port, n);
    case HP_NOTICE_SLOW_HEAD:
      n = limits->head / 1000;
      return g_strdup_printf (
          ngettext ("Port %u: a connection was closed because its request was not complete after "
                    "%lu second.",
                    "Port %u: a connection was closed because its request was not complete after "
                    "%lu seconds.",
                    n),
          self->port, n);
    case HP_NOTICE_STALLED:
      n = limits->stall / 1000;
      return g_strdup_printf (
          ngettext ("Port %u: a connection was closed because its client took hardly anything of "
                    "the answer for %lu second.",
                    "Port %u: a connection was closed because its client took hardly anything of "
                    "the answer for %lu seconds.",
                    n),
          self->port, n);
    case HP_N_NOTICES:
    default:
      g_return_val_if_reached (g_strdup (""));
    }
}

void
hp_listener_tell (HpListener *self, HpNotice notice)
{
  gint64 now = g_get_monotonic_time ();
  g_autofree char *text = NULL;

  if (self->told[notice] != 0 && now - self->told[notice] < TELL_AGAIN_US)
    return;

  self->told[notice] = now;
  text = describe_notice (self, notice);
  g_message ("%s", text);
}
