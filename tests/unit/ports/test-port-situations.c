/* SPDX-License-Identifier: GPL-3.0-or-later */

/* All the ways in which a port can be in somebody's hands, each with real sockets: a stranger holds
 * it, an ordinary user looks, in a network of their own. What can be had must be called free, and
 * what can't must be explained. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "port-fixture.h"
#include "ports/hp-port-check.h"

#define STRANGER 23456
#define ORDINARY 12345

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

/* What a holder does: opens sockets, tells the port. FALSE: the kernel can't do it. Runs in a child
 * that keeps all its descriptors. */
typedef gboolean (*Hold) (guint16 *port);

typedef struct
{
  const char *name;
  Hold hold;
  uid_t holder;
  HpPortState state;
  gboolean shadowed;
  gboolean is_known; /* the holder's uid is told */
} Situation;

/* What a looker reports. */
typedef struct
{
  HpPortVerdict verdict;
  gboolean can_listen; /* hp_port_listen() succeeds, which is the truth */
} Report;

static gboolean own_network;

static gboolean
bind_at (const char *address, guint16 *port, FixtureFlags flags)
{
  return fixture_bind (address, port, flags) >= 0;
}

static gboolean
hold_listener (guint16 *port)
{
  return bind_at ("127.0.0.1", port, 0);
}

static gboolean
hold_any (guint16 *port)
{
  return bind_at ("0.0.0.0", port, 0);
}

static gboolean
hold_mapped (guint16 *port)
{
  return bind_at ("::ffff:127.0.0.1", port, 0);
}

static gboolean
hold_dual (guint16 *port)
{
  return bind_at ("::", port, 0);
}

static gboolean
hold_v6only (guint16 *port)
{
  return bind_at ("::", port, FIXTURE_V6ONLY);
}

static gboolean
hold_ipv6 (guint16 *port)
{
  return bind_at ("::1", port, 0);
}

static gboolean
hold_other_address (guint16 *port)
{
  return bind_at ("127.0.0.2", port, 0);
}

static gboolean
hold_reuseport (guint16 *port)
{
  return bind_at ("127.0.0.1", port, FIXTURE_REUSEPORT);
}

static gboolean
hold_bound (guint16 *port)
{
  return bind_at ("127.0.0.1", port, FIXTURE_BOUND_ONLY);
}

static gboolean
hold_bound_reuseaddr (guint16 *port)
{
  return bind_at ("127.0.0.1", port, FIXTURE_BOUND_ONLY | FIXTURE_REUSEADDR);
}

static gboolean
connect_from (const char *address, guint16 *port)
{
  guint16 listener_port = 0;
  int listener = fixture_bind ("127.0.0.1", &listener_port, 0);
  struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons (listener_port) };
  int client;

  server.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  client = fixture_bind (address, port, FIXTURE_BOUND_ONLY);
  return listener >= 0 && client >= 0
         && connect (client, (struct sockaddr *) &server, sizeof server) == 0
         && accept (listener, NULL, NULL) >= 0;
}

static gboolean
hold_connection (guint16 *port)
{
  return connect_from ("127.0.0.1", port);
}

static gboolean
hold_connection_elsewhere (guint16 *port)
{
  return connect_from ("127.0.0.2", port);
}

/* The port is one that the kernel chose. */
static gboolean
hold_automatic (guint16 *port)
{
  guint16 listener_port = 0;
  int listener = fixture_bind ("127.0.0.1", &listener_port, 0);
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (listener_port) };
  socklen_t length = sizeof address;
  int client = socket (AF_INET, SOCK_STREAM, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (listener < 0 || connect (client, (struct sockaddr *) &address, sizeof address) != 0
      || getsockname (client, (struct sockaddr *) &address, &length) != 0)
    return FALSE;
  *port = ntohs (address.sin_port);
  return TRUE;
}

/* A connection to a listener: its client's and its server's end, and the listener. */
typedef struct
{
  int listener;
  int client;
  int server;
} Pair;

static gboolean
make_pair (Pair *pair, guint16 *port, FixtureFlags flags)
{
  struct sockaddr_in address = { .sin_family = AF_INET };

  pair->listener = fixture_bind ("127.0.0.1", port, flags);
  pair->client = socket (AF_INET, SOCK_STREAM, 0);
  address.sin_port = htons (*port);
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (pair->listener < 0
      || connect (pair->client, (struct sockaddr *) &address, sizeof address) != 0)
    return FALSE;
  pair->server = accept (pair->listener, NULL, NULL);
  return pair->server >= 0;
}

static void
close_all (Pair *pair, gboolean server_first)
{
  close (server_first ? pair->server : pair->client);
  close (server_first ? pair->client : pair->server);
  close (pair->listener);
}

static gboolean
hold_ended_server (guint16 *port)
{
  Pair pair;

  if (!make_pair (&pair, port, FIXTURE_REUSEADDR))
    return FALSE;
  close_all (&pair, TRUE);
  return TRUE;
}

static gboolean
hold_ended_server_no_reuse (guint16 *port)
{
  Pair pair;

  if (!make_pair (&pair, port, 0))
    return FALSE;
  close_all (&pair, TRUE);
  return TRUE;
}

/* Both ends of the connection stay, the listener doesn't. */
static gboolean
hold_accepted (guint16 *port)
{
  Pair pair;

  if (!make_pair (&pair, port, FIXTURE_REUSEADDR))
    return FALSE;
  close (pair.listener);
  return TRUE;
}

static gboolean
hold_accepted_no_reuse (guint16 *port)
{
  Pair pair;

  if (!make_pair (&pair, port, 0))
    return FALSE;
  close (pair.listener);
  return TRUE;
}

/* A client that has closed, while its server hasn't. */
static gboolean
hold_orphan (guint16 *port)
{
  guint16 listener_port = 0;
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t length = sizeof address;
  Pair pair;

  if (!make_pair (&pair, &listener_port, 0)
      || getsockname (pair.client, (struct sockaddr *) &address, &length) != 0)
    return FALSE;
  *port = ntohs (address.sin_port);
  close (pair.client);
  return TRUE;
}

static gboolean
hold_udp (guint16 *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t length = sizeof address;
  int fd = socket (AF_INET, SOCK_DGRAM, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (bind (fd, (struct sockaddr *) &address, sizeof address) != 0
      || getsockname (fd, (struct sockaddr *) &address, &length) != 0)
    return FALSE;
  *port = ntohs (address.sin_port);
  return TRUE;
}

static gboolean
listen_on (int fd, guint16 *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t length = sizeof address;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (fd < 0 || bind (fd, (struct sockaddr *) &address, sizeof address) != 0 || listen (fd, 1) != 0
      || getsockname (fd, (struct sockaddr *) &address, &length) != 0)
    return FALSE;
  *port = ntohs (address.sin_port);
  return TRUE;
}

static gboolean
hold_mptcp (guint16 *port)
{
  return listen_on (socket (AF_INET, SOCK_STREAM, IPPROTO_MPTCP), port);
}

static gboolean
hold_device (guint16 *port)
{
  int fd = socket (AF_INET, SOCK_STREAM, 0);

  return setsockopt (fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", sizeof "lo") == 0
         && listen_on (fd, port);
}

/* The listener is on its way from one process to another, so no process has it. */
static gboolean
hold_in_flight (guint16 *port)
{
  int fd = socket (AF_INET, SOCK_STREAM, 0);
  char control[CMSG_SPACE (sizeof fd)] = { 0 };
  char byte = 0;
  struct iovec vector = { &byte, 1 };
  struct msghdr message = {
    .msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control
  };
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);
  int pair[2];

  if (!listen_on (fd, port) || socketpair (AF_UNIX, SOCK_STREAM, 0, pair) != 0)
    return FALSE;
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN (sizeof fd);
  memcpy (CMSG_DATA (header), &fd, sizeof fd);
  if (sendmsg (pair[0], &message, 0) != 1)
    return FALSE;
  close (fd);
  return TRUE;
}

static gboolean
hold_undumpable (guint16 *port)
{
  return prctl (PR_SET_DUMPABLE, 0) == 0 && hold_listener (port);
}

/* Told to stop (SIGSTOP) once it has the port: it answers nobody, and holds it all the same. */
static gboolean
hold_stopped (guint16 *port)
{
  return hold_listener (port);
}

/* A network that nobody else sees has ports of its own. */
static gboolean
hold_elsewhere (guint16 *port)
{
  if (unshare (CLONE_NEWNET) != 0)
    return FALSE;
  return bind_at ("0.0.0.0", port, 0);
}

static gboolean
hold_privileged (guint16 *port)
{
  *port = 80;
  return TRUE;
}

/* Port 80 in somebody's hands is taken, which says more than that it is privileged. */
static gboolean
hold_privileged_listener (guint16 *port)
{
  *port = 80;
  return bind_at ("127.0.0.1", port, 0);
}

static gboolean
write_sysctl (const char *name, const char *value)
{
  g_autofree char *path = g_strdup_printf ("/proc/sys/net/ipv4/%s", name);
  int fd = open (path, O_WRONLY);
  gboolean written = fd >= 0 && write (fd, value, strlen (value)) == (gssize) strlen (value);

  if (fd >= 0)
    close (fd);
  return written;
}

static gboolean
hold_unprivileged (guint16 *port)
{
  *port = 80;
  return own_network && write_sysctl ("ip_unprivileged_port_start", "80");
}

static gboolean
hold_reserved_number (guint16 *port)
{
  *port = 9999;
  return own_network && write_sysctl ("ip_local_reserved_ports", "9999");
}

/* Two of the same user may share a port when both ask for it; we never do. */
static gboolean
hold_same_user (guint16 *port)
{
  return hold_reuseport (port);
}

/* Processes */

static void
become (uid_t uid)
{
  if (uid == 0)
    return;
  if (setresgid (uid, uid, uid) != 0 || setresuid (uid, uid, uid) != 0)
    _exit (2);
  prctl (PR_SET_DUMPABLE, 1);
}

/* Some things only the administrator can do before becoming an ordinary user. */
static gboolean
needs_privileges (Hold hold)
{
  return hold == hold_elsewhere || hold == hold_unprivileged || hold == hold_reserved_number
         || hold == hold_privileged_listener || hold == hold_device;
}

static pid_t
start_holder (const Situation *situation, guint16 *port)
{
  int report[2];
  pid_t pid;

  g_assert_cmpint (pipe (report), ==, 0);
  pid = fork ();
  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      guint16 held = 0;

      prctl (PR_SET_PDEATHSIG, SIGKILL);
      if (!needs_privileges (situation->hold))
        become (situation->holder);
      if (!situation->hold (&held))
        held = 0;
      if (write (report[1], &held, sizeof held) == sizeof held)
        pause ();
      _exit (0);
    }
  close (report[1]);
  g_assert_cmpint (read (report[0], port, sizeof *port), ==, sizeof *port);
  close (report[0]);
  return pid;
}

static void
look (guint16 port, Report *report)
{
  int channel[2];
  pid_t pid;

  g_assert_cmpint (pipe (channel), ==, 0);
  pid = fork ();
  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      int fd;

      become (ORDINARY);
      hp_port_check (port, &report->verdict);
      fd = hp_port_listen (port, NULL, NULL);
      report->can_listen = fd >= 0;
      _exit (write (channel[1], report, sizeof *report) == sizeof *report ? 0 : 1);
    }
  close (channel[1]);
  g_assert_cmpint (read (channel[0], report, sizeof *report), ==, sizeof *report);
  close (channel[0]);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
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

/* Nothing happens at once in the kernel: a connection that ends takes some steps. */
static gboolean
is_settled (const Situation *situation, const Report *report)
{
  return report->verdict.state == situation->state;
}

static void
test_situation (gconstpointer data)
{
  const Situation *situation = data;
  gint64 limit = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  HpPortState expected = situation->state;
  Report report;
  guint16 port;
  pid_t pid;

  if (geteuid () != 0)
    {
      g_test_skip ("only the administrator can become somebody else");
      return;
    }
  pid = start_holder (situation, &port);
  if (situation->hold == hold_stopped)
    {
      g_assert_cmpint (kill (pid, SIGSTOP), ==, 0);
      g_assert_cmpint (waitpid (pid, NULL, WUNTRACED), ==, pid);
    }
  if (port == 0)
    g_test_skip ("this system can't do that");
  else
    {
      if (expected == HP_PORT_RESERVED && !knows_bound_sockets ())
        expected = HP_PORT_UNKNOWN;
      do
        look (port, &report);
      while (!is_settled (situation, &report) && expected == situation->state
             && g_get_monotonic_time () < limit);

      g_assert_cmpint (report.verdict.state, ==, expected);
      g_assert_cmpint (report.verdict.shadowed, ==, situation->shadowed);
      g_assert_cmpint (report.can_listen, ==, expected == HP_PORT_FREE);
      if (situation->is_known && expected != HP_PORT_UNKNOWN)
        g_assert_cmpuint (report.verdict.uid, ==, situation->holder);
      g_assert_cmpint (report.verdict.inode != 0, ==,
                       situation->is_known && expected != HP_PORT_UNKNOWN);
      if (expected == HP_PORT_LINGERING)
        g_assert_cmpuint (report.verdict.expires_ms, <=, 60500);
    }
  kill (pid, SIGKILL);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
}

static void
set_loopback_up (void)
{
  struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (ioctl (fd, SIOCSIFFLAGS, &request), ==, 0);
  close (fd);
}

#define STRANGERS(name, state)                                                                     \
  {                                                                                                \
#name, hold_##name, STRANGER, state, FALSE, TRUE                                               \
  }
#define NOBODYS(name, state)                                                                       \
  {                                                                                                \
#name, hold_##name, STRANGER, state, FALSE, FALSE                                              \
  }

static const Situation situations[] = {
  STRANGERS (listener, HP_PORT_TAKEN),
  STRANGERS (any, HP_PORT_TAKEN),
  STRANGERS (mapped, HP_PORT_TAKEN),
  STRANGERS (dual, HP_PORT_TAKEN),
  { "v6only", hold_v6only, STRANGER, HP_PORT_FREE, TRUE, FALSE },
  { "ipv6", hold_ipv6, STRANGER, HP_PORT_FREE, TRUE, FALSE },
  NOBODYS (other_address, HP_PORT_FREE),
  STRANGERS (reuseport, HP_PORT_TAKEN),
  { "same_user", hold_same_user, ORDINARY, HP_PORT_TAKEN, FALSE, TRUE },
  STRANGERS (bound, HP_PORT_RESERVED),
  NOBODYS (bound_reuseaddr, HP_PORT_FREE),
  STRANGERS (connection, HP_PORT_OPEN_CONNECTION),
  STRANGERS (automatic, HP_PORT_OPEN_CONNECTION),
  NOBODYS (connection_elsewhere, HP_PORT_FREE),
  NOBODYS (ended_server, HP_PORT_FREE),
  NOBODYS (ended_server_no_reuse, HP_PORT_LINGERING),
  NOBODYS (accepted, HP_PORT_FREE),
  STRANGERS (accepted_no_reuse, HP_PORT_OPEN_CONNECTION),
  NOBODYS (orphan, HP_PORT_LINGERING),
  NOBODYS (udp, HP_PORT_FREE),
  NOBODYS (reserved_number, HP_PORT_FREE),
  STRANGERS (mptcp, HP_PORT_TAKEN),
  STRANGERS (in_flight, HP_PORT_TAKEN),
  STRANGERS (undumpable, HP_PORT_TAKEN),
  STRANGERS (stopped, HP_PORT_TAKEN),
  { "device", hold_device, 0, HP_PORT_TAKEN, FALSE, TRUE },
  { "root", hold_listener, 0, HP_PORT_TAKEN, FALSE, TRUE },
  NOBODYS (elsewhere, HP_PORT_FREE),
  NOBODYS (privileged, HP_PORT_PRIVILEGED),
  { "privileged_listener", hold_privileged_listener, 0, HP_PORT_TAKEN, FALSE, TRUE },
  NOBODYS (unprivileged, HP_PORT_FREE),
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  own_network = geteuid () == 0 && unshare (CLONE_NEWNET) == 0;
  if (own_network)
    set_loopback_up ();
  for (gsize i = 0; i < G_N_ELEMENTS (situations); i++)
    {
      g_autofree char *path = g_strdup_printf ("/port-situations/%s", situations[i].name);

      g_strdelimit (path, "_", '-');
      g_test_add_data_func (path, &situations[i], test_situation);
    }
  return g_test_run ();
}
