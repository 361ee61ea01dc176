/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include "http/hp-server-options.h"
#include "log/hp-log-file.h"
#include "log/hp-log-query.h"

G_BEGIN_DECLS

/* What the running program is asked to do, see hp-remote.h. */
typedef enum
{
  HP_REMOTE_NONE,
  HP_REMOTE_LIST,
  HP_REMOTE_START,
  HP_REMOTE_STOP,
  HP_REMOTE_QUIT,
  HP_REMOTE_EXPORT,
  HP_REMOTE_IMPORT,
} HpRemoteCommand;

/* What was asked for in the terminal. */
typedef struct
{
  gboolean headless;
  gboolean json;
  gboolean service;   /* started without a window, waits to be told what to do */
  gboolean on_demand; /* with service: started for a call that comes now, which may be no more than
                         a search, so that what ran is not served yet */
  int port;           /* -1: not given */
  gboolean use_folder_settings; /* with headless: what the file in the folder says */
  gboolean ports;               /* who listens where; with port: who has that one */
  HpRemoteCommand remote;
  char **folders;  /* absolute paths of existing folders; never NULL. With remote also ports
                      and HP_REMOTE_ALL */
  char *list_file; /* with HP_REMOTE_EXPORT and HP_REMOTE_IMPORT: absolute */
  HpServerOptions *serving;   /* with headless: how the folder is served */
  HpLogFileOptions *log_file; /* with headless; nullable */
  HpLogQuery *filter;         /* with headless: what is printed; nullable */
} HpCommandLine;

enum
{
  HP_EXIT_OK = 0,
  HP_EXIT_FAILED = 1, /* could not do it: the port is taken, say */
  HP_EXIT_USAGE = 2,  /* the words were wrong: a bad option, a missing folder */
};

HpCommandLine *hp_command_line_parse (char **argv, int *exit_code);
void hp_command_line_free (HpCommandLine *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpCommandLine, hp_command_line_free)

G_END_DECLS
