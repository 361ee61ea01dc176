/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-request-log.h"

G_BEGIN_DECLS

/* One way to go on with a query that is being written. */
typedef struct
{
  guint start; /* the characters that text stands for … */
  guint end;   /* … up to this one */
  char *text;
  char *explanation; /* translated; nullable */
} HpLogCompletion;

/* (transfer container) (element-type HpLogCompletion): what may stand at the cursor (characters
 * from the beginning): keys, the values of a key that there are, and those that the log (nullable)
 * has seen lately, the most frequent first. max at most. */
GPtrArray *hp_log_completions_new (const char *text, guint cursor, HpRequestLog *log, guint max);

G_END_DECLS
