/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "http/hp-validators.h"
#include "fuzz.h"

/* Five lines: If-Match, If-Unmodified-Since, If-None-Match, If-Modified-Since, If-Range; a line
 * that is empty is a field that isn't there. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (GStrv) lines = fuzz_split (data, size, 5);
  const char *fields[5];
  const struct timespec now = { .tv_sec = 1795500000 };
  struct stat stat = { .st_size = 1, .st_ino = 2 };
  HpValidators validators;
  HpConditions conditions;
  HpConditionVerdict verdict;

  stat.st_mtim.tv_sec = stat.st_ctim.tv_sec = 784111777;
  hp_validators_init (&validators, &stat, &now);

  for (int i = 0; i < 5; i++)
    fields[i] = lines[i][0] != '\0' ? lines[i] : NULL;
  conditions = (HpConditions){ fields[0], fields[1], fields[2], fields[3] };
  verdict = hp_validators_check (&validators, &conditions);

  /* Without a star or our tag no list names us, and the date does not count beside a list. */
  if (fields[0] != NULL && strchr (fields[0], '*') == NULL
      && strstr (fields[0], validators.etag) == NULL)
    FUZZ_CHECK (verdict == HP_CONDITION_FAILED);
  if (fields[2] != NULL && strchr (fields[2], '*') == NULL
      && strstr (fields[2], validators.etag) == NULL)
    FUZZ_CHECK (verdict != HP_CONDITION_NOT_MODIFIED);

  if (hp_validators_allow_range (&validators, fields[4]) && fields[4] != NULL
      && fields[4][0] == '"')
    FUZZ_CHECK (strcmp (fields[4], validators.etag) == 0);

  return 0;
}
