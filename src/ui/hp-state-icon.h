/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include "servers/hp-server.h"

G_BEGIN_DECLS

/* How a server fares: by shape, by colour, and in words as tooltip and for screen readers. Property
 * "server" (HpServer, nullable). */
#define HP_TYPE_STATE_ICON (hp_state_icon_get_type ())
G_DECLARE_FINAL_TYPE (HpStateIcon, hp_state_icon, HP, STATE_ICON, GtkWidget)

HpServer *hp_state_icon_get_server (HpStateIcon *self);
void hp_state_icon_set_server (HpStateIcon *self, HpServer *server);

/* The state in a translated word: "Running". */
const char *hp_server_get_state_word (HpServer *server);
/* The style class of the state's colour: "success", "warning", "error", "dim-label". */
const char *hp_server_get_state_class (HpServer *server);

G_END_DECLS
