/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <limits.h>

#include "http/hp-beneath.h"
#include "test-folder.h"

static void
link_absolute (TestFolder *folder, const char *rest, const char *name)
{
  g_autofree char *target = g_strconcat (folder->path, rest, NULL);

  test_folder_link (folder, target, name);
}

static TestFolder *
make_tree (void)
{
  TestFolder *folder = test_folder_new ();

  test_folder_mkdir (folder, "a/b/c");
  test_folder_write (folder, "file", "file");
  test_folder_write (folder, "a/b/file", "inner");
  test_folder_fifo (folder, "a/fifo");

  test_folder_link (folder, "file", "link");
  test_folder_link (folder, "link", "link-to-link");
  test_folder_link (folder, "a/b", "link-to-folder");
  test_folder_link (folder, "a/b/", "link-with-slash");
  test_folder_link (folder, "file/", "link-to-file-with-slash");
  test_folder_link (folder, "../../file", "a/b/up");
  test_folder_link (folder, "./b/.././b//file", "a/winding");
  test_folder_link (folder, "link-to-folder/../fifo", "a/through");
  test_folder_link (folder, "../link-to-folder/../b/file", "a/round");
  test_folder_link (folder, "missing", "dangling");
  test_folder_link (folder, "loop-b", "loop-a");
  test_folder_link (folder, "loop-a", "loop-b");
  test_folder_link (folder, ".", "self");

  test_folder_link (folder, "..", "parent");
  test_folder_link (folder, "../secret.txt", "out");
  test_folder_link (folder, "../../../secret.txt", "a/b/out");
  test_folder_link (folder, "../served/file", "out-and-in");
  test_folder_link (folder, "/etc/passwd", "absolute");
  link_absolute (folder, "", "absolute-inside");
  link_absolute (folder, "/file", "a/absolute-file");
  link_absolute (folder, "/a//b", "a/absolute-folder");
  link_absolute (folder, "/../served/file", "absolute-up");
  link_absolute (folder, "-beside/file", "absolute-beside");
  link_absolute (folder, "/absolute-loop", "absolute-loop");
  test_folder_link (folder, "/proc/self/root", "a/magic");
  test_folder_link (folder, "/", "root");

  return folder;
}

/* For both ways to open: what a path leads to, or the error. */
static const struct
{
  const char *path;
  const char *content; /* "/": a folder; NULL: an error */
  int error;
} rows[] = {
  { "", "/" },
  { ".", "/" },
  { "file", "file" },
  { "a", "/" },
  { "a/b/file", "inner" },
  { "a//b///file", "inner" },
  { "link", "file" },
  { "link-to-link", "file" },
  { "link-to-folder", "/" },
  { "link-to-folder/file", "inner" },
  { "link-with-slash/file", "inner" },
  { "a/b/up", "file" },
  { "link-to-folder/up", "file" },
  { "a/winding", "inner" },
  { "a/round", "inner" },
  { "self/self/self/file", "file" },
  { "self", "/" },
  { "missing", NULL, ENOENT },
  { "a/missing/x", NULL, ENOENT },
  { "dangling", NULL, ENOENT },
  { "file/", NULL, ENOTDIR },
  { "file/x", NULL, ENOTDIR },
  { "link/x", NULL, ENOTDIR },
  { "link-to-file-with-slash", NULL, ENOTDIR },
  { "a/through", NULL, ENOENT },
  { "loop-a", NULL, ELOOP },
  { "loop-a/x", NULL, ELOOP },
  { "..", NULL, EXDEV },
  { "a/../..", NULL, EXDEV },
  { "a/b/../../file", "file" },
  { "parent", NULL, EXDEV },
  { "parent/secret.txt", NULL, EXDEV },
  { "parent/served/file", NULL, EXDEV },
  { "out", NULL, EXDEV },
  { "a/b/out", NULL, EXDEV },
  { "link-to-folder/out", NULL, EXDEV },
  { "out-and-in", NULL, EXDEV },
  { "absolute", NULL, EXDEV },
  { "absolute-beside", NULL, EXDEV },
  { "absolute-up", NULL, EXDEV },
  /* an absolute link is fine when it leads into the folder */
  { "absolute-inside", "/" },
  { "absolute-inside/file", "file" },
  { "a/absolute-file", "file" },
  { "a/absolute-folder/file", "inner" },
  { "a/absolute-folder/up", "file" },
  { "absolute-inside/a/absolute-folder/out", NULL, EXDEV },
  { "absolute-loop", NULL, ELOOP },
  { "a/magic", NULL, EXDEV },
  { "a/magic/etc/passwd", NULL, EXDEV },
  { "root/etc/passwd", NULL, EXDEV },
  { "/etc/passwd", NULL, EXDEV },
};

static void
check_row (TestFolder *folder, gsize i)
{
  char buffer[64] = { 0 };
  struct stat stat;
  int fd;

  errno = 0;
  fd = hp_beneath_open (folder->fd, rows[i].path, O_RDONLY | O_NONBLOCK);
  if (rows[i].content == NULL)
    {
      g_assert_cmpint (fd, ==, -1);
      g_assert_cmpint (errno, ==, rows[i].error);
      g_assert_cmpint (hp_beneath_stat (folder->fd, rows[i].path, &stat), ==, -1);
      g_assert_cmpint (errno, ==, rows[i].error);
      return;
    }

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (fcntl (fd, F_GETFD) & FD_CLOEXEC, !=, 0);
  g_assert_cmpint (hp_beneath_stat (folder->fd, rows[i].path, &stat), ==, 0);
  if (S_ISDIR (stat.st_mode))
    g_assert_cmpstr (rows[i].content, ==, "/");
  else
    {
      g_assert_cmpint (read (fd, buffer, sizeof buffer - 1), >, 0);
      g_assert_cmpstr (rows[i].content, ==, buffer);
    }
  close (fd);
}

static void
test_table (gconstpointer walk)
{
  g_autoptr (TestFolder) folder = make_tree ();

  hp_beneath_force_walk (GPOINTER_TO_INT (walk));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].path);
      check_row (folder, i);
    }
  hp_beneath_force_walk (FALSE);
}

static int
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  int n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

static void
test_limits (gconstpointer walk)
{
  g_autoptr (TestFolder) folder = make_tree ();
  g_autofree char *name = g_strnfill (256, 'n');
  g_autofree char *longest = g_strnfill (255, 'n');
  g_autoptr (GString) deep = g_string_new (NULL);
  struct stat stat;
  int n_before;

  hp_beneath_force_walk (GPOINTER_TO_INT (walk));
  n_before = count_descriptors ();

  test_folder_write (folder, longest, "x");
  g_assert_cmpint (hp_beneath_stat (folder->fd, longest, &stat), ==, 0);
  g_assert_cmpint (hp_beneath_stat (folder->fd, name, &stat), ==, -1);
  g_assert_cmpint (errno, ==, ENAMETOOLONG);

  while (deep->len < PATH_MAX)
    g_string_append (deep, "self/");
  g_string_append (deep, "file");
  g_assert_cmpint (hp_beneath_stat (folder->fd, deep->str, &stat), ==, -1);
  g_assert_cmpint (errno, ==, ENAMETOOLONG);

  /* Forty links, and one more. */
  g_string_truncate (deep, 0);
  for (int i = 0; i < 40; i++)
    g_string_append (deep, "self/");
  g_string_append (deep, "file");
  g_assert_cmpint (hp_beneath_stat (folder->fd, deep->str, &stat), ==, 0);
  g_string_prepend (deep, "self/");
  g_assert_cmpint (hp_beneath_stat (folder->fd, deep->str, &stat), ==, -1);
  g_assert_cmpint (errno, ==, ELOOP);

  g_assert_cmpint (count_descriptors (), ==, n_before);
  hp_beneath_force_walk (FALSE);
}

/* A switch allows links that lead out, but not the magic ones, and no "..". */
static void
test_anywhere (void)
{
  static const struct
  {
    const char *path;
    const char *content;
    int error;
  } anywhere[] = {
    { "file", "file" },          { "", "/" },
    { "out", "secret" },         { "parent/secret.txt", "secret" },
    { "a/b/out", "secret" },     { "link-to-folder/up", "file" },
    { "absolute-up", "file" },   { "root", "/" },
    { "a/magic", NULL, ELOOP },  { "a/magic/etc/passwd", NULL, ELOOP },
    { "missing", NULL, ENOENT },
  };
  g_autoptr (TestFolder) folder = make_tree ();

  for (gsize i = 0; i < G_N_ELEMENTS (anywhere); i++)
    {
      int fd = hp_beneath_open_anywhere (folder->fd, anywhere[i].path, O_RDONLY | O_NONBLOCK);
      char buffer[64] = { 0 };

      g_test_message ("%s", anywhere[i].path);
      if (anywhere[i].content == NULL)
        {
          g_assert_cmpint (errno, ==, anywhere[i].error);
          g_assert_cmpint (fd, ==, -1);
          continue;
        }
      g_assert_cmpint (fd, >=, 0);
      if (strcmp (anywhere[i].content, "/") != 0)
        {
          g_assert_cmpint (read (fd, buffer, sizeof buffer - 1), >, 0);
          g_assert_cmpstr (buffer, ==, anywhere[i].content);
        }
      close (fd);
    }

  /* Without the kernel's help it is as if nobody had allowed it. */
  hp_beneath_force_walk (TRUE);
  g_assert_cmpint (hp_beneath_open_anywhere (folder->fd, "out", O_RDONLY), ==, -1);
  g_assert_cmpint (errno, ==, EXDEV);
  hp_beneath_force_walk (FALSE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/beneath/table/kernel", GINT_TO_POINTER (FALSE), test_table);
  g_test_add_data_func ("/beneath/table/walk", GINT_TO_POINTER (TRUE), test_table);
  g_test_add_func ("/beneath/anywhere", test_anywhere);
  g_test_add_data_func ("/beneath/limits/kernel", GINT_TO_POINTER (FALSE), test_limits);
  g_test_add_data_func ("/beneath/limits/walk", GINT_TO_POINTER (TRUE), test_limits);

  return g_test_run ();
}
