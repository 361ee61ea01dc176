/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "servers/hp-server-store.h"

#define GROUP_PREFIX   "server-"
#define REMOVED_PREFIX "removed-"
#define MAX_FILE       (4 * 1024 * 1024)

#define FIRST_LINES                                                                                \
  "# Homeport's list of folders, one group each, in the order shown.\n"                            \
  "# Homeport reads it at its start and writes it at every change.\n"

/* What the file holds besides the servers: groups kept word for word, and per folder the keys that
 * this version doesn't know. */
struct _HpServerStore
{
  GObject parent_instance;

  char *path;
  GPtrArray *kept_groups;  /* of char *: text of groups that can't be read */
  GHashTable *known_files; /* folder → GKeyFile of the group as it was read */
  gboolean read_only;      /* the file couldn't be read, so it must not be overwritten */

  GMutex mutex;
  GCond idle;
  GBytes *pending;  /* the newest list, not yet being written; under the mutex */
  gboolean writing; /* a worker is at it; under the mutex */
};

enum
{
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HpServerStore, hp_server_store, G_TYPE_OBJECT)

void
hp_stored_server_free (HpStoredServer *self)
{
  g_free (self->folder);
  g_free (self->name);
  g_clear_pointer (&self->former_ports, g_array_unref);
  g_clear_pointer (&self->options, hp_server_options_unref);
  g_clear_pointer (&self->log_file, hp_log_file_options_free);
  g_free (self);
}

/* Reading */

typedef struct
{
  GPtrArray *servers;
  GPtrArray *kept_groups;
  GHashTable *known_files;
} Loaded;

static void
loaded_free (Loaded *self)
{
  g_clear_pointer (&self->servers, g_ptr_array_unref);
  g_clear_pointer (&self->kept_groups, g_ptr_array_unref);
  g_clear_pointer (&self->known_files, g_hash_table_unref);
  g_free (self);
}

/* The text of each group, from its header to the next one; what stands before the first is left
 * out. A file is cut before it is parsed so that one bad line costs one group, not the list. */
static GPtrArray *
cut_into_groups (const char *text)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func (g_free);
  const char *start = NULL;

  for (const char *line = text; *line != '\0';)
    {
      const char *end = strchrnul (line, '\n');

      if (*line == '[')
        {
          if (start)
            g_ptr_array_add (groups, g_strndup (start, line - start));
          start = line;
        }
      line = *end ? end + 1 : end;
    }
  if (start)
    g_ptr_array_add (groups, g_strdup (start));

  return groups;
}

static gboolean
read_flag (GKeyFile *file, const char *group, const char *key, gboolean fallback, gboolean *value)
{
  g_autoptr (GError) error = NULL;

  *value = g_key_file_get_boolean (file, group, key, &error);
  if (g_error_matches (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND))
    *value = fallback;
  else if (error)
    return FALSE;
  return TRUE;
}

static gboolean
read_options (GKeyFile *file, const char *group, HpServerOptions **result)
{
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, TRUE);

  for (HpServerOption option = 0; option < HP_N_OPTIONS; option++)
    {
      g_autoptr (HpServerOptions) old = g_steal_pointer (&options);
      gboolean value;

      if (!read_flag (file, group, hp_server_option_get_nick (option),
                      hp_server_options_get (old, option), &value))
        return FALSE;
      options = hp_server_options_with (old, option, value);
    }

  *result = g_steal_pointer (&options);
  return TRUE;
}

/* A path that isn't plain text is kept as a file: URI. (transfer full) (nullable) */
static char *
value_to_path (const char *value)
{
  if (value && g_str_has_prefix (value, "file:"))
    return g_filename_from_uri (value, NULL, NULL);
  if (value && g_path_is_absolute (value))
    return g_canonicalize_filename (value, "/");
  return NULL;
}

/* A format of a later version, or nonsense: no log is written rather than a wrong one. */
static HpLogFileOptions *
read_log_file (GKeyFile *file, const char *group)
{
  g_autofree char *value = g_key_file_get_string (file, group, "log-file", NULL);
  g_autofree char *nick = g_key_file_get_string (file, group, "log-format", NULL);
  g_autofree char *path = value_to_path (value);
  g_autoptr (GError) error = NULL;
  guint64 size = g_key_file_get_uint64 (file, group, "log-size", &error);
  HpLogFormat format;

  if (!path || !hp_log_format_from_nick (nick, &format))
    return NULL;
  return hp_log_file_options_new (path, format, error ? HP_LOG_FILE_SIZE : size);
}

/* What isn't a port is left out: it is only a memory. */
static GArray *
read_former_ports (GKeyFile *file, const char *group)
{
  GArray *ports = g_array_new (FALSE, FALSE, sizeof (guint16));
  gsize n = 0;
  g_autofree int *numbers = g_key_file_get_integer_list (file, group, "former-ports", &n, NULL);

  for (gsize i = 0; i < n; i++)
    if (numbers[i] >= 1 && numbers[i] <= G_MAXUINT16)
      {
        guint16 port = (guint16) numbers[i];

        g_array_append_val (ports, port);
      }
  return ports;
}

/* NULL when the group isn't a server that this version understands. */
static HpStoredServer *
parse_group (GKeyFile *file, const char *text)
{
  g_autofree char *group = NULL;
  g_autofree char *folder = NULL;
  g_autoptr (HpStoredServer) server = g_new0 (HpStoredServer, 1);
  g_autoptr (GError) error = NULL;
  int port;

  if (!g_key_file_load_from_data (file, text, strlen (text), G_KEY_FILE_KEEP_COMMENTS, NULL))
    return NULL;
  group = g_key_file_get_start_group (file);
  if (!group)
    return NULL;
  server->removed = g_str_has_prefix (group, REMOVED_PREFIX);
  if (!server->removed && !g_str_has_prefix (group, GROUP_PREFIX))
    return NULL;

  folder = g_key_file_get_string (file, group, "folder", NULL);
  server->folder = value_to_path (folder);
  if (!server->folder)
    return NULL;

  port = g_key_file_get_integer (file, group, "port", &error);
  if (error || port < 1 || port > G_MAXUINT16)
    return NULL;
  server->port = port;

  server->former_ports = read_former_ports (file, group);
  server->name = g_key_file_get_string (file, group, "name", NULL);
  server->log_file = read_log_file (file, group);
  if (!read_flag (file, group, "running", FALSE, &server->running)
      || !read_options (file, group, &server->options))
    return NULL;

  return g_steal_pointer (&server);
}

static Loaded *
parse_text (const char *text)
{
  g_autoptr (GPtrArray) groups = cut_into_groups (text);
  Loaded *loaded = g_new0 (Loaded, 1);

  loaded->servers = g_ptr_array_new_with_free_func ((GDestroyNotify) hp_stored_server_free);
  loaded->kept_groups = g_ptr_array_new_with_free_func (g_free);
  loaded->known_files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                               (GDestroyNotify) g_key_file_unref);

  for (guint i = 0; i < groups->len; i++)
    {
      const char *group = g_ptr_array_index (groups, i);
      g_autoptr (GKeyFile) file = g_key_file_new ();
      HpStoredServer *server = parse_group (file, group);

      if (server && !g_hash_table_contains (loaded->known_files, server->folder))
        {
          g_hash_table_insert (loaded->known_files, g_strdup (server->folder),
                               g_steal_pointer (&file));
          g_ptr_array_add (loaded->servers, server);
        }
      else
        {
          g_clear_pointer (&server, hp_stored_server_free);
          g_ptr_array_add (loaded->kept_groups, g_strdup (group));
        }
    }

  return loaded;
}

static void
load_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  HpServerStore *self = source;
  g_autofree char *text = NULL;
  gsize length = 0;
  g_autoptr (GError) error = NULL;

  if (!g_file_get_contents (self->path, &text, &length, &error))
    {
      if (!g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        {
          g_task_return_error (task, g_steal_pointer (&error));
          return;
        }
      text = g_strdup ("");
    }
  else if (length > MAX_FILE || strlen (text) != length)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                               _ ("“%s” is not a list of folders."), self->path);
      return;
    }

  g_task_return_pointer (task, parse_text (text), (GDestroyNotify) loaded_free);
}

/**
 * hp_server_store_load_async:
 *
 * Reads the file in a worker thread. To be called once, before anything is saved.
 */
void
hp_server_store_load_async (HpServerStore *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_return_if_fail (HP_IS_SERVER_STORE (self));

  g_task_set_source_tag (task, hp_server_store_load_async);
  g_task_run_in_thread (task, load_in_thread);
}

/**
 * hp_server_store_load_finish:
 * @notice: (out) (transfer full) (nullable): what was skipped, in words
 *
 * After an error the file is left alone: nothing is saved any more.
 *
 * Returns: (transfer full): the servers in order
 */
GPtrArray *
hp_server_store_load_finish (HpServerStore *self,
                             GAsyncResult *result,
                             char **notice,
                             GError **error)
{
  Loaded *loaded;
  GPtrArray *servers;

  *notice = NULL;
  loaded = g_task_propagate_pointer (G_TASK (result), error);
  if (!loaded)
    {
      self->read_only = TRUE;
      return NULL;
    }

  g_clear_pointer (&self->kept_groups, g_ptr_array_unref);
  g_clear_pointer (&self->known_files, g_hash_table_unref);
  self->kept_groups = g_steal_pointer (&loaded->kept_groups);
  self->known_files = g_steal_pointer (&loaded->known_files);
  servers = g_steal_pointer (&loaded->servers);
  loaded_free (loaded);

  if (self->kept_groups->len > 0)
    *notice = g_strdup_printf (
        ngettext ("%u entry of the list of folders could not be read. It was "
                  "skipped and stays in “%s”.",
                  "%u entries of the list of folders could not be read. They "
                  "were skipped and stay in “%s”.",
                  self->kept_groups->len),
        self->kept_groups->len, self->path);
  return servers;
}

/* Writing */

static void
set_or_remove (GKeyFile *file, const char *group, const char *key, const char *value)
{
  if (value)
    g_key_file_set_string (file, group, key, value);
  else
    g_key_file_remove_key (file, group, key, NULL);
}

static char *
path_to_value (const char *path)
{
  if (g_utf8_validate (path, -1, NULL))
    return g_strdup (path);
  return g_filename_to_uri (path, NULL, NULL);
}

static void
write_log_file (GKeyFile *file, const char *group, const HpLogFileOptions *log_file)
{
  g_autofree char *path = NULL;

  if (!log_file)
    {
      g_key_file_remove_key (file, group, "log-file", NULL);
      g_key_file_remove_key (file, group, "log-format", NULL);
      g_key_file_remove_key (file, group, "log-size", NULL);
      return;
    }
  path = path_to_value (log_file->path);
  g_key_file_set_string (file, group, "log-file", path);
  g_key_file_set_string (file, group, "log-format", hp_log_format_get_nick (log_file->format));
  g_key_file_set_uint64 (file, group, "log-size", log_file->max_bytes);
}

static void
write_former_ports (GKeyFile *file, const char *group, GArray *ports)
{
  g_autofree int *numbers = NULL;

  if (!ports || ports->len == 0)
    {
      g_key_file_remove_key (file, group, "former-ports", NULL);
      return;
    }
  numbers = g_new (int, ports->len);
  for (guint i = 0; i < ports->len; i++)
    numbers[i] = g_array_index (ports, guint16, i);
  g_key_file_set_integer_list (file, group, "former-ports", numbers, ports->len);
}

/* The group as it was read, keys we don't know included, under the name it has from now on. */
static char *
server_to_text (HpServerStore *self, HpStoredServer *server, const char *group)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *folder = path_to_value (server->folder);
  /* Of a removed one nothing is kept that this version doesn't know, and no log file. */
  GKeyFile *old = server->removed ? NULL : g_hash_table_lookup (self->known_files, server->folder);

  if (old)
    {
      g_autofree char *old_group = g_key_file_get_start_group (old);
      g_auto (GStrv) keys = g_key_file_get_keys (old, old_group, NULL, NULL);

      for (guint i = 0; keys && keys[i]; i++)
        {
          g_autofree char *value = g_key_file_get_value (old, old_group, keys[i], NULL);
          g_autofree char *comment = g_key_file_get_comment (old, old_group, keys[i], NULL);

          if (value)
            g_key_file_set_value (file, group, keys[i], value);
          if (value && comment && *comment)
            g_key_file_set_comment (file, group, keys[i], g_strchomp (comment), NULL);
        }
    }

  g_key_file_set_string (file, group, "folder", folder);
  g_key_file_set_integer (file, group, "port", server->port);
  write_former_ports (file, group, server->former_ports);
  set_or_remove (file, group, "name", server->name);
  for (HpServerOption option = 0; option < HP_N_OPTIONS; option++)
    g_key_file_set_boolean (file, group, hp_server_option_get_nick (option),
                            hp_server_options_get (server->options, option));

  if (server->removed)
    return g_key_file_to_data (file, NULL, NULL);

  g_key_file_set_boolean (file, group, "running", server->running);
  write_log_file (file, group, server->log_file);
  return g_key_file_to_data (file, NULL, NULL);
}

static gboolean
group_is_kept (HpServerStore *self, const char *group)
{
  g_autofree char *header = g_strdup_printf ("[%s]", group);

  for (guint i = 0; i < self->kept_groups->len; i++)
    if (g_str_has_prefix (g_ptr_array_index (self->kept_groups, i), header))
      return TRUE;
  return FALSE;
}

static GBytes *
list_to_bytes (HpServerStore *self, GPtrArray *servers)
{
  GString *text = g_string_new (FIRST_LINES);
  guint number = 0;
  gsize length;

  for (guint i = 0; i < servers->len; i++)
    {
      g_autofree char *group = NULL;
      g_autofree char *lines = NULL;

      HpStoredServer *server = g_ptr_array_index (servers, i);

      do
        {
          g_free (group);
          group = g_strdup_printf ("%s%u", server->removed ? REMOVED_PREFIX : GROUP_PREFIX,
                                   ++number);
        }
      while (group_is_kept (self, group));

      lines = server_to_text (self, server, group);
      g_string_append_printf (text, "\n%s", lines);
    }

  for (guint i = 0; i < self->kept_groups->len; i++)
    {
      const char *kept = g_ptr_array_index (self->kept_groups, i);

      g_string_append_printf (text, "\n%s%s", kept, g_str_has_suffix (kept, "\n") ? "" : "\n");
    }

  length = text->len;
  return g_bytes_new_take (g_string_free (text, FALSE), length);
}

typedef struct
{
  HpServerStore *store;
  char *message;
} Failure;

static gboolean
report_failure (gpointer data)
{
  Failure *failure = data;

  g_signal_emit (failure->store, signals[FAILED], 0, failure->message);
  g_object_unref (failure->store);
  g_free (failure->message);
  g_free (failure);
  return G_SOURCE_REMOVE;
}

static void
fail (HpServerStore *self, const char *reason)
{
  Failure *failure = g_new0 (Failure, 1);

  failure->store = g_object_ref (self);
  failure->message = g_strdup_printf (_ ("The list of folders could not be saved: %s"), reason);
  g_idle_add (report_failure, failure);
}

/* Through a link to the file it points to: a list kept in a repository of settings stays there. */
static gboolean
write_file (const char *path, GBytes *bytes, GError **error)
{
  g_autofree char *real = realpath (path, NULL);
  g_autofree char *dir = g_path_get_dirname (real ? real : path);
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);

  if (g_mkdir_with_parents (dir, 0700) != 0)
    {
      int saved_errno = errno;

      g_set_error_literal (error, G_FILE_ERROR, g_file_error_from_errno (saved_errno),
                           g_strerror (saved_errno));
      return FALSE;
    }
  return g_file_set_contents_full (real ? real : path, text, length,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, error);
}

static void
write_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  HpServerStore *self = source;

  g_mutex_lock (&self->mutex);
  while (self->pending)
    {
      g_autoptr (GBytes) bytes = g_steal_pointer (&self->pending);
      g_autoptr (GError) error = NULL;

      g_mutex_unlock (&self->mutex);
      if (!write_file (self->path, bytes, &error))
        fail (self, error->message);
      g_mutex_lock (&self->mutex);
    }
  self->writing = FALSE;
  g_cond_broadcast (&self->idle);
  g_mutex_unlock (&self->mutex);
}

/**
 * hp_server_store_save:
 * @servers: (element-type HpStoredServer): the whole list
 *
 * Starts writing at once. While a write runs, only the newest list waits for it.
 */
void
hp_server_store_save (HpServerStore *self, GPtrArray *servers)
{
  gboolean start;

  g_return_if_fail (HP_IS_SERVER_STORE (self));

  if (self->read_only)
    {
      fail (self, _ ("the file could not be read at the start, so it is left as it is."));
      return;
    }

  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->pending, g_bytes_unref);
  self->pending = list_to_bytes (self, servers);
  start = !self->writing;
  self->writing = TRUE;
  g_mutex_unlock (&self->mutex);

  if (start)
    {
      g_autoptr (GTask) task = g_task_new (self, NULL, NULL, NULL);

      g_task_set_source_tag (task, hp_server_store_save);
      g_task_run_in_thread (task, write_in_thread);
    }
}

void
hp_server_store_flush (HpServerStore *self)
{
  g_return_if_fail (HP_IS_SERVER_STORE (self));

  g_mutex_lock (&self->mutex);
  while (self->writing)
    g_cond_wait (&self->idle, &self->mutex);
  g_mutex_unlock (&self->mutex);
}

static void
hp_server_store_finalize (GObject *object)
{
  HpServerStore *self = HP_SERVER_STORE (object);

  g_free (self->path);
  g_ptr_array_unref (self->kept_groups);
  g_hash_table_unref (self->known_files);
  g_clear_pointer (&self->pending, g_bytes_unref);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->idle);

  G_OBJECT_CLASS (hp_server_store_parent_class)->finalize (object);
}

static void
hp_server_store_class_init (HpServerStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hp_server_store_finalize;

  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
hp_server_store_init (HpServerStore *self)
{
  self->kept_groups = g_ptr_array_new_with_free_func (g_free);
  self->known_files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                             (GDestroyNotify) g_key_file_unref);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->idle);
}

/**
 * hp_server_store_new:
 * @path: where the list lives; its folder is made when needed
 */
HpServerStore *
hp_server_store_new (const char *path)
{
  HpServerStore *self = g_object_new (HP_TYPE_SERVER_STORE, NULL);

  self->path = g_strdup (path);
  return self;
}
