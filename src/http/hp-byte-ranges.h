/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  HP_RANGE_WHOLE,         /* no Range that counts: answer 200 */
  HP_RANGE_PART,          /* answer 206 with offset and length */
  HP_RANGE_UNSATISFIABLE, /* answer 416 */
} HpRangeVerdict;

/* Reads a Range field (RFC 9110, 14.2) for a file of this size. Anything malformed, another unit,
 * and several ranges mean the whole file. Offset and length count for HP_RANGE_PART: inside the
 * file, one byte at least. */
HpRangeVerdict
hp_byte_ranges_parse (const char *field, goffset size, goffset *offset, goffset *length);

G_END_DECLS
