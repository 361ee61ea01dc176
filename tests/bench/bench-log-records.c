/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <time.h>

#include "bench-log.h"

#define START_US G_GINT64_CONSTANT (1795000000000000)

double
bench_thread_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

/* The same in each run. */
static guint
scatter (guint n, guint salt)
{
  guint64 h = (n + G_GUINT64_CONSTANT (1)) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) + salt;

  h = (h ^ h >> 29) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  return h >> 33;
}

static void
push (HpRecordQueue *queue, BenchKind kind, guint i)
{
  static const char *const types[] = { "text/html; charset=utf-8", "image/png", "text/css", NULL };
  guint file = scatter (i, 1) % 2000;
  char target[100];
  char referrer[100];
  char user_agent[150];
  HpRequestRecord record = {
    .time_us = START_US + i * G_GINT64_CONSTANT (20),
    .bytes = 100 + scatter (file, 2) % 50000,
    .duration_us = 50 + scatter (i, 3) % 20000,
    .first_byte_us = 40,
    .status = scatter (i, 4) % 50 == 0 ? 404 : 200,
    .reason = HP_REASON_SERVED,
    .method = "GET",
    .target = target,
    .client = "127.0.0.1",
    .referrer = referrer,
    .user_agent = user_agent,
    .media_type = types[file % 4],
    .connection = i / 8,
    .client_port = 30000 + i / 8 % 20000,
  };

  if (kind == BENCH_UNIQUE)
    g_snprintf (target, sizeof target, "/assets/with/a/long/path/that/is/different/each/time/%07u",
                i);
  else if (scatter (i, 5) % 10 == 0)
    g_snprintf (target, sizeof target, "/docs/file-%u.html?id=%u", file, i);
  else
    g_snprintf (target, sizeof target, "/docs/assets/file-%u.html", file);
  g_snprintf (referrer, sizeof referrer, "http://localhost:62893/docs/page-%u.html",
              scatter (i, 6) % 100);
  g_snprintf (user_agent, sizeof user_agent,
              "Mozilla/5.0 (X11; Linux x86_64; rv:%u.0) Gecko/20100101 Firefox/128.0",
              100 + scatter (i, 7) % 30);
  hp_record_queue_push (queue, &record);
}

HpRecordBatch *
bench_batch (HpRecordQueue *queue, BenchKind kind, guint first, guint n)
{
  for (guint i = 0; i < n; i++)
    push (queue, kind, first + i);
  return hp_record_queue_take (queue);
}

double
bench_fill (HpRequestLog *log, BenchKind kind, guint n, guint batch_size)
{
  g_autoptr (HpRecordQueue) queue = hp_record_queue_new (batch_size);
  double spent = 0;

  for (guint i = 0; i < n; i += batch_size)
    {
      g_autoptr (HpRecordBatch) batch = bench_batch (queue, kind, i, MIN (batch_size, n - i));
      double start = bench_thread_ms ();

      hp_request_log_append_batch (log, batch);
      spent += bench_thread_ms () - start;
    }
  return spent;
}

void
bench_row (const char *what, double value, const char *unit, const char *wanted)
{
  g_print ("%-52s %9.2f %-6s %s\n", what, value, unit, wanted);
}
