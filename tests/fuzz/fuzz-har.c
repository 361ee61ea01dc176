/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "log/hp-har-entry.h"
#include "log/hp-json-splitter.h"
#include "log/hp-log-format.h"
#include "fuzz.h"

/* Each element is JSON, and makes a record that every exporter can write. */
static gboolean
element_cb (const char *text, gsize length, guint line, gpointer user_data, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (HpHarEntry) entry = NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  const HpRequestRecord *record;

  FUZZ_CHECK (line > 0);
  FUZZ_CHECK (g_utf8_validate (text, length, NULL));
  if (*text != '{')
    return TRUE;
  FUZZ_CHECK (json_parser_load_from_data (parser, text, length, NULL));
  entry = hp_har_entry_new (json_parser_steal_root (parser));
  record = hp_har_entry_get_record (entry);
  FUZZ_CHECK (record->target != NULL && record->method != NULL);
  FUZZ_CHECK (record->first_byte_us <= record->duration_us);

  hp_log_format_har_entry (out, record, NULL, TRUE);
  FUZZ_CHECK (json_parser_load_from_data (parser, out->str, out->len, NULL));
  FUZZ_CHECK (strchr (out->str, '\n') == NULL);
  g_string_truncate (out, 0);
  hp_log_format_csv (out, record);
  hp_log_format_json (out, record);
  hp_log_format_combined (out, record);
  hp_log_format_curl (out, record, NULL);
  FUZZ_CHECK (g_utf8_validate (out->str, out->len, NULL));
  return TRUE;
}

static gboolean
read_all (const uint8_t *data, size_t size, size_t step)
{
  static const char *const path[] = { "log", "entries", NULL };
  g_autoptr (HpJsonSplitter) splitter = hp_json_splitter_new (path, element_cb, NULL);
  g_autoptr (GError) error = NULL;
  gboolean ok = TRUE;

  for (size_t i = 0; ok && i < size; i += step)
    ok = hp_json_splitter_feed (splitter, (const char *) data + i, MIN (step, size - i), &error);
  ok = ok && hp_json_splitter_end (splitter, &error);
  FUZZ_CHECK (ok == (error == NULL));
  return ok;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  /* How it is cut doesn't matter. */
  FUZZ_CHECK (read_all (data, size, MAX (size, 1)) == read_all (data, size, 3));
  return 0;
}
