/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/hp-log-table.h"

G_BEGIN_DECLS

/* What a server's page shows of its log: a bar and, under it, the table. In a narrow page the parts
 * of the bar stand below each other, and each request has two lines.
 *
 * Properties, to be set once: "table" (HpLogTable), "filter-bar" (GtkWidget). */
#define HP_TYPE_LOG_PAGES (hp_log_pages_get_type ())
G_DECLARE_FINAL_TYPE (HpLogPages, hp_log_pages, HP, LOG_PAGES, GtkWidget)

void hp_log_pages_set_table (HpLogPages *self, HpLogTable *table);
void hp_log_pages_set_filter_bar (HpLogPages *self, GtkWidget *filter_bar);

G_END_DECLS
