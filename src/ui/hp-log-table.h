/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include "log/hp-log-view.h"
#include "ui/hp-log-column-set.h"
#include "ui/hp-log-selection.h"

G_BEGIN_DECLS

/* The live table of requests: a header and a list whose rows draw themselves, in one line or, when
 * "narrow", in two.
 *
 * Properties: "log" (HpRequestLog, nullable), "narrow" (bool), "follow" (bool: stick to the newest
 * row; set by the user's scrolling too), "n-new" (uint: rows that came since follow ended),
 * "paused" (bool: what comes waits).
 *
 * Signals: "message" (char *words): something passing to tell, as that rows went to the clipboard;
 * "activated" (guint64 seq): Return on a row, or a double click; "filter" (char *key, char *op,
 * char *value): to filter by this as well, or, key NULL, by nothing; "rows-changed": how many there
 * are, or how many are shown.
 *
 * Actions, for menus on it and below: "log.copy-rows", "log.copy-table", "log.copy-path",
 * "log.pin", "log.filter-by", "log.next-problem", "log.previous-problem"; "columns.…": see
 * hp_log_column_actions_new(). Its context menu also has those of a group "request" around it. */
#define HP_TYPE_LOG_TABLE (hp_log_table_get_type ())
G_DECLARE_FINAL_TYPE (HpLogTable, hp_log_table, HP, LOG_TABLE, GtkWidget)

GtkWidget *hp_log_table_new (void);
HpRequestLog *hp_log_table_get_log (HpLogTable *self);
void hp_log_table_set_log (HpLogTable *self, HpRequestLog *log);
/* (transfer none) (nullable): the rows that are shown; another one for each log. */
HpLogView *hp_log_table_get_view (HpLogTable *self);

/* Which of the log's rows are shown; another log begins with all. query: (nullable). */
void hp_log_table_set_query (HpLogTable *self, HpLogQuery *query);
/* Of the log, and of those the ones that are shown. */
guint hp_log_table_get_n_rows (HpLogTable *self);
guint hp_log_table_get_n_shown (HpLogTable *self);

gboolean hp_log_table_get_paused (HpLogTable *self);
void hp_log_table_set_paused (HpLogTable *self, gboolean paused);

gboolean hp_log_table_get_narrow (HpLogTable *self);
void hp_log_table_set_narrow (HpLogTable *self, gboolean narrow);
gboolean hp_log_table_get_follow (HpLogTable *self);
/* TRUE scrolls to the newest row, back in the order of arrival. */
void hp_log_table_set_follow (HpLogTable *self, gboolean follow);
/* To the last row, and follows where that is the newest. */
void hp_log_table_go_to_end (HpLogTable *self);
guint hp_log_table_get_n_selected (HpLogTable *self);
/* The selected rows as text, one line each in the Combined Log Format; NULL when none is. */
char *hp_log_table_dup_selection_text (HpLogTable *self);
/* The same as a table for a spreadsheet: the shown columns, separated by tabs, titles first. */
char *hp_log_table_dup_selection_table (HpLogTable *self);
gboolean hp_log_table_get_all_pinned (HpLogTable *self);

/* (transfer none): of the columns; the table itself has them as "columns". */
GActionGroup *hp_log_table_get_column_actions (HpLogTable *self);

/* (transfer none): of HpLogRow; an HpLogSelection */
GtkSelectionModel *hp_log_table_get_selection (HpLogTable *self);
/* Selects the row alone and scrolls to it; FALSE when it isn't shown. */
gboolean hp_log_table_show_seq (HpLogTable *self, guint64 seq);

G_END_DECLS
