/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "http/hp-target.h"
#include "ui/hp-request-reveal.h"

typedef struct
{
  char *folder;
  char *path; /* below it */
} Place;

/* What is shown. */
typedef struct
{
  char *uri;
  gboolean is_folder; /* shown from inside: a list of its files, or what is missing there */
} Found;

static void
place_free (gpointer data)
{
  Place *self = data;

  g_free (self->folder);
  g_free (self->path);
  g_free (self);
}

static void
found_free (gpointer data)
{
  Found *self = data;

  g_free (self->uri);
  g_free (self);
}

/* (nullable) */
static Found *
found_new (const char *path)
{
  char *uri = g_filename_to_uri (path, NULL, NULL);
  Found *self;

  if (uri == NULL)
    return NULL;
  self = g_new (Found, 1);
  *self = (Found){ uri, g_file_test (path, G_FILE_TEST_IS_DIR) };
  return self;
}

/* In a thread: up from the file to what exists, but not out of the served folder. */
static void
find_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Place *place = data;
  char *path = g_strdup (place->path);

  for (;;)
    {
      g_autofree char *full = g_build_filename (place->folder, path, NULL);
      char *slash;

      if (g_file_test (full, G_FILE_TEST_EXISTS) || *path == '\0')
        {
          g_task_return_pointer (task, found_new (full), found_free);
          break;
        }
      slash = strrchr (path, '/');
      *(slash != NULL ? slash : path) = '\0';
    }
  g_free (path);
}

static void
launched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (g_app_info_launch_default_for_uri_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "%s",
                             _ ("No file manager is installed that could show it."));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* Where no file manager answers, its folder is opened by whatever opens folders. */
static void
shown_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Found *found = g_task_get_task_data (task);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFile) parent = NULL;
  g_autofree char *uri = NULL;

  reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  if (reply != NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  file = g_file_new_for_uri (found->uri);
  parent = found->is_folder ? NULL : g_file_get_parent (file);
  uri = g_file_get_uri (parent != NULL ? parent : file);
  g_app_info_launch_default_for_uri_async (uri, NULL, g_task_get_cancellable (task), launched_cb,
                                           g_object_ref (task));
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);
  Found *found = g_task_get_task_data (task);
  const char *uris[] = { found->uri, NULL };

  if (bus == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_dbus_connection_call (bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
                          "org.freedesktop.FileManager1",
                          found->is_folder ? "ShowFolders" : "ShowItems",
                          g_variant_new ("(^ass)", uris, ""), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                          g_task_get_cancellable (task), shown_cb, g_object_ref (task));
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  Found *found = g_task_propagate_pointer (G_TASK (result), &error);

  if (found == NULL)
    {
      if (error != NULL)
        g_task_return_error (task, error);
      else
        g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME, "%s",
                                 _ ("This name can’t be shown in a file manager."));
      return;
    }
  g_task_set_task_data (task, found, found_free);
  g_bus_get (G_BUS_TYPE_SESSION, g_task_get_cancellable (task), connected_cb, g_object_ref (task));
}

static char *
dup_path (const char *file, const char *raw)
{
  g_auto (HpTarget) target = { 0 };

  if (file != NULL)
    return g_strdup (file);
  if (hp_target_parse (&target, raw) != HP_REASON_NONE || target.path == NULL)
    return g_strdup ("");
  return g_strdup (target.path);
}

void
hp_request_reveal_async (const char *folder,
                         const char *file,
                         const char *target,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GTask) find = g_task_new (NULL, cancellable, found_cb, task);
  Place *place = g_new (Place, 1);

  place->folder = g_strdup (folder);
  place->path = dup_path (file, target);
  g_task_set_source_tag (task, hp_request_reveal_async);
  g_task_set_task_data (find, place, place_free);
  g_task_run_in_thread (find, find_in_thread);
}

gboolean
hp_request_reveal_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
