/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include "http/hp-connection.h"

G_BEGIN_DECLS

/* Watches all connections of the engine with one epoll descriptor, so that a thousand idle ones
 * cost the main context nothing, and gives each connection that has something to do its turn.
 * Engine thread only. */

HpPoller *hp_poller_new (GMainContext *context);
void hp_poller_free (HpPoller *self);

/* FALSE, with errno set, when the kernel refuses. */
gboolean hp_poller_add (HpPoller *self, HpConnection *connection, int fd);
/* The descriptor is closed right after, and leaves the kernel's list with that. */
void hp_poller_remove (HpPoller *self, HpConnection *connection);

/* Gives the connection a turn soon, from the main context. */
void hp_poller_queue (HpPoller *self, HpConnection *connection);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpPoller, hp_poller_free)

G_END_DECLS
