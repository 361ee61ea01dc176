/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <string.h>

#include "http/hp-exchange.h"
#include "http/hp-session-pool.h"
#include "http/hp-session.h"
#include "http/hp-stream.h"

/* Nothing of the client's reaches libsoup's parser. */
static const char get_head[] = "GET http://localhost/ HTTP/1.1\r\n\r\n";
static const char head_head[] = "HEAD http://localhost/ HTTP/1.1\r\n\r\n";

/* A head is some hundred bytes; a buffer that had to hold much more is given back. */
#define HELD_BYTES     1024
#define HELD_MAX_BYTES (16 * 1024)

struct _HpSession
{
  guint ref_count;

  /* owned */
  GMainContext *context;
  GString *held; /* the head of the answer */

  /* borrowed */
  HpSessionPool *pool;
  HpConnection *connection; /* NULL: not lent */

  GList link;

  const char *feed; /* what libsoup may read now */
  gsize feed_length;
  gsize held_sent; /* how much of the head the kernel has */

  gboolean expect_head;
  gboolean retiring;  /* libsoup shall drop it */
  gboolean eof_shown; /* as one byte of nonsense */
  gboolean closed;    /* libsoup has */
};

/* The context has no descriptor to wait for; without this each turn would cost a system call. */
static int
no_poll (GPollFD *fds, guint n_fds, int timeout)
{
  return 0;
}

HpSession *
hp_session_new (HpSessionPool *pool)
{
  g_autoptr (HpSession) self = g_new0 (HpSession, 1);
  g_autoptr (GIOStream) stream = NULL;
  gboolean attached;

  self->ref_count = 1;
  self->pool = pool;
  self->link.data = self;
  self->held = g_string_sized_new (HELD_BYTES);
  self->context = g_main_context_new ();
  g_main_context_set_poll_func (self->context, no_poll);
  stream = hp_stream_new (self);

  g_main_context_push_thread_default (self->context);
  attached = hp_session_pool_attach (pool, self, stream);
  g_main_context_pop_thread_default (self->context);

  return attached ? g_steal_pointer (&self) : NULL;
}

HpSession *
hp_session_ref (HpSession *self)
{
  self->ref_count++;
  return self;
}

void
hp_session_unref (HpSession *self)
{
  if (--self->ref_count > 0)
    return;

  g_assert (self->connection == NULL);

  g_string_free (self->held, TRUE);
  g_main_context_unref (self->context);
  g_free (self);
}

HpConnection *
hp_session_get_connection (HpSession *self)
{
  return self->connection;
}

gboolean
hp_session_is_broken (HpSession *self)
{
  return self->closed || self->retiring;
}

GList *
hp_session_get_link (HpSession *self)
{
  return &self->link;
}

/* --- loans --- */

void
hp_session_lend (HpSession *self, HpConnection *connection, gboolean head)
{
  g_assert (self->connection == NULL && !hp_session_is_broken (self));

  self->connection = connection;
  self->feed = head ? head_head : get_head;
  self->feed_length = head ? sizeof head_head - 1 : sizeof get_head - 1;
  self->expect_head = TRUE;
  self->held_sent = 0;
  if (G_UNLIKELY (self->held->allocated_len > HELD_MAX_BYTES))
    {
      g_string_free (self->held, TRUE);
      self->held = g_string_sized_new (HELD_BYTES);
    }
  g_string_truncate (self->held, 0);
}

gboolean
hp_session_run (HpSession *self)
{
  g_autoptr (HpSession) guard = hp_session_ref (self);
  HpConnection *connection = self->connection;
  gboolean more = TRUE;

  g_main_context_push_thread_default (self->context);
  while (more && self->connection == connection)
    more = g_main_context_iteration (self->context, FALSE);

  /* What libsoup has to clean up after an answer that was cut. */
  while (more && self->retiring && !self->closed)
    more = g_main_context_iteration (self->context, FALSE);
  g_main_context_pop_thread_default (self->context);

  return self->connection != connection;
}

void
hp_session_end_loan (HpSession *self, gboolean whole)
{
  self->connection = NULL;
  self->feed_length = 0;

  if (whole && !self->expect_head && !hp_session_is_broken (self))
    {
      hp_session_pool_give_back (self->pool, self);
      return;
    }

  self->retiring = TRUE;
  hp_session_pool_remove (self->pool, self);
}

void
hp_session_retire (HpSession *self)
{
  g_autoptr (HpSession) guard = hp_session_ref (self);

  hp_session_end_loan (self, FALSE);

  g_main_context_push_thread_default (self->context);
  while (!self->closed && g_main_context_iteration (self->context, FALSE))
    continue;
  g_main_context_pop_thread_default (self->context);
}

/* --- reading --- */

gboolean
hp_session_is_readable (HpSession *self)
{
  return self->feed_length > 0 || self->retiring;
}

gssize
hp_session_read (HpSession *self, void *buffer, gsize count, GError **error)
{
  gsize n;

  if (self->retiring)
    {
      /* libsoup 3.2 forgets a connection that ends while it is idle, and never frees it. One byte
       * makes it believe in a request that ends too early, which it drops properly. */
      if (self->eof_shown || count == 0)
        return 0;
      self->eof_shown = TRUE;
      *(char *) buffer = 'x';
      return 1;
    }

  if (self->feed_length == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "No request yet");
      return -1;
    }

  n = MIN (count, self->feed_length);
  memcpy (buffer, self->feed, n);
  self->feed += n;
  self->feed_length -= n;

  return n;
}

/* --- writing --- */

/* libsoup writes its head at once, empty line included. The fields of ours are put in before that:
 * libsoup would take a dozen calls and a printf for each. */
static void
hold_head (HpSession *self, const char *head, gsize length)
{
  HpExchange *exchange = hp_connection_get_exchange (self->connection);
  const GString *fields = hp_exchange_get_fields (exchange);

  self->expect_head = FALSE;
  if (fields == NULL || length < 2)
    {
      g_string_append_len (self->held, head, length);
      return;
    }

  g_string_append_len (self->held, head, length - 2);
  g_string_append_len (self->held, fields->str, fields->len);
  g_string_append_len (self->held, head + length - 2, 2);
  hp_exchange_take_head (exchange, self->held);
}

/* Sends what is left of the head and then body, in one call. Returns how much of the body went, or
 * -1 with errno. */
static gssize
send_out (HpSession *self, const void *body, gsize length)
{
  gsize left = self->held->len - self->held_sent;
  struct iovec parts[2] = {
    { self->held->str + self->held_sent, left },
    { (void *) body, length },
  };
  HpExchange *exchange = hp_connection_get_exchange (self->connection);
  gsize of_head;
  gssize n;

  if (hp_exchange_ends_with (exchange, length) && hp_connection_hold (self->connection, parts, 2))
    n = left + length;
  else
    n = left > 0 ? hp_connection_send (self->connection, parts, 2)
                 : hp_connection_send (self->connection, parts + 1, 1);
  if (n < 0)
    return -1;

  of_head = MIN ((gsize) n, left);
  self->held_sent += of_head;
  hp_exchange_sent (exchange, n - of_head);

  return n - of_head;
}

gboolean
hp_session_is_writable (HpSession *self)
{
  return self->connection == NULL || hp_connection_is_writable (self->connection);
}

static gssize
fail (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, g_strerror (EPIPE));
  return -1;
}

gssize
hp_session_write (HpSession *self, const void *buffer, gsize count, GError **error)
{
  gssize n;

  if (self->connection == NULL)
    return self->eof_shown ? (gssize) count /* the answer to the nonsense of hp_session_read() */
                           : fail (error);
  if (hp_connection_is_dead (self->connection))
    return fail (error);

  if (self->expect_head)
    {
      hold_head (self, buffer, count);
      return count;
    }

  if (hp_connection_is_writable (self->connection))
    {
      n = send_out (self, buffer, count);
      if (n > 0 || count == 0)
        return MAX (n, 0);
      if (n < 0 && errno != EAGAIN)
        return fail (error);
    }

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "The client is slower");
  return -1;
}

/* Never blocks: what the kernel doesn't take now stays with the connection, which sends it before
 * its next answer. */
void
hp_session_flush (HpSession *self)
{
  gsize left;

  if (self->connection == NULL || hp_connection_is_dead (self->connection)
      || self->held_sent == self->held->len)
    return;

  send_out (self, NULL, 0);
  if (hp_connection_is_dead (self->connection))
    return;

  left = self->held->len - self->held_sent;
  hp_exchange_sent (hp_connection_get_exchange (self->connection), 0);
  hp_connection_owe (self->connection, self->held->str + self->held_sent, left);
  self->held_sent = self->held->len;
}

/* libsoup has ended it, and drops it when this returns. */
void
hp_session_close (HpSession *self)
{
  HpConnection *connection = self->connection;

  if (self->closed)
    return;

  self->closed = TRUE;
  if (connection)
    hp_connection_session_closed (connection); /* ends the loan */
  else if (!self->retiring)
    hp_session_pool_remove (self->pool, self);
}
