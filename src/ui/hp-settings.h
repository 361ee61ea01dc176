/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the program remembers between two runs, besides the list of servers. Main thread. */

/* (transfer none) (nullable): NULL where the schema isn't installed. Everything works without it
 * as well, with the defaults, and remembers nothing. */
GSettings *hp_settings_get_default (void);

/* Each does nothing, or gives the fallback, where the schema isn't installed. */
void hp_settings_bind (const char *key, gpointer object, const char *property);
gboolean hp_settings_get_boolean (const char *key, gboolean fallback);
int hp_settings_get_int (const char *key, int fallback);
void hp_settings_set_boolean (const char *key, gboolean value);

G_END_DECLS
