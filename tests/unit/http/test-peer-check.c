/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <arpa/inet.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "http/hp-peer-check.h"

#define STRANGER 23456

typedef struct
{
  HpPeerCheck *check;
  int listener;
  struct sockaddr_in server;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  socklen_t length = sizeof f->server;

  f->check = hp_peer_check_new ();
  if (GPOINTER_TO_INT (data))
    hp_peer_check_set_use_proc (f->check, TRUE);
  f->server = (struct sockaddr_in){ .sin_family = AF_INET,
                                    .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  f->listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (f->listener, (struct sockaddr *) &f->server, sizeof f->server), ==, 0);
  g_assert_cmpint (listen (f->listener, 16), ==, 0);
  g_assert_cmpint (getsockname (f->listener, (struct sockaddr *) &f->server, &length), ==, 0);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  close (f->listener);
  hp_peer_check_free (f->check);
}

static int
connect_to (Fixture *f)
{
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (connect (fd, (struct sockaddr *) &f->server, sizeof f->server), ==, 0);
  return fd;
}

static int
accept_from (Fixture *f, struct sockaddr_in *client)
{
  socklen_t length = sizeof *client;
  int fd = accept (f->listener, (struct sockaddr *) client, &length);

  g_assert_cmpint (fd, >=, 0);
  return fd;
}

/* The program of another user connects; returns its pid. */
static pid_t
connect_as (Fixture *f, uid_t uid)
{
  pid_t pid = fork ();

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      int fd;

      prctl (PR_SET_PDEATHSIG, SIGKILL);
      if (setresuid (uid, uid, uid) != 0)
        _exit (2);
      fd = socket (AF_INET, SOCK_STREAM, 0);
      if (connect (fd, (struct sockaddr *) &f->server, sizeof f->server) != 0)
        _exit (3);
      pause ();
      _exit (0);
    }
  return pid;
}

static void
test_mine (Fixture *f, gconstpointer data)
{
  struct sockaddr_in client;
  struct stat status;
  int fd = connect_to (f);
  int accepted = accept_from (f, &client);
  guint32 inode;
  uid_t uid;

  g_assert_cmpint (hp_peer_check_look (f->check, &client, &f->server, &uid, &inode), ==,
                   HP_PEER_MINE);
  g_assert_cmpuint (uid, ==, geteuid ());
  g_assert_cmpint (fstat (fd, &status), ==, 0);
  g_assert_cmpuint (inode, ==, status.st_ino);

  /* One that has said all it wants to say is still there. */
  g_assert_cmpint (shutdown (fd, SHUT_WR), ==, 0);
  g_assert_cmpint (hp_peer_check_look (f->check, &client, &f->server, &uid, &inode), ==,
                   HP_PEER_MINE);

  /* To somebody else it would be another user's. */
  hp_peer_check_set_user (f->check, geteuid () + 1);
  g_assert_cmpint (hp_peer_check_look (f->check, &client, &f->server, &uid, &inode), ==,
                   HP_PEER_OTHER_USER);
  g_assert_cmpuint (uid, ==, geteuid ());
  close (fd);
  close (accepted);
}

/* As Java and others do it: an IPv6 socket that talks IPv4. */
static void
test_mapped (Fixture *f, gconstpointer data)
{
  struct sockaddr_in6 server = { .sin6_family = AF_INET6, .sin6_port = f->server.sin_port };
  struct sockaddr_in client;
  int off = 0;
  int fd = socket (AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int accepted;
  guint32 inode;
  uid_t uid;

  g_assert_cmpint (inet_pton (AF_INET6, "::ffff:127.0.0.1", &server.sin6_addr), ==, 1);
  if (fd < 0 || setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) != 0
      || connect (fd, (struct sockaddr *) &server, sizeof server) != 0)
    {
      g_test_skip ("this system has no IPv6");
      return;
    }
  accepted = accept_from (f, &client);
  g_assert_cmpint (hp_peer_check_look (f->check, &client, &f->server, &uid, &inode), ==,
                   HP_PEER_MINE);
  g_assert_cmpuint (inode, !=, 0);
  close (fd);
  close (accepted);
}

static void
test_gone (Fixture *f, gconstpointer data)
{
  struct sockaddr_in client;
  int fd = connect_to (f);
  int accepted = accept_from (f, &client);
  guint32 inode;
  uid_t uid;

  close (fd);
  g_assert_cmpint (hp_peer_check_look (f->check, &client, &f->server, &uid, &inode), ==,
                   HP_PEER_GONE);
  g_assert_cmpuint (inode, ==, 0);
  close (accepted);
}

/* Somebody listens on the port that the client had: the listener's owner has nothing to do with the
 * connection. */
static void
test_listener_on_old_port (Fixture *f, gconstpointer data)
{
  struct sockaddr_in client = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int on = 1;
  int accepted, other;
  guint32 inode;
  uid_t uid;

  /* A port that connect() chooses may be shared with connections to elsewhere. */
  g_assert_cmpint (setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), ==, 0);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &client, sizeof client), ==, 0);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &f->server, sizeof f->server), ==, 0);
  accepted = accept_from (f, &client);
  close (fd);

  other = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (setsockopt (other, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), ==, 0);
  g_assert_cmpint (bind (other, (struct sockaddr *) &client, sizeof client), ==, 0);
  g_assert_cmpint (listen (other, 1), ==, 0);
  g_assert_cmpint (hp_peer_check_look (f->check, &client, &f->server, &uid, &inode), ==,
                   HP_PEER_GONE);
  close (other);
  close (accepted);
}

static void
test_stranger (Fixture *f, gconstpointer data)
{
  struct sockaddr_in client;
  int accepted;
  guint32 inode;
  pid_t pid;
  uid_t uid;

  if (geteuid () != 0)
    {
      g_test_skip ("only the administrator can become somebody else");
      return;
    }
  pid = connect_as (f, STRANGER);
  accepted = accept_from (f, &client);
  g_assert_cmpint (hp_peer_check_look (f->check, &client, &f->server, &uid, &inode), ==,
                   HP_PEER_OTHER_USER);
  g_assert_cmpuint (uid, ==, STRANGER);

  /* To that user it is its own. */
  hp_peer_check_set_user (f->check, STRANGER);
  g_assert_cmpint (hp_peer_check_look (f->check, &client, &f->server, &uid, &inode), ==,
                   HP_PEER_MINE);
  kill (pid, SIGKILL);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
  close (accepted);
}

/* Run with -m perf: what a look costs. */
static void
test_cost (Fixture *f, gconstpointer data)
{
  const int n = GPOINTER_TO_INT (data) ? 100 : 100000;
  struct sockaddr_in client;
  int fd = connect_to (f);
  int accepted = accept_from (f, &client);
  guint32 inode;
  double us;
  uid_t uid;

  g_test_timer_start ();
  for (int i = 0; i < n; i++)
    hp_peer_check_look (f->check, &client, &f->server, &uid, &inode);
  us = g_test_timer_elapsed () * 1e6 / n;
  g_test_minimized_result (us, "peer look-up: %.2f µs", us);
  close (fd);
  close (accepted);
}

static void
add_twice (const char *name, void (*func) (Fixture *f, gconstpointer data))
{
  g_autofree char *diag = g_strdup_printf ("/peer-check/%s/diag", name);
  g_autofree char *proc = g_strdup_printf ("/peer-check/%s/proc", name);

  g_test_add (diag, Fixture, GINT_TO_POINTER (FALSE), set_up, func, tear_down);
  g_test_add (proc, Fixture, GINT_TO_POINTER (TRUE), set_up, func, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add_twice ("mine", test_mine);
  add_twice ("mapped", test_mapped);
  add_twice ("gone", test_gone);
  add_twice ("listener-on-old-port", test_listener_on_old_port);
  add_twice ("stranger", test_stranger);
  if (g_test_perf ())
    add_twice ("cost", test_cost);

  return g_test_run ();
}
