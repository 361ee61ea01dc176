/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <unistd.h>

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#include "hp-remote.h"
#include "log/hp-log-format.h"

/* How long a program that is being started or ended may take to come or go. */
#define COME_OR_GO_S 10

typedef struct
{
  GMainLoop *loop;
  gboolean wanted; /* the owner to be there, or to be gone */
  gboolean reached;
} Wait;

static int
fail (const char *words)
{
  g_printerr ("%s: %s\n", PROGRAM, words);
  return HP_EXIT_FAILED;
}

static char *
get_object_path (void)
{
  g_autofree char *path = g_strconcat ("/", APP_ID, NULL);

  return g_strdelimit (g_steal_pointer (&path), ".", '/');
}

static GVariant *
call (GDBusConnection *connection,
      const char *method,
      GVariant *parameters,
      const char *reply,
      GError **error)
{
  g_autofree char *path = get_object_path ();
  GVariant *answer = g_dbus_connection_call_sync (connection, APP_ID, path, HP_REMOTE_INTERFACE,
                                                  method, parameters, G_VARIANT_TYPE (reply),
                                                  G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, error);

  if (!answer)
    g_dbus_error_strip_remote_error (*error);
  return answer;
}

/* --- whether it runs --- */

static void
appeared_cb (GDBusConnection *connection, const char *name, const char *owner, gpointer user_data)
{
  Wait *self = user_data;

  self->reached = self->wanted;
  if (self->reached)
    g_main_loop_quit (self->loop);
}

static void
vanished_cb (GDBusConnection *connection, const char *name, gpointer user_data)
{
  Wait *self = user_data;

  self->reached = !self->wanted;
  if (self->reached)
    g_main_loop_quit (self->loop);
}

static gboolean
too_late_cb (gpointer data)
{
  g_main_loop_quit (((Wait *) data)->loop);
  return G_SOURCE_REMOVE;
}

/* Waits until the program has come, or gone; FALSE: in vain. */
static gboolean
wait_for (GDBusConnection *connection, gboolean wanted)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Wait self = { loop, wanted, FALSE };
  guint watch = g_bus_watch_name_on_connection (connection, APP_ID, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                appeared_cb, vanished_cb, &self, NULL);

  g_timeout_add_seconds (COME_OR_GO_S, too_late_cb, &self);
  g_main_loop_run (loop);
  g_bus_unwatch_name (watch);
  g_source_remove_by_user_data (&self);
  return self.reached;
}

static gboolean
is_running (GDBusConnection *connection)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (
      connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "NameHasOwner", g_variant_new ("(s)", APP_ID), G_VARIANT_TYPE ("(b)"), G_DBUS_CALL_FLAGS_NONE,
      -1, NULL, NULL);
  gboolean running = FALSE;

  if (answer)
    g_variant_get (answer, "(b)", &running);
  return running;
}

/* The terminal may be closed: that shall not end it. */
static void
leave_terminal (gpointer data)
{
  setsid ();
}

/* Starts the program without a window, as D-Bus would where it is installed. */
static gboolean
launch (GDBusConnection *connection, const char *program, gboolean on_demand, GError **error)
{
  const char *argv[] = { program, "--gapplication-service", on_demand ? "--on-demand" : NULL,
                         NULL };

  if (!g_spawn_async (NULL, (char **) argv, NULL,
                      G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                      leave_terminal, NULL, NULL, error))
    return FALSE;

  if (wait_for (connection, TRUE))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                       _ ("Homeport could not be started in the background."));
  return FALSE;
}

/* --- what is said --- */

static const char *
get_state_words (const char *state)
{
  static const struct
  {
    const char *nick;
    const char *words;
  } all[] = {
    { "stopped", N_ ("stopped") }, { "starting", N_ ("starting") }, { "running", N_ ("running") },
    { "waiting", N_ ("waiting") }, { "stopping", N_ ("stopping") }, { "failed", N_ ("problem") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    if (g_str_equal (all[i].nick, state))
      return _ (all[i].words);
  return state;
}

static void
print_server (GVariant *server)
{
  g_autofree char *shown = NULL;
  const char *folder = "", *address = "", *state = "", *problem = NULL;

  g_variant_lookup (server, "folder", "^&ay", &folder);
  g_variant_lookup (server, "address", "&s", &address);
  g_variant_lookup (server, "state", "&s", &state);
  g_variant_lookup (server, "problem", "&s", &problem);
  shown = hp_log_format_visible (folder, 0);
  g_print ("%-10s %-26s %s%s%s\n", get_state_words (state), address, shown, problem ? " — " : "",
           problem ? problem : "");
}

static void
add_json (JsonBuilder *builder, GVariant *server)
{
  GVariantIter iter;
  const char *key;
  GVariant *value;

  json_builder_begin_object (builder);
  g_variant_iter_init (&iter, server);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    {
      json_builder_set_member_name (builder, key);
      if (g_variant_is_of_type (value, G_VARIANT_TYPE_BYTESTRING))
        {
          const char *folder = g_variant_get_bytestring (value);
          g_autofree char *shown = hp_log_format_visible (folder, 0);

          json_builder_add_string_value (builder,
                                         g_utf8_validate (folder, -1, NULL) ? folder : shown);
        }
      else if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
        json_builder_add_string_value (builder, g_variant_get_string (value, NULL));
      else if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
        json_builder_add_int_value (builder, g_variant_get_uint32 (value));
      else
        json_builder_add_int_value (builder, g_variant_get_uint64 (value));
    }
  json_builder_end_object (builder);
}

static void
print_json (GVariant *servers)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_array (builder);
  for (gsize i = 0; servers && i < g_variant_n_children (servers); i++)
    {
      g_autoptr (GVariant) server = g_variant_get_child_value (servers, i);

      add_json (builder, server);
    }
  json_builder_end_array (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, TRUE);
  g_print ("%s\n", text);
}

/* --- commands --- */

static int
list (GDBusConnection *connection, gboolean json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GVariant) servers = NULL;

  if (is_running (connection))
    {
      answer = call (connection, "List", NULL, "(aa{sv})", &error);
      if (!answer)
        return fail (error->message);
      servers = g_variant_get_child_value (answer, 0);
    }

  if (json)
    print_json (servers);
  else if (!answer)
    g_print (_ ("Homeport is not running.\n"));
  else if (g_variant_n_children (servers) == 0)
    g_print (_ ("The list of folders is empty.\n"));
  else
    for (gsize i = 0; i < g_variant_n_children (servers); i++)
      {
        g_autoptr (GVariant) server = g_variant_get_child_value (servers, i);

        print_server (server);
      }
  return HP_EXIT_OK;
}

static int
start (GDBusConnection *connection, const HpCommandLine *command_line, const char *program)
{
  g_autoptr (GError) error = NULL;

  if (!is_running (connection) && !launch (connection, program, FALSE, &error))
    return fail (error->message);

  for (guint i = 0; command_line->folders[i]; i++)
    {
      g_autoptr (GVariant) answer = call (connection, "Start",
                                          g_variant_new ("(^ay)", command_line->folders[i]),
                                          "(a{sv})", &error);
      g_autoptr (GVariant) server = NULL;

      if (!answer)
        return fail (error->message);
      server = g_variant_get_child_value (answer, 0);
      print_server (server);
    }
  return HP_EXIT_OK;
}

static int
stop (GDBusConnection *connection, const HpCommandLine *command_line)
{
  g_autoptr (GError) error = NULL;
  guint n = 0;

  if (!is_running (connection))
    return fail (_ ("Homeport is not running."));

  for (guint i = 0; command_line->folders[i]; i++)
    {
      g_autoptr (GVariant) answer = call (
          connection, "Stop", g_variant_new ("(^ay)", command_line->folders[i]), "(u)", &error);
      guint stopped;

      if (!answer)
        return fail (error->message);
      g_variant_get (answer, "(u)", &stopped);
      n += stopped;
    }
  g_print (ngettext ("%u server stopped.\n", "%u servers stopped.\n", n), n);
  return HP_EXIT_OK;
}

static int
quit (GDBusConnection *connection)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;

  if (!is_running (connection))
    return HP_EXIT_OK;

  answer = call (connection, "Quit", NULL, "()", &error);
  if (!answer)
    return fail (error->message);
  return wait_for (connection, FALSE) ? HP_EXIT_OK : fail (_ ("Homeport is still shutting down."));
}

/* Both need the list, so they start the program where it isn't running. */
static GVariant *
call_with_list (GDBusConnection *connection,
                const char *method,
                const HpCommandLine *command_line,
                const char *program,
                const char *reply,
                GError **error)
{
  if (!is_running (connection) && !launch (connection, program, TRUE, error))
    return NULL;
  return call (connection, method, g_variant_new ("(^ay)", command_line->list_file), reply, error);
}

static int
export_list (GDBusConnection *connection, const HpCommandLine *command_line, const char *program)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = call_with_list (connection, "Export", command_line, program, "(u)",
                                                &error);
  guint n;

  if (!answer)
    return fail (error->message);
  g_variant_get (answer, "(u)", &n);
  g_print (ngettext ("Exported %u folder\n", "Exported %u folders\n", n), n);
  return HP_EXIT_OK;
}

static int
import_list (GDBusConnection *connection, const HpCommandLine *command_line, const char *program)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = call_with_list (connection, "Import", command_line, program,
                                                "(uas)", &error);
  g_auto (GStrv) notes = NULL;
  guint n;

  if (!answer)
    return fail (error->message);
  g_variant_get (answer, "(u^as)", &n, &notes);
  g_print (ngettext ("Imported %u folder\n", "Imported %u folders\n", n), n);
  for (guint i = 0; notes[i]; i++)
    g_print ("%s\n", notes[i]);
  return HP_EXIT_OK;
}

int
hp_remote_run (const HpCommandLine *command_line, const char *program)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);

  if (!connection)
    return fail (error->message);

  switch (command_line->remote)
    {
    case HP_REMOTE_LIST:
      return list (connection, command_line->json);
    case HP_REMOTE_START:
      return start (connection, command_line, program);
    case HP_REMOTE_STOP:
      return stop (connection, command_line);
    case HP_REMOTE_QUIT:
      return quit (connection);
    case HP_REMOTE_EXPORT:
      return export_list (connection, command_line, program);
    case HP_REMOTE_IMPORT:
      return import_list (connection, command_line, program);
    case HP_REMOTE_NONE:
    default:
      g_return_val_if_reached (HP_EXIT_USAGE);
    }
}
