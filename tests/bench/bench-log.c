/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the log costs without a window: memory, appending, filtering, sorting. Prints a table. */

#include "config.h"

#include "bench-log.h"

#define N     1000000
#define BATCH 1000

/* The longest stretch of the main thread that the last piece of work took at once. */
static double longest;

static double
stretch (double start)
{
  double spent = bench_thread_ms () - start;

  longest = MAX (longest, spent);
  return spent;
}

/* Milliseconds of the main thread until the view has worked out what it was told. */
static double
settle (HpLogView *view, double start)
{
  double spent = stretch (start);

  while (hp_log_view_get_busy (view) || g_main_context_pending (NULL))
    {
      start = bench_thread_ms ();
      g_main_context_iteration (NULL, TRUE);
      spent += stretch (start);
    }
  return spent;
}

static double
time_query (HpLogView *view, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HpLogQuery) query = hp_log_query_new (text, NULL, &error);
  double start = bench_thread_ms ();

  g_assert_no_error (error);
  longest = 0;
  hp_log_view_set_query (view, query);
  return settle (view, start);
}

static void
bench_query (HpLogView *view, const char *what, const char *text, const char *wanted)
{
  g_autofree char *label = NULL;
  double best = G_MAXDOUBLE;
  double worst_stretch = 0;
  guint n_matches = 0;

  for (guint round = 0; round < 5; round++)
    {
      best = MIN (best, time_query (view, text));
      worst_stretch = MAX (worst_stretch, longest);
      n_matches = g_list_model_get_n_items (G_LIST_MODEL (view));
      time_query (view, "");
    }
  label = g_strdup_printf ("%s (%u match)", what, n_matches);
  bench_row (label, best, "ms", wanted);
  bench_row ("  longest stretch of the main thread", worst_stretch, "ms", "<= 8");
}

static void
bench_sort (HpLogView *view, const char *what, HpLogSort sort, const char *wanted)
{
  gint64 start = g_get_monotonic_time ();
  double thread_start = bench_thread_ms ();
  g_autofree char *label = g_strdup_printf ("sort by %s, on the clock", what);

  longest = 0;
  hp_log_view_set_sort (view, sort, FALSE);
  settle (view, thread_start);
  bench_row (label, (g_get_monotonic_time () - start) / 1000.0, "ms", wanted);
  bench_row ("  longest stretch of the main thread", longest, "ms", "<= 8");
}

/* Batches of what 50,000 rows a second bring in a tenth of one, into a view that has work to do. */
static void
bench_stream (HpRequestLog *log, HpLogView *view, const char *what)
{
  g_autoptr (HpRecordQueue) queue = hp_record_queue_new (5000);
  double spent = 0;

  longest = 0;
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (HpRecordBatch) batch = bench_batch (queue, BENCH_REALISTIC, N + i * 5000, 5000);
      double start = bench_thread_ms ();

      hp_request_log_append_batch (log, batch);
      spent += settle (view, start);
    }
  bench_row (what, spent / 20, "ms", "");
  bench_row ("  longest stretch of the main thread", longest, "ms", "<= 8");
}

static void
bench_memory (const char *what, BenchKind kind, const char *wanted)
{
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  double spent;

  spent = bench_fill (log, kind, N, BATCH);
  g_assert_cmpuint (hp_request_log_get_first_seq (log), ==, 0);
  bench_row (what, (double) hp_request_log_get_used_bytes (log) / N, "bytes", wanted);
  bench_row ("  1,000,000 appended in batches of 1,000, no view", spent, "ms",
             kind == BENCH_REALISTIC ? "<= 400" : "");
}

int
main (void)
{
  g_autoptr (HpRequestLog) log = NULL;
  g_autoptr (HpLogView) view = NULL;

  g_print ("1,000,000 records; thread time unless said; best of 5 for filters\n");
  g_print ("%-52s %9s %-6s %s\n", "", "measured", "", "wanted");
  bench_memory ("a record, realistic paths, without heads", BENCH_REALISTIC, "<= 80");
  bench_memory ("a record, every path different, without heads", BENCH_UNIQUE, "<= 120");

  log = hp_request_log_new ();
  view = hp_log_view_new (log);
  bench_row ("1,000,000 appended in batches of 1,000, a view",
             bench_fill (log, BENCH_REALISTIC, N, BATCH), "ms", "");
  bench_query (view, "substring: file-19", "file-19", "<= 30");
  bench_query (view, "compound: path:*assets* status>=400 -is:noise",
               "path:*assets* status>=400 -is:noise", "<= 80");
  bench_query (view, "compound: (css OR type:image) duration<5ms -file-1",
               "(css OR type:image) duration<5ms -file-1", "<= 80");
  bench_sort (view, "duration", HP_LOG_SORT_DURATION, "<= 1000");
  bench_stream (log, view, "5,000 rows into a list sorted by duration");
  bench_sort (view, "path", HP_LOG_SORT_PATH, "");
  bench_sort (view, "arrival", HP_LOG_SORT_NONE, "");
  bench_stream (log, view, "5,000 rows into a list as they came");
  time_query (view, "file-19 status:404");
  bench_stream (log, view, "5,000 rows into a filtered list");
  return 0;
}
