/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-settings.h"

GSettings *
hp_settings_get_default (void)
{
  static GSettings *settings = NULL;
  static gboolean looked = FALSE;
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  if (looked)
    return settings;

  looked = TRUE;
  if (source)
    schema = g_settings_schema_source_lookup (source, APP_ID, TRUE);
  if (schema)
    settings = g_settings_new_full (schema, NULL, NULL);
  return settings;
}

void
hp_settings_bind (const char *key, gpointer object, const char *property)
{
  GSettings *settings = hp_settings_get_default ();

  if (settings)
    g_settings_bind (settings, key, object, property, G_SETTINGS_BIND_DEFAULT);
}

gboolean
hp_settings_get_boolean (const char *key, gboolean fallback)
{
  GSettings *settings = hp_settings_get_default ();

  return settings ? g_settings_get_boolean (settings, key) : fallback;
}

int
hp_settings_get_int (const char *key, int fallback)
{
  GSettings *settings = hp_settings_get_default ();

  return settings ? g_settings_get_int (settings, key) : fallback;
}

void
hp_settings_set_boolean (const char *key, gboolean value)
{
  GSettings *settings = hp_settings_get_default ();

  if (settings)
    g_settings_set_boolean (settings, key, value);
}
