/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "port-fixture.h"
#include "ports/hp-port-check.h"
#include "ports/hp-process.h"
#include "ports/hp-socket-holders.h"
#include "ports/hp-user-name.h"

#define STRANGER 23456
#define ORDINARY 12345

static guint32
find_inode (guint16 port)
{
  HpPortVerdict verdict;

  hp_port_check_glance (port, &verdict);
  g_assert_cmpuint (verdict.inode, !=, 0);
  return verdict.inode;
}

/* Many sockets of several programs take one walk, and none the next time. */
static void
test_one_walk (void)
{
  FixtureChild first, second;
  HpSocketHolder holders[4];
  guint32 inodes[4];
  guint16 port = 0;
  guint n_walks = hp_socket_holders_get_n_walks ();
  int round;
  int fd;

  fixture_child_start (&first, "127.0.0.1", 0, 0, geteuid ());
  fixture_child_start (&second, "127.0.0.1", 0, 0, geteuid ());
  /* Only now, so that the children don't have it too. */
  fd = fixture_bind ("127.0.0.1", &port, 0);
  inodes[0] = fixture_get_inode (fd);
  inodes[1] = find_inode (first.port);
  inodes[2] = find_inode (second.port);
  inodes[3] = 0;

  for (round = 0; round < 2; round++)
    {
      guint64 start_time;

      hp_socket_holders_find (inodes, G_N_ELEMENTS (inodes), holders);
      g_assert_cmpint (holders[0].pid, ==, getpid ());
      g_assert_cmpint (holders[1].pid, ==, first.pid);
      g_assert_cmpint (holders[2].pid, ==, second.pid);
      g_assert_cmpint (holders[3].pid, ==, 0);
      g_assert_true (hp_process_get_start_time (second.pid, &start_time));
      g_assert_cmpuint (holders[2].start_time, ==, start_time);
      g_assert_cmpuint (hp_socket_holders_get_n_walks (), ==, n_walks + 1);
    }

  /* Only what is gone is looked for again, and then believed to be gone. */
  fixture_child_stop (&first);
  hp_socket_holders_find (inodes, G_N_ELEMENTS (inodes), holders);
  g_assert_cmpint (holders[1].pid, ==, 0);
  g_assert_cmpint (holders[2].pid, ==, second.pid);
  g_assert_cmpuint (hp_socket_holders_get_n_walks (), ==, n_walks + 2);
  hp_socket_holders_find (inodes, G_N_ELEMENTS (inodes), holders);
  g_assert_cmpuint (hp_socket_holders_get_n_walks (), ==, n_walks + 2);

  fixture_child_stop (&second);
  close (fd);
}

/* The number of a descriptor may be used again, by another socket. */
static void
test_reused_number (void)
{
  HpSocketHolder holder;
  guint16 port = 0;
  guint32 inode, later;
  int fd = fixture_bind ("127.0.0.1", &port, 0);
  int other;

  inode = fixture_get_inode (fd);
  hp_socket_holders_find (&inode, 1, &holder);
  g_assert_cmpint (holder.pid, ==, getpid ());
  close (fd);

  other = fixture_bind ("127.0.0.1", &port, 0);
  g_assert_cmpint (other, ==, fd);
  later = fixture_get_inode (other);
  g_assert_cmpuint (later, !=, inode);
  hp_socket_holders_find (&inode, 1, &holder);
  g_assert_cmpint (holder.pid, ==, 0);
  hp_socket_holders_find (&later, 1, &holder);
  g_assert_cmpint (holder.pid, ==, getpid ());
  close (other);
}

static gpointer
hold_socket (gpointer data)
{
  g_usleep (60 * G_USEC_PER_SEC);
  return NULL;
}

static gboolean
has_no_first_thread (gpointer user_data)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", (int) *(pid_t *) user_data);
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) && strstr (text, ") Z ") != NULL;
}

/* In the child: the first thread ends, another one keeps the program and its socket. */
static void
test_first_thread_gone (void)
{
  HpSocketHolder holder = { 0 };
  guint32 inode;
  guint16 port = 0;
  int report[2];
  pid_t pid;

  g_assert_cmpint (pipe (report), ==, 0);
  pid = fork ();
  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      pthread_t thread;

      if (fixture_bind ("127.0.0.1", &port, 0) < 0
          || pthread_create (&thread, NULL, hold_socket, NULL) != 0
          || write (report[1], &port, sizeof port) != sizeof port)
        _exit (2);
      pthread_exit (NULL);
    }

  g_assert_cmpint (read (report[0], &port, sizeof port), ==, sizeof port);
  inode = find_inode (port);
  g_assert_true (fixture_wait (has_no_first_thread, &pid, 20000));
  hp_socket_holders_find (&inode, 1, &holder);
  kill (pid, SIGKILL);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
  close (report[0]);
  close (report[1]);
  g_assert_cmpint (holder.pid, ==, pid);
}

static void
test_stranger_subprocess (void)
{
  FixtureChild stranger, own;
  HpSocketHolder holders[2];
  guint32 inodes[2];

  fixture_child_start (&stranger, "127.0.0.1", 0, 0, STRANGER);
  fixture_become (ORDINARY);
  fixture_child_start (&own, "127.0.0.1", 0, 0, ORDINARY);
  inodes[0] = find_inode (stranger.port);
  inodes[1] = find_inode (own.port);

  hp_socket_holders_find (inodes, 2, holders);
  g_assert_cmpint (holders[0].pid, ==, 0);
  g_assert_cmpint (holders[1].pid, ==, own.pid);
}

static void
test_stranger (void)
{
  if (geteuid () != 0)
    {
      g_test_skip ("only the administrator can become somebody else");
      return;
    }
  g_test_trap_subprocess ("/socket-holders/stranger/subprocess", 0, 0);
  g_test_trap_assert_passed ();
}

static void
test_user_name (void)
{
  const struct passwd *me = getpwuid (geteuid ());
  g_autofree char *name = hp_user_name_find (geteuid ());
  g_autofree char *again = hp_user_name_find (geteuid ());
  g_autofree char *nobody = hp_user_name_find (STRANGER);

  g_assert_cmpstr (name, ==, me != NULL ? me->pw_name : NULL);
  g_assert_cmpstr (again, ==, name);
  g_assert_null (nobody);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_isolate ();

  g_test_add_func ("/socket-holders/one-walk", test_one_walk);
  g_test_add_func ("/socket-holders/reused-number", test_reused_number);
  g_test_add_func ("/socket-holders/first-thread-gone", test_first_thread_gone);
  g_test_add_func ("/socket-holders/stranger", test_stranger);
  g_test_add_func ("/socket-holders/stranger/subprocess", test_stranger_subprocess);
  g_test_add_func ("/socket-holders/user-name", test_user_name);

  return g_test_run ();
}
