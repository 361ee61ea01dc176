/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include "log/hp-request-log.h"
#include "ui/hp-log-column-set.h"

G_BEGIN_DECLS

/* The live table of requests: a header and a list whose rows draw themselves, in one line or, when
 * "narrow", in two.
 *
 * Properties: "log" (HpRequestLog, nullable), "narrow" (bool), "follow" (bool: stick to the newest
 * row; set by the user's scrolling too), "n-new" (uint: rows that came since follow ended).
 * Signals: "copied" (char *message): something went to the clipboard, in words; "activated"
 * (guint64 seq): Return on a row, or a double click. */
#define HP_TYPE_LOG_TABLE (hp_log_table_get_type ())
G_DECLARE_FINAL_TYPE (HpLogTable, hp_log_table, HP, LOG_TABLE, GtkWidget)

GtkWidget *hp_log_table_new (void);
HpRequestLog *hp_log_table_get_log (HpLogTable *self);
void hp_log_table_set_log (HpLogTable *self, HpRequestLog *log);
gboolean hp_log_table_get_narrow (HpLogTable *self);
void hp_log_table_set_narrow (HpLogTable *self, gboolean narrow);
gboolean hp_log_table_get_follow (HpLogTable *self);
/* TRUE scrolls to the newest row. */
void hp_log_table_set_follow (HpLogTable *self, gboolean follow);
guint hp_log_table_get_n_selected (HpLogTable *self);
/* The selected rows as text, one line each in the Combined Log Format; NULL when none is. */
char *hp_log_table_dup_selection_text (HpLogTable *self);

/* (transfer none): what the user has chosen, and the same as actions; the table itself has them as
 * "columns". */
HpLogColumnSet *hp_log_table_get_column_set (HpLogTable *self);
GActionGroup *hp_log_table_get_column_actions (HpLogTable *self);

/* (transfer none): of HpLogRow */
GtkSelectionModel *hp_log_table_get_selection (HpLogTable *self);
/* Selects the row alone and scrolls to it; FALSE when it isn't shown. */
gboolean hp_log_table_show_seq (HpLogTable *self, guint64 seq);

G_END_DECLS
