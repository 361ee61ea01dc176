/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>

#include "http/hp-engine-private.h"
#include "http/hp-exchange.h"
#include "http/hp-listener.h"
#include "http/hp-responder.h"
#include "http/hp-stream.h"

#define ACCEPTS_PER_WAKE 64

/* Out of descriptors: how long to leave waiting clients in the kernel's queue. */
#define BACK_OFF_MS 100

/* Descriptors that connections leave to the rest of the program. Nearly all of GLib aborts when it
 * gets none. */
#define SPARE_DESCRIPTORS 64

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
  SoupServer *soup;
  GSocketAddress *address;
  GSource *accept_source; /* NULL: not accepting now */
  GSource *timer;         /* back-off, or the end of the grace */
  int fd;
  int reserve_fd; /* given up to be able to turn a client away */
  int dummy_fd;   /* other end of the listener that libsoup believes in */

  GQueue
      connections; /* by hp_connection_get_link(): whose last request is longest ago comes first */

  guint16 port;
  rlim_t max_fd;
  gint64 told[HP_N_NOTICES]; /* when last; 0: never */
  gboolean stopping;
  gboolean finishing;
  GSourceFunc done;
  gpointer done_data;
};

static void start_accepting (HpListener *self);

static GQuark
connection_quark (void)
{
  static GQuark quark = 0;

  if (G_UNLIKELY (quark == 0))
    quark = g_quark_from_static_string ("hp-connection");

  return quark;
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
  self->reserve_fd = -1;
  self->dummy_fd = -1;
  self->port = port;
  self->folder = g_strdup (folder);
  self->options = hp_server_options_ref (options);
  self->queue = hp_record_queue_ref (queue);

  return self;
}

/* --- libsoup --- */

/* libsoup hands over no connection for a stream of ours, but it keeps the address we gave it. */
static HpConnection *
find_connection (SoupServerMessage *message)
{
  GSocketAddress *address = soup_server_message_get_remote_address (message);

  return g_object_get_qdata (G_OBJECT (address), connection_quark ());
}

static void
handle_cb (SoupServer *soup,
           SoupServerMessage *message,
           const char *path,
           GHashTable *query,
           gpointer user_data)
{
  HpListener *self = user_data;
  HpExchange *exchange = hp_connection_get_exchange (find_connection (message));

  g_return_if_fail (exchange != NULL);

  hp_exchange_answer (exchange, message, self->responder, self->engine, self->port, self->stopping);
}

static void
request_ended_cb (SoupServer *soup, SoupServerMessage *message, gpointer user_data)
{
  HpExchange *exchange = hp_connection_get_exchange (find_connection (message));

  if (exchange)
    hp_exchange_end (exchange);
}

/* A SoupServer without a listener of its own closes after each answer, so it gets one to which
 * nobody can connect. */
static gboolean
add_dummy_listener (HpListener *self, GError **error)
{
  g_autoptr (GSocket) socket = NULL;
  int fds[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) < 0)
    {
      int saved = errno;

      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (saved), g_strerror (saved));
      return FALSE;
    }

  self->dummy_fd = fds[1];
  socket = g_socket_new_from_fd (fds[0], error);
  if (socket == NULL)
    {
      close (fds[0]);
      return FALSE;
    }

  return soup_server_listen_socket (self->soup, socket, 0, error);
}

/* --- accepting --- */

static int
open_reserve (void)
{
  return open ("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void
stop_accepting (HpListener *self)
{
  if (self->accept_source)
    g_source_destroy (self->accept_source);
  g_clear_pointer (&self->accept_source, g_source_unref);
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

/* Those that answer are left alone. */
static gboolean
evict_idle (HpListener *self)
{
  for (GList *link = self->connections.head; link != NULL; link = link->next)
    {
      g_autoptr (HpConnection) connection = hp_connection_ref (link->data);

      if (hp_connection_get_exchange (connection) == NULL)
        {
          hp_connection_kill (connection);
          hp_connection_run (connection);
          return TRUE;
        }
    }

  return FALSE;
}

static gboolean
back_off_over_cb (gpointer user_data)
{
  HpListener *self = user_data;

  clear_timer (self);
  start_accepting (self);

  return G_SOURCE_REMOVE;
}

/* The listening socket must survive a shortage: one client is turned away, the others wait in the
 * kernel's queue. */
static void
back_off (HpListener *self)
{
  hp_listener_tell (self, HP_NOTICE_SHORTAGE);

  if (!evict_idle (self) && self->reserve_fd >= 0)
    {
      int fd;

      close (self->reserve_fd);
      fd = accept4 (self->fd, NULL, NULL, SOCK_CLOEXEC);
      if (fd >= 0)
        close (fd);
      self->reserve_fd = open_reserve ();
    }

  stop_accepting (self);
  set_timer (self, BACK_OFF_MS, back_off_over_cb);
}

static void
add_connection (HpListener *self, int fd, struct sockaddr_in *peer)
{
  g_autoptr (HpConnection) connection = NULL;
  g_autoptr (GSocketAddress) remote = NULL;
  g_autoptr (GIOStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  char client[INET_ADDRSTRLEN] = "";
  GMainContext *context;

  inet_ntop (AF_INET, &peer->sin_addr, client, sizeof client);
  connection = hp_connection_new (self, hp_engine_get_poller (self->engine), fd, client);
  if (connection == NULL)
    return;

  g_queue_push_tail_link (&self->connections, hp_connection_get_link (connection));
  hp_connection_ref (connection); /* of the list */

  remote = g_socket_address_new_from_native (peer, sizeof *peer);
  g_object_set_qdata (G_OBJECT (remote), connection_quark (), connection);
  stream = hp_stream_new (connection);
  context = hp_connection_get_context (connection);

  g_main_context_push_thread_default (context);
  if (!soup_server_accept_iostream (self->soup, stream, self->address, remote, &error))
    g_warning ("libsoup refuses a connection: %s", error->message);
  g_main_context_pop_thread_default (context);
}

typedef enum
{
  ACCEPT_MORE,
  ACCEPT_LAST, /* the others wait until what was closed for this one is gone for good */
  ACCEPT_NONE,
  ACCEPT_SHORTAGE,
} AcceptResult;

/* The kernel gives the lowest free number, so the next one tells how many are in use. -1: there is
 * none. */
static int
get_next_fd (HpListener *self)
{
  int next = fcntl (self->fd, F_DUPFD_CLOEXEC, 0);

  if (next >= 0)
    close (next);

  return next;
}

/* A connection needs a second descriptor, for its context. Without it GLib would end the program.
 */
static gboolean
is_short (HpListener *self)
{
  int next = get_next_fd (self);

  return next < 0 || (rlim_t) next + SPARE_DESCRIPTORS > self->max_fd;
}

static AcceptResult
accept_one (HpListener *self)
{
  struct sockaddr_in peer = { 0 };
  socklen_t length = sizeof peer;
  gboolean evicted = FALSE;
  int fd;

  fd = accept4 (self->fd, (struct sockaddr *) &peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
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

  if (is_short (self))
    {
      evicted = evict_idle (self);
      if (!evicted || get_next_fd (self) < 0)
        {
          close (fd);
          return ACCEPT_SHORTAGE;
        }
      hp_listener_tell (self, HP_NOTICE_SHORTAGE);
    }

  add_connection (self, fd, &peer);
  return evicted ? ACCEPT_LAST : ACCEPT_MORE;
}

static gboolean
accept_cb (int fd, GIOCondition condition, gpointer user_data)
{
  HpListener *self = user_data;

  for (guint i = 0; i < ACCEPTS_PER_WAKE; i++)
    {
      AcceptResult result;

      if (self->connections.length >= hp_connection_limits.per_server)
        {
          /* Whether one more is waiting is only known for the first. */
          if (i > 0)
            break;

          /* When all are busy, it waits until an answer ends. */
          if (!evict_idle (self))
            {
              hp_listener_tell (self, HP_NOTICE_ALL_BUSY);
              stop_accepting (self);
              return G_SOURCE_REMOVE;
            }
          hp_listener_tell (self, HP_NOTICE_EVICTED);
        }

      result = accept_one (self);
      if (result == ACCEPT_NONE || result == ACCEPT_LAST)
        break;

      if (result == ACCEPT_SHORTAGE)
        {
          back_off (self);
          return G_SOURCE_REMOVE;
        }
    }

  return G_SOURCE_CONTINUE;
}

static void
start_accepting (HpListener *self)
{
  if (self->accept_source || self->timer || self->stopping)
    return;

  self->accept_source = g_unix_fd_source_new (self->fd, G_IO_IN);
  g_source_set_can_recurse (self->accept_source, TRUE); /* fewer system calls, see HpPoller */
  g_source_set_callback (self->accept_source, G_SOURCE_FUNC (accept_cb), self, NULL);
  g_source_attach (self->accept_source, hp_engine_get_context (self->engine));
}

/* --- life --- */

gboolean
hp_listener_start (HpListener *self, GError **error)
{
  int size = SEND_BUFFER;
  struct rlimit limit;
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);

  setsockopt (self->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size); /* connections inherit it */

  self->soup = soup_server_new (NULL, NULL);
  self->address = g_inet_socket_address_new (loopback, self->port);
  if (!add_dummy_listener (self, error))
    return FALSE;

  soup_server_add_handler (self->soup, NULL, handle_cb, self, NULL);
  g_signal_connect (self->soup, "request-finished", G_CALLBACK (request_ended_cb), self);
  g_signal_connect (self->soup, "request-aborted", G_CALLBACK (request_ended_cb), self);

  self->responder = hp_responder_new (self->folder, self->options);
  hp_responder_set_cache (self->responder, hp_engine_get_file_cache (self->engine));
  self->reserve_fd = open_reserve ();
  self->max_fd = getrlimit (RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 1024;
  start_accepting (self);

  return TRUE;
}

void
hp_listener_set_options (HpListener *self, HpServerOptions *options)
{
  hp_responder_set_options (self->responder, options);
}

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

static gboolean
finish_cb (gpointer user_data)
{
  HpListener *self = user_data;

  if (self->soup)
    soup_server_disconnect (self->soup);
  g_clear_object (&self->soup);
  g_clear_pointer (&self->responder, hp_responder_free);
  close_fd (&self->dummy_fd);
  close_fd (&self->reserve_fd);

  if (self->done)
    self->done (self->done_data);

  return G_SOURCE_REMOVE;
}

static void
listener_free (gpointer data)
{
  HpListener *self = data;

  g_clear_object (&self->address);
  g_free (self->folder);
  hp_server_options_unref (self->options);
  hp_record_queue_unref (self->queue);
  g_free (self);
}

/* Not at once: the last connection may be in the middle of closing. */
static void
finish_if_empty (HpListener *self)
{
  if (!self->stopping || self->finishing || self->connections.length > 0)
    return;

  self->finishing = TRUE;
  clear_timer (self);
  hp_engine_invoke (self->engine, finish_cb, self, listener_free);
}

static gboolean
grace_over_cb (gpointer user_data)
{
  HpListener *self = user_data;
  GList *link, *next;

  clear_timer (self);

  /* Also ends those that wait for a thread, which no turn would reach. */
  soup_server_disconnect (self->soup);

  for (link = self->connections.head; link != NULL; link = next)
    {
      next = link->next;
      hp_connection_kill (link->data);
    }

  return G_SOURCE_REMOVE;
}

void
hp_listener_stop (HpListener *self, guint grace_ms, GSourceFunc done, gpointer user_data)
{
  GList *link, *next;

  self->stopping = TRUE;
  self->done = done;
  self->done_data = user_data;

  stop_accepting (self);
  close_fd (&self->fd);

  for (link = self->connections.head; link != NULL; link = next)
    {
      next = link->next;
      if (grace_ms == 0 || hp_connection_get_exchange (link->data) == NULL)
        hp_connection_kill (link->data);
    }

  if (self->connections.length > 0)
    set_timer (self, grace_ms, grace_over_cb);

  finish_if_empty (self);
}

void
hp_listener_connection_idle (HpListener *self, HpConnection *connection)
{
  GList *link = hp_connection_get_link (connection);

  g_queue_unlink (&self->connections, link);
  g_queue_push_tail_link (&self->connections, link);

  if (self->stopping)
    hp_connection_kill (connection);
  else
    start_accepting (self);
}

void
hp_listener_connection_closed (HpListener *self, HpConnection *connection)
{
  g_queue_unlink (&self->connections, hp_connection_get_link (connection));
  hp_connection_unref (connection);

  if (!self->stopping)
    start_accepting (self);

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
  const HpConnectionLimits *limits = &hp_connection_limits;

  switch (notice)
    {
    case HP_NOTICE_EVICTED:
      return g_strdup_printf (_ ("Port %u: %u connections are open. The one that was idle longest "
                                 "was closed to make room for another."),
                              self->port, limits->per_server);
    case HP_NOTICE_ALL_BUSY:
      return g_strdup_printf (_ ("Port %u: all of %u connections are busy. Further ones wait until "
                                 "an answer ends."),
                              self->port, limits->per_server);
    case HP_NOTICE_SHORTAGE:
      return g_strdup_printf (_ ("Port %u: this program may not open more than %lu files and "
                                 "connections. Idle connections are closed, further ones wait."),
                              self->port, (gulong) self->max_fd);
    case HP_NOTICE_SLOW_HEAD:
      return g_strdup_printf (_ ("Port %u: a connection was closed because its request was not "
                                 "complete after %u seconds."),
                              self->port, (guint) (limits->head / 1000));
    case HP_NOTICE_STALLED:
      return g_strdup_printf (_ ("Port %u: a connection was closed because its client took nothing "
                                 "of the answer for %u seconds."),
                              self->port, (guint) (limits->stall / 1000));
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
