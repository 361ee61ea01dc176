/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "http/hp-beneath.h"

#define MAX_LINKS 40
#define MAX_DEPTH 128

static gint forced_walk;

static int
call_openat2 (int folder, const char *path, int flags, guint64 resolve)
{
  struct open_how how = { 0 };

  how.flags = (guint) flags;
  how.resolve = resolve | RESOLVE_NO_MAGICLINKS;

  return (int) syscall (SYS_openat2, folder, path, &how, sizeof how);
}

/* Linux 5.6 brought it; some sandboxes forbid calls that they don't know. */
static gboolean
has_openat2 (void)
{
  static gsize answer;

  if (g_once_init_enter (&answer))
    {
      int fd = call_openat2 (AT_FDCWD, ".", O_PATH | O_CLOEXEC, 0);
      gboolean missing = fd < 0 && (errno == ENOSYS || errno == EPERM);

      if (fd >= 0)
        close (fd);
      g_once_init_leave (&answer, missing ? 1 : 2);
    }

  return answer == 2;
}

static void
close_keeping_errno (int fd)
{
  int saved = errno;

  close (fd);
  errno = saved;
}

static void
clear_fd (gpointer fd)
{
  close_keeping_errno (*(int *) fd);
}

/* What is left of the way, and the folders that led here, so that ".." in a link finds back. */
typedef struct
{
  int folder;
  GArray *fds;
  GString *rest;
  int n_links;
  char *folder_path; /* without a slash at the end; NULL: not asked for yet */
} Walk;

static int
get_place (Walk *walk)
{
  return walk->fds->len > 0 ? g_array_index (walk->fds, int, walk->fds->len - 1) : walk->folder;
}

static char *
take_name (Walk *walk)
{
  gsize start = strspn (walk->rest->str, "/");
  gsize length = strcspn (walk->rest->str + start, "/");
  char *name = length > 0 ? g_strndup (walk->rest->str + start, length) : NULL;

  g_string_erase (walk->rest, 0, start + length);

  return name;
}

/* For an absolute target that leads into the folder: the way from there. NULL otherwise. Only a
 * translation: whatever comes out is walked below the folder, like all the rest. */
static const char *
skip_folder_path (Walk *walk, const char *target)
{
  gsize length;

  if (walk->folder_path == NULL)
    {
      g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", walk->folder);
      char path[PATH_MAX];
      ssize_t n = readlink (link, path, sizeof path - 1);

      if (n <= 0 || path[0] != '/')
        return NULL;
      path[n] = '\0';
      walk->folder_path = g_strdup (strcmp (path, "/") == 0 ? "" : path);
    }

  length = strlen (walk->folder_path);
  if (strncmp (target, walk->folder_path, length) != 0 || strchr ("/", target[length]) == NULL)
    return NULL;

  return target + length;
}

static gboolean
enter_link (Walk *walk, int link)
{
  char target[PATH_MAX];
  const char *inside;
  ssize_t length = readlinkat (link, "", target, sizeof target - 1);

  if (length < 0)
    return FALSE;
  target[length] = '\0';

  if (++walk->n_links > MAX_LINKS)
    errno = ELOOP;
  else if (target[0] == '\0')
    errno = ENOENT;
  else if (target[0] == '/')
    {
      inside = skip_folder_path (walk, target);
      if (inside != NULL)
        {
          g_array_set_size (walk->fds, 0);
          g_string_prepend (walk->rest, inside);
          return TRUE;
        }
      errno = EXDEV;
    }
  else
    {
      g_string_prepend (walk->rest, target);
      return TRUE;
    }

  return FALSE;
}

/* One step. TRUE to go on; FALSE at the end of the way, with *result the descriptor or -1. */
static gboolean
step (Walk *walk, const char *name, int flags, int *result)
{
  struct stat stat;
  int fd;

  *result = -1;
  if (strcmp (name, ".") == 0)
    return TRUE;
  if (strcmp (name, "..") == 0)
    {
      if (walk->fds->len == 0)
        {
          errno = EXDEV;
          return FALSE;
        }
      g_array_set_size (walk->fds, walk->fds->len - 1);
      return TRUE;
    }

  fd = openat (get_place (walk), name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return FALSE;

  if (fstat (fd, &stat) < 0)
    {
      close_keeping_errno (fd);
      return FALSE;
    }
  if (S_ISDIR (stat.st_mode) && walk->fds->len < MAX_DEPTH)
    {
      g_array_append_val (walk->fds, fd);
      return TRUE;
    }
  if (S_ISLNK (stat.st_mode))
    {
      gboolean entered = enter_link (walk, fd);

      close_keeping_errno (fd);
      return entered;
    }

  close (fd);
  if (S_ISDIR (stat.st_mode))
    errno = ENAMETOOLONG;
  else if (walk->rest->len > 0 || (flags & O_DIRECTORY) != 0)
    errno = ENOTDIR;
  else
    *result = openat (get_place (walk), name, flags | O_NOFOLLOW);

  return FALSE;
}

static int
walk_beneath (int folder, const char *path, int flags)
{
  Walk walk = { .folder = folder };
  int result = -1;
  gboolean on = TRUE;

  if (path[0] == '/' || strlen (path) >= PATH_MAX)
    {
      errno = path[0] == '/' ? EXDEV : ENAMETOOLONG;
      return -1;
    }

  walk.fds = g_array_new (FALSE, FALSE, sizeof (int));
  g_array_set_clear_func (walk.fds, clear_fd);
  walk.rest = g_string_new (path);

  while (on)
    {
      g_autofree char *name = take_name (&walk);

      if (name == NULL)
        {
          result = openat (get_place (&walk), ".", flags);
          on = FALSE;
        }
      else
        {
          on = step (&walk, name, flags, &result);
        }
    }

  g_array_unref (walk.fds);
  g_string_free (walk.rest, TRUE);
  g_free (walk.folder_path);

  return result;
}

static int
open_by_kernel (int folder, const char *path, int flags, guint64 resolve)
{
  int fd = -1;

  /* EAGAIN: something was renamed while the kernel followed a "..". */
  for (int attempt = 0; attempt < 32; attempt++)
    {
      fd = call_openat2 (folder, path, flags, resolve);
      if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
        break;
    }

  return fd;
}

int
hp_beneath_open (int folder, const char *path, int flags)
{
  int fd;

  flags |= O_CLOEXEC;
  if (path[0] == '\0')
    path = ".";

  if (g_atomic_int_get (&forced_walk) || !has_openat2 ())
    return walk_beneath (folder, path, flags);

  /* For the kernel, every absolute link leads out. */
  fd = open_by_kernel (folder, path, flags, RESOLVE_BENEATH);
  if (fd < 0 && errno == EXDEV)
    fd = walk_beneath (folder, path, flags);

  return fd;
}

int
hp_beneath_open_anywhere (int folder, const char *path, int flags)
{
  if (g_atomic_int_get (&forced_walk) || !has_openat2 ())
    return hp_beneath_open (folder, path, flags);

  return open_by_kernel (folder, path[0] != '\0' ? path : ".", flags | O_CLOEXEC, 0);
}

int
hp_beneath_stat (int folder, const char *path, struct stat *stat)
{
  int fd = hp_beneath_open (folder, path, O_PATH);
  int result = fd < 0 ? -1 : fstat (fd, stat);

  if (fd >= 0)
    close_keeping_errno (fd);

  return result;
}

void
hp_beneath_force_walk (gboolean force)
{
  g_atomic_int_set (&forced_walk, force);
}
