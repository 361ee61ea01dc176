/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "log/hp-request-log.h"

#define NOON G_GINT64_CONSTANT (1795000000000000)

static void
append (HpRequestLog *log, const char *target, guint16 status, guint64 bytes)
{
  HpRequestRecord record = {
    .time_us = NOON,
    .bytes = bytes,
    .status = status,
    .reason = status < 400 ? HP_REASON_SERVED : HP_REASON_MISSING,
    .method = "GET",
    .target = target,
  };

  hp_request_log_append (log, &record);
}

static void
assert_target (HpRequestLog *log, guint64 seq, const char *target)
{
  HpRequestRecord record;

  g_assert_true (hp_request_log_get (log, seq, &record));
  g_assert_cmpstr (record.target, ==, target);
}

typedef struct
{
  guint n_changed;
  guint64 n_removed;
  guint64 n_added;
  guint n_notified;
} Observed;

static void
changed_cb (HpRequestLog *log, guint64 n_removed, guint64 n_added, gpointer user_data)
{
  Observed *observed = user_data;

  observed->n_changed++;
  observed->n_removed += n_removed;
  observed->n_added += n_added;
}

static void
notify_cb (HpRequestLog *log, GParamSpec *pspec, gpointer user_data)
{
  Observed *observed = user_data;

  observed->n_notified++;
}

static void
observe (HpRequestLog *log, Observed *observed)
{
  g_signal_connect (log, "changed", G_CALLBACK (changed_cb), observed);
  g_signal_connect (log, "notify", G_CALLBACK (notify_cb), observed);
}

static void
test_totals (void)
{
  HpRequestLog *log = hp_request_log_new ();
  Observed observed = { 0 };
  HpRequestRecord record;
  guint64 n_requests;
  guint64 bytes_sent;
  guint64 n_problems;
  guint64 n_dropped;

  observe (log, &observed);
  g_assert_false (hp_request_log_get (log, 0, &record));
  g_assert_cmpuint (hp_request_log_get_used_bytes (log), ==, 0);

  append (log, "/a", 200, 10);
  g_assert_cmpuint (observed.n_notified, ==, 2); /* no problem: not told */
  append (log, "/b", 404, 0);
  g_assert_cmpuint (observed.n_notified, ==, 4); /* no bytes: not told */
  append (log, "/c", 200, G_GUINT64_CONSTANT (6000000000));

  g_object_get (log, "n-requests", &n_requests, "bytes-sent", &bytes_sent, "n-problems",
                &n_problems, "n-dropped", &n_dropped, NULL);
  g_assert_cmpuint (n_requests, ==, 3);
  g_assert_cmpuint (bytes_sent, ==, G_GUINT64_CONSTANT (6000000010));
  g_assert_cmpuint (n_problems, ==, 1);
  g_assert_cmpuint (n_dropped, ==, 0);
  g_assert_cmpuint (observed.n_changed, ==, 3);
  g_assert_cmpuint (observed.n_added, ==, 3);
  assert_target (log, 1, "/b");
  g_assert_false (hp_request_log_get (log, 3, &record));
  g_assert_false (hp_request_log_get (log, G_MAXUINT64, &record));

  hp_request_log_clear (log);
  g_assert_cmpuint (observed.n_changed, ==, 4);
  g_assert_cmpuint (observed.n_removed, ==, 3);
  g_assert_cmpuint (hp_request_log_get_n_requests (log), ==, 0);
  g_assert_cmpuint (hp_request_log_get_bytes_sent (log), ==, 0);
  g_assert_cmpuint (hp_request_log_get_n_problems (log), ==, 0);
  g_assert_cmpuint (hp_request_log_get_first_seq (log), ==, 3);
  g_assert_cmpuint (hp_request_log_get_next_seq (log), ==, 3);
  g_assert_cmpuint (hp_request_log_get_used_bytes (log), >, 0); /* it can be undone */
  hp_request_log_forget_cleared (log);
  g_assert_cmpuint (hp_request_log_get_used_bytes (log), ==, 0);
  g_assert_false (hp_request_log_get (log, 1, &record));

  /* Nothing to clear: nothing to tell. */
  observed = (Observed){ 0 };
  hp_request_log_clear (log);
  g_assert_cmpuint (observed.n_changed, ==, 0);
  g_assert_cmpuint (observed.n_notified, ==, 0);

  append (log, "/d", 200, 1);
  assert_target (log, 3, "/d");
  g_assert_finalize_object (log);
}

static void
count_cleared_cb (HpRequestLog *log, gpointer user_data)
{
  guint *count = user_data;

  *count += 1;
}

static void
test_undo_clear (void)
{
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  HpLogSecond seconds[HP_LOG_SECONDS];
  HpRequestRecord record;
  Observed observed = { 0 };
  guint n_cleared = 0;

  for (guint i = 0; i < 5000; i++)
    append (log, i % 2 ? "/a" : "/b", 404, 3);
  hp_request_log_set_pinned (log, 7, TRUE);
  hp_request_log_set_pinned (log, 4999, TRUE);
  observe (log, &observed);
  g_signal_connect (log, "cleared", G_CALLBACK (count_cleared_cb), &n_cleared);

  g_assert_false (hp_request_log_undo_clear (log));
  hp_request_log_clear (log);
  g_assert_cmpuint (n_cleared, ==, 1);
  g_assert_cmpuint (observed.n_removed, ==, 5000);
  g_assert_cmpuint (hp_request_log_get_n_kept (log), ==, 2);
  assert_target (log, 7, "/a");
  g_assert_false (hp_request_log_get (log, 8, &record));
  append (log, "/new", 200, 1);

  /* What is done to a kept row counts when it is back among the others. */
  hp_request_log_set_pinned (log, 7, FALSE);
  g_assert_true (hp_request_log_can_undo_clear (log));
  g_assert_true (hp_request_log_undo_clear (log));
  g_assert_false (hp_request_log_can_undo_clear (log));
  g_assert_cmpuint (n_cleared, ==, 2);
  g_assert_cmpuint (observed.n_removed, ==, 5000);
  g_assert_cmpuint (observed.n_added, ==, 1);
  g_assert_cmpuint (hp_request_log_get_first_seq (log), ==, 0);
  g_assert_cmpuint (hp_request_log_get_next_seq (log), ==, 5001);
  g_assert_cmpuint (hp_request_log_get_n_kept (log), ==, 0);
  g_assert_cmpuint (hp_request_log_get_n_requests (log), ==, 5001);
  g_assert_cmpuint (hp_request_log_get_bytes_sent (log), ==, 15001);
  g_assert_cmpuint (hp_request_log_get_n_problems (log), ==, 5000);
  hp_request_log_get_traffic (log, NOON, seconds);
  g_assert_cmpuint (seconds[HP_LOG_SECONDS - 1].requests, ==, 5001);
  g_assert_cmpuint (seconds[HP_LOG_SECONDS - 1].problems, ==, 5000);
  g_assert_true (hp_request_log_get (log, 7, &record));
  g_assert_cmpuint (record.flags & HP_RECORD_PINNED, ==, 0);
  g_assert_true (hp_request_log_get (log, 4999, &record));
  g_assert_cmpuint (record.flags & HP_RECORD_PINNED, ==, HP_RECORD_PINNED);
  assert_target (log, 5000, "/new");

  /* A second clear takes all, and what an earlier one left because it was pinned then. */
  hp_request_log_clear (log);
  hp_request_log_set_pinned (log, 4999, FALSE);
  hp_request_log_clear (log);
  g_assert_false (hp_request_log_get (log, 4999, &record));
  g_assert_true (hp_request_log_undo_clear (log));
  g_assert_true (hp_request_log_get (log, 4999, &record));
  g_assert_false (hp_request_log_get (log, 4998, &record));

  hp_request_log_clear (log);
  hp_request_log_forget_cleared (log);
  g_assert_false (hp_request_log_undo_clear (log));
}

static void
row_changed_cb (HpRequestLog *log, guint64 seq, gpointer user_data)
{
  g_string_append_printf (user_data, "%u ", (guint) seq);
}

static void
test_pin (void)
{
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  g_autoptr (GString) calls = g_string_new (NULL);

  append (log, "/a", 200, 1);
  append (log, "/b", 200, 1);
  g_signal_connect (log, "row-changed", G_CALLBACK (row_changed_cb), calls);
  hp_request_log_set_pinned (log, 1, TRUE);
  hp_request_log_set_pinned (log, 1, TRUE); /* was so already */
  hp_request_log_set_pinned (log, 2, TRUE); /* no such row */
  hp_request_log_set_pinned (log, 0, FALSE);
  hp_request_log_set_pinned (log, 1, FALSE);
  g_assert_cmpstr (calls->str, ==, "1 1 ");
}

static void
test_drop (void)
{
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  Observed observed = { 0 };
  guint64 first;
  HpRequestRecord record;
  char target[32];

  observe (log, &observed);
  hp_request_log_set_max_bytes (log, 8 * 1024 * 1024);
  for (guint i = 0; i < 200000; i++)
    {
      g_snprintf (target, sizeof target, "/page-%u.html", i);
      append (log, target, 200, 1);
      g_assert_cmpuint (hp_request_log_get_used_bytes (log), <=, 8 * 1024 * 1024);
    }
  first = hp_request_log_get_first_seq (log);
  g_assert_cmpuint (first, >, 40000);
  g_assert_cmpuint (first, <, 100000);
  g_assert_cmpuint (first % 4096, ==, 0); /* whole segments */
  g_assert_cmpuint (hp_request_log_get_next_seq (log), ==, 200000);
  g_assert_cmpuint (observed.n_removed, ==, first);
  g_assert_cmpuint (observed.n_added, ==, 200000);
  g_assert_cmpuint (hp_request_log_get_n_requests (log), ==, 200000);

  g_assert_false (hp_request_log_get (log, first - 1, &record));
  for (guint64 seq = first; seq < 200000; seq++)
    {
      g_snprintf (target, sizeof target, "/page-%u.html", (guint) seq);
      assert_target (log, seq, target);
    }

  /* A smaller limit counts at once. */
  hp_request_log_set_max_bytes (log, 0);
  g_assert_cmpuint (hp_request_log_get_used_bytes (log), <=, 1024 * 1024);
  g_assert_cmpuint (hp_request_log_get_first_seq (log), >, first);
  g_assert_cmpuint (observed.n_removed, ==, hp_request_log_get_first_seq (log));
  assert_target (log, 199999, "/page-199999.html");
}

/* The bound holds whatever clients send, also within one batch that is larger than the log. */
static void
test_huge_strings (void)
{
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  g_autoptr (HpRecordQueue) queue = hp_record_queue_new (100000);
  g_autoptr (HpRecordBatch) batch = NULL;
  g_autofree char *text = g_strnfill (HP_RECORD_MAX_STRING, 'x');
  Observed observed = { 0 };
  guint64 first;

  observe (log, &observed);
  hp_request_log_set_max_bytes (log, 1);
  append (log, "/one", 200, 1);
  for (guint i = 0; i < 2000; i++)
    {
      HpRequestRecord record = { .target = text };

      g_snprintf (text, HP_RECORD_MAX_STRING, "/%u", i);
      text[strlen (text)] = 'x';
      hp_record_queue_push (queue, &record);
    }
  batch = hp_record_queue_take (queue);
  hp_request_log_append_batch (log, batch);

  first = hp_request_log_get_first_seq (log);
  g_assert_cmpuint (hp_request_log_get_used_bytes (log), <=, 1024 * 1024);
  g_assert_cmpuint (hp_request_log_get_next_seq (log), ==, 2001);
  g_assert_cmpuint (first, >, 1800);
  g_assert_cmpuint (first, <, 2000);
  /* The one row that was known went; of the new ones only those that are there came. */
  g_assert_cmpuint (observed.n_changed, ==, 2);
  g_assert_cmpuint (observed.n_removed, ==, 1);
  g_assert_cmpuint (observed.n_added, ==, 1 + 2001 - first);
}

static void
add_traffic (HpRequestLog *log, gint64 time_us, guint32 duration_us, guint16 status)
{
  HpRequestRecord record = { .time_us = time_us, .duration_us = duration_us, .status = status };

  hp_request_log_append (log, &record);
}

static void
test_traffic (void)
{
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  HpLogSecond seconds[HP_LOG_SECONDS];
  guint sum = 0;

  hp_request_log_get_traffic (log, NOON, seconds);
  for (guint i = 0; i < HP_LOG_SECONDS; i++)
    g_assert_cmpuint (seconds[i].requests + seconds[i].problems, ==, 0);

  add_traffic (log, NOON - 60 * G_USEC_PER_SEC, 0, 200); /* too long ago, same place */
  add_traffic (log, NOON - 59 * G_USEC_PER_SEC, 0, 200);
  add_traffic (log, NOON - 10 * G_USEC_PER_SEC, 999999, 404);
  add_traffic (log, NOON - 10 * G_USEC_PER_SEC, 0, 200);
  add_traffic (log, NOON - 10 * G_USEC_PER_SEC + 500000, 9500000, 404); /* ends now */
  add_traffic (log, NOON, 0, 200);
  hp_request_log_get_traffic (log, NOON + 999999, seconds);
  for (guint i = 0; i < HP_LOG_SECONDS; i++)
    sum += seconds[i].requests;
  g_assert_cmpuint (sum, ==, 5);
  g_assert_cmpuint (seconds[0].requests, ==, 1);
  g_assert_cmpuint (seconds[49].requests, ==, 2);
  g_assert_cmpuint (seconds[49].problems, ==, 1);
  g_assert_cmpuint (seconds[59].requests, ==, 2);
  g_assert_cmpuint (seconds[59].problems, ==, 1);

  hp_request_log_get_traffic (log, NOON + G_USEC_PER_SEC, seconds);
  g_assert_cmpuint (seconds[59].requests, ==, 0);
  g_assert_cmpuint (seconds[58].requests, ==, 2);
  hp_request_log_get_traffic (log, NOON + G_TIME_SPAN_HOUR, seconds);
  for (guint i = 0; i < HP_LOG_SECONDS; i++)
    g_assert_cmpuint (seconds[i].requests, ==, 0);

  hp_request_log_clear (log);
  hp_request_log_get_traffic (log, NOON, seconds);
  for (guint i = 0; i < HP_LOG_SECONDS; i++)
    g_assert_cmpuint (seconds[i].requests, ==, 0);
}

/* 2000 files, every tenth request with a query of its own, 30 browsers, 100 pages that refer. */
static void
test_memory (void)
{
  enum
  {
    N = 200000
  };
  static const char *types[] = { "text/html; charset=utf-8", "image/png", "text/css", NULL };
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (2);
  gint64 spent = 0;
  double bytes;

  for (guint i = 0; i < N; i++)
    {
      guint file = g_rand_int_range (random, 0, 2000);
      char target[100];
      char referrer[100];
      char user_agent[150];
      HpRequestRecord record = {
        .time_us = NOON + i,
        .status = 200,
        .method = "GET",
        .target = target,
        .client = "127.0.0.1",
        .referrer = referrer,
        .user_agent = user_agent,
        .media_type = types[file % 4],
      };
      gint64 start;

      if (i % 10 == 0)
        g_snprintf (target, sizeof target, "/docs/file-%u.html?id=%u", file, i);
      else
        g_snprintf (target, sizeof target, "/docs/assets/file-%u.html", file);
      g_snprintf (referrer, sizeof referrer, "http://localhost:62893/docs/page-%d.html",
                  g_rand_int_range (random, 0, 100));
      g_snprintf (user_agent, sizeof user_agent,
                  "Mozilla/5.0 (X11; Linux x86_64; rv:%d.0) Gecko/20100101 Firefox/128.0",
                  g_rand_int_range (random, 100, 130));
      start = g_get_monotonic_time ();
      hp_request_log_append (log, &record);
      spent += g_get_monotonic_time () - start;
    }
  bytes = (double) hp_request_log_get_used_bytes (log) / N;
  g_assert_cmpuint (hp_request_log_get_first_seq (log), ==, 0);
  g_test_message ("%.0f ns per append", spent * 1000.0 / N);
  g_test_minimized_result (bytes, "%.1f bytes per record", bytes);
  g_assert_cmpfloat (bytes, <=, 80);
}

/* Feeding: each test has a main context of its own, so that it can be asked whether it rests. */
typedef struct
{
  GMainContext *context;
  HpRecordQueue *queue;
  HpRequestLog *log;
  Observed observed;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->context = g_main_context_new ();
  g_main_context_push_thread_default (fixture->context);
  fixture->queue = hp_record_queue_new (1000000);
  fixture->log = hp_request_log_new ();
  observe (fixture->log, &fixture->observed);
  hp_request_log_set_queue (fixture->log, fixture->queue);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->log != NULL)
    g_assert_finalize_object (fixture->log);
  hp_record_queue_unref (fixture->queue);
  g_main_context_pop_thread_default (fixture->context);
  g_main_context_unref (fixture->context);
}

static void
push (Fixture *fixture, guint64 number)
{
  HpRequestRecord record = { .bytes = number, .status = 200, .target = "/" };

  hp_record_queue_push (fixture->queue, &record);
}

/* Without anything to do the context would sleep for ever. */
static void
assert_rests (Fixture *fixture)
{
  GPollFD fds[8];
  int priority;
  int timeout = 0;

  while (g_main_context_iteration (fixture->context, FALSE))
    ;
  g_assert_true (g_main_context_acquire (fixture->context));
  g_assert_false (g_main_context_prepare (fixture->context, &priority));
  g_assert_cmpint (
      g_main_context_query (fixture->context, G_MAXINT, &timeout, fds, G_N_ELEMENTS (fds)), <=, 1);
  g_assert_cmpint (timeout, ==, -1);
  g_main_context_release (fixture->context);
}

static gboolean
too_late_cb (gpointer user_data)
{
  g_error ("nothing arrived");
  return G_SOURCE_REMOVE;
}

static void
iterate_until (Fixture *fixture, guint64 n_requests)
{
  GSource *limit = g_timeout_source_new_seconds (20);

  g_source_set_callback (limit, too_late_cb, NULL, NULL);
  g_source_attach (limit, fixture->context);
  while (hp_request_log_get_n_requests (fixture->log) < n_requests)
    g_main_context_iteration (fixture->context, TRUE);
  g_source_destroy (limit);
  g_source_unref (limit);
}

static void
test_feed (Fixture *fixture, gconstpointer data)
{
  gint64 start;

  assert_rests (fixture);

  /* The first comes at once, the next ones together 100 ms later. */
  push (fixture, 1);
  g_assert_true (g_main_context_iteration (fixture->context, FALSE));
  start = g_get_monotonic_time ();
  g_assert_cmpuint (hp_request_log_get_n_requests (fixture->log), ==, 1);
  assert_rests (fixture);

  push (fixture, 2);
  push (fixture, 3);
  iterate_until (fixture, 3);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 90000);
  g_assert_cmpuint (fixture->observed.n_changed, ==, 2);
  assert_rests (fixture);

  /* Flushing doesn't wait, and leaves no timer. */
  push (fixture, 4);
  g_main_context_iteration (fixture->context, FALSE);
  hp_request_log_flush (fixture->log);
  g_assert_cmpuint (hp_request_log_get_n_requests (fixture->log), ==, 4);
  assert_rests (fixture);
}

/* What piles up is taken before it is told of. */
static void
test_feed_early (Fixture *fixture, gconstpointer data)
{
  const guint n_records = 1500;
  guint n_early = 0;

  for (guint round = 0; round < 10; round++)
    {
      guint64 before;
      gint64 start;

      hp_request_log_flush (fixture->log);
      push (fixture, 1);
      hp_request_log_flush (fixture->log);
      start = g_get_monotonic_time ();
      before = hp_request_log_get_next_seq (fixture->log);

      for (guint i = 0; i < n_records; i++)
        push (fixture, 2);
      g_assert_true (hp_record_queue_is_long (fixture->queue));
      while (hp_record_queue_is_long (fixture->queue))
        g_main_context_iteration (fixture->context, TRUE);
      if (hp_request_log_get_next_seq (fixture->log) == before)
        {
          g_assert_cmpuint (hp_request_log_get_n_requests (fixture->log), ==, before);
          n_early++;
        }
      else
        g_assert_cmpint (g_get_monotonic_time () - start, >=, 90000);

      iterate_until (fixture, before + n_records);
      g_assert_cmpuint (hp_request_log_get_next_seq (fixture->log), ==, before + n_records);
      assert_rests (fixture);
    }
  g_assert_cmpuint (n_early, >, 0);

  /* Without its queue it still tells all it has taken. */
  hp_request_log_flush (fixture->log);
  for (guint i = 0; i < n_records; i++)
    push (fixture, 3);
  while (hp_record_queue_is_long (fixture->queue))
    g_main_context_iteration (fixture->context, TRUE);
  hp_request_log_set_queue (fixture->log, NULL);
  g_assert_cmpuint (hp_request_log_get_n_requests (fixture->log), ==, 11 * n_records + 10);
}

/* Rows that go are told of at once: there is no first row that can't be had. */
static void
test_feed_drop (Fixture *fixture, gconstpointer data)
{
  HpRequestRecord record;

  hp_request_log_set_max_bytes (fixture->log, 0);
  for (guint i = 0; i < 100; i++)
    {
      for (guint k = 0; k < 1100; k++)
        push (fixture, 1);
      while (g_main_context_iteration (fixture->context, FALSE))
        if (hp_request_log_get_next_seq (fixture->log) > 0)
          g_assert_true (hp_request_log_get (fixture->log,
                                             hp_request_log_get_first_seq (fixture->log), &record));
    }
  g_assert_cmpuint (hp_request_log_get_first_seq (fixture->log), >, 0);
}

static void
test_feed_late (Fixture *fixture, gconstpointer data)
{
  HpRecordQueue *other = hp_record_queue_new (3);

  /* What waits when the queue is set is taken, what waits when it goes is left. */
  hp_request_log_set_queue (fixture->log, NULL);
  push (fixture, 1);
  assert_rests (fixture);
  hp_request_log_flush (fixture->log);
  g_assert_cmpuint (hp_request_log_get_n_requests (fixture->log), ==, 0);
  hp_request_log_set_queue (fixture->log, fixture->queue);
  iterate_until (fixture, 1);

  push (fixture, 2);
  hp_request_log_set_queue (fixture->log, other);
  for (guint round = 1; round <= 2; round++)
    {
      for (guint i = 0; i < 5; i++)
        {
          HpRequestRecord record = { .status = 200 };

          hp_record_queue_push (other, &record);
        }
      hp_request_log_flush (fixture->log);
      g_assert_cmpuint (hp_request_log_get_n_dropped (fixture->log), ==, 2 * round);
    }
  g_assert_cmpuint (hp_request_log_get_n_requests (fixture->log), ==, 1 + 2 * 3);
  hp_record_queue_unref (other);
}

#define FLOOD 200000

typedef struct
{
  HpRecordQueue *queue;
  int stop; /* atomic */
} Pusher;

static gpointer
flood_thread (gpointer data)
{
  Pusher *pusher = data;

  for (guint i = 0; i < FLOOD; i++)
    {
      HpRequestRecord record = { .bytes = i, .status = 200, .target = "/" };

      hp_record_queue_push (pusher->queue, &record);
      if (i % 300 == 0)
        g_usleep (1000);
    }
  return NULL;
}

typedef struct
{
  gint64 previous;
  gint64 shortest;
} Pace;

static void
pace_cb (HpRequestLog *log, guint64 n_removed, guint64 n_added, gpointer user_data)
{
  Pace *pace = user_data;
  gint64 now = g_get_monotonic_time ();

  if (pace->previous != 0)
    pace->shortest = MIN (pace->shortest, now - pace->previous);
  pace->previous = now;
}

static void
test_feed_flood (Fixture *fixture, gconstpointer data)
{
  Pusher pusher = { .queue = fixture->queue };
  Pace pace = { .shortest = G_MAXINT64 };
  gint64 start = g_get_monotonic_time ();
  gint64 elapsed;
  GThread *thread;

  g_signal_connect (fixture->log, "changed", G_CALLBACK (pace_cb), &pace);
  thread = g_thread_new ("flood", flood_thread, &pusher);
  iterate_until (fixture, FLOOD);
  elapsed = g_get_monotonic_time () - start;
  g_thread_join (thread);

  g_test_message ("%u publishes in %d ms, at least %d us apart", fixture->observed.n_changed,
                  (int) (elapsed / 1000), (int) pace.shortest);
  g_assert_cmpuint (fixture->observed.n_changed, >=, 2);
  g_assert_cmpuint (fixture->observed.n_changed, <=, 1 + elapsed / 100000);
  for (guint64 seq = hp_request_log_get_first_seq (fixture->log); seq < FLOOD; seq += 97)
    {
      HpRequestRecord record;

      g_assert_true (hp_request_log_get (fixture->log, seq, &record));
      g_assert_cmpuint (record.bytes, ==, seq);
    }
  assert_rests (fixture);
}

static gpointer
endless_thread (gpointer data)
{
  Pusher *pusher = data;

  while (!g_atomic_int_get (&pusher->stop))
    {
      HpRequestRecord record = { .status = 200, .target = "/" };

      hp_record_queue_push (pusher->queue, &record);
      g_thread_yield ();
    }
  return NULL;
}

/* Logs come and go while the engine pushes: no crash, no use after free, nothing kept alive. */
static void
test_feed_dispose (Fixture *fixture, gconstpointer data)
{
  Pusher pusher = { .queue = fixture->queue };
  GThread *thread;

  g_assert_finalize_object (g_steal_pointer (&fixture->log));
  thread = g_thread_new ("endless", endless_thread, &pusher);
  for (guint i = 0; i < 300; i++)
    {
      HpRequestLog *log = hp_request_log_new ();

      hp_request_log_set_queue (log, fixture->queue);
      for (guint turns = i % 5; turns > 0; turns--)
        g_main_context_iteration (fixture->context, FALSE);
      g_assert_finalize_object (log);
    }
  g_atomic_int_set (&pusher.stop, TRUE);
  g_thread_join (thread);
  assert_rests (fixture);
}

static void
unref_cb (HpRequestLog *log, guint64 n_removed, guint64 n_added, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_clear_object (&fixture->log);
}

static void
test_feed_unref_in_handler (Fixture *fixture, gconstpointer data)
{
  g_signal_connect (fixture->log, "changed", G_CALLBACK (unref_cb), fixture);
  push (fixture, 1);
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
  g_assert_null (fixture->log);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/request-log/totals", test_totals);
  g_test_add_func ("/request-log/undo-clear", test_undo_clear);
  g_test_add_func ("/request-log/pin", test_pin);
  g_test_add_func ("/request-log/drop", test_drop);
  g_test_add_func ("/request-log/huge-strings", test_huge_strings);
  g_test_add_func ("/request-log/traffic", test_traffic);
  g_test_add_func ("/request-log/memory", test_memory);
#define ADD_FEED(name, func)                                                                       \
  g_test_add ("/request-log/feed/" name, Fixture, NULL, set_up, func, tear_down)
  ADD_FEED ("batches", test_feed);
  ADD_FEED ("early", test_feed_early);
  ADD_FEED ("drop", test_feed_drop);
  ADD_FEED ("late", test_feed_late);
  ADD_FEED ("flood", test_feed_flood);
  ADD_FEED ("dispose", test_feed_dispose);
  ADD_FEED ("unref-in-handler", test_feed_unref_in_handler);
#undef ADD_FEED
  return g_test_run ();
}
