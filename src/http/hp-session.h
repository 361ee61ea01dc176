/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include "http/hp-connection.h"

G_BEGIN_DECLS

/* One connection as libsoup believes in it: its SoupServerConnection, the stream under that, and
 * the context in which they work. A session outlives the answers it gives. It is lent to a
 * connection that has a whole request, and comes back when the answer is out; what a client never
 * sees whole ends the session, so that no byte of one answer can get into another. Engine thread
 * only; ref-counted, not atomically. */
typedef struct _HpSession HpSession;
typedef struct _HpSessionPool HpSessionPool;

HpSession *hp_session_new (HpSessionPool *pool);
HpSession *hp_session_ref (HpSession *self);
void hp_session_unref (HpSession *self);

/* (nullable): to whom it is lent. */
HpConnection *hp_session_get_connection (HpSession *self);
/* libsoup has closed it, or will never be lent again. */
gboolean hp_session_is_broken (HpSession *self);
/* For the pool's list. */
GList *hp_session_get_link (HpSession *self);

/* The exchange of the connection is answered next. */
void hp_session_lend (HpSession *self, HpConnection *connection, gboolean head);
/* Lets libsoup work. TRUE: the answer has ended, and with it the loan. */
gboolean hp_session_run (HpSession *self);
/* The loan is over. whole: the client has, or will get, all of the answer; the session goes back to
 * the pool. Otherwise libsoup is about to learn that its connection is broken. */
void hp_session_end_loan (HpSession *self, gboolean whole);
/* Makes libsoup drop a session that is lent to nobody. */
void hp_session_retire (HpSession *self);

/* --- what libsoup calls, through HpStream --- */

/* One head for each loan. The bytes aren't the client's but those of a plain GET or HEAD; what the
 * client asked is in the exchange. */
gssize hp_session_read (HpSession *self, void *buffer, gsize count, GError **error);
gboolean hp_session_is_readable (HpSession *self);
/* The head of an answer is held back until the first bytes of its body, or a flush. */
gssize hp_session_write (HpSession *self, const void *buffer, gsize count, GError **error);
gboolean hp_session_is_writable (HpSession *self);
void hp_session_flush (HpSession *self);
void hp_session_close (HpSession *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpSession, hp_session_unref)

G_END_DECLS
