/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "ports/hp-port-check.h"
#include "ports/hp-port-rules.h"
#include "ports/hp-port-view.h"

/* So that a burst of connections isn't dropped by the kernel before we accept. */
#define BACKLOG 4096

/* Bounds what the kernel buffers for a slow reader; connections inherit it. */
#define SEND_BUFFER_SIZE (512 * 1024)

gboolean
hp_port_verdict_equal (const HpPortVerdict *a, const HpPortVerdict *b)
{
  return a->state == b->state && a->port == b->port && a->uid == b->uid && a->inode == b->inode
         && a->cgroup_id == b->cgroup_id && a->expires_ms == b->expires_ms
         && a->shadowed == b->shadowed && a->shadow_uid == b->shadow_uid
         && a->shadow_inode == b->shadow_inode && a->shadow_cgroup_id == b->shadow_cgroup_id;
}

static void
set_holder (HpPortVerdict *verdict, HpPortState state, const HpSocketInfo *info)
{
  verdict->state = state;
  verdict->uid = info->uid;
  verdict->inode = info->inode;
  verdict->cgroup_id = info->cgroup_id;
  verdict->expires_ms = state == HP_PORT_LINGERING ? info->expires_ms : 0;
}

void
hp_port_check_glance (guint16 port, HpPortVerdict *verdict)
{
  HpSocketInfo ipv4 = { 0 };
  HpSocketInfo ipv6 = { 0 };
  gboolean has_ipv4;

  *verdict = (HpPortVerdict){ .state = HP_PORT_FREE, .port = port };
  if (port == 0)
    return;

  has_ipv4 = hp_port_view_find_listener (AF_INET, port, &ipv4);
  if (has_ipv4)
    set_holder (verdict, hp_port_view_is_ours (&ipv4) ? HP_PORT_OURS : HP_PORT_TAKEN, &ipv4);

  if (!hp_port_view_find_listener (AF_INET6, port, &ipv6) || hp_port_view_is_ours (&ipv6))
    return;
  /* One listener for both families doesn't stand in anybody's light. */
  if (has_ipv4 && ipv4.inode == ipv6.inode)
    return;
  verdict->shadowed = TRUE;
  verdict->shadow_uid = ipv6.uid;
  verdict->shadow_inode = ipv6.inode;
  verdict->shadow_cgroup_id = ipv6.cgroup_id;
}

static int
open_port (guint16 port)
{
  struct sockaddr_in address = {
    .sin_family = AF_INET,
    .sin_port = htons (port),
    .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
  };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int on = 1;
  int saved;

  if (fd < 0)
    return -1;
  /* Without it our own closed connections would keep us away for a minute. Never SO_REUSEPORT: that
   * shares the port silently with another program of the same user. */
  if (setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0
      && bind (fd, (struct sockaddr *) &address, sizeof address) == 0)
    return fd;

  saved = errno;
  close (fd);
  errno = saved;
  return -1;
}

gboolean
hp_port_can_bind (guint16 port)
{
  int fd = open_port (port);

  if (fd < 0)
    return FALSE;
  close (fd);
  return TRUE;
}

/* What a socket on the port means for us, the worst first. */
static HpPortState
classify (const HpSocketInfo *info)
{
  if (info->state == TCP_LISTEN)
    return hp_port_view_is_ours (info) ? HP_PORT_OURS : HP_PORT_TAKEN;
  /* An orphan belongs to the kernel alone, whatever uid is reported. */
  if (info->inode == 0)
    return HP_PORT_LINGERING;
  return info->state == TCP_CLOSE ? HP_PORT_RESERVED : HP_PORT_OPEN_CONNECTION;
}

/* The one that people should hear of when several sockets are in the way. Lingering comes last: the
 * port isn't free when only that has ended. */
static int
get_weight (HpPortState state)
{
  switch ((int) state)
    {
    case HP_PORT_TAKEN:
    case HP_PORT_OURS:
      return 4;
    case HP_PORT_RESERVED:
      return 3;
    case HP_PORT_OPEN_CONNECTION:
      return 2;
    case HP_PORT_LINGERING:
      return 1;
    default:
      return 0;
    }
}

/* Why the port can't be bound although nobody answers on it. */
static void
explain (HpPortVerdict *verdict)
{
  g_autoptr (GArray) sockets = hp_port_view_list (verdict->port);
  guint i;

  verdict->state = HP_PORT_UNKNOWN;
  for (i = 0; i < sockets->len; i++)
    {
      const HpSocketInfo *info = &g_array_index (sockets, HpSocketInfo, i);
      HpPortState state;

      if (info->port != verdict->port || !hp_port_view_covers_loopback (info))
        continue;
      state = classify (info);
      if (get_weight (state) > get_weight (verdict->state)
          || (state == HP_PORT_LINGERING && verdict->state == HP_PORT_LINGERING
              && info->expires_ms > verdict->expires_ms))
        set_holder (verdict, state, info);
    }
}

void
hp_port_check (guint16 port, HpPortVerdict *verdict)
{
  int fd;

  hp_port_view_forget ();
  hp_port_check_glance (port, verdict);
  if (port == 0 || verdict->state != HP_PORT_FREE)
    return;

  fd = open_port (port);
  if (fd >= 0)
    close (fd);
  else if (errno == EACCES || errno == EPERM)
    verdict->state = HP_PORT_PRIVILEGED;
  else if (errno == EADDRINUSE)
    explain (verdict);
  else
    verdict->state = HP_PORT_UNKNOWN;
}

static void
set_listen_error (GError **error, guint16 port, int error_number)
{
  int code = (int) g_io_error_from_errno (error_number);

  if (error_number == EADDRINUSE)
    g_set_error (error, G_IO_ERROR, code, _ ("Port %u is already in use."), port);
  else if (error_number == EACCES && port < hp_port_get_unprivileged_min ())
    g_set_error (error, G_IO_ERROR, code,
                 _ ("Port %u can’t be used: ports below %u need administrator rights."), port,
                 hp_port_get_unprivileged_min ());
  else
    g_set_error (error, G_IO_ERROR, code, _ ("Port %u can’t be opened: %s"), port,
                 g_strerror (error_number));
}

static gboolean
listen_on (int fd, guint16 *actual_port)
{
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  int size = SEND_BUFFER_SIZE;
  int on = 1;

  if (setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0
      || setsockopt (fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size) != 0
      || listen (fd, BACKLOG) != 0 || getsockname (fd, (struct sockaddr *) &address, &length) != 0)
    return FALSE;

  if (actual_port != NULL)
    *actual_port = ntohs (address.sin_port);
  return TRUE;
}

int
hp_port_listen (guint16 port, guint16 *actual_port, GError **error)
{
  int fd = open_port (port);

  if (fd >= 0 && listen_on (fd, actual_port))
    return fd;

  set_listen_error (error, port, errno);
  if (fd >= 0)
    close (fd);
  return -1;
}
