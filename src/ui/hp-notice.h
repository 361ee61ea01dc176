/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What stands in the middle of a list that is empty: a few words and, below them, a sentence or
 * none. */
GtkWidget *hp_notice_new (const char *title, const char *sentence);

G_END_DECLS
