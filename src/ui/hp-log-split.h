/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A main widget and, when "open", a pane below or "beside" it, with a draggable border. Where there
 * is no room for both, the open pane covers the main widget. The pane's sizes, its place and
 * whether it is open are remembered.
 *
 * Properties: "main", "pane" (GtkWidget), "open", "beside" (bool), "covering" (bool, read-only),
 * "main-width" (int, read-only: notified between frames). */
#define HP_TYPE_LOG_SPLIT (hp_log_split_get_type ())
G_DECLARE_FINAL_TYPE (HpLogSplit, hp_log_split, HP, LOG_SPLIT, GtkWidget)

GtkWidget *hp_log_split_new (GtkWidget *main, GtkWidget *pane);
gboolean hp_log_split_get_open (HpLogSplit *self);
void hp_log_split_set_open (HpLogSplit *self, gboolean open);
gboolean hp_log_split_get_beside (HpLogSplit *self);
void hp_log_split_set_beside (HpLogSplit *self, gboolean beside);
gboolean hp_log_split_get_covering (HpLogSplit *self);
int hp_log_split_get_main_width (HpLogSplit *self);

G_END_DECLS
