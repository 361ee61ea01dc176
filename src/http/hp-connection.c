/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <linux/sockios.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/hp-connection-list.h"
#include "http/hp-connection.h"
#include "http/hp-engine-private.h"
#include "http/hp-exchange.h"
#include "http/hp-input.h"
#include "http/hp-listener.h"
#include "http/hp-poller.h"
#include "http/hp-session-pool.h"

/* What one connection may send, or read away, before the others have their turn. */
#define TURN_BYTES (1024 * 1024)
/* Steps in one turn when answers are small; each answer takes two. */
#define TURN_STEPS 64

/* An answer that is held is copied. */
#define HELD_MAX_BYTES (8 * 1024)

/* How long the record of a refused request waits for the begin of its body. */
#define BODY_WAIT_US (200 * 1000)

typedef enum
{
  PHASE_OPEN,
  PHASE_LINGERING, /* our side is shut, what the client still sends is read away */
  PHASE_CLOSED,
} Phase;

/* Thousands of these are idle: what only a request needs is elsewhere. */
struct _HpConnection
{
  guint ref_count;
  int fd;
  guint32 number;
  gsize turn_bytes;

  /* owned */
  HpInput *input;      /* received and not yet used; NULL: nothing */
  GByteArray *unsent;  /* the end of an answer; NULL: nothing */
  HpExchange *refused; /* answered, and may still learn what the body began with */

  /* borrowed */
  HpListener *listener;
  HpEngine *engine;
  HpPoller *poller;
  HpExchange *exchange; /* clears itself by hp_connection_exchange_ended() */
  HpSession *session;   /* for the exchange; NULL: it waits for one */

  GList link;
  struct sockaddr_in peer;
  gint64 since; /* the state, or the wait for a request, began */

  /* While the client makes us wait: from when on, and how much it had taken by then. */
  gint64 blocked_since; /* 0: it takes what we have */
  guint64 taken;        /* G_MAXUINT64: not yet known */
  guint64 sent;

  guint state : 3; /* HpConnectionState */
  guint phase : 2;

  /* as the kernel said, until a call says otherwise (edge-triggered) */
  guint readable : 1;
  guint writable : 1;
  guint half_closed : 1; /* the end of what the client sends is known to be near */
  guint gone : 1;        /* nobody is left to read an answer */

  guint watched : 1;         /* by the poller */
  guint watches_writing : 1; /* likewise */
  guint queued : 1;
  guint held : 1;    /* the unsent answer waits for those of others */
  guint waits : 1;   /* for a session */
  guint yielded : 1; /* this turn's bytes are used up */
  guint served : 1;  /* at least one request */
  guint ending : 1;  /* no further request is read */
  guint linger : 1;  /* the client may still be sending what was refused */
  guint dead : 1;    /* writing fails */
};

HpConnectionLimits hp_connection_limits = {
  .head = 10 * 1000,
  .idle = 75 * 1000,
  .stall = 30 * 1000,
  .linger = 5 * 1000,
  .progress = 1024,
  .at_once = 8192,
  .answers = 512,
};

HpConnection *
hp_connection_new (HpListener *listener, int fd, const struct sockaddr_in *peer)
{
  HpConnection *self = g_new0 (HpConnection, 1);

  self->ref_count = 1;
  self->fd = fd;
  self->listener = listener;
  self->engine = hp_listener_get_engine (listener);
  self->poller = hp_engine_get_poller (self->engine);
  self->link.data = self;
  self->peer = *peer;
  self->since = g_get_monotonic_time ();
  self->readable = TRUE; /* perhaps; that is found out before the kernel is asked to watch it */
  self->writable = TRUE;
  self->number = hp_connection_list_add (hp_engine_get_connections (self->engine), self);
  hp_poller_queue (self->poller, self);

  return self;
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

  g_assert (self->fd < 0 && self->session == NULL && self->refused == NULL);

  g_clear_pointer (&self->input, hp_input_free);
  g_clear_pointer (&self->unsent, g_byte_array_unref);
  g_free (self);
}

HpListener *
hp_connection_get_listener (HpConnection *self)
{
  return self->listener;
}

const struct sockaddr_in *
hp_connection_get_peer (HpConnection *self)
{
  return &self->peer;
}

guint32
hp_connection_get_number (HpConnection *self)
{
  return self->number;
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

guint
hp_connection_get_state (HpConnection *self)
{
  return self->state;
}

void
hp_connection_set_state (HpConnection *self, guint state)
{
  self->state = state;
}

gint64
hp_connection_get_since (HpConnection *self)
{
  return self->since;
}

gboolean
hp_connection_set_queued (HpConnection *self, gboolean queued)
{
  gboolean changed = self->queued != queued;

  self->queued = queued;
  return changed;
}

static void
enter_state (HpConnection *self, HpConnectionState state)
{
  self->since = g_get_monotonic_time ();
  hp_connection_list_move (hp_engine_get_connections (self->engine), self, state);
}

/* --- reading --- */

/* Returns how many bytes came, 0 when there are none now. Sets ending at the end. */
static gsize
receive (HpConnection *self, char *buffer)
{
  gssize n;

  if (!self->readable)
    return 0;

  do
    n = recv (self->fd, buffer, HP_POLLER_BUFFER, MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);

  if (n > 0)
    {
      /* Less than asked for was all there is; the end would come without a further event. */
      self->readable = n == HP_POLLER_BUFFER || self->half_closed;
      return n;
    }

  self->readable = FALSE;
  if (n == 0 || errno != EAGAIN)
    self->ending = self->dead = TRUE;

  return 0;
}

/* The head, and what came behind it, which is the begin of the body when the request is refused. */
static void
begin_exchange (
    HpConnection *self, HpRequestHead *head, HpHeadState state, const char *data, gsize length)
{
  gboolean refused = state == HP_HEAD_REFUSED;

  self->linger = refused;
  self->blocked_since = 0;
  self->exchange = hp_exchange_new (self, head, data, length, self->served);
  self->served = TRUE;
  enter_state (self, HP_CONNECTION_ANSWERING);
}

/* Takes one request out of what has been received. */
static gboolean
take_request (HpConnection *self, HpInput *input)
{
  HpHeadState state;
  const char *data;
  gsize length;

  state = hp_input_scan (input, &data, &length);
  if (state == HP_HEAD_INCOMPLETE)
    return FALSE;

  begin_exchange (self, hp_input_get_head (input), state, data, length);
  hp_input_consume (input, state == HP_HEAD_REFUSED);

  return TRUE;
}

/* Reads until there is a request to answer. FALSE: there is none. */
static gboolean
find_request (HpConnection *self)
{
  char *buffer = hp_poller_get_buffer (self->poller);
  gboolean found;
  gsize n;

  if (self->input && take_request (self, self->input))
    {
      if (hp_input_is_empty (self->input))
        g_clear_pointer (&self->input, hp_input_free);
      return TRUE;
    }

  do
    {
      g_auto (HpInput) fresh = HP_INPUT_INIT;

      n = receive (self, buffer);
      if (n == 0)
        return FALSE;

      if (self->input)
        {
          hp_input_append (self->input, buffer, n);
          found = take_request (self, self->input);
          if (hp_input_is_empty (self->input))
            g_clear_pointer (&self->input, hp_input_free);
        }
      else
        {
          /* Nearly always the buffer holds one whole request and nothing is copied. */
          hp_input_borrow (&fresh, buffer, n);
          found = take_request (self, &fresh);
          if (!found)
            enter_state (self, HP_CONNECTION_ASKING);
          if (!hp_input_is_empty (&fresh))
            self->input = hp_input_keep (&fresh);
        }
    }
  while (!found);

  return TRUE;
}

/* --- writing --- */

static void
begin_waiting (HpConnection *self)
{
  self->writable = FALSE;
  if (self->blocked_since == 0)
    {
      self->blocked_since = g_get_monotonic_time ();
      self->taken = G_MAXUINT64;
    }
  if (!self->watches_writing && self->watched)
    {
      hp_poller_watch_writing (self->poller, self, self->fd);
      self->watches_writing = TRUE;
    }
}

gssize
hp_connection_send (HpConnection *self, struct iovec *parts, guint n_parts)
{
  struct msghdr message = { .msg_iov = parts, .msg_iovlen = n_parts };
  gsize length = 0;
  gssize n;

  for (guint i = 0; i < n_parts; i++)
    length += parts[i].iov_len;

  do
    n = sendmsg (self->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);

  if (n < 0 && errno != EAGAIN)
    {
      self->dead = TRUE;
      return -1;
    }

  if (n > 0)
    {
      self->sent += n;
      self->turn_bytes += n;
    }
  if (n < (gssize) length)
    begin_waiting (self);

  if (n < 0)
    errno = EAGAIN;
  return n;
}

gboolean
hp_connection_is_writable (HpConnection *self)
{
  self->yielded = self->turn_bytes >= TURN_BYTES;

  return self->dead || (self->writable && !self->yielded);
}

gboolean
hp_connection_is_dead (HpConnection *self)
{
  return self->dead;
}

void
hp_connection_owe (HpConnection *self, const void *data, gsize length)
{
  if (length == 0)
    return;

  if (self->unsent == NULL)
    self->unsent = g_byte_array_new ();
  g_byte_array_append (self->unsent, data, length);
}

gboolean
hp_connection_hold (HpConnection *self, const struct iovec *parts, guint n_parts)
{
  gsize length = 0;

  for (guint i = 0; i < n_parts; i++)
    length += parts[i].iov_len;

  if (length > HELD_MAX_BYTES || self->unsent != NULL || !self->writable || self->dead
      || !hp_poller_hold (self->poller, self))
    return FALSE;

  self->held = TRUE;
  self->unsent = g_byte_array_sized_new (length);
  for (guint i = 0; i < n_parts; i++)
    g_byte_array_append (self->unsent, parts[i].iov_base, parts[i].iov_len);

  return TRUE;
}

void
hp_connection_flush (HpConnection *self)
{
  self->held = FALSE;
  hp_connection_run (self);
}

/* TRUE: the client has it all. */
static gboolean
send_unsent (HpConnection *self)
{
  struct iovec part;
  gssize n;

  if (self->unsent == NULL || self->dead)
    return TRUE;
  if (!self->writable || self->held)
    return FALSE;

  part = (struct iovec){ self->unsent->data, self->unsent->len };
  n = hp_connection_send (self, &part, 1);
  if (n > 0)
    g_byte_array_remove_range (self->unsent, 0, n);
  if (self->dead || self->unsent->len > 0)
    return self->dead;

  g_clear_pointer (&self->unsent, g_byte_array_unref);
  enter_state (self, HP_CONNECTION_IDLE);
  return TRUE;
}

/* --- the end --- */

static void
report_refused (HpConnection *self)
{
  HpExchange *refused = g_steal_pointer (&self->refused);

  if (refused)
    hp_exchange_report (refused);
}

void
hp_connection_close (HpConnection *self)
{
  g_autoptr (HpConnection) guard = hp_connection_ref (self);

  if (self->phase == PHASE_CLOSED)
    return;

  g_assert (self->exchange == NULL);

  report_refused (self);
  self->phase = PHASE_CLOSED;
  if (self->watched)
    hp_poller_remove (self->poller, self->fd);
  close (self->fd);
  self->fd = -1;
  hp_connection_list_remove (hp_engine_get_connections (self->engine), self);
  hp_listener_connection_closed (self->listener);
}

/* TRUE: the client has ended, or its connection is broken. FALSE: it may send more. */
static gboolean
read_away (HpConnection *self, gsize *n_read)
{
  char *buffer = hp_poller_get_buffer (self->poller);
  gsize total = 0;
  gssize n;

  do
    {
      if (self->refused)
        n = recv (self->fd, buffer, HP_POLLER_BUFFER, MSG_DONTWAIT);
      else
        n = recv (self->fd, NULL, TURN_BYTES, MSG_DONTWAIT | MSG_TRUNC);
      if (n <= 0)
        continue;

      total += n;
      if (self->refused && !hp_exchange_add_body (self->refused, buffer, n))
        report_refused (self);
    }
  while ((n > 0 && total < TURN_BYTES) || (n < 0 && errno == EINTR));

  *n_read = total;
  return n == 0 || (n < 0 && errno != EAGAIN);
}

/* Closing a socket with unread bytes makes the kernel throw away what was sent last. A client that
 * is still busy sending would never see why it was refused. */
static void
end (HpConnection *self)
{
  gsize n_read = 0;

  if (!self->dead && !read_away (self, &n_read) && (n_read > 0 || self->linger)
      && shutdown (self->fd, SHUT_WR) == 0)
    {
      self->phase = PHASE_LINGERING;
      enter_state (self, HP_CONNECTION_LINGERING);
      if (n_read >= TURN_BYTES)
        hp_poller_queue (self->poller, self);
      return;
    }

  hp_connection_close (self);
}

static void
go_on_lingering (HpConnection *self)
{
  gsize n_read;

  if (read_away (self, &n_read))
    hp_connection_close (self);
  else if (n_read >= TURN_BYTES)
    hp_poller_queue (self->poller, self);
}

void
hp_connection_cut (HpConnection *self)
{
  self->dead = TRUE;
  if (self->exchange)
    hp_exchange_wake (self->exchange);
  hp_connection_resume (self);
}

void
hp_connection_kill (HpConnection *self)
{
  if (self->phase == PHASE_LINGERING)
    {
      hp_connection_close (self);
    }
  else if (self->phase == PHASE_OPEN)
    {
      self->ending = TRUE;
      hp_connection_cut (self);
    }
}

/* --- the session --- */

static gboolean
borrow_session (HpConnection *self)
{
  HpSessionPool *pool = hp_engine_get_sessions (self->engine);
  HpSession *session;

  if (self->waits)
    return FALSE;

  session = hp_session_pool_borrow (pool, self);
  if (session == NULL)
    {
      self->waits = TRUE;
      hp_listener_tell (self->listener, HP_NOTICE_WAITING);
      return FALSE;
    }

  self->session = session;
  hp_session_lend (session, self, hp_exchange_is_head (self->exchange));
  return TRUE;
}

void
hp_connection_lend_session (HpConnection *self, HpSession *session)
{
  g_assert (self->waits && self->exchange != NULL);

  self->waits = FALSE;
  self->session = session;
  hp_session_lend (session, self, hp_exchange_is_head (self->exchange));
  hp_poller_queue (self->poller, self);
}

/* It goes back before anything else happens, so that no turn of this connection can use it. */
void
hp_connection_exchange_ended (HpConnection *self, gboolean last, gboolean reported)
{
  HpSession *session = g_steal_pointer (&self->session);

  if (!reported)
    self->refused = self->exchange;
  self->exchange = NULL;
  self->ending |= last || self->dead || self->linger || hp_listener_is_stopping (self->listener);
  enter_state (self, self->unsent ? HP_CONNECTION_ANSWERING : HP_CONNECTION_IDLE);

  if (self->waits)
    hp_session_pool_forget (hp_engine_get_sessions (self->engine), self);
  self->waits = FALSE;
  if (session)
    hp_session_end_loan (session, !self->dead);
}

/* Before it has begun to answer, another may do. */
void
hp_connection_session_closed (HpConnection *self)
{
  if (hp_exchange_is_begun (self->exchange))
    {
      self->dead = TRUE;
      hp_exchange_end (self->exchange);
    }
  else
    {
      hp_session_end_loan (g_steal_pointer (&self->session), FALSE);
    }
  hp_connection_resume (self);
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
  if (events & (EPOLLHUP | EPOLLERR))
    self->gone = TRUE;
}

/* TRUE: there may be more to do. */
static gboolean
step (HpConnection *self)
{
  if (self->exchange == NULL)
    {
      if (!send_unsent (self))
        return FALSE;
      if (!self->ending && find_request (self))
        return TRUE;
      if (self->ending)
        end (self);
      return FALSE;
    }

  if (self->session == NULL)
    {
      if (!self->dead)
        return borrow_session (self);
      hp_exchange_end (self->exchange);
      return TRUE;
    }

  if (!self->dead && self->writable && !hp_exchange_go_on (self->exchange))
    return FALSE;

  return hp_session_run (self->session);
}

static void
take_turn (HpConnection *self)
{
  guint n_steps = 0;

  self->turn_bytes = 0;
  self->yielded = FALSE;

  if (self->gone && self->exchange)
    hp_connection_cut (self);

  while (n_steps < TURN_STEPS && step (self))
    n_steps++;

  if (self->phase == PHASE_OPEN && (n_steps == TURN_STEPS || self->yielded))
    hp_poller_queue (self->poller, self);
}

/* Many a connection ends with its first turn, and the poller never hears of it. */
static void
watch (HpConnection *self)
{
  self->watched = hp_poller_add (self->poller, self, self->fd);
  if (!self->watched)
    hp_connection_kill (self);
  else if (!self->writable)
    begin_waiting (self);
}

void
hp_connection_run (HpConnection *self)
{
  if (self->phase == PHASE_LINGERING)
    go_on_lingering (self);
  else if (self->phase == PHASE_OPEN)
    take_turn (self);

  if (self->phase != PHASE_CLOSED && !self->watched)
    watch (self);
}

void
hp_connection_resume (HpConnection *self)
{
  hp_poller_queue (self->poller, self);
}

/* --- deadlines --- */

/* The kernel says that there is room again only when there is much; a client that takes a little
 * now and then makes progress as well, if it is enough. TRUE: it isn't. */
static gboolean
has_stalled (HpConnection *self, gint64 now)
{
  guint64 taken;
  int unsent = 0;

  if (self->blocked_since == 0)
    return FALSE;

  if (ioctl (self->fd, SIOCOUTQ, &unsent) < 0)
    return FALSE;
  taken = self->sent - MIN ((guint64) unsent, self->sent);
  if (unsent == 0)
    {
      self->blocked_since = 0; /* it waits for us */
      return FALSE;
    }
  if (self->taken == G_MAXUINT64)
    self->taken = taken;

  if (now - self->blocked_since <= hp_connection_limits.stall * 1000)
    return FALSE;
  if (taken - self->taken < hp_connection_limits.progress)
    return TRUE;

  self->blocked_since = now;
  self->taken = taken;
  return FALSE;
}

static gboolean
has_dawdled (HpConnection *self, gint64 now)
{
  gint64 limit = self->state == HP_CONNECTION_IDLE ? hp_connection_limits.idle
                                                   : hp_connection_limits.head;

  return now - self->since > limit * 1000;
}

static gboolean
has_lingered (HpConnection *self, gint64 now)
{
  if (self->refused && now - self->since > BODY_WAIT_US)
    report_refused (self);

  return now - self->since > hp_connection_limits.linger * 1000;
}

gboolean
hp_connection_check_deadline (HpConnection *self, gint64 now)
{
  HpNotice notice = HP_N_NOTICES; /* that a client sent nothing at all is nothing to tell */
  gboolean expired;

  if (self->phase == PHASE_LINGERING)
    {
      expired = has_lingered (self, now);
    }
  else if (self->exchange || self->unsent)
    {
      expired = has_stalled (self, now);
      notice = HP_NOTICE_STALLED;
      if (!expired && self->exchange && !self->writable)
        hp_exchange_rest (self->exchange, now);
    }
  else
    {
      expired = has_dawdled (self, now);
      if (self->input)
        notice = HP_NOTICE_SLOW_HEAD;
    }

  if (!expired)
    return FALSE;

  if (notice != HP_N_NOTICES)
    hp_listener_tell (self->listener, notice);
  if (self->exchange)
    hp_exchange_set_timed_out (self->exchange);
  hp_connection_kill (self);

  return TRUE;
}
