/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ports/hp-cgroup.h"

#define MAX_DEPTH  32
#define MAX_GROUPS 20000

/* Control group id → path, as of the last walk, of any thread. */
static GMutex groups_lock;
static GHashTable *groups;

char *
hp_cgroup_parse_mounts (const char *mountinfo)
{
  g_auto (GStrv) lines = g_strsplit (mountinfo, "\n", -1);
  gsize i;

  for (i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], " ", -1);
      guint n_fields = g_strv_length (fields);
      guint j;

      /* The fifth field is the mount point; the type comes after a dash. */
      for (j = 6; j + 1 < n_fields; j++)
        {
          if (g_str_equal (fields[j], "-"))
            {
              if (g_str_equal (fields[j + 1], "cgroup2"))
                return g_strcompress (fields[4]);
              break;
            }
        }
    }
  return NULL;
}

static char *
find_root (void)
{
  g_autofree char *mountinfo = NULL;

  if (!g_file_get_contents ("/proc/self/mountinfo", &mountinfo, NULL, NULL))
    return NULL;
  return hp_cgroup_parse_mounts (mountinfo);
}

/* The id of a group is the inode number of its folder, which readdir() tells without a stat. */
static void
walk (GHashTable *found, const char *path, guint depth)
{
  DIR *directory = opendir (path);
  const struct dirent *entry;

  if (directory == NULL)
    return;

  while ((entry = readdir (directory)) != NULL && g_hash_table_size (found) < MAX_GROUPS)
    {
      guint64 id = entry->d_ino;
      char *child;

      if (entry->d_type != DT_DIR || g_str_equal (entry->d_name, ".")
          || g_str_equal (entry->d_name, ".."))
        continue;
      child = g_build_filename (path, entry->d_name, NULL);
      g_hash_table_insert (found, g_memdup2 (&id, sizeof id), child);
      if (depth < MAX_DEPTH)
        walk (found, child, depth + 1);
    }
  closedir (directory);
}

static gboolean
has_id (const char *path, guint64 id)
{
  struct stat status;

  return stat (path, &status) == 0 && status.st_ino == id;
}

/* (transfer full) (nullable) */
static char *
find_path (guint64 id)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&groups_lock);
  const char *path = groups != NULL ? g_hash_table_lookup (groups, &id) : NULL;

  if (path == NULL || !has_id (path, id))
    {
      g_autofree char *root = find_root ();

      if (root == NULL)
        return NULL;
      g_clear_pointer (&groups, g_hash_table_unref);
      groups = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
      walk (groups, root, 0);
      path = g_hash_table_lookup (groups, &id);
    }
  return g_strdup (path);
}

/* Units that hold whatever a person starts say nothing about the program. */
static gboolean
is_telling (const char *unit)
{
  return !g_str_equal (unit, "init.scope") && !g_str_has_prefix (unit, "session-")
         && !g_str_has_prefix (unit, "vte-spawn-") && !g_str_has_prefix (unit, "user@");
}

char *
hp_cgroup_get_unit (const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  guint i;

  for (i = g_strv_length (parts); i > 0; i--)
    {
      const char *part = parts[i - 1];

      if (g_str_has_suffix (part, ".service") || g_str_has_suffix (part, ".scope"))
        return is_telling (part) ? g_strdup (part) : NULL;
    }
  return NULL;
}

static pid_t
read_only_pid (const char *path)
{
  g_autofree char *file = g_build_filename (path, "cgroup.procs", NULL);
  g_autofree char *text = NULL;
  guint64 pid;
  char *end;

  if (!g_file_get_contents (file, &text, NULL, NULL))
    return 0;
  pid = g_ascii_strtoull (text, &end, 10);
  return g_str_equal (end, "\n") && pid <= G_MAXINT ? (pid_t) pid : 0;
}

char *
hp_cgroup_find_unit (guint64 id, pid_t *only_pid)
{
  g_autofree char *path = NULL;
  g_autofree char *unit = NULL;

  *only_pid = 0;
  if (id == 0)
    return NULL;

  path = find_path (id);
  if (path == NULL)
    return NULL;
  unit = hp_cgroup_get_unit (path);
  if (unit != NULL)
    *only_pid = read_only_pid (path);
  return g_steal_pointer (&unit);
}
