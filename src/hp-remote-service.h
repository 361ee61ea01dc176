/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include "servers/hp-server-list.h"

G_BEGIN_DECLS

/* The running program's side of hp-remote.h. Calls that come before the list was read wait for it.
 * Main thread. Wants the application's action "quit". */
#define HP_TYPE_REMOTE_SERVICE (hp_remote_service_get_type ())
G_DECLARE_FINAL_TYPE (HpRemoteService, hp_remote_service, HP, REMOTE_SERVICE, GObject)

/* application is borrowed and outlives it. */
HpRemoteService *hp_remote_service_new (GApplication *application);
gboolean hp_remote_service_export (HpRemoteService *self,
                                   GDBusConnection *connection,
                                   const char *object_path,
                                   GError **error);
void hp_remote_service_unexport (HpRemoteService *self);
/* servers: NULL when the end is near. */
void hp_remote_service_set_servers (HpRemoteService *self, HpServerList *servers);

G_END_DECLS
