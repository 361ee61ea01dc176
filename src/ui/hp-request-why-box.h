/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-request-record.h"
#include "servers/hp-server.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* "Why this answer?", in sentences, with a button for the way out. Looks at the disk in a thread
 * where that tells more. */
#define HP_TYPE_REQUEST_WHY_BOX (hp_request_why_box_get_type ())
G_DECLARE_FINAL_TYPE (HpRequestWhyBox, hp_request_why_box, HP, REQUEST_WHY_BOX, GtkWidget)

GtkWidget *hp_request_why_box_new (void);
/* server: NULL for the answer of a server that isn't at hand: there is nothing to look at then, and
 * nothing to be set. */
void
hp_request_why_box_show (HpRequestWhyBox *self, HpServer *server, const HpRequestRecord *record);

G_END_DECLS
