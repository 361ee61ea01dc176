/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "hp-installation.h"

#include <libintl.h>
#include <stdlib.h>
#include <string.h>

/* Where folders of data are when XDG_DATA_DIRS is not set; the specification says so. */
#define DATA_DIRS "/usr/local/share:/usr/share"

/* What FOLDER is called beneath the prefix, with a slash before it; NULL when it is elsewhere. */
static const char *
skip_prefix (const char *folder)
{
  const char *tail;

  if (!g_str_has_prefix (folder, PREFIX))
    return NULL;
  tail = folder + strlen (PREFIX);
  return *tail == '/' ? tail : NULL;
}

/* A prefix may be reached by a symbolic link, such as /home on some systems. */
static gboolean
is_installed_in (const char *folder)
{
  g_autofree char *real = realpath (BINDIR, NULL);

  return g_str_equal (folder, BINDIR) || g_strcmp0 (folder, real) == 0;
}

char *
hp_installation_find_prefix (const char *program)
{
  g_autofree char *folder = g_path_get_dirname (program);
  const char *tail = skip_prefix (BINDIR);
  g_autofree char *moved = NULL;
  g_autofree char *data = NULL;
  g_autofree char *proof = NULL;

  if (is_installed_in (folder))
    return g_strdup (PREFIX);
  if (!tail || !g_str_has_suffix (folder, tail))
    return NULL;

  /* A program alone, in somebody's ~/bin, has nothing beside it. */
  moved = g_strndup (folder, strlen (folder) - strlen (tail));
  data = hp_installation_get_folder (DATADIR, moved);
  proof = g_build_filename (data, "applications", APP_ID ".desktop", NULL);
  return g_file_test (proof, G_FILE_TEST_EXISTS) ? g_steal_pointer (&moved) : NULL;
}

char *
hp_installation_get_folder (const char *folder, const char *prefix)
{
  const char *tail = prefix ? skip_prefix (folder) : NULL;

  return tail ? g_strconcat (prefix, tail, NULL) : g_strdup (folder);
}

char *
hp_installation_add_data_dir (const char *dirs, const char *folder)
{
  const char *known = dirs && *dirs ? dirs : DATA_DIRS;
  g_auto (GStrv) list = g_strsplit (known, G_SEARCHPATH_SEPARATOR_S, -1);

  for (guint i = 0; list[i]; i++)
    {
      g_autofree char *same = g_canonicalize_filename (list[i], "/");

      if (g_str_equal (same, folder))
        return NULL;
    }
  return g_strconcat (folder, G_SEARCHPATH_SEPARATOR_S, known, NULL);
}

void
hp_installation_init (void)
{
  /* As for the command gettext: where the translations are while they aren't installed. */
  const char *built = g_getenv ("TEXTDOMAINDIR");
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *prefix = program ? hp_installation_find_prefix (program) : NULL;
  g_autofree char *locales = hp_installation_get_folder (LOCALEDIR, prefix);

  bindtextdomain (GETTEXT_PACKAGE, built ? built : locales);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  /* What the program starts, such as the viewer of the help, has to find it too. */
  if (prefix)
    {
      g_autofree char *data = hp_installation_get_folder (DATADIR, prefix);
      g_autofree char *dirs = hp_installation_add_data_dir (g_getenv ("XDG_DATA_DIRS"), data);

      if (dirs)
        g_setenv ("XDG_DATA_DIRS", dirs, TRUE);
    }
}
