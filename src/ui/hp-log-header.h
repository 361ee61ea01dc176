/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/hp-log-columns.h"

G_BEGIN_DECLS

/* The titles above the columns of the log. A click sorts, a drag moves a column or, at its border,
 * makes it wider. By keyboard they are one stop: Left and Right go through them, Return sorts, with
 * Ctrl Left and Right make a column narrower and wider, with Ctrl+Shift they move it.
 *
 * Signals: "fit" (uint column): make it as wide as what is in it; "menu" (uint column, double x,
 * double y): a menu is asked for at this place of the header. */
#define HP_TYPE_LOG_HEADER (hp_log_header_get_type ())
G_DECLARE_FINAL_TYPE (HpLogHeader, hp_log_header, HP, LOG_HEADER, GtkWidget)

GtkWidget *hp_log_header_new (HpLogColumns *columns);

/* The width that each title needs. */
void hp_log_header_get_widths (HpLogHeader *self, int widths[HP_N_LOG_COLUMNS]);

G_END_DECLS
