/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/hp-log-columns.h"

G_BEGIN_DECLS

/* The choices of an HpLogColumnSet as actions, for menus; to be inserted as "columns".
 *
 * "show-time" and so on (bool) for each column but the path; "sort" (string: a column's word, or
 * "arrival") and "descending" (bool); "order" (string: both in one: "size:up", "size:down",
 * "arrival"); "move-left", "move-right", "hide", "reset-width" (each with a column's word);
 * "reset".
 */
GActionGroup *hp_log_column_actions_new (HpLogColumnSet *set);

/* Check items for the columns. columns: (nullable): names those for which there is no room now. */
GMenu *hp_log_column_menu_new_shown (HpLogColumns *columns);

/* All that can be done with one column; "log.fit-column" is the table's. */
GMenu *hp_log_column_menu_new_for_title (HpLogColumns *columns, HpLogColumn column);

G_END_DECLS
