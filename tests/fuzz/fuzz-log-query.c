/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "log/hp-log-completions.h"
#include "log/hp-log-query.h"
#include "log/hp-log-scan-private.h"
#include "fuzz.h"

static const HpRequestRecord records[] = {
  { .status = 200,
    .method = "GET",
    .target = "/img/logo.png?v=2",
    .client = "127.0.0.1",
    .media_type = "image/png",
    .user_agent = "curl/8.5",
    .request_fields = "Host: localhost\nAccept: */*\n",
    .response_fields = "Content-Length: 5\n" },
  { .status = 404, .method = "GET", .target = "/\xff", .flags = HP_RECORD_NOISE },
  { 0 },
};

/* Any text is a query or an error with words and a place in it; a query says the same of a record
 * and of its packed form, and completions stay within the text. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GError) error = NULL;
  guint offset = 0;
  g_autoptr (HpLogQuery) query = hp_log_query_new (text, &offset, &error);
  g_autoptr (HpLogSegment) segment = hp_log_segment_new (0);
  guint8 matches[G_N_ELEMENTS (records)];
  g_autoptr (HpLogScan) scan = NULL;
  g_autoptr (GPtrArray) completions = NULL;
  guint length;

  FUZZ_CHECK ((query == NULL) == (error != NULL));
  if (query == NULL)
    {
      FUZZ_CHECK (*error->message != '\0' && offset <= strlen (text));
      return 0;
    }

  length = g_utf8_strlen (text, -1);
  completions = hp_log_completions_new (text, size > 0 ? data[0] % (length + 1) : 0, NULL, 20);
  for (guint i = 0; i < completions->len; i++)
    {
      HpLogCompletion *completion = g_ptr_array_index (completions, i);

      FUZZ_CHECK (completion->start <= completion->end && completion->end <= length);
    }

  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    hp_log_segment_append (segment, &records[i]);
  scan = hp_log_scan_new (query);
  hp_log_scan_run (scan, segment, 0, G_N_ELEMENTS (records), matches);
  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    FUZZ_CHECK (hp_log_query_matches (query, &records[i]) == matches[i]);
  return 0;
}
