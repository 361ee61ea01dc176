/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>
#include "servers/hp-server-list.h"
#include "ui/hp-log-filter-bar.h"
#include "ui/hp-log-pages.h"
#include "ui/hp-log-table.h"

G_BEGIN_DECLS

/* All about one server: its address, its problem and the ways out, its traffic. The commands are
 * actions of the window.
 *
 * Properties: "server" (HpServer, nullable), "folded" (bool: the page is alone in the window),
 * "menu" (GMenuModel). */
#define HP_TYPE_SERVER_PAGE (hp_server_page_get_type ())
G_DECLARE_FINAL_TYPE (HpServerPage, hp_server_page, HP, SERVER_PAGE, GtkWidget)

void hp_server_page_set_server (HpServerPage *self, HpServer *server);
/* Where suggestions for another port come from. */
void hp_server_page_set_list (HpServerPage *self, HpServerList *list);

HpLogFilterBar *hp_server_page_get_filter_bar (HpServerPage *self);
HpLogPages *hp_server_page_get_log_pages (HpServerPage *self);
HpLogTable *hp_server_page_get_log_table (HpServerPage *self);
/* The port of the button "Use … Once"; 0: it isn't offered. */
guint16 hp_server_page_get_offered_port (HpServerPage *self);

void hp_server_page_focus_copy (HpServerPage *self);
/* Puts the focus on the first way out of a problem. */
void hp_server_page_focus_problem (HpServerPage *self);
/* Shows for two seconds that the address has been copied. */
void hp_server_page_show_copied (HpServerPage *self);
/* The folder's own folder that could be served instead isn't offered again. */
void hp_server_page_dismiss_hint (HpServerPage *self);

G_END_DECLS
