/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What the window shows while the list has no folder: what comes, and the button to begin with. */
#define HP_TYPE_EMPTY_PAGE (hp_empty_page_get_type ())
G_DECLARE_FINAL_TYPE (HpEmptyPage, hp_empty_page, HP, EMPTY_PAGE, AdwBin)

/* recent: folders to serve again; none of them, no button. */
GtkWidget *hp_empty_page_new (GMenuModel *menu, GMenuModel *recent);

G_END_DECLS
