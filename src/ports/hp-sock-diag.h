/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* An IPv4 or IPv6 address in network byte order; IPv4 uses the first four bytes. */
typedef struct
{
  guint8 bytes[16];
} HpSocketAddress;

/* What the kernel says of one socket. */
typedef struct
{
  guint8 family;   /* AF_INET or AF_INET6 */
  guint8 protocol; /* IPPROTO_TCP or IPPROTO_UDP */
  guint8 state;    /* TCP_LISTEN …, from <netinet/tcp.h> */
  gboolean v6only; /* an IPv6 listener that leaves IPv4 alone */
  guint16 port;    /* of this end, host byte order */
  guint16 remote_port;
  HpSocketAddress address;
  HpSocketAddress remote_address;
  guint32 uid;
  guint32 inode;      /* 0: no program holds it any more */
  guint64 cgroup_id;  /* 0 where the kernel doesn't tell */
  guint32 device;     /* index of the network interface that it is bound to, 0: none */
  guint32 expires_ms; /* how long a lingering socket will stay */
} HpSocketInfo;

/* Whether an address of a socket of this family is this IPv4 address: as such, or mapped into IPv6
 * as IPv6 sockets do that talk IPv4. */
gboolean
hp_socket_address_is_ipv4 (const HpSocketAddress *address, int family, const HpSocketAddress *ipv4);

/* For dumps, beside the states of <netinet/tcp.h>: bound, but neither listening nor connected. The
 * kernel knows it since 6.8 and reports such sockets as TCP_CLOSE; older ones ignore it. */
#define HP_TCP_BOUND_INACTIVE 13
#define HP_SOCKET_ALL_STATES  0xffffffffu

/* A netlink SOCK_DIAG client. Not thread-safe: one per thread. No call waits longer than a second
 * for an answer of the kernel. */
typedef struct _HpSockDiag HpSockDiag;

HpSockDiag *hp_sock_diag_new (GError **error);
void hp_sock_diag_free (HpSockDiag *self);

/* Who would answer a connection to 127.0.0.1:port (AF_INET) or [::1]:port (AF_INET6): the kernel's
 * own choice among all listeners. FALSE without an error: nobody. */
gboolean hp_sock_diag_lookup_listener (
    HpSockDiag *self, int family, guint16 port, HpSocketInfo *info, GError **error);

/* The socket of one end of a connection: never a listener, always exactly this pair of addresses.
 * FALSE without an error: there is none. */
gboolean hp_sock_diag_lookup_connection (HpSockDiag *self,
                                         int family,
                                         const HpSocketAddress *address,
                                         guint16 port,
                                         const HpSocketAddress *remote_address,
                                         guint16 remote_port,
                                         HpSocketInfo *info,
                                         GError **error);

/* (transfer full): an array of HpSocketInfo, all sockets of one family (AF_INET or AF_INET6) and
 * protocol in one of the states (bit 1 << TCP_LISTEN and so on), on one port (0: any). */
GArray *hp_sock_diag_dump (
    HpSockDiag *self, int family, int protocol, guint32 states, guint16 port, GError **error);

/* Whether the kernel answers such questions at all: asks once per process for a listener of our
 * own. ("No such socket" and "no such service" are the same answer.) Any thread. */
gboolean hp_sock_diag_is_usable (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpSockDiag, hp_sock_diag_free)

G_END_DECLS
