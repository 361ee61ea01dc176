/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/hp-log-table.h"

G_BEGIN_DECLS

/* What chooses the rows of a log table: an entry for a filter, chips for the usual ones, and
 * buttons to pause, to follow, to clear and for the rest. In one line, or in two where that is too
 * long. Each log keeps its own filter.
 *
 * Properties: "table" (HpLogTable, to be set once), "compact" (bool: no chips, the window is low).
 */
#define HP_TYPE_LOG_FILTER_BAR (hp_log_filter_bar_get_type ())
G_DECLARE_FINAL_TYPE (HpLogFilterBar, hp_log_filter_bar, HP, LOG_FILTER_BAR, GtkWidget)

void hp_log_filter_bar_set_table (HpLogFilterBar *self, HpLogTable *table);
void hp_log_filter_bar_set_compact (HpLogFilterBar *self, gboolean compact);

/* Without the buttons for what still comes: the log is a saved one. */
void hp_log_filter_bar_set_finished (HpLogFilterBar *self);

/* Puts the cursor into the entry, its text selected. */
void hp_log_filter_bar_focus_entry (HpLogFilterBar *self);

/* Filters by it at once. */
void hp_log_filter_bar_set_text (HpLogFilterBar *self, const char *text);

G_END_DECLS
