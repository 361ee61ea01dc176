/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <glib-unix.h>
#include <glib/gi18n-lib.h>

#include "ports/hp-process-stop.h"
#include "ports/hp-process.h"

struct _HpProcessStop
{
  GObject parent_instance;

  HpProcessStopState state;
  int pidfd;    /* this very process, whoever gets its number later; -1 once it has gone */
  guint source; /* of pidfd */
  guint timer;  /* until force is offered */
};

enum
{
  PROP_0,
  PROP_STATE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint patience_ms = 3000;

G_DEFINE_FINAL_TYPE (HpProcessStop, hp_process_stop, G_TYPE_OBJECT)

GType
hp_process_stop_state_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { HP_PROCESS_ASKED, "HP_PROCESS_ASKED", "asked" },
    { HP_PROCESS_CAN_FORCE, "HP_PROCESS_CAN_FORCE", "can-force" },
    { HP_PROCESS_FORCED, "HP_PROCESS_FORCED", "forced" },
    { HP_PROCESS_GONE, "HP_PROCESS_GONE", "gone" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("HpProcessStopState", values));
  return type;
}

static void
set_state (HpProcessStop *self, HpProcessStopState state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static int
send_signal (int pidfd, int number)
{
  return (int) syscall (SYS_pidfd_send_signal, pidfd, number, NULL, 0);
}

static void
end_watching (HpProcessStop *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->pidfd >= 0)
    close (self->pidfd);
  self->pidfd = -1;
}

/* A descriptor of a process can be read from when it has ended. */
static gboolean
ended_cb (int fd, GIOCondition condition, gpointer user_data)
{
  HpProcessStop *self = user_data;

  self->source = 0;
  end_watching (self);
  set_state (self, HP_PROCESS_GONE);
  return G_SOURCE_REMOVE;
}

static gboolean
patience_over_cb (gpointer user_data)
{
  HpProcessStop *self = user_data;

  self->timer = 0;
  set_state (self, HP_PROCESS_CAN_FORCE);
  return G_SOURCE_REMOVE;
}

static void
hp_process_stop_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HpProcessStop *self = HP_PROCESS_STOP (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_process_stop_finalize (GObject *object)
{
  end_watching (HP_PROCESS_STOP (object));

  G_OBJECT_CLASS (hp_process_stop_parent_class)->finalize (object);
}

static void
hp_process_stop_class_init (HpProcessStopClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hp_process_stop_get_property;
  object_class->finalize = hp_process_stop_finalize;

  properties[PROP_STATE] = g_param_spec_enum (
      "state", NULL, NULL, HP_TYPE_PROCESS_STOP_STATE, HP_PROCESS_ASKED,
      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hp_process_stop_init (HpProcessStop *self)
{
  self->pidfd = -1;
}

gboolean
hp_process_stop_is_allowed (pid_t pid, uid_t uid)
{
  return pid > 1 && pid != getpid () && uid == geteuid ();
}

static void
set_gone (GError **error, const char *program)
{
  if (program)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("“%s” isn’t running any more."),
                 program);
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                         _ ("This program isn’t running any more."));
}

static void
set_forbidden (GError **error, const char *program)
{
  if (program)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                 _ ("Homeport may not stop “%s”: it isn’t a program of yours."), program);
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                         _ ("Homeport may not stop this program: it isn’t one of yours."));
}

static void
set_failed (GError **error, const char *program, int number)
{
  int code = (int) g_io_error_from_errno (number);

  if (program)
    g_set_error (error, G_IO_ERROR, code, _ ("“%s” can’t be stopped: %s"), program,
                 g_strerror (number));
  else
    g_set_error (error, G_IO_ERROR, code, _ ("This program can’t be stopped: %s"),
                 g_strerror (number));
}

/* The process that was meant, opened so that it can't become another one. -1: error is set. */
static int
open_process (pid_t pid, guint64 start_time, const char *program, GError **error)
{
  guint64 start_now;
  uid_t uid;
  int fd = (int) syscall (SYS_pidfd_open, pid, 0);

  if (fd < 0 && errno != ESRCH && errno != EINVAL)
    set_failed (error, program, errno);
  /* Looked at only now that its number can't go to another process unnoticed. */
  else if (fd < 0 || !hp_process_get_start_time (pid, &start_now) || start_now != start_time)
    set_gone (error, program);
  else if (!hp_process_get_uid (pid, &uid) || !hp_process_stop_is_allowed (pid, uid))
    set_forbidden (error, program);
  else
    return fd;

  if (fd >= 0)
    close (fd);
  return -1;
}

HpProcessStop *
hp_process_stop_new (pid_t pid, guint64 start_time, const char *program, GError **error)
{
  g_autoptr (HpProcessStop) self = NULL;
  int fd = open_process (pid, start_time, program, error);

  if (fd < 0)
    return NULL;

  self = g_object_new (HP_TYPE_PROCESS_STOP, NULL);
  self->pidfd = fd;
  if (send_signal (fd, SIGTERM) != 0)
    {
      if (errno == ESRCH)
        set_gone (error, program);
      else
        set_forbidden (error, program);
      return NULL;
    }
  self->source = g_unix_fd_add (fd, G_IO_IN, ended_cb, self);
  self->timer = g_timeout_add (patience_ms, patience_over_cb, self);
  return g_steal_pointer (&self);
}

HpProcessStopState
hp_process_stop_get_state (HpProcessStop *self)
{
  g_return_val_if_fail (HP_IS_PROCESS_STOP (self), HP_PROCESS_GONE);
  return self->state;
}

void
hp_process_stop_force (HpProcessStop *self)
{
  g_return_if_fail (HP_IS_PROCESS_STOP (self));

  if (self->pidfd < 0)
    return;
  g_clear_handle_id (&self->timer, g_source_remove);
  /* It fails only for one that has just ended, and that is told in any case. */
  send_signal (self->pidfd, SIGKILL);
  set_state (self, HP_PROCESS_FORCED);
}

void
hp_process_stop_set_patience (guint ms)
{
  patience_ms = ms;
}
