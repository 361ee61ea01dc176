/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "http/hp-guard.h"
#include "fuzz.h"

/* Who is let in ends, but for the port, with one of the three names. */
static gboolean
looks_local (const char *host)
{
  g_autofree char *name = g_ascii_strdown (host, -1);
  char *colon = strrchr (name, ':');

  if (colon != NULL && strchr (colon, ']') == NULL)
    *colon = '\0';

  return strcmp (name, "localhost") == 0 || g_str_has_suffix (name, ".localhost")
         || strcmp (name, "127.0.0.1") == 0 || strcmp (name, "[::1]") == 0;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *host = g_strndup ((const char *) data, size);

  if (hp_guard_check_host (host, NULL, 1) == HP_REASON_NONE)
    {
      FUZZ_CHECK (looks_local (host));
      FUZZ_CHECK (strpbrk (host, " \t\r\n,/@\\?#%") == NULL);
    }
  FUZZ_CHECK (hp_guard_check_host ("localhost", host, 1) == hp_guard_check_host (host, NULL, 1));

  return 0;
}
