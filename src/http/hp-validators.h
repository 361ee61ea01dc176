/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <sys/stat.h>
#include <time.h>

#include "http/hp-http-date.h"

G_BEGIN_DECLS

/* What tells one state of a file from another: entity tag and date. */
typedef struct
{
  char etag[104];                        /* with its quotes; always strong */
  char last_modified[HP_HTTP_DATE_SIZE]; /* "" when the file has no date worth telling */
  gint64 modified;                       /* the same in seconds */
  gint64 now;                            /* seconds */
} HpValidators;

typedef enum
{
  HP_CONDITION_PASS,
  HP_CONDITION_NOT_MODIFIED, /* answer 304 */
  HP_CONDITION_FAILED,       /* answer 412 */
} HpConditionVerdict;

/* The fields of a request that set conditions; NULL for those that aren't there. */
typedef struct
{
  const char *if_match;
  const char *if_unmodified_since;
  const char *if_none_match;
  const char *if_modified_since;
} HpConditions;

/* CLOCK_REALTIME_COARSE: the clock that stamps files. To be read before the file is looked at. */
void hp_validators_read_clock (struct timespec *now);
void hp_validators_init (HpValidators *self, const struct stat *stat, const struct timespec *now);

/* In the order of RFC 9110, 13.2.2, for GET and HEAD of a file that exists. */
HpConditionVerdict hp_validators_check (const HpValidators *self, const HpConditions *conditions);

/* Whether a Range counts: If-Range is not there (NULL), or names exactly this state. */
gboolean hp_validators_allow_range (const HpValidators *self, const char *if_range);

G_END_DECLS
