/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include "ports/hp-port-entry.h"

G_BEGIN_DECLS

/* All listening sockets of this computer: a GListModel of HpPortEntry, sorted by port. A socket
 * that stays keeps its entry. The kernel is asked, and owners are looked for, in threads. Main
 * thread.
 *
 * Property "watching" (bool): see below.
 * Property "loading" (bool): the first answer hasn't come yet.
 * Signal "refreshed": a look is over, owners included. */
#define HP_TYPE_PORT_LIST (hp_port_list_get_type ())
G_DECLARE_FINAL_TYPE (HpPortList, hp_port_list, HP, PORT_LIST, GObject)

HpPortList *hp_port_list_new (void);

/* Whether somebody looks: at once and every two seconds then, less often where nothing has changed
 * for a minute or looking is slow, and no timer at all otherwise. */
void hp_port_list_set_watching (HpPortList *self, gboolean watching);

/* Looks now, also while nobody watches. */
void hp_port_list_refresh (HpPortList *self);

gboolean hp_port_list_get_loading (HpPortList *self);

/* What is served on a port of ours: (transfer full) (nullable). Asked in the main thread at each
 * look, for entries that are ours. */
typedef char *(*HpPortListTitleFunc) (guint16 port, gpointer user_data);
void hp_port_list_set_title_func (HpPortList *self, HpPortListTitleFunc func, gpointer user_data);

G_END_DECLS
