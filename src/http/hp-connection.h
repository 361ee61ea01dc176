/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <netinet/in.h>
#include <sys/uio.h>
#include <gio/gio.h>
#include "http/hp-request-head.h"

G_BEGIN_DECLS

typedef struct _HpPoller HpPoller;
typedef struct _HpListener HpListener;
typedef struct _HpExchange HpExchange;
typedef struct _HpSession HpSession;

/* One connection of a client: the socket, what was read and not yet used, and the deadlines. It
 * reads request heads itself and checks them; to have one answered it borrows an HpSession. Engine
 * thread only; ref-counted, not atomically. */
typedef struct _HpConnection HpConnection;

/* How long a connection may take, in milliseconds, and how many there may be. Tests change them
 * before any engine runs. */
typedef struct
{
  gint64 head;    /* for a whole head, from its first byte or from the connection's begin */
  gint64 idle;    /* between two requests */
  gint64 stall;   /* a client that makes us wait has this long to take at least … */
  gint64 linger;  /* for reading away what a refused client still sends */
  guint progress; /* … so many bytes of an answer */
  guint at_once;  /* open, of all servers together; then the one idle longest has to go */
  guint answers;  /* being answered, likewise; then requests wait. Fewer when descriptors are few */
} HpConnectionLimits;

extern HpConnectionLimits hp_connection_limits;

/* (transfer none): takes the descriptor of a stream socket, and is in the engine's list of
 * connections, which holds it, until it is closed. peer may be zeroed, as for one end of a
 * socketpair. */
HpConnection *hp_connection_new (HpListener *listener, int fd, const struct sockaddr_in *peer);
HpConnection *hp_connection_ref (HpConnection *self);
void hp_connection_unref (HpConnection *self);

HpListener *hp_connection_get_listener (HpConnection *self);
const struct sockaddr_in *hp_connection_get_peer (HpConnection *self);
/* Counts the connections of the engine, from 1. */
guint32 hp_connection_get_number (HpConnection *self);
/* NULL: no request is being answered. */
HpExchange *hp_connection_get_exchange (HpConnection *self);

/* --- what the list of connections calls --- */

GList *hp_connection_get_link (HpConnection *self);
guint hp_connection_get_state (HpConnection *self);
void hp_connection_set_state (HpConnection *self, guint state);
/* When the state began, or was begun anew. */
gint64 hp_connection_get_since (HpConnection *self);
/* TRUE: its time is up, and it will go. */
gboolean hp_connection_check_deadline (HpConnection *self, gint64 now);
/* At once. It must not be answering. */
void hp_connection_close (HpConnection *self);

/* --- what the poller calls --- */

void hp_connection_mark (HpConnection *self, guint32 events);
void hp_connection_run (HpConnection *self);
/* TRUE when it wasn't queued before. */
gboolean hp_connection_set_queued (HpConnection *self, gboolean queued);

/* --- what its session calls --- */

/* Returns how many bytes the kernel took, or -1 with errno. */
gssize hp_connection_send (HpConnection *self, struct iovec *parts, guint n_parts);
/* The end of an answer, to be sent with those of others. FALSE: it must be sent now. */
gboolean hp_connection_hold (HpConnection *self, const struct iovec *parts, guint n_parts);
/* Sends it, and goes on. */
void hp_connection_flush (HpConnection *self);
/* FALSE while the client is slow, or when this turn's bytes are used up. */
gboolean hp_connection_is_writable (HpConnection *self);
/* Nothing can be sent any more. */
gboolean hp_connection_is_dead (HpConnection *self);
/* Takes a copy of what the kernel did not take, to send it before anything else. */
void hp_connection_owe (HpConnection *self, const void *data, gsize length);
/* libsoup has given it up. */
void hp_connection_session_closed (HpConnection *self);
/* It waited for one. */
void hp_connection_lend_session (HpConnection *self, HpSession *session);

/* --- what the exchange and the listener call --- */

/* Something libsoup waits for has been done: give it a turn. */
void hp_connection_resume (HpConnection *self);
/* From now on writing fails: the answer can't be completed. */
void hp_connection_cut (HpConnection *self);
/* The answer is finished. last: no further request may follow. reported: the exchange is over and
 * done with; otherwise it waits for more of the refused body, see hp_exchange_add_body(). */
void hp_connection_exchange_ended (HpConnection *self, gboolean last, gboolean reported);
/* Ends it: at once when it is idle, by cutting the answer otherwise. Takes effect in its next turn.
 */
void hp_connection_kill (HpConnection *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpConnection, hp_connection_unref)

G_END_DECLS
