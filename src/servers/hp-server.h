/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include "http/hp-engine.h"
#include "http/hp-server-options.h"
#include "log/hp-log-file.h"
#include "log/hp-request-log.h"
#include "ports/hp-port-monitor.h"

G_BEGIN_DECLS

typedef enum
{
  HP_SERVER_STOPPED,
  HP_SERVER_STARTING,
  HP_SERVER_RUNNING,
  HP_SERVER_STOPPING,
  HP_SERVER_WAITING, /* for its port to be let go */
  HP_SERVER_FAILED,
} HpServerState;

typedef enum
{
  HP_PROBLEM_NONE,
  HP_PROBLEM_PORT_IN_USE,
  HP_PROBLEM_PORT_PRIVILEGED,
  HP_PROBLEM_FOLDER_MISSING,
  HP_PROBLEM_FOLDER_DENIED,
  HP_PROBLEM_OTHER,
} HpProblem;

#define HP_TYPE_SERVER_STATE (hp_server_state_get_type ())
GType hp_server_state_get_type (void);

/* A folder of the user's list: where it is, which port it has, how it is served, and how it fares.
 * Main thread.
 *
 * Properties, all notified:
 *  "folder" (char *, construct-only path)   "name" (char *, nullable: the user's own name)
 *  "title" (char *, name or the folder's)   "subtitle" (char *, address or the problem in short)
 *  "port" (uint, the assigned one)          "active-port" (uint, listened on now; 0: none)
 *  "state" (HpServerState)                  "running" (bool; writable: starts and stops)
 *  "address" (char *, http://localhost:PORT/, of the active or else the assigned port; the number
 *  127.0.0.1 while somebody else answers localhost)
 *  "problem" (HpProblem as uint)            "problem-text" (char *, nullable: a sentence)
 *  "rival" (HpServer, nullable)             "shadow-text" (char *, nullable: a sentence)
 *  "serve-hidden", "list-folders", "follow-links", "refuse-other-sites", "only-me" (bool: see
 *  HpServerOptions)
 *
 * Signal "edited": something that is kept on disk changed.
 *
 * A stopped server whose port another program has shows PORT_IN_USE as well, kept fresh by the port
 * monitor, and clears by itself. */
#define HP_TYPE_SERVER (hp_server_get_type ())
G_DECLARE_FINAL_TYPE (HpServer, hp_server, HP, SERVER, GObject)

HpServer *
hp_server_new (HpEngine *engine, HpPortMonitor *monitor, const char *folder, guint16 port);

const char *hp_server_get_folder (HpServer *self);
/* The folder has moved: name, port, options and log stay. Only while it isn't served, see
 * hp_server_is_quiet(). */
void hp_server_set_folder (HpServer *self, const char *folder);
/* The folder for people: "~/Projects/site", visible and valid UTF-8. (transfer full) */
char *hp_server_dup_folder_label (HpServer *self);
const char *hp_server_get_name (HpServer *self);
void hp_server_set_name (HpServer *self, const char *name);
const char *hp_server_get_title (HpServer *self);
const char *hp_server_get_subtitle (HpServer *self);
guint16 hp_server_get_port (HpServer *self);
/* A running server moves to the new port at once. */
void hp_server_set_port (HpServer *self, guint16 port);
/* What its port was before, of guint16, the latest first, at most HP_SERVER_MAX_FORMER_PORTS.
 * (transfer none) */
#define HP_SERVER_MAX_FORMER_PORTS 8
GArray *hp_server_get_former_ports (HpServer *self);
void hp_server_set_former_ports (HpServer *self, GArray *ports);
guint16 hp_server_get_active_port (HpServer *self);
const char *hp_server_get_address (HpServer *self);
/* "http://127.0.0.1:PORT/" (transfer full) */
char *hp_server_dup_ip_address (HpServer *self);
HpServerState hp_server_get_state (HpServer *self);
/* What people see of a switch: whether it serves or is about to. */
gboolean hp_server_get_running (HpServer *self);
/* What is kept on disk: whether it shall run at the next start of the program. */
gboolean hp_server_get_wanted (HpServer *self);
/* It shall run, but is not started now. */
void hp_server_want (HpServer *self);
HpProblem hp_server_get_problem (HpServer *self);
const char *hp_server_get_problem_text (HpServer *self);
/* Who has the port, when that is the problem; NULL: not known (yet). Each change of it notifies
 * "problem-text". */
const HpPortOwner *hp_server_get_holder (HpServer *self);
HpRequestLog *hp_server_get_log (HpServer *self);
/* Which programs the connections in the log come from: by the number of the connection. The same
 * object for all servers; it has its numbers only from the first call on. */
HpClientNames *hp_server_get_client_names (HpServer *self);

/* The file to which each request is appended; NULL: none. It is opened and written in a thread;
 * property "log-trouble" (char *, nullable): why that fails, a sentence. */
const HpLogFileOptions *hp_server_get_log_file (HpServer *self);
void hp_server_set_log_file (HpServer *self, const HpLogFileOptions *options);
const char *hp_server_get_log_trouble (HpServer *self);

HpServerOptions *hp_server_get_options (HpServer *self);
void hp_server_set_options (HpServer *self, HpServerOptions *options);

void hp_server_start (HpServer *self);
/* For this run only; the assigned port stays. */
void hp_server_start_on (HpServer *self, guint16 port);
void hp_server_stop (HpServer *self);

/* Looks again, in the background, whether the folder of a stopped server is there. */
void hp_server_check_folder (HpServer *self);

/* Starts as soon as the assigned port is let go, however long that takes; state WAITING until then.
 * It counts as running. */
void hp_server_start_when_free (HpServer *self);
void hp_server_cancel_waiting (HpServer *self);

/* Another server of the list that listens on our port; NULL: none. */
HpServer *hp_server_get_rival (HpServer *self);
void hp_server_set_rival (HpServer *self, HpServer *rival);

/* While it runs: who answers localhost over IPv6 instead of us; NULL: nobody, or not known yet who.
 * The text tells of both. */
const HpPortOwner *hp_server_get_shadow (HpServer *self);
const char *hp_server_get_shadow_text (HpServer *self);

/* Ends serving without a word to the list on disk: for the end of the program. */
void hp_server_shut_down (HpServer *self);
/* No socket is open and no operation under way. */
gboolean hp_server_is_quiet (HpServer *self);

G_END_DECLS
