/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The few choices that aren't about one folder. Bound to the settings; those who act on them watch
 * the settings. */
#define HP_TYPE_PREFERENCES (hp_preferences_get_type ())
G_DECLARE_FINAL_TYPE (HpPreferences, hp_preferences, HP, PREFERENCES, AdwPreferencesWindow)

GtkWindow *hp_preferences_new (GtkWindow *parent);

G_END_DECLS
