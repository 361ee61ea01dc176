/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include "http/hp-request-head.h"

G_BEGIN_DECLS

typedef struct _HpPoller HpPoller;
typedef struct _HpListener HpListener;
typedef struct _HpExchange HpExchange;

/* One connection of a client: the socket, what was read and not yet used, and the deadlines. It
 * reads request heads itself, checks them, and shows libsoup a harmless one in place of each (see
 * hp_connection_read()). Engine thread only; ref-counted, not atomically. */
typedef struct _HpConnection HpConnection;

/* How long a connection may take, in milliseconds, and how many there may be. Tests change them
 * before any engine runs. */
typedef struct
{
  gint64 head;      /* for a whole head, from its first byte or from the connection's begin */
  gint64 idle;      /* between two requests */
  gint64 stall;     /* for a client to take anything at all of an answer */
  gint64 linger;    /* for reading away what a refused client still sends */
  guint per_server; /* at most; then the one that was idle longest has to go */
} HpConnectionLimits;

extern HpConnectionLimits hp_connection_limits;

/* Takes the descriptor, also on failure. NULL, with errno set: the kernel refused. */
HpConnection *
hp_connection_new (HpListener *listener, HpPoller *poller, int fd, const char *client);
HpConnection *hp_connection_ref (HpConnection *self);
void hp_connection_unref (HpConnection *self);

/* The context on which libsoup works for this connection alone. It only runs in
 * hp_connection_run(). */
GMainContext *hp_connection_get_context (HpConnection *self);
HpListener *hp_connection_get_listener (HpConnection *self);
const char *hp_connection_get_client (HpConnection *self);
/* NULL: no request is being answered. */
HpExchange *hp_connection_get_exchange (HpConnection *self);

/* For the listener's list. */
GList *hp_connection_get_link (HpConnection *self);

/* --- what the poller calls --- */

void hp_connection_mark (HpConnection *self, guint32 events);
void hp_connection_run (HpConnection *self);
void hp_connection_check_deadline (HpConnection *self, gint64 now);
GList *hp_connection_get_poller_link (HpConnection *self);
/* TRUE when it wasn't queued before. */
gboolean hp_connection_set_queued (HpConnection *self, gboolean queued);

/* --- what libsoup calls, through HpStream --- */

/* One request head at a time: only once the answer before it is finished. The bytes aren't the
 * client's but those of a plain GET or HEAD; what the client asked is in the exchange. */
gssize hp_connection_read (HpConnection *self, void *buffer, gsize count, GError **error);
gboolean hp_connection_is_readable (HpConnection *self);
/* The head of an answer is held back until the first bytes of its body, or a flush. */
gssize hp_connection_write (HpConnection *self, const void *buffer, gsize count, GError **error);
gboolean hp_connection_is_writable (HpConnection *self);
void hp_connection_flush (HpConnection *self);
void hp_connection_close (HpConnection *self);

/* --- what the exchange and the listener call --- */

/* Body bytes of the running answer that the kernel took. */
guint64 hp_connection_get_body_sent (HpConnection *self);
/* Whether the client has got, or will get, any of the running answer. */
gboolean hp_connection_get_head_sent (HpConnection *self);
/* Something libsoup waits for has been done: give it a turn. */
void hp_connection_resume (HpConnection *self);
/* From now on writing fails: the answer can't be completed. */
void hp_connection_cut (HpConnection *self);
/* The answer is finished, the next request may be read. */
void hp_connection_exchange_ended (HpConnection *self);
/* Ends it: at once when it is idle, by cutting the answer otherwise. Takes effect in its next turn.
 */
void hp_connection_kill (HpConnection *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpConnection, hp_connection_unref)

G_END_DECLS
