/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* For a sentence that is to be shown: where the window goes from right to left, addresses and paths
 * in it keep their order of signs, which would else be turned around at both ends. (transfer full)
 */
char *hp_direction_mend (const char *text);

/* The same for a given direction of the sentence. */
char *hp_direction_isolate (const char *text, gboolean right_to_left);

G_END_DECLS
