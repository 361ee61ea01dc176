/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include "http/hp-connection.h"

G_BEGIN_DECLS

/* Watches all sockets of the engine with one epoll descriptor, so that a thousand idle connections
 * and a hundred listening sockets cost the main context nothing, and gives each connection that has
 * something to do its turn. Engine thread only. */

/* The poller replaces the context's poll function. */
HpPoller *hp_poller_new (GMainContext *context);
void hp_poller_free (HpPoller *self);

/* FALSE, with errno set, when the kernel refuses. Reading is watched, writing only on demand. */
gboolean hp_poller_add (HpPoller *self, HpConnection *connection, int fd);
void hp_poller_watch_writing (HpPoller *self, HpConnection *connection, int fd);
/* Before the descriptor is closed. */
void hp_poller_remove (HpPoller *self, int fd);

/* hp_listener_accept() is called while somebody waits at the socket. */
gboolean hp_poller_add_listener (HpPoller *self, HpListener *listener, int fd);
void hp_poller_remove_listener (HpPoller *self, HpListener *listener, int fd);

/* Gives the connection a turn soon, from the main context. */
void hp_poller_queue (HpPoller *self, HpConnection *connection);

/* An answer that others' answers follow at once is better sent together with them: its client,
 * woken once, finds them all. TRUE: hp_connection_flush() will be called before anything is waited
 * for. */
gboolean hp_poller_hold (HpPoller *self, HpConnection *connection);

/* Scratch memory for whoever has the turn. */
#define HP_POLLER_BUFFER (16 * 1024)
char *hp_poller_get_buffer (HpPoller *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpPoller, hp_poller_free)

G_END_DECLS
