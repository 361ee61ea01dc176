/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include "http/hp-engine.h"
#include "servers/hp-server-list.h"

G_BEGIN_DECLS

/* Keeps the computer from going to sleep by itself while something large is being downloaded, and
 * looks at ports and folders anew when it has slept. Main thread. Without a session manager or
 * login1 nothing happens. */
#define HP_TYPE_POWER (hp_power_get_type ())
G_DECLARE_FINAL_TYPE (HpPower, hp_power, HP, POWER, GObject)

HpPower *hp_power_new (GtkApplication *application, HpEngine *engine, HpServerList *servers);

/* Lets the computer sleep, and lets go of the application. */
void hp_power_end (HpPower *self);

G_END_DECLS
