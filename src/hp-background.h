/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include "servers/hp-server-list.h"

G_BEGIN_DECLS

/* Goes on serving when the last window is closed: keeps the program alive while a server runs, and
 * says so in one notification. Ends the program, softly, when the last server stops and no window
 * is open. Main thread.
 *
 * Wants the actions "app.show" and "app.stop-all". */
#define HP_TYPE_BACKGROUND (hp_background_get_type ())
G_DECLARE_FINAL_TYPE (HpBackground, hp_background, HP, BACKGROUND, GObject)

HpBackground *hp_background_new (GtkApplication *application, HpServerList *servers);

/* Lets go of the program and withdraws the notification. */
void hp_background_end (HpBackground *self);

G_END_DECLS
