/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/hp-toast-area.h"

G_BEGIN_DECLS

/* What a window says when a log was exported: with the way to the file. */

/* Gives the window's class the action behind the button. */
void hp_export_toast_install (GtkWidgetClass *window_class);
/* file: NULL when it went to the clipboard. */
void hp_export_toast_show (HpToastArea *toasts, const char *message, GFile *file);

G_END_DECLS
