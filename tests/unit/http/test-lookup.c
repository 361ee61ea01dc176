/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "http/hp-beneath.h"
#include "http/hp-lookup.h"
#include "test-folder.h"

static void
make_socket (TestFolder *folder, const char *name)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_autofree char *path = test_folder_path (folder, name);
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpuint (g_strlcpy (address.sun_path, path, sizeof address.sun_path), <,
                    sizeof address.sun_path);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  close (fd);
}

static const struct
{
  const char *path;
  HpReason reason;
  HpLookupFlags flags;
  const char *other_path;
} rows[] = {
  { "", HP_REASON_NONE },
  { "img", HP_REASON_NONE },
  { "img/logo.png", HP_REASON_NONE },
  { "link", HP_REASON_NONE },
  { "missing", HP_REASON_MISSING },
  { "missing", HP_REASON_MISSING, HP_LOOKUP_OTHER_CASE },
  { "img/logo.png/x", HP_REASON_MISSING, HP_LOOKUP_OTHER_CASE },
  { "dangling", HP_REASON_MISSING, HP_LOOKUP_OTHER_CASE },
  { "loop", HP_REASON_MISSING, HP_LOOKUP_OTHER_CASE },
  { "out", HP_REASON_OUTSIDE_FOLDER },
  { "out", HP_REASON_OUTSIDE_FOLDER, HP_LOOKUP_OTHER_CASE },
  { "out-folder/secret.txt", HP_REASON_OUTSIDE_FOLDER },
  { "out", HP_REASON_NONE, HP_LOOKUP_FOLLOW },
  { "out-folder/secret.txt", HP_REASON_NONE, HP_LOOKUP_FOLLOW },
  { "out-folder/.ssh", HP_REASON_HIDDEN, HP_LOOKUP_FOLLOW },
  { "out-folder/missing", HP_REASON_MISSING, HP_LOOKUP_FOLLOW },
  { "out-folder/Secret.TXT", HP_REASON_CASE_MISMATCH, HP_LOOKUP_FOLLOW | HP_LOOKUP_OTHER_CASE,
    "out-folder/secret.txt" },
  { "fifo", HP_REASON_NOT_A_FILE, HP_LOOKUP_FOLLOW },
  { "fifo", HP_REASON_NOT_A_FILE },
  { "socket", HP_REASON_NOT_A_FILE },
  { "fifo/x", HP_REASON_MISSING },
  /* names that begin with a dot, there or not */
  { ".env", HP_REASON_HIDDEN },
  { ".missing", HP_REASON_HIDDEN, HP_LOOKUP_OTHER_CASE },
  { ".git/config", HP_REASON_HIDDEN },
  { "img/.hidden", HP_REASON_HIDDEN },
  { "img/.hidden/x", HP_REASON_HIDDEN },
  { ".env", HP_REASON_NONE, HP_LOOKUP_HIDDEN },
  { ".git/config", HP_REASON_NONE, HP_LOOKUP_HIDDEN },
  { ".missing", HP_REASON_MISSING, HP_LOOKUP_HIDDEN },
  { ".well-known", HP_REASON_NONE },
  { ".well-known/security.txt", HP_REASON_NONE },
  { ".well-known/missing", HP_REASON_MISSING },
  { ".well-known/.x", HP_REASON_HIDDEN },
  { ".well-knownx", HP_REASON_HIDDEN },
  { "img/.well-known", HP_REASON_HIDDEN },
  /* other letter case */
  { "IMG", HP_REASON_CASE_MISMATCH, HP_LOOKUP_OTHER_CASE, "img" },
  { "img/Logo.PNG", HP_REASON_CASE_MISMATCH, HP_LOOKUP_OTHER_CASE, "img/logo.png" },
  { "Img/LOGO.png", HP_REASON_CASE_MISMATCH, HP_LOOKUP_OTHER_CASE, "img/logo.png" },
  { "img/Logo.PNG", HP_REASON_MISSING },
  { "IMG/missing", HP_REASON_MISSING, HP_LOOKUP_OTHER_CASE },
  { "IMG/logo.png/x", HP_REASON_MISSING, HP_LOOKUP_OTHER_CASE },
  { "\xc3\x84rger.TXT", HP_REASON_CASE_MISMATCH, HP_LOOKUP_OTHER_CASE, "\xc3\xa4rger.txt" },
  { "BYTES\xff", HP_REASON_CASE_MISMATCH, HP_LOOKUP_OTHER_CASE, "bytes\xff" },
  { "bytes\xfe", HP_REASON_MISSING, HP_LOOKUP_OTHER_CASE },
  { "Dangling", HP_REASON_MISSING, HP_LOOKUP_OTHER_CASE },
};

static TestFolder *
make_tree (void)
{
  TestFolder *folder = test_folder_new ();

  test_folder_mkdir (folder, "img");
  test_folder_mkdir (folder, ".git");
  test_folder_mkdir (folder, ".well-known");
  test_folder_write (folder, "img/logo.png", "png");
  test_folder_write (folder, ".env", "TOKEN=1");
  test_folder_write (folder, ".git/config", "x");
  test_folder_write (folder, ".well-known/security.txt", "x");
  test_folder_write (folder, "\xc3\xa4rger.txt", "x");
  test_folder_write (folder, "bytes\xff", "x");
  test_folder_link (folder, "img/logo.png", "link");
  test_folder_link (folder, "missing", "dangling");
  test_folder_link (folder, "loop", "loop");
  test_folder_link (folder, "../secret.txt", "out");
  test_folder_link (folder, "..", "out-folder");
  test_folder_fifo (folder, "fifo");
  make_socket (folder, "socket");

  return folder;
}

static void
test_table (gconstpointer walk)
{
  g_autoptr (TestFolder) folder = make_tree ();

  hp_beneath_force_walk (GPOINTER_TO_INT (walk));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (HpLookup) found = { .fd = -1 };

      /* Walking can't tell magic links, so no link may lead out then. */
      if (GPOINTER_TO_INT (walk) && (rows[i].flags & HP_LOOKUP_FOLLOW) != 0)
        continue;

      hp_lookup_find (&found, folder->fd, rows[i].path, rows[i].flags);
      g_test_message ("row %" G_GSIZE_FORMAT ": %d", i, found.reason);
      g_assert_cmpint (found.reason, ==, rows[i].reason);
      g_assert_cmpstr (found.other_path, ==, rows[i].other_path);
      g_assert_cmpint (found.fd >= 0, ==, found.reason == HP_REASON_NONE);
    }
  hp_beneath_force_walk (FALSE);
}

/* A writer that waits at the other end of a FIFO doesn't notice us. */
static void
test_fifo_undisturbed (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = test_folder_path (folder, "fifo");
  g_auto (HpLookup) found;
  int fd;

  test_folder_fifo (folder, "fifo");
  fd = open (path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  g_assert_cmpint (write (fd, "x", 1), ==, 1);
  hp_lookup_find (&found, folder->fd, "fifo", HP_LOOKUP_DEFAULT);
  g_assert_cmpint (found.reason, ==, HP_REASON_NOT_A_FILE);
  close (fd);

  /* With no reader at all, opening to write fails, so nobody opened it to read. */
  fd = open (path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  g_assert_cmpint (fd, ==, -1);
  g_assert_cmpint (errno, ==, ENXIO);
}

static void
test_permission (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *path = test_folder_path (folder, "private");
  HpLookup found;

  if (geteuid () == 0)
    {
      g_test_skip ("root may read everything");
      return;
    }

  test_folder_write (folder, "private", "x");
  g_assert_cmpint (chmod (path, 0), ==, 0);
  hp_lookup_find (&found, folder->fd, "private", HP_LOOKUP_DEFAULT);
  g_assert_cmpint (found.reason, ==, HP_REASON_NO_PERMISSION);
  hp_lookup_clear (&found);
}

static void
test_folder_itself (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *file = NULL;
  int fd;

  test_folder_write (folder, "file", "x");
  file = test_folder_path (folder, "file");

  g_assert_cmpint (hp_lookup_open_folder (folder->path, &fd), ==, HP_REASON_NONE);
  close (fd);
  g_assert_cmpint (hp_lookup_open_folder (file, &fd), ==, HP_REASON_FOLDER_GONE);
  g_assert_cmpint (fd, ==, -1);
  g_assert_cmpint (hp_lookup_open_folder ("/dev/null/none", &fd), ==, HP_REASON_FOLDER_GONE);
  g_assert_cmpint (fd, ==, -1);
}

static void
test_errors (void)
{
  static const struct
  {
    int error;
    HpReason reason;
  } errors[] = {
    { ENOENT, HP_REASON_MISSING },       { ENOTDIR, HP_REASON_MISSING },
    { ENAMETOOLONG, HP_REASON_MISSING }, { ELOOP, HP_REASON_MISSING },
    { EXDEV, HP_REASON_OUTSIDE_FOLDER }, { ENXIO, HP_REASON_NOT_A_FILE },
    { EACCES, HP_REASON_NO_PERMISSION }, { EPERM, HP_REASON_NO_PERMISSION },
    { EMFILE, HP_REASON_BUSY },          { ENFILE, HP_REASON_BUSY },
    { EINVAL, HP_REASON_MISSING },       { EILSEQ, HP_REASON_MISSING },
    { ESTALE, HP_REASON_MISSING },       { ENOKEY, HP_REASON_NO_PERMISSION },
    { EIO, HP_REASON_READ_ERROR },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (errors); i++)
    g_assert_cmpint (hp_lookup_reason_from_errno (errors[i].error), ==, errors[i].reason);
}

/* The look for another letter case is bounded: in a huge folder it may find nothing. */
static void
test_case_budget (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  gint64 start;

  for (int i = 0; i < 6000; i++)
    {
      g_autofree char *name = g_strdup_printf ("file-%d", i);
      g_autofree char *path = test_folder_path (folder, name);

      close (open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    }

  start = g_get_monotonic_time ();
  for (int i = 0; i < 10; i++)
    {
      g_auto (HpLookup) found;

      hp_lookup_find (&found, folder->fd, "NOTHING-LIKE-IT", HP_LOOKUP_OTHER_CASE);
      g_assert_cmpint (found.reason, ==, HP_REASON_MISSING);
    }
  g_test_message ("%.1f ms each", (g_get_monotonic_time () - start) / 10000.0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/lookup/table/kernel", GINT_TO_POINTER (FALSE), test_table);
  g_test_add_data_func ("/lookup/table/walk", GINT_TO_POINTER (TRUE), test_table);
  g_test_add_func ("/lookup/fifo-undisturbed", test_fifo_undisturbed);
  g_test_add_func ("/lookup/permission", test_permission);
  g_test_add_func ("/lookup/folder-itself", test_folder_itself);
  g_test_add_func ("/lookup/errors", test_errors);
  g_test_add_func ("/lookup/case-budget", test_case_budget);

  return g_test_run ();
}
