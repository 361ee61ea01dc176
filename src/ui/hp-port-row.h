/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include "ports/hp-port-entry.h"

G_BEGIN_DECLS

/* The measures that all rows of a list share. Ref-counted, main thread only. */
typedef struct
{
  int line_height;
  int small_line_height;
  int port_width;
  int pid_width;
  int scope_width;
  int short_scope_width;
  int since_width;
} HpPortMeasures;

HpPortMeasures *hp_port_measures_new (void);
HpPortMeasures *hp_port_measures_ref (HpPortMeasures *self);
void hp_port_measures_unref (HpPortMeasures *self);
/* Takes them from the widget's font; says whether anything has changed. */
gboolean hp_port_measures_take (HpPortMeasures *self, GtkWidget *widget);

/* One listening socket in the list: drawn, since there may be hundreds and all may change at once.
 */
#define HP_TYPE_PORT_ROW (hp_port_row_get_type ())
G_DECLARE_FINAL_TYPE (HpPortRow, hp_port_row, HP, PORT_ROW, GtkWidget)

GtkWidget *hp_port_row_new (HpPortMeasures *measures, GtkListItem *item);
/* (transfer none) (nullable) */
HpPortEntry *hp_port_row_get_entry (HpPortRow *self);
void hp_port_row_set_entry (HpPortRow *self, HpPortEntry *entry);
/* The list item that it is in. (transfer none) */
GtkListItem *hp_port_row_get_item (HpPortRow *self);
/* Says anew what changes with the time of day. */
void hp_port_row_update (HpPortRow *self);

G_END_DECLS
