/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>
#include "servers/hp-server-list.h"

G_BEGIN_DECLS

typedef enum
{
  HP_SERVER_DIALOG_NAME,
  HP_SERVER_DIALOG_PORT,
} HpServerDialogField;

/* Name and port of a server, to be changed together.
 *
 * Signal "port-changed" (guint old_port): after a running server went to another port. */
#define HP_TYPE_SERVER_DIALOG (hp_server_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HpServerDialog, hp_server_dialog, HP, SERVER_DIALOG, AdwWindow)

/* field: which of the two has the focus. */
HpServerDialog *hp_server_dialog_new (GtkWindow *parent,
                                      HpServerList *list,
                                      HpServer *server,
                                      HpServerDialogField field);
HpServer *hp_server_dialog_get_server (HpServerDialog *self);

G_END_DECLS
