/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>
#include "servers/hp-server-list.h"

G_BEGIN_DECLS

/* Every listening port of this computer, who has it, and what can be done about it. It looks only
 * while it is on screen.
 *
 * Properties, all writable:
 *  "folded" (bool: it has the window for itself and offers the way back)
 *  "only-mine", "only-web" (bool)   "sort" (char *: "port", "program" or "since")
 *
 * Signal "server-activated" (HpServer *): somebody wants to see this server of ours. */
#define HP_TYPE_PORTS_PAGE (hp_ports_page_get_type ())
G_DECLARE_FINAL_TYPE (HpPortsPage, hp_ports_page, HP, PORTS_PAGE, GtkWidget)

GtkWidget *hp_ports_page_new (HpServerList *servers);
void hp_ports_page_focus_search (HpPortsPage *self);

G_END_DECLS
