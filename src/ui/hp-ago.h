/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How long ago a time was, roughly and in few letters: "just now", "5 min ago", "2 h ago", "3 days
 * ago". Both in microseconds since 1970. (transfer full) */
char *hp_ago_format (gint64 time_us, gint64 now_us);

G_END_DECLS
