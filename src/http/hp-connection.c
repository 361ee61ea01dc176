/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <linux/sockios.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/hp-connection.h"
#include "http/hp-exchange.h"
#include "http/hp-listener.h"
#include "http/hp-poller.h"

#define READ_BYTES 4096

/* What one connection may send, or read away, before the others have their turn. */
#define TURN_BYTES (1024 * 1024)
/* How many answers it may get in one turn, when they are small. */
#define TURN_STEPS 32

/* Nothing of the client's reaches libsoup's parser. */
static const char get_head[] = "GET http://localhost/ HTTP/1.1\r\n\r\n";
static const char head_head[] = "HEAD http://localhost/ HTTP/1.1\r\n\r\n";

typedef enum
{
  PHASE_OPEN,
  PHASE_LINGERING, /* our side is shut, what the client still sends is read away */
  PHASE_CLOSED,
} Phase;

struct _HpConnection
{
  guint ref_count;

  /* owned */
  int fd;
  GMainContext *context;
  GByteArray *input; /* received and not yet used */
  GString *held;     /* the head of an answer that waits for its body */
  HpRequestHead head;

  /* borrowed */
  HpListener *listener;
  HpPoller *poller;
  HpExchange *exchange; /* clears itself by hp_connection_exchange_ended() */

  GList link;
  GList poller_link;
  char client[46];

  Phase phase;
  gint64 since;         /* the phase, or the wait for a request, began */
  gint64 blocked_since; /* the client has taken nothing since then; 0: it takes what we have */
  int unsent;           /* in the kernel's hands, when last looked at while blocked */

  const char *feed; /* what libsoup may read now */
  gsize feed_length;
  gsize turn_bytes;
  guint64 body_sent;

  /* as the kernel said, until a call says otherwise (edge-triggered) */
  gboolean readable;
  gboolean writable;
  gboolean half_closed; /* the end of what the client sends is known to be near */

  gboolean queued;
  gboolean resumed;   /* libsoup has a source ready that we can't see */
  gboolean yielded;   /* this turn's bytes are used up */
  gboolean served;    /* at least one request */
  gboolean refused;   /* what follows isn't a request */
  gboolean eof;       /* libsoup shall drop the connection */
  gboolean eof_shown; /* as one byte of nonsense */
  gboolean dead;      /* writing fails */
  gboolean expect_head;
  gboolean head_sent;
};

HpConnectionLimits hp_connection_limits = {
  .head = 10 * 1000,
  .idle = 75 * 1000,
  .stall = 30 * 1000,
  .linger = 5 * 1000,
  .per_server = 512,
};

/* The context has no descriptor to wait for; without this each turn would cost a system call. */
static int
no_poll (GPollFD *fds, guint n_fds, int timeout)
{
  return 0;
}

HpConnection *
hp_connection_new (HpListener *listener, HpPoller *poller, int fd, const char *client)
{
  g_autoptr (HpConnection) self = g_new0 (HpConnection, 1);

  self->ref_count = 1;
  self->fd = -1;
  self->listener = listener;
  self->poller = poller;
  self->link.data = self;
  self->poller_link.data = self;
  self->since = g_get_monotonic_time ();
  g_strlcpy (self->client, client, sizeof self->client);

  if (!hp_poller_add (poller, self, fd))
    {
      close (fd);
      return NULL;
    }

  self->fd = fd;
  self->input = g_byte_array_new ();
  self->held = g_string_new (NULL);
  self->context = g_main_context_new ();
  g_main_context_set_poll_func (self->context, no_poll);

  return g_steal_pointer (&self);
}

HpConnection *
hp_connection_ref (HpConnection *self)
{
  self->ref_count++;
  return self;
}

void
hp_connection_unref (HpConnection *self)
{
  if (--self->ref_count > 0)
    return;

  g_assert (self->fd < 0);

  hp_request_head_clear (&self->head);
  g_clear_pointer (&self->input, g_byte_array_unref);
  if (self->held)
    g_string_free (self->held, TRUE);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_free (self);
}

GMainContext *
hp_connection_get_context (HpConnection *self)
{
  return self->context;
}

HpListener *
hp_connection_get_listener (HpConnection *self)
{
  return self->listener;
}

const char *
hp_connection_get_client (HpConnection *self)
{
  return self->client;
}

HpExchange *
hp_connection_get_exchange (HpConnection *self)
{
  return self->exchange;
}

GList *
hp_connection_get_link (HpConnection *self)
{
  return &self->link;
}

GList *
hp_connection_get_poller_link (HpConnection *self)
{
  return &self->poller_link;
}

gboolean
hp_connection_set_queued (HpConnection *self, gboolean queued)
{
  gboolean changed = self->queued != queued;

  self->queued = queued;
  return changed;
}

/* --- reading --- */

/* TRUE: there are new bytes, or the end. */
static gboolean
receive (HpConnection *self)
{
  guint8 buffer[READ_BYTES];
  gssize n;

  if (!self->readable)
    return FALSE;

  do
    n = recv (self->fd, buffer, sizeof buffer, MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);

  if (n > 0)
    {
      if (self->input->len == 0)
        self->since = g_get_monotonic_time ();
      g_byte_array_append (self->input, buffer, n);
      /* Less than asked for was all there is; the end would come without a further event. */
      self->readable = n == READ_BYTES || self->half_closed;
      return TRUE;
    }

  self->readable = FALSE;
  if (n < 0 && errno == EAGAIN)
    return FALSE;

  self->eof = TRUE;
  return TRUE;
}

static void
begin_exchange (HpConnection *self, HpHeadState state)
{
  const char *feed = g_strcmp0 (self->head.method, "HEAD") == 0 ? head_head : get_head;

  self->refused = state == HP_HEAD_REFUSED;
  if (self->refused)
    g_byte_array_set_size (self->input, 0);
  else
    g_byte_array_remove_range (self->input, 0, self->head.length);

  self->exchange = hp_exchange_new (self, &self->head);
  self->feed = feed;
  self->feed_length = strlen (feed);
  self->expect_head = TRUE;
  self->head_sent = FALSE;
  self->body_sent = 0;
  self->blocked_since = 0;
  self->unsent = 0;
}

/* Reads until there is something to show to libsoup: a request, or the end. */
static void
fill (HpConnection *self)
{
  if (self->phase != PHASE_OPEN || self->exchange != NULL || self->eof || self->held->len > 0)
    return;

  if (self->refused || self->dead)
    {
      self->eof = TRUE;
      return;
    }

  do
    {
      HpHeadState state = HP_HEAD_INCOMPLETE;

      if (self->input->len > 0)
        state = hp_request_head_scan (&self->head, (char *) self->input->data, self->input->len);

      if (state != HP_HEAD_INCOMPLETE)
        {
          begin_exchange (self, state);
          return;
        }
    }
  while (receive (self) && !self->eof);
}

gboolean
hp_connection_is_readable (HpConnection *self)
{
  return self->feed_length > 0 || self->eof;
}

gssize
hp_connection_read (HpConnection *self, void *buffer, gsize count, GError **error)
{
  gsize n;

  if (self->eof)
    {
      /* libsoup 3.2 forgets a connection that ends while it is idle, descriptor and all. One byte
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

static void
note_progress (HpConnection *self, gboolean all, gboolean some)
{
  if (all)
    self->blocked_since = 0;
  else if (some || self->blocked_since == 0)
    self->blocked_since = g_get_monotonic_time ();

  if (!all)
    self->writable = FALSE;
}

/* Sends the head that is held back and then body, in one call. Returns how much of the body went,
 * or -1 with errno. */
static gssize
send_out (HpConnection *self, const void *body, gsize length)
{
  struct iovec parts[2] = {
    { self->held->str, self->held->len },
    { (void *) body, length },
  };
  struct msghdr message = { .msg_iov = parts, .msg_iovlen = G_N_ELEMENTS (parts) };
  gsize of_head;
  gssize n;

  do
    n = sendmsg (self->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);

  if (n < 0 && errno != EAGAIN)
    {
      int saved = errno;

      self->dead = TRUE;
      g_string_truncate (self->held, 0);
      errno = saved;
      return -1;
    }

  note_progress (self, n == (gssize) (self->held->len + length), n > 0);
  if (n < 0)
    {
      errno = EAGAIN;
      return -1;
    }

  of_head = MIN ((gsize) n, self->held->len);
  g_string_erase (self->held, 0, of_head);
  self->head_sent |= n > 0;
  self->body_sent += n - of_head;
  self->turn_bytes += n;

  return n - of_head;
}

gboolean
hp_connection_is_writable (HpConnection *self)
{
  return self->eof || self->dead || (self->writable && !self->yielded);
}

/* libsoup writes its head at once, empty line included. The fields of ours are put in before that:
 * libsoup would take a dozen calls and a printf for each. */
static void
hold_head (HpConnection *self, const char *head, gsize length)
{
  const GString *fields = self->exchange ? hp_exchange_get_fields (self->exchange) : NULL;

  if (fields == NULL || length < 2)
    {
      g_string_append_len (self->held, head, length);
      return;
    }

  g_string_append_len (self->held, head, length - 2);
  g_string_append_len (self->held, fields->str, fields->len);
  g_string_append_len (self->held, head + length - 2, 2);
}

gssize
hp_connection_write (HpConnection *self, const void *buffer, gsize count, GError **error)
{
  gssize n;

  if (self->eof)
    return count; /* the answer to the nonsense of hp_connection_read() */

  if (self->dead || self->phase != PHASE_OPEN)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, g_strerror (EPIPE));
      return -1;
    }

  if (self->expect_head)
    {
      hold_head (self, buffer, count);
      self->expect_head = FALSE;
      return count;
    }

  self->yielded = self->turn_bytes >= TURN_BYTES;
  if (hp_connection_is_writable (self))
    {
      n = send_out (self, buffer, count);
      if (n > 0 || count == 0)
        return MAX (n, 0);

      if (n < 0 && errno != EAGAIN)
        {
          g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno),
                               g_strerror (errno));
          return -1;
        }
    }

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "The client is slower");
  return -1;
}

/* Never blocks: what the kernel doesn't take now goes when it is ready, before the next answer. */
void
hp_connection_flush (HpConnection *self)
{
  if (self->phase != PHASE_OPEN || self->dead || self->held->len == 0)
    return;

  send_out (self, NULL, 0);
  self->head_sent |= !self->dead;
}

/* --- the end --- */

static void
close_now (HpConnection *self)
{
  g_autoptr (HpConnection) guard = hp_connection_ref (self);

  self->phase = PHASE_CLOSED;
  hp_poller_remove (self->poller, self);
  close (self->fd);
  self->fd = -1;
  hp_listener_connection_closed (self->listener, self);
}

/* TRUE: the client has ended, or its time is up. FALSE: it may send more. */
static gboolean
read_away (HpConnection *self, gsize *n_read)
{
  gsize total = 0;
  gssize n;

  do
    {
      n = recv (self->fd, NULL, TURN_BYTES, MSG_DONTWAIT | MSG_TRUNC);
      if (n > 0)
        total += n;
    }
  while ((n > 0 && total < TURN_BYTES) || (n < 0 && errno == EINTR));

  *n_read = total;
  return n == 0 || (n < 0 && errno != EAGAIN);
}

/* libsoup has ended the connection, and drops it when this returns. */
void
hp_connection_close (HpConnection *self)
{
  gsize n_read = 0;

  if (self->phase != PHASE_OPEN)
    return;

  if (self->exchange == NULL)
    hp_connection_flush (self);
  self->phase = PHASE_LINGERING;
  self->since = g_get_monotonic_time ();

  if (self->exchange)
    hp_exchange_end (self->exchange);

  /* Closing a socket with unread bytes makes the kernel throw away what was sent last. A client
   * that is still busy sending would never see why it was refused. */
  if (!self->dead && !self->eof && !read_away (self, &n_read) && (n_read > 0 || self->refused)
      && shutdown (self->fd, SHUT_WR) == 0)
    {
      if (n_read >= TURN_BYTES)
        hp_poller_queue (self->poller, self);
      return;
    }

  close_now (self);
}

static void
linger (HpConnection *self)
{
  gsize n_read;

  if (read_away (self, &n_read))
    close_now (self);
  else if (n_read >= TURN_BYTES)
    hp_poller_queue (self->poller, self);
}

void
hp_connection_cut (HpConnection *self)
{
  self->dead = TRUE;
  hp_connection_resume (self);
}

void
hp_connection_kill (HpConnection *self)
{
  if (self->phase == PHASE_LINGERING)
    {
      close_now (self);
    }
  else if (self->phase == PHASE_OPEN)
    {
      if (self->exchange)
        self->dead = TRUE;
      else
        self->eof = TRUE;
      hp_poller_queue (self->poller, self);
    }
}

/* --- turns --- */

void
hp_connection_mark (HpConnection *self, guint32 events)
{
  if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
    self->readable = TRUE;
  if (events & (EPOLLOUT | EPOLLHUP | EPOLLERR))
    self->writable = TRUE;
  if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
    self->half_closed = TRUE;
}

static gboolean
step (HpConnection *self)
{
  fill (self);

  if (self->phase != PHASE_OPEN)
    return FALSE;

  return g_main_context_iteration (self->context, FALSE);
}

void
hp_connection_run (HpConnection *self)
{
  guint n_steps = 0;

  if (self->phase == PHASE_LINGERING)
    linger (self);
  if (self->phase != PHASE_OPEN)
    return;

  self->turn_bytes = 0;
  self->yielded = FALSE;
  self->resumed = FALSE;

  if (self->exchange == NULL && self->writable)
    hp_connection_flush (self);

  g_main_context_push_thread_default (self->context);
  while (n_steps < TURN_STEPS && step (self))
    n_steps++;
  g_main_context_pop_thread_default (self->context);

  if (self->phase == PHASE_OPEN && (n_steps == TURN_STEPS || self->yielded || self->resumed))
    hp_poller_queue (self->poller, self);
}

void
hp_connection_resume (HpConnection *self)
{
  self->resumed = TRUE;
  hp_poller_queue (self->poller, self);
}

/* The kernel says that there is room again only when there is much; a client that takes a little
 * now and then is not stalled. */
static void
look_for_progress (HpConnection *self, gint64 now)
{
  int unsent;

  if (self->blocked_since == 0 || ioctl (self->fd, SIOCOUTQ, &unsent) < 0)
    return;

  if (unsent != self->unsent)
    self->blocked_since = now;
  self->unsent = unsent;
}

void
hp_connection_check_deadline (HpConnection *self, gint64 now)
{
  const HpConnectionLimits *limits = &hp_connection_limits;
  HpNotice notice = HP_N_NOTICES; /* that a client sent nothing at all is nothing to tell */
  gint64 since = self->since;
  gint64 limit;

  if (self->phase == PHASE_LINGERING)
    {
      limit = limits->linger;
    }
  else if (self->exchange || self->held->len > 0)
    {
      look_for_progress (self, now);
      since = self->blocked_since;
      limit = limits->stall;
      notice = HP_NOTICE_STALLED;
    }
  else
    {
      limit = self->served && self->input->len == 0 ? limits->idle : limits->head;
      if (self->input->len > 0)
        notice = HP_NOTICE_SLOW_HEAD;
    }

  if (since == 0 || now - since <= limit * 1000)
    return;

  if (notice != HP_N_NOTICES)
    hp_listener_tell (self->listener, notice);
  hp_connection_kill (self);
}

guint64
hp_connection_get_body_sent (HpConnection *self)
{
  return self->body_sent;
}

gboolean
hp_connection_get_head_sent (HpConnection *self)
{
  return self->head_sent;
}

void
hp_connection_exchange_ended (HpConnection *self)
{
  self->exchange = NULL;
  self->served = TRUE;
  self->since = g_get_monotonic_time ();

  if (self->phase == PHASE_OPEN)
    hp_listener_connection_idle (self->listener, self);
}
