/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Calls the function when the key is pressed, without Ctrl and the like, and the focus is in the
 * widget. */
void hp_add_shortcut (GtkWidget *widget, guint keyval, GtkShortcutFunc func);

G_END_DECLS
