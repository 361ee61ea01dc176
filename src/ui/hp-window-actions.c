/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "ui/hp-log-filter-help.h"
#include "ui/hp-export-dialog.h"
#include "ui/hp-export-toast.h"
#include "ui/hp-help.h"
#include "ui/hp-log-file-dialog.h"
#include "ui/hp-server-dialog.h"
#include "ui/hp-window-private.h"

/* The address and the clipboard */

static void
copy_address (HpWindow *self, const char *address)
{
  g_autofree char *message = g_strdup_printf (_ ("Copied %s"), address);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), address);
  hp_window_toast (self, message);
}

static void
copy_address_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpWindow *self = user_data;

  copy_address (self, hp_server_get_address (self->selected));
  hp_server_page_show_copied (hp_window_get_page (self));
}

static void
copy_ip_address_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpWindow *self = user_data;
  g_autofree char *address = hp_server_dup_ip_address (self->selected);

  copy_address (self, address);
}

/* What is selected, or else the address. */
static void
copy_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpWindow *self = user_data;
  HpLogTable *table = hp_server_page_get_log_table (hp_window_get_page (self));

  if (hp_log_table_get_n_selected (table) > 0)
    gtk_widget_activate_action (GTK_WIDGET (table), "log.copy-rows", NULL);
  else
    copy_address_cb (action, NULL, self);
}

static void
shown_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HpWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!gtk_show_uri_full_finish (GTK_WINDOW (object), result, &error)
      && !g_cancellable_is_cancelled (self->cancellable))
    {
      g_autofree char *text = g_strdup_printf (_ ("It could not be opened: %s"), error->message);
      hp_window_toast (self, text);
    }
}

void
hp_window_show_uri (HpWindow *self, const char *uri)
{
  g_return_if_fail (HP_IS_WINDOW (self));

  gtk_show_uri_full (GTK_WINDOW (self), uri, GDK_CURRENT_TIME, self->cancellable, shown_cb,
                     g_object_ref (self));
}

static void
open_in_browser_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpWindow *self = user_data;

  hp_window_show_uri (self, hp_server_get_address (self->selected));
}

static void
open_folder_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpWindow *self = user_data;
  g_autofree char *uri = g_filename_to_uri (hp_server_get_folder (self->selected), NULL, NULL);

  if (uri)
    hp_window_show_uri (self, uri);
}

static void
check_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  hp_window_check (user_data);
}

/* Serving */

static void
start_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  hp_server_start (((HpWindow *) user_data)->selected);
}

static void
toggle_running_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpWindow *self = user_data;

  if (hp_server_get_running (self->selected))
    hp_server_stop (self->selected);
  else
    hp_server_start (self->selected);
}

static void
use_once_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpWindow *self = user_data;
  guint16 port = hp_server_page_get_offered_port (hp_window_get_page (self));

  if (port == 0)
    return;
  hp_server_start_on (self->selected, port);
  hp_server_page_focus_copy (hp_window_get_page (self));
}

static void
start_when_free_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpWindow *self = user_data;

  hp_server_start_when_free (self->selected);
  hp_server_page_focus_problem (hp_window_get_page (self));
}

static void
cancel_waiting_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpWindow *self = user_data;

  hp_server_cancel_waiting (self->selected);
  hp_server_page_focus_problem (hp_window_get_page (self));
}

/* Its port is another folder's at the moment. */
static void
switch_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpWindow *self = user_data;

  hp_server_list_switch_to (self->servers, self->selected);
  hp_server_page_focus_copy (hp_window_get_page (self));
}

static void
stop_holder_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpWindow *self = user_data;
  const HpPortOwner *holder = hp_server_get_holder (self->selected);

  if (holder)
    hp_window_stop_program (self, holder);
}

static void
change_options_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  HpWindow *self = user_data;
  const char *name = g_action_get_name (G_ACTION (action));

  for (HpServerOption i = 0; i < HP_N_OPTIONS; i++)
    if (g_str_equal (name, hp_server_option_get_nick (i)))
      {
        g_autoptr (HpServerOptions) options = hp_server_options_with (
            hp_server_get_options (self->selected), i, g_variant_get_boolean (value));

        hp_server_set_options (self->selected, options);
      }
}

static void
port_changed_cb (HpWindow *self, guint old_port, HpServerDialog *dialog)
{
  hp_window_port_changed (self, hp_server_dialog_get_server (dialog), old_port);
}

static void
show_dialog (HpWindow *self, HpServerDialogField field)
{
  HpServerDialog *dialog = hp_server_dialog_new (GTK_WINDOW (self), self->servers, self->selected,
                                                 field);

  g_signal_connect_object (dialog, "port-changed", G_CALLBACK (port_changed_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
rename_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  show_dialog (user_data, HP_SERVER_DIALOG_NAME);
}

static void
change_port_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  show_dialog (user_data, HP_SERVER_DIALOG_PORT);
}

static void
force_stop_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  hp_window_force_stop (user_data, g_variant_get_int32 (parameter));
}

static void
save_settings_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpWindow *self = user_data;

  hp_window_save_settings (self, self->selected);
}

/* The list */

static void
add_folder_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  hp_window_choose_folders (user_data);
}

static void
serve_subfolder_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpWindow *self = user_data;
  const char *folders[] = { g_variant_get_string (parameter, NULL), NULL };

  hp_server_page_dismiss_hint (hp_window_get_page (self));
  hp_window_add_folders (self, folders);
}

static void
locate_folder_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpWindow *self = user_data;

  hp_window_locate_folder (self, self->selected);
}

static void
remove_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpWindow *self = user_data;

  hp_window_remove (self, self->selected);
}

static void
undo_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  hp_window_undo (user_data, g_variant_get_uint32 (parameter));
}

static void
undo_last_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  hp_window_undo (user_data, 0);
}

static void
move_up_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpWindow *self = user_data;

  hp_window_move_selected (self, hp_window_find (self, self->selected) - 1);
}

static void
move_down_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpWindow *self = user_data;

  hp_window_move_selected (self, hp_window_find (self, self->selected) + 1);
}

static void
select_server_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpWindow *self = user_data;
  gint32 position = g_variant_get_int32 (parameter);
  g_autoptr (HpServer) server = NULL;

  if (position >= 0)
    server = g_list_model_get_item (G_LIST_MODEL (self->servers), position);
  if (server)
    hp_window_select (self, server, FALSE);
}

static void
view_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  hp_window_go_to_view (user_data, g_variant_get_string (parameter, NULL));
}

static void
show_servers_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  hp_window_go_to_view (user_data, "servers");
}

static void
show_ports_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  hp_window_go_to_view (user_data, "ports");
}

static void
back_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  hp_window_show_sidebar (user_data);
}

/* The log */

static void
clear_log_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpWindow *self = user_data;

  hp_window_clear_log (self, self->selected);
}

static void
go_to_newest_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpWindow *self = user_data;

  hp_log_table_go_to_end (hp_server_page_get_log_table (hp_window_get_page (self)));
}

static void
filter_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpWindow *self = user_data;

  hp_log_filter_bar_focus_entry (hp_server_page_get_filter_bar (hp_window_get_page (self)));
}

static void
filter_help_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  hp_log_filter_help_show (GTK_WINDOW (user_data));
}

static void
next_problem_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpWindow *self = user_data;

  gtk_widget_activate_action (GTK_WIDGET (hp_server_page_get_log_table (hp_window_get_page (self))),
                              "log.next-problem", NULL);
}

static void
previous_problem_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpWindow *self = user_data;

  gtk_widget_activate_action (GTK_WIDGET (hp_server_page_get_log_table (hp_window_get_page (self))),
                              "log.previous-problem", NULL);
}

static void
log_exported_cb (HpWindow *self, const char *message, GFile *file)
{
  hp_export_toast_show (self->toasts, message, file);
}

static void
export_log_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpWindow *self = user_data;
  g_autofree char *base = g_strdup (hp_server_get_address (self->selected));
  HpExportDialog *dialog;

  if (g_str_has_suffix (base, "/"))
    base[strlen (base) - 1] = '\0';
  dialog = hp_export_dialog_new (GTK_WINDOW (self),
                                 hp_server_page_get_log_table (hp_window_get_page (self)), base,
                                 hp_server_get_title (self->selected));
  g_signal_connect_object (dialog, "exported", G_CALLBACK (log_exported_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
log_file_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpWindow *self = user_data;

  gtk_window_present (GTK_WINDOW (hp_log_file_dialog_new (GTK_WINDOW (self), self->selected)));
}

/* Help */

/* Made when it is asked for: as "gtk/help-overlay.ui" GTK would build it at every start. */
static void
show_help_overlay_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpWindow *self = user_data;
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (
      "/app/homeport/Homeport/ui/hp-shortcuts.ui");
  GtkWindow *shortcuts = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts"));

  hp_help_set_page (GTK_WIDGET (shortcuts), "keys");
  gtk_window_set_transient_for (shortcuts, GTK_WINDOW (self));
  gtk_window_present (shortcuts);
}

void
hp_window_show_about (HpWindow *self)
{
  GtkWidget *about;

  g_return_if_fail (HP_IS_WINDOW (self));

  about = g_object_new (
      ADW_TYPE_ABOUT_WINDOW, "transient-for", self, "modal", TRUE, "application-name", APP_NAME,
      "application-icon", APP_ID, "version", VERSION, "developer-name",
      _ ("The Homeport developers"), "comments",
      _ ("Serve folders on this computer, see each request as it comes, and see who has a port."),
      "license-type", GTK_LICENSE_GPL_3_0, "copyright", _ ("© The Homeport developers"),
      "translator-credits",
      /* Translators: your own name, and your address if you like. */
      _ ("translator-credits"), NULL);
  hp_help_set_page (about, "index");
  gtk_window_present (GTK_WINDOW (about));
}

static const GActionEntry actions[] = {
  { "add-folder", add_folder_cb },
  { "serve-subfolder", serve_subfolder_cb, "s" },
  { "locate-folder", locate_folder_cb },
  { "remove", remove_cb },
  { "undo", undo_cb, "u" },
  { "undo-last", undo_last_cb },
  { "move-up", move_up_cb },
  { "move-down", move_down_cb },
  { "select-server", select_server_cb, "i" },
  { "back", back_cb },
  { "view", view_cb, "s", "'servers'" },
  { "show-servers", show_servers_cb },
  { "show-ports", show_ports_cb },
  { "start", start_cb },
  { "toggle-running", toggle_running_cb },
  { "use-once", use_once_cb },
  { "start-when-free", start_when_free_cb },
  { "cancel-waiting", cancel_waiting_cb },
  { "switch", switch_cb },
  { "stop-holder", stop_holder_cb },
  { "save-settings", save_settings_cb },
  { "force-stop", force_stop_cb, "i" },
  { "rename", rename_cb },
  { "change-port", change_port_cb },
  { "serve-hidden", NULL, NULL, "false", change_options_cb },
  { "list-folders", NULL, NULL, "true", change_options_cb },
  { "follow-links", NULL, NULL, "false", change_options_cb },
  { "refuse-other-sites", NULL, NULL, "false", change_options_cb },
  { "only-me", NULL, NULL, "true", change_options_cb },
  { "copy", copy_cb },
  { "copy-address", copy_address_cb },
  { "copy-ip-address", copy_ip_address_cb },
  { "open-in-browser", open_in_browser_cb },
  { "open-folder", open_folder_cb },
  { "check", check_cb },
  { "clear-log", clear_log_cb },
  { "export-log", export_log_cb },
  { "log-file", log_file_cb },
  { "go-to-newest", go_to_newest_cb },
  { "filter", filter_cb },
  { "filter-help", filter_help_cb },
  { "next-problem", next_problem_cb },
  { "previous-problem", previous_problem_cb },
  { "show-help-overlay", show_help_overlay_cb },
};

static void
set_enabled (HpWindow *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

static void
set_checked (HpWindow *self, const char *name, gboolean checked)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_boolean (checked));
}

void
hp_window_actions_update (HpWindow *self)
{
  static const char *const for_a_server[]
      = { "remove",          "toggle-running", "rename",       "change-port", "copy",
          "copy-address",    "clear-log",      "go-to-newest", "open-folder", "check",
          "copy-ip-address", "select-server",  "export-log",   "log-file",    "save-settings" };
  HpServer *server = self->selected;
  gboolean running = server && hp_server_get_running (server);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->servers));
  guint position = server ? hp_window_find (self, server) : 0;

  for (gsize i = 0; i < G_N_ELEMENTS (for_a_server); i++)
    set_enabled (self, for_a_server[i], server != NULL);

  for (HpServerOption i = 0; i < HP_N_OPTIONS; i++)
    set_enabled (self, hp_server_option_get_nick (i), server != NULL);

  set_enabled (self, "start", server && !running);
  set_enabled (self, "use-once", server && !running);
  set_enabled (self, "start-when-free", server && !running);
  set_enabled (self, "cancel-waiting", server && hp_server_get_state (server) == HP_SERVER_WAITING);
  set_enabled (self, "switch", server && !running && hp_server_get_rival (server));
  set_enabled (self, "stop-holder", server != NULL);
  set_enabled (self, "open-in-browser",
               server && hp_server_get_state (server) == HP_SERVER_RUNNING);
  set_enabled (self, "locate-folder", server && hp_server_is_quiet (server));
  set_enabled (self, "move-up", server && position > 0);
  set_enabled (self, "move-down", server && position + 1 < n);
  set_enabled (self, "export-list", n > 0);
  set_enabled (self, "undo", hp_window_can_undo (self));
  set_enabled (self, "undo-last", hp_window_can_undo (self));

  if (server)
    {
      HpServerOptions *options = hp_server_get_options (server);

      for (HpServerOption i = 0; i < HP_N_OPTIONS; i++)
        set_checked (self, hp_server_option_get_nick (i), hp_server_options_get (options, i));
    }
}

/* Keys of the class come after those of the focused widget, so that Ctrl+C in an address or in an
 * entry copies what is selected there. */
void
hp_window_actions_class_init (GtkWidgetClass *widget_class)
{
  static const char *const pages[] = { "requests", "problems", "loads" };
  static const struct
  {
    guint key;
    GdkModifierType modifiers;
    const char *action;
  } keys[] = {
    { GDK_KEY_o, GDK_CONTROL_MASK, "win.add-folder" },
    { GDK_KEY_Return, GDK_CONTROL_MASK, "win.toggle-running" },
    { GDK_KEY_KP_Enter, GDK_CONTROL_MASK, "win.toggle-running" },
    { GDK_KEY_c, GDK_CONTROL_MASK, "win.copy" },
    { GDK_KEY_c, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.copy-address" },
    { GDK_KEY_b, GDK_CONTROL_MASK, "win.open-in-browser" },
    { GDK_KEY_f, GDK_CONTROL_MASK, "win.filter" },
    { GDK_KEY_l, GDK_CONTROL_MASK, "win.clear-log" },
    { GDK_KEY_p, GDK_CONTROL_MASK, "win.pause" },
    { GDK_KEY_g, GDK_CONTROL_MASK, "win.next-problem" },
    { GDK_KEY_g, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.previous-problem" },
    { GDK_KEY_e, GDK_CONTROL_MASK, "win.export-log" },
    { GDK_KEY_End, 0, "win.go-to-newest" },
    { GDK_KEY_KP_End, 0, "win.go-to-newest" },
    { GDK_KEY_F2, 0, "win.rename" },
    { GDK_KEY_F9, 0, "win.request-pane" },
    { GDK_KEY_z, GDK_CONTROL_MASK, "win.undo-last" },
    { GDK_KEY_s, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.show-servers" },
    { GDK_KEY_p, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.show-ports" },
    { GDK_KEY_question, GDK_CONTROL_MASK, "win.show-help-overlay" },
    { GDK_KEY_w, GDK_CONTROL_MASK, "window.close" },
    { GDK_KEY_q, GDK_CONTROL_MASK, "app.quit" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding_action (widget_class, keys[i].key, keys[i].modifiers,
                                         keys[i].action, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    gtk_widget_class_add_binding_action (widget_class, GDK_KEY_1 + i, GDK_CONTROL_MASK,
                                         "win.log-page", "s", pages[i]);
  for (gint32 i = 0; i < 9; i++)
    gtk_widget_class_add_binding_action (widget_class, GDK_KEY_1 + i, GDK_ALT_MASK,
                                         "win.select-server", "i", i);
}

void
hp_window_actions_init (HpWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
}

void
hp_window_actions_add_page (HpWindow *self)
{
  HpLogTable *table = hp_server_page_get_log_table (self->page);
  HpLogPages *pages = hp_server_page_get_log_pages (self->page);
  g_autoptr (GPropertyAction) follow = g_property_action_new ("follow", table, "follow");
  g_autoptr (GPropertyAction) pause = g_property_action_new ("pause", table, "paused");
  g_autoptr (GPropertyAction) pane = g_property_action_new ("request-pane", pages, "pane-open");
  g_autoptr (GPropertyAction) page = g_property_action_new ("log-page", pages, "page");

  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (follow));
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (pause));
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (pane));
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (page));
  g_signal_connect_object (table, "message", G_CALLBACK (hp_window_toast), self, G_CONNECT_SWAPPED);
}
