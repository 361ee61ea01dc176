/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hp-command-line.h"

G_BEGIN_DECLS

/* What the running program and `homeport --list`, --start, --stop and --quit say to each other over
 * the session bus. Both sides are in hp-remote-*.c. */

#define HP_REMOTE_INTERFACE "app.homeport.Control"

#define HP_REMOTE_XML                                                                              \
  "<node><interface name='" HP_REMOTE_INTERFACE "'>"                                               \
  "<method name='List'><arg type='aa{sv}' direction='out' name='servers'/></method>"               \
  "<method name='Start'><arg type='ay' direction='in' name='folder_or_port'/>"                     \
  "<arg type='a{sv}' direction='out' name='server'/></method>"                                     \
  "<method name='Stop'><arg type='ay' direction='in' name='folder_or_port'/>"                      \
  "<arg type='u' direction='out' name='stopped'/></method>"                                        \
  "<method name='Import'><arg type='ay' direction='in' name='file'/>"                              \
  "<arg type='u' direction='out' name='added'/><arg type='as' direction='out' name='notes'/>"      \
  "</method>"                                                                                      \
  "<method name='Export'><arg type='ay' direction='in' name='file'/>"                              \
  "<arg type='u' direction='out' name='exported'/></method>"                                       \
  "<method name='Quit'/>"                                                                          \
  "</interface></node>"

/* For Stop: every server. No folder is called that: theirs are absolute paths. */
#define HP_REMOTE_ALL "all"

/* Carries out one of them and prints the answer. Blocks. Returns the exit code. */
int hp_remote_run (const HpCommandLine *command_line, const char *program);

G_END_DECLS
