/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hp-command-line.h"

G_BEGIN_DECLS

/* Prints every listening port of this computer, or says who has one port; returns what to exit
 * with: HP_EXIT_OK when the port is free. Asks nobody but the kernel. */
int hp_ports_command_run (const HpCommandLine *command_line);

G_END_DECLS
