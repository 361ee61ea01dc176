/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "http/hp-http-server.h"
#include "log/hp-log-writer.h"
#include "ports/hp-port-waiter.h"
#include "servers/hp-server.h"

G_BEGIN_DECLS

struct _HpServer
{
  GObject parent_instance;

  /* what is kept on disk */
  char *folder;
  char *name;
  guint16 port;
  GArray *former_ports; /* of guint16, the latest first */
  gboolean wanted;
  HpServerOptions *options;
  HpLogFileOptions *log_file; /* nullable */

  /* owned */
  HpEngine *engine;
  HpPortMonitor *monitor;
  guint16 watched_port; /* the active one while it isn't the assigned one, 0 otherwise */
  HpRecordQueue *queue;
  HpRequestLog *log;
  HpHttpServer *http; /* NULL until the first start */
  GCancellable *cancellable;

  /* Where it is and where it shall be; hp_server_step() leads from one to the other. */
  HpServerState state;
  gboolean target_running;
  guint16 target_port;
  guint16 starting_port; /* while STARTING; the target may have changed since */
  HpPortWaiter *waiter;  /* while WAITING, for the target */
  gboolean persistent;   /* started by the waiter: when somebody else is faster, it waits again */

  /* the trouble, in words */
  HpProblem problem;
  char *problem_text;
  char *problem_short;
  HpPortOwner *holder; /* who has the port, as far as shown; nullable */
  HpServer *rival;     /* another one of the list that listens on our port; weak, nullable */
  char *rival_title;
  guint explanation; /* counts attempts, so that a late answer to an old one is dropped */

  HpPortOwner *shadow; /* who answers localhost over IPv6 instead of us; nullable */
  char *shadow_text;

  HpLogWriter *log_writer; /* NULL without a log file */
  char *log_trouble;       /* nullable: why it isn't written */

  char *title;
  char *subtitle;
  char *address;
};

enum
{
  PROP_0,
  PROP_FOLDER,
  PROP_NAME,
  PROP_TITLE,
  PROP_SUBTITLE,
  PROP_PORT,
  PROP_ACTIVE_PORT,
  PROP_STATE,
  PROP_RUNNING,
  PROP_ADDRESS,
  PROP_PROBLEM,
  PROP_PROBLEM_TEXT,
  PROP_RIVAL,
  PROP_SHADOW_TEXT,
  PROP_LOG_TROUBLE,
  PROP_SERVE_HIDDEN,
  PROP_LIST_FOLDERS,
  PROP_FOLLOW_LINKS,
  PROP_REFUSE_OTHER_SITES,
  PROP_ONLY_ME,
  N_PROPS
};

enum
{
  EDITED,
  N_SIGNALS
};

extern GParamSpec *hp_server_properties[N_PROPS];
extern guint hp_server_signals[N_SIGNALS];

/* hp-server-words.c: the state in words. What is shown follows from the fields above. */
void hp_server_update_title (HpServer *self);
void hp_server_update_words (HpServer *self);
void hp_server_set_state (HpServer *self, HpServerState state);
void hp_server_set_target_running (HpServer *self, gboolean running);
guint16 hp_server_get_shown_port (HpServer *self);
/* (transfer full) for the two texts */
void hp_server_set_problem (HpServer *self, HpProblem problem, char *text, char *short_text);
void hp_server_clear_problem (HpServer *self);

/* hp-server-port.c: who has the port. */
void hp_server_show_port_holder (HpServer *self, guint16 port, const HpPortOwner *owner);
/* A glance at the assigned port of a server that doesn't listen, and at the active one of a server
 * that does. */
void hp_server_port_changed (HpServer *self, guint port, HpPortMonitor *monitor);
/* Binding failed: finds out why, in a thread. */
void hp_server_explain_port (HpServer *self, guint16 port);

/* hp-server-wait.c: waiting for it, and others that stand in our light. */
void hp_server_wait (HpServer *self, guint16 port);
void hp_server_end_waiting (HpServer *self);
/* Whether somebody else's [::1] answers "localhost", which only matters while we listen. */
void hp_server_update_shadow (HpServer *self);

/* hp-server-run.c: starting and stopping. */
void hp_server_step (HpServer *self);
void hp_server_set_wanted (HpServer *self, gboolean wanted);

/* hp-server-log-file.c */
void hp_server_end_log_file (HpServer *self);

/* hp-server-folder.c */
void hp_server_show_folder_problem (HpServer *self, const GError *error);

G_END_DECLS
