/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "log/hp-log-format.h"
#include "ui/hp-log-window.h"
#include "ui/hp-platform.h"
#include "ui/hp-window-private.h"

#define MAX_NAME_CHARS 60

/* Folders that are being looked at before they are added, all at once. */
typedef struct
{
  HpWindow *window;
  GPtrArray *files;    /* of GFile, in the order of adding */
  GPtrArray *refusals; /* of char *, in step with files; NULL: it is a folder */
  guint n_pending;
  gboolean again; /* it was in the list before */
} AddJob;

static void
add_job_free (AddJob *self)
{
  g_object_unref (self->window);
  g_ptr_array_unref (self->files);
  g_ptr_array_unref (self->refusals);
  g_free (self);
}

static char *
dup_visible_name (GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);

  return hp_log_format_visible (name ? name : "", MAX_NAME_CHARS);
}

/* Why the file can't be served, in words; NULL: it can. */
static char *
dup_refusal (GFile *file, GFileInfo *info, const GError *error)
{
  g_autofree char *name = dup_visible_name (file);

  if (info && g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY)
    return NULL;
  if (info)
    return g_strdup_printf (_ ("“%s” is a file. Homeport serves folders."), name);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return g_strdup_printf (_ ("The folder “%s” was not found."), name);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    return g_strdup_printf (_ ("You may not read “%s”."), name);
  return g_strdup_printf (_ ("“%s” can’t be served: %s"), name, error->message);
}

/* A saved log among the folders is opened. TRUE: it was one. */
static gboolean
open_log (AddJob *job, guint index)
{
  GFile *file = g_ptr_array_index (job->files, index);
  g_autofree char *uri = g_file_get_uri (file);

  if (!g_ptr_array_index (job->refusals, index) || !hp_log_window_can_open (file))
    return FALSE;
  gtk_widget_activate_action (GTK_WIDGET (job->window), "app.open-har", "s", uri);
  return TRUE;
}

static void
tell_refusals (AddJob *job)
{
  const char *first = NULL;
  guint n = 0;

  for (guint i = 0; i < job->refusals->len; i++)
    {
      const char *refusal = g_ptr_array_index (job->refusals, i);

      if (!refusal || open_log (job, i))
        continue;
      if (n++ == 0)
        first = refusal;
    }

  if (n == 1)
    hp_window_toast (job->window, first);
  else if (n > 1)
    {
      g_autofree char *text = g_strdup_printf (
          ngettext ("%u of them can’t be served: it isn’t a folder that you may read.",
                    "%u of them can’t be served: they aren’t folders that you may read.", n),
          n);
      hp_window_toast (job->window, text);
    }
}

static void
finish_job (AddJob *job)
{
  HpWindow *self = job->window;
  HpServer *last = NULL;
  const char *path;
  guint n;

  for (guint i = 0; i < job->files->len; i++)
    {
      if (g_ptr_array_index (job->refusals, i))
        continue;

      n = g_list_model_get_n_items (G_LIST_MODEL (self->servers));
      path = g_file_peek_path (g_ptr_array_index (job->files, i));
      last = job->again ? hp_server_list_add_again (self->servers, path)
                        : hp_server_list_add (self->servers, path);
      if (!job->again && g_list_model_get_n_items (G_LIST_MODEL (self->servers)) > n)
        hp_window_look_for_settings (self, last);
      if (!hp_server_get_running (last))
        hp_server_start (last);
    }

  if (last)
    hp_window_select (self, last, TRUE);
  tell_refusals (job);
  add_job_free (job);
}

typedef struct
{
  AddJob *job;
  guint index;
} Look;

static void
looked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autofree Look *look = user_data;
  AddJob *job = look->job;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (object), result, &error);

  g_ptr_array_index (job->refusals, look->index) = dup_refusal (G_FILE (object), info, error);
  if (--job->n_pending > 0)
    return;

  if (g_cancellable_is_cancelled (job->window->cancellable))
    add_job_free (job);
  else
    finish_job (job);
}

static void
look_at (AddJob *job, guint index)
{
  GFile *file = g_ptr_array_index (job->files, index);
  Look *look = g_new (Look, 1);

  look->job = job;
  look->index = index;
  g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE,
                           G_PRIORITY_DEFAULT, job->window->cancellable, looked_cb, look);
}

/* (transfer container) for the files, each of which has a path */
static void
add_files (HpWindow *self, GPtrArray *files, gboolean again)
{
  AddJob *job;

  if (files->len == 0)
    {
      g_ptr_array_unref (files);
      return;
    }

  job = g_new0 (AddJob, 1);
  job->window = g_object_ref (self);
  job->files = files;
  job->again = again;
  job->refusals = g_ptr_array_new_full (files->len, g_free);
  g_ptr_array_set_size (job->refusals, files->len);
  job->n_pending = files->len;
  for (guint i = 0; i < files->len; i++)
    look_at (job, i);
}

void
hp_window_add_folders (HpWindow *self, const char *const *folders)
{
  GPtrArray *files;

  g_return_if_fail (HP_IS_WINDOW (self));
  g_return_if_fail (folders);

  files = g_ptr_array_new_with_free_func (g_object_unref);
  for (; *folders; folders++)
    g_ptr_array_add (files, g_file_new_for_path (*folders));
  add_files (self, files, FALSE);
}

void
hp_window_add_again (HpWindow *self, GFile *folder)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_object_unref);

  if (g_file_peek_path (folder))
    g_ptr_array_add (files, g_object_ref (folder));
  add_files (self, files, TRUE);
}

/* Only what is on this computer, or mounted, has a path to serve. */
static void
add_native_files (HpWindow *self, GPtrArray *files)
{
  GPtrArray *native = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < files->len; i++)
    {
      GFile *file = g_ptr_array_index (files, i);

      if (g_file_peek_path (file))
        g_ptr_array_add (native, g_object_ref (file));
      else
        {
          g_autofree char *name = dup_visible_name (file);
          g_autofree char *text = g_strdup_printf (_ ("“%s” is not a folder on this computer."),
                                                   name);
          hp_window_toast (self, text);
        }
    }
  add_files (self, native, FALSE);
}

/* The chooser */

static void
chosen_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  HpWindow *self = HP_WINDOW (object);
  g_autoptr (GListModel) model = hp_choose_finish (result);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);

  g_clear_object (&self->chooser);
  for (guint i = 0; model && i < g_list_model_get_n_items (model); i++)
    g_ptr_array_add (files, g_list_model_get_item (model, i));
  if (files->len > 0)
    add_native_files (self, files);
}

/* Beside the folder on screen, or else at home. */
static GFile *
dup_initial_folder (HpWindow *self)
{
  g_autofree char *parent = NULL;

  if (!self->selected)
    return g_file_new_for_path (g_get_home_dir ());
  parent = g_path_get_dirname (hp_server_get_folder (self->selected));
  return g_file_new_for_path (parent);
}

void
hp_window_choose_folders (HpWindow *self)
{
  g_autoptr (GFile) initial = dup_initial_folder (self);
  const HpChoice choice = {
    .kind = HP_CHOOSE_FOLDERS,
    .title = _ ("Choose Folders"),
    .accept = _ ("_Serve"),
    .folder = initial,
  };

  if (self->chooser)
    return;
  self->chooser = g_cancellable_new ();
  hp_choose_async (GTK_WINDOW (self), &choice, self->chooser, chosen_cb, NULL);
}

/* The new place of a folder that has moved */

static void
relocate (HpWindow *self, HpServer *server, GFile *place)
{
  g_autofree char *name = dup_visible_name (place);
  HpServer *known;

  if (!g_file_peek_path (place))
    {
      g_autofree char *text = g_strdup_printf (_ ("“%s” is not a folder on this computer."), name);
      hp_window_toast (self, text);
      return;
    }
  if (hp_window_find (self, server) == GTK_INVALID_LIST_POSITION || !hp_server_is_quiet (server))
    return;

  known = hp_server_list_relocate (self->servers, server, g_file_peek_path (place));
  if (known)
    {
      g_autofree char *text = g_strdup_printf (_ ("“%s” is in the list already."), name);
      hp_window_toast (self, text);
      hp_window_select (self, known, FALSE);
    }
  else if (hp_server_get_wanted (server))
    hp_server_start (server);
}

static void
located_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HpServer) server = user_data;
  HpWindow *self = HP_WINDOW (object);
  g_autoptr (GFile) place = hp_choose_finish_file (result);

  g_clear_object (&self->chooser);
  if (place)
    relocate (self, server, place);
}

void
hp_window_locate_folder (HpWindow *self, HpServer *server)
{
  g_autoptr (GFile) initial = dup_initial_folder (self);
  const HpChoice choice = {
    .kind = HP_CHOOSE_FOLDER,
    .title = _ ("Where Is the Folder Now?"),
    .accept = _ ("_Choose"),
    .folder = initial,
  };

  if (self->chooser)
    return;
  self->chooser = g_cancellable_new ();
  hp_choose_async (GTK_WINDOW (self), &choice, self->chooser, located_cb, g_object_ref (server));
}

/* Drag and drop */

/* What is dragged from here is one of the folders already. Otherwise as GTK would decide. */
static gboolean
accept_cb (GtkDropTarget *target, GdkDrop *drop)
{
  return !gdk_drop_get_drag (drop) && (gdk_drop_get_actions (drop) & GDK_ACTION_COPY)
         && gdk_content_formats_match (gtk_drop_target_get_formats (target),
                                       gdk_drop_get_formats (drop));
}

static GdkDragAction
drag_enter_cb (HpWindow *self, double x, double y)
{
  gtk_widget_set_visible (self->drop_hint, TRUE);
  return GDK_ACTION_COPY;
}

static void
drag_leave_cb (HpWindow *self)
{
  gtk_widget_set_visible (self->drop_hint, FALSE);
}

static gboolean
drop_cb (HpWindow *self, const GValue *value, double x, double y)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_object_unref);

  gtk_widget_set_visible (self->drop_hint, FALSE);
  for (GSList *l = g_value_get_boxed (value); l; l = l->next)
    g_ptr_array_add (files, g_object_ref (l->data));
  add_native_files (self, files);
  return files->len > 0;
}

void
hp_window_folders_init (HpWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_signal_connect (target, "accept", G_CALLBACK (accept_cb), NULL);
  g_signal_connect_object (target, "enter", G_CALLBACK (drag_enter_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (target, "leave", G_CALLBACK (drag_leave_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}
