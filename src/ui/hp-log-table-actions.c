/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "log/hp-log-format.h"
#include "log/hp-log-view.h"
#include "ui/hp-log-row-widget.h"
#include "ui/hp-log-table-private.h"

/* What can be done with rows: copying, the context menu, and the keys. */

typedef void (*AddFunc) (GString *text, const HpRequestRecord *record);

static guint copied_signal;

static char *
dup_selected (HpLogTable *self, AddFunc add)
{
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (
      GTK_SELECTION_MODEL (self->selection));
  GString *text = g_string_new (NULL);
  GtkBitsetIter iter;
  guint position;

  for (gboolean more = gtk_bitset_iter_init_first (&iter, selected, &position); more;
       more = gtk_bitset_iter_next (&iter, &position))
    {
      g_autoptr (HpLogRow) row = g_list_model_get_item (G_LIST_MODEL (self->selection), position);
      HpRequestRecord record;

      if (row && hp_log_row_get_record (row, &record))
        add (text, &record);
    }
  return g_string_free (text, text->len == 0);
}

static void
add_path (GString *text, const HpRequestRecord *record)
{
  g_autofree char *path = hp_log_format_visible (record->target, 0);

  if (text->len > 0)
    g_string_append_c (text, '\n');
  g_string_append (text, path);
}

static void
copy (GtkWidget *widget, const char *text, const char *message)
{
  if (!text)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  g_signal_emit (widget, copied_signal, 0, message);
}

guint
hp_log_table_get_n_selected (HpLogTable *self)
{
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (
      GTK_SELECTION_MODEL (self->selection));

  return gtk_bitset_get_size (selected);
}

static void
copy_rows (GtkWidget *widget, const char *action, GVariant *parameter)
{
  guint n = hp_log_table_get_n_selected (HP_LOG_TABLE (widget));
  g_autofree char *text = hp_log_table_dup_selection_text (HP_LOG_TABLE (widget));
  g_autofree char *message = g_strdup_printf (
      ngettext ("Copied %u request", "Copied %u requests", n), n);

  copy (widget, text, message);
}

static void
copy_path (GtkWidget *widget, const char *action, GVariant *parameter)
{
  guint n = hp_log_table_get_n_selected (HP_LOG_TABLE (widget));
  g_autofree char *text = dup_selected (HP_LOG_TABLE (widget), add_path);
  g_autofree char *message = n == 1 ? g_strdup_printf (_ ("Copied %s"), text)
                                    : g_strdup_printf (
                                        ngettext ("Copied %u path", "Copied %u paths", n), n);

  copy (widget, text, message);
}

/* The context menu */

static void
menu_visible_cb (HpLogTable *self, GParamSpec *pspec, GtkWidget *menu)
{
  self->columns->menu_open = gtk_widget_get_visible (menu);
}

static GtkWidget *
create_menu (HpLogTable *self)
{
  g_autoptr (GMenu) model = g_menu_new ();
  GtkWidget *menu;

  g_menu_append (model, _ ("Copy Rows"), "log.copy-rows");
  g_menu_append (model, _ ("Copy Path"), "log.copy-path");
  menu = gtk_popover_menu_new_from_model (G_MENU_MODEL (model));
  gtk_widget_set_parent (menu, GTK_WIDGET (self));
  gtk_widget_set_halign (menu, GTK_ALIGN_START);
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

  if (position == GTK_INVALID_LIST_POSITION)
    return;
  if (!gtk_selection_model_is_selected (selection, position))
    gtk_selection_model_select_item (selection, position, TRUE);

  if (!self->menu)
    self->menu = create_menu (self);
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
  GtkWidget *row = item ? gtk_widget_get_first_child (item) : NULL;
  graphene_rect_t bounds;

  if (!row || !HP_IS_LOG_ROW_WIDGET (row) || !gtk_widget_compute_bounds (row, widget, &bounds))
    return FALSE;

  open_menu (self, HP_LOG_ROW_WIDGET (row), bounds.origin.x + bounds.size.width / 2,
             bounds.origin.y + bounds.size.height);
  return TRUE;
}

/* The list binds End itself and would move without following; it still gets the key. */
static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint key,
                guint code,
                GdkModifierType modifiers,
                HpLogTable *self)
{
  if ((key == GDK_KEY_End || key == GDK_KEY_KP_End)
      && !(modifiers & gtk_accelerator_get_default_mod_mask ()))
    hp_log_table_set_follow (self, TRUE);
  return GDK_EVENT_PROPAGATE;
}

void
hp_log_table_actions_update (HpLogTable *self)
{
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (
      GTK_SELECTION_MODEL (self->selection));
  gboolean any = !gtk_bitset_is_empty (selected);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "log.copy-rows", any);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "log.copy-path", any);
}

void
hp_log_table_actions_install (GtkWidgetClass *widget_class)
{
  copied_signal = g_signal_new ("copied", G_TYPE_FROM_CLASS (widget_class), G_SIGNAL_RUN_LAST, 0,
                                NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_install_action (widget_class, "log.copy-rows", NULL, copy_rows);
  gtk_widget_class_install_action (widget_class, "log.copy-path", NULL, copy_path);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "log.copy-rows",
                                       NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, popup_menu, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, popup_menu, NULL);
}

void
hp_log_table_actions_connect (HpLogTable *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_object (click, "pressed", G_CALLBACK (secondary_click_cb), self, 0);
  gtk_widget_add_controller (self->list, GTK_EVENT_CONTROLLER (click));

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self, 0);
  gtk_widget_add_controller (self->list, keys);

  g_signal_connect_object (self->selection, "selection-changed",
                           G_CALLBACK (hp_log_table_actions_update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "items-changed",
                           G_CALLBACK (hp_log_table_actions_update), self, G_CONNECT_SWAPPED);
  hp_log_table_actions_update (self);
}

char *
hp_log_table_dup_selection_text (HpLogTable *self)
{
  g_return_val_if_fail (HP_IS_LOG_TABLE (self), NULL);

  return dup_selected (self, hp_log_format_combined);
}
