/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "ports/hp-cgroup.h"

#define MAX_DEPTH  32
#define MAX_GROUPS 20000

/* What the tools of containers show of an id. */
#define CONTAINER_ID_LENGTH 12

/* Control group id → path, as of the last walk, of any thread. */
static GMutex groups_lock;
static GHashTable *groups;
static GHashTable *missing;

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

/* The groups are as old as their sockets: one that a walk didn't find has gone, or can't be seen
 * from here, and never will be. */
static gboolean
is_missing (guint64 id)
{
  return missing != NULL && g_hash_table_contains (missing, &id);
}

static void
remember_missing (guint64 id)
{
  if (missing == NULL)
    missing = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  if (g_hash_table_size (missing) >= MAX_GROUPS)
    g_hash_table_remove_all (missing);
  g_hash_table_add (missing, g_memdup2 (&id, sizeof id));
}

/* (transfer full) (nullable) */
static char *
find_path (guint64 id)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&groups_lock);
  const char *path = groups != NULL ? g_hash_table_lookup (groups, &id) : NULL;

  if ((path == NULL || !has_id (path, id)) && !is_missing (id))
    {
      g_autofree char *root = find_root ();

      if (root == NULL)
        return NULL;
      g_clear_pointer (&groups, g_hash_table_unref);
      groups = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
      walk (groups, root, 0);
      path = g_hash_table_lookup (groups, &id);
      if (path == NULL)
        remember_missing (id);
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

/* The id at the end of "docker-0123….scope", as short as the tools show it. NULL: not so named. */
static char *
get_container_id (const char *unit, const char *prefix)
{
  gsize length = strlen (prefix);

  if (!g_str_has_prefix (unit, prefix) || !g_str_has_suffix (unit, ".scope")
      || strspn (unit + length, "0123456789abcdef") < CONTAINER_ID_LENGTH)
    return NULL;
  return g_strndup (unit + length, CONTAINER_ID_LENGTH);
}

char *
hp_cgroup_describe_unit (const char *unit)
{
  g_autofree char *docker = get_container_id (unit, "docker-");
  g_autofree char *podman = get_container_id (unit, "libpod-");
  g_autofree char *crio = get_container_id (unit, "crio-");
  g_autofree char *containerd = get_container_id (unit, "cri-containerd-");

  /* Translators: %s is the first digits of a container’s id. */
  if (docker != NULL)
    return g_strdup_printf (_ ("Docker container %s"), docker);
  if (podman != NULL)
    return g_strdup_printf (_ ("Podman container %s"), podman);
  if (crio != NULL || containerd != NULL)
    return g_strdup_printf (_ ("Kubernetes container %s"), crio != NULL ? crio : containerd);
  return g_strdup (unit);
}

/* systemd writes what it can't have in a name as \x2d. (transfer full) */
static char *
unescape_unit (const char *text, gsize length)
{
  GString *out = g_string_new (NULL);
  gsize i;

  for (i = 0; i < length; i++)
    {
      if (i + 3 < length && text[i] == '\\' && text[i + 1] == 'x' && g_ascii_isxdigit (text[i + 2])
          && g_ascii_isxdigit (text[i + 3]))
        {
          g_string_append_c (out, (char) (g_ascii_xdigit_value (text[i + 2]) * 16
                                          + g_ascii_xdigit_value (text[i + 3])));
          i += 3;
        }
      else
        g_string_append_c (out, text[i]);
    }
  return g_string_free (out, FALSE);
}

char *
hp_cgroup_get_app_id (const char *unit)
{
  static const char *const launchers[] = { "gnome-", "flatpak-", "KDE-", "dbus-" };
  const char *start, *end, *dash;
  gsize i;

  /* app[-LAUNCHER]-ID[@RANDOM].service or app[-LAUNCHER]-ID-RANDOM.scope */
  if (!g_str_has_prefix (unit, "app-"))
    return NULL;
  start = unit + strlen ("app-");
  for (i = 0; i < G_N_ELEMENTS (launchers); i++)
    if (g_str_has_prefix (start, launchers[i]))
      {
        start += strlen (launchers[i]);
        break;
      }
  end = strchr (start, '@');
  if (end == NULL)
    end = strrchr (start, '.');
  dash = g_strrstr_len (start, end ? end - start : -1, "-");
  if (end != NULL && g_str_has_prefix (end, ".scope") && dash != NULL)
    end = dash;
  return end != NULL && end > start ? unescape_unit (start, end - start) : NULL;
}
