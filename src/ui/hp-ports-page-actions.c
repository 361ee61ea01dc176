/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/hp-port-texts.h"
#include "ui/hp-platform.h"
#include "ui/hp-ports-page-private.h"
#include "ui/hp-window.h"

static guint server_activated_signal;

HpPortEntry *
hp_ports_page_get_selected (HpPortsPage *self)
{
  return gtk_single_selection_get_selected_item (self->selection);
}

static HpWindow *
get_window (HpPortsPage *self)
{
  return HP_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
}

/* Copying and opening */

static void
copy (HpPortsPage *self, const char *text)
{
  g_autofree char *message = g_strdup_printf (_ ("Copied %s"), text);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  hp_window_toast (get_window (self), message);
}

static void
copy_address (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HpPortsPage *self = HP_PORTS_PAGE (widget);
  HpPortEntry *entry = hp_ports_page_get_selected (self);
  g_autofree char *text = entry ? hp_port_text_copy (entry) : NULL;

  if (text)
    copy (self, text);
}

static void
copy_command (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HpPortsPage *self = HP_PORTS_PAGE (widget);
  HpPortEntry *entry = hp_ports_page_get_selected (self);
  g_autofree char *text = entry ? hp_port_entry_dup_command_line (entry) : NULL;

  if (text)
    copy (self, text);
}

static void
open_in_browser (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HpPortsPage *self = HP_PORTS_PAGE (widget);
  HpPortEntry *entry = hp_ports_page_get_selected (self);
  g_autofree char *url = entry ? hp_port_entry_dup_url (entry) : NULL;

  if (url)
    hp_window_show_uri (get_window (self), url);
}

static void
reveal (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HpPortsPage *self = HP_PORTS_PAGE (widget);
  HpPortEntry *entry = hp_ports_page_get_selected (self);
  const char *folder = entry ? hp_port_entry_get_folder (entry) : NULL;
  g_autofree char *uri = folder ? g_filename_to_uri (folder, NULL, NULL) : NULL;

  if (uri)
    hp_window_show_uri (get_window (self), uri);
}

static void
go_to_server (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HpPortsPage *self = HP_PORTS_PAGE (widget);
  HpPortEntry *entry = hp_ports_page_get_selected (self);
  HpServer *server = NULL;

  if (entry && hp_port_entry_get_ours (entry))
    server = hp_ports_page_find_server (self, hp_port_entry_get_port (entry));
  if (server)
    g_signal_emit (self, server_activated_signal, 0, server);
}

static void
stop_program (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HpPortsPage *self = HP_PORTS_PAGE (widget);
  HpPortEntry *entry = hp_ports_page_get_selected (self);

  if (entry && hp_port_entry_get_owner (entry))
    hp_window_stop_program (get_window (self), hp_port_entry_get_owner (entry));
}

/* "Ask It" */

typedef struct
{
  HpPortsPage *page;
  HpPortEntry *entry;
} Question;

static void
question_free (Question *self)
{
  g_object_unref (self->page);
  g_object_unref (self->entry);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static GQuark
asking_quark (void)
{
  return g_quark_from_static_string ("hp-port-asking");
}

static void
answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Question) question = user_data;
  HpPortsPage *self = question->page;
  HpPortAnswer *answer = hp_port_ask_finish (result, NULL);

  g_object_set_qdata (G_OBJECT (question->entry), asking_quark (), NULL);
  if (!answer || g_cancellable_is_cancelled (self->cancellable))
    {
      g_clear_pointer (&answer, hp_port_answer_free);
      return;
    }
  hp_port_take_answer (question->entry, answer);
  hp_ports_page_for_each_row (self, hp_port_row_update);
  hp_ports_page_actions_update (self);
}

static void
ask (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HpPortsPage *self = HP_PORTS_PAGE (widget);
  HpPortEntry *entry = hp_ports_page_get_selected (self);
  g_autofree char *url = NULL;
  Question *question;

  if (!entry || g_object_get_qdata (G_OBJECT (entry), asking_quark ()))
    return;
  url = hp_port_entry_dup_url (entry);
  question = g_new0 (Question, 1);
  question->page = g_object_ref (self);
  question->entry = g_object_ref (entry);
  g_object_set_qdata (G_OBJECT (entry), asking_quark (), GINT_TO_POINTER (TRUE));
  hp_port_ask_async (url, self->cancellable, answered_cb, question);
  hp_ports_page_actions_update (self);
}

/* The page itself */

static void
show_all (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HpPortsPage *self = HP_PORTS_PAGE (widget);

  g_object_set (self, "only-mine", FALSE, "only-web", FALSE, NULL);
  gtk_editable_set_text (self->search_entry, "");
  hp_ports_page_focus_search (self);
}

static void
focus_search (GtkWidget *widget, const char *action, GVariant *parameter)
{
  hp_ports_page_focus_search (HP_PORTS_PAGE (widget));
}

static void
close_detail (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HpPortsPage *self = HP_PORTS_PAGE (widget);

  gtk_widget_grab_focus (GTK_WIDGET (self->list));
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
}

void
hp_ports_page_activate (HpPortsPage *self, HpPortEntry *entry)
{
  if (hp_port_entry_get_server_title (entry))
    go_to_server (GTK_WIDGET (self), NULL, NULL);
  else
    gtk_widget_child_focus (GTK_WIDGET (self->detail), GTK_DIR_TAB_FORWARD);
}

void
hp_ports_page_actions_update (HpPortsPage *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  HpPortEntry *entry = hp_ports_page_get_selected (self);
  gboolean any = entry != NULL;
  gboolean ours = any && hp_port_entry_get_ours (entry);
  gboolean tcp = any && g_str_equal (hp_port_entry_get_protocol (entry), "tcp");
  gboolean asking = any && g_object_get_qdata (G_OBJECT (entry), asking_quark ()) != NULL;

  gtk_widget_action_set_enabled (widget, "ports.copy-address", any);
  gtk_widget_action_set_enabled (widget, "ports.copy-command", any);
  gtk_widget_action_set_enabled (widget, "ports.close-detail", any);
  gtk_widget_action_set_enabled (widget, "ports.open", tcp);
  gtk_widget_action_set_enabled (widget, "ports.ask", tcp && !ours && !asking);
  gtk_widget_action_set_enabled (widget, "ports.reveal",
                                 any && hp_port_entry_get_folder (entry) != NULL);
  gtk_widget_action_set_enabled (widget, "ports.go-to-server",
                                 any && hp_port_entry_get_server_title (entry) != NULL);
  gtk_widget_action_set_enabled (widget, "ports.stop",
                                 any && !ours && hp_port_entry_get_pid (entry) != 0
                                     && hp_port_entry_is_mine (entry));

  hp_port_detail_set_entry (self->detail, entry);
  hp_port_detail_set_asking (self->detail, asking);
  gtk_widget_set_visible (GTK_WIDGET (self->detail), any);
}

/* The context menu */

static void
open_menu (HpPortsPage *self, HpPortRow *row, double x, double y)
{
  guint position = gtk_list_item_get_position (hp_port_row_get_item (row));

  if (position == GTK_INVALID_LIST_POSITION)
    return;
  gtk_single_selection_set_selected (self->selection, position);

  if (!self->menu)
    {
      self->menu = GTK_POPOVER (gtk_popover_menu_new_from_model (self->row_menu));
      gtk_widget_set_parent (GTK_WIDGET (self->menu), GTK_WIDGET (self));
      gtk_widget_set_halign (GTK_WIDGET (self->menu), GTK_ALIGN_START);
      hp_name_menu_items (GTK_WIDGET (self->menu));
      gtk_popover_set_has_arrow (self->menu, FALSE);
    }
  gtk_popover_set_pointing_to (self->menu, &(GdkRectangle){ x, y, 1, 1 });
  gtk_popover_popup (self->menu);
}

static void
secondary_click_cb (GtkGestureClick *gesture, int n_press, double x, double y, HpPortsPage *self)
{
  GtkWidget *list = GTK_WIDGET (self->list);
  GtkWidget *widget = gtk_widget_pick (list, x, y, GTK_PICK_DEFAULT);
  double page_x, page_y;

  /* The pointer may be on the item around the row. */
  if (widget && gtk_widget_get_parent (widget) == list)
    widget = gtk_widget_get_first_child (widget);
  if (!widget || !HP_IS_PORT_ROW (widget))
    return;

  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_translate_coordinates (list, GTK_WIDGET (self), x, y, &page_x, &page_y);
  open_menu (self, HP_PORT_ROW (widget), page_x, page_y);
}

/* The Menu key: at the row that has the focus. */
static gboolean
menu_key_cb (GtkWidget *widget, GVariant *args, gpointer data)
{
  HpPortsPage *self = HP_PORTS_PAGE (widget);
  GtkWidget *item = gtk_widget_get_focus_child (GTK_WIDGET (self->list));
  GtkWidget *row = item ? gtk_widget_get_first_child (item) : NULL;
  graphene_rect_t bounds;

  if (!row || !HP_IS_PORT_ROW (row) || !gtk_widget_compute_bounds (row, widget, &bounds))
    return GDK_EVENT_PROPAGATE;
  open_menu (self, HP_PORT_ROW (row), bounds.origin.x + bounds.size.width / 2,
             bounds.origin.y + bounds.size.height);
  return GDK_EVENT_STOP;
}

void
hp_ports_page_actions_install (GtkWidgetClass *widget_class)
{
  static const struct
  {
    guint key;
    GdkModifierType modifiers;
    const char *action;
  } keys[] = {
    { GDK_KEY_f, GDK_CONTROL_MASK, "ports.focus-search" },
    { GDK_KEY_c, GDK_CONTROL_MASK, "ports.copy-address" },
    { GDK_KEY_c, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "ports.copy-address" },
    { GDK_KEY_b, GDK_CONTROL_MASK, "ports.open" },
    { GDK_KEY_Escape, 0, "ports.close-detail" },
  };

  server_activated_signal = g_signal_new ("server-activated", G_TYPE_FROM_CLASS (widget_class),
                                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                          HP_TYPE_SERVER);

  gtk_widget_class_install_action (widget_class, "ports.copy-address", NULL, copy_address);
  gtk_widget_class_install_action (widget_class, "ports.copy-command", NULL, copy_command);
  gtk_widget_class_install_action (widget_class, "ports.open", NULL, open_in_browser);
  gtk_widget_class_install_action (widget_class, "ports.ask", NULL, ask);
  gtk_widget_class_install_action (widget_class, "ports.stop", NULL, stop_program);
  gtk_widget_class_install_action (widget_class, "ports.reveal", NULL, reveal);
  gtk_widget_class_install_action (widget_class, "ports.go-to-server", NULL, go_to_server);
  gtk_widget_class_install_action (widget_class, "ports.show-all", NULL, show_all);
  gtk_widget_class_install_action (widget_class, "ports.focus-search", NULL, focus_search);
  gtk_widget_class_install_action (widget_class, "ports.close-detail", NULL, close_detail);
  gtk_widget_class_install_property_action (widget_class, "ports.only-mine", "only-mine");
  gtk_widget_class_install_property_action (widget_class, "ports.only-web", "only-web");
  gtk_widget_class_install_property_action (widget_class, "ports.sort", "sort");

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding_action (widget_class, keys[i].key, keys[i].modifiers,
                                         keys[i].action, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_key_cb, NULL);
}

void
hp_ports_page_actions_connect (HpPortsPage *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_object (click, "pressed", G_CALLBACK (secondary_click_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self->list), GTK_EVENT_CONTROLLER (click));

  g_signal_connect_object (self->selection, "notify::selected-item",
                           G_CALLBACK (hp_ports_page_actions_update), self, G_CONNECT_SWAPPED);
  hp_ports_page_actions_update (self);
}
