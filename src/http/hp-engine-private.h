/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "http/hp-connection-list.h"
#include "http/hp-engine.h"
#include "http/hp-file-cache.h"
#include "http/hp-peer-check.h"
#include "http/hp-poller.h"
#include "http/hp-session-pool.h"

G_BEGIN_DECLS

/* Engine thread only. */
HpPoller *hp_engine_get_poller (HpEngine *self);
HpConnectionList *hp_engine_get_connections (HpEngine *self);
HpSessionPool *hp_engine_get_sessions (HpEngine *self);
HpFileCache *hp_engine_get_file_cache (HpEngine *self);
HpPeerCheck *hp_engine_get_peer_check (HpEngine *self);

/* NULL: nobody wants to know. Any thread. */
HpClientNames *hp_engine_peek_client_names (HpEngine *self);

/* Runs work in a thread of the pool, then done in the engine thread. */
void hp_engine_run_job (HpEngine *self, GFunc work, GFunc done, gpointer data);

G_END_DECLS
