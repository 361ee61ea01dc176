/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include "servers/hp-server-list.h"

G_BEGIN_DECLS

/* Finds folders of the list for the desktop's search (org.gnome.Shell.SearchProvider2). Calls that
 * come before the list was read wait for it. Opens no window by itself. Main thread.
 *
 * Signal "activated" (HpServer *, nullable): this one was chosen; NULL: the whole list. */
#define HP_TYPE_SEARCH_PROVIDER (hp_search_provider_get_type ())
G_DECLARE_FINAL_TYPE (HpSearchProvider, hp_search_provider, HP, SEARCH_PROVIDER, GObject)

/* application is borrowed and outlives it. */
HpSearchProvider *hp_search_provider_new (GApplication *application);
/* Below the application's own object path. */
gboolean hp_search_provider_export (HpSearchProvider *self,
                                    GDBusConnection *connection,
                                    const char *object_path,
                                    GError **error);
void hp_search_provider_unexport (HpSearchProvider *self);
/* servers: NULL when the end is near. */
void hp_search_provider_set_servers (HpSearchProvider *self, HpServerList *servers);

G_END_DECLS
