/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <sys/resource.h>
#include "http/hp-connection.h"
#include "http/hp-downloads.h"

G_BEGIN_DECLS

/* All connections of the engine, of all servers: how many there may be, who goes when there are too
 * many or too few descriptors, and whose time is up. Engine thread only. */
typedef struct _HpConnectionList HpConnectionList;

/* What a connection waits for. In each state, who waits longest comes first. */
typedef enum
{
  HP_CONNECTION_ASKING, /* for a whole head: it is new, or half a head has come */
  HP_CONNECTION_IDLE,   /* for the next request */
  HP_CONNECTION_ANSWERING,
  HP_CONNECTION_LINGERING, /* for the client to see that it was refused */

  HP_N_CONNECTION_STATES
} HpConnectionState;

/* Both are borrowed. Reports to downloads while there are connections. */
HpConnectionList *hp_connection_list_new (GMainContext *context, HpDownloads *downloads);
void hp_connection_list_free (HpConnectionList *self);

/* Takes the reference; link and state of the connection are the list's from here on. Returns its
 * number, which no other has had. */
guint32 hp_connection_list_add (HpConnectionList *self, HpConnection *connection);
/* To the end of the state's queue, also when it is in that state already. */
void
hp_connection_list_move (HpConnectionList *self, HpConnection *connection, HpConnectionState state);
void hp_connection_list_remove (HpConnectionList *self, HpConnection *connection);

gboolean hp_connection_list_is_full (HpConnectionList *self);
/* Closes the one that can best be missed. FALSE: all are busy. */
gboolean hp_connection_list_evict (HpConnectionList *self);
/* hp_listener_resume() is called, once, when a connection has gone or could be evicted. */
void hp_connection_list_wait (HpConnectionList *self, HpListener *listener);
void hp_connection_list_forget (HpConnectionList *self, HpListener *listener);

/* What the process may open, read anew; and whether a descriptor of that number leaves enough for
 * the answers, which need some for files and contexts. Nearly all of GLib aborts when it gets none.
 */
void hp_connection_list_read_limit (HpConnectionList *self);
rlim_t hp_connection_list_get_max_fd (HpConnectionList *self);
gboolean hp_connection_list_is_short (HpConnectionList *self, int fd);
/* How many requests may be answered at the same time. */
guint hp_connection_list_get_max_answers (HpConnectionList *self);

/* Calls func for each connection of the listener; func may close it. */
void hp_connection_list_foreach (HpConnectionList *self,
                                 HpListener *listener,
                                 void (*func) (HpConnection *connection));

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpConnectionList, hp_connection_list_free)

G_END_DECLS
