/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-lazy-menu.h"
#include "ui/hp-platform.h"

static void
create_popup_cb (GtkMenuButton *button, gpointer user_data)
{
  if (gtk_menu_button_get_popover (button))
    return;
  gtk_menu_button_set_menu_model (button, user_data);
  hp_name_menu_items (GTK_WIDGET (gtk_menu_button_get_popover (button)));
}

void
hp_menu_button_set_lazy_menu (GtkMenuButton *button, GMenuModel *menu)
{
  g_return_if_fail (GTK_IS_MENU_BUTTON (button));
  g_return_if_fail (G_IS_MENU_MODEL (menu));

  gtk_menu_button_set_create_popup_func (button, create_popup_cb, g_object_ref (menu),
                                         g_object_unref);
}

static void
items_changed_cb (GtkWidget *button, int position, int n_removed, int n_added, GMenuModel *menu)
{
  gtk_widget_set_visible (button, g_menu_model_get_n_items (menu) > 0);
}

void
hp_menu_button_set_changing_menu (GtkMenuButton *button, GMenuModel *menu)
{
  hp_menu_button_set_lazy_menu (button, menu);
  g_signal_connect_object (menu, "items-changed", G_CALLBACK (items_changed_cb), button,
                           G_CONNECT_SWAPPED);
  items_changed_cb (GTK_WIDGET (button), 0, 0, 0, menu);
}
