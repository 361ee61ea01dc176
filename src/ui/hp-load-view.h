/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include "log/hp-page-load.h"
#include "log/hp-request-log.h"

G_BEGIN_DECLS

/* The requests of one page load, each with its bar on the load's line of time. Signals: "activated"
 * (guint64 seq): Return on a row, or a double click; "back": its button was pressed. */
#define HP_TYPE_LOAD_VIEW (hp_load_view_get_type ())
G_DECLARE_FINAL_TYPE (HpLoadView, hp_load_view, HP, LOAD_VIEW, GtkWidget)

GtkWidget *hp_load_view_new (void);
/* load: nullable. has_back: there is something to go back to; else a sentence says why all requests
 * stand in one list. */
void
hp_load_view_set_load (HpLoadView *self, HpRequestLog *log, HpPageLoad *load, gboolean has_back);
void hp_load_view_set_narrow (HpLoadView *self, gboolean narrow);
void hp_load_view_focus_list (HpLoadView *self);

G_END_DECLS
