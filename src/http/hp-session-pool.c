/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <libsoup/soup.h>

#include "http/hp-exchange.h"
#include "http/hp-listener.h"
#include "http/hp-session-pool.h"

/* Sessions that were not needed for that long are dropped. */
#define REST_MS 2000

/* One is always kept ready. */
#define KEEP 1

struct _HpSessionPool
{
  /* owned */
  SoupServer *soup;
  GMainContext *soup_context; /* of the listener that libsoup believes in; never runs */
  GSocketAddress *address;
  GSource *timer; /* NULL: no more sessions than are kept */
  int dummy_fd;   /* other end of that listener */

  /* borrowed */
  GMainContext *context;
  HpConnectionList *connections;

  GQueue idle;    /* by hp_session_get_link(), holds references; the last was used last */
  GQueue waiting; /* of HpConnection, holds references */
  guint n_sessions;
  guint unused; /* of the idle ones, how many at least since the timer ran last */
};

static GQuark
session_quark (void)
{
  static GQuark quark = 0;

  if (G_UNLIKELY (quark == 0))
    quark = g_quark_from_static_string ("hp-session");

  return quark;
}

HpSessionPool *
hp_session_pool_new (GMainContext *context, HpConnectionList *connections)
{
  HpSessionPool *self = g_new0 (HpSessionPool, 1);

  self->context = context;
  self->connections = connections;
  self->dummy_fd = -1;

  return self;
}

static void
stop_timer (HpSessionPool *self)
{
  if (self->timer)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

void
hp_session_pool_free (HpSessionPool *self)
{
  g_assert (self->waiting.length == 0);

  stop_timer (self);
  while (self->idle.length > 0)
    hp_session_retire (g_queue_peek_head (&self->idle));
  if (self->soup)
    soup_server_disconnect (self->soup);
  g_clear_object (&self->soup);
  g_clear_pointer (&self->soup_context, g_main_context_unref);
  g_clear_object (&self->address);
  if (self->dummy_fd >= 0)
    close (self->dummy_fd);
  g_free (self);
}

/* --- libsoup --- */

/* libsoup hands over no connection for a stream of ours, but it keeps the address we gave it. */
static HpExchange *
find_exchange (SoupServerMessage *message)
{
  GSocketAddress *address = soup_server_message_get_remote_address (message);
  HpSession *session = g_object_get_qdata (G_OBJECT (address), session_quark ());
  HpConnection *connection = session ? hp_session_get_connection (session) : NULL;

  return connection ? hp_connection_get_exchange (connection) : NULL;
}

static void
handle_cb (SoupServer *soup,
           SoupServerMessage *message,
           const char *path,
           GHashTable *query,
           gpointer user_data)
{
  HpExchange *exchange = find_exchange (message);

  g_return_if_fail (exchange != NULL);

  hp_exchange_answer (exchange, message);
}

static void
request_ended_cb (SoupServer *soup, SoupServerMessage *message, gpointer user_data)
{
  HpExchange *exchange = find_exchange (message);

  if (exchange)
    hp_exchange_end (exchange);
}

/* A SoupServer without a listener of its own closes after each answer, so it gets one to which
 * nobody can connect. */
static gboolean
add_dummy_listener (HpSessionPool *self, GError **error)
{
  g_autoptr (GSocket) socket = NULL;
  gboolean listens;
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

  g_main_context_push_thread_default (self->soup_context);
  listens = soup_server_listen_socket (self->soup, socket, 0, error);
  g_main_context_pop_thread_default (self->soup_context);

  return listens;
}

gboolean
hp_session_pool_start (HpSessionPool *self, GError **error)
{
  HpSession *session;

  if (self->soup)
    return TRUE;

  self->soup = soup_server_new (NULL, NULL);
  self->soup_context = g_main_context_new ();
  self->address = g_inet_socket_address_new_from_string ("127.0.0.1", 80);
  soup_server_add_handler (self->soup, NULL, handle_cb, self, NULL);
  g_signal_connect (self->soup, "request-finished", G_CALLBACK (request_ended_cb), self);
  g_signal_connect (self->soup, "request-aborted", G_CALLBACK (request_ended_cb), self);

  if (!add_dummy_listener (self, error))
    {
      g_clear_object (&self->soup);
      g_clear_pointer (&self->soup_context, g_main_context_unref);
      g_clear_object (&self->address);
      if (self->dummy_fd >= 0)
        close (self->dummy_fd);
      self->dummy_fd = -1;
      return FALSE;
    }

  session = hp_session_new (self);
  self->n_sessions++;
  g_queue_push_tail_link (&self->idle, hp_session_get_link (session));

  return TRUE;
}

gboolean
hp_session_pool_attach (HpSessionPool *self, HpSession *session, GIOStream *stream)
{
  g_autoptr (GSocketAddress) remote = g_inet_socket_address_new_from_string ("127.0.0.1", 1);
  g_autoptr (GError) error = NULL;

  g_object_set_qdata_full (G_OBJECT (remote), session_quark (), hp_session_ref (session),
                           (GDestroyNotify) hp_session_unref);
  if (soup_server_accept_iostream (self->soup, stream, self->address, remote, &error))
    return TRUE;

  g_warning ("libsoup refuses a connection: %s", error->message);
  return FALSE;
}

/* --- loans --- */

static void start_timer (HpSessionPool *self);

/* A context needs a descriptor, and GLib would end the program without one. */
static gboolean
has_descriptor (HpSessionPool *self)
{
  int next = fcntl (self->dummy_fd, F_DUPFD_CLOEXEC, 0);

  if (next < 0)
    return FALSE;

  close (next);
  return (rlim_t) next + 2 < hp_connection_list_get_max_fd (self->connections);
}

static HpSession *
make_session (HpSessionPool *self)
{
  HpSession *session;

  if (self->n_sessions >= hp_connection_list_get_max_answers (self->connections)
      || !has_descriptor (self))
    return NULL;

  session = hp_session_new (self);
  if (session == NULL)
    return NULL;

  if (++self->n_sessions > KEEP)
    start_timer (self);

  return session;
}

static HpSession *
take_idle (HpSessionPool *self)
{
  GList *link = g_queue_pop_tail_link (&self->idle);

  self->unused = MIN (self->unused, self->idle.length);

  return link ? link->data : NULL;
}

static void
lend_to_waiting (HpSessionPool *self, HpSession *session)
{
  g_autoptr (HpConnection) connection = g_queue_pop_head (&self->waiting);

  hp_connection_lend_session (connection, session);
}

static void
serve_waiting (HpSessionPool *self)
{
  HpSession *session;

  while (self->waiting.length > 0 && (session = make_session (self)) != NULL)
    lend_to_waiting (self, session);
}

/* Also the only one to notice that there are descriptors again for those that wait. */
static gboolean
rest_cb (gpointer user_data)
{
  HpSessionPool *self = user_data;

  while (self->unused > 0 && self->n_sessions > KEEP && self->idle.length > 0)
    {
      self->unused--;
      hp_session_retire (g_queue_peek_head (&self->idle));
    }
  serve_waiting (self);

  self->unused = self->idle.length;
  if (self->n_sessions > KEEP || self->waiting.length > 0)
    return G_SOURCE_CONTINUE;

  g_clear_pointer (&self->timer, g_source_unref);
  return G_SOURCE_REMOVE;
}

static void
start_timer (HpSessionPool *self)
{
  if (self->timer)
    return;

  self->timer = g_timeout_source_new (REST_MS);
  g_source_set_callback (self->timer, rest_cb, self, NULL);
  g_source_attach (self->timer, self->context);
}

HpSession *
hp_session_pool_borrow (HpSessionPool *self, HpConnection *connection)
{
  HpSession *session = take_idle (self);

  if (session == NULL)
    session = make_session (self);
  if (session == NULL)
    {
      g_queue_push_tail (&self->waiting, hp_connection_ref (connection));
      start_timer (self);
    }

  return session;
}

void
hp_session_pool_forget (HpSessionPool *self, HpConnection *connection)
{
  if (g_queue_remove (&self->waiting, connection))
    hp_connection_unref (connection);
}

void
hp_session_pool_give_back (HpSessionPool *self, HpSession *session)
{
  if (self->waiting.length > 0)
    lend_to_waiting (self, session);
  else
    g_queue_push_tail_link (&self->idle, hp_session_get_link (session));
}

/* Another may take its place. */
void
hp_session_pool_remove (HpSessionPool *self, HpSession *session)
{
  GList *link = hp_session_get_link (session);

  if (link->prev || link->next || self->idle.head == link)
    g_queue_unlink (&self->idle, link);
  self->n_sessions--;
  self->unused = MIN (self->unused, self->idle.length);
  hp_session_unref (session);

  serve_waiting (self);
}

guint
hp_session_pool_get_n_sessions (HpSessionPool *self)
{
  return self->n_sessions;
}
