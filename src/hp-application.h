/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>
#include "hp-command-line.h"

G_BEGIN_DECLS

/* The hallway: one instance for each user, with the list of servers, the engine and one window.
 * Folders named in a later call open in the running instance. */
#define HP_TYPE_APPLICATION (hp_application_get_type ())
G_DECLARE_FINAL_TYPE (HpApplication, hp_application, HP, APPLICATION, AdwApplication)

/* Runs until the last window is closed. Returns the exit code. */
int hp_application_run (const char *program, const HpCommandLine *command_line);

G_END_DECLS
