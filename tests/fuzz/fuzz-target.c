/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "http/hp-target.h"
#include "fuzz.h"

static void
check_path (const char *path)
{
  g_auto (GStrv) names = g_strsplit (path, "/", -1);

  FUZZ_CHECK (path[0] != '/');
  for (guint i = 0; names[i] != NULL; i++)
    {
      FUZZ_CHECK (names[i][0] != '\0');
      FUZZ_CHECK (strcmp (names[i], ".") != 0 && strcmp (names[i], "..") != 0);
    }
}

/* Encoded and decoded again, it is the same place, and a place of ours. */
static void
check_location (const HpTarget *target)
{
  g_autofree char *location = hp_target_get_folder_location (target);
  g_auto (HpTarget) again;

  FUZZ_CHECK (location[0] == '/' && location[1] != '/' && location[1] != '\\');
  for (const char *c = location; *c != '\0'; c++)
    FUZZ_CHECK (g_ascii_isgraph (*c));

  if (strlen (location) > HP_TARGET_MAX)
    {
      memset (&again, 0, sizeof again);
      return;
    }
  FUZZ_CHECK (hp_target_parse (&again, location) == HP_REASON_NONE);
  FUZZ_CHECK (strcmp (again.path, target->path) == 0);
  FUZZ_CHECK (again.folder);
  FUZZ_CHECK ((again.query != NULL) == (target->query != NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *raw = g_strndup ((const char *) data, size);
  g_auto (HpTarget) target;
  HpReason verdict = hp_target_parse (&target, raw);

  FUZZ_CHECK ((verdict == HP_REASON_NONE) == (target.path != NULL));
  if (target.path != NULL)
    {
      check_path (target.path);
      check_location (&target);
    }

  return 0;
}
