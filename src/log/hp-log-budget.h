/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The memory that several logs share. When they have used it up, what was cleared goes first, then
 * the oldest heads as long as all heads take more than a quarter, then the oldest rows: of whatever
 * log they are. Rows that are pinned stay. Main thread only; ref-counted. */
typedef struct _HpLogBudget HpLogBudget;

#define HP_LOG_BUDGET_DEFAULT (256 * 1024 * 1024)

HpLogBudget *hp_log_budget_new (gsize max_bytes);
HpLogBudget *hp_log_budget_ref (HpLogBudget *self);
void hp_log_budget_unref (HpLogBudget *self);

/* (transfer none): the one for all servers of the program, of HP_LOG_BUDGET_DEFAULT at first. */
HpLogBudget *hp_log_budget_get_default (void);

/* Not less than 1 MiB. Less than is used counts at once: logs tell what they lost. */
void hp_log_budget_set_max_bytes (HpLogBudget *self, gsize max_bytes);
gsize hp_log_budget_get_max_bytes (HpLogBudget *self);
gsize hp_log_budget_get_used_bytes (HpLogBudget *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpLogBudget, hp_log_budget_unref)

G_END_DECLS
