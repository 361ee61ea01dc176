/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "http/hp-byte-ranges.h"
#include "fuzz.h"

/* First line: the size of the file. Second line: the field. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (GStrv) lines = fuzz_split (data, size, 2);
  guint64 number = g_ascii_strtoull (lines[0], NULL, 10);
  goffset file_size = (goffset) MIN (number, (guint64) G_MAXOFFSET);
  goffset offset, length;

  if (hp_byte_ranges_parse (lines[1], file_size, &offset, &length) == HP_RANGE_PART)
    {
      FUZZ_CHECK (offset >= 0);
      FUZZ_CHECK (length > 0);
      FUZZ_CHECK (length <= file_size);
      FUZZ_CHECK (offset <= file_size - length);
    }

  return 0;
}
