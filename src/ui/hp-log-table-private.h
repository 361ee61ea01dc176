/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/hp-log-columns.h"
#include "ui/hp-log-follow.h"
#include "ui/hp-log-selection.h"
#include "ui/hp-log-table.h"

G_BEGIN_DECLS

struct _HpLogTable
{
  GtkWidget parent_instance;

  /* owned */
  HpRequestLog *log;
  HpLogView *view; /* NULL without a log */
  HpLogQuery *query;
  HpLogColumns *columns;
  GActionGroup *column_actions;
  HpLogFollow *follow;
  HpLogSelection *selection;
  GSignalGroup *log_signals;
  GSignalGroup *view_signals;
  GdkFrameClock *clock;

  /* owned: our children */
  GtkWidget *header;
  GtkWidget *scroller;
  GtkWidget *empty;
  GtkWidget *pill;
  GtkWidget *menu;        /* made when first asked for */
  GtkWidget *header_menu; /* made anew when asked for; NULL: never yet */
  /* borrowed: the scroller's child; what is in "empty" */
  GtkWidget *list;
  GtkLabel *empty_title;
  GtkLabel *empty_hint;
  GtkWidget *empty_button;

  gulong layout_id;
  guint name_source;   /* 0: no row waits for its name */
  guint pill_source;   /* until it ends, the pill's number rests; 0: it may change */
  gboolean pill_stale; /* the number has changed meanwhile */
  gboolean narrow;

  /* While the view replaces its rows: what was to be seen before. */
  gboolean replacing;
  gboolean has_anchor;
  guint64 anchor;
  gboolean to_start; /* the next replaced rows are to be seen from their start */

  /* The search for a problem, some rows at a time. */
  guint seek_source; /* 0: none */
  guint64 seek_seq;  /* the row where it goes on */
  guint seek_left;   /* rows to look at */
  gboolean seek_forward;
};

typedef enum
{
  HP_LOG_TABLE_MESSAGE,
  HP_LOG_TABLE_ACTIVATED,
  HP_LOG_TABLE_FILTER,
  HP_LOG_TABLE_ROWS_CHANGED,

  HP_N_LOG_TABLE_SIGNALS
} HpLogTableSignal;

/* hp-log-table.c */
extern guint hp_log_table_signals[HP_N_LOG_TABLE_SIGNALS];
/* The list keeps some two hundred of them, whatever the size of the log. */
void hp_log_table_for_each_row (HpLogTable *self, void (*function) (GtkWidget *row));
/* Soon: those that have not been seen since they changed. */
void hp_log_table_name_rows (HpLogTable *self);

/* hp-log-table-view.c: which rows there are, and where one is among them */
void hp_log_table_view_init (HpLogTable *self);
void hp_log_table_view_dispose (HpLogTable *self);
gboolean hp_log_table_get_sorted (HpLogTable *self);
/* The row that the keyboard or a click has last been at; the last one while following. */
gboolean hp_log_table_get_current (HpLogTable *self, guint *position);
/* Selects the row alone and scrolls to it. */
gboolean hp_log_table_focus_position (HpLogTable *self, guint position);
void hp_log_table_show_position (HpLogTable *self, guint position);

/* hp-log-table-parts.c: what lies over the rows or stands in their place */
void hp_log_table_parts_create (HpLogTable *self);
void hp_log_table_parts_dispose (HpLogTable *self);
void hp_log_table_parts_update (HpLogTable *self);
void hp_log_table_pill_update (HpLogTable *self);

/* hp-log-table-actions.c: what can be done with rows */
void hp_log_table_actions_install (GtkWidgetClass *widget_class);
void hp_log_table_actions_connect (HpLogTable *self);
void hp_log_table_actions_update (HpLogTable *self);
void hp_log_table_tell (HpLogTable *self, const char *message);

/* hp-log-table-menu.c */
void hp_log_table_menu_install (GtkWidgetClass *widget_class);
void hp_log_table_menu_connect (HpLogTable *self);

/* hp-log-table-problems.c */
void hp_log_table_problems_install (GtkWidgetClass *widget_class);
void hp_log_table_problems_dispose (HpLogTable *self);

/* hp-log-table-header.c */
void hp_log_table_header_install (GtkWidgetClass *widget_class);
void hp_log_table_header_connect (HpLogTable *self);

/* hp-log-table-focus.c */
/* The row inside an item of the list; NULL while it has none. */
GtkWidget *hp_log_table_get_row_widget (GtkWidget *item);
gboolean hp_log_table_is_in_view (HpLogTable *self, GtkWidget *item);
gboolean hp_log_table_focus (GtkWidget *widget, GtkDirectionType direction);

G_END_DECLS
