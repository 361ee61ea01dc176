/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Mends what GTK itself tells screen readers about our buttons and pages, for as long as the
 * program runs. Once, after GTK has been initialized. */
void hp_spoken_init (void);

G_END_DECLS
