/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "servers/hp-server.h"
#include "ui/hp-log-table.h"

G_BEGIN_DECLS

/* What a server's page shows of its log. A bar has the switcher and the filter bar, below each
 * other where they have no room side by side; under it is one of the pages "requests" (the table,
 * and the pane of the request that is selected), "problems" and "loads".
 *
 * Properties: "table" (HpLogTable), "filter-bar" (GtkWidget), both to be set once; "page" (string);
 * "pane-open", "pane-beside" (bool). As actions: "log-pages.page", "log-pages.pane-open",
 * "log-pages.pane-beside", "log-pages.close-pane"; and those of HpRequestActions. */
#define HP_TYPE_LOG_PAGES (hp_log_pages_get_type ())
G_DECLARE_FINAL_TYPE (HpLogPages, hp_log_pages, HP, LOG_PAGES, GtkWidget)

void hp_log_pages_set_table (HpLogPages *self, HpLogTable *table);
void hp_log_pages_set_filter_bar (HpLogPages *self, GtkWidget *filter_bar);
void hp_log_pages_set_server (HpLogPages *self, HpServer *server);
/* A log without a server, from a file. Opening its pane is not remembered. */
void hp_log_pages_set_saved_log (HpLogPages *self, HpRequestLog *log);

G_END_DECLS
