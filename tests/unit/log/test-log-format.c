/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <glib.h>
#include <json-glib/json-glib.h>

#include "log/hp-log-format.h"

/* 2026-11-24 13:02:11.300 UTC */
#define TIME_US G_GINT64_CONSTANT (1795525331300000)

static HpRequestRecord
make_record (void)
{
  return (HpRequestRecord){
    .time_us = TIME_US,
    .bytes = 4123,
    .duration_us = 300,
    .status = 200,
    .reason = HP_REASON_SERVED,
    .method = "GET",
    .target = "/",
    .client = "127.0.0.1",
    .referrer = "ref",
    .user_agent = "ua",
  };
}

static char *
combined (const HpRequestRecord *record)
{
  GString *out = g_string_new (NULL);

  hp_log_format_combined (out, record);
  g_assert_cmpint (out->str[out->len - 1], ==, '\n');
  g_assert_true (strchr (out->str, '\n') == out->str + out->len - 1);
  for (gsize i = 0; i + 1 < out->len; i++)
    g_assert_true (g_ascii_isprint (out->str[i]));
  g_string_truncate (out, out->len - 1);
  return g_string_free (out, FALSE);
}

static void
test_combined (void)
{
  HpRequestRecord record = make_record ();
  g_autofree char *plain = combined (&record);
  g_autofree char *empty = NULL;
  g_autofree char *half = NULL;

  g_assert_cmpstr (plain, ==,
                   "127.0.0.1 - - [24/Nov/2026:14:02:11 +0100] \"GET / HTTP/1.1\" 200 4123 "
                   "\"ref\" \"ua\"");

  record = (HpRequestRecord){ .time_us = TIME_US };
  empty = combined (&record);
  g_assert_cmpstr (empty, ==, "- - - [24/Nov/2026:14:02:11 +0100] \"-\" - - \"-\" \"-\"");

  record.method = "GET";
  record.bytes = G_MAXUINT64;
  half = combined (&record);
  g_assert_cmpstr (half, ==,
                   "- - - [24/Nov/2026:14:02:11 +0100] \"GET - HTTP/1.1\" - "
                   "18446744073709551615 \"-\" \"-\"");
}

/* Whoever reads the log splits the request line at spaces, and takes "-" for none. */
static void
test_combined_without_line (void)
{
  static const struct
  {
    const char *method;
    const char *target;
    const char *line;
  } cases[] = {
    { "-", "-", "-" },
    { "", "", "-" },
    { "-", NULL, "-" },
    { "GET", "-", "GET - HTTP/1.1" },
    { "-", "/", "- / HTTP/1.1" },
    { "", "/", "- / HTTP/1.1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HpRequestRecord record = make_record ();
      g_autofree char *line = NULL;
      g_autofree char *expected = NULL;

      record.method = cases[i].method;
      record.target = cases[i].target;
      record.status = 400;
      line = combined (&record);
      expected = g_strdup_printf ("127.0.0.1 - - [24/Nov/2026:14:02:11 +0100] \"%s\" 400 4123 "
                                  "\"ref\" \"ua\"",
                                  cases[i].line);
      g_assert_cmpstr (line, ==, expected);
    }
}

/* In every field of text: what would end the field or the line, or move the cursor. */
static void
test_combined_forged (void)
{
  static const struct
  {
    const char *in;
    const char *out;
  } cases[] = {
    { "a\"b", "a\\\"b" },
    { "a\\b", "a\\\\b" },
    { "a\\\"b", "a\\\\\\\"b" },
    { "a\nb", "a\\x0ab" },
    { "\r\n127.0.0.1 - - [forged] \"", "\\x0d\\x0a127.0.0.1 - - [forged] \\\"" },
    { "\t\x1b[2J\x7f", "\\x09\\x1b[2J\\x7f" },
    { "\x01", "\\x01" },
    { "/\xc3\xbc", "/\\xc3\\xbc" },
    { "\xff\xfe", "\\xff\\xfe" },
    { "\xe2\x80\xae", "\\xe2\\x80\\xae" },
    { "\xc2\x9b", "\\xc2\\x9b" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HpRequestRecord record = make_record ();
      g_autofree char *line = NULL;
      g_autofree char *expected = NULL;

      record.method = record.target = record.client = cases[i].in;
      record.referrer = record.user_agent = cases[i].in;
      line = combined (&record);
      expected = g_strdup_printf ("%s - - [24/Nov/2026:14:02:11 +0100] \"%s %s HTTP/1.1\" 200 4123 "
                                  "\"%s\" \"%s\"",
                                  cases[i].out, cases[i].out, cases[i].out, cases[i].out,
                                  cases[i].out);
      g_assert_cmpstr (line, ==, expected);
    }
}

static char *
json_line (const HpRequestRecord *record)
{
  GString *out = g_string_new ("before");

  hp_log_format_json (out, record);
  g_assert_true (g_str_has_prefix (out->str, "before{"));
  g_assert_true (strchr (out->str, '\n') == out->str + out->len - 1);
  g_assert_true (g_utf8_validate (out->str, out->len, NULL));
  g_string_erase (out, 0, strlen ("before"));
  g_string_truncate (out, out->len - 1);
  return g_string_free (out, FALSE);
}

static void
test_json (void)
{
  HpRequestRecord record = make_record ();
  g_autofree char *full = NULL;
  g_autofree char *rest = NULL;
  g_autofree char *empty = NULL;

  record.target = "/a?b=\"c\"";
  record.flags = HP_RECORD_ABORTED;
  record.reason = HP_REASON_NOT_MODIFIED;
  full = json_line (&record);
  g_assert_cmpstr (full, ==,
                   "{\"event\":\"request\",\"time\":\"2026-11-24T13:02:11.300Z\","
                   "\"method\":\"GET\",\"target\":\"/a?b=\\\"c\\\"\",\"status\":200,"
                   "\"bytes\":4123,\"duration_ms\":0.3,\"client\":\"127.0.0.1\","
                   "\"referrer\":\"ref\",\"user_agent\":\"ua\",\"reason\":\"not-modified\","
                   "\"aborted\":true,\"media_type\":null,\"first_byte_ms\":null,"
                   "\"connection\":null,\"reused\":false,\"client_port\":null,\"program\":null,"
                   "\"fetch_dest\":null,\"navigation\":false,\"repeated\":false,"
                   "\"file\":null}");

  record.flags = HP_RECORD_REUSED | HP_RECORD_NAVIGATION | HP_RECORD_REPEATED;
  record.media_type = "text/html";
  record.first_byte_us = 250;
  record.connection = 3;
  record.client_port = 40000;
  record.program = "firefox \"x\"";
  record.fetch_dest = HP_FETCH_DEST_DOCUMENT;
  record.file = "a.html";
  record.request_fields = "Host: a\nCookie: secret\nX: \"\n";
  record.response_fields = "";
  rest = json_line (&record);
  g_assert_true (g_str_has_suffix (
      rest,
      "\"aborted\":false,\"media_type\":\"text/html\",\"first_byte_ms\":0.25,"
      "\"connection\":3,\"reused\":true,\"client_port\":40000,\"program\":\"firefox \\\"x\\\"\","
      "\"fetch_dest\":\"document\",\"navigation\":true,\"repeated\":true,"
      "\"file\":\"a.html\",\"request_headers\":[[\"Host\",\"a\"],[\"X\",\"\\\"\"]],"
      "\"response_headers\":[]}"));

  record = (HpRequestRecord){ .time_us = -1 };
  empty = json_line (&record);
  g_assert_cmpstr (empty, ==,
                   "{\"event\":\"request\",\"time\":\"1969-12-31T23:59:59.999Z\","
                   "\"method\":null,\"target\":null,\"status\":null,\"bytes\":0,"
                   "\"duration_ms\":0.0,\"client\":null,\"referrer\":null,\"user_agent\":null,"
                   "\"reason\":null,\"aborted\":false,\"media_type\":null,"
                   "\"first_byte_ms\":null,\"connection\":null,\"reused\":false,"
                   "\"client_port\":null,\"program\":null,\"fetch_dest\":null,\"navigation\":false,"
                   "\"repeated\":false,\"file\":null}");
}

static void
test_json_duration (void)
{
  static const struct
  {
    guint32 us;
    const char *ms;
  } cases[] = {
    { 0, "0.0" },
    { 1, "0.001" },
    { 10, "0.01" },
    { 300, "0.3" },
    { 1000, "1.0" },
    { 1001, "1.001" },
    { 123456, "123.456" },
    { 100000, "100.0" },
    { 70000, "70.0" },
    { 33333, "33.333" },
    { G_MAXUINT32, "4294967.295" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HpRequestRecord record = { .duration_us = cases[i].us, .method = ",\"duration_ms\":7," };
      g_autofree char *line = json_line (&record);
      g_autofree char *expected = g_strdup_printf (",\"duration_ms\":%s,\"client\"", cases[i].ms);
      g_autoptr (JsonNode) node = json_from_string (line, NULL);

      g_assert_nonnull (strstr (line, expected));
      g_assert_nonnull (node);
      g_assert_cmpfloat (json_object_get_double_member (json_node_get_object (node), "duration_ms"),
                         ==, cases[i].us / 1000.0);
    }
}

/* Whatever comes in: one line, a reader gets the text back, a terminal gets no controls. */
static void
test_json_text (void)
{
  static const struct
  {
    const char *in;
    const char *parsed;
    const char *written; /* part of the line; NULL: doesn't matter */
  } cases[] = {
    { "/plain", "/plain", "\"/plain\"" },
    { "/\xc3\xbc\xf0\x9f\x8f\xa0", "/\xc3\xbc\xf0\x9f\x8f\xa0", "/\xc3\xbc\xf0\x9f\x8f\xa0" },
    { "a\nb\r", "a\nb\r", NULL },
    { "\",\"event\":\"x", "\",\"event\":\"x", NULL },
    { "\\u0041\\", "\\u0041\\", NULL },
    { "\x01\x1b[2J\x7f", "\x01\x1b[2J\x7f", NULL },
    { "\xc2\x9b"
      "2J",
      "\xc2\x9b"
      "2J",
      "\\u009b2J" },
    { "\xe2\x80\xae.txt", "\xe2\x80\xae.txt", "\\u202e.txt" },
    { "\xe2\x80\xa8", "\xe2\x80\xa8", "\"\\u2028\"" },
    { "\xf3\xa0\x81\x81", "\xf3\xa0\x81\x81", "\"\\udb40\\udc41\"" }, /* U+E0041 */
    { "/\xff/\xc3", "/\xef\xbf\xbd/\xef\xbf\xbd", NULL },
    { "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", NULL },
    { "", "", "\"\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HpRequestRecord record = make_record ();
      g_autofree char *line = NULL;
      g_autoptr (JsonNode) node = NULL;
      static const char *names[] = { "method", "target", "client", "referrer", "user_agent" };

      record.method = record.target = record.client = cases[i].in;
      record.referrer = record.user_agent = cases[i].in;
      line = json_line (&record);
      node = json_from_string (line, NULL);
      g_assert_nonnull (node);
      for (guint n = 0; n < G_N_ELEMENTS (names); n++)
        g_assert_cmpstr (json_object_get_string_member (json_node_get_object (node), names[n]), ==,
                         cases[i].parsed);
      if (cases[i].written != NULL)
        g_assert_nonnull (strstr (line, cases[i].written));
      for (const char *p = line; *p != '\0'; p = g_utf8_next_char (p))
        g_assert_false (g_unichar_iscntrl (g_utf8_get_char (p)));
    }
}

static void
test_visible (void)
{
  static const struct
  {
    const char *in;
    guint max;
    const char *out;
  } cases[] = {
    { NULL, 0, "" },
    { "", 0, "" },
    { "", 5, "" },
    { "/img/logo.png", 0, "/img/logo.png" },
    { "/\xc3\xbc\xf0\x9f\x8f\xa0", 0, "/\xc3\xbc\xf0\x9f\x8f\xa0" },
    { "/%0a\\", 0, "/%0a\\" },
    /* controls */
    { "a\tb\nc\x1b\x7f", 0, "a\\x09b\\x0ac\\x1b\\x7f" },
    { "\xc2\x80\xc2\x85\xc2\x9f\xc2\xa0", 0, "\\u{0080}\\u{0085}\\u{009f}\xc2\xa0" },
    /* bidi */
    { "\xe2\x80\xaa\xe2\x80\xae", 0, "\\u{202a}\\u{202e}" },
    { "\xe2\x81\xa6\xe2\x81\xa9", 0, "\\u{2066}\\u{2069}" },
    { "\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c", 0, "\\u{200e}\\u{200f}\\u{061c}" },
    /* right-to-left letters are letters */
    { "\xd7\xa9\xd7\x9c", 0, "\xd7\xa9\xd7\x9c" },
    /* lines */
    { "\xe2\x80\xa8\xe2\x80\xa9", 0, "\\u{2028}\\u{2029}" },
    /* zero width */
    { "\xe2\x80\x8b\xe2\x80\x8c\xe2\x80\x8d\xe2\x81\xa0\xef\xbb\xbf", 0,
      "\\u{200b}\\u{200c}\\u{200d}\\u{2060}\\u{feff}" },
    { "\xf3\xa0\x81\x81", 0, "\\u{e0041}" },
    /* not UTF-8: stray, overlong, surrogate, cut off, beyond Unicode */
    { "/\xff\xfe", 0, "/\\xff\\xfe" },
    { "\x80", 0, "\\x80" },
    { "\xc0\xaf", 0, "\\xc0\\xaf" },
    { "\xed\xa0\x80", 0, "\\xed\\xa0\\x80" },
    { "\xe2\x80", 0, "\\xe2\\x80" },
    { "\xf4\x90\x80\x80", 0, "\\xf4\\x90\\x80\\x80" },
    { "\xc3(", 0, "\\xc3(" },
    /* the middle is left out */
    { "12345", 5, "12345" },
    { "123456", 5, "12…56" },
    { "1234567", 6, "123…67" },
    { "1234567", 2, "1…" },
    { "1234567", 1, "…" },
    { "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa9", 3, "\xc3\xa4…\xc3\xa9" },
    /* but never half an escape */
    { "\n2345678\n", 13, "\\x0a23…78\\x0a" },
    { "\n2345678\n", 8, "\\x0a…" },
    { "\n2345678\n", 7, "…" },
    { "ab\n\ncd", 9, "ab…cd" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *out = hp_log_format_visible (cases[i].in, cases[i].max);

      g_assert_true (g_utf8_validate (out, -1, NULL));
      g_assert_cmpstr (out, ==, cases[i].out);
    }
}

/* Random bytes: always valid, never longer than asked for, no controls, ends as it does without a
 * limit. */
static void
test_visible_random (void)
{
  for (guint round = 0; round < 3000; round++)
    {
      char text[40];
      guint length = g_test_rand_int_range (0, sizeof text - 1);
      guint max = g_test_rand_int_range (1, 50);
      g_autofree char *whole = NULL;
      g_autofree char *part = NULL;

      for (guint i = 0; i < length; i++)
        text[i] = g_test_rand_int_range (1, 256);
      text[length] = '\0';
      whole = hp_log_format_visible (text, 0);
      part = hp_log_format_visible (text, max);
      g_assert_true (g_utf8_validate (whole, -1, NULL));
      g_assert_true (g_utf8_validate (part, -1, NULL));
      g_assert_cmpint (g_utf8_strlen (part, -1), <=, max);
      for (const char *p = whole; *p != '\0'; p = g_utf8_next_char (p))
        g_assert_false (g_unichar_iscntrl (g_utf8_get_char (p)));
      if (g_utf8_strlen (whole, -1) <= max)
        g_assert_cmpstr (whole, ==, part);
      else
        g_assert_true (g_str_has_suffix (whole, strstr (part, "…") + strlen ("…")));
    }
}

static void
test_duration (void)
{
  static const struct
  {
    guint32 us;
    const char *out;
  } cases[] = {
    { 0, "0 ms" },
    { 1, "0.00 ms" },
    { 40, "0.04 ms" },
    { 94, "0.09 ms" },
    { 95, "0.1 ms" },
    { 300, "0.3 ms" },
    { 9949, "9.9 ms" },
    { 9950, "10 ms" },
    { 42000, "42 ms" },
    { 999499, "999 ms" },
    { 999500, "1.0 s" },
    { 1200000, "1.2 s" },
    { 59949999, "59.9 s" },
    { 59950000, "1 min 0 s" },
    { 125000000, "2 min 5 s" },
    { 119700000, "2 min 0 s" },
    { G_MAXUINT32, "71 min 35 s" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *out = hp_log_format_duration (cases[i].us);

      g_assert_cmpstr (out, ==, cases[i].out);
    }
}

static void
test_time (void)
{
  static const struct
  {
    gint64 us;
    const char *time;
    const char *date;
  } cases[] = {
    { TIME_US, "14:02:11.3", "[24/Nov/2026:14:02:11 +0100]" },
    { TIME_US + 99999, "14:02:11.3", "[24/Nov/2026:14:02:11 +0100]" },
    { TIME_US + 699999, "14:02:11.9", "[24/Nov/2026:14:02:11 +0100]" },
    { TIME_US + 700000, "14:02:12.0", "[24/Nov/2026:14:02:12 +0100]" },
    { TIME_US, "14:02:11.3", "[24/Nov/2026:14:02:11 +0100]" },
    /* summer time */
    { TIME_US - G_GINT64_CONSTANT (130) * 86400 * 1000000, "15:02:11.3",
      "[17/Jul/2026:15:02:11 +0200]" },
    { 0, "01:00:00.0", "[01/Jan/1970:01:00:00 +0100]" },
    { -1, "00:59:59.9", "[01/Jan/1970:00:59:59 +0100]" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HpRequestRecord record = { .time_us = cases[i].us };
      g_autofree char *time = hp_log_format_time (cases[i].us);
      g_autofree char *line = combined (&record);

      g_assert_cmpstr (time, ==, cases[i].time);
      g_assert_nonnull (strstr (line, cases[i].date));
    }

  /* No time is too strange to be written. */
  g_free (hp_log_format_time (G_MAXINT64));
  g_free (hp_log_format_time (G_MININT64));
}

static void
test_speed (void)
{
  HpRequestRecord record = make_record ();
  g_autoptr (GString) out = g_string_new (NULL);
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < 20000; i++)
    {
      record.time_us += 1000;
      g_string_truncate (out, 0);
      hp_log_format_combined (out, &record);
    }
  g_test_message ("%.0f ns per combined line", (g_get_monotonic_time () - start) / 20.0);

  start = g_get_monotonic_time ();
  for (guint i = 0; i < 20000; i++)
    {
      g_string_truncate (out, 0);
      hp_log_format_json (out, &record);
    }
  g_test_message ("%.0f ns per JSON line", (g_get_monotonic_time () - start) / 20.0);

  start = g_get_monotonic_time ();
  for (guint i = 0; i < 20000; i++)
    {
      g_free (hp_log_format_time (record.time_us + i * 1000));
      g_free (hp_log_format_duration (i));
      g_free (hp_log_format_visible ("/assets/images/photo-2026-11-24.jpeg", 200));
    }
  g_test_message ("%.0f ns per row", (g_get_monotonic_time () - start) / 20.0);
}

int
main (int argc, char *argv[])
{
  /* Central European rules, written out so that no time zone files are needed. */
  setenv ("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", TRUE);
  tzset ();

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-format/combined", test_combined);
  g_test_add_func ("/log-format/combined-without-line", test_combined_without_line);
  g_test_add_func ("/log-format/combined-forged", test_combined_forged);
  g_test_add_func ("/log-format/json", test_json);
  g_test_add_func ("/log-format/json-duration", test_json_duration);
  g_test_add_func ("/log-format/json-text", test_json_text);
  g_test_add_func ("/log-format/visible", test_visible);
  g_test_add_func ("/log-format/visible-random", test_visible_random);
  g_test_add_func ("/log-format/duration", test_duration);
  g_test_add_func ("/log-format/time", test_time);
  if (g_test_perf ())
    g_test_add_func ("/log-format/speed", test_speed);
  return g_test_run ();
}
