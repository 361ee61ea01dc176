/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-log-row-widget.h"
#include "ui/hp-log-table-private.h"

/* Where the keyboard's focus goes in the table. */

GtkWidget *
hp_log_table_get_row_widget (GtkWidget *item)
{
  GtkWidget *row = gtk_widget_get_first_child (item);

  return row && HP_IS_LOG_ROW_WIDGET (row) ? row : NULL;
}

gboolean
hp_log_table_is_in_view (HpLogTable *self, GtkWidget *item)
{
  graphene_rect_t bounds;

  return gtk_widget_get_mapped (item) && gtk_widget_compute_bounds (item, self->scroller, &bounds)
         && bounds.origin.y >= 0
         && bounds.origin.y + bounds.size.height <= gtk_widget_get_height (self->scroller);
}

/* The newest row while following, else a selected one, else the first; the list itself would start
 * at its top and scroll there. */
static GtkWidget *
find_row_to_focus (HpLogTable *self)
{
  gboolean follow = hp_log_follow_get_active (self->follow);
  GtkSelectionModel *selection = GTK_SELECTION_MODEL (self->selection);
  GtkWidget *found = NULL;
  guint best = 0;

  for (GtkWidget *item = gtk_widget_get_first_child (self->list); item;
       item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *row = hp_log_table_get_row_widget (item);
      guint position;
      gboolean better;

      if (!row || !hp_log_table_is_in_view (self, item))
        continue;
      position = gtk_list_item_get_position (hp_log_row_widget_get_item (HP_LOG_ROW_WIDGET (row)));
      if (!follow && gtk_selection_model_is_selected (selection, position))
        return item;
      better = follow ? position >= best : position < best;
      if (!found || better)
        {
          found = item;
          best = position;
        }
    }
  return found;
}

static gboolean
focus_list (HpLogTable *self, GtkDirectionType direction)
{
  GtkWidget *item = find_row_to_focus (self);

  return item && gtk_widget_child_focus (item, direction);
}

/* Tab goes to the titles, to a row, to the pill, and on; by itself the list would go through all
 * its rows. */
gboolean
hp_log_table_focus (GtkWidget *widget, GtkDirectionType direction)
{
  HpLogTable *self = HP_LOG_TABLE (widget);
  GtkWidget *child = gtk_widget_get_focus_child (widget);
  GtkWidget *stops[] = { self->header, self->scroller, self->pill };
  const int n = G_N_ELEMENTS (stops);
  int step = direction == GTK_DIR_TAB_FORWARD ? 1 : -1;
  int place = step > 0 ? -1 : n;

  if (direction != GTK_DIR_TAB_FORWARD && direction != GTK_DIR_TAB_BACKWARD)
    return GTK_WIDGET_CLASS (g_type_class_peek_parent (G_OBJECT_GET_CLASS (widget)))
        ->focus (widget, direction);

  for (int i = 0; i < n; i++)
    if (stops[i] == child)
      place = i;
  for (int i = place + step; i >= 0 && i < n; i += step)
    {
      gboolean found = stops[i] == self->scroller ? focus_list (self, direction)
                                                  : gtk_widget_child_focus (stops[i], direction);

      if (found)
        return TRUE;
    }
  return FALSE;
}
