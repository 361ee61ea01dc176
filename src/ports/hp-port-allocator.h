/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ports/hp-port-rules.h"

G_BEGIN_DECLS

/* A port that nobody else can take: sockets of ours listen on 127.0.0.1 and, where there is IPv6,
 * on
 * [::1], and whoever connects meanwhile waits. Any thread. */
typedef struct _HpPortHold HpPortHold;

/* Holds the first port from `from` up (see hp_port_suggest() for which ones count) that can really
 * be had. NULL: there is none. */
HpPortHold *hp_port_allocator_hold (guint16 from, HpPortIsClaimed is_claimed, gpointer user_data);

/* Holds this very port; NULL when it can't be had. */
HpPortHold *hp_port_allocator_hold_exact (guint16 port);

guint16 hp_port_hold_get_port (HpPortHold *self);

/* The socket on 127.0.0.1, listening as hp_port_listen() makes it; it is the caller's from then on.
 * -1 at the second time. */
int hp_port_hold_steal_fd (HpPortHold *self);

/* Lets the port go. */
void hp_port_hold_free (HpPortHold *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpPortHold, hp_port_hold_free)

G_END_DECLS
