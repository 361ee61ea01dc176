/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/hp-log-row-widget.h"
#include "ui/hp-log-table-private.h"
#include "ui/hp-platform.h"

/* The context menu of rows. */

static void
append (GMenu *menu, const char *label, const char *action, const char *target)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target_value (item, action,
                                           target ? g_variant_new_string (target) : NULL);
  /* What concerns one request is of the page around the table, and only while one is selected. */
  if (g_str_has_prefix (action, "request."))
    g_menu_item_set_attribute (item, "hidden-when", "s", "action-missing");
  g_menu_append_item (menu, item);
}

static GMenu *
append_section (GMenu *menu)
{
  GMenu *section = g_menu_new ();

  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  g_object_unref (section);
  return section;
}

static GMenuModel *
create_model (HpLogTable *self)
{
  GMenu *menu = g_menu_new ();
  GMenu *section = append_section (menu);
  g_autoptr (GMenu) filter = g_menu_new ();
  gboolean one = hp_log_selection_get_n_selected (self->selection) == 1;

  append (section, _ ("Copy Address"), "request.copy-address", NULL);
  append (section, _ ("Copy Path"), "log.copy-path", NULL);
  append (section, one ? _ ("Copy Row") : _ ("Copy Rows"), "log.copy-rows", NULL);
  append (section, _ ("Copy as Table"), "log.copy-table", NULL);
  append (section, _ ("Copy as cURL"), "request.copy-curl", NULL);

  section = append_section (menu);
  append (section, _ ("Open in Browser"), "request.open", NULL);
  append (section, _ ("Reveal File"), "request.reveal", NULL);
  append (section, _ ("Send Again"), "request.send-again", NULL);

  section = append_section (menu);
  append (section, hp_log_table_get_all_pinned (self) ? _ ("Unpin") : _ ("Pin"), "log.pin", NULL);
  if (one)
    {
      append (filter, _ ("This Path"), "log.filter-by", "path");
      append (filter, _ ("This Status"), "log.filter-by", "status");
      append (filter, _ ("This Client"), "log.filter-by", "client");
      /* Translators: followed by "This Path" and the like. */
      g_menu_append_submenu (section, _ ("Show Only"), G_MENU_MODEL (filter));
    }
  return G_MENU_MODEL (menu);
}

static void
menu_visible_cb (HpLogTable *self, GParamSpec *pspec, GtkWidget *menu)
{
  self->columns->menu_open = gtk_widget_get_visible (menu);
}

static GtkWidget *
create_menu (HpLogTable *self)
{
  GtkWidget *menu = gtk_popover_menu_new_from_model (NULL);

  gtk_widget_set_parent (menu, GTK_WIDGET (self));
  gtk_widget_set_halign (menu, GTK_ALIGN_START);
  hp_name_menu_items (menu);
  gtk_popover_set_has_arrow (GTK_POPOVER (menu), FALSE);
  g_signal_connect_object (menu, "notify::visible", G_CALLBACK (menu_visible_cb), self,
                           G_CONNECT_SWAPPED);
  return menu;
}

static void
open_menu (HpLogTable *self, HpLogRowWidget *row, double x, double y)
{
  guint position = gtk_list_item_get_position (hp_log_row_widget_get_item (row));
  GtkSelectionModel *selection = GTK_SELECTION_MODEL (self->selection);
  g_autoptr (GMenuModel) model = NULL;

  if (position == GTK_INVALID_LIST_POSITION)
    return;
  if (!gtk_selection_model_is_selected (selection, position))
    gtk_selection_model_select_item (selection, position, TRUE);

  if (!self->menu)
    self->menu = create_menu (self);
  model = create_model (self);
  gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->menu), model);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle){ x, y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
secondary_click_cb (GtkGestureClick *gesture, int n_press, double x, double y, HpLogTable *self)
{
  GtkWidget *widget = gtk_widget_pick (self->list, x, y, GTK_PICK_DEFAULT);
  double table_x;
  double table_y;

  /* The pointer may be on the item around the row. */
  if (widget && gtk_widget_get_parent (widget) == self->list)
    widget = gtk_widget_get_first_child (widget);
  if (!widget || !HP_IS_LOG_ROW_WIDGET (widget))
    return;

  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_translate_coordinates (self->list, GTK_WIDGET (self), x, y, &table_x, &table_y);
  open_menu (self, HP_LOG_ROW_WIDGET (widget), table_x, table_y);
}

/* The Menu key: at the row that has the focus. */
static gboolean
popup_menu (GtkWidget *widget, GVariant *args, gpointer data)
{
  HpLogTable *self = HP_LOG_TABLE (widget);
  GtkWidget *item = gtk_widget_get_focus_child (self->list);
  GtkWidget *row = item ? hp_log_table_get_row_widget (item) : NULL;
  graphene_rect_t bounds;

  if (!row || !gtk_widget_compute_bounds (row, widget, &bounds))
    return FALSE;

  open_menu (self, HP_LOG_ROW_WIDGET (row), bounds.origin.x + bounds.size.width / 2,
             bounds.origin.y + bounds.size.height);
  return TRUE;
}

void
hp_log_table_menu_install (GtkWidgetClass *widget_class)
{
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, popup_menu, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, popup_menu, NULL);
}

void
hp_log_table_menu_connect (HpLogTable *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_object (click, "pressed", G_CALLBACK (secondary_click_cb), self, 0);
  gtk_widget_add_controller (self->list, GTK_EVENT_CONTROLLER (click));
}
