/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ports/hp-process.h"
#include "ports/hp-socket-holders.h"

#define MAX_REMEMBERED 4096
#define N_RECENT       8

/* A socket may get into the hands of a program that we can look into; seldom, though. */
#define BELIEVE_NOBODY (30 * G_USEC_PER_SEC)

typedef struct
{
  HpSocketHolder holder;
  int fd;       /* its number in the holder */
  gint64 found; /* monotonic */
} Known;

/* inode → Known, of any thread. */
static GMutex known_lock;
static GHashTable *known;
static guint n_walks;

/* Whose sockets were found last: a browser opens one connection after the other. */
static pid_t recent[N_RECENT];

/* What one walk looks for. */
typedef struct
{
  GHashTable *wanted; /* inode → HpSocketHolder to fill in, those found are taken out */
  int proc_fd;
} Walk;

/* The inode in "socket:[12345]", 0 for anything else. */
static guint32
parse_link (const char *target, gssize length)
{
  static const char prefix[] = "socket:[";
  char text[32];

  if (length <= (gssize) strlen (prefix) || length >= (gssize) sizeof text
      || memcmp (target, prefix, strlen (prefix)) != 0)
    return 0;
  memcpy (text, target, length);
  text[length] = '\0';
  return (guint32) g_ascii_strtoull (text + strlen (prefix), NULL, 10);
}

static void
remember (guint32 inode, const HpSocketHolder *holder, int fd)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&known_lock);
  Known *entry = g_new (Known, 1);

  *entry = (Known){ .holder = *holder, .fd = fd, .found = g_get_monotonic_time () };
  if (known == NULL)
    known = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  if (g_hash_table_size (known) >= MAX_REMEMBERED)
    g_hash_table_remove_all (known);
  g_hash_table_insert (known, GUINT_TO_POINTER (inode), entry);

  if (holder->pid != 0 && holder->pid != recent[0])
    {
      memmove (&recent[1], &recent[0], sizeof recent - sizeof recent[0]);
      recent[0] = holder->pid;
    }
}

/* Whether the descriptor is still this socket, and the process the same. */
static gboolean
check_known (guint32 inode, const Known *entry)
{
  char path[64];
  char target[32];
  guint64 start_time;
  gssize length;

  g_snprintf (path, sizeof path, "/proc/%d/fd/%d", (int) entry->holder.pid, entry->fd);
  length = readlink (path, target, sizeof target);
  return parse_link (target, length) == inode
         && hp_process_get_start_time (entry->holder.pid, &start_time)
         && start_time == entry->holder.start_time;
}

/* TRUE when there is nothing to look for. */
static gboolean
find_known (guint32 inode, HpSocketHolder *holder)
{
  Known entry;
  const Known *found;

  *holder = (HpSocketHolder){ 0 };
  g_mutex_lock (&known_lock);
  found = known != NULL ? g_hash_table_lookup (known, GUINT_TO_POINTER (inode)) : NULL;
  if (found != NULL)
    entry = *found;
  g_mutex_unlock (&known_lock);

  if (found == NULL)
    return FALSE;
  if (entry.holder.pid == 0)
    return g_get_monotonic_time () - entry.found < BELIEVE_NOBODY;
  if (!check_known (inode, &entry))
    return FALSE;
  *holder = entry.holder;
  return TRUE;
}

/* Reads the links only: to stat a descriptor can hang when it is on a dead network mount. FALSE:
 * there isn't a single one. */
static gboolean
look_into (Walk *self, const char *path, pid_t pid)
{
  const struct dirent *entry;
  gboolean any = FALSE;
  DIR *directory;
  int fd = openat (self->proc_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return TRUE;
  directory = fdopendir (fd);
  if (directory == NULL)
    {
      close (fd);
      return TRUE;
    }

  while (g_hash_table_size (self->wanted) > 0 && (entry = readdir (directory)) != NULL)
    {
      char target[32];
      HpSocketHolder *holder;
      guint32 inode;

      if (entry->d_name[0] == '.')
        continue;
      any = TRUE;
      inode = parse_link (target, readlinkat (fd, entry->d_name, target, sizeof target));
      holder = inode ? g_hash_table_lookup (self->wanted, GUINT_TO_POINTER (inode)) : NULL;
      if (holder == NULL || !hp_process_get_start_time (pid, &holder->start_time))
        continue;
      holder->pid = pid;
      remember (inode, holder, atoi (entry->d_name));
      g_hash_table_remove (self->wanted, GUINT_TO_POINTER (inode));
    }
  closedir (directory);
  return any;
}

/* The descriptors of a program whose first thread has ended are seen through the other ones. */
static void
look_into_threads (Walk *self, pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/task", (int) pid);
  g_autoptr (GDir) tasks = g_dir_open (path, 0, NULL);
  const char *name;

  while (tasks != NULL && (name = g_dir_read_name (tasks)) != NULL)
    {
      g_autofree char *descriptors = NULL;

      if (atoi (name) == pid)
        continue;
      descriptors = g_strdup_printf ("%d/task/%s/fd", (int) pid, name);
      if (look_into (self, descriptors, pid))
        return;
    }
}

static void
look_into_process (Walk *self, pid_t pid)
{
  char path[32];

  g_snprintf (path, sizeof path, "%d/fd", (int) pid);
  if (!look_into (self, path, pid))
    look_into_threads (self, pid);
}

/* Only the administrator can look into the processes of others. */
static gboolean
may_look_into (int proc_fd, const char *name)
{
  uid_t me = geteuid ();
  struct stat status;

  return g_ascii_isdigit (name[0]) && fstatat (proc_fd, name, &status, 0) == 0
         && (me == 0 || status.st_uid == me);
}

static void
look_into_recent (Walk *self)
{
  pid_t pids[N_RECENT];
  gsize i;

  g_mutex_lock (&known_lock);
  memcpy (pids, recent, sizeof pids);
  g_mutex_unlock (&known_lock);
  for (i = 0; i < N_RECENT && g_hash_table_size (self->wanted) > 0; i++)
    {
      char name[16];

      g_snprintf (name, sizeof name, "%d", (int) pids[i]);
      if (pids[i] > 1 && may_look_into (self->proc_fd, name))
        look_into_process (self, pids[i]);
    }
}

/* In the order of the pids, so that of a program and its workers the program is found. The system's
 * first process comes last: it keeps the sockets that it opened for others. */
static void
walk (GHashTable *wanted)
{
  const struct dirent *entry;
  DIR *proc = opendir ("/proc");
  Walk self = { .wanted = wanted };

  if (proc == NULL)
    return;
  self.proc_fd = dirfd (proc);
  look_into_recent (&self);
  if (g_hash_table_size (wanted) > 0)
    g_atomic_int_inc (&n_walks);
  while (g_hash_table_size (wanted) > 0 && (entry = readdir (proc)) != NULL)
    {
      if (may_look_into (self.proc_fd, entry->d_name) && !g_str_equal (entry->d_name, "1"))
        look_into_process (&self, (pid_t) atoi (entry->d_name));
    }
  if (g_hash_table_size (wanted) > 0 && may_look_into (self.proc_fd, "1"))
    look_into_process (&self, 1);
  closedir (proc);
}

void
hp_socket_holders_find (const guint32 *inodes, gsize n, HpSocketHolder *holders)
{
  g_autoptr (GHashTable) wanted = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer key;
  gsize i;

  for (i = 0; i < n; i++)
    {
      if (!find_known (inodes[i], &holders[i]) && inodes[i] != 0)
        g_hash_table_insert (wanted, GUINT_TO_POINTER (inodes[i]), &holders[i]);
    }
  if (g_hash_table_size (wanted) == 0)
    return;

  walk (wanted);
  g_hash_table_iter_init (&iter, wanted);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    remember (GPOINTER_TO_UINT (key), &(HpSocketHolder){ 0 }, -1);

  /* One that was asked for more than once. */
  for (i = 0; i < n; i++)
    {
      if (holders[i].pid == 0 && inodes[i] != 0)
        find_known (inodes[i], &holders[i]);
    }
}

guint
hp_socket_holders_get_n_walks (void)
{
  return (guint) g_atomic_int_get (&n_walks);
}
