/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <locale.h>

#include <glib/gi18n.h>

#include "hp-application.h"
#include "hp-command-line.h"
#include "hp-headless.h"

static gboolean
has_display (void)
{
  return g_getenv ("WAYLAND_DISPLAY") || g_getenv ("DISPLAY");
}

int
main (int argc, char **argv)
{
  g_autoptr (HpCommandLine) command_line = NULL;
  int exit_code;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  command_line = hp_command_line_parse (argv, &exit_code);
  if (!command_line)
    return exit_code;
  if (command_line->headless)
    return hp_headless_run (command_line);
  if (!has_display ())
    {
      g_printerr (
          _ ("%s: There is no display here. “%s --headless FOLDER” serves without a window.\n"),
          PROGRAM, PROGRAM);
      return HP_EXIT_FAILED;
    }
  return hp_application_run (argv[0], command_line);
}
