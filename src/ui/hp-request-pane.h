/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "servers/hp-server.h"
#include "ui/hp-log-table.h"

G_BEGIN_DECLS

/* All about the request that is selected in the table: a summary, and the fields of both heads. Its
 * buttons are the actions "request.…" and "log-pages.…" of what is around it.
 *
 * Properties: "tab" (string: "summary", "request" or "response"), "covering" (bool: it lies over
 * the log, and has a button that leads back). */
#define HP_TYPE_REQUEST_PANE (hp_request_pane_get_type ())
G_DECLARE_FINAL_TYPE (HpRequestPane, hp_request_pane, HP, REQUEST_PANE, GtkWidget)

GtkWidget *hp_request_pane_new (HpLogTable *table);
/* Of which the table shows a part. log: nullable. server: NULL when the log is from a file. */
void hp_request_pane_set_log (HpRequestPane *self, HpRequestLog *log, HpServer *server);

G_END_DECLS
