/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include "servers/hp-server.h"

G_BEGIN_DECLS

/* A server in the sidebar.
 *
 * Signal "menu" (): the context menu is wanted; the row must be selected before it opens. Signal
 * "dropped" (HpServer *): another row was dropped on this one. */
#define HP_TYPE_SERVER_ROW (hp_server_row_get_type ())
G_DECLARE_FINAL_TYPE (HpServerRow, hp_server_row, HP, SERVER_ROW, GtkListBoxRow)

/* An empty one: its name can be heard, but there is nothing to see before it was filled. */
GtkWidget *hp_server_row_new (HpServer *server, GMenuModel *menu);
/* FALSE: it was filled before. */
gboolean hp_server_row_fill (HpServerRow *self);
HpServer *hp_server_row_get_server (HpServerRow *self);

G_END_DECLS
