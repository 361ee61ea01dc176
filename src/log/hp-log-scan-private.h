/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-log-query.h"
#include "log/hp-log-segment-private.h"

G_BEGIN_DECLS

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
