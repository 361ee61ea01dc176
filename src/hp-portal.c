/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "hp-portal.h"

#define BUS_NAME          "org.freedesktop.portal.Desktop"
#define OBJECT_PATH       "/org/freedesktop/portal/desktop"
#define REQUEST_INTERFACE "org.freedesktop.portal.Request"

/* Any number will do: it is only to be known before the portal's answer can come. */
#define TOKEN "homeport_background"

typedef struct
{
  GDBusConnection *connection;
  char *reason;
  gboolean at_login;
  guint subscription; /* 0: no answer is waited for */
} Question;

static void
stop_listening (Question *self)
{
  if (self->subscription)
    g_dbus_connection_signal_unsubscribe (self->connection, self->subscription);
  self->subscription = 0;
}

static void
question_free (Question *self)
{
  stop_listening (self);
  g_clear_object (&self->connection);
  g_free (self->reason);
  g_free (self);
}

gboolean
hp_portal_is_sandboxed (void)
{
  static int sandboxed = -1;

  if (sandboxed < 0)
    sandboxed = g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS);
  return sandboxed;
}

/* --- without a portal --- */

static void
write_autostart (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Question *self = data;
  g_autofree char *folder = g_build_filename (g_get_user_config_dir (), "autostart", NULL);
  g_autofree char *path = g_strdup_printf ("%s/%s.desktop", folder, APP_ID);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  gboolean done;

  if (self->at_login)
    {
      g_autofree char *text = g_strdup_printf ("[Desktop Entry]\n"
                                               "Type=Application\n"
                                               "Name=%s\n"
                                               "Exec=%s --gapplication-service\n"
                                               "Icon=%s\n"
                                               "NoDisplay=true\n",
                                               APP_NAME, PROGRAM, APP_ID);

      g_mkdir_with_parents (folder, 0700);
      done = g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644,
                                       &error);
    }
  else
    {
      done = g_file_delete (file, NULL, &error);
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        {
          g_clear_error (&error);
          done = TRUE;
        }
    }

  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* --- with one --- */

static void
response_cb (GDBusConnection *connection,
             const char *sender,
             const char *path,
             const char *interface,
             const char *signal,
             GVariant *parameters,
             gpointer user_data)
{
  g_autoptr (GTask) task = user_data; /* the reference of the subscription */
  Question *self = g_task_get_task_data (task);
  g_autoptr (GVariant) results = NULL;
  gboolean allowed = FALSE;
  guint32 response;

  g_variant_get (parameters, "(u@a{sv})", &response, &results);
  if (!g_variant_lookup (results, self->at_login ? "autostart" : "background", "b", &allowed))
    allowed = response == 0;
  stop_listening (self);

  if (response == 0 && allowed)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                             _ ("The desktop does not allow it."));
}

static gboolean
is_no_portal (const GError *error)
{
  return g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN)
         || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER)
         || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD)
         || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE)
         || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_OBJECT);
}

static void
asked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Question *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result,
                                                              &error);

  if (reply || g_task_get_completed (task))
    return; /* the answer comes, or came, by signal */

  if (self->subscription)
    {
      stop_listening (self);
      g_object_unref (task); /* the reference of the subscription */
    }
  if (is_no_portal (error) && !hp_portal_is_sandboxed ())
    g_task_run_in_thread (task, write_autostart);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static GVariant *
get_options (const Question *self)
{
  const char *command[] = { PROGRAM, "--gapplication-service", NULL };
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "handle_token", "s", TOKEN);
  g_variant_dict_insert (&options, "reason", "s", self->reason);
  g_variant_dict_insert (&options, "autostart", "b", self->at_login);
  g_variant_dict_insert (&options, "dbus-activatable", "b", FALSE);
  g_variant_dict_insert_value (&options, "commandline", g_variant_new_strv (command, -1));
  return g_variant_dict_end (&options);
}

/* Listens before it asks: the answer may be quicker than the reply. */
static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Question *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *sender = NULL;
  g_autofree char *path = NULL;

  self->connection = g_bus_get_finish (result, &error);
  if (!self->connection)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  sender = g_strdelimit (g_strdup (g_dbus_connection_get_unique_name (self->connection) + 1), ".",
                         '_');
  path = g_strdup_printf (OBJECT_PATH "/request/%s/" TOKEN, sender);
  self->subscription = g_dbus_connection_signal_subscribe (
      self->connection, BUS_NAME, REQUEST_INTERFACE, "Response", path, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, response_cb, g_object_ref (task), NULL);
  g_dbus_connection_call (self->connection, BUS_NAME, OBJECT_PATH,
                          "org.freedesktop.portal.Background", "RequestBackground",
                          g_variant_new ("(s@a{sv})", "", get_options (self)),
                          G_VARIANT_TYPE ("(o)"), G_DBUS_CALL_FLAGS_NONE, -1,
                          g_task_get_cancellable (task), asked_cb, g_object_ref (task));
}

void
hp_portal_request_background_async (const char *reason,
                                    gboolean at_login,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Question *self = g_new0 (Question, 1);

  self->reason = g_strdup (reason);
  self->at_login = at_login;
  g_task_set_source_tag (task, hp_portal_request_background_async);
  g_task_set_task_data (task, self, (GDestroyNotify) question_free);
  g_bus_get (G_BUS_TYPE_SESSION, cancellable, connected_cb, task);
}

gboolean
hp_portal_request_background_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
