/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gio.h>

#include "ports/hp-sock-diag-private.h"

/* The kernel answers within the call that asks; this is for the day when it doesn't. */
#define ANSWER_SECONDS 1

/* The kernel never makes a larger datagram of answers than 32 KiB. */
#define BUFFER_SIZE (64 * 1024)

struct _HpSockDiag
{
  int fd; /* -1 after trouble: the next question opens another */
  guint32 sequence;
  guint32 loopback; /* index of the interface "lo"; 0 when there is none */
  guint8 *buffer;
  GArray *found; /* of a look-up, kept for the next one */
};

static void
set_error (GError **error, int error_number, const char *what)
{
  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (error_number), "%s: %s", what,
               g_strerror (error_number));
}

static void
close_socket (HpSockDiag *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

static gboolean
open_socket (HpSockDiag *self, GError **error)
{
  struct timeval timeout = { .tv_sec = ANSWER_SECONDS };

  if (self->fd >= 0)
    return TRUE;

  self->fd = socket (AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (self->fd < 0)
    {
      set_error (error, errno, "socket (NETLINK_SOCK_DIAG)");
      return FALSE;
    }

  if (setsockopt (self->fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) != 0
      || setsockopt (self->fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout) != 0)
    {
      set_error (error, errno, "setsockopt (SO_RCVTIMEO)");
      close_socket (self);
      return FALSE;
    }
  return TRUE;
}

static gboolean
send_request (HpSockDiag *self, guint16 flags, const struct inet_diag_req_v2 *body, GError **error)
{
  struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
  struct
  {
    struct nlmsghdr header;
    struct inet_diag_req_v2 body;
  } request;
  gssize sent;

  if (!open_socket (self, error))
    return FALSE;

  memset (&request, 0, sizeof request);
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.header.nlmsg_flags = NLM_F_REQUEST | flags;
  request.header.nlmsg_seq = ++self->sequence;
  request.body = *body;

  do
    sent = sendto (self->fd, &request, sizeof request, 0, (struct sockaddr *) &kernel,
                   sizeof kernel);
  while (sent < 0 && errno == EINTR);

  if (sent == (gssize) sizeof request)
    return TRUE;

  set_error (error, sent < 0 ? errno : EIO, "sendto (NETLINK_SOCK_DIAG)");
  close_socket (self);
  return FALSE;
}

/* One datagram from the kernel; those of anybody else are thrown away. -1: error is set. */
static gssize
receive (HpSockDiag *self, GError **error)
{
  struct sockaddr_nl sender;
  socklen_t sender_length;
  gssize length;

  do
    {
      sender_length = sizeof sender;
      memset (&sender, 0, sizeof sender);
      length = recvfrom (self->fd, self->buffer, BUFFER_SIZE, MSG_TRUNC,
                         (struct sockaddr *) &sender, &sender_length);
    }
  while (length < 0 ? errno == EINTR : sender.nl_pid != 0);

  if (length >= 0 && length <= BUFFER_SIZE)
    return length;

  if (length < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
    errno = ETIMEDOUT;
  set_error (error, length < 0 ? errno : EMSGSIZE, "recvfrom (NETLINK_SOCK_DIAG)");
  return -1;
}

/* Asks, and gathers the whole answer. FALSE: error is set, or else *kernel_error says what the
 * kernel had to object. */
static gboolean
converse (HpSockDiag *self,
          guint16 flags,
          const struct inet_diag_req_v2 *request,
          GArray *sockets,
          int *kernel_error,
          GError **error)
{
  gssize length;

  *kernel_error = 0;
  if (!send_request (self, flags, request, error))
    return FALSE;

  do
    {
      length = receive (self, error);
      if (length < 0)
        {
          /* A dump may still be under way: don't meet its rest. */
          close_socket (self);
          return FALSE;
        }
    }
  while (!hp_sock_diag_parse (self->buffer, length, self->sequence, request->sdiag_protocol,
                              sockets, kernel_error));

  return *kernel_error == 0;
}

/* FALSE without an error: there is no such socket. */
static gboolean
look_up (HpSockDiag *self,
         const struct inet_diag_req_v2 *request,
         HpSocketInfo *info,
         GError **error)
{
  int kernel_error;

  g_array_set_size (self->found, 0);
  if (!converse (self, 0, request, self->found, &kernel_error, error))
    {
      if (kernel_error != 0 && kernel_error != ENOENT)
        set_error (error, kernel_error, "SOCK_DIAG_BY_FAMILY");
      return FALSE;
    }
  if (self->found->len == 0)
    return FALSE;

  *info = g_array_index (self->found, HpSocketInfo, 0);
  return TRUE;
}

static void
init_request (HpSockDiag *self, struct inet_diag_req_v2 *request, int family, guint16 port)
{
  *request = (struct inet_diag_req_v2){
    .sdiag_family = family,
    .sdiag_protocol = IPPROTO_TCP,
    .idiag_states = HP_SOCKET_ALL_STATES,
    .id = {
      .idiag_sport = htons (port),
      /* Without it the kernel overlooks listeners that are bound to the device "lo". */
      .idiag_if = self->loopback,
      .idiag_cookie = { INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE },
    },
  };
}

HpSockDiag *
hp_sock_diag_new (GError **error)
{
  g_autoptr (HpSockDiag) self = g_new0 (HpSockDiag, 1);

  self->fd = -1;
  self->loopback = if_nametoindex ("lo");
  self->buffer = g_malloc (BUFFER_SIZE);
  self->found = g_array_new (FALSE, FALSE, sizeof (HpSocketInfo));
  if (!open_socket (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
hp_sock_diag_free (HpSockDiag *self)
{
  if (self == NULL)
    return;

  close_socket (self);
  g_free (self->buffer);
  g_array_unref (self->found);
  g_free (self);
}

gboolean
hp_sock_diag_lookup_listener (
    HpSockDiag *self, int family, guint16 port, HpSocketInfo *info, GError **error)
{
  struct inet_diag_req_v2 request;

  g_return_val_if_fail (family == AF_INET || family == AF_INET6, FALSE);

  init_request (self, &request, family, port);
  if (family == AF_INET)
    request.id.idiag_src[0] = htonl (INADDR_LOOPBACK);
  else
    memcpy (request.id.idiag_src, &in6addr_loopback, sizeof in6addr_loopback);

  return look_up (self, &request, info, error) && info->state == TCP_LISTEN;
}

gboolean
hp_socket_address_is_ipv4 (const HpSocketAddress *address, int family, const HpSocketAddress *ipv4)
{
  static const guint8 mapped[12] = { [10] = 0xff, [11] = 0xff };

  if (family == AF_INET)
    return memcmp (address->bytes, ipv4->bytes, 4) == 0;
  return memcmp (address->bytes, mapped, sizeof mapped) == 0
         && memcmp (address->bytes + sizeof mapped, ipv4->bytes, 4) == 0;
}

static gboolean
is_same (int family,
         const HpSocketAddress *address,
         int wanted_family,
         const HpSocketAddress *wanted)
{
  if (wanted_family == AF_INET)
    return hp_socket_address_is_ipv4 (address, family, wanted);
  return family == AF_INET6 && memcmp (address->bytes, wanted->bytes, sizeof wanted->bytes) == 0;
}

gboolean
hp_sock_diag_lookup_connection (HpSockDiag *self,
                                int family,
                                const HpSocketAddress *address,
                                guint16 port,
                                const HpSocketAddress *remote_address,
                                guint16 remote_port,
                                HpSocketInfo *info,
                                GError **error)
{
  struct inet_diag_req_v2 request;
  gsize address_size = family == AF_INET ? 4 : 16;

  g_return_val_if_fail (family == AF_INET || family == AF_INET6, FALSE);

  init_request (self, &request, family, port);
  request.id.idiag_dport = htons (remote_port);
  memcpy (request.id.idiag_src, address->bytes, address_size);
  memcpy (request.id.idiag_dst, remote_address->bytes, address_size);

  /* When the connection is gone the kernel offers a listener on its old port instead: that may be
   * a stranger's. */
  return look_up (self, &request, info, error) && info->state != TCP_LISTEN && info->port == port
         && info->remote_port == remote_port
         && is_same (info->family, &info->address, family, address)
         && is_same (info->family, &info->remote_address, family, remote_address);
}

GArray *
hp_sock_diag_dump (
    HpSockDiag *self, int family, int protocol, guint32 states, guint16 port, GError **error)
{
  g_autoptr (GArray) sockets = g_array_new (FALSE, FALSE, sizeof (HpSocketInfo));
  struct inet_diag_req_v2 request;
  int kernel_error;

  g_return_val_if_fail (family == AF_INET || family == AF_INET6, NULL);

  init_request (self, &request, family, port);
  request.sdiag_protocol = protocol;
  request.idiag_states = states;
  request.id.idiag_if = 0;
  if (!converse (self, NLM_F_DUMP, &request, sockets, &kernel_error, error))
    {
      if (kernel_error != 0)
        set_error (error, kernel_error, "SOCK_DIAG_BY_FAMILY");
      return NULL;
    }
  return g_steal_pointer (&sockets);
}

static gboolean
find_own_listener (int fd)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  g_autoptr (HpSockDiag) diag = NULL;
  HpSocketInfo info;
  struct stat status;

  if (bind (fd, (struct sockaddr *) &address, sizeof address) != 0 || listen (fd, 1) != 0
      || getsockname (fd, (struct sockaddr *) &address, &length) != 0 || fstat (fd, &status) != 0)
    return FALSE;

  diag = hp_sock_diag_new (NULL);
  return diag != NULL
         && hp_sock_diag_lookup_listener (diag, AF_INET, ntohs (address.sin_port), &info, NULL)
         && info.inode == (guint32) status.st_ino;
}

gboolean
hp_sock_diag_is_usable (void)
{
  static gsize answer; /* 0: not asked yet, 1: no, 2: yes */

  if (g_once_init_enter (&answer))
    {
      int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      gsize result = fd >= 0 && find_own_listener (fd) ? 2 : 1;

      if (fd >= 0)
        close (fd);
      g_once_init_leave (&answer, result);
    }
  return answer == 2;
}
