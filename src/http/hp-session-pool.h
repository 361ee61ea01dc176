/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "http/hp-connection-list.h"
#include "http/hp-session.h"

G_BEGIN_DECLS

/* The engine's sessions, and the one SoupServer behind them. The session that came back last is
 * lent first, so that what it needs is still in the processor's caches; those that nobody needed
 * for a while are dropped. Engine thread only. */

HpSessionPool *hp_session_pool_new (GMainContext *context, HpConnectionList *connections);
/* Ends libsoup's side. */
void hp_session_pool_free (HpSessionPool *self);

/* To be called once before the first loan; more often does no harm. */
gboolean hp_session_pool_start (HpSessionPool *self, GError **error);

/* NULL: as many as there may be are out. The connection gets one by hp_connection_lend_session() as
 * soon as one comes back, in the order of the calls. */
HpSession *hp_session_pool_borrow (HpSessionPool *self, HpConnection *connection);
/* The connection needs none any more. */
void hp_session_pool_forget (HpSessionPool *self, HpConnection *connection);

/* For tests. */
guint hp_session_pool_get_n_sessions (HpSessionPool *self);

/* --- what sessions call --- */

void hp_session_pool_give_back (HpSessionPool *self, HpSession *session);
/* The session won't be lent any more. */
void hp_session_pool_remove (HpSessionPool *self, HpSession *session);
gboolean hp_session_pool_attach (HpSessionPool *self, HpSession *session, GIOStream *stream);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpSessionPool, hp_session_pool_free)

G_END_DECLS
