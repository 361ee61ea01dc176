/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-log-view.h"
#include "ui/hp-log-columns.h"

G_BEGIN_DECLS

/* One request in the log, drawn by itself: fifty labels a row would cost ten times as much. */
#define HP_TYPE_LOG_ROW_WIDGET (hp_log_row_widget_get_type ())
G_DECLARE_FINAL_TYPE (HpLogRowWidget, hp_log_row_widget, HP, LOG_ROW_WIDGET, GtkWidget)

/* The list item is borrowed; it outlives its child. */
GtkWidget *hp_log_row_widget_new (HpLogColumns *columns, GtkListItem *item);
GtkListItem *hp_log_row_widget_get_item (HpLogRowWidget *self);

/* NULL: nothing to show. */
void hp_log_row_widget_set_row (HpLogRowWidget *self, HpLogRow *row);

gboolean hp_log_row_widget_shows (HpLogRowWidget *self, guint64 seq);

/* Reads its record, or what the user wants to see of it, again. */
void hp_log_row_widget_update (HpLogRowWidget *self);

/* Reads what it looks like and what a screen reader says of it, which happens by itself when it is
 * drawn or gets the focus. */
void hp_log_row_widget_read (HpLogRowWidget *self);

/* The width that shows all of a cell. */
int hp_log_row_widget_get_natural_width (HpLogRowWidget *self, HpLogColumn column);

G_END_DECLS
