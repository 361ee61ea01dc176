/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A log that was saved as HTTP Archive, by whatever program, to be read as the live ones are. */
#define HP_TYPE_LOG_WINDOW (hp_log_window_get_type ())
G_DECLARE_FINAL_TYPE (HpLogWindow, hp_log_window, HP, LOG_WINDOW, AdwApplicationWindow)

/* Reads the file as soon as it is there. */
HpLogWindow *hp_log_window_new (GtkApplication *application, GFile *file);
void hp_log_window_toast (HpLogWindow *self, const char *text);
GFile *hp_log_window_get_file (HpLogWindow *self);

/* Whether a file is one of those, by its name. */
gboolean hp_log_window_can_open (GFile *file);

/* Asks for a file and opens it. */
void hp_log_window_choose (GtkApplication *application, GtkWindow *parent);
/* Shows the window of the file. */
void hp_log_window_open (GtkApplication *application, GFile *file);

G_END_DECLS
