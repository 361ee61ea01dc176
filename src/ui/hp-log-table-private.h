/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/hp-log-follow.h"
#include "ui/hp-log-columns.h"
#include "ui/hp-log-table.h"

G_BEGIN_DECLS

struct _HpLogTable
{
  GtkWidget parent_instance;

  /* owned */
  HpRequestLog *log;
  HpLogColumns *columns;
  GActionGroup *column_actions;
  HpLogFollow *follow;
  GtkMultiSelection *selection;
  GdkFrameClock *clock;

  /* owned: our children */
  GtkWidget *header;
  GtkWidget *scroller;
  GtkWidget *empty;
  GtkWidget *pill;
  GtkWidget *menu;        /* made when first asked for */
  GtkWidget *header_menu; /* made anew when asked for; NULL: never yet */
  /* borrowed: the scroller's child */
  GtkWidget *list;

  gulong log_changed_id;
  gulong layout_id;
  gboolean narrow;
};

/* hp-log-table-actions.c */
void hp_log_table_actions_install (GtkWidgetClass *widget_class);
void hp_log_table_actions_connect (HpLogTable *self);
void hp_log_table_actions_update (HpLogTable *self);

/* hp-log-table-header.c */
void hp_log_table_header_install (GtkWidgetClass *widget_class);
void hp_log_table_header_connect (HpLogTable *self);

/* hp-log-table-focus.c */
/* The row inside an item of the list; NULL while it has none. */
GtkWidget *hp_log_table_get_row_widget (GtkWidget *item);
gboolean hp_log_table_focus (GtkWidget *widget, GtkDirectionType direction);

G_END_DECLS
