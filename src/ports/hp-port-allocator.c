/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ports/hp-port-allocator.h"
#include "ports/hp-port-check.h"

/* Between a suggestion and our bind somebody else may be faster, but not that often. */
#define MAX_ATTEMPTS 100

struct _HpPortHold
{
  guint16 port;
  int fd;      /* -1: stolen */
  int ipv6_fd; /* -1: there is no IPv6 */
};

/* FALSE: somebody else has it. No IPv6 at all is no obstacle. */
static gboolean
hold_ipv6 (guint16 port, int *fd)
{
  struct sockaddr_in6 address = { .sin6_family = AF_INET6, .sin6_port = htons (port) };
  int on = 1;

  address.sin6_addr = in6addr_loopback;
  *fd = socket (AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (*fd < 0)
    return TRUE;
  if (setsockopt (*fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0
      && bind (*fd, (struct sockaddr *) &address, sizeof address) == 0 && listen (*fd, 16) == 0)
    return TRUE;

  on = errno;
  close (*fd);
  *fd = -1;
  return on != EADDRINUSE;
}

HpPortHold *
hp_port_allocator_hold_exact (guint16 port)
{
  g_autoptr (HpPortHold) self = g_new0 (HpPortHold, 1);

  self->ipv6_fd = -1;
  self->fd = hp_port_listen (port, &self->port, NULL);
  if (self->fd < 0 || !hold_ipv6 (port, &self->ipv6_fd))
    return NULL;
  return g_steal_pointer (&self);
}

HpPortHold *
hp_port_allocator_hold (guint16 from, HpPortIsClaimed is_claimed, gpointer user_data)
{
  guint16 port = from;
  int i;

  for (i = 0; i < MAX_ATTEMPTS; i++)
    {
      HpPortHold *self;

      port = hp_port_suggest (port, is_claimed, user_data);
      if (port == 0)
        return NULL;
      self = hp_port_allocator_hold_exact (port);
      if (self != NULL)
        return self;
      port++;
    }
  return NULL;
}

guint16
hp_port_hold_get_port (HpPortHold *self)
{
  return self->port;
}

int
hp_port_hold_steal_fd (HpPortHold *self)
{
  int fd = self->fd;

  self->fd = -1;
  return fd;
}

void
hp_port_hold_free (HpPortHold *self)
{
  if (self == NULL)
    return;

  if (self->fd >= 0)
    close (self->fd);
  if (self->ipv6_fd >= 0)
    close (self->ipv6_fd);
  g_free (self);
}
