/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

#include "log/hp-log-format.h"
#include "servers/hp-server-exchange.h"

#define FORMAT         "homeport-servers"
#define VERSION_NUMBER 1
#define MAX_FILE       (4 * 1024 * 1024)
#define MAX_DEPTH      16
#define MAX_NAME_CHARS 60

void
hp_server_import_free (HpServerImport *self)
{
  g_ptr_array_unref (self->added);
  g_ptr_array_unref (self->notes);
  g_free (self);
}

/* What people call it. */
static char *
dup_title (HpStoredServer *stored)
{
  g_autofree char *base = g_path_get_basename (stored->folder);

  return hp_log_format_visible (stored->name && *stored->name ? stored->name : base,
                                MAX_NAME_CHARS);
}

/* Writing */

static void
add_server (JsonBuilder *builder, HpStoredServer *stored)
{
  g_autofree char *uri = g_filename_to_uri (stored->folder, NULL, NULL);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "folder");
  json_builder_add_string_value (builder,
                                 g_utf8_validate (stored->folder, -1, NULL) ? stored->folder : uri);
  if (stored->name)
    {
      json_builder_set_member_name (builder, "name");
      json_builder_add_string_value (builder, stored->name);
    }
  json_builder_set_member_name (builder, "port");
  json_builder_add_int_value (builder, stored->port);
  json_builder_set_member_name (builder, "options");
  json_builder_begin_object (builder);
  for (HpServerOption i = 0; i < HP_N_OPTIONS; i++)
    {
      json_builder_set_member_name (builder, hp_server_option_get_nick (i));
      json_builder_add_boolean_value (builder, hp_server_options_get (stored->options, i));
    }
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

char *
hp_server_exchange_write (GPtrArray *stored)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "format");
  json_builder_add_string_value (builder, FORMAT);
  json_builder_set_member_name (builder, "version");
  json_builder_add_int_value (builder, VERSION_NUMBER);
  json_builder_set_member_name (builder, "servers");
  json_builder_begin_array (builder);
  for (guint i = 0; i < stored->len; i++)
    add_server (builder, g_ptr_array_index (stored, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, TRUE);
  return g_strconcat (text, "\n", NULL);
}

/* Reading */

/* The parser calls itself for each level: a file of brackets alone would exhaust the stack. */
static gboolean
is_shallow (const char *text, gsize length)
{
  gboolean quoted = FALSE;
  guint depth = 0;

  for (gsize i = 0; i < length; i++)
    {
      if (quoted && text[i] == '\\')
        i++;
      else if (text[i] == '"')
        quoted = !quoted;
      else if (!quoted && (text[i] == '[' || text[i] == '{') && ++depth > MAX_DEPTH)
        return FALSE;
      else if (!quoted && (text[i] == ']' || text[i] == '}') && depth > 0)
        depth--;
    }
  return TRUE;
}

/* (nullable): it isn't there, or something else */
static const char *
get_string (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

/* 0: it isn't there, or something else */
static gint64
get_number (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64
             ? json_node_get_int (node)
             : 0;
}

static char *
dup_folder (const char *value)
{
  if (value && g_str_has_prefix (value, "file:"))
    return g_filename_from_uri (value, NULL, NULL);
  if (value && g_path_is_absolute (value))
    return g_canonicalize_filename (value, "/");
  return NULL;
}

static void
read_options (HpStoredServer *stored, JsonObject *object, GPtrArray *notes)
{
  JsonNode *node = json_object_get_member (object, "options");
  JsonObject *options = node && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  stored->options = hp_server_options_new (FALSE, TRUE);
  for (HpServerOption i = 0; options && i < HP_N_OPTIONS; i++)
    {
      const char *nick = hp_server_option_get_nick (i);
      JsonNode *value = json_object_get_member (options, nick);
      g_autoptr (HpServerOptions) old = NULL;

      if (!value)
        continue;
      if (!JSON_NODE_HOLDS_VALUE (value) || json_node_get_value_type (value) != G_TYPE_BOOLEAN)
        {
          g_autofree char *title = dup_title (stored);

          /* Translators: the name of a folder, and a word of the file, such as “serve-hidden”. */
          g_ptr_array_add (
              notes, g_strdup_printf (_ ("“%s”: “%s” must be true or false. It is as for a new "
                                         "folder."),
                                      title, nick));
          continue;
        }
      old = stored->options;
      stored->options = hp_server_options_with (old, i, json_node_get_boolean (value));
    }
}

/* NULL: it names no folder. */
static HpStoredServer *
read_server (JsonNode *node, GPtrArray *notes)
{
  g_autoptr (HpStoredServer) stored = g_new0 (HpStoredServer, 1);
  JsonObject *object;
  gint64 port;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  object = json_node_get_object (node);
  stored->folder = dup_folder (get_string (object, "folder"));
  if (!stored->folder)
    return NULL;

  stored->name = g_strdup (get_string (object, "name"));
  stored->former_ports = g_array_new (FALSE, FALSE, sizeof (guint16));
  port = get_number (object, "port");
  stored->port = port >= 1 && port <= G_MAXUINT16 ? (guint16) port : 0;
  read_options (stored, object, notes);
  return g_steal_pointer (&stored);
}

/* The array of servers; NULL: it is no list of ours. */
static JsonArray *
get_servers (JsonNode *root, GError **error)
{
  JsonObject *object = root && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  JsonNode *servers = object ? json_object_get_member (object, "servers") : NULL;

  if (!object || g_strcmp0 (get_string (object, "format"), FORMAT) != 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         _ ("It is not a list of folders that Homeport has exported."));
  else if (get_number (object, "version") > VERSION_NUMBER)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                         _ ("It was written by a later version of Homeport."));
  else if (get_number (object, "version") < 1 || !servers || !JSON_NODE_HOLDS_ARRAY (servers))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         _ ("It is damaged: the version or the list is missing."));
  else
    return json_node_get_array (servers);
  return NULL;
}

GPtrArray *
hp_server_exchange_read (const char *text, gsize length, GPtrArray *notes, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GPtrArray) result = NULL;
  JsonArray *servers;

  if (length > MAX_FILE || !g_utf8_validate (text, (gssize) length, NULL)
      || !is_shallow (text, length) || !json_parser_load_from_data (parser, text, length, NULL))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _ ("It is not a list of folders that Homeport has exported."));
      return NULL;
    }
  servers = get_servers (json_parser_get_root (parser), error);
  if (!servers)
    return NULL;

  result = g_ptr_array_new_with_free_func ((GDestroyNotify) hp_stored_server_free);
  for (guint i = 0; i < json_array_get_length (servers); i++)
    {
      HpStoredServer *stored = read_server (json_array_get_element (servers, i), notes);

      if (stored)
        g_ptr_array_add (result, stored);
      else
        /* Translators: the number of an entry of a list, counted from 1. */
        g_ptr_array_add (notes,
                         g_strdup_printf (_ ("Entry %u names no folder. It was left out."), i + 1));
    }
  return g_steal_pointer (&result);
}

/* Importing */

typedef struct
{
  GFile *file;
  GPtrArray *stored;
  GPtrArray *notes;
} Reading;

static void
reading_free (Reading *self)
{
  g_clear_object (&self->file);
  g_clear_pointer (&self->stored, g_ptr_array_unref);
  g_clear_pointer (&self->notes, g_ptr_array_unref);
  g_free (self);
}

static void
look_at_folder (HpStoredServer *stored, GPtrArray *notes)
{
  g_autofree char *title = NULL;

  if (g_file_test (stored->folder, G_FILE_TEST_IS_DIR))
    return;
  title = dup_title (stored);
  g_ptr_array_add (
      notes,
      g_strdup_printf (_ ("“%s”: the folder was not found. It was added all the same."), title));
}

static gboolean
read_bounded (GFile *file, GByteArray *bytes, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  gsize n = 0;

  if (!stream)
    return FALSE;
  g_byte_array_set_size (bytes, MAX_FILE + 1);
  if (!g_input_stream_read_all (G_INPUT_STREAM (stream), bytes->data, bytes->len, &n, cancellable,
                                error))
    return FALSE;
  g_byte_array_set_size (bytes, n);
  return TRUE;
}

static void
read_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Reading *reading = task_data;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  if (read_bounded (reading->file, bytes, cancellable, &error))
    reading->stored = hp_server_exchange_read ((const char *) bytes->data, bytes->len,
                                               reading->notes, &error);
  for (guint i = 0; reading->stored && i < reading->stored->len; i++)
    look_at_folder (g_ptr_array_index (reading->stored, i), reading->notes);

  if (error)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

/* What became of one entry that was added. */
static void
note_changes (HpStoredServer *stored, HpServer *server, GPtrArray *notes)
{
  g_autofree char *title = dup_title (stored);
  guint port = hp_server_get_port (server);

  if (stored->port == 0)
    /* Translators: the name of a folder and a port. */
    g_ptr_array_add (
        notes, g_strdup_printf (
                   _ ("“%s” has the port %u: its own is missing or not a number from 1 to 65535."),
                   title, port));
  else if (stored->port != port)
    /* Translators: the name of a folder, its port now, and the one it had. */
    g_ptr_array_add (notes, g_strdup_printf (_ ("“%s” has the port %u: %u is another folder’s."),
                                             title, port, (guint) stored->port));
  if (stored->options->follow_links)
    g_ptr_array_add (notes, g_strdup_printf (_ ("“%s” follows links out of the folder."), title));
  if (!stored->options->only_me)
    g_ptr_array_add (notes, g_strdup_printf (_ ("“%s” is served to other users of this computer, "
                                                "too."),
                                             title));
}

static HpServerImport *
add_all (HpServerList *list, Reading *reading)
{
  HpServerImport *self = g_new0 (HpServerImport, 1);
  g_autoptr (GPtrArray) servers = hp_server_list_import (list, reading->stored);
  guint n_known = 0;

  self->added = g_ptr_array_new_with_free_func (g_object_unref);
  self->notes = g_steal_pointer (&reading->notes);
  for (guint i = 0; i < servers->len; i++)
    {
      HpServer *server = g_ptr_array_index (servers, i);

      if (!server)
        {
          n_known++;
          continue;
        }
      g_ptr_array_add (self->added, g_object_ref (server));
      note_changes (g_ptr_array_index (reading->stored, i), server, self->notes);
    }
  if (n_known > 0)
    g_ptr_array_add (
        self->notes,
        g_strdup_printf (ngettext ("%u folder is in the list already and stays as it is.",
                                   "%u folders are in the list already and stay as they are.",
                                   n_known),
                         n_known));
  return self;
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Reading *reading = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, add_all (HP_SERVER_LIST (object), reading),
                           (GDestroyNotify) hp_server_import_free);
}

void
hp_server_exchange_import_async (HpServerList *list,
                                 GFile *file,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task;
  g_autoptr (GTask) work = NULL;
  Reading *reading = g_new0 (Reading, 1);

  g_return_if_fail (HP_IS_SERVER_LIST (list));

  task = g_task_new (list, cancellable, callback, user_data);
  g_task_set_source_tag (task, hp_server_exchange_import_async);
  work = g_task_new (list, cancellable, read_cb, task);
  g_task_set_source_tag (work, read_in_thread);
  reading->file = g_object_ref (file);
  reading->notes = g_ptr_array_new_with_free_func (g_free);
  g_task_set_task_data (work, reading, (GDestroyNotify) reading_free);
  g_task_run_in_thread (work, read_in_thread);
}

HpServerImport *
hp_server_exchange_import_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Exporting */

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_file_replace_contents_finish (G_FILE (object), result, NULL, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_int (task, GPOINTER_TO_INT (g_task_get_task_data (task)));
}

void
hp_server_exchange_export_async (HpServerList *list,
                                 GFile *file,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GPtrArray) stored = NULL;
  g_autoptr (GBytes) bytes = NULL;
  GTask *task;
  char *text;

  g_return_if_fail (HP_IS_SERVER_LIST (list));

  stored = hp_server_list_dup_stored (list);
  text = hp_server_exchange_write (stored);
  bytes = g_bytes_new_take (text, strlen (text));
  task = g_task_new (list, cancellable, callback, user_data);
  g_task_set_source_tag (task, hp_server_exchange_export_async);
  g_task_set_task_data (task, GINT_TO_POINTER ((int) stored->len), NULL);
  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE,
                                       G_FILE_CREATE_PRIVATE | G_FILE_CREATE_REPLACE_DESTINATION,
                                       cancellable, written_cb, task);
}

gssize
hp_server_exchange_export_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_int (G_TASK (result), error);
}
