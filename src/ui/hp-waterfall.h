/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include "log/hp-page-load.h"

G_BEGIN_DECLS

/* The requests of a page load as bars on a line of time: all of them below each other, or one. For
 * the eye only: what it shows stands beside it in words. */
#define HP_TYPE_WATERFALL (hp_waterfall_get_type ())
G_DECLARE_FINAL_TYPE (HpWaterfall, hp_waterfall, HP, WATERFALL, GtkWidget)

GtkWidget *hp_waterfall_new (void);
void hp_waterfall_set_load (HpWaterfall *self, HpPageLoad *load);
/* This one only. */
void hp_waterfall_set_bar (HpWaterfall *self, HpPageLoad *load, const HpPageLoadBar *bar);

G_END_DECLS
