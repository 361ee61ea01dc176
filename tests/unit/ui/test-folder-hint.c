/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gstdio.h>

#include "ui/hp-folder-hint.h"

static void
found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_set_object ((GAsyncResult **) user_data, result);
}

/* Finds among folders that have an index.html; "." is the folder itself. */
static char *
find (const char *const *with_index)
{
  g_autofree char *root = g_dir_make_tmp ("homeport-hint-XXXXXX", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *found;

  g_assert_nonnull (root);
  for (int i = 0; with_index[i]; i++)
    {
      g_autofree char *folder = g_build_filename (root, with_index[i], NULL);
      g_autofree char *file = g_build_filename (folder, "index.html", NULL);

      g_assert_no_errno (g_mkdir_with_parents (folder, 0700));
      g_assert_true (g_file_set_contents (file, "x", 1, NULL));
    }

  hp_folder_hint_find_async (root, NULL, found_cb, &result);
  while (!result)
    g_main_context_iteration (NULL, TRUE);
  found = hp_folder_hint_find_finish (result, &error);
  g_assert_no_error (error);

  for (int i = 0; with_index[i]; i++)
    {
      g_autofree char *folder = g_build_filename (root, with_index[i], NULL);
      g_autofree char *file = g_build_filename (folder, "index.html", NULL);

      g_remove (file);
      g_rmdir (folder);
    }
  g_rmdir (root);
  return found;
}

static void
test_find (void)
{
  static const struct
  {
    const char *with_index[4];
    const char *found;
  } cases[] = {
    { { NULL }, NULL },        { { "dist" }, "dist" },        { { "_site" }, "_site" },
    { { "dist", "." }, NULL }, { { "dist", "build" }, NULL }, { { "dist", "build", "out" }, NULL },
    { { "src" }, NULL },       { { "src", "out" }, "out" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found = find (cases[i].with_index);

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_cmpstr (found, ==, cases[i].found);
    }
}

/* A folder that isn't there is no reason for a word. */
static void
test_missing (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *found = NULL;

  hp_folder_hint_find_async ("/nowhere/at/all", NULL, found_cb, &result);
  while (!result)
    g_main_context_iteration (NULL, TRUE);
  found = hp_folder_hint_find_finish (result, &error);
  g_assert_no_error (error);
  g_assert_null (found);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/folder-hint/find", test_find);
  g_test_add_func ("/folder-hint/missing", test_missing);
  return g_test_run ();
}
