/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <netinet/in.h>
#include <sys/types.h>

#include <glib.h>

G_BEGIN_DECLS

/* Whose program is at the other end of a connection that was just accepted. */
typedef enum
{
  HP_PEER_MINE,
  HP_PEER_OTHER_USER,
  HP_PEER_GONE, /* it has closed already, and whose it was can't be said for sure */
} HpPeer;

/* Keeps one netlink socket; engine thread only. */
typedef struct _HpPeerCheck HpPeerCheck;

HpPeerCheck *hp_peer_check_new (void);
void hp_peer_check_free (HpPeerCheck *self);

/* An exact look-up of the client's socket, some six microseconds: to be made before anything is
 * read, while our end keeps the pair of addresses from being used again. *uid: of the one who made
 * the socket, for MINE and OTHER_USER. *inode: of the socket, 0 when it has none any more. */
HpPeer hp_peer_check_look (HpPeerCheck *self,
                           const struct sockaddr_in *client,
                           const struct sockaddr_in *server,
                           uid_t *uid,
                           guint32 *inode);

/* For tests: whose programs are mine; the effective user of this process otherwise. */
void hp_peer_check_set_user (HpPeerCheck *self, uid_t uid);
/* For tests: do as if SOCK_DIAG didn't work. */
void hp_peer_check_set_use_proc (HpPeerCheck *self, gboolean use_proc);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpPeerCheck, hp_peer_check_free)

G_END_DECLS
