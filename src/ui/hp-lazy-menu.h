/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Gives the button a menu whose widgets are made when it is first opened: GtkMenuButton itself
 * makes them at once, which costs every start of the program a few milliseconds. */
void hp_menu_button_set_lazy_menu (GtkMenuButton *button, GMenuModel *menu);

/* The same for a menu that changes, and that may have nothing: the button isn't there then. */
void hp_menu_button_set_changing_menu (GtkMenuButton *button, GMenuModel *menu);

G_END_DECLS
