/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-log-query-private.h"
#include "log/hp-log-segment-private.h"

G_BEGIN_DECLS

/* Where the text of a record is, in the arena of its segment; of path and query, the whole target.
 */
static inline guint32
hp_log_packed_get_word (const HpLogPacked *record, HpLogText text)
{
  switch (text)
    {
    case HP_LOG_TEXT_METHOD:
      return record->method;
    case HP_LOG_TEXT_TYPE:
      return record->media_type;
    case HP_LOG_TEXT_CLIENT:
      return record->client;
    case HP_LOG_TEXT_AGENT:
      return record->user_agent;
    case HP_LOG_TEXT_REFERRER:
      return record->referrer;
    case HP_LOG_TEXT_TARGET:
    case HP_LOG_TEXT_PATH:
    case HP_LOG_TEXT_QUERY:
    default:
      return record->target;
    }
}

/* Looks for a query in the packed records themselves. Each text of a segment is judged once,
 * however many records have it. */
typedef struct _HpLogScan HpLogScan;

HpLogScan *hp_log_scan_new (HpLogQuery *query);
void hp_log_scan_free (HpLogScan *self);

/* Sets matches[0] … matches[n - 1] to 0 or 1 for the records from … from + n - 1 of the segment. It
 * may grow meanwhile. */
void hp_log_scan_run (HpLogScan *self, HpLogSegment *segment, guint from, guint n, guint8 *matches);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpLogScan, hp_log_scan_free)

G_END_DECLS
