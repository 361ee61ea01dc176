/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ports/hp-port-rules.h"
#include "servers/hp-server-list.h"
#include "servers/hp-server-store.h"

/* Folders that were removed and whose ports are remembered. */
#define MAX_PAST 200

/* A stop lets running answers end for two seconds. */
#define SHUT_DOWN_LIMIT_US (3 * G_USEC_PER_SEC)

struct _HpServerList
{
  GObject parent_instance;

  /* owned */
  HpEngine *engine;
  HpPortMonitor *monitor;
  HpServerStore *store; /* nullable: nothing is kept */
  GPtrArray *servers;   /* of HpServer */
  GPtrArray *leaving;   /* of HpServer: removed, and still ending their answers */
  GPtrArray *past;      /* of HpStoredServer: removed, the latest last; for their ports */

  HpServerOptions *new_options;
  guint16 first_port;
  guint n_running;    /* as last notified */
  guint n_waiting;    /* the same */
  guint check_source; /* 0 unless folders are to be looked at … */
  guint n_checked;    /* … after the first so many */

  gboolean loaded;
  gboolean asleep;  /* nothing is started yet */
  gboolean unsaved; /* many changes are under way, of which the last one is saved */
};

enum
{
  PROP_0,
  PROP_LOADED,
  PROP_N_RUNNING,
  PROP_N_WAITING,
  N_PROPS
};

enum
{
  NOTICE,
  LOOK_AGAIN,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HpServerList,
                               hp_server_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static HpServer *
nth_server (HpServerList *self, guint index)
{
  return g_ptr_array_index (self->servers, index);
}

/* Keeping */

static HpStoredServer *
to_stored (HpServer *server)
{
  HpStoredServer *stored = g_new0 (HpStoredServer, 1);

  stored->folder = g_strdup (hp_server_get_folder (server));
  stored->name = g_strdup (hp_server_get_name (server));
  stored->port = hp_server_get_port (server);
  stored->running = hp_server_get_wanted (server);
  stored->former_ports = g_array_ref (hp_server_get_former_ports (server));
  stored->options = hp_server_options_ref (hp_server_get_options (server));
  stored->log_file = hp_log_file_options_copy (hp_server_get_log_file (server));
  return stored;
}

GPtrArray *
hp_server_list_dup_stored (HpServerList *self)
{
  GPtrArray *stored = g_ptr_array_new_with_free_func ((GDestroyNotify) hp_stored_server_free);

  g_return_val_if_fail (HP_IS_SERVER_LIST (self), stored);

  for (guint i = 0; i < self->servers->len; i++)
    g_ptr_array_add (stored, to_stored (nth_server (self, i)));
  return stored;
}

static HpStoredServer *
copy_stored (HpStoredServer *stored)
{
  HpStoredServer *copy = g_new0 (HpStoredServer, 1);

  copy->folder = g_strdup (stored->folder);
  copy->name = g_strdup (stored->name);
  copy->port = stored->port;
  copy->running = stored->running;
  copy->removed = stored->removed;
  copy->former_ports = g_array_ref (stored->former_ports);
  copy->options = hp_server_options_ref (stored->options);
  copy->log_file = hp_log_file_options_copy (stored->log_file);
  return copy;
}

static HpStoredServer *
copy_past (HpStoredServer *past)
{
  HpStoredServer *copy = copy_stored (past);

  copy->removed = TRUE;
  copy->running = FALSE;
  g_clear_pointer (&copy->log_file, hp_log_file_options_free);
  return copy;
}

/* Until the file has been read nothing is written: it would lose what is in it. */
static void
save (HpServerList *self)
{
  g_autoptr (GPtrArray) stored = NULL;

  if (!self->store || !self->loaded || self->unsaved)
    return;

  stored = hp_server_list_dup_stored (self);
  for (guint i = 0; i < self->past->len; i++)
    g_ptr_array_add (stored, copy_past (g_ptr_array_index (self->past, i)));
  hp_server_store_save (self->store, stored);
}

/* Two folders may have the same port; the one that can't have it now says which one does. */
static void
update_rivals (HpServerList *self)
{
  for (guint i = 0; i < self->servers->len; i++)
    {
      HpServer *server = nth_server (self, i);
      HpServer *rival = NULL;

      for (guint j = 0; j < self->servers->len && !rival; j++)
        if (j != i
            && hp_server_get_active_port (nth_server (self, j)) == hp_server_get_port (server))
          rival = nth_server (self, j);
      hp_server_set_rival (server, rival);
    }
}

static void
count_running (HpServerList *self)
{
  guint n_running = hp_server_list_get_n_running (self);
  guint n_waiting = hp_server_list_get_n_waiting (self);
  gboolean other_running = n_running != self->n_running;
  gboolean other_waiting = n_waiting != self->n_waiting;

  self->n_running = n_running;
  self->n_waiting = n_waiting;
  if (other_running)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_RUNNING]);
  if (other_waiting)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_WAITING]);
}

/* Into the list, without a word. */
static void
put (HpServerList *self, HpServer *server, guint position)
{
  g_signal_connect_object (server, "notify::running", G_CALLBACK (count_running), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (server, "notify::state", G_CALLBACK (count_running), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (server, "edited", G_CALLBACK (save), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (server, "notify::active-port", G_CALLBACK (update_rivals), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (server, "notify::port", G_CALLBACK (update_rivals), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (server, "notify::title", G_CALLBACK (update_rivals), self,
                           G_CONNECT_SWAPPED);
  g_ptr_array_insert (self->servers, position, g_object_ref (server));
}

static void
insert (HpServerList *self, HpServer *server, guint position)
{
  put (self, server, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
  count_running (self);
}

static void
take_out (HpServerList *self, HpServer *server, guint position)
{
  g_signal_handlers_disconnect_by_data (server, self);
  g_ptr_array_remove_index (self->servers, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  count_running (self);
}

static HpServer *
find_folder (HpServerList *self, const char *folder)
{
  for (guint i = 0; i < self->servers->len; i++)
    if (g_str_equal (hp_server_get_folder (nth_server (self, i)), folder))
      return nth_server (self, i);
  return NULL;
}

static void
start_wanted (HpServerList *self)
{
  for (guint i = 0; i < self->servers->len; i++)
    if (hp_server_get_wanted (nth_server (self, i))
        && !hp_server_get_running (nth_server (self, i)))
      hp_server_start (nth_server (self, i));
}

/* A removed folder that is remembered; NULL: none. */
static HpStoredServer *
find_past (HpServerList *self, const char *folder)
{
  for (guint i = 0; i < self->past->len; i++)
    {
      HpStoredServer *past = g_ptr_array_index (self->past, i);

      if (g_str_equal (past->folder, folder))
        return past;
    }
  return NULL;
}

static void
forget_past (HpServerList *self, const char *folder)
{
  HpStoredServer *past = find_past (self, folder);

  if (past)
    g_ptr_array_remove (self->past, past);
}

/* (transfer full) for the folder */
static void
remember_past (HpServerList *self, HpStoredServer *past)
{
  past->removed = TRUE;
  forget_past (self, past->folder);
  g_ptr_array_add (self->past, past);
  if (self->past->len > MAX_PAST)
    g_ptr_array_remove_index (self->past, 0);
}

/* (transfer full) */
static HpServer *
revive (HpServerList *self, HpStoredServer *stored)
{
  HpServer *server = hp_server_new (self->engine, self->monitor, stored->folder, stored->port);

  hp_server_set_former_ports (server, stored->former_ports);
  hp_server_set_name (server, stored->name);
  hp_server_set_options (server, stored->options);
  hp_server_set_log_file (server, stored->log_file);
  if (stored->running)
    hp_server_want (server);
  return server;
}

/* One after the other, and not before what was loaded is to be seen. */
static gboolean
check_folders_cb (gpointer user_data)
{
  HpServerList *self = user_data;

  while (self->n_checked < self->servers->len)
    {
      HpServer *server = nth_server (self, self->n_checked++);

      if (!hp_server_get_running (server))
        {
          hp_server_check_folder (server);
          return G_SOURCE_CONTINUE;
        }
    }
  self->check_source = 0;
  return G_SOURCE_REMOVE;
}

/* Whatever was added in the meantime comes after what was there before. */
static void
take_stored (HpServerList *self, GPtrArray *stored)
{
  guint n = 0;

  for (guint i = 0; i < stored->len; i++)
    {
      HpStoredServer *entry = g_ptr_array_index (stored, i);

      if (find_folder (self, entry->folder))
        continue;
      if (entry->removed)
        remember_past (self, copy_past (entry));
      else
        {
          g_autoptr (HpServer) server = revive (self, entry);

          put (self, server, n++);
        }
    }
  if (n == 0)
    return;

  g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, n);
  count_running (self);
  if (!self->asleep)
    start_wanted (self);
  self->check_source = g_idle_add_full (G_PRIORITY_LOW, check_folders_cb, self, NULL);
}

static void
set_loaded (HpServerList *self)
{
  self->loaded = TRUE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADED]);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HpServerList *self = g_task_get_source_object (task);
  g_autofree char *notice = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) stored = hp_server_store_load_finish (HP_SERVER_STORE (object), result,
                                                              &notice, &error);

  if (stored)
    take_stored (self, stored);
  set_loaded (self);
  if (notice)
    g_signal_emit (self, signals[NOTICE], 0, notice);
  if (error)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

void
hp_server_list_load_async (HpServerList *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (HP_IS_SERVER_LIST (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, hp_server_list_load_async);
  if (self->store)
    {
      hp_server_store_load_async (self->store, loaded_cb, task);
      return;
    }

  set_loaded (self);
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

gboolean
hp_server_list_load_finish (HpServerList *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
hp_server_list_sleep (HpServerList *self)
{
  g_return_if_fail (HP_IS_SERVER_LIST (self));
  g_return_if_fail (!self->loaded);

  self->asleep = TRUE;
}

void
hp_server_list_wake (HpServerList *self)
{
  g_return_if_fail (HP_IS_SERVER_LIST (self));

  if (!self->asleep)
    return;
  self->asleep = FALSE;
  start_wanted (self);
}

gboolean
hp_server_list_get_loaded (HpServerList *self)
{
  g_return_val_if_fail (HP_IS_SERVER_LIST (self), FALSE);
  return self->loaded;
}

/* Watching */

void
hp_server_list_set_watching (HpServerList *self, gboolean watching)
{
  g_return_if_fail (HP_IS_SERVER_LIST (self));

  if (hp_port_monitor_get_active (self->monitor) == watching)
    return;
  hp_port_monitor_set_active (self->monitor, watching);
  for (guint i = 0; watching && i < self->servers->len; i++)
    hp_server_check_folder (nth_server (self, i));
}

void
hp_server_list_set_focused (HpServerList *self, gboolean focused)
{
  g_return_if_fail (HP_IS_SERVER_LIST (self));

  hp_port_monitor_set_focused (self->monitor, focused);
}

void
hp_server_list_look_again (HpServerList *self)
{
  g_return_if_fail (HP_IS_SERVER_LIST (self));

  hp_port_monitor_refresh (self->monitor);
  for (guint i = 0; i < self->servers->len; i++)
    hp_server_check_folder (nth_server (self, i));
  g_signal_emit (self, signals[LOOK_AGAIN], 0);
}

/* The list */

void
hp_server_list_set_first_port (HpServerList *self, guint16 port)
{
  g_return_if_fail (HP_IS_SERVER_LIST (self));
  g_return_if_fail (port > 0);

  self->first_port = port;
}

void
hp_server_list_set_new_options (HpServerList *self, HpServerOptions *options)
{
  g_return_if_fail (HP_IS_SERVER_LIST (self));

  hp_server_options_ref (options);
  hp_server_options_unref (self->new_options);
  self->new_options = options;
}

/* A folder that was here before gets its port again, so that bookmarks stay right. */
static guint16
choose_port (HpServerList *self, HpStoredServer *past)
{
  if (!past)
    return hp_server_list_suggest_port (self, self->first_port);
  if (!hp_server_list_find_port (self, past->port, NULL) && hp_port_can_bind (past->port))
    return past->port;
  return hp_server_list_suggest_port (self, MAX (past->port, self->first_port));
}

HpServer *
hp_server_list_add (HpServerList *self, const char *folder)
{
  g_autofree char *canonical = NULL;
  g_autoptr (HpServer) server = NULL;
  HpStoredServer *past;
  HpServer *known;
  guint16 port;

  g_return_val_if_fail (HP_IS_SERVER_LIST (self), NULL);

  canonical = g_canonicalize_filename (folder, NULL);
  known = find_folder (self, canonical);
  if (known)
    return known;

  past = find_past (self, canonical);
  port = choose_port (self, past);
  server = hp_server_new (self->engine, self->monitor, canonical, port ? port : self->first_port);
  hp_server_set_options (server, self->new_options);
  if (past)
    hp_server_set_former_ports (server, past->former_ports);
  forget_past (self, canonical);
  insert (self, server, self->servers->len);
  save (self);
  return server;
}

GPtrArray *
hp_server_list_get_recent (HpServerList *self, guint max)
{
  GPtrArray *recent = g_ptr_array_new_with_free_func ((GDestroyNotify) hp_stored_server_free);

  g_return_val_if_fail (HP_IS_SERVER_LIST (self), recent);

  for (guint i = self->past->len; i > 0 && recent->len < max; i--)
    g_ptr_array_add (recent, copy_past (g_ptr_array_index (self->past, i - 1)));
  return recent;
}

HpServer *
hp_server_list_add_again (HpServerList *self, const char *folder)
{
  g_autofree char *canonical = NULL;
  g_autoptr (HpStoredServer) past = NULL;
  HpServer *server;

  g_return_val_if_fail (HP_IS_SERVER_LIST (self), NULL);

  canonical = g_canonicalize_filename (folder, NULL);
  if (find_past (self, canonical))
    past = copy_past (find_past (self, canonical));
  server = hp_server_list_add (self, canonical);
  if (past)
    {
      hp_server_set_name (server, past->name);
      hp_server_set_options (server, past->options);
    }
  return server;
}

static void
leaving_cb (HpServer *server, GParamSpec *pspec, HpServerList *self)
{
  if (!hp_server_is_quiet (server))
    return;
  g_signal_handlers_disconnect_by_func (server, leaving_cb, self);
  g_ptr_array_remove (self->leaving, server);
}

HpServer *
hp_server_list_remove (HpServerList *self, HpServer *server, guint *position)
{
  guint index;

  g_return_val_if_fail (HP_IS_SERVER_LIST (self), NULL);
  g_return_val_if_fail (g_ptr_array_find (self->servers, server, &index), NULL);

  g_object_ref (server);
  remember_past (self, to_stored (server));
  take_out (self, server, index);
  hp_server_stop (server);
  if (!hp_server_is_quiet (server))
    {
      g_ptr_array_add (self->leaving, g_object_ref (server));
      g_signal_connect_object (server, "notify::state", G_CALLBACK (leaving_cb), self, 0);
    }
  update_rivals (self);
  save (self);
  if (position)
    *position = index;
  return server;
}

void
hp_server_list_restore (HpServerList *self, HpServer *server, guint position, gboolean run)
{
  g_return_if_fail (HP_IS_SERVER_LIST (self));
  g_return_if_fail (HP_IS_SERVER (server));

  /* Meanwhile the same folder may have been added anew. */
  if (find_folder (self, hp_server_get_folder (server)))
    return;

  forget_past (self, hp_server_get_folder (server));
  insert (self, server, MIN (position, self->servers->len));
  if (run)
    hp_server_start (server);
  update_rivals (self);
  save (self);
}

void
hp_server_list_remove_all (HpServerList *self, GPtrArray *servers)
{
  g_return_if_fail (HP_IS_SERVER_LIST (self));

  self->unsaved = TRUE;
  for (guint i = 0; i < servers->len; i++)
    if (g_ptr_array_find (self->servers, g_ptr_array_index (servers, i), NULL))
      g_object_unref (hp_server_list_remove (self, g_ptr_array_index (servers, i), NULL));
  self->unsaved = FALSE;
  save (self);
}

GPtrArray *
hp_server_list_import (HpServerList *self, GPtrArray *stored)
{
  GPtrArray *result = g_ptr_array_new_full (stored->len, NULL);

  g_return_val_if_fail (HP_IS_SERVER_LIST (self), result);

  self->unsaved = TRUE;
  for (guint i = 0; i < stored->len; i++)
    {
      HpStoredServer *entry = g_ptr_array_index (stored, i);
      g_autoptr (HpStoredServer) copy = NULL;
      g_autoptr (HpServer) server = NULL;

      if (find_folder (self, entry->folder))
        {
          g_ptr_array_add (result, NULL);
          continue;
        }
      copy = copy_stored (entry);
      copy->running = FALSE;
      if (copy->port == 0 || hp_server_list_find_port (self, copy->port, NULL))
        copy->port = hp_server_list_suggest_port (self, MAX (copy->port, self->first_port));
      if (copy->port == 0)
        copy->port = self->first_port;
      forget_past (self, copy->folder);
      server = revive (self, copy);
      insert (self, server, self->servers->len);
      hp_server_check_folder (server);
      g_ptr_array_add (result, server);
    }
  self->unsaved = FALSE;
  update_rivals (self);
  save (self);
  return result;
}

HpServer *
hp_server_list_relocate (HpServerList *self, HpServer *server, const char *folder)
{
  g_autofree char *canonical = NULL;
  HpServer *known;

  g_return_val_if_fail (HP_IS_SERVER_LIST (self), NULL);
  g_return_val_if_fail (HP_IS_SERVER (server), NULL);

  canonical = g_canonicalize_filename (folder, NULL);
  known = find_folder (self, canonical);
  if (known && known != server)
    return known;
  if (hp_server_is_quiet (server))
    hp_server_set_folder (server, canonical);
  return NULL;
}

void
hp_server_list_move (HpServerList *self, HpServer *server, guint position)
{
  guint index, first;

  g_return_if_fail (HP_IS_SERVER_LIST (self));
  g_return_if_fail (g_ptr_array_find (self->servers, server, &index));

  position = MIN (position, self->servers->len - 1);
  if (position == index)
    return;

  g_ptr_array_insert (self->servers, position, g_ptr_array_steal_index (self->servers, index));
  first = MIN (index, position);
  g_list_model_items_changed (G_LIST_MODEL (self), first, MAX (index, position) - first + 1,
                              MAX (index, position) - first + 1);
  save (self);
}

void
hp_server_list_switch_to (HpServerList *self, HpServer *server)
{
  HpServer *rival;

  g_return_if_fail (HP_IS_SERVER_LIST (self));
  g_return_if_fail (g_ptr_array_find (self->servers, server, NULL));

  rival = hp_server_get_rival (server);
  if (rival)
    hp_server_stop (rival);
  hp_server_start_when_free (server);
}

HpServer *
hp_server_list_find_port (HpServerList *self, guint16 port, HpServer *except)
{
  g_return_val_if_fail (HP_IS_SERVER_LIST (self), NULL);

  for (guint i = 0; i < self->servers->len; i++)
    {
      HpServer *server = nth_server (self, i);

      if (server != except
          && (hp_server_get_port (server) == port || hp_server_get_active_port (server) == port))
        return server;
    }
  return NULL;
}

static gboolean
port_is_claimed (guint16 port, gpointer user_data)
{
  return hp_server_list_find_port (user_data, port, NULL) != NULL;
}

guint16
hp_server_list_suggest_port (HpServerList *self, guint16 from)
{
  g_return_val_if_fail (HP_IS_SERVER_LIST (self), 0);

  return hp_port_suggest (from, port_is_claimed, self);
}

guint
hp_server_list_get_n_running (HpServerList *self)
{
  guint n = 0;

  g_return_val_if_fail (HP_IS_SERVER_LIST (self), 0);

  for (guint i = 0; i < self->servers->len; i++)
    n += hp_server_get_running (nth_server (self, i));
  return n;
}

guint
hp_server_list_get_n_waiting (HpServerList *self)
{
  guint n = 0;

  g_return_val_if_fail (HP_IS_SERVER_LIST (self), 0);

  for (guint i = 0; i < self->servers->len; i++)
    n += hp_server_get_state (nth_server (self, i)) == HP_SERVER_WAITING;
  return n;
}

void
hp_server_list_stop_all (HpServerList *self)
{
  g_return_if_fail (HP_IS_SERVER_LIST (self));

  for (guint i = 0; i < self->servers->len; i++)
    hp_server_stop (nth_server (self, i));
}

static gboolean
all_quiet (HpServerList *self)
{
  for (guint i = 0; i < self->servers->len; i++)
    if (!hp_server_is_quiet (nth_server (self, i)))
      return FALSE;
  return self->leaving->len == 0;
}

static gboolean
time_is_up (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_CONTINUE;
}

void
hp_server_list_shut_down (HpServerList *self)
{
  gboolean late = FALSE;
  guint timer;

  g_return_if_fail (HP_IS_SERVER_LIST (self));

  for (guint i = 0; i < self->servers->len; i++)
    hp_server_shut_down (nth_server (self, i));

  timer = g_timeout_add (SHUT_DOWN_LIMIT_US / 1000, time_is_up, &late);
  while (!all_quiet (self) && !late)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);

  if (self->store)
    hp_server_store_flush (self->store);
}

HpClientNames *
hp_server_list_get_client_names (HpServerList *self)
{
  g_return_val_if_fail (HP_IS_SERVER_LIST (self), NULL);

  return hp_engine_get_client_names (self->engine);
}

/* GListModel */

static GType
hp_server_list_get_item_type (GListModel *model)
{
  return HP_TYPE_SERVER;
}

static guint
hp_server_list_get_n_items (GListModel *model)
{
  return HP_SERVER_LIST (model)->servers->len;
}

static gpointer
hp_server_list_get_item (GListModel *model, guint position)
{
  HpServerList *self = HP_SERVER_LIST (model);

  return position < self->servers->len ? g_object_ref (nth_server (self, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = hp_server_list_get_item_type;
  iface->get_n_items = hp_server_list_get_n_items;
  iface->get_item = hp_server_list_get_item;
}

/* GObject */

static void
store_failed_cb (HpServerList *self, const char *message)
{
  g_signal_emit (self, signals[NOTICE], 0, message);
}

static void
hp_server_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HpServerList *self = HP_SERVER_LIST (object);

  switch (id)
    {
    case PROP_LOADED:
      g_value_set_boolean (value, self->loaded);
      break;
    case PROP_N_RUNNING:
      g_value_set_uint (value, self->n_running);
      break;
    case PROP_N_WAITING:
      g_value_set_uint (value, self->n_waiting);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_server_list_dispose (GObject *object)
{
  HpServerList *self = HP_SERVER_LIST (object);

  g_clear_handle_id (&self->check_source, g_source_remove);
  for (guint i = 0; i < self->servers->len; i++)
    g_signal_handlers_disconnect_by_data (nth_server (self, i), self);
  for (guint i = 0; i < self->leaving->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->leaving, i), self);
  g_ptr_array_set_size (self->servers, 0);
  g_ptr_array_set_size (self->leaving, 0);
  g_clear_object (&self->store);
  g_clear_object (&self->monitor);
  g_clear_pointer (&self->engine, hp_engine_unref);

  G_OBJECT_CLASS (hp_server_list_parent_class)->dispose (object);
}

static void
hp_server_list_finalize (GObject *object)
{
  g_ptr_array_unref (HP_SERVER_LIST (object)->servers);
  g_ptr_array_unref (HP_SERVER_LIST (object)->leaving);
  g_ptr_array_unref (HP_SERVER_LIST (object)->past);
  hp_server_options_unref (HP_SERVER_LIST (object)->new_options);

  G_OBJECT_CLASS (hp_server_list_parent_class)->finalize (object);
}

static void
hp_server_list_class_init (HpServerListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hp_server_list_get_property;
  object_class->dispose = hp_server_list_dispose;
  object_class->finalize = hp_server_list_finalize;

  properties[PROP_LOADED] = g_param_spec_boolean ("loaded", NULL, NULL, FALSE,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS
                                                      | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_N_RUNNING] = g_param_spec_uint ("n-running", NULL, NULL, 0, G_MAXUINT, 0,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS
                                                      | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_N_WAITING] = g_param_spec_uint ("n-waiting", NULL, NULL, 0, G_MAXUINT, 0,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS
                                                      | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[NOTICE] = g_signal_new ("notice", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[LOOK_AGAIN] = g_signal_new ("look-again", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hp_server_list_init (HpServerList *self)
{
  self->servers = g_ptr_array_new_with_free_func (g_object_unref);
  self->leaving = g_ptr_array_new_with_free_func (g_object_unref);
  self->past = g_ptr_array_new_with_free_func ((GDestroyNotify) hp_stored_server_free);
  self->monitor = hp_port_monitor_new ();
  self->first_port = HP_PORT_FIRST;
  self->new_options = hp_server_options_new (FALSE, TRUE);
}

/**
 * hp_server_list_new:
 * @file: (nullable): where the list is kept; %NULL: nowhere
 */
HpServerList *
hp_server_list_new (HpEngine *engine, const char *file)
{
  HpServerList *self = g_object_new (HP_TYPE_SERVER_LIST, NULL);

  self->engine = hp_engine_ref (engine);
  if (file)
    {
      self->store = hp_server_store_new (file);
      g_signal_connect_object (self->store, "failed", G_CALLBACK (store_failed_cb), self,
                               G_CONNECT_SWAPPED);
    }
  return self;
}
