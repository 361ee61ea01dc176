/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "port-fixture.h"
#include "ports/hp-port-check.h"
#include "ports/hp-port-rules.h"
#include "ports/hp-port-view.h"

#define STRANGER 23456
#define ORDINARY 12345

/* Each of these runs on SOCK_DIAG and on /proc/net. */
static void
use_backend (gconstpointer data)
{
  hp_port_view_set_use_proc (GPOINTER_TO_INT (data));
}

/* A port that nobody has. */
static guint16
get_free_port (void)
{
  guint16 port = 0;
  int fd = fixture_bind ("127.0.0.1", &port, FIXTURE_BOUND_ONLY);

  g_assert_cmpint (fd, >=, 0);
  close (fd);
  return port;
}

static void
glance (guint16 port, HpPortVerdict *verdict)
{
  hp_port_view_forget ();
  hp_port_check_glance (port, verdict);
}

static void
test_free (gconstpointer data)
{
  guint16 port = get_free_port ();
  HpPortVerdict verdict;
  guint16 again = port;
  int fd;

  use_backend (data);
  glance (port, &verdict);
  g_assert_cmpint (verdict.state, ==, HP_PORT_FREE);
  g_assert_cmpuint (verdict.port, ==, port);
  g_assert_false (verdict.shadowed);
  hp_port_check (port, &verdict);
  g_assert_cmpint (verdict.state, ==, HP_PORT_FREE);

  /* The probe left no trace, not even for a program that doesn't reuse addresses. */
  fd = fixture_bind ("127.0.0.1", &again, 0);
  g_assert_cmpint (fd, >=, 0);
  close (fd);

  hp_port_check (0, &verdict);
  g_assert_cmpint (verdict.state, ==, HP_PORT_FREE);
}

static void
test_ours (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint16 port = 0;
  int fd = hp_port_listen (0, &port, &error);
  HpPortVerdict verdict;
  int round;

  g_assert_no_error (error);
  use_backend (data);
  for (round = 0; round < 2; round++)
    {
      glance (port, &verdict);
      g_assert_cmpint (verdict.state, ==, HP_PORT_OURS);
      g_assert_cmpuint (verdict.inode, ==, fixture_get_inode (fd));
      g_assert_cmpuint (verdict.uid, ==, geteuid ());
      hp_port_check (port, &verdict);
      g_assert_cmpint (verdict.state, ==, HP_PORT_OURS);
    }
  close (fd);
  glance (port, &verdict);
  g_assert_cmpint (verdict.state, ==, HP_PORT_FREE);
}

/* Whoever listens on 127.0.0.1 in whatever way. */
static void
test_holders (gconstpointer data)
{
  static const struct
  {
    const char *address;
    FixtureFlags flags;
    HpPortState state;
    gboolean shadowed;
  } cases[] = {
    { "127.0.0.1", 0, HP_PORT_TAKEN, FALSE },
    { "127.0.0.1", FIXTURE_REUSEADDR, HP_PORT_TAKEN, FALSE },
    { "127.0.0.1", FIXTURE_REUSEPORT, HP_PORT_TAKEN, FALSE },
    { "0.0.0.0", 0, HP_PORT_TAKEN, FALSE },
    { "127.0.0.2", 0, HP_PORT_FREE, FALSE },
    { "::", 0, HP_PORT_TAKEN, FALSE },
    { "::ffff:127.0.0.1", 0, HP_PORT_TAKEN, FALSE },
    { "::ffff:0.0.0.0", 0, HP_PORT_TAKEN, FALSE },
    { "::", FIXTURE_V6ONLY, HP_PORT_FREE, TRUE },
    { "::1", 0, HP_PORT_FREE, TRUE },
  };
  gboolean use_proc = GPOINTER_TO_INT (data);
  gsize i;

  use_backend (data);
  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      FixtureChild child;
      HpPortVerdict verdict, whole;

      /* /proc/net doesn't tell of V6ONLY. */
      if ((strchr (cases[i].address, ':') != NULL && !fixture_has_ipv6 ())
          || (use_proc && (cases[i].flags & FIXTURE_V6ONLY)))
        {
          g_test_message ("left out: %s", cases[i].address);
          continue;
        }
      fixture_child_start (&child, cases[i].address, 0, cases[i].flags, geteuid ());
      g_test_message ("%s, flags %x, port %u", cases[i].address, cases[i].flags, child.port);

      glance (child.port, &verdict);
      g_assert_cmpint (verdict.state, ==, cases[i].state);
      g_assert_cmpint (verdict.shadowed, ==, cases[i].shadowed);
      if (cases[i].state == HP_PORT_TAKEN)
        {
          g_assert_cmpuint (verdict.inode, !=, 0);
          g_assert_cmpuint (verdict.uid, ==, geteuid ());
        }
      if (cases[i].shadowed)
        g_assert_cmpuint (verdict.shadow_inode, !=, 0);
      hp_port_check (child.port, &whole);
      g_assert_true (hp_port_verdict_equal (&verdict, &whole));

      fixture_child_stop (&child);
      glance (child.port, &verdict);
      g_assert_cmpint (verdict.state, ==, HP_PORT_FREE);
      g_assert_false (verdict.shadowed);
    }
}

/* Our own [::1] stands in nobody's light; a stranger's does, whether or not we listen. */
static void
test_shadow (gconstpointer data)
{
  FixtureChild child;
  HpPortVerdict verdict;
  guint16 port;
  int ipv4, ipv6;

  if (!fixture_has_ipv6 ())
    {
      g_test_skip ("this system has no IPv6");
      return;
    }

  use_backend (data);
  port = get_free_port ();
  ipv6 = fixture_bind ("::1", &port, 0);
  ipv4 = hp_port_listen (port, NULL, NULL);
  g_assert_cmpint (ipv6, >=, 0);
  g_assert_cmpint (ipv4, >=, 0);
  glance (port, &verdict);
  g_assert_cmpint (verdict.state, ==, HP_PORT_OURS);
  g_assert_false (verdict.shadowed);
  close (ipv6);

  fixture_child_start (&child, "::1", port, 0, geteuid ());
  glance (port, &verdict);
  g_assert_cmpint (verdict.state, ==, HP_PORT_OURS);
  g_assert_true (verdict.shadowed);
  fixture_child_stop (&child);
  close (ipv4);
}

static gboolean
knows_bound_sockets (void)
{
  struct utsname name;
  guint major = 0;
  guint minor = 0;

  uname (&name);
  sscanf (name.release, "%u.%u", &major, &minor);
  return major > 6 || (major == 6 && minor >= 8);
}

static void
test_reserved (gconstpointer data)
{
  guint16 port = 0;
  int fd = fixture_bind ("127.0.0.1", &port, FIXTURE_BOUND_ONLY);
  HpPortVerdict verdict;

  use_backend (data);
  glance (port, &verdict);
  g_assert_cmpint (verdict.state, ==, HP_PORT_FREE);
  hp_port_check (port, &verdict);
  if (!GPOINTER_TO_INT (data) && hp_sock_diag_is_usable () && knows_bound_sockets ())
    {
      g_assert_cmpint (verdict.state, ==, HP_PORT_RESERVED);
      g_assert_cmpuint (verdict.inode, ==, fixture_get_inode (fd));
    }
  else
    g_assert_cmpint (verdict.state, ==, HP_PORT_UNKNOWN);
  close (fd);
}

/* A listener that has nothing to do with 127.0.0.1 isn't the one to blame. */
static void
test_bystander (void)
{
  guint16 port = 0;
  HpPortVerdict verdict;
  FixtureChild bystander;
  int fd;

  if (!fixture_has_ipv6 () || !hp_sock_diag_is_usable ())
    {
      g_test_skip ("this system has no IPv6 or no SOCK_DIAG");
      return;
    }

  fd = fixture_bind ("127.0.0.1", &port, FIXTURE_BOUND_ONLY);
  fixture_child_start (&bystander, "::", port, FIXTURE_V6ONLY, geteuid ());
  hp_port_check (port, &verdict);
  g_assert_cmpint (verdict.state, ==, knows_bound_sockets () ? HP_PORT_RESERVED : HP_PORT_UNKNOWN);
  g_assert_true (verdict.shadowed);
  fixture_child_stop (&bystander);
  close (fd);
}

static void
test_open_connection (gconstpointer data)
{
  guint16 port = 0;
  guint16 client_port;
  int listener = fixture_bind ("127.0.0.1", &port, 0);
  HpPortVerdict verdict;
  int client, server;

  use_backend (data);
  fixture_connect (listener, &client, &client_port, &server);
  hp_port_check (client_port, &verdict);
  g_assert_cmpint (verdict.state, ==, HP_PORT_OPEN_CONNECTION);
  g_assert_cmpuint (verdict.inode, ==, fixture_get_inode (client));
  g_assert_cmpuint (verdict.uid, ==, geteuid ());
  close (client);
  close (server);
  close (listener);
}

static gboolean
is_lingering (gpointer data)
{
  HpPortVerdict *verdict = data;

  hp_port_check (verdict->port, verdict);
  return verdict->state == HP_PORT_LINGERING && verdict->expires_ms > 0;
}

static void
test_lingering (gconstpointer data)
{
  guint16 port = 0;
  guint16 client_port;
  int listener = fixture_bind ("127.0.0.1", &port, 0);
  HpPortVerdict verdict;
  int client, server;

  use_backend (data);
  fixture_connect (listener, &client, &client_port, &server);
  close (client);
  close (server);
  close (listener);

  /* Who closed first waits, and didn't ask for reuse. */
  verdict.port = client_port;
  g_assert_true (fixture_wait (is_lingering, &verdict, 2000));
  g_assert_cmpuint (verdict.inode, ==, 0);
  g_assert_cmpuint (verdict.expires_ms, <=, 60500);
}

/* A connection of our own that lingers is no obstacle: a stopped server starts again at once. */
static void
test_restart (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint16 port = 0;
  guint16 client_port;
  int listener = hp_port_listen (0, &port, &error);
  HpPortVerdict verdict;
  int client, server;

  use_backend (data);
  fcntl (listener, F_SETFL, fcntl (listener, F_GETFL) & ~O_NONBLOCK);
  fixture_connect (listener, &client, &client_port, &server);
  close (server);
  close (client);
  close (listener);
  hp_port_check (port, &verdict);
  g_assert_cmpint (verdict.state, ==, HP_PORT_FREE);
  listener = hp_port_listen (port, NULL, &error);
  g_assert_no_error (error);
  close (listener);
}

static int
get_option (int fd, int level, int option)
{
  int value = -1;
  socklen_t length = sizeof value;

  g_assert_cmpint (getsockopt (fd, level, option, &value, &length), ==, 0);
  return value;
}

static void
test_listen (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *number = NULL;
  guint16 port = 0;
  guint16 client_port;
  int client, server;
  int fd = hp_port_listen (0, &port, &error);

  g_assert_no_error (error);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpuint (port, !=, 0);
  g_assert_cmpint (get_option (fd, SOL_SOCKET, SO_REUSEADDR), ==, 1);
  g_assert_cmpint (get_option (fd, SOL_SOCKET, SO_REUSEPORT), ==, 0);
  g_assert_true (fcntl (fd, F_GETFL) & O_NONBLOCK);
  g_assert_true (fcntl (fd, F_GETFD) & FD_CLOEXEC);

  fixture_connect (fd, &client, &client_port, &server);
  g_assert_cmpint (get_option (server, IPPROTO_TCP, TCP_NODELAY), ==, 1);
  g_assert_cmpint (get_option (server, SOL_SOCKET, SO_SNDBUF), ==,
                   get_option (fd, SOL_SOCKET, SO_SNDBUF));
  close (client);
  close (server);

  g_assert_cmpint (hp_port_listen (port, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  number = g_strdup_printf ("%u", port);
  g_assert_nonnull (strstr (error->message, number));
  close (fd);
}

/* As an ordinary user: a low port is refused, and who has it is told all the same. */
static void
test_privileged_subprocess (void)
{
  g_autoptr (GError) error = NULL;
  FixtureChild child;
  HpPortVerdict verdict;
  guint16 low = 0;
  guint16 port;

  fixture_child_start (&child, "127.0.0.1", 0, 0, STRANGER);
  for (port = 700; port < 1000 && low == 0; port++)
    {
      guint16 candidate = port;
      int fd = fixture_bind ("127.0.0.1", &candidate, 0);

      if (fd >= 0)
        low = port;
      if (fd >= 0)
        close (fd);
    }
  g_assert_cmpuint (low, !=, 0);

  fixture_become (ORDINARY);
  hp_port_check (child.port, &verdict);
  g_assert_cmpint (verdict.state, ==, HP_PORT_TAKEN);
  g_assert_cmpuint (verdict.uid, ==, STRANGER);

  if (hp_port_get_unprivileged_min () > low)
    {
      hp_port_check (low, &verdict);
      g_assert_cmpint (verdict.state, ==, HP_PORT_PRIVILEGED);
      g_assert_cmpint (hp_port_listen (low, NULL, &error), ==, -1);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
    }
}

static void
test_privileged (void)
{
  if (geteuid () != 0)
    {
      g_test_skip ("only the administrator can become somebody else");
      return;
    }
  g_test_trap_subprocess ("/port-check/privileged/subprocess", 0, 0);
  g_test_trap_assert_passed ();
}

static gpointer
glance_in_thread (gpointer data)
{
  HpPortVerdict verdict;
  int i;

  for (i = 0; i < 200; i++)
    {
      hp_port_check_glance ((guint16) GPOINTER_TO_UINT (data), &verdict);
      g_assert_cmpint (verdict.state, ==, HP_PORT_OURS);
    }
  return NULL;
}

static void
test_threads (void)
{
  guint16 port = 0;
  int fd = hp_port_listen (0, &port, NULL);
  GThread *threads[4];
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("glance", glance_in_thread, GUINT_TO_POINTER (port));
  for (i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  close (fd);
}

/* Run with -m perf: what a look costs. */
static void
test_cost (gconstpointer data)
{
  const int n = GPOINTER_TO_INT (data) ? 100 : 20000;
  guint16 port = 0;
  guint16 free_port = get_free_port ();
  int fd = hp_port_listen (0, &port, NULL);
  HpPortVerdict verdict;
  double us;
  int i;

  use_backend (data);
  g_test_timer_start ();
  for (i = 0; i < n; i++)
    hp_port_check_glance (i % 2 ? port : free_port, &verdict);
  us = g_test_timer_elapsed () * 1e6 / n;
  g_test_minimized_result (us, "glance: %.2f µs per port", us);

  g_test_timer_start ();
  for (i = 0; i < n / 10; i++)
    hp_port_check (free_port, &verdict);
  us = g_test_timer_elapsed () * 1e6 / (n / 10);
  g_test_minimized_result (us, "check of a free port: %.2f µs", us);
  close (fd);
}

static void
add_twice (const char *name, GTestDataFunc func)
{
  g_autofree char *diag = g_strdup_printf ("/port-check/%s/diag", name);
  g_autofree char *proc = g_strdup_printf ("/port-check/%s/proc", name);

  g_test_add_data_func (diag, GINT_TO_POINTER (FALSE), func);
  g_test_add_data_func (proc, GINT_TO_POINTER (TRUE), func);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_isolate ();

  add_twice ("free", test_free);
  add_twice ("ours", test_ours);
  add_twice ("holders", test_holders);
  add_twice ("shadow", test_shadow);
  add_twice ("reserved", test_reserved);
  add_twice ("open-connection", test_open_connection);
  add_twice ("lingering", test_lingering);
  add_twice ("restart", test_restart);
  g_test_add_func ("/port-check/bystander", test_bystander);
  g_test_add_func ("/port-check/listen", test_listen);
  g_test_add_func ("/port-check/privileged", test_privileged);
  g_test_add_func ("/port-check/privileged/subprocess", test_privileged_subprocess);
  g_test_add_func ("/port-check/threads", test_threads);
  if (g_test_perf ())
    add_twice ("cost", test_cost);

  return g_test_run ();
}
