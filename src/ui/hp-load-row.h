/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include "log/hp-page-load.h"

G_BEGIN_DECLS

/* One page load: its page, what it took, and its requests as a small chart. */
#define HP_TYPE_LOAD_ROW (hp_load_row_get_type ())
G_DECLARE_FINAL_TYPE (HpLoadRow, hp_load_row, HP, LOAD_ROW, GtkListBoxRow)

GtkWidget *hp_load_row_new (HpPageLoad *load);
HpPageLoad *hp_load_row_get_load (HpLoadRow *self);
void hp_load_row_set_narrow (HpLoadRow *self, gboolean narrow);

G_END_DECLS
