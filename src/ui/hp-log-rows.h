/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include "log/hp-log-view.h"

G_BEGIN_DECLS

/* The numbers of rows, as hp_log_export_new() takes them. (transfer full) */

/* selection: over a HpLogView. Those that are shown, in their order, or of those the selected ones.
 */
GArray *hp_log_rows_dup_shown (GtkSelectionModel *selection);
GArray *hp_log_rows_dup_selected (GtkSelectionModel *selection);
/* All of the log, pinned ones from earlier first. */
GArray *hp_log_rows_dup_all (HpRequestLog *log);

G_END_DECLS
