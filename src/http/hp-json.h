/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define HP_JSON_MEDIA_TYPE "application/json"

/* A string with its quotes (RFC 8259). Bytes that aren't UTF-8 become U+FFFD. */
void hp_json_append_string (GString *out, const char *text);

/* A point in time, in quotes: "2026-11-24T07:47:34Z" (RFC 3339); null beyond the years 0 to 9999.
 */
void hp_json_append_time (GString *out, gint64 seconds);

G_END_DECLS
