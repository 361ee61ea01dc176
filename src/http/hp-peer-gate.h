/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "http/hp-engine.h"
#include "http/hp-server-options.h"
#include "log/hp-record-queue.h"

#include <netinet/in.h>

G_BEGIN_DECLS

/* Lets connections of this user in and keeps others out, before a byte of them is read. Engine
 * thread only. */
typedef struct _HpPeerGate HpPeerGate;

/* port: of the listener on 127.0.0.1. Those who are kept out get a record in the queue. */
HpPeerGate *hp_peer_gate_new (HpEngine *engine, guint16 port, HpRecordQueue *queue);
void hp_peer_gate_free (HpPeerGate *self);

/* FALSE: the connection has to be closed. *inode: of the client's socket, when it was looked up and
 * found; 0 otherwise. */
gboolean hp_peer_gate_admit (HpPeerGate *self,
                             HpServerOptions *options,
                             const struct sockaddr_in *client,
                             guint32 *inode);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpPeerGate, hp_peer_gate_free)

G_END_DECLS
