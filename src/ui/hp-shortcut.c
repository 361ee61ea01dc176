/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-shortcut.h"

void
hp_add_shortcut (GtkWidget *widget, guint keyval, GtkShortcutFunc func)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_keyval_trigger_new (keyval, 0),
                        gtk_callback_action_new (func, NULL, NULL)));
  gtk_widget_add_controller (widget, keys);
}
