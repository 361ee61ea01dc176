/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ports/hp-port-entry.h"

G_BEGIN_DECLS

/* Makes the entries (HpPortEntry) those of the sockets, both sorted by hp_port_view_compare().
 * Entries of sockets that are still there stay the same objects, and the model tells of each run of
 * changes with the entries as they are at that moment. FALSE: nothing has changed. */
gboolean hp_port_list_merge (GListModel *model,
                             GPtrArray *entries,
                             const HpSocketInfo *sockets,
                             const gboolean *ours,
                             guint n_sockets);

G_END_DECLS
