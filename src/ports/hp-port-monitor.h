/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include "ports/hp-port-owner.h"

G_BEGIN_DECLS

#define HP_TYPE_PORT_MONITOR (hp_port_monitor_get_type ())
G_DECLARE_FINAL_TYPE (HpPortMonitor, hp_port_monitor, HP, PORT_MONITOR, GObject)

/* Keeps glances at some ports fresh while "active" is set: a timer of one or three seconds then,
 * no timer at all otherwise, and one look at once when it becomes active. Main thread.
 *
 * Property "active" (bool).
 * Signal "changed" (guint port): the verdict or the owner of this port isn't what it was. */
HpPortMonitor *hp_port_monitor_new (void);

/* Watches are counted: each watch needs its own unwatch. The first look at a port is made within
 * the call and emits nothing. */
void hp_port_monitor_watch (HpPortMonitor *self, guint16 port);
void hp_port_monitor_unwatch (HpPortMonitor *self, guint16 port);
gboolean hp_port_monitor_get_active (HpPortMonitor *self);
void hp_port_monitor_set_active (HpPortMonitor *self, gboolean active);

/* Whether the window is the one in use: every second then, every third otherwise. TRUE at first. */
void hp_port_monitor_set_focused (HpPortMonitor *self, gboolean focused);

/* Looks at every watched port now, also while not active. */
void hp_port_monitor_refresh (HpPortMonitor *self);

/* The last verdict; NULL for a port that isn't watched. Borrowed until the next main loop turn. */
const HpPortVerdict *hp_port_monitor_get_verdict (HpPortMonitor *self, guint16 port);

/* The owner found in the background for a TAKEN port; NULL while it isn't known. Borrowed until the
 * next main loop turn. */
const HpPortOwner *hp_port_monitor_get_owner (HpPortMonitor *self, guint16 port);

/* The same for who listens on [::1], when that is somebody else's. */
const HpPortOwner *hp_port_monitor_get_shadow_owner (HpPortMonitor *self, guint16 port);

G_END_DECLS
