/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-folder-hint.h"

static const char *const build_folders[] = { "dist", "build", "public", "site",
                                             "docs", "_site", "out" };

static gboolean
has_index (const char *folder, const char *child)
{
  g_autofree char *index = g_build_filename (folder, child, "index.html", NULL);

  return g_file_test (index, G_FILE_TEST_IS_REGULAR);
}

static void
find_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const char *folder = task_data;
  const char *found = NULL;

  if (has_index (folder, "."))
    {
      g_task_return_pointer (task, NULL, NULL);
      return;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (build_folders); i++)
    {
      if (!has_index (folder, build_folders[i]))
        continue;
      if (found)
        {
          found = NULL;
          break;
        }
      found = build_folders[i];
    }
  g_task_return_pointer (task, g_strdup (found), g_free);
}

void
hp_folder_hint_find_async (const char *folder,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, hp_folder_hint_find_async);
  g_task_set_task_data (task, g_strdup (folder), g_free);
  g_task_run_in_thread (task, find_in_thread);
}

char *
hp_folder_hint_find_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
