/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "servers/hp-server-private.h"

void
hp_server_show_folder_problem (HpServer *self, const GError *error)
{
  g_autofree char *label = hp_server_dup_folder_label (self);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY))
    hp_server_set_problem (self, HP_PROBLEM_FOLDER_MISSING,
                           g_strdup_printf (_ ("The folder “%s” was not found."), label),
                           g_strdup (_ ("Folder not found")));
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    hp_server_set_problem (self, HP_PROBLEM_FOLDER_DENIED,
                           g_strdup_printf (_ ("You may not read the folder “%s”."), label),
                           g_strdup (_ ("Folder can’t be read")));
  else
    hp_server_set_problem (self, HP_PROBLEM_OTHER, g_strdup (error->message),
                           g_strdup (_ ("Can’t be served")));
}

static void
folder_checked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HpServer) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !hp_server_is_quiet (self)
      || !g_str_equal (g_file_peek_path (G_FILE (object)), self->folder))
    return;

  if (info && g_file_info_get_file_type (info) != G_FILE_TYPE_DIRECTORY)
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY, "");
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY))
    hp_server_show_folder_problem (self, error);
  else if (!error && self->problem == HP_PROBLEM_FOLDER_MISSING)
    {
      hp_server_clear_problem (self);
      hp_server_set_state (self, HP_SERVER_STOPPED);
      hp_server_port_changed (self, self->port, self->monitor);
    }
}

void
hp_server_check_folder (HpServer *self)
{
  g_autoptr (GFile) file = NULL;

  g_return_if_fail (HP_IS_SERVER (self));

  if (self->state != HP_SERVER_STOPPED && self->state != HP_SERVER_FAILED)
    return;
  file = g_file_new_for_path (self->folder);
  g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE,
                           G_PRIORITY_DEFAULT, self->cancellable, folder_checked_cb,
                           g_object_ref (self));
}
