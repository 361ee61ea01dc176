/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include "log/hp-request-log.h"

G_BEGIN_DECLS

/* The counters of a log and its sparkline in one line; what doesn't fit is left out, least
 * important first. */
#define HP_TYPE_TRAFFIC_STRIP (hp_traffic_strip_get_type ())
G_DECLARE_FINAL_TYPE (HpTrafficStrip, hp_traffic_strip, HP, TRAFFIC_STRIP, GtkWidget)

void hp_traffic_strip_set_log (HpTrafficStrip *self, HpRequestLog *log);

G_END_DECLS
