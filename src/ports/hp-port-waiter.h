/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Waits until 127.0.0.1:port can be bound: told by the kernel when a socket on the port goes, which
 * takes about a millisecond; looks by itself every ten seconds, when a lingering connection ends,
 * and often where the kernel doesn't tell. */
typedef struct _HpPortWaiter HpPortWaiter;

typedef void (*HpPortWaiterFunc) (gpointer user_data);

/* func is called once, from the default main context and never within this call; somebody else may
 * be faster all the same. */
HpPortWaiter *hp_port_waiter_new (guint16 port, HpPortWaiterFunc func, gpointer user_data);

/* Ends the waiting; func isn't called any more. Also from within func. */
void hp_port_waiter_free (HpPortWaiter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpPortWaiter, hp_port_waiter_free)

G_END_DECLS
