/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include <glib.h>

#include "log/hp-record-queue.h"

static HpRequestRecord
make_record (guint64 number)
{
  return (HpRequestRecord){
    .time_us = G_GINT64_CONSTANT (1795000000000000) + number,
    .bytes = number,
    .duration_us = 312,
    .status = 200,
    .reason = HP_REASON_SERVED,
    .flags = HP_RECORD_NOISE,
    .method = "GET",
    .target = "/assets/js/app.min.js?v=12",
    .client = "127.0.0.1",
    .referrer = "http://localhost:62893/docs/index.html",
    .user_agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    .media_type = "text/javascript",
  };
}

static void
push_number (HpRecordQueue *queue, guint64 number)
{
  HpRequestRecord record = make_record (number);

  hp_record_queue_push (queue, &record);
}

static void
test_round_trip (void)
{
  g_autoptr (HpRecordQueue) queue = hp_record_queue_new (10);
  g_autoptr (HpRecordBatch) batch = NULL;
  HpRequestRecord in = make_record (7);
  HpRequestRecord out;
  char target[] = "/first";

  g_assert_null (hp_record_queue_take (queue));

  in.target = target;
  hp_record_queue_push (queue, &in);
  memset (target, 'x', strlen (target)); /* the queue has a copy */
  in = (HpRequestRecord){ .status = 404, .target = "" };
  hp_record_queue_push (queue, &in);

  batch = hp_record_queue_take (queue);
  g_assert_nonnull (batch);
  g_assert_null (hp_record_queue_take (queue));
  g_assert_cmpuint (hp_record_batch_get_length (batch), ==, 2);
  g_assert_cmpuint (hp_record_batch_get_dropped (batch), ==, 0);

  hp_record_batch_get (batch, 0, &out);
  g_assert_cmpint (out.time_us, ==, G_GINT64_CONSTANT (1795000000000007));
  g_assert_cmpuint (out.bytes, ==, 7);
  g_assert_cmpuint (out.duration_us, ==, 312);
  g_assert_cmpuint (out.status, ==, 200);
  g_assert_cmpuint (out.reason, ==, HP_REASON_SERVED);
  g_assert_cmpuint (out.flags, ==, HP_RECORD_NOISE);
  g_assert_cmpstr (out.method, ==, "GET");
  g_assert_cmpstr (out.target, ==, "/first");
  g_assert_cmpstr (out.client, ==, "127.0.0.1");
  g_assert_cmpstr (out.referrer, ==, "http://localhost:62893/docs/index.html");
  g_assert_true (g_str_has_suffix (out.user_agent, "Firefox/128.0"));
  g_assert_cmpstr (out.media_type, ==, "text/javascript");

  hp_record_batch_get (batch, 1, &out);
  g_assert_cmpuint (out.status, ==, 404);
  g_assert_cmpstr (out.target, ==, "");
  g_assert_null (out.method);
  g_assert_null (out.client);
  g_assert_null (out.referrer);
  g_assert_null (out.user_agent);
  g_assert_null (out.media_type);
}

/* What is only known of some requests. */
static void
test_details (void)
{
  g_autoptr (HpRecordQueue) queue = hp_record_queue_new (10);
  g_autoptr (HpRecordBatch) batch = NULL;
  g_autofree char *long_fields = g_strnfill (HP_RECORD_MAX_HEAD + 100, 'f');
  g_autofree char *long_body = g_strnfill (HP_RECORD_MAX_BODY + 100, 'b');
  static const char body[] = "a\0b=c"; /* a NUL is a byte like any other */
  HpRequestRecord in = make_record (1);
  HpRequestRecord out;

  in.first_byte_us = 211;
  in.connection = 70000;
  in.client_port = 54321;
  in.program = "firefox";
  in.fetch_dest = HP_FETCH_DEST_SCRIPT;
  in.request_fields = "Host: localhost:62893\nAccept: */*\n";
  in.response_fields = "Content-Length: 7\n";
  in.file = "assets/js/app.min.js";
  in.body = body;
  in.body_length = sizeof body - 1;
  hp_record_queue_push (queue, &in);

  in.request_fields = in.response_fields = long_fields;
  in.body = long_body;
  in.body_length = strlen (long_body);
  hp_record_queue_push (queue, &in);

  in = make_record (2);
  in.body = ""; /* none came */
  hp_record_queue_push (queue, &in);

  batch = hp_record_queue_take (queue);
  hp_record_batch_get (batch, 0, &out);
  g_assert_cmpuint (out.first_byte_us, ==, 211);
  g_assert_cmpuint (out.connection, ==, 70000);
  g_assert_cmpuint (out.client_port, ==, 54321);
  g_assert_cmpstr (out.program, ==, "firefox");
  g_assert_cmpuint (out.fetch_dest, ==, HP_FETCH_DEST_SCRIPT);
  g_assert_cmpstr (out.request_fields, ==, "Host: localhost:62893\nAccept: */*\n");
  g_assert_cmpstr (out.response_fields, ==, "Content-Length: 7\n");
  g_assert_cmpstr (out.file, ==, "assets/js/app.min.js");
  g_assert_cmpmem (out.body, out.body_length, body, sizeof body - 1);

  hp_record_batch_get (batch, 1, &out);
  g_assert_cmpuint (strlen (out.request_fields), ==, HP_RECORD_MAX_HEAD);
  g_assert_cmpuint (strlen (out.response_fields), ==, HP_RECORD_MAX_HEAD);
  g_assert_cmpmem (out.body, out.body_length, long_body, HP_RECORD_MAX_BODY);

  hp_record_batch_get (batch, 2, &out);
  g_assert_cmpuint (out.first_byte_us, ==, 0);
  g_assert_cmpuint (out.connection, ==, 0);
  g_assert_null (out.request_fields);
  g_assert_null (out.response_fields);
  g_assert_null (out.file);
  g_assert_null (out.body);
  g_assert_cmpuint (out.body_length, ==, 0);
}

static void
test_long_strings (void)
{
  g_autoptr (HpRecordQueue) queue = hp_record_queue_new (10000);
  g_autoptr (HpRecordBatch) batch = NULL;
  g_autofree char *text = g_strnfill (100000, 'a');
  HpRequestRecord record = { .target = text, .referrer = text, .user_agent = text };
  HpRequestRecord out;
  guint length;

  for (guint i = 0; i < 4000; i++)
    hp_record_queue_push (queue, &record);
  batch = hp_record_queue_take (queue);
  length = hp_record_batch_get_length (batch);

  /* 64 MiB of text, three times 8 KiB + 1 in each. */
  g_assert_cmpuint (length, ==, 64 * 1024 * 1024 / (3 * (HP_RECORD_MAX_STRING + 1)));
  g_assert_cmpuint (hp_record_batch_get_dropped (batch), ==, 4000 - length);
  hp_record_batch_get (batch, length - 1, &out);
  g_assert_cmpuint (strlen (out.target), ==, HP_RECORD_MAX_STRING);
  g_assert_cmpuint (strlen (out.referrer), ==, HP_RECORD_MAX_STRING);
  g_assert_cmpuint (strlen (out.user_agent), ==, HP_RECORD_MAX_STRING);

  /* The room is free again. */
  g_clear_pointer (&batch, hp_record_batch_free);
  hp_record_queue_push (queue, &record);
  batch = hp_record_queue_take (queue);
  g_assert_cmpuint (hp_record_batch_get_length (batch), ==, 1);
  g_assert_cmpuint (hp_record_batch_get_dropped (batch), ==, 0);
}

static void
test_capacity (void)
{
  g_autoptr (HpRecordQueue) queue = hp_record_queue_new (100);

  for (guint round = 0; round < 3; round++)
    {
      g_autoptr (HpRecordBatch) batch = NULL;
      HpRequestRecord out;

      for (guint i = 0; i < 130; i++)
        push_number (queue, i);
      batch = hp_record_queue_take (queue);
      g_assert_cmpuint (hp_record_batch_get_length (batch), ==, 100);
      g_assert_cmpuint (hp_record_batch_get_dropped (batch), ==, 30);
      hp_record_batch_get (batch, 99, &out);
      g_assert_cmpuint (out.bytes, ==, 99);
    }
  g_assert_null (hp_record_queue_take (queue));
}

/* A batch may outlive its queue, and several may be out at the same time. */
static void
test_batches_out (void)
{
  HpRecordQueue *queue = hp_record_queue_new (100);
  g_autoptr (HpRecordBatch) one = NULL;
  g_autoptr (HpRecordBatch) two = NULL;
  HpRequestRecord out;

  push_number (queue, 1);
  one = hp_record_queue_take (queue);
  push_number (queue, 2);
  two = hp_record_queue_take (queue);
  push_number (queue, 3);
  hp_record_queue_unref (queue);

  hp_record_batch_get (one, 0, &out);
  g_assert_cmpuint (out.bytes, ==, 1);
  hp_record_batch_get (two, 0, &out);
  g_assert_cmpuint (out.bytes, ==, 2);
}

static gboolean
count_cb (gpointer user_data)
{
  guint *count = user_data;

  (*count)++;
  return G_SOURCE_REMOVE;
}

static void
test_notify (void)
{
  g_autoptr (HpRecordQueue) queue = hp_record_queue_new (2);
  guint count = 0;

  push_number (queue, 0);
  hp_record_queue_set_notify (queue, count_cb, &count);
  g_assert_cmpuint (count, ==, 0);
  push_number (queue, 1);
  g_assert_cmpuint (count, ==, 0); /* it waited before */
  hp_record_batch_free (hp_record_queue_take (queue));

  for (guint i = 1; i <= 3; i++)
    {
      push_number (queue, 2);
      g_assert_cmpuint (count, ==, i);
      push_number (queue, 3);
      push_number (queue, 4); /* lost */
      g_assert_cmpuint (count, ==, i);
      hp_record_batch_free (hp_record_queue_take (queue));
    }

  hp_record_queue_set_notify (queue, NULL, NULL);
  push_number (queue, 5);
  g_assert_cmpuint (count, ==, 3);
}

/* Whoever has other things to do hears it again. */
static void
test_long (void)
{
  g_autoptr (HpRecordQueue) queue = hp_record_queue_new (3000);
  guint count = 0;

  hp_record_queue_set_notify (queue, count_cb, &count);
  for (guint i = 0; i < 3100; i++)
    {
      g_assert_cmpint (hp_record_queue_is_long (queue), ==, i >= 1024);
      push_number (queue, i);
    }
  g_assert_cmpuint (count, ==, 3);
  hp_record_batch_free (hp_record_queue_take (queue));
  g_assert_false (hp_record_queue_is_long (queue));
}

#define N_PUSHES 200000

typedef struct
{
  HpRecordQueue *queue;
  GMutex lock;
  GCond cond;
  gboolean told;
} Pipe;

static gboolean
wake_cb (gpointer user_data)
{
  Pipe *pipe = user_data;

  g_mutex_lock (&pipe->lock);
  pipe->told = TRUE;
  g_cond_signal (&pipe->cond);
  g_mutex_unlock (&pipe->lock);
  return G_SOURCE_REMOVE;
}

static gpointer
producer (gpointer data)
{
  Pipe *pipe = data;

  for (guint i = 0; i < N_PUSHES; i++)
    push_number (pipe->queue, i);
  return NULL;
}

static void
wait_for_notify (Pipe *pipe)
{
  gint64 limit = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  g_mutex_lock (&pipe->lock);
  while (!pipe->told)
    if (!g_cond_wait_until (&pipe->cond, &pipe->lock, limit))
      g_error ("the queue filled up without telling");
  pipe->told = FALSE;
  g_mutex_unlock (&pipe->lock);
}

/* Every record arrives once, in order, or is counted as lost; a consumer that only waits for the
 * notify function never starves. */
static void
test_threads (void)
{
  Pipe pipe = { .queue = hp_record_queue_new (5000) };
  GThread *thread;
  guint64 received = 0;
  guint64 dropped = 0;
  gint64 previous = -1;

  g_mutex_init (&pipe.lock);
  g_cond_init (&pipe.cond);
  hp_record_queue_set_notify (pipe.queue, wake_cb, &pipe);
  thread = g_thread_new ("producer", producer, &pipe);

  while (received + dropped < N_PUSHES)
    {
      g_autoptr (HpRecordBatch) batch = NULL;
      guint length;

      wait_for_notify (&pipe);
      batch = hp_record_queue_take (pipe.queue);
      if (batch == NULL)
        continue;
      length = hp_record_batch_get_length (batch);
      g_assert_cmpuint (length, <=, 5000);
      for (guint i = 0; i < length; i++)
        {
          HpRequestRecord record;

          hp_record_batch_get (batch, i, &record);
          g_assert_cmpint (record.bytes, >, previous);
          g_assert_cmpint (record.time_us, ==,
                           G_GINT64_CONSTANT (1795000000000000) + (gint64) record.bytes);
          previous = record.bytes;
        }
      received += length;
      dropped += hp_record_batch_get_dropped (batch);
    }
  g_thread_join (thread);
  g_assert_cmpuint (received + dropped, ==, N_PUSHES);
  g_assert_null (hp_record_queue_take (pipe.queue));
  g_test_message ("%" G_GUINT64_FORMAT " received, %" G_GUINT64_FORMAT " lost", received, dropped);

  hp_record_queue_unref (pipe.queue);
  g_mutex_clear (&pipe.lock);
  g_cond_clear (&pipe.cond);
}

typedef struct
{
  HpRecordQueue *queue;
  int allowed; /* atomic */
  int stop;    /* atomic */
  guint calls;
} Guarded;

static gboolean
guarded_cb (gpointer user_data)
{
  Guarded *guarded = user_data;

  for (guint i = 0; i < 20; i++)
    {
      g_assert_true (g_atomic_int_get (&guarded->allowed));
      g_thread_yield ();
    }
  guarded->calls++;
  return G_SOURCE_REMOVE;
}

static gpointer
guarded_producer (gpointer data)
{
  Guarded *guarded = data;

  while (!g_atomic_int_get (&guarded->stop))
    {
      g_autoptr (HpRecordBatch) batch = NULL;

      push_number (guarded->queue, 0);
      batch = hp_record_queue_take (guarded->queue);
    }
  return NULL;
}

/* After set_notify (NULL) returned the function neither runs nor is called again. */
static void
test_notify_stop (void)
{
  Guarded guarded = { .queue = hp_record_queue_new (10) };
  GThread *thread = g_thread_new ("producer", guarded_producer, &guarded);

  for (guint i = 0; i < 300; i++)
    {
      g_atomic_int_set (&guarded.allowed, TRUE);
      hp_record_queue_set_notify (guarded.queue, guarded_cb, &guarded);
      g_usleep (i % 7 * 10);
      hp_record_queue_set_notify (guarded.queue, NULL, NULL);
      g_atomic_int_set (&guarded.allowed, FALSE);
      g_thread_yield ();
    }
  g_atomic_int_set (&guarded.stop, TRUE);
  g_thread_join (thread);
  g_test_message ("%u calls", guarded.calls);
  hp_record_queue_unref (guarded.queue);
}

static void
measure_push (const HpRequestRecord *record, const char *what)
{
  g_autoptr (HpRecordQueue) queue = hp_record_queue_new (100000);
  gint64 best = G_MAXINT64;

  for (guint round = 0; round < 20; round++)
    {
      g_autoptr (HpRecordBatch) batch = NULL;
      gint64 start = g_get_monotonic_time ();

      for (guint i = 0; i < 5000; i++)
        hp_record_queue_push (queue, record);
      best = MIN (best, g_get_monotonic_time () - start);
      batch = hp_record_queue_take (queue);
      g_assert_cmpuint (hp_record_batch_get_length (batch), ==, 5000);
    }
  g_test_minimized_result (best * 1000.0 / 5000, "%.0f ns per push %s", best * 1000.0 / 5000, what);
}

static void
test_speed (void)
{
  HpRequestRecord record = make_record (1);
  g_autofree char *request_fields = g_strnfill (600, 'q');
  g_autofree char *response_fields = g_strnfill (350, 'r');

  measure_push (&record, "without heads");
  record.request_fields = request_fields;
  record.response_fields = response_fields;
  record.file = "assets/js/app.min.js";
  measure_push (&record, "with a browser's heads");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/record-queue/round-trip", test_round_trip);
  g_test_add_func ("/record-queue/details", test_details);
  g_test_add_func ("/record-queue/long-strings", test_long_strings);
  g_test_add_func ("/record-queue/capacity", test_capacity);
  g_test_add_func ("/record-queue/batches-out", test_batches_out);
  g_test_add_func ("/record-queue/notify", test_notify);
  g_test_add_func ("/record-queue/long", test_long);
  g_test_add_func ("/record-queue/notify-stop", test_notify_stop);
  g_test_add_func ("/record-queue/threads", test_threads);
  g_test_add_func ("/record-queue/speed", test_speed);
  return g_test_run ();
}
