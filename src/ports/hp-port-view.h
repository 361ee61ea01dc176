/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ports/hp-sock-diag.h"

G_BEGIN_DECLS

/* What the system shows of a port: through SOCK_DIAG, or through /proc/net where that doesn't work.
 * Each thread has a client of its own, so any thread may ask. */

/* Who answers 127.0.0.1:port (AF_INET) or [::1]:port (AF_INET6). FALSE: nobody. Without SOCK_DIAG
 * the answer may be a tenth of a second old. */
gboolean hp_port_view_find_listener (int family, guint16 port, HpSocketInfo *info);

/* Lets the next answer be a fresh one in any case. */
void hp_port_view_forget (void);

/* (transfer full): every TCP socket on the port, of both families and in any state. */
GArray *hp_port_view_list (guint16 port);

/* (transfer full): every TCP socket that listens and every UDP socket that takes what anybody
 * sends, sorted by hp_port_view_compare(). */
GArray *hp_port_view_list_listening (void);

/* By port, protocol, family, address and inode. */
int hp_port_view_compare (const HpSocketInfo *a, const HpSocketInfo *b);

/* Whether a file descriptor of this process is this socket. */
gboolean hp_port_view_is_ours (const HpSocketInfo *info);

/* Whether the socket's own address includes 127.0.0.1. */
gboolean hp_port_view_covers_loopback (const HpSocketInfo *info);

/* Whether only this computer can reach the socket: its address is a loopback one, or it is bound to
 * the loopback device. */
gboolean hp_port_view_is_local (const HpSocketInfo *info);

/* For tests: in this thread, do as if SOCK_DIAG didn't work. */
void hp_port_view_set_use_proc (gboolean use_proc);

G_END_DECLS
