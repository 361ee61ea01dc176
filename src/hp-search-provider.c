/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "hp-search-provider.h"
#include "servers/hp-server-search.h"
#include "ui/hp-state-icon.h"

#define INTERFACE "org.gnome.Shell.SearchProvider2"

#define XML                                                                                        \
  "<node><interface name='" INTERFACE "'>"                                                         \
  "<method name='GetInitialResultSet'><arg type='as' direction='in' name='terms'/>"                \
  "<arg type='as' direction='out' name='results'/></method>"                                       \
  "<method name='GetSubsearchResultSet'><arg type='as' direction='in' name='previous'/>"           \
  "<arg type='as' direction='in' name='terms'/>"                                                   \
  "<arg type='as' direction='out' name='results'/></method>"                                       \
  "<method name='GetResultMetas'><arg type='as' direction='in' name='identifiers'/>"               \
  "<arg type='aa{sv}' direction='out' name='metas'/></method>"                                     \
  "<method name='ActivateResult'><arg type='s' direction='in' name='identifier'/>"                 \
  "<arg type='as' direction='in' name='terms'/><arg type='u' direction='in' name='timestamp'/>"    \
  "</method>"                                                                                      \
  "<method name='LaunchSearch'><arg type='as' direction='in' name='terms'/>"                       \
  "<arg type='u' direction='in' name='timestamp'/></method>"                                       \
  "</interface></node>"

struct _HpSearchProvider
{
  GObject parent_instance;

  /* owned */
  GDBusConnection *connection; /* while it is exported */
  HpServerList *servers;       /* nullable */
  GPtrArray *waiting;          /* of GDBusMethodInvocation, for the list to be read */
  /* borrowed: outlives us */
  GApplication *application;

  guint registration; /* 0: not exported */
};

static guint activated_signal;

G_DEFINE_FINAL_TYPE (HpSearchProvider, hp_search_provider, G_TYPE_OBJECT)

/* What a result goes by: the folder, which no two have in common. */
static char *
dup_identifier (HpServer *server)
{
  return g_filename_to_uri (hp_server_get_folder (server), NULL, NULL);
}

/* NULL: it is gone. (transfer none): the list keeps it */
static HpServer *
find (HpSearchProvider *self, const char *identifier)
{
  GListModel *model = G_LIST_MODEL (self->servers);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (HpServer) server = g_list_model_get_item (model, i);
      g_autofree char *own = dup_identifier (server);

      if (g_strcmp0 (own, identifier) == 0)
        return server;
    }
  return NULL;
}

static void
search (HpSearchProvider *self, GDBusMethodInvocation *invocation, const char *const *terms)
{
  GListModel *model = G_LIST_MODEL (self->servers);
  g_autoptr (HpServerSearch) what = hp_server_search_new (terms);
  g_autoptr (GStrvBuilder) found = g_strv_builder_new ();
  g_auto (GStrv) results = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (HpServer) server = g_list_model_get_item (model, i);
      g_autofree char *identifier = dup_identifier (server);

      if (identifier && hp_server_search_matches (what, server))
        g_strv_builder_add (found, identifier);
    }
  results = g_strv_builder_end (found);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(^as)", results));
}

static void
add_meta (GVariantBuilder *metas, HpServer *server, const char *identifier)
{
  g_autoptr (GIcon) icon = g_themed_icon_new (APP_ID);
  gboolean running = hp_server_get_state (server) == HP_SERVER_RUNNING;
  g_autofree char *description = NULL;

  /* Translators: what the desktop's search says of a folder; %s is an address. */
  description = running ? g_strdup_printf (_ ("Running on %s"), hp_server_get_address (server))
                        : g_strdup (hp_server_get_state_word (server));

  g_variant_builder_open (metas, G_VARIANT_TYPE ("a{sv}"));
  g_variant_builder_add (metas, "{sv}", "id", g_variant_new_string (identifier));
  g_variant_builder_add (metas, "{sv}", "name",
                         g_variant_new_string (hp_server_get_title (server)));
  g_variant_builder_add (metas, "{sv}", "description", g_variant_new_string (description));
  g_variant_builder_add (metas, "{sv}", "icon", g_icon_serialize (icon));
  if (running)
    g_variant_builder_add (metas, "{sv}", "clipboardText",
                           g_variant_new_string (hp_server_get_address (server)));
  g_variant_builder_close (metas);
}

static void
describe (HpSearchProvider *self, GDBusMethodInvocation *invocation, const char *const *identifiers)
{
  GVariantBuilder metas;

  g_variant_builder_init (&metas, G_VARIANT_TYPE ("aa{sv}"));
  for (; *identifiers; identifiers++)
    {
      HpServer *server = find (self, *identifiers);

      if (server)
        add_meta (&metas, server, *identifiers);
    }
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(aa{sv})", &metas));
}

/* --- calls --- */

static void
carry_out (HpSearchProvider *self, GDBusMethodInvocation *invocation)
{
  const char *method = g_dbus_method_invocation_get_method_name (invocation);
  GVariant *parameters = g_dbus_method_invocation_get_parameters (invocation);
  g_autofree const char **words = NULL;
  const char *identifier;

  if (g_str_equal (method, "GetInitialResultSet"))
    {
      g_variant_get (parameters, "(^a&s)", &words);
      search (self, invocation, words);
    }
  else if (g_str_equal (method, "GetSubsearchResultSet"))
    {
      /* The list is short, and what it says may have changed since. */
      g_variant_get (parameters, "(as^a&s)", NULL, &words);
      search (self, invocation, words);
    }
  else if (g_str_equal (method, "GetResultMetas"))
    {
      g_variant_get (parameters, "(^a&s)", &words);
      describe (self, invocation, words);
    }
  else
    {
      HpServer *server = NULL;

      if (g_str_equal (method, "ActivateResult"))
        {
          g_variant_get (parameters, "(&sasu)", &identifier, NULL, NULL);
          server = find (self, identifier);
        }
      g_dbus_method_invocation_return_value (g_object_ref (invocation), NULL);
      g_signal_emit (self, activated_signal, 0, server);
      g_object_unref (invocation);
    }
}

static void
carry_out_waiting (HpSearchProvider *self)
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

/* Each call keeps the program for the while that it waits for the next one. */
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
  HpSearchProvider *self = user_data;

  g_application_hold (self->application);
  g_ptr_array_add (self->waiting, invocation);
  carry_out_waiting (self);
}

/* --- life --- */

gboolean
hp_search_provider_export (HpSearchProvider *self,
                           GDBusConnection *connection,
                           const char *object_path,
                           GError **error)
{
  static const GDBusInterfaceVTable vtable = { .method_call = method_call_cb };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (XML, error);
  g_autofree char *path = g_strconcat (object_path, "/SearchProvider", NULL);

  if (!node)
    return FALSE;

  self->registration = g_dbus_connection_register_object (connection, path, node->interfaces[0],
                                                          &vtable, self, NULL, error);
  if (self->registration)
    g_set_object (&self->connection, connection);
  return self->registration != 0;
}

void
hp_search_provider_unexport (HpSearchProvider *self)
{
  if (self->registration)
    g_dbus_connection_unregister_object (self->connection, self->registration);
  self->registration = 0;
  g_clear_object (&self->connection);
}

void
hp_search_provider_set_servers (HpSearchProvider *self, HpServerList *servers)
{
  if (self->servers)
    g_signal_handlers_disconnect_by_data (self->servers, self);
  g_set_object (&self->servers, servers);
  if (servers)
    g_signal_connect_swapped (servers, "notify::loaded", G_CALLBACK (carry_out_waiting), self);
}

static void
hp_search_provider_dispose (GObject *object)
{
  HpSearchProvider *self = HP_SEARCH_PROVIDER (object);

  hp_search_provider_unexport (self);
  hp_search_provider_set_servers (self, NULL);

  G_OBJECT_CLASS (hp_search_provider_parent_class)->dispose (object);
}

static void
hp_search_provider_finalize (GObject *object)
{
  g_ptr_array_unref (HP_SEARCH_PROVIDER (object)->waiting);

  G_OBJECT_CLASS (hp_search_provider_parent_class)->finalize (object);
}

static void
hp_search_provider_class_init (HpSearchProviderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hp_search_provider_dispose;
  G_OBJECT_CLASS (klass)->finalize = hp_search_provider_finalize;

  activated_signal = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, HP_TYPE_SERVER);
}

static void
hp_search_provider_init (HpSearchProvider *self)
{
  self->waiting = g_ptr_array_new ();
}

HpSearchProvider *
hp_search_provider_new (GApplication *application)
{
  HpSearchProvider *self = g_object_new (HP_TYPE_SEARCH_PROVIDER, NULL);

  self->application = application;
  return self;
}
