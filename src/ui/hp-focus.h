/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Whether the widget or one below it has the focus of its window. */
gboolean hp_has_focus_in (GtkWidget *widget);

G_END_DECLS
