/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "servers/hp-folder-settings.h"

#define LIMIT_US (60 * G_USEC_PER_SEC)

static HpFolderSettings *
parse (const char *text, GError **error)
{
  return hp_folder_settings_parse (text, strlen (text), error);
}

static void
test_all_keys (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HpFolderSettings) settings = parse ("# ours\n[server]\nname= Shop \nport=8000\n"
                                                 "list-folders=false\nrefuse-other-sites=true\n"
                                                 "later=1\n[other]\nport=1\n",
                                                 &error);
  g_autoptr (HpServerOptions) base = hp_server_options_new (FALSE, TRUE);
  g_autoptr (HpServerOptions) options = NULL;
  g_autofree char *words = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (settings->name, ==, "Shop");
  g_assert_cmpuint (settings->port, ==, 8000);
  g_assert_null (hp_folder_settings_describe_refused (settings));
  words = hp_folder_settings_describe (settings);
  g_assert_cmpstr (words, ==,
                   "name “Shop”, port 8000, don’t list folder contents, refuse other sites");
  options = hp_folder_settings_apply (settings, base);
  g_assert_false (options->list_folders);
  g_assert_true (options->refuse_other_sites);
  g_assert_true (options->only_me);
}

/* What would make more of the computer seen is not taken; to forbid it is. */
static void
test_dangers (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HpFolderSettings) loose = parse ("[server]\nserve-hidden=true\nfollow-links=true\n"
                                              "refuse-other-sites=false\nonly-me=false\n",
                                              &error);
  g_autoptr (HpFolderSettings) strict = parse ("[server]\nserve-hidden=false\nfollow-links=false\n"
                                               "only-me=true\n",
                                               &error);
  g_autoptr (HpServerOptions) safe = hp_server_options_new (FALSE, TRUE);
  g_autoptr (HpServerOptions) hidden = hp_server_options_new (TRUE, TRUE);
  g_autoptr (HpServerOptions) same = hp_folder_settings_apply (loose, safe);
  g_autoptr (HpServerOptions) tight = hp_folder_settings_apply (strict, hidden);
  g_autofree char *words = hp_folder_settings_describe_refused (loose);

  g_assert_no_error (error);
  g_assert_true (hp_server_options_equal (same, safe));
  g_assert_true (hp_server_options_equal (tight, safe));
  g_assert_cmpuint (loose->given, ==, 0);
  g_assert_cmpstr (words, ==,
                   "Never taken from a folder: serve hidden files, follow links out of the folder, "
                   "don’t refuse other sites, serve other users of this computer.");
}

static void
test_nothing_and_nonsense (void)
{
  const char *const nothing[] = { "", "# words\n", "[server]\n", "[other]\nname=a\nport=1\n",
                                  "[server]\nname=  \nnew=true\n" };
  const char *const nonsense[] = { "name=a\n",
                                   "[server\n",
                                   "[server]\nport=0\n",
                                   "[server]\nport=a\n",
                                   "[server]\nport=65536\n",
                                   "[server]\nlist-folders=maybe\n",
                                   "\xff",
                                   "[server]\nport=-1\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (nothing); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (nothing[i], &error));
      g_assert_no_error (error);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (nonsense); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (nonsense[i], &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

typedef struct
{
  char *dir;
  char *path;
  GAsyncResult *result;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->dir = g_dir_make_tmp ("hp-settings-XXXXXX", NULL);
  f->path = g_build_filename (f->dir, HP_FOLDER_SETTINGS_FILE, NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", f->dir);

  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (f->dir);
  g_free (f->path);
}

/* Links, pipes, folders and what is too large are not read, and nothing blocks. */
static void
test_special_files (Fixture *f, gconstpointer data)
{
  g_autofree char *other = g_build_filename (f->dir, "other.ini", NULL);
  g_autofree char *large = g_strnfill (20000, '#');
  g_autoptr (GError) error = NULL;

  g_assert_null (hp_folder_settings_read (f->dir, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_assert_true (g_file_set_contents (other, "[server]\nport=8000\n", -1, NULL));
  g_assert_cmpint (symlink (other, f->path), ==, 0);
  g_assert_null (hp_folder_settings_read (f->dir, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_cmpint (unlink (f->path), ==, 0);

  g_assert_cmpint (mkfifo (f->path, 0600), ==, 0);
  g_assert_null (hp_folder_settings_read (f->dir, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
  g_clear_error (&error);
  g_assert_cmpint (unlink (f->path), ==, 0);

  g_assert_cmpint (g_mkdir (f->path, 0700), ==, 0);
  g_assert_null (hp_folder_settings_read (f->dir, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
  g_clear_error (&error);
  g_assert_cmpint (g_rmdir (f->path), ==, 0);

  g_assert_true (g_file_set_contents (f->path, large, -1, NULL));
  g_assert_null (hp_folder_settings_read (f->dir, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
}

static void
done_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  ((Fixture *) user_data)->result = g_object_ref (result);
}

static void
write_it (Fixture *f, const char *name, HpServerOptions *options)
{
  gint64 limit = g_get_monotonic_time () + LIMIT_US;
  g_autoptr (GError) error = NULL;

  hp_folder_settings_write_async (f->dir, name, 8001, options, NULL, done_cb, f);
  while (!f->result && g_get_monotonic_time () < limit)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (f->result);
  g_assert_true (hp_folder_settings_write_finish (f->result, &error));
  g_assert_no_error (error);
  g_clear_object (&f->result);
}

/* What is written is read again; what it doesn't know stays, and a link is not written through. */
static void
test_write (Fixture *f, gconstpointer data)
{
  g_autoptr (HpServerOptions) base = hp_server_options_new (FALSE, FALSE);
  g_autoptr (HpServerOptions) loose = hp_server_options_with (base, HP_OPTION_FOLLOW_LINKS, TRUE);
  g_autofree char *other = g_build_filename (f->dir, "other.ini", NULL);
  g_autofree char *text = NULL;
  g_autofree char *outside = NULL;
  g_autofree char *old_id = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HpFolderSettings) settings = NULL;

  g_assert_true (g_file_set_contents (
      f->path, "# mine\n[server]\nport=1\nfollow-links=true\nextra=5\n\n[other]\na=b\n", -1, NULL));
  settings = hp_folder_settings_read (f->dir, &error);
  g_assert_no_error (error);
  old_id = g_strdup (settings->answer_id);
  write_it (f, "Shop", loose);
  g_assert_true (g_file_get_contents (f->path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "# mine"));
  g_assert_nonnull (strstr (text, "extra=5"));
  g_assert_nonnull (strstr (text, "[other]"));
  g_assert_null (strstr (text, "follow-links"));

  g_clear_pointer (&settings, hp_folder_settings_free);
  settings = hp_folder_settings_read (f->dir, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (settings->name, ==, "Shop");
  g_assert_cmpuint (settings->port, ==, 8001);
  g_assert_cmpuint (settings->refused, ==, 0);
  g_assert_cmpstr (settings->answer_id, !=, old_id);

  g_assert_true (g_file_set_contents (other, "untouched", -1, NULL));
  g_assert_cmpint (unlink (f->path), ==, 0);
  g_assert_cmpint (symlink (other, f->path), ==, 0);
  write_it (f, NULL, base);
  g_assert_true (g_file_get_contents (other, &outside, NULL, NULL));
  g_assert_cmpstr (outside, ==, "untouched");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/folder-settings/all-keys", test_all_keys);
  g_test_add_func ("/folder-settings/dangers", test_dangers);
  g_test_add_func ("/folder-settings/nothing-and-nonsense", test_nothing_and_nonsense);
  g_test_add ("/folder-settings/special-files", Fixture, NULL, set_up, test_special_files,
              tear_down);
  g_test_add ("/folder-settings/write", Fixture, NULL, set_up, test_write, tear_down);
  return g_test_run ();
}
