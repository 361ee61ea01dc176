/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "ports/hp-cgroup.h"
#include "ports/hp-port-owner.h"
#include "ports/hp-process.h"

/* What a user namespace shows for every user that it doesn't know. */
#define OVERFLOW_UID 65534

#define MAX_PASSWD_SIZE (1024 * 1024)

G_DEFINE_BOXED_TYPE (HpPortOwner, hp_port_owner, hp_port_owner_copy, hp_port_owner_free)

HpPortOwner *
hp_port_owner_copy (const HpPortOwner *self)
{
  HpPortOwner *copy = g_memdup2 (self, sizeof *self);

  copy->program = g_strdup (self->program);
  copy->command = g_strdup (self->command);
  copy->directory = g_strdup (self->directory);
  copy->service = g_strdup (self->service);
  copy->user = g_strdup (self->user);
  return copy;
}

void
hp_port_owner_free (HpPortOwner *self)
{
  if (self == NULL)
    return;

  g_free (self->program);
  g_free (self->command);
  g_free (self->directory);
  g_free (self->service);
  g_free (self->user);
  g_free (self);
}

/* May ask a directory service. (transfer full) (nullable) */
static char *
find_user_name (uid_t uid)
{
  gsize size = 1024;

  while (size <= MAX_PASSWD_SIZE)
    {
      g_autofree char *buffer = g_malloc (size);
      struct passwd entry;
      struct passwd *result = NULL;
      int error_number = getpwuid_r (uid, &entry, buffer, size, &result);

      if (result != NULL && *result->pw_name != '\0')
        return hp_process_escape (result->pw_name, strlen (result->pw_name), 64);
      if (error_number != ERANGE && error_number != EINTR)
        return NULL;
      if (error_number == ERANGE)
        size *= 2;
    }
  return NULL;
}

static gboolean
is_sandboxed (void)
{
  return access ("/.flatpak-info", F_OK) == 0;
}

static void
find_user (HpPortOwner *self, guint32 uid)
{
  self->uid = uid;
  self->is_me = uid == geteuid ();
  /* Within a sandbox "nobody" stands for all other users, root included. */
  if (!self->sandboxed || uid != OVERFLOW_UID)
    self->user = find_user_name (uid);
}

static void
read_process (HpPortOwner *self, pid_t pid, guint64 start_time)
{
  HpProcess process = { NULL };

  if (!hp_process_read (pid, start_time, &process))
    return;
  self->pid = pid;
  self->program = process.program;
  self->command = process.command;
  if (self->is_me)
    self->directory = process.directory;
  else
    g_free (process.directory);
}

static void
find_process (HpPortOwner *self, const HpPortVerdict *verdict)
{
  guint64 start_time = 0;
  pid_t pid;

  if (verdict->state != HP_PORT_OURS)
    pid = hp_process_find_holder (verdict->inode, verdict->uid, &start_time);
  else
    pid = hp_process_get_start_time (getpid (), &start_time) ? getpid () : 0;

  if (pid != 0)
    read_process (self, pid, start_time);
}

/* What the descriptors of a foreign process hide, its service often tells; and when that has only
 * one process of the socket's user, it is the one. */
static void
find_service (HpPortOwner *self, const HpPortVerdict *verdict)
{
  guint64 start_time;
  pid_t only_pid;
  uid_t uid;

  self->service = hp_cgroup_find_unit (verdict->cgroup_id, &only_pid);
  if (self->pid == 0 && only_pid != 0 && hp_process_get_start_time (only_pid, &start_time)
      && hp_process_get_uid (only_pid, &uid) && uid == verdict->uid)
    read_process (self, only_pid, start_time);
}

HpPortOwner *
hp_port_owner_find (const HpPortVerdict *verdict)
{
  HpPortOwner *self = g_new0 (HpPortOwner, 1);

  self->state = verdict->state;
  self->port = verdict->port;
  self->expires_ms = verdict->expires_ms;
  self->sandboxed = is_sandboxed ();
  if (verdict->inode == 0)
    return self;

  find_user (self, verdict->uid);
  find_process (self, verdict);
  find_service (self, verdict);
  return self;
}

static void
find_in_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  g_task_return_pointer (task, hp_port_owner_find (task_data), (GDestroyNotify) hp_port_owner_free);
}

void
hp_port_owner_find_async (const HpPortVerdict *verdict,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, hp_port_owner_find_async);
  g_task_set_task_data (task, g_memdup2 (verdict, sizeof *verdict), g_free);
  g_task_run_in_thread (task, find_in_thread);
}

HpPortOwner *
hp_port_owner_find_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
