/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hp-command-line.h"

G_BEGIN_DECLS

/* Serves one folder without a window until SIGINT, SIGTERM or SIGHUP. Returns the exit code. */
int hp_headless_run (const HpCommandLine *command_line);

G_END_DECLS
