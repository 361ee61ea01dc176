/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Opens the help in the system's viewer. Where there is none, a dialog says so and what to do.
 * page: of data/help, with a section of it if need be, "ports#taken"; NULL: the first one. */
void hp_help_show (GtkWindow *parent, const char *page);

G_END_DECLS
