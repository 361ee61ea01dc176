/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include "servers/hp-server.h"

G_BEGIN_DECLS

/* The requests by the page that they belong to: a row for each visit, and the requests of one on a
 * line of time. Where no browser says what belongs together, all of them one by one. Signal
 * "activated" (guint64 seq): this request is wanted. */
#define HP_TYPE_LOADS_PAGE (hp_loads_page_get_type ())
G_DECLARE_FINAL_TYPE (HpLoadsPage, hp_loads_page, HP, LOADS_PAGE, GtkWidget)

GtkWidget *hp_loads_page_new (void);
/* It reads the log (nullable) from when it is shown for the first time. */
void hp_loads_page_set_log (HpLoadsPage *self, HpRequestLog *log);
void hp_loads_page_set_narrow (HpLoadsPage *self, gboolean narrow);
/* Back from one load to all of them; FALSE when all are shown already. */
gboolean hp_loads_page_go_back (HpLoadsPage *self);

G_END_DECLS
