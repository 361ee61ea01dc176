/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-log-segment-private.h"
#include "log/hp-log-view.h"

G_BEGIN_DECLS

/* Which of two records comes first by this key, going up: < 0, 0, > 0. 0 leaves them as they came.
 */
int hp_log_sort_compare (
    HpLogSort sort, HpLogSegment *a, guint a_index, HpLogSegment *b, guint b_index);

/* Sorts many: the records are read in one thread, a few at a time, and then sorted in any other
 * one, which does not touch the log. */
typedef struct _HpLogSorter HpLogSorter;

HpLogSorter *hp_log_sorter_new (HpLogSort sort, gboolean descending);
void hp_log_sorter_free (HpLogSorter *self);

/* number: what it is called in the result. */
void hp_log_sorter_add (HpLogSorter *self, guint32 number, HpLogSegment *segment, guint index);

/* (transfer full): the numbers, a guint32 each. Records with equal keys stay as they were added,
 * also when sorted downwards. Once only. */
GArray *hp_log_sorter_run (HpLogSorter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpLogSorter, hp_log_sorter_free)

G_END_DECLS
