/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-request-log.h"
#include "servers/hp-server.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One request at a glance: what was asked for and why it got its answer, how long it took, which
 * connection and which client, and which file answered. */
#define HP_TYPE_REQUEST_SUMMARY (hp_request_summary_get_type ())
G_DECLARE_FINAL_TYPE (HpRequestSummary, hp_request_summary, HP, REQUEST_SUMMARY, GtkWidget)

/* record: with its details, as far as they are kept. server: NULL when the request is from a file;
 * why it got its answer is told then where the file knows. */
void hp_request_summary_show (HpRequestSummary *self,
                              HpServer *server,
                              const HpRequestRecord *record,
                              gboolean has_details);
/* Of the request that is shown the client's program may be known now. */
void hp_request_summary_update_client (HpRequestSummary *self, const HpRequestRecord *record);
void hp_request_summary_set_narrow (HpRequestSummary *self, gboolean narrow);

G_END_DECLS
