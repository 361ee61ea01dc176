/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include "servers/hp-server.h"

G_BEGIN_DECLS

/* A server that is dragged out of the window is its address: as text/uri-list and as plain text.
 * Within the window it is the server itself. (transfer full) */
GdkContentProvider *hp_address_drag_content (HpServer *server);

/* What is seen at the pointer meanwhile. */
void hp_address_drag_set_icon (GdkDrag *drag, const char *text);

/* Makes the widget something to drag the address of its server by: get_server() is asked when a
 * drag begins, and may say NULL. */
typedef HpServer *(*HpAddressDragServer) (GtkWidget *widget);
void hp_address_drag_add (GtkWidget *handle, GtkWidget *widget, HpAddressDragServer get_server);

G_END_DECLS
