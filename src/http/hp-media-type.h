/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The value of Content-Type for a file of this name, charset included. Only the name counts, never
 * the content: what isn't known is application/octet-stream, and never becomes HTML. Thread-safe;
 * the first unusual name reads the desktop's list of types. */
const char *hp_media_type_for_name (const char *name);

/* The same from our own table alone: NULL for what isn't there. Never reads the disk. */
const char *hp_media_type_get_known (const char *name);

/* The Content-Encoding that is part of the file's format ("gzip" of .svgz); NULL otherwise. */
const char *hp_media_type_get_coding (const char *name);

G_END_DECLS
