/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* For a sentence that is to be shown: where the window goes from right to left, addresses, paths
 * and names in it keep their order of signs, which would else be turned around at both ends, and a
 * sentence that begins with one of them goes from right to left all the same. May have markup.
 * (transfer full) */
char *hp_direction_mend (const char *text);
/* The same for a text that is given away; NULL stays NULL. (transfer full) (nullable) */
char *hp_direction_take (char *text);
/* The same on a label. text: may be NULL */
void hp_direction_set_text (GtkLabel *label, const char *text);

/* The same for a given direction of the sentence. */
char *hp_direction_isolate (const char *text, gboolean right_to_left);

G_END_DECLS
