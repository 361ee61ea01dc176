/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Our first suggestion: outside the kernel's usual range of automatic ports. */
#define HP_PORT_FIRST 62893

/* Ports that web browsers refuse to open (Fetch standard, "Port blocking"). */
gboolean hp_port_is_browser_blocked (guint16 port);

/* The lowest port that an ordinary user may bind: net.ipv4.ip_unprivileged_port_start, read from
 * the system at first use; 1024 where it can't be read; 0 for a process that has
 * CAP_NET_BIND_SERVICE. */
guint16 hp_port_get_unprivileged_min (void);

/* Whether the kernel hands the port out by itself (net.ipv4.ip_local_port_range). */
gboolean hp_port_is_ephemeral (guint16 port);

/* "reserved for X11" and the like for a browser-blocked port; NULL where there is nothing to say.
 */
const char *hp_port_get_usual_use (guint16 port);

typedef gboolean (*HpPortIsClaimed) (guint16 port, gpointer user_data);

/* The first port from `from` up (wrapping to 1024) that is not browser-blocked, not claimed, not
 * ephemeral unless nothing else is left, and that nobody listens on right now. 0 when there is
 * none. Bind is still the judge. Microseconds per candidate. */
guint16 hp_port_suggest (guint16 from, HpPortIsClaimed is_claimed, gpointer user_data);

G_END_DECLS
