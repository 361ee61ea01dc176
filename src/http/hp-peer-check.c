/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/hp-peer-check.h"
#include "ports/hp-proc-net.h"
#include "ports/hp-sock-diag.h"

struct _HpPeerCheck
{
  HpSockDiag *diag; /* NULL: read /proc/net instead */
  uid_t me;
};

HpPeerCheck *
hp_peer_check_new (void)
{
  HpPeerCheck *self = g_new0 (HpPeerCheck, 1);

  self->me = geteuid ();
  if (hp_sock_diag_is_usable ())
    self->diag = hp_sock_diag_new (NULL);
  return self;
}

void
hp_peer_check_free (HpPeerCheck *self)
{
  if (self == NULL)
    return;

  hp_sock_diag_free (self->diag);
  g_free (self);
}

static HpSocketAddress
get_address (const struct sockaddr_in *address)
{
  HpSocketAddress result = { { 0 } };

  memcpy (result.bytes, &address->sin_addr, sizeof address->sin_addr);
  return result;
}

/* Milliseconds, for systems without SOCK_DIAG. */
static gboolean
find_in_proc (const struct sockaddr_in *client,
              const struct sockaddr_in *server,
              HpSocketInfo *info)
{
  g_autoptr (GArray) sockets = hp_proc_net_read (IPPROTO_TCP, HP_SOCKET_ALL_STATES,
                                                 ntohs (client->sin_port));
  HpSocketAddress client_address = get_address (client);
  HpSocketAddress server_address = get_address (server);

  for (guint i = 0; i < sockets->len; i++)
    {
      *info = g_array_index (sockets, HpSocketInfo, i);
      if (info->state != TCP_LISTEN && info->remote_port == ntohs (server->sin_port)
          && hp_socket_address_is_ipv4 (&info->address, info->family, &client_address)
          && hp_socket_address_is_ipv4 (&info->remote_address, info->family, &server_address))
        return TRUE;
    }
  return FALSE;
}

/* FALSE: there is none. An error is tried once more, with a new netlink socket. */
static gboolean
find (HpPeerCheck *self,
      const struct sockaddr_in *client,
      const struct sockaddr_in *server,
      HpSocketInfo *info)
{
  HpSocketAddress client_address = get_address (client);
  HpSocketAddress server_address = get_address (server);

  if (self->diag == NULL)
    return find_in_proc (client, server, info);

  for (int attempt = 0; attempt < 2; attempt++)
    {
      g_autoptr (GError) error = NULL;

      if (hp_sock_diag_lookup_connection (self->diag, AF_INET, &client_address,
                                          ntohs (client->sin_port), &server_address,
                                          ntohs (server->sin_port), info, &error))
        return TRUE;
      if (error == NULL)
        return FALSE;
    }
  return find_in_proc (client, server, info);
}

HpPeer
hp_peer_check_look (HpPeerCheck *self,
                    const struct sockaddr_in *client,
                    const struct sockaddr_in *server,
                    uid_t *uid,
                    guint32 *inode)
{
  HpSocketInfo info;

  *uid = (uid_t) -1;
  *inode = 0;
  if (!find (self, client, server, &info))
    return HP_PEER_GONE;

  /* What is left of a socket whose program has closed it belongs to nobody: a user of 0 would be a
   * mere absence, not the administrator. */
  if (info.inode == 0)
    return HP_PEER_GONE;
  *uid = info.uid;
  *inode = info.inode;
  return info.uid == self->me ? HP_PEER_MINE : HP_PEER_OTHER_USER;
}

void
hp_peer_check_set_user (HpPeerCheck *self, uid_t uid)
{
  self->me = uid;
}

void
hp_peer_check_set_use_proc (HpPeerCheck *self, gboolean use_proc)
{
  g_clear_pointer (&self->diag, hp_sock_diag_free);
  if (!use_proc)
    self->diag = hp_sock_diag_new (NULL);
}
