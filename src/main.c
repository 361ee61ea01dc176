/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "hp-application.h"
#include "hp-command-line.h"
#include "hp-headless.h"
#include "hp-installation.h"
#include "hp-ports-command.h"
#include "hp-remote.h"

static gboolean
is_set (const char *variable)
{
  const char *value = g_getenv (variable);

  return value && *value;
}

/* A file of ours must never get the number of a standard stream that was closed: what is printed
 * would go into it. */
static void
open_standard_streams (void)
{
  int fd;

  do
    fd = open ("/dev/null", O_RDWR);
  while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd >= 0)
    close (fd);
}

/* For a terminal without UTF-8: straight quotes instead of question marks. */
static void
print_plain (const char *text)
{
  g_autofree char *ascii = g_str_to_ascii (text, NULL);

  fputs (ascii, stdout);
}

static void
print_error_plain (const char *text)
{
  g_autofree char *ascii = g_str_to_ascii (text, NULL);

  fputs (ascii, stderr);
}

int
main (int argc, char **argv)
{
  g_autoptr (HpCommandLine) command_line = NULL;
  int exit_code;

  open_standard_streams ();
  setlocale (LC_ALL, "");
  hp_installation_init ();

  if (!g_get_charset (NULL))
    {
      g_set_print_handler (print_plain);
      g_set_printerr_handler (print_error_plain);
    }

  command_line = hp_command_line_parse (argv, &exit_code);
  if (!command_line)
    return exit_code;
  if (command_line->ports)
    return hp_ports_command_run (command_line);
  if (command_line->headless)
    return hp_headless_run (command_line);
  if (command_line->remote)
    return hp_remote_run (command_line, argv[0]);
  if (!is_set ("WAYLAND_DISPLAY") && !is_set ("DISPLAY"))
    {
      g_printerr (
          _ ("%s: There is no display here. “%s --headless FOLDER” serves without a window.\n"),
          PROGRAM, PROGRAM);
      return HP_EXIT_FAILED;
    }
  return hp_application_run (argv[0], command_line);
}
