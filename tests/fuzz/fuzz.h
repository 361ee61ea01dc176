/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <glib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What has to be true of every input. Not g_assert: it must count in any build; nor g_error, whose
 * signal the fuzzer doesn't catch, so that the input would be lost. */
#define FUZZ_CHECK(condition)                                                                      \
  do                                                                                               \
    {                                                                                              \
      if (!(condition))                                                                            \
        {                                                                                          \
          g_printerr ("%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);                    \
          abort ();                                                                                \
        }                                                                                          \
    }                                                                                              \
  while (0)

/* Fields of a request are text without NUL. Returns lines of the input, "" for those that are
 * missing. */
static inline char **
fuzz_split (const uint8_t *data, size_t size, guint n_lines)
{
  char *text = g_strndup ((const char *) data, size);
  char **lines = g_strsplit (text, "\n", n_lines);
  guint n = g_strv_length (lines);

  g_free (text);
  lines = g_renew (char *, lines, MAX (n, n_lines) + 1);
  for (; n < n_lines; n++)
    lines[n] = g_strdup ("");
  lines[n] = NULL;

  return lines;
}
