/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What is chosen is shown as a whole, whatever room the row's title would like; call it before the
 * row gets its model. */
void hp_combo_row_show_whole (AdwComboRow *row);

G_END_DECLS
