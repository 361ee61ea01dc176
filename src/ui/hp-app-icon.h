/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef void (*HpAppIconFound) (gpointer object);

/* The icon of a desktop application by its id, such as "org.gnome.Builder" or
 * "org.gnome.Builder.desktop": at once when it has been looked up before. Otherwise NULL, and it is
 * looked up in a worker thread; if there is one, found (object) is called then, unless the object
 * has gone meanwhile. Main thread. (transfer none) (nullable) */
GIcon *hp_app_icon_find (const char *app_id, GObject *object, HpAppIconFound found);

G_END_DECLS
