/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-log-column-actions.h"
#include "ui/hp-log-header.h"
#include "ui/hp-log-row-widget.h"
#include "ui/hp-log-table-private.h"
#include "ui/hp-platform.h"

/* What the titles ask of the table: their menu, and the width of what is in a column. */

static int
measure_contents (HpLogTable *self, HpLogColumn column)
{
  int width = 0;

  for (GtkWidget *item = gtk_widget_get_first_child (self->list); item;
       item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *row = hp_log_table_get_row_widget (item);

      if (row)
        width = MAX (width, hp_log_row_widget_get_natural_width (HP_LOG_ROW_WIDGET (row), column));
    }
  return width;
}

static void
fit_cb (HpLogTable *self, guint column, HpLogHeader *header)
{
  int titles[HP_N_LOG_COLUMNS];
  int width = measure_contents (self, column);

  if (column == HP_LOG_COLUMN_PATH)
    return;
  hp_log_header_get_widths (header, titles);
  hp_log_columns_set_width (self->columns, column, MAX (width, titles[column]));
}

static void
fit_column (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HpLogTable *self = HP_LOG_TABLE (widget);
  HpLogColumn column = hp_log_column_from_nick (g_variant_get_string (parameter, NULL));

  if (column != HP_LOG_COLUMN_NONE)
    fit_cb (self, column, HP_LOG_HEADER (self->header));
}

static GtkWidget *
create_menu (void)
{
  GtkWidget *menu = gtk_popover_menu_new_from_model (NULL);

  gtk_widget_set_halign (menu, GTK_ALIGN_START);
  gtk_popover_set_has_arrow (GTK_POPOVER (menu), FALSE);
  hp_name_menu_items (menu);
  return menu;
}

/* The parent gets the focus when the menu closes: the titles where it came from there, or else the
 * rows. */
static void
put_menu_on (HpLogTable *self, GtkWidget *parent)
{
  g_autoptr (GtkWidget) menu = g_object_ref (self->header_menu);

  if (gtk_widget_get_parent (menu) == parent)
    return;
  if (gtk_widget_get_parent (menu))
    gtk_widget_unparent (menu);
  gtk_widget_set_parent (menu, parent);
}

static void
menu_cb (HpLogTable *self, guint column, double x, double y, GtkWidget *header)
{
  g_autoptr (GMenu) model = hp_log_column_menu_new_for_title (self->columns, column);
  GtkWidget *parent = gtk_widget_get_focus_child (header) ? header : GTK_WIDGET (self);
  double parent_x;
  double parent_y;

  if (!self->header_menu)
    self->header_menu = create_menu ();
  put_menu_on (self, parent);
  gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->header_menu), G_MENU_MODEL (model));
  gtk_widget_translate_coordinates (header, parent, x, y, &parent_x, &parent_y);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->header_menu),
                               &(GdkRectangle){ parent_x, parent_y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->header_menu));
}

void
hp_log_table_header_install (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "log.fit-column", "s", fit_column);
}

void
hp_log_table_header_connect (HpLogTable *self)
{
  g_signal_connect_object (self->header, "fit", G_CALLBACK (fit_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->header, "menu", G_CALLBACK (menu_cb), self, G_CONNECT_SWAPPED);
}
