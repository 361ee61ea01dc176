/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Whether a window's surface may be on screen; a minimised one isn't, nor is one behind a locked
 * screen or on another workspace where the desktop says so. "state" of the surface changes with
 * that. */
gboolean hp_surface_is_seen (GdkSurface *surface);

G_END_DECLS
