/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-check-dialog.h"
#include "ui/hp-window-private.h"

static void
remedy_cb (HpWindow *self, guint remedy)
{
  static const char *const actions[] = {
    [HP_REMEDY_NONE] = NULL,
    [HP_REMEDY_START] = "win.start",
    [HP_REMEDY_CHANGE_PORT] = "win.change-port",
    [HP_REMEDY_COPY_NUMBER] = "win.copy-ip-address",
    [HP_REMEDY_OPEN] = "win.open-in-browser",
  };

  if (actions[remedy])
    gtk_widget_activate_action (GTK_WIDGET (self), actions[remedy], NULL);
}

void
hp_window_check (HpWindow *self)
{
  HpCheckDialog *dialog = hp_check_dialog_new (GTK_WINDOW (self), self->selected);

  g_signal_connect_object (dialog, "remedy", G_CALLBACK (remedy_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}
