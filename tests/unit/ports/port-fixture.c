/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "port-fixture.h"

gboolean
fixture_isolate (void)
{
  struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
  int fd;
  int result;

  if (unshare (CLONE_NEWNET) < 0)
    return FALSE;

  fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  result = ioctl (fd, SIOCSIFFLAGS, &request);
  close (fd);
  g_assert_cmpint (result, ==, 0);
  return TRUE;
}

typedef union
{
  struct sockaddr any;
  struct sockaddr_in ipv4;
  struct sockaddr_in6 ipv6;
} Address;

static socklen_t
make_address (const char *text, guint16 port, Address *address)
{
  memset (address, 0, sizeof *address);
  if (strchr (text, ':') == NULL)
    {
      address->ipv4.sin_family = AF_INET;
      address->ipv4.sin_port = htons (port);
      g_assert_cmpint (inet_pton (AF_INET, text, &address->ipv4.sin_addr), ==, 1);
      return sizeof address->ipv4;
    }
  address->ipv6.sin6_family = AF_INET6;
  address->ipv6.sin6_port = htons (port);
  g_assert_cmpint (inet_pton (AF_INET6, text, &address->ipv6.sin6_addr), ==, 1);
  return sizeof address->ipv6;
}

static gboolean
try_bind (int fd, const char *text, guint16 *port, FixtureFlags flags)
{
  int reuse_address = (flags & FIXTURE_REUSEADDR) != 0;
  int reuse_port = (flags & FIXTURE_REUSEPORT) != 0;
  int v6only = (flags & FIXTURE_V6ONLY) != 0;
  Address address;
  socklen_t length = make_address (text, *port, &address);

  setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &reuse_address, sizeof reuse_address);
  setsockopt (fd, SOL_SOCKET, SO_REUSEPORT, &reuse_port, sizeof reuse_port);
  if (address.any.sa_family == AF_INET6)
    setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6only, sizeof v6only);

  if (bind (fd, &address.any, length) != 0)
    return FALSE;
  if (!(flags & FIXTURE_BOUND_ONLY) && listen (fd, 16) != 0)
    return FALSE;
  if (getsockname (fd, &address.any, &length) != 0)
    return FALSE;
  *port = ntohs (address.any.sa_family == AF_INET ? address.ipv4.sin_port : address.ipv6.sin6_port);
  return TRUE;
}

int
fixture_bind (const char *address, guint16 *port, FixtureFlags flags)
{
  int family = strchr (address, ':') != NULL ? AF_INET6 : AF_INET;
  int fd = socket (family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int saved;

  if (fd < 0 || try_bind (fd, address, port, flags))
    return fd;
  saved = errno;
  close (fd);
  errno = saved;
  return -1;
}

void
fixture_connect (int listener, int *client, guint16 *client_port, int *server)
{
  Address address;
  socklen_t length = sizeof address;

  *client_port = 0;
  *client = fixture_bind ("127.0.0.1", client_port, FIXTURE_BOUND_ONLY);
  g_assert_cmpint (*client, >=, 0);
  g_assert_cmpint (getsockname (listener, &address.any, &length), ==, 0);
  g_assert_cmpint (connect (*client, &address.any, length), ==, 0);
  *server = accept (listener, NULL, NULL);
  g_assert_cmpint (*server, >=, 0);
}

gboolean
fixture_has_ipv6 (void)
{
  guint16 port = 0;
  int fd = fixture_bind ("::1", &port, 0);

  if (fd >= 0)
    close (fd);
  return fd >= 0;
}

guint32
fixture_get_inode (int fd)
{
  struct stat status;

  g_assert_cmpint (fstat (fd, &status), ==, 0);
  return (guint32) status.st_ino;
}

/* In the child only calls that are safe after fork(). */
static void
run_child (
    int report, int control, const char *address, guint16 port, FixtureFlags flags, uid_t uid)
{
  gssize n;
  char byte;

  if (uid != geteuid () && setresuid (uid, uid, uid) != 0)
    _exit (2);
  /* Both only now, as a change of the user resets them. */
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  /* A process that changed its user can't be looked into by that user otherwise. */
  prctl (PR_SET_DUMPABLE, 1);
  if (fixture_bind (address, &port, flags) < 0)
    port = 0;
  n = write (report, &port, sizeof port);
  while (n > 0 && (n = read (control, &byte, 1)) < 0 && errno == EINTR)
    n = 1;
  _exit (0);
}

void
fixture_child_start (
    FixtureChild *child, const char *address, guint16 port, FixtureFlags flags, uid_t uid)
{
  int report[2];
  int control[2];

  g_assert_cmpint (pipe (report), ==, 0);
  g_assert_cmpint (pipe (control), ==, 0);
  child->pid = fork ();
  g_assert_cmpint (child->pid, >=, 0);
  if (child->pid == 0)
    {
      close (control[1]);
      run_child (report[1], control[0], address, port, flags, uid);
    }

  close (report[1]);
  close (control[0]);
  child->control = control[1];
  g_assert_cmpint (read (report[0], &child->port, sizeof child->port), ==, sizeof child->port);
  g_assert_cmpint (child->port, !=, 0);
  close (report[0]);
}

void
fixture_child_stop (FixtureChild *child)
{
  int status;

  kill (child->pid, SIGKILL);
  close (child->control);
  g_assert_cmpint (waitpid (child->pid, &status, 0), ==, child->pid);
}

void
fixture_become (uid_t uid)
{
  g_assert_cmpint (setgroups (0, NULL), ==, 0);
  g_assert_cmpint (setresgid (uid, uid, uid), ==, 0);
  g_assert_cmpint (setresuid (uid, uid, uid), ==, 0);
  prctl (PR_SET_DUMPABLE, 1);
}

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

gboolean
fixture_wait (FixturePredicate predicate, gpointer user_data, guint limit_ms)
{
  gint64 limit = g_get_monotonic_time () + limit_ms * G_GINT64_CONSTANT (1000);
  guint wake = g_timeout_add (10, wake_cb, NULL);
  gboolean holds;

  while (!(holds = predicate (user_data)) && g_get_monotonic_time () < limit)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
  return holds;
}

gboolean
fixture_has_timer (void)
{
  GMainContext *context = g_main_context_default ();
  GPollFD fds[64];
  int timeout = -1;
  int priority;

  g_assert_true (g_main_context_acquire (context));
  g_main_context_prepare (context, &priority);
  g_main_context_query (context, G_MAXINT, &timeout, fds, G_N_ELEMENTS (fds));
  g_main_context_release (context);
  return timeout >= 0;
}
