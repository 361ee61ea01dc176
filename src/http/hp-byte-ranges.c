/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "http/hp-byte-ranges.h"

/* Reads digits, as many as there are. A number too big for 64 bits is as good as the biggest: no
 * file is longer. -1 when there is no digit. */
static goffset
take_number (const char **text)
{
  goffset value = 0;

  if (!g_ascii_isdigit (**text))
    return -1;

  for (; g_ascii_isdigit (**text); (*text)++)
    {
      int digit = g_ascii_digit_value (**text);

      value = value > (G_MAXOFFSET - digit) / 10 ? G_MAXOFFSET : value * 10 + digit;
    }

  return value;
}

/* "first-last", "first-" or "-length"; -1 for what isn't there. FALSE when it is malformed. */
static gboolean
take_range (const char **text, goffset *first, goffset *last)
{
  *first = take_number (text);
  if (**text != '-')
    return FALSE;
  (*text)++;
  *last = take_number (text);

  return *first < 0 ? *last >= 0 : *last < 0 || *last >= *first;
}

/* RFC 9110, 14.1.1 and 14.1.2. The last bytes of an empty file are satisfiable, though no part. */
static gboolean
cut_to_file (goffset first, goffset last, goffset size, goffset *offset, goffset *length)
{
  if (first < 0)
    {
      *length = MIN (last, size);
      *offset = size - *length;
      return last > 0;
    }

  if (first >= size)
    return FALSE;

  *offset = first;
  *length = (last < 0 || last >= size ? size : last + 1) - first;

  return TRUE;
}

static void
skip_space (const char **text)
{
  *text += strspn (*text, " \t");
}

HpRangeVerdict
hp_byte_ranges_parse (const char *field, goffset size, goffset *offset, goffset *length)
{
  guint n_ranges = 0;
  guint n_satisfiable = 0;

  *offset = 0;
  *length = size;
  if (field == NULL || g_ascii_strncasecmp (field, "bytes=", 6) != 0)
    return HP_RANGE_WHOLE;

  for (const char *text = field + 6; *text != '\0';)
    {
      skip_space (&text);
      /* A list may have empty elements (RFC 9110, 5.6.1.2). */
      if (*text != ',' && *text != '\0')
        {
          goffset first, last;

          if (!take_range (&text, &first, &last))
            return HP_RANGE_WHOLE;
          n_ranges++;
          n_satisfiable += cut_to_file (first, last, size, offset, length);
          skip_space (&text);
        }

      if (*text == ',')
        text++;
      else if (*text != '\0')
        return HP_RANGE_WHOLE;
    }

  if (n_ranges > 0 && n_satisfiable == 0)
    return HP_RANGE_UNSATISFIABLE;

  return n_ranges == 1 && *length > 0 ? HP_RANGE_PART : HP_RANGE_WHOLE;
}
