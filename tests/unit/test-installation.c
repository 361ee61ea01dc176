/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "hp-installation.h"

static char *
move (const char *folder, const char *place)
{
  g_assert_true (g_str_has_prefix (folder, PREFIX "/"));
  return g_strconcat (place, folder + strlen (PREFIX), NULL);
}

static void
make_file (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_no_errno (g_mkdir_with_parents (folder, 0700));
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
}

static void
remove_file (const char *path, const char *top)
{
  g_autofree char *folder = g_strdup (path);

  g_assert_no_errno (g_remove (path));
  while (!g_str_equal (folder, top))
    {
      char *parent = g_path_get_dirname (folder);

      g_free (folder);
      folder = parent;
      g_rmdir (folder);
    }
}

static void
test_where_it_was_installed (void)
{
  g_autofree char *prefix = hp_installation_find_prefix (BINDIR "/" PROGRAM);
  g_autofree char *locales = hp_installation_get_folder (LOCALEDIR, prefix);

  g_assert_cmpstr (prefix, ==, PREFIX);
  g_assert_cmpstr (locales, ==, LOCALEDIR);
}

static void
test_moved (void)
{
  g_autofree char *top = g_dir_make_tmp ("installation-XXXXXX", NULL);
  g_autofree char *program = move (BINDIR "/" PROGRAM, top);
  g_autofree char *desktop = move (DATADIR "/applications/" APP_ID ".desktop", top);
  g_autofree char *wanted = move (LOCALEDIR, top);
  g_autofree char *alone = hp_installation_find_prefix (program);
  g_autofree char *prefix = NULL;
  g_autofree char *locales = NULL;

  /* The program alone was moved, then the rest with it. */
  g_assert_null (alone);
  make_file (desktop);
  prefix = hp_installation_find_prefix (program);
  g_assert_cmpstr (prefix, ==, top);
  locales = hp_installation_get_folder (LOCALEDIR, prefix);
  g_assert_cmpstr (locales, ==, wanted);
  remove_file (desktop, top);
}

static void
test_not_installed (void)
{
  static const char *const programs[] = {
    "/home/me/homeport/_build/src/" PROGRAM, /* from the build */
    "/" PROGRAM,
    PREFIX "/" PROGRAM,
    PROGRAM,
  };

  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      g_autofree char *prefix = hp_installation_find_prefix (programs[i]);
      g_autofree char *locales = hp_installation_get_folder (LOCALEDIR, prefix);

      g_assert_null (prefix);
      g_assert_cmpstr (locales, ==, LOCALEDIR);
    }
}

static void
test_folder_elsewhere (void)
{
  g_autofree char *elsewhere = hp_installation_get_folder ("/srv/words", "/opt/moved");
  g_autofree char *longer = hp_installation_get_folder (PREFIX "-too/share", "/opt/moved");

  g_assert_cmpstr (elsewhere, ==, "/srv/words");
  g_assert_cmpstr (longer, ==, PREFIX "-too/share");
}

static void
test_data_dirs (void)
{
  static const struct
  {
    const char *dirs, *folder, *result;
  } cases[] = {
    { NULL, "/opt/x/share", "/opt/x/share:/usr/local/share:/usr/share" },
    { "", "/opt/x/share", "/opt/x/share:/usr/local/share:/usr/share" },
    { "/usr/share", "/opt/x/share", "/opt/x/share:/usr/share" },
    { "/usr/share:/opt/x/share", "/opt/x/share", NULL },
    { "/usr/share/", "/usr/share", NULL },
    { "/opt/x/share2", "/opt/x/share", "/opt/x/share:/opt/x/share2" },
    { NULL, "/usr/share", NULL },
    { NULL, "/usr/local/share", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *result = hp_installation_add_data_dir (cases[i].dirs, cases[i].folder);

      g_assert_cmpstr (result, ==, cases[i].result);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/installation/where-it-was-installed", test_where_it_was_installed);
  g_test_add_func ("/installation/moved", test_moved);
  g_test_add_func ("/installation/not-installed", test_not_installed);
  g_test_add_func ("/installation/folder-elsewhere", test_folder_elsewhere);
  g_test_add_func ("/installation/data-dirs", test_data_dirs);
  return g_test_run ();
}
