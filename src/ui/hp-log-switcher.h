/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Requests · Problems 3 · Page Loads: which of the log's pages is shown. The buttons activate
 * "log-pages.page"
 * with the name of the page. */
#define HP_TYPE_LOG_SWITCHER (hp_log_switcher_get_type ())
G_DECLARE_FINAL_TYPE (HpLogSwitcher, hp_log_switcher, HP, LOG_SWITCHER, GtkWidget)

GtkWidget *hp_log_switcher_new (void);
void hp_log_switcher_set_n_problems (HpLogSwitcher *self, guint64 n_problems);

G_END_DECLS
