/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <signal.h>
#include <glib-unix.h>
#include <glib/gi18n.h>

#include "hp-application.h"
#include "hp-background.h"
#include "hp-power.h"
#include "hp-remote-service.h"
#include "hp-search-provider.h"
#include "log/hp-log-budget.h"
#include "ports/hp-port-rules.h"
#include "servers/hp-server-list.h"
#include "ui/hp-client-label.h"
#include "ui/hp-help.h"
#include "ui/hp-log-window.h"
#include "ui/hp-preferences.h"
#include "ui/hp-settings.h"
#include "ui/hp-spoken.h"
#include "ui/hp-window.h"

/* Where there are no settings. */
#define LOG_MEMORY_MIB 256

#define RESOURCE_PATH "/app/homeport/Homeport"

/* How long a program that was started to be told something waits for that, milliseconds. */
#define SERVICE_PATIENCE_MS 10000

struct _HpApplication
{
  AdwApplication parent_instance;

  /* owned, from startup to shutdown */
  HpEngine *engine;
  HpServerList *servers;
  HpBackground *background;
  HpPower *power;
  HpRemoteService *remote;  /* from the registration on the bus */
  HpSearchProvider *search; /* the same */
  GPtrArray *waiting;       /* of char *: folders that came before the list was read */

  guint signal_sources[3];
  gboolean on_demand; /* see HpCommandLine */
};

G_DEFINE_FINAL_TYPE (HpApplication, hp_application, ADW_TYPE_APPLICATION)

/* What can wait until the folders are to be seen. X11 wants the icon as pixels in many sizes. */
static void
second_frame_cb (GdkFrameClock *clock, gpointer data)
{
  g_signal_handlers_disconnect_by_func (clock, second_frame_cb, data);
  g_debug ("second frame");
  gtk_window_set_default_icon_name (APP_ID);
}

/* ./dev bench waits for both. */
static void
first_frame_cb (GdkFrameClock *clock, gpointer data)
{
  g_signal_handlers_disconnect_by_func (clock, first_frame_cb, data);
  g_debug ("first frame");
  g_signal_connect (clock, "after-paint", G_CALLBACK (second_frame_cb), NULL);
}

static void
realized_cb (GtkWidget *window)
{
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (first_frame_cb),
                    NULL);
}

/* The one with the folders; saved logs have windows of their own. NULL while it is closed. */
static GtkWindow *
find_window (HpApplication *self)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l; l = l->next)
    if (HP_IS_WINDOW (l->data))
      return l->data;
  return NULL;
}

static HpWindow *
present_window (HpApplication *self)
{
  GtkWindow *window = find_window (self);

  hp_server_list_wake (self->servers);
  if (!window)
    {
      window = GTK_WINDOW (hp_window_new (GTK_APPLICATION (self), self->servers));
      g_signal_connect (window, "realize", G_CALLBACK (realized_cb), NULL);
    }
  gtk_window_present (window);
  return HP_WINDOW (window);
}

static void
add_waiting (HpApplication *self)
{
  g_autoptr (GPtrArray) folders = NULL;

  if (self->waiting->len == 0 || !hp_server_list_get_loaded (self->servers))
    return;

  folders = g_steal_pointer (&self->waiting);
  self->waiting = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (folders, NULL);
  hp_window_add_folders (present_window (self), (const char *const *) folders->pdata);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HpApplication) self = user_data;
  g_autoptr (GError) error = NULL;
  GtkWindow *window = find_window (self);

  if (!hp_server_list_load_finish (HP_SERVER_LIST (object), result, &error) && window)
    {
      g_autofree char *text = g_strdup_printf (_ ("The list of folders could not be read: %s"),
                                               error->message);

      hp_window_tell (HP_WINDOW (window), text);
    }
  add_waiting (self);
  /* Only now: nothing that it does is needed sooner. And not at the end. */
  if (self->background)
    self->power = hp_power_new (GTK_APPLICATION (self), self->engine, self->servers);
  g_application_release (G_APPLICATION (self));
}

static void
hp_application_activate (GApplication *application)
{
  present_window (HP_APPLICATION (application));
}

static void
hp_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  HpApplication *self = HP_APPLICATION (application);
  guint n_logs = 0;

  for (int i = 0; i < n_files; i++)
    {
      char *path = NULL;

      if (hp_log_window_can_open (files[i]))
        {
          hp_log_window_open (GTK_APPLICATION (self), files[i]);
          n_logs++;
        }
      else if ((path = g_file_get_path (files[i])) != NULL)
        g_ptr_array_add (self->waiting, path);
    }
  /* Who opens a saved log wants to see that. */
  if (n_logs > 0 && self->waiting->len == 0)
    return;
  present_window (self);
  add_waiting (self);
}

/* Actions */

static void
open_har_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GFile) file = g_file_new_for_uri (g_variant_get_string (parameter, NULL));

  hp_log_window_open (user_data, file);
}

static void
choose_har_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  hp_log_window_choose (user_data, gtk_application_get_active_window (user_data));
}

static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GApplication *application = user_data;
  GtkWindow *window = find_window (HP_APPLICATION (application));

  /* Nothing is to be told of what goes on: nothing does. */
  if (HP_APPLICATION (application)->background)
    hp_background_end (HP_APPLICATION (application)->background);
  /* The window gets to keep its size. */
  if (window)
    gtk_window_close (window);
  g_application_quit (application);
}

static void
show_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  present_window (user_data);
}

static void
stop_all_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  hp_server_list_stop_all (HP_APPLICATION (user_data)->servers);
}

static void
choose_folder_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_widget_activate_action (GTK_WIDGET (present_window (user_data)), "win.add-folder", NULL);
}

static void
preferences_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_window_present (hp_preferences_new (GTK_WINDOW (present_window (user_data))));
}

static void
about_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  hp_window_show_about (present_window (user_data));
}

/* The window or dialog that people are in, for the help to be over. */
static GtkWindow *
get_reader (gpointer application)
{
  GtkWindow *window = gtk_application_get_active_window (application);

  return window ? window : GTK_WINDOW (present_window (application));
}

static void
help_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window = get_reader (user_data);

  hp_help_show (window, hp_help_find_page (window));
}

static void
help_page_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  hp_help_show (get_reader (user_data), g_variant_get_string (parameter, NULL));
}

static void
add_folder_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpApplication *self = user_data;

  g_ptr_array_add (self->waiting, g_variant_dup_string (parameter, NULL));
  present_window (self);
  add_waiting (self);
}

static void
import_list_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GFile) file = g_file_new_for_uri (g_variant_get_string (parameter, NULL));

  hp_window_import_list (present_window (user_data), file);
}

static gboolean
signal_cb (gpointer data)
{
  quit_cb (NULL, NULL, data);
  return G_SOURCE_CONTINUE;
}

static void
add_actions (HpApplication *self)
{
  const GActionEntry entries[] = {
    { "quit", quit_cb },
    { "preferences", preferences_cb },
    { "about", about_cb },
    { "help", help_cb },
    { "help-page", help_page_cb, "s" },
    { "add-folder", add_folder_cb, "s" },
    { "import-list", import_list_cb, "s" },
    { "choose-folder", choose_folder_cb },
    { "open-har", open_har_cb, "s" },
    { "choose-har", choose_har_cb },
    { "show", show_cb },
    { "stop-all", stop_all_cb },
  };
  const char *quit_keys[] = { "<Control>q", NULL };
  const char *preferences_keys[] = { "<Control>comma", NULL };
  const char *help_keys[] = { "F1", NULL };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "app.quit", quit_keys);
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "app.preferences",
                                         preferences_keys);
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "app.help", help_keys);
}

/* What a folder that is added gets, and how much memory the requests of all of them. */
static void
apply_settings (HpApplication *self)
{
  const struct
  {
    HpServerOption option;
    const char *key;
    gboolean fallback;
  } all[] = {
    { HP_OPTION_SERVE_HIDDEN, "new-serve-hidden", FALSE },
    { HP_OPTION_LIST_FOLDERS, "new-list-folders", TRUE },
    { HP_OPTION_FOLLOW_LINKS, "new-follow-links", FALSE },
    { HP_OPTION_REFUSE_OTHER_SITES, "new-refuse-other-sites", FALSE },
    { HP_OPTION_ONLY_ME, "new-only-me", TRUE },
  };
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, TRUE);

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      g_autoptr (HpServerOptions) old = options;

      options = hp_server_options_with (old, all[i].option,
                                        hp_settings_get_boolean (all[i].key, all[i].fallback));
    }
  hp_server_list_set_new_options (self->servers, options);
  hp_server_list_set_first_port (self->servers, hp_settings_get_int ("first-port", HP_PORT_FIRST));
  hp_log_budget_set_max_bytes (hp_log_budget_get_default (),
                               (gsize) hp_settings_get_int ("log-memory", LOG_MEMORY_MIB) << 20);
}

static void
watch_settings (HpApplication *self)
{
  GSettings *settings = hp_settings_get_default ();

  if (settings)
    g_signal_connect_object (settings, "changed", G_CALLBACK (apply_settings), self,
                             G_CONNECT_SWAPPED);
  apply_settings (self);
}

/* Also of a session that ends, or of a terminal. */
static void
watch_signals (HpApplication *self)
{
  const int signals[] = { SIGINT, SIGTERM, SIGHUP };
  struct sigaction hang_up;
  guint n = G_N_ELEMENTS (signals);

  /* Under nohup the end of the terminal is not ours. */
  if (sigaction (SIGHUP, NULL, &hang_up) == 0 && hang_up.sa_handler == SIG_IGN)
    n--;
  for (guint i = 0; i < n; i++)
    self->signal_sources[i] = g_unix_signal_add (signals[i], signal_cb, self);
}

static void
hp_application_startup (GApplication *application)
{
  HpApplication *self = HP_APPLICATION (application);
  g_autofree char *file = g_build_filename (g_get_user_config_dir (), PROGRAM, "servers.ini", NULL);

  G_APPLICATION_CLASS (hp_application_parent_class)->startup (application);
  hp_spoken_init ();

  self->engine = hp_engine_new ();
  self->servers = hp_server_list_new (self->engine, file);
  hp_client_label_set_names (hp_server_list_get_client_names (self->servers));
  if (g_application_get_flags (application) & G_APPLICATION_IS_SERVICE)
    g_application_set_inactivity_timeout (application, SERVICE_PATIENCE_MS);
  if (self->on_demand)
    hp_server_list_sleep (self->servers);
  /* Without a window nothing else keeps the program until it knows what to serve. */
  g_application_hold (application);
  hp_server_list_load_async (self->servers, loaded_cb, g_object_ref (self));
  if (self->remote)
    hp_remote_service_set_servers (self->remote, self->servers);
  if (self->search)
    hp_search_provider_set_servers (self->search, self->servers);

  add_actions (self);
  watch_settings (self);
  self->background = hp_background_new (GTK_APPLICATION (self), self->servers);
  watch_signals (self);
}

static void
hp_application_shutdown (GApplication *application)
{
  HpApplication *self = HP_APPLICATION (application);

  for (guint i = 0; i < G_N_ELEMENTS (self->signal_sources); i++)
    g_clear_handle_id (&self->signal_sources[i], g_source_remove);
  if (self->background)
    hp_background_end (self->background);
  g_clear_object (&self->background);
  if (self->power)
    hp_power_end (self->power);
  g_clear_object (&self->power);
  if (self->remote)
    hp_remote_service_set_servers (self->remote, NULL);
  if (self->search)
    hp_search_provider_set_servers (self->search, NULL);
  if (self->servers)
    hp_server_list_shut_down (self->servers);

  G_APPLICATION_CLASS (hp_application_parent_class)->shutdown (application);

  hp_client_label_set_names (NULL);
  g_clear_object (&self->servers);
  g_clear_pointer (&self->engine, hp_engine_unref);
}

/* Chosen in the desktop's search. */
static void
found_cb (HpApplication *self, HpServer *server)
{
  HpWindow *window = present_window (self);

  if (!server)
    return;
  hp_window_select (window, server, TRUE);
  if (!hp_server_get_running (server))
    hp_server_start (server);
}

static gboolean
hp_application_dbus_register (GApplication *application,
                              GDBusConnection *connection,
                              const char *object_path,
                              GError **error)
{
  HpApplication *self = HP_APPLICATION (application);

  if (!G_APPLICATION_CLASS (hp_application_parent_class)
           ->dbus_register (application, connection, object_path, error))
    return FALSE;

  self->remote = hp_remote_service_new (application);
  self->search = hp_search_provider_new (application);
  g_signal_connect_swapped (self->search, "activated", G_CALLBACK (found_cb), self);
  return hp_remote_service_export (self->remote, connection, object_path, error)
         && hp_search_provider_export (self->search, connection, object_path, error);
}

static void
hp_application_dbus_unregister (GApplication *application,
                                GDBusConnection *connection,
                                const char *object_path)
{
  HpApplication *self = HP_APPLICATION (application);

  if (self->remote)
    hp_remote_service_unexport (self->remote);
  g_clear_object (&self->remote);
  if (self->search)
    hp_search_provider_unexport (self->search);
  g_clear_object (&self->search);

  G_APPLICATION_CLASS (hp_application_parent_class)
      ->dbus_unregister (application, connection, object_path);
}

static void
hp_application_finalize (GObject *object)
{
  g_ptr_array_unref (HP_APPLICATION (object)->waiting);

  G_OBJECT_CLASS (hp_application_parent_class)->finalize (object);
}

static void
hp_application_class_init (HpApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hp_application_finalize;
  application_class->dbus_register = hp_application_dbus_register;
  application_class->dbus_unregister = hp_application_dbus_unregister;
  application_class->startup = hp_application_startup;
  application_class->activate = hp_application_activate;
  application_class->open = hp_application_open;
  application_class->shutdown = hp_application_shutdown;
}

static void
hp_application_init (HpApplication *self)
{
  self->waiting = g_ptr_array_new_with_free_func (g_free);
}

int
hp_application_run (const char *program, const HpCommandLine *command_line)
{
  g_autoptr (HpApplication) self = g_object_new (
      HP_TYPE_APPLICATION, "application-id", APP_ID, "flags", G_APPLICATION_HANDLES_OPEN,
      "resource-base-path", RESOURCE_PATH, "register-session", TRUE, NULL);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();

  g_set_application_name (APP_NAME);
  self->on_demand = command_line->service && command_line->on_demand;
  g_ptr_array_add (argv, (gpointer) program);
  if (command_line->service)
    g_ptr_array_add (argv, (gpointer) "--gapplication-service");
  for (guint i = 0; command_line->folders[i]; i++)
    g_ptr_array_add (argv, command_line->folders[i]);
  g_ptr_array_add (argv, NULL);

  return g_application_run (G_APPLICATION (self), argv->len - 1, (char **) argv->pdata);
}
