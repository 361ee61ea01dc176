/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include <glib.h>

#include "log/hp-log-segment-private.h"
#include "log/hp-record-queue.h"

static void
test_round_trip (void)
{
  g_autoptr (HpLogSegment) segment = hp_log_segment_new (77);
  HpRequestRecord in = {
    .time_us = -5,
    .bytes = (G_GUINT64_CONSTANT (1) << 48) - 1,
    .duration_us = G_MAXUINT32,
    .status = 999,
    .reason = HP_REASON_INTERNAL,
    .flags = HP_RECORD_ABORTED | HP_RECORD_NOISE,
    .method = "GET",
    .target = "/\xff\x01",
    .client = "127.0.0.1",
    .referrer = "",
    .user_agent = "ua",
    .media_type = "text/html",
    .first_byte_us = G_MAXUINT32 - 1,
    .connection = G_MAXUINT32,
    .client_port = G_MAXUINT16,
    .fetch_dest = HP_FETCH_DEST_MANIFEST,
  };
  HpRequestRecord out;

  hp_log_segment_append (segment, &in);
  in = (HpRequestRecord){ .bytes = G_MAXUINT64, .target = "ua" };
  hp_log_segment_append (segment, &in);
  in = (HpRequestRecord){ .target = "u" }; /* the beginning of the one before */
  hp_log_segment_append (segment, &in);
  g_assert_cmpuint (hp_log_segment_get_first_seq (segment), ==, 77);
  g_assert_cmpuint (hp_log_segment_get_length (segment), ==, 3);

  for (guint round = 0; round < 2; round++)
    {
      hp_log_segment_get (segment, 0, &out);
      g_assert_cmpint (out.time_us, ==, -5);
      g_assert_cmpuint (out.bytes, ==, (G_GUINT64_CONSTANT (1) << 48) - 1);
      g_assert_cmpuint (out.duration_us, ==, G_MAXUINT32);
      g_assert_cmpuint (out.status, ==, 999);
      g_assert_cmpuint (out.first_byte_us, ==, G_MAXUINT32 - 1);
      g_assert_cmpuint (out.connection, ==, G_MAXUINT32);
      g_assert_cmpuint (out.client_port, ==, G_MAXUINT16);
      g_assert_cmpuint (out.fetch_dest, ==, HP_FETCH_DEST_MANIFEST);
      g_assert_cmpuint (out.reason, ==, HP_REASON_INTERNAL);
      g_assert_cmpuint (out.flags, ==, HP_RECORD_ABORTED | HP_RECORD_NOISE);
      g_assert_cmpstr (out.method, ==, "GET");
      g_assert_cmpstr (out.target, ==, "/\xff\x01");
      g_assert_cmpstr (out.client, ==, "127.0.0.1");
      g_assert_cmpstr (out.referrer, ==, "");
      g_assert_cmpstr (out.user_agent, ==, "ua");
      g_assert_cmpstr (out.media_type, ==, "text/html");

      hp_log_segment_get (segment, 1, &out);
      g_assert_cmpuint (out.bytes, ==, (G_GUINT64_CONSTANT (1) << 48) - 1); /* what fits */
      g_assert_cmpstr (out.target, ==, "ua");
      g_assert_null (out.method);
      g_assert_null (out.client);
      g_assert_null (out.referrer);
      g_assert_null (out.user_agent);
      g_assert_null (out.media_type);

      hp_log_segment_get (segment, 2, &out);
      g_assert_cmpstr (out.target, ==, "u");

      hp_log_segment_close (segment);
    }
}

/* What a file tells of a program is there without all the rest; of a live request it is asked for
 * when it is shown. */
static void
test_saved_program (void)
{
  g_autoptr (HpLogSegment) segment = hp_log_segment_new (0);
  HpRequestRecord in = { .target = "/", .program = "firefox-bin", .request_fields = "A: b\n" };
  HpRequestRecord out;

  hp_log_segment_append (segment, &in);
  in.flags = HP_RECORD_SAVED;
  hp_log_segment_append (segment, &in);
  in.program = NULL;
  hp_log_segment_append (segment, &in);
  in.request_fields = NULL;
  hp_log_segment_append (segment, &in);
  hp_log_segment_close (segment);

  for (guint i = 0; i < 4; i++)
    {
      hp_log_segment_get (segment, i, &out);
      g_assert_cmpstr (out.program, ==, i == 1 ? "firefox-bin" : NULL);
      g_assert_null (out.request_fields);
    }
  hp_log_segment_drop_heads (segment);
  hp_log_segment_get (segment, 1, &out);
  g_assert_null (out.program);
}

/* Many different strings, each several times: the dictionary grows and still finds each one. */
static void
test_dictionary (void)
{
  g_autoptr (HpLogSegment) segment = hp_log_segment_new (0);
  gsize bytes = 0;
  guint n = 0;

  while (!hp_log_segment_is_full (segment))
    {
      g_autofree char *target = g_strdup_printf ("/file-%u", n % 1500);
      g_autofree char *referrer = g_strdup_printf ("/file-%u", n % 1000 + 700);
      HpRequestRecord record = { .target = target, .referrer = referrer, .method = "GET" };

      hp_log_segment_append (segment, &record);
      if (++n == 1500)
        bytes = hp_log_segment_get_bytes (segment);
    }
  g_assert_cmpuint (n, ==, 4096);

  /* After all were seen once, only the array of records grows. */
  g_assert_cmpuint (hp_log_segment_get_bytes (segment) - bytes, ==, (4096 - 2048) * 48);
  hp_log_segment_close (segment);
  g_assert_cmpuint (hp_log_segment_get_bytes (segment), <, 4096 * 48 + 1700 * 11 + 200);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *target = g_strdup_printf ("/file-%u", i % 1500);
      g_autofree char *referrer = g_strdup_printf ("/file-%u", i % 1000 + 700);
      HpRequestRecord record;

      hp_log_segment_get (segment, i, &record);
      g_assert_cmpstr (record.target, ==, target);
      g_assert_cmpstr (record.referrer, ==, referrer);
    }
}

/* The longest strings there can be, all different: closed early, nothing lost. */
static void
test_long_strings (void)
{
  g_autoptr (HpLogSegment) segment = hp_log_segment_new (0);
  g_autofree char *text = g_strnfill (2 * HP_RECORD_MAX_STRING, 'a');
  HpRequestRecord record = { 0 };
  guint n;

  for (n = 0; !hp_log_segment_is_full (segment); n++)
    {
      char *texts[6];

      for (guint i = 0; i < 6; i++)
        texts[i] = g_strdup_printf ("%u-%u-%s", n, i, text);
      record = (HpRequestRecord){
        .method = texts[0],
        .target = texts[1],
        .client = texts[2],
        .referrer = texts[3],
        .user_agent = texts[4],
        .media_type = texts[5],
      };
      hp_log_segment_append (segment, &record);
      for (guint i = 0; i < 6; i++)
        g_free (texts[i]);
    }
  g_assert_cmpuint (n, ==, 22);
  g_assert_cmpuint (hp_log_segment_get_bytes (segment), <, 2200 * 1024);
  hp_log_segment_close (segment);
  g_assert_cmpuint (hp_log_segment_get_bytes (segment), <, 1100 * 1024);

  hp_log_segment_get (segment, n - 1, &record);
  g_assert_true (g_str_has_prefix (record.method, "21-0-aaa"));
  g_assert_true (g_str_has_prefix (record.media_type, "21-5-aaa"));
  g_assert_cmpuint (strlen (record.media_type), ==, HP_RECORD_MAX_STRING);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-segment/round-trip", test_round_trip);
  g_test_add_func ("/log-segment/saved-program", test_saved_program);
  g_test_add_func ("/log-segment/dictionary", test_dictionary);
  g_test_add_func ("/log-segment/long-strings", test_long_strings);
  return g_test_run ();
}
