/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "port-fixture.h"
#include "ports/hp-process.h"

static void
test_choose_name (void)
{
  static const struct
  {
    const char *comm;
    const char *executable;
    const char *argument;
    const char *expected;
  } cases[] = {
    { "python3", "python3.11", "python3", "python3" },
    { "python3", "python3.11", "/usr/bin/python3", "python3" },
    { "serve", "python3.11", "/usr/bin/python3", "python3" },
    { "node-MainThread", "node", "node", "node" },
    { "MainThread", "node", "/usr/bin/node", "node" },
    { "nginx", "nginx", "nginx: master process /usr/sbin/nginx", "nginx" },
    { "httpd", "busybox", "httpd", "httpd" },
    { "bash", "bash", "-bash", "bash" },
    { "anything", "java", "", "java" },
    { "anything", "java", NULL, "java" },
    /* What another user's process shows. */
    { "postgres", NULL, "/usr/lib/postgresql/15/bin/postgres", "postgres" },
    { "gnome-terminal-", NULL, "/usr/libexec/gnome-terminal-server", "gnome-terminal-server" },
    { "sshd", NULL, "sshd: /usr/sbin/sshd -D [listener]", "sshd" },
    { "sshd", NULL, "", "sshd" },
    { "kworker", NULL, NULL, "kworker" },
    { "", NULL, "", NULL },
    { NULL, NULL, NULL, NULL },
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = hp_process_choose_name (cases[i].comm, cases[i].executable,
                                                      cases[i].argument);

      g_assert_cmpstr (name, ==, cases[i].expected);
    }
}

static void
test_escape (void)
{
  static const struct
  {
    const char *text;
    guint max_chars;
    const char *expected;
  } cases[] = {
    { "plain", 10, "plain" },
    { "", 10, "" },
    { "a\nb\tc\033[31m", 100, "a\\x0ab\\x09c\\x1b[31m" },
    { "\x7f", 10, "\\x7f" },
    { "caf\303\251", 10, "caf\303\251" },
    { "\302\205", 10, "\\x85" },
    { "a\342\200\256b", 10, "a\\u{202e}b" },
    { "a\342\201\246b", 10, "a\\u{2066}b" },
    { "a\342\200\250b", 10, "a\\u{2028}b" },
    { "bad\377", 10, "bad\357\277\275" },
    { "abcdef", 3, "abc…" },
    { "abc", 3, "abc" },
    { "\303\251\303\251\303\251", 2, "\303\251\303\251…" },
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = hp_process_escape (cases[i].text, strlen (cases[i].text),
                                                 cases[i].max_chars);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

/* A name may look like the end of the name. */
static void
test_start_time (void)
{
  char name[16];
  guint64 before, after;

  g_assert_true (hp_process_get_start_time (getpid (), &before));
  g_assert_cmpuint (before, >, 0);
  prctl (PR_GET_NAME, name);
  prctl (PR_SET_NAME, ") R 1 (x) 2");
  g_assert_true (hp_process_get_start_time (getpid (), &after));
  prctl (PR_SET_NAME, name);
  g_assert_cmpuint (before, ==, after);
  g_assert_false (hp_process_get_start_time (G_MAXINT, &after));
}

static void
test_read (void)
{
  HpProcess process = { NULL };
  guint64 start_time;

  g_assert_true (hp_process_get_start_time (getpid (), &start_time));
  g_assert_true (hp_process_read (getpid (), start_time, &process));
  g_assert_cmpstr (process.program, ==, "test-process");
  g_assert_true (g_str_has_prefix (process.command, "test-process"));
  g_assert_true (g_path_is_absolute (process.directory));
  g_free (process.program);
  g_free (process.command);
  g_free (process.directory);

  /* The same pid, but another process. */
  g_assert_false (hp_process_read (getpid (), start_time + 1, &process));
}

static void
test_holder (void)
{
  FixtureChild child;
  guint16 port = 0;
  guint64 start_time = 0;
  guint64 expected;
  guint32 inode;
  int fd, round;

  fd = fixture_bind ("127.0.0.1", &port, 0);
  inode = fixture_get_inode (fd);
  g_assert_cmpint (hp_process_find_holder (inode, &start_time), ==, getpid ());

  /* The child has a copy, and has it still when we give ours away: what was remembered of the
   * socket isn't true any more. */
  fixture_child_start (&child, "127.0.0.1", 0, 0, geteuid ());
  close (fd);
  for (round = 0; round < 2; round++)
    {
      g_assert_cmpint (hp_process_find_holder (inode, &start_time), ==, child.pid);
      g_assert_true (hp_process_get_start_time (child.pid, &expected));
      g_assert_cmpuint (start_time, ==, expected);
    }
  fixture_child_stop (&child);
  g_assert_cmpint (hp_process_find_holder (inode, &start_time), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_isolate ();

  g_test_add_func ("/process/choose-name", test_choose_name);
  g_test_add_func ("/process/escape", test_escape);
  g_test_add_func ("/process/start-time", test_start_time);
  g_test_add_func ("/process/read", test_read);
  g_test_add_func ("/process/holder", test_holder);

  return g_test_run ();
}
