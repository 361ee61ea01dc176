/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include "ports/hp-port-entry.h"
#include "ui/hp-port-measures.h"

G_BEGIN_DECLS

/* One listening socket in the list: drawn, since there may be hundreds and all may change at once.
 */
#define HP_TYPE_PORT_ROW (hp_port_row_get_type ())
G_DECLARE_FINAL_TYPE (HpPortRow, hp_port_row, HP, PORT_ROW, GtkWidget)

GtkWidget *hp_port_row_new (HpPortMeasures *measures, GtkListItem *item);
void hp_port_row_set_entry (HpPortRow *self, HpPortEntry *entry);
/* The list item that it is in. (transfer none) */
GtkListItem *hp_port_row_get_item (HpPortRow *self);
/* Says anew what changes with the time of day. */
void hp_port_row_update (HpPortRow *self);

G_END_DECLS
