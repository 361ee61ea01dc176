/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "servers/hp-server.h"
#include "servers/hp-server-store.h"

G_BEGIN_DECLS

/* The user's list, a GListModel of HpServer in the user's order, kept on disk. Main thread.
 *
 * Signal "notice" (const char *text): something about the list that people must see.
 * Signal "look-again": hp_server_list_look_again() was called.
 * Property "loaded" (bool): the file has been read. Property "n-running" (uint), notified; property
 * "n-waiting" (uint), of those, how many wait for their port, notified. */
#define HP_TYPE_SERVER_LIST (hp_server_list_get_type ())
G_DECLARE_FINAL_TYPE (HpServerList, hp_server_list, HP, SERVER_LIST, GObject)

/* file: where the list lives; NULL: nowhere, nothing is kept. */
HpServerList *hp_server_list_new (HpEngine *engine, const char *file);
/* Reads the file off the main thread and starts what ran. */
void
hp_server_list_load_async (HpServerList *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean hp_server_list_load_finish (HpServerList *self, GAsyncResult *result, GError **error);
/* Before it is loaded: what ran is not started, but stays what shall run, until
 * hp_server_list_wake(). */
void hp_server_list_sleep (HpServerList *self);
void hp_server_list_wake (HpServerList *self);
gboolean hp_server_list_get_loaded (HpServerList *self);

/* Whether somebody looks: keeps ports fresh, and looks once whether the folders are there. */
void hp_server_list_set_watching (HpServerList *self, gboolean watching);
/* Whether the window that shows them is the one in use; ports are looked at more often then. */
void hp_server_list_set_focused (HpServerList *self, gboolean focused);
/* The computer has slept: looks at all ports and folders once, also when nobody watches. */
void hp_server_list_look_again (HpServerList *self);

/* What a folder that is added gets: the first free port from this one up, and how it is served. */
void hp_server_list_set_first_port (HpServerList *self, guint16 port);
void hp_server_list_set_new_options (HpServerList *self, HpServerOptions *options);
/* Which programs the connections of all servers come from, see hp_server_get_client_names(). */
HpClientNames *hp_server_list_get_client_names (HpServerList *self);

/* The server of this folder, made with the next free port when there is none. (transfer none) */
HpServer *hp_server_list_add (HpServerList *self, const char *folder);
/* Folders that were removed, the latest first, of HpStoredServer. (transfer full) */
GPtrArray *hp_server_list_get_recent (HpServerList *self, guint max);
/* The same as to add it, and one of those has its name and options again. (transfer none) */
HpServer *hp_server_list_add_again (HpServerList *self, const char *folder);
/* Stops it and takes it out. (transfer full): for hp_server_list_restore(). */
HpServer *hp_server_list_remove (HpServerList *self, HpServer *server, guint *position);
/* All of them at once. */
void hp_server_list_remove_all (HpServerList *self, GPtrArray *servers);
/* Undo: puts it back, and runs it again if it ran. */
void hp_server_list_restore (HpServerList *self, HpServer *server, guint position, gboolean run);
/* The folder of a server that isn't served has moved. Returns another server of the list that has
 * this folder already, and changes nothing then; NULL: done. (transfer none) (nullable) */
HpServer *hp_server_list_relocate (HpServerList *self, HpServer *server, const char *folder);
void hp_server_list_move (HpServerList *self, HpServer *server, guint position);
/* Stops the other one that listens on the server's port, and starts the server there. */
void hp_server_list_switch_to (HpServerList *self, HpServer *server);
/* Another server of the list that has this port; NULL: none. */
HpServer *hp_server_list_find_port (HpServerList *self, guint16 port, HpServer *except);
/* The next port after `from` that is free now and that no folder has; 0: none. */
guint16 hp_server_list_suggest_port (HpServerList *self, guint16 from);
/* Those that serve, are about to, or wait for their port. */
guint hp_server_list_get_n_running (HpServerList *self);
guint hp_server_list_get_n_waiting (HpServerList *self);
/* Every one, for good: none starts again with the program. */
void hp_server_list_stop_all (HpServerList *self);

/* The list as it is kept on disk, of HpStoredServer. (transfer full) */
GPtrArray *hp_server_list_dup_stored (HpServerList *self);
/* Adds what isn't in the list yet: at its port, or at the next free one where another folder has
 * that. Starts nothing. In step with stored, of HpServer; NULL: was there. (transfer full) */
GPtrArray *hp_server_list_import (HpServerList *self, GPtrArray *stored);

/* Waits for what is still being written, and stops every server; call at the end, may block
 * briefly. The list on disk still says what ran. */
void hp_server_list_shut_down (HpServerList *self);

G_END_DECLS
