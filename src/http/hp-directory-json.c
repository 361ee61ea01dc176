/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "http/hp-directory-json.h"
#include "http/hp-json.h"
#include "http/hp-target.h"

static const char *
get_type (HpEntryKind kind)
{
  switch (kind)
    {
    case HP_ENTRY_FOLDER:
      return "folder";
    case HP_ENTRY_FILE:
      return "file";
    case HP_ENTRY_OUTSIDE:
    case HP_ENTRY_BROKEN:
    case HP_ENTRY_SPECIAL:
    default:
      return "other";
    }
}

/* The encoded name needs no escapes of JSON. */
static void
append_href (GString *out, const HpFolderEntry *entry)
{
  g_string_append (out, "\"./");
  hp_target_append_encoded (out, entry->name);
  g_string_append (out, entry->kind == HP_ENTRY_FOLDER ? "/\"" : "\"");
}

static void
append_entry (GString *out, const HpFolderEntry *entry)
{
  gboolean served = hp_folder_entry_is_served (entry);

  g_string_append (out, "{\"name\":");
  hp_json_append_string (out, entry->name);
  g_string_append_printf (out, ",\"type\":\"%s\",\"size\":", get_type (entry->kind));
  if (entry->kind == HP_ENTRY_FILE)
    g_string_append_printf (out, "%" G_GOFFSET_FORMAT, entry->size);
  else
    g_string_append (out, "null");

  g_string_append (out, ",\"modified\":");
  if (served)
    hp_json_append_time (out, entry->modified);
  else
    g_string_append (out, "null");

  g_string_append (out, ",\"href\":");
  if (served)
    append_href (out, entry);
  else
    g_string_append (out, "null");
  g_string_append_c (out, '}');
}

GBytes *
hp_directory_json_new (const char *path, const HpFolderEntries *entries)
{
  GString *out = g_string_sized_new (256 + entries->entries->len * 128);
  g_autofree char *whole = g_strconcat ("/", path, path[0] != '\0' ? "/" : "", NULL);

  g_string_append (out, "{\"path\":");
  hp_json_append_string (out, whole);
  g_string_append (out, ",\"entries\":[");
  for (guint i = 0; i < entries->entries->len; i++)
    {
      g_string_append (out, i > 0 ? ",\n" : "\n");
      append_entry (out, &g_array_index (entries->entries, HpFolderEntry, i));
    }
  g_string_append_printf (out, "\n],\"truncated\":%s}\n", entries->truncated ? "true" : "false");

  return g_string_free_to_bytes (out);
}
