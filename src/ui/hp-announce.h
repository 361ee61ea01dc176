/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Lets a screen reader say something that isn't where the focus is: by an announcement from
 * GTK 4.14 on, before by the name of the window. */
void hp_announce (GtkWidget *widget, const char *text);

G_END_DECLS
