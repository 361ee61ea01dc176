/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <sys/types.h>

G_BEGIN_DECLS

typedef enum
{
  HP_PROCESS_ASKED,     /* it has been asked to end, moments ago */
  HP_PROCESS_CAN_FORCE, /* it had time enough: people may want to end it by force */
  HP_PROCESS_FORCED,    /* it is being ended by force */
  HP_PROCESS_GONE,      /* it has ended */
} HpProcessStopState;

#define HP_TYPE_PROCESS_STOP_STATE (hp_process_stop_state_get_type ())
GType hp_process_stop_state_get_type (void);

/* Ends a program of this user: asks it to (SIGTERM), and after three seconds offers force
 * (SIGKILL). Never touches another process that has got the same pid meanwhile. Main thread.
 *
 * Property "state" (HpProcessStopState), notified. */
#define HP_TYPE_PROCESS_STOP (hp_process_stop_get_type ())
G_DECLARE_FINAL_TYPE (HpProcessStop, hp_process_stop, HP, PROCESS_STOP, GObject)

/* Whether a process may be ended: it belongs to this very user (so never to the administrator,
 * unless that is who runs us), and is neither our own nor the system's first. For the sensitivity
 * of a button. */
gboolean hp_process_stop_is_allowed (pid_t pid, uid_t uid);

/* Sends the first signal. start_time: of the process that was meant. NULL: it has gone already
 * (G_IO_ERROR_NOT_FOUND), belongs to somebody else or is our own (G_IO_ERROR_PERMISSION_DENIED);
 * the message is a sentence for people. program: its name, for that sentence. (transfer full) */
HpProcessStop *
hp_process_stop_new (pid_t pid, guint64 start_time, const char *program, GError **error);

HpProcessStopState hp_process_stop_get_state (HpProcessStop *self);

/* Ends it at once. */
void hp_process_stop_force (HpProcessStop *self);

/* For tests: how long until force is offered; 3000 otherwise. */
void hp_process_stop_set_patience (guint ms);

G_END_DECLS
