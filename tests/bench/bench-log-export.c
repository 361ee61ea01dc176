/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log/hp-har-reader.h"
#include "log/hp-log-export.h"

/* Saves a log in every format and reads the archive back: seconds, the size of the file, and how
 * far the memory went up meanwhile.
 *
 * usage: bench-log-export [N_RECORDS] */

#define BASE "http://localhost:62893"

static const char request_fields[]
    = "Host: localhost:62893\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 "
      "Firefox/140.0\nAccept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\n"
      "Accept-Language: en-US,en;q=0.5\nAccept-Encoding: gzip, deflate, br, zstd\n"
      "Connection: keep-alive\nReferer: http://localhost:62893/\nSec-Fetch-Dest: image\n"
      "Sec-Fetch-Mode: no-cors\nSec-Fetch-Site: same-origin\n";
static const char response_fields[]
    = "Date: Tue, 24 Nov 2026 13:02:11 GMT\nContent-Type: image/png\nContent-Length: 4123\n"
      "Last-Modified: Tue, 24 Nov 2026 12:00:00 GMT\nETag: \"18a-5f3\"\nAccept-Ranges: bytes\n"
      "Cache-Control: no-cache\nX-Content-Type-Options: nosniff\n";

static guint64
memory_kb (const char *field)
{
  g_autofree char *text = NULL;
  const char *found;

  if (!g_file_get_contents ("/proc/self/status", &text, NULL, NULL))
    return 0;
  found = strstr (text, field);
  return found ? strtoull (found + strlen (field) + 1, NULL, 10) : 0;
}

static void
reset_peak (void)
{
  FILE *file = fopen ("/proc/self/clear_refs", "w");

  if (file)
    {
      fputs ("5", file);
      fclose (file);
    }
}

static void
done_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
wait_for (GAsyncResult **result)
{
  while (!*result)
    g_main_context_iteration (NULL, TRUE);
}

static void
print_row (const char *what, double seconds, goffset size, guint64 before_kb)
{
  guint64 peak = memory_kb ("VmHWM:");

  printf ("%-22s %8.2f s %9.1f MB %9.1f MB\n", what, seconds, size / 1e6,
          peak > before_kb ? (peak - before_kb) / 1024.0 : 0);
}

static HpRequestLog *
make_log (guint n)
{
  HpRequestLog *log = hp_request_log_new ();

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *target = g_strdup_printf ("/img/photo-%u.png", i % 5000);

      hp_request_log_append (log, &(HpRequestRecord){ .time_us = 1795525331300000 + i * 1000,
                                                      .bytes = 4123,
                                                      .duration_us = 400 + i % 100,
                                                      .first_byte_us = 300,
                                                      .status = 200,
                                                      .reason = HP_REASON_SERVED,
                                                      .method = "GET",
                                                      .target = target,
                                                      .client = "127.0.0.1",
                                                      .referrer = "http://localhost:62893/",
                                                      .media_type = "image/png",
                                                      .connection = 1 + i / 100,
                                                      .request_fields = request_fields,
                                                      .response_fields = response_fields,
                                                      .file = target + 1 });
    }
  return log;
}

static GArray *
all_rows (HpRequestLog *log)
{
  GArray *seqs = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint64 seq = hp_request_log_get_first_seq (log); seq < hp_request_log_get_next_seq (log);
       seq++)
    g_array_append_val (seqs, seq);
  return seqs;
}

static void
save (HpRequestLog *log, HpLogFormat format, GFile *file)
{
  g_autoptr (HpLogExport) export = hp_log_export_new (log, all_rows (log), format, BASE, FALSE);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = NULL;
  gint64 start = g_get_monotonic_time ();
  guint64 before;

  reset_peak ();
  before = memory_kb ("VmRSS:");
  hp_log_export_run_async (export, file, NULL, done_cb, &result);
  wait_for (&result);
  if (!hp_log_export_finish (export, result, NULL, &error))
    g_error ("%s", error->message);
  info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE, 0, NULL, NULL);
  print_row (hp_log_format_get_nick (format), (g_get_monotonic_time () - start) / 1e6,
             g_file_info_get_size (info), before);
}

static void
read_back (GFile *file, guint n)
{
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  guint64 n_entries;
  guint64 before;

  reset_peak ();
  before = memory_kb ("VmRSS:");
  hp_har_read_async (file, log, NULL, NULL, NULL, done_cb, &result);
  wait_for (&result);
  if (!hp_har_read_finish (result, &n_entries, &error))
    g_error ("%s", error->message);
  g_assert (n_entries == n);
  print_row ("har, read into a log", (g_get_monotonic_time () - start) / 1e6, 0, before);
}

int
main (int argc, char **argv)
{
  guint n = argc > 1 ? strtoul (argv[1], NULL, 10) : 100000;
  g_autoptr (HpRequestLog) log = make_log (n);
  g_autoptr (GFileIOStream) stream = NULL;
  g_autoptr (GFile) file = g_file_new_tmp ("hp-bench-XXXXXX", &stream, NULL);

  n = hp_request_log_get_next_seq (log) - hp_request_log_get_first_seq (log);
  printf ("%u requests with their heads\n%-22s %10s %12s %12s\n", n, "", "time", "file",
          "more memory");
  for (HpLogFormat format = HP_N_LOG_FORMATS; format-- > 0;)
    save (log, format, file);
  read_back (file, n);
  g_file_delete (file, NULL, NULL);
  return 0;
}
