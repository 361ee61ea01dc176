/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include "log/hp-request-log.h"

G_BEGIN_DECLS

/* Requests per second of the last minute, problems in the error colour. Redraws twice a second
 * while it is mapped and has traffic to show, never otherwise. Property "log" (HpRequestLog,
 * nullable). */
#define HP_TYPE_SPARKLINE (hp_sparkline_get_type ())
G_DECLARE_FINAL_TYPE (HpSparkline, hp_sparkline, HP, SPARKLINE, GtkWidget)

GtkWidget *hp_sparkline_new (void);
void hp_sparkline_set_log (HpSparkline *self, HpRequestLog *log);

G_END_DECLS
