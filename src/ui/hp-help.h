/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Opens the help in the system's viewer. Where there is none, a dialog says so and what to do.
 * page: of data/help, with a section of it if need be, "ports#taken"; NULL: the first one. */
void hp_help_show (GtkWindow *parent, const char *page);

/* Which page F1 is to open while the keyboard is in this widget, or in one below it that has no
 * page of its own. A window that doesn't belong to the application learns the key by this. page:
 * static, as above; NULL: as if it had never been said. */
void hp_help_set_page (GtkWidget *widget, const char *page);

/* The page for the place where the keyboard is; NULL: the first one. */
const char *hp_help_find_page (GtkWindow *window);

G_END_DECLS
