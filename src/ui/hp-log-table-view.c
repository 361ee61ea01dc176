/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/hp-announce.h"
#include "ui/hp-log-row-widget.h"
#include "ui/hp-log-table-private.h"

/* Which rows the table shows, and that what was to be seen stays in view while they change. */

gboolean
hp_log_table_get_sorted (HpLogTable *self)
{
  return hp_log_column_set_get_sort (self->columns->set) != HP_LOG_COLUMN_NONE;
}

guint
hp_log_table_get_n_shown (HpLogTable *self)
{
  g_return_val_if_fail (HP_IS_LOG_TABLE (self), 0);

  return self->view ? g_list_model_get_n_items (G_LIST_MODEL (self->view)) : 0;
}

guint
hp_log_table_get_n_rows (HpLogTable *self)
{
  g_return_val_if_fail (HP_IS_LOG_TABLE (self), 0);

  if (!self->log)
    return 0;
  return hp_request_log_get_next_seq (self->log) - hp_request_log_get_first_seq (self->log)
         + hp_request_log_get_n_kept (self->log);
}

static void
rows_changed (HpLogTable *self)
{
  hp_log_table_parts_update (self);
  hp_log_table_actions_update (self);
  g_signal_emit (self, hp_log_table_signals[HP_LOG_TABLE_ROWS_CHANGED], 0);
}

/* What was to be seen */

/* A selected row if one is in view, else the topmost. */
static gboolean
find_anchor (HpLogTable *self, guint64 *seq)
{
  gboolean found = FALSE;
  guint top = G_MAXUINT;

  for (GtkWidget *item = gtk_widget_get_first_child (self->list); item;
       item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *row = hp_log_table_get_row_widget (item);
      guint position;

      if (!row || !hp_log_table_is_in_view (self, item))
        continue;
      position = gtk_list_item_get_position (hp_log_row_widget_get_item (HP_LOG_ROW_WIDGET (row)));
      if (position >= hp_log_table_get_n_shown (self))
        continue;
      if (gtk_selection_model_is_selected (GTK_SELECTION_MODEL (self->selection), position))
        {
          *seq = hp_log_view_get_seq (self->view, position);
          return TRUE;
        }
      if (position < top)
        {
          top = position;
          *seq = hp_log_view_get_seq (self->view, position);
          found = TRUE;
        }
    }
  return found;
}

static void
replacing_cb (HpLogTable *self)
{
  self->replacing = TRUE;
  self->has_anchor = !hp_log_follow_get_active (self->follow) && find_anchor (self, &self->anchor);
}

static void
scroll_to (HpLogTable *self, guint position)
{
  gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", position);
}

/* An order that the rows had before replaces nothing. */
static void
settle (HpLogTable *self)
{
  if (!self->to_start || (self->view && hp_log_view_get_busy (self->view)))
    return;
  self->to_start = FALSE;
  if (hp_log_table_get_n_shown (self) > 0)
    scroll_to (self, 0);
}

static void
busy_cb (HpLogTable *self)
{
  settle (self);
  rows_changed (self);
}

static void
replaced_cb (HpLogTable *self)
{
  guint position;

  self->replacing = FALSE;
  hp_log_follow_forget_new (self->follow);
  if (hp_log_table_get_n_shown (self) == 0)
    ;
  else if (self->to_start)
    scroll_to (self, 0);
  else if (self->has_anchor && hp_log_view_find (self->view, self->anchor, &position))
    scroll_to (self, position);
  /* A selection that the filter had hidden, and that is back. */
  else if (!hp_log_follow_get_active (self->follow)
           && hp_log_selection_get_first (self->selection, &position))
    scroll_to (self, position);
  self->to_start = FALSE;
  rows_changed (self);
}

static void
before_change_cb (HpLogTable *self, guint position, guint n_removed, guint n_added)
{
  /* Rows that are only elsewhere are not new. */
  if (self->replacing)
    hp_log_follow_before_change (self->follow, 1, 0);
  else
    hp_log_follow_before_change (self->follow, n_removed, n_added);
}

static void
items_changed_cb (HpLogTable *self)
{
  if (self->replacing)
    return;
  if (hp_log_table_get_n_shown (self) == 0)
    hp_log_follow_reset (self->follow);
  rows_changed (self);
}

/* Sorting */

static void
apply_sort (HpLogTable *self)
{
  HpLogColumn column = hp_log_column_set_get_sort (self->columns->set);
  gboolean sorted = column != HP_LOG_COLUMN_NONE;

  /* The columns are in the order of the keys. */
  if (self->view)
    hp_log_view_set_sort (self->view, sorted ? HP_LOG_SORT_TIME + column : HP_LOG_SORT_NONE,
                          hp_log_column_set_get_descending (self->columns->set));
  hp_log_follow_set_enabled (self->follow, !sorted);
}

static void
sort_changed_cb (HpLogTable *self)
{
  self->to_start = hp_log_table_get_sorted (self);
  apply_sort (self);
  settle (self);
}

/* Pausing */

static void
paused_cb (HpLogTable *self)
{
  hp_log_table_pill_update (self);
  g_object_notify (G_OBJECT (self), "paused");
}

gboolean
hp_log_table_get_paused (HpLogTable *self)
{
  g_return_val_if_fail (HP_IS_LOG_TABLE (self), FALSE);

  return self->view && hp_log_view_get_paused (self->view);
}

/* Nothing that has the focus tells of it, but for the button. */
static void
tell_paused (HpLogTable *self, gboolean paused)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (root && !GTK_IS_TOGGLE_BUTTON (gtk_root_get_focus (root)))
    hp_announce (GTK_WIDGET (self), paused ? _ ("The list is paused") : _ ("The list goes on"));
}

void
hp_log_table_set_paused (HpLogTable *self, gboolean paused)
{
  g_return_if_fail (HP_IS_LOG_TABLE (self));

  if (!self->view || hp_log_view_get_paused (self->view) == paused)
    return;
  hp_log_view_set_paused (self->view, paused);
  tell_paused (self, paused);
}

/* The log */

HpRequestLog *
hp_log_table_get_log (HpLogTable *self)
{
  g_return_val_if_fail (HP_IS_LOG_TABLE (self), NULL);

  return self->log;
}

HpLogView *
hp_log_table_get_view (HpLogTable *self)
{
  g_return_val_if_fail (HP_IS_LOG_TABLE (self), NULL);

  return self->view;
}

static void
set_view (HpLogTable *self, HpLogView *view)
{
  gboolean was_paused = hp_log_table_get_paused (self);

  /* The selection first: what is told of rows here reads it. */
  g_set_object (&self->view, view);
  hp_log_selection_set_view (self->selection, view);
  g_signal_group_set_target (self->view_signals, view);
  if (was_paused)
    paused_cb (self);
}

void
hp_log_table_set_log (HpLogTable *self, HpRequestLog *log)
{
  g_autoptr (HpLogView) view = NULL;

  g_return_if_fail (HP_IS_LOG_TABLE (self));
  g_return_if_fail (log == NULL || HP_IS_REQUEST_LOG (log));

  if (self->log == log)
    return;

  hp_log_table_problems_dispose (self);
  g_clear_pointer (&self->query, hp_log_query_unref);
  g_set_object (&self->log, log);
  if (log)
    view = hp_log_view_new (log);
  self->replacing = TRUE;
  set_view (self, view);
  self->replacing = FALSE;
  g_signal_group_set_target (self->log_signals, log);
  self->to_start = FALSE;
  hp_log_follow_reset (self->follow);
  apply_sort (self);
  rows_changed (self);
  g_object_notify (G_OBJECT (self), "log");
}

void
hp_log_table_set_query (HpLogTable *self, HpLogQuery *query)
{
  g_return_if_fail (HP_IS_LOG_TABLE (self));

  if (query && hp_log_query_is_empty (query))
    query = NULL;
  if (query == self->query || !self->view)
    return;

  g_clear_pointer (&self->query, hp_log_query_unref);
  if (query)
    self->query = hp_log_query_ref (query);
  hp_log_view_set_query (self->view, query);
}

/* One row */

static guint
get_focused_position (HpLogTable *self)
{
  GtkWidget *item = gtk_widget_get_focus_child (self->list);
  GtkWidget *row = item ? hp_log_table_get_row_widget (item) : NULL;

  return row ? gtk_list_item_get_position (hp_log_row_widget_get_item (HP_LOG_ROW_WIDGET (row)))
             : GTK_INVALID_LIST_POSITION;
}

gboolean
hp_log_table_get_current (HpLogTable *self, guint *position)
{
  *position = get_focused_position (self);
  if (*position < hp_log_table_get_n_shown (self)
      && gtk_selection_model_is_selected (GTK_SELECTION_MODEL (self->selection), *position))
    return TRUE;
  return hp_log_selection_get_first (self->selection, position);
}

gboolean
hp_log_table_focus_position (HpLogTable *self, guint position)
{
  for (GtkWidget *item = gtk_widget_get_first_child (self->list); item;
       item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *row = hp_log_table_get_row_widget (item);

      if (row
          && gtk_list_item_get_position (hp_log_row_widget_get_item (HP_LOG_ROW_WIDGET (row)))
                 == position)
        return gtk_widget_grab_focus (item);
    }
  return FALSE;
}

void
hp_log_table_show_position (HpLogTable *self, guint position)
{
  gboolean had_focus = gtk_widget_get_focus_child (self->list) != NULL;

  hp_log_follow_set_active (self->follow, FALSE);
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
  scroll_to (self, position);
  if (had_focus)
    hp_log_table_focus_position (self, position);
}

gboolean
hp_log_table_show_seq (HpLogTable *self, guint64 seq)
{
  guint position;

  g_return_val_if_fail (HP_IS_LOG_TABLE (self), FALSE);

  if (!self->view || !hp_log_view_find (self->view, seq, &position))
    return FALSE;
  hp_log_table_show_position (self, position);
  return TRUE;
}

void
hp_log_table_go_to_end (HpLogTable *self)
{
  guint n = hp_log_table_get_n_shown (self);

  g_return_if_fail (HP_IS_LOG_TABLE (self));

  if (!hp_log_table_get_sorted (self))
    hp_log_table_set_follow (self, TRUE);
  else if (n > 0)
    scroll_to (self, n - 1);
}

/* One signal for all rows: each bound row with a handler of its own would ask for GObject's one
 * lock thousands of times a second, and so does the engine's thread. */
static void
row_changed_cb (HpLogTable *self, guint64 seq)
{
  for (GtkWidget *item = gtk_widget_get_first_child (self->list); item;
       item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *row = hp_log_table_get_row_widget (item);

      if (row && hp_log_row_widget_shows (HP_LOG_ROW_WIDGET (row), seq))
        hp_log_row_widget_update (HP_LOG_ROW_WIDGET (row));
    }
  hp_log_table_name_rows (self);
}

/* The object */

void
hp_log_table_view_init (HpLogTable *self)
{
  self->selection = hp_log_selection_new ();
  /* Before the list, which is connected to it later. */
  g_signal_connect_object (self->selection, "before-change", G_CALLBACK (before_change_cb), self,
                           G_CONNECT_SWAPPED);

  self->view_signals = g_signal_group_new (HP_TYPE_LOG_VIEW);
  g_signal_group_connect_swapped (self->view_signals, "replacing", G_CALLBACK (replacing_cb), self);
  g_signal_group_connect_swapped (self->view_signals, "replaced", G_CALLBACK (replaced_cb), self);
  g_signal_group_connect_swapped (self->view_signals, "items-changed",
                                  G_CALLBACK (items_changed_cb), self);
  g_signal_group_connect_swapped (self->view_signals, "notify::paused", G_CALLBACK (paused_cb),
                                  self);
  g_signal_group_connect_swapped (self->view_signals, "notify::n-waiting",
                                  G_CALLBACK (hp_log_table_pill_update), self);
  g_signal_group_connect_swapped (self->view_signals, "notify::busy", G_CALLBACK (busy_cb), self);
  /* A log whose rows the filter hides grows as well. */
  self->log_signals = g_signal_group_new (HP_TYPE_REQUEST_LOG);
  g_signal_group_connect_swapped (self->log_signals, "changed", G_CALLBACK (rows_changed), self);
  g_signal_group_connect_swapped (self->log_signals, "row-changed", G_CALLBACK (row_changed_cb),
                                  self);
  g_signal_connect_object (self->columns->set, "sort-changed", G_CALLBACK (sort_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

void
hp_log_table_view_dispose (HpLogTable *self)
{
  if (self->view_signals)
    g_signal_group_set_target (self->view_signals, NULL);
  g_clear_object (&self->view_signals);
  if (self->log_signals)
    g_signal_group_set_target (self->log_signals, NULL);
  g_clear_object (&self->log_signals);
  g_clear_pointer (&self->query, hp_log_query_unref);
  g_clear_object (&self->view);
  g_clear_object (&self->log);
}
