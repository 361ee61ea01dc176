/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include "log/hp-log-view.h"

G_BEGIN_DECLS

/* Which requests are selected: by their numbers, so that they stay selected when the view sorts,
 * filters, drops or brings back rows. A request that the view hides is not among those that can be
 * copied, but is selected when it comes back.
 *
 * It stands between view and list. Signal "before-change" (uint position, uint n_removed, uint
 * n_added): the list is about to hear of it. */
#define HP_TYPE_LOG_SELECTION (hp_log_selection_get_type ())
G_DECLARE_FINAL_TYPE (HpLogSelection, hp_log_selection, HP, LOG_SELECTION, GObject)

HpLogSelection *hp_log_selection_new (void);

/* Forgets what was selected. */
void hp_log_selection_set_view (HpLogSelection *self, HpLogView *view);

/* Of those that the view shows. */
guint hp_log_selection_get_n_selected (HpLogSelection *self);
/* (element-type guint64): the numbers, in the order of the view. */
GArray *hp_log_selection_dup_seqs (HpLogSelection *self);
/* FALSE unless one row alone is selected and shown. */
gboolean hp_log_selection_get_single (HpLogSelection *self, guint64 *seq);
/* The first selected row that is shown. */
gboolean hp_log_selection_get_first (HpLogSelection *self, guint *position);

G_END_DECLS
