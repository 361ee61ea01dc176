/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ports/hp-sock-diag.h"

G_BEGIN_DECLS

/* /proc/net/tcp, tcp6, udp and udp6: milliseconds where SOCK_DIAG takes microseconds, so only for
 * systems without it. It knows no cgroups and doesn't tell whether a listener on [::] leaves IPv4
 * alone. Arrays of HpSocketInfo, (transfer full). */
GArray *
hp_proc_net_parse (const char *text, int family, int protocol, guint32 states, guint16 port);

/* Both tables of a protocol (IPPROTO_TCP or IPPROTO_UDP); states and port as for
 * hp_sock_diag_dump(). */
GArray *hp_proc_net_read (int protocol, guint32 states, guint16 port);

G_END_DECLS
