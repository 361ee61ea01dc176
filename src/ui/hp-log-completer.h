/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include "log/hp-request-log.h"

G_BEGIN_DECLS

/* Offers what may come next while a filter is typed: keys, and values that the log has seen. Typing
 * goes on as if it were not there: only Down and Up choose, and Tab, or Return once something is
 * chosen, takes it.
 *
 * Signal: "hidden": nothing is offered any more. */
#define HP_TYPE_LOG_COMPLETER (hp_log_completer_get_type ())
G_DECLARE_FINAL_TYPE (HpLogCompleter, hp_log_completer, HP, LOG_COMPLETER, GObject)

/* The entry is borrowed and must outlive this; parent is what the list opens in. */
HpLogCompleter *hp_log_completer_new (GtkEditable *entry, GtkWidget *parent);

/* Where the values come from; borrowed weakly. */
void hp_log_completer_set_log (HpLogCompleter *self, HpRequestLog *log);

/* To be called when the parent has been allocated: the list stands at this place of it. */
void hp_log_completer_place (HpLogCompleter *self, const GdkRectangle *place);

/* The text was not typed but put there: offers nothing for it. */
void hp_log_completer_hide (HpLogCompleter *self);
gboolean hp_log_completer_get_shown (HpLogCompleter *self);

G_END_DECLS
