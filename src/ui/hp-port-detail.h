/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include "ports/hp-port-entry.h"

G_BEGIN_DECLS

/* All that is known of one listening socket, and the buttons for it, which are actions of the ports
 * page. */
#define HP_TYPE_PORT_DETAIL (hp_port_detail_get_type ())
G_DECLARE_FINAL_TYPE (HpPortDetail, hp_port_detail, HP, PORT_DETAIL, GtkWidget)

/* nullable */
void hp_port_detail_set_entry (HpPortDetail *self, HpPortEntry *entry);
/* While an answer is awaited the button says so. */
void hp_port_detail_set_asking (HpPortDetail *self, gboolean asking);
void hp_port_detail_set_narrow (HpPortDetail *self, gboolean narrow);

G_END_DECLS
