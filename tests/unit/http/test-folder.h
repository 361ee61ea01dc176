/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib.h>

/* A folder for one test, with files of known content. Files are made in one call and given an old
 * date, so that their tags are settled. */
typedef struct
{
  char *path; /* the served folder, "served" in a folder of its own */
  char *base;
  int fd;
} TestFolder;

static inline char *
test_folder_path (TestFolder *self, const char *name)
{
  return g_strconcat (self->path, "/", name, NULL);
}

static inline void
test_folder_mkdir (TestFolder *self, const char *name)
{
  g_autofree char *path = test_folder_path (self, name);

  g_assert_cmpint (g_mkdir_with_parents (path, 0755), ==, 0);
}

static inline void
test_folder_write (TestFolder *self, const char *name, const char *content)
{
  const struct timespec old[2] = { { .tv_sec = 784111777 }, { .tv_sec = 784111777 } };
  g_autofree char *path = test_folder_path (self, name);
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  gsize length = strlen (content);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, content, length), ==, (gssize) length);
  g_assert_cmpint (futimens (fd, old), ==, 0);
  close (fd);
}

static inline void
test_folder_link (TestFolder *self, const char *target, const char *name)
{
  g_autofree char *path = test_folder_path (self, name);

  g_assert_cmpint (symlink (target, path), ==, 0);
}

static inline void
test_folder_fifo (TestFolder *self, const char *name)
{
  g_autofree char *path = test_folder_path (self, name);

  g_assert_cmpint (mkfifo (path, 0644), ==, 0);
}

/* Files are stamped by a clock that moves in ticks; newer kernels stamp what somebody has looked at
 * by the exact one, which is up to two ticks ahead. Waits until the slower clock is past both. */
static inline void
test_folder_settle (void)
{
  struct timespec start, now;

  clock_gettime (CLOCK_REALTIME, &start);
  do
    {
      g_usleep (500);
      clock_gettime (CLOCK_REALTIME_COARSE, &now);
    }
  while (now.tv_sec < start.tv_sec || (now.tv_sec == start.tv_sec && now.tv_nsec <= start.tv_nsec));
}

static inline TestFolder *
test_folder_new (void)
{
  TestFolder *self = g_new0 (TestFolder, 1);

  self->base = g_dir_make_tmp ("homeport-test-XXXXXX", NULL);
  g_assert_nonnull (self->base);
  self->path = g_build_filename (self->base, "served", NULL);
  test_folder_mkdir (self, "");
  test_folder_write (self, "../secret.txt", "secret");
  self->fd = open (self->path, O_PATH | O_DIRECTORY | O_CLOEXEC);

  return self;
}

/* Removes a tree without following links. */
static inline void
test_folder_remove (const char *path)
{
  const char *argv[] = { "rm", "-rf", "--", path, NULL };

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, NULL, NULL));
}

static inline void
test_folder_free (TestFolder *self)
{
  close (self->fd);
  test_folder_remove (self->base);
  g_free (self->base);
  g_free (self->path);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestFolder, test_folder_free)
