/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A bar whose first part is the time until the first byte of an answer, and whose second part is
 * the time of its body. For the eye only: the numbers stand beside it. */
#define HP_TYPE_TIMING_BAR (hp_timing_bar_get_type ())
G_DECLARE_FINAL_TYPE (HpTimingBar, hp_timing_bar, HP, TIMING_BAR, GtkWidget)

GtkWidget *hp_timing_bar_new (void);
void hp_timing_bar_set_times (HpTimingBar *self, guint32 first_byte_us, guint32 duration_us);

G_END_DECLS
