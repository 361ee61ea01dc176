/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "servers/hp-server.h"
#include "ui/hp-log-table.h"

G_BEGIN_DECLS

/* What can be done with the requests that are selected in the table, as the actions "request.…":
 * copy-address, copy-row, copy-curl, open, reveal, send-again, and pin, which has a state. */
#define HP_TYPE_REQUEST_ACTIONS (hp_request_actions_get_type ())
G_DECLARE_FINAL_TYPE (HpRequestActions, hp_request_actions, HP, REQUEST_ACTIONS, GObject)

/* Puts the actions into widget, in which the table is; it goes when they do. */
HpRequestActions *hp_request_actions_new (GtkWidget *widget, HpLogTable *table);
/* log: (nullable), of the table. server: NULL when the log is from a file: nothing that needs the
 * server can be done then. */
void hp_request_actions_set_log (HpRequestActions *self, HpRequestLog *log, HpServer *server);

/* (transfer full): the address of a target of this server, as a browser takes it. */
char *hp_request_dup_address (const char *base, const char *target);

/* Opens an address of the server, or says why not. */
void hp_request_open_target (GtkWidget *widget, HpServer *server, const char *target);

G_END_DECLS
