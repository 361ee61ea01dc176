/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <unistd.h>

#include "ports/hp-cgroup.h"
#include "ports/hp-port-owner.h"
#include "ports/hp-process.h"
#include "ports/hp-socket-holders.h"
#include "ports/hp-user-name.h"

G_DEFINE_BOXED_TYPE (HpPortOwner, hp_port_owner, hp_port_owner_copy, hp_port_owner_free)

HpPortOwner *
hp_port_owner_copy (const HpPortOwner *self)
{
  HpPortOwner *copy = g_memdup2 (self, sizeof *self);

  copy->program = g_strdup (self->program);
  copy->command = g_strdup (self->command);
  copy->directory = g_strdup (self->directory);
  copy->service = g_strdup (self->service);
  copy->app_id = g_strdup (self->app_id);
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
  g_free (self->app_id);
  g_free (self->user);
  g_free (self);
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
  if (!self->sandboxed || uid != HP_OVERFLOW_UID)
    self->user = hp_user_name_find (uid);
}

static void
read_process (HpPortOwner *self, pid_t pid, guint64 start_time)
{
  HpProcess process = { NULL };

  if (!hp_process_read (pid, start_time, &process))
    return;
  self->pid = pid;
  self->start_time = start_time;
  self->started_us = hp_process_get_started (start_time);
  self->program = process.program;
  self->command = process.command;
  if (self->is_me)
    self->directory = process.directory;
  else
    g_free (process.directory);
}

/* What the descriptors of a foreign process hide, its service often tells; and when that has only
 * one process of the socket's user, it is the one. */
static void
find_service (HpPortOwner *self, const HpPortVerdict *verdict)
{
  g_autofree char *unit = NULL;
  guint64 start_time;
  pid_t only_pid;
  uid_t uid;

  unit = hp_cgroup_find_unit (verdict->cgroup_id, &only_pid);
  if (unit != NULL)
    {
      self->service = hp_cgroup_describe_unit (unit);
      self->app_id = hp_cgroup_get_app_id (unit);
    }
  if (self->pid == 0 && only_pid != 0 && hp_process_get_start_time (only_pid, &start_time)
      && hp_process_get_uid (only_pid, &uid) && uid == verdict->uid)
    read_process (self, only_pid, start_time);
}

static HpPortOwner *
find_with_holder (const HpPortVerdict *verdict, const HpSocketHolder *holder)
{
  HpPortOwner *self = g_new0 (HpPortOwner, 1);
  guint64 start_time;

  self->state = verdict->state;
  self->port = verdict->port;
  self->expires_ms = verdict->expires_ms;
  self->sandboxed = is_sandboxed ();
  if (verdict->inode == 0)
    return self;

  find_user (self, verdict->uid);
  if (verdict->state == HP_PORT_OURS && hp_process_get_start_time (getpid (), &start_time))
    read_process (self, getpid (), start_time);
  else if (holder->pid != 0)
    read_process (self, holder->pid, holder->start_time);
  find_service (self, verdict);
  return self;
}

GPtrArray *
hp_port_owner_find_many (const HpPortVerdict *verdicts, gsize n)
{
  GPtrArray *owners = g_ptr_array_new_full ((guint) n, (GDestroyNotify) hp_port_owner_free);
  g_autofree guint32 *inodes = g_new (guint32, n);
  g_autofree HpSocketHolder *holders = g_new (HpSocketHolder, n);
  gsize i;

  /* Our own needn't be looked for. */
  for (i = 0; i < n; i++)
    inodes[i] = verdicts[i].state != HP_PORT_OURS ? verdicts[i].inode : 0;
  hp_socket_holders_find (inodes, n, holders);
  for (i = 0; i < n; i++)
    g_ptr_array_add (owners, find_with_holder (&verdicts[i], &holders[i]));
  return owners;
}

HpPortOwner *
hp_port_owner_find (const HpPortVerdict *verdict)
{
  HpSocketHolder holder = { 0 };

  if (verdict->state != HP_PORT_OURS && verdict->inode != 0)
    hp_socket_holders_find (&verdict->inode, 1, &holder);
  return find_with_holder (verdict, &holder);
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

static void
check_in_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  HpPortVerdict verdict;

  hp_port_check ((guint16) GPOINTER_TO_UINT (task_data), &verdict);
  g_task_return_pointer (task, hp_port_owner_find (&verdict), (GDestroyNotify) hp_port_owner_free);
}

void
hp_port_owner_check_async (guint16 port,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, hp_port_owner_check_async);
  g_task_set_task_data (task, GUINT_TO_POINTER (port), NULL);
  g_task_run_in_thread (task, check_in_thread);
}

HpPortOwner *
hp_port_owner_check_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
