/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "fuzz.h"

/* Runs every file of a folder through a fuzz target once: what was found stays found, also without
 * clang. */
int
main (int argc, char **argv)
{
  g_autoptr (GDir) folder = NULL;
  g_autoptr (GError) error = NULL;
  const char *name;
  guint n_files = 0;

  if (argc != 2)
    g_error ("Usage: %s FOLDER", argv[0]);

  folder = g_dir_open (argv[1], 0, &error);
  if (folder == NULL)
    g_error ("%s", error->message);

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (argv[1], name, NULL);
      g_autofree char *content = NULL;
      gsize length;

      if (!g_file_get_contents (path, &content, &length, &error))
        g_error ("%s", error->message);
      LLVMFuzzerTestOneInput ((const uint8_t *) content, length);
      n_files++;
    }

  g_print ("%u inputs\n", n_files);

  return n_files > 0 ? 0 : 1;
}
