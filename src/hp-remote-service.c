/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "hp-remote-service.h"
#include "hp-remote.h"
#include "servers/hp-server-exchange.h"

struct _HpRemoteService
{
  GObject parent_instance;

  /* owned */
  GDBusConnection *connection; /* NULL unless exported */
  HpServerList *servers;
  GPtrArray *waiting; /* of GDBusMethodInvocation, until the list was read */
  /* borrowed */
  GApplication *application;

  guint registration;
};

G_DEFINE_FINAL_TYPE (HpRemoteService, hp_remote_service, G_TYPE_OBJECT)

static GVariant *
describe (HpServer *server)
{
  g_autoptr (GEnumClass) states = g_type_class_ref (HP_TYPE_SERVER_STATE);
  GEnumValue *state = g_enum_get_value (states, hp_server_get_state (server));
  HpRequestLog *log = hp_server_get_log (server);
  const char *problem = hp_server_get_problem_text (server);
  guint port = hp_server_get_active_port (server);
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "folder", "^ay", hp_server_get_folder (server));
  g_variant_dict_insert (&dict, "name", "s", hp_server_get_title (server));
  g_variant_dict_insert (&dict, "port", "u", port ? port : hp_server_get_port (server));
  g_variant_dict_insert (&dict, "address", "s", hp_server_get_address (server));
  g_variant_dict_insert (&dict, "state", "s", state->value_nick);
  g_variant_dict_insert (&dict, "requests", "t", hp_request_log_get_n_requests (log));
  g_variant_dict_insert (&dict, "problems", "t", hp_request_log_get_n_problems (log));
  if (problem)
    g_variant_dict_insert (&dict, "problem", "s", problem);
  return g_variant_dict_end (&dict);
}

static HpServer *
find (HpRemoteService *self, const char *what)
{
  GListModel *model = G_LIST_MODEL (self->servers);
  guint64 port = 0;

  g_ascii_string_to_unsigned (what, 10, 1, G_MAXUINT16, &port, NULL);
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (HpServer) server = g_list_model_get_item (model, i);

      if (port ? hp_server_get_active_port (server) == port || hp_server_get_port (server) == port
               : g_str_equal (hp_server_get_folder (server), what))
        return server; /* the list keeps it */
    }
  return NULL;
}

static void
list (HpRemoteService *self, GDBusMethodInvocation *invocation)
{
  GListModel *model = G_LIST_MODEL (self->servers);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (HpServer) server = g_list_model_get_item (model, i);

      g_variant_builder_add_value (&builder, describe (server));
    }
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(aa{sv})", &builder));
}

/* --- start --- */

typedef struct
{
  GDBusMethodInvocation *invocation;
  HpServer *server;
  GApplication *application;
} Starting;

static void
starting_free (gpointer data, GClosure *closure)
{
  Starting *self = data;

  g_clear_object (&self->server);
  g_application_release (self->application);
  g_free (self);
}

static void
state_changed_cb (HpServer *server, GParamSpec *pspec, gpointer user_data)
{
  Starting *self = user_data;
  const char *problem = hp_server_get_problem_text (server);

  if (hp_server_get_state (server) == HP_SERVER_STARTING)
    return;

  if (hp_server_get_state (server) == HP_SERVER_FAILED)
    g_dbus_method_invocation_return_error_literal (self->invocation, G_IO_ERROR, G_IO_ERROR_FAILED,
                                                   problem ? problem : "");
  else
    g_dbus_method_invocation_return_value (
        self->invocation, g_variant_new_tuple ((GVariant *[]){ describe (server) }, 1));
  g_signal_handlers_disconnect_by_data (server, self);
}

static void
start_server (HpRemoteService *self, HpServer *server, GDBusMethodInvocation *invocation)
{
  Starting *starting = g_new0 (Starting, 1);

  starting->invocation = invocation;
  starting->server = g_object_ref (server);
  starting->application = self->application;
  g_application_hold (self->application);
  hp_server_list_wake (self->servers);
  hp_server_start (server);
  g_signal_connect_data (server, "notify::state", G_CALLBACK (state_changed_cb), starting,
                         starting_free, 0);
  state_changed_cb (server, NULL, starting);
}

static void
looked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  GFile *file = G_FILE (object);
  HpRemoteService *self = g_object_get_data (G_OBJECT (invocation), "service");
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (file, result, &error);

  if (info && g_file_info_get_file_type (info) != G_FILE_TYPE_DIRECTORY)
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY,
                         _ ("This is a file. Homeport serves folders."));
  if (!error && !self->servers)
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_CLOSED, _ ("Homeport is shutting down."));
  if (error)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    start_server (self, hp_server_list_add (self->servers, g_file_peek_path (file)), invocation);
}

static void
start (HpRemoteService *self, GDBusMethodInvocation *invocation, const char *what)
{
  HpServer *server = find (self, what);

  if (server)
    {
      start_server (self, server, invocation);
    }
  else if (g_path_is_absolute (what))
    {
      g_autoptr (GFile) file = g_file_new_for_path (what);

      g_object_set_data_full (G_OBJECT (invocation), "service", g_object_ref (self),
                              g_object_unref);
      g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE,
                               G_PRIORITY_DEFAULT, NULL, looked_cb, invocation);
    }
  else
    {
      g_dbus_method_invocation_return_error (invocation, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                                             _ ("No folder of the list has the port %s."), what);
    }
}

/* --- stop --- */

static void
stop (HpRemoteService *self, GDBusMethodInvocation *invocation, const char *what)
{
  guint n = hp_server_list_get_n_running (self->servers);
  HpServer *server;

  if (g_str_equal (what, HP_REMOTE_ALL))
    {
      hp_server_list_stop_all (self->servers);
    }
  else if ((server = find (self, what)) != NULL)
    {
      hp_server_stop (server);
    }
  else
    {
      g_autofree char *shown = g_filename_display_name (what);

      g_dbus_method_invocation_return_error (invocation, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                                             _ ("“%s” is not in the list."), shown);
      return;
    }
  n -= hp_server_list_get_n_running (self->servers);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", n));
}

/* --- the list as a file --- */

static void
imported_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  HpRemoteService *self = g_object_get_data (G_OBJECT (invocation), "service");
  g_autoptr (GError) error = NULL;
  g_autoptr (HpServerImport) import = hp_server_exchange_import_finish (result, &error);

  g_application_release (self->application);
  if (!import)
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return;
    }
  g_ptr_array_add (import->notes, NULL);
  g_dbus_method_invocation_return_value (
      invocation,
      g_variant_new ("(u^as)", import->added->len, (const char *const *) import->notes->pdata));
}

static void
exported_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  HpRemoteService *self = g_object_get_data (G_OBJECT (invocation), "service");
  g_autoptr (GError) error = NULL;
  gssize n = hp_server_exchange_export_finish (result, &error);

  g_application_release (self->application);
  if (n < 0)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", (guint) n));
}

static void
exchange (HpRemoteService *self,
          GDBusMethodInvocation *invocation,
          const char *path,
          gboolean import)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  g_object_set_data_full (G_OBJECT (invocation), "service", g_object_ref (self), g_object_unref);
  g_application_hold (self->application);
  if (import)
    hp_server_exchange_import_async (self->servers, file, NULL, imported_cb, invocation);
  else
    hp_server_exchange_export_async (self->servers, file, NULL, exported_cb, invocation);
}

/* --- calls --- */

static void
carry_out (HpRemoteService *self, GDBusMethodInvocation *invocation)
{
  const char *method = g_dbus_method_invocation_get_method_name (invocation);
  GVariant *parameters = g_dbus_method_invocation_get_parameters (invocation);
  const char *what = "";

  if (g_variant_n_children (parameters) > 0)
    g_variant_get (parameters, "(^&ay)", &what);

  if (g_str_equal (method, "List"))
    list (self, invocation);
  else if (g_str_equal (method, "Start"))
    start (self, invocation, what);
  else if (g_str_equal (method, "Stop"))
    stop (self, invocation, what);
  else
    exchange (self, invocation, what, g_str_equal (method, "Import"));
}

static void
carry_out_waiting (HpRemoteService *self)
{
  g_autoptr (GPtrArray) waiting = NULL;

  if (!self->servers || !hp_server_list_get_loaded (self->servers))
    return;

  waiting = g_steal_pointer (&self->waiting);
  self->waiting = g_ptr_array_new ();
  for (guint i = 0; i < waiting->len; i++)
    {
      carry_out (self, waiting->pdata[i]);
      g_application_release (self->application);
    }
}

/* In an idle, so that the reply is sent before the program ends. */
static gboolean
quit_cb (gpointer data)
{
  g_action_group_activate_action (G_ACTION_GROUP (data), "quit", NULL);
  return G_SOURCE_REMOVE;
}

static void
method_call_cb (GDBusConnection *connection,
                const char *sender,
                const char *object_path,
                const char *interface_name,
                const char *method_name,
                GVariant *parameters,
                GDBusMethodInvocation *invocation,
                gpointer user_data)
{
  HpRemoteService *self = user_data;

  if (g_str_equal (method_name, "Quit"))
    {
      g_dbus_method_invocation_return_value (invocation, NULL);
      g_idle_add (quit_cb, self->application);
      return;
    }

  g_application_hold (self->application);
  g_ptr_array_add (self->waiting, invocation);
  carry_out_waiting (self);
}

/* --- life --- */

gboolean
hp_remote_service_export (HpRemoteService *self,
                          GDBusConnection *connection,
                          const char *object_path,
                          GError **error)
{
  static const GDBusInterfaceVTable vtable = { .method_call = method_call_cb };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (HP_REMOTE_XML, error);

  if (!node)
    return FALSE;

  self->registration = g_dbus_connection_register_object (
      connection, object_path, node->interfaces[0], &vtable, self, NULL, error);
  if (self->registration)
    g_set_object (&self->connection, connection);
  return self->registration != 0;
}

void
hp_remote_service_unexport (HpRemoteService *self)
{
  if (self->registration)
    g_dbus_connection_unregister_object (self->connection, self->registration);
  self->registration = 0;
  g_clear_object (&self->connection);
}

void
hp_remote_service_set_servers (HpRemoteService *self, HpServerList *servers)
{
  if (self->servers)
    g_signal_handlers_disconnect_by_data (self->servers, self);
  g_set_object (&self->servers, servers);
  if (servers)
    g_signal_connect_swapped (servers, "notify::loaded", G_CALLBACK (carry_out_waiting), self);
}

static void
hp_remote_service_dispose (GObject *object)
{
  HpRemoteService *self = HP_REMOTE_SERVICE (object);

  hp_remote_service_unexport (self);
  hp_remote_service_set_servers (self, NULL);

  G_OBJECT_CLASS (hp_remote_service_parent_class)->dispose (object);
}

static void
hp_remote_service_finalize (GObject *object)
{
  g_ptr_array_unref (HP_REMOTE_SERVICE (object)->waiting);

  G_OBJECT_CLASS (hp_remote_service_parent_class)->finalize (object);
}

static void
hp_remote_service_class_init (HpRemoteServiceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hp_remote_service_dispose;
  G_OBJECT_CLASS (klass)->finalize = hp_remote_service_finalize;
}

static void
hp_remote_service_init (HpRemoteService *self)
{
  self->waiting = g_ptr_array_new ();
}

HpRemoteService *
hp_remote_service_new (GApplication *application)
{
  HpRemoteService *self = g_object_new (HP_TYPE_REMOTE_SERVICE, NULL);

  self->application = application;
  return self;
}
