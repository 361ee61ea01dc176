/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "log/hp-har-entry.h"
#include "log/hp-har-reader.h"
#include "log/hp-json-splitter.h"
#include "log/hp-log-format.h"
#include "log/hp-log-formatter.h"

#define BASE "http://localhost:62893"

static const char *const path[] = { "log", "entries", NULL };

/* The splitter */

static gboolean
collect_cb (const char *text, gsize length, guint line, gpointer user_data, GError **error)
{
  g_autoptr (JsonNode) node = json_from_string (text, NULL);

  g_assert_cmpuint (strlen (text), ==, length);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_nonnull (node);
  g_string_append_printf (user_data, "%u:%s|", line, text);
  return TRUE;
}

/* What comes out, or the error; fed in pieces of a size. */
static char *
split (const char *text, gsize size)
{
  g_autoptr (GError) error = NULL;
  GString *out = g_string_new (NULL);
  g_autoptr (HpJsonSplitter) splitter = hp_json_splitter_new (path, collect_cb, out);
  gsize length = strlen (text);

  for (gsize i = 0; i < length && error == NULL; i += size)
    hp_json_splitter_feed (splitter, text + i, MIN (size, length - i), &error);
  if (error == NULL)
    hp_json_splitter_end (splitter, &error);
  if (error == NULL && !hp_json_splitter_get_found (splitter))
    g_string_append (out, "not found");
  if (error != NULL)
    g_string_append (out, error->message);
  return g_string_free (out, FALSE);
}

static void
test_split (void)
{
  static const struct
  {
    const char *in;
    const char *out;
  } cases[] = {
    { "{\"log\":{\"entries\":[]}}", "" },
    { "{\"log\":{\"entries\":[1, true ,null,\"x\"]}}", "1:1|1:true|1:null|1:\"x\"|" },
    { "\xef\xbb\xbf{\"log\":{\"entries\":[{}]}}\n", "1:{}|" },
    { "{\n\"log\" : {\n\"entries\" : [\n{ \"a\" : [ 1 , { } ] }\n,\n\n[ ]\n]\n}\n}\n",
      "4:{\"a\":[1,{}]}|7:[]|" },
    { "{\"log\":{\"pages\":[{\"entries\":[1]}],\"entries\":[2],\"x\":[3]}}", "1:2|" },
    { "{\"entries\":[1],\"x\":{\"entries\":[2]},\"log\":{\"entries\":[3]}}", "1:3|" },
    { "{\"x\":{\"log\":{\"entries\":[1]}},\"log\":{\"entries\":[2]},\"log\":{\"entries\":[3]}}",
      "1:2|" },
    { "{\"log\":{\"x\":1},\"log\":{\"entries\":[4]}}", "1:4|" },
    { "{\"log\":[{\"entries\":[1]}]}", "not found" },
    { "{\"log\":{\"entries\":{}}}", "not found" },
    { "[]", "not found" },
    { "12", "not found" },
    { "{\"log\":{\"entries\":[\"\\u00e4\\\"\\\\\\n\\ud83c\\udfe0\"]}}",
      "1:\"\\u00e4\\\"\\\\\\n\\ud83c\\udfe0\"|" },
    { "{\"log\":{\"entries\":[\"\\ud83c\\udfe0\\ud83cx\\udfe0\\\\ud800\\u0000\\uD83C\\ud83c\\uDFE0\"]}}",
      "1:\"\\ud83c\\udfe0\\ufffdx\\ufffd\\\\ud800\\ufffd\\ufffd\\ud83c\\uDFE0\"|" },
    { "{\"log\":{\"entries\":[\"a\tb\"]}}", "1:\"a b\"|" },
    { "{\"log\":{\"entries\":[\"\xff\"]}}", "1:\"\xef\xbf\xbd\"|" },
    { "{\"log\":{\"entries\":[-0.5e+10,0,1e5]}}", "1:-0.5e+10|1:0|1:1e5|" },
    /* errors, with their lines */
    { "", "Line 1: the file ends too early." },
    { "\n\n", "Line 3: the file ends too early." },
    { "{\"log\":{\"entries\":[1,\n2", "1:1|2:2|Line 2: the file ends too early." },
    { "{\"log\":\n{\"entries\":\n[1 2]}}", "3:1|Line 3: a comma or a closing bracket is missing." },
    { "{\"log\":{\"entries\":[1,]}}", "1:1|Line 1: a value is missing." },
    { "{\"log\":{\"entries\":[}}", "Line 1: a value is missing." },
    { "{\"log\":{\"entries\":[1}}", "1:1|Line 1: a bracket is closed that was not opened." },
    { "{,}", "Line 1: a name in quotes is missing." },
    { "{\"a\":1,}", "Line 1: a name in quotes is missing." },
    { "{\"a\" 1}", "Line 1: a colon is missing." },
    { "{\"a\":\n\"b\nc\"}", "Line 2: a text has no end." },
    { "[\"\\x\"]", "Line 1: a backslash stands before a wrong letter." },
    { "[\"\\u12g4\"]", "Line 1: “\\u” needs four digits." },
    { "[01]", "Line 1: this is not a value." },
    { "[1.]", "Line 1: this is not a value." },
    { "[nul]", "Line 1: this is not a value." },
    { "[-]", "Line 1: this is not a value." },
    { "{}{}", "Line 1: something stands after the end." },
    { "<html>", "Line 1: a value is missing." },
    { "PK\x03\x04", "Line 1: this is not a value." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize size = 1; size < 8; size++)
      {
        g_autofree char *out = split (cases[i].in, size);

        g_assert_cmpstr (out, ==, cases[i].out);
      }
}

static void
test_split_limits (void)
{
  g_autofree char *deep = g_strnfill (200, '[');
  g_autofree char *deep_error = split (deep, 64);
  g_autofree char *long_text = g_strnfill (3 * HP_JSON_MAX_STRING, 'x');
  g_autofree char *document = g_strdup_printf ("{\"log\":{\"entries\":[\"%s\\n\"]}}", long_text);
  g_autofree char *out = split (document, 1000);
  g_autoptr (GString) big = g_string_new ("{\"log\":{\"entries\":[[");
  g_autofree char *big_error = NULL;

  g_assert_cmpstr (deep_error, ==, "Line 1: the brackets are nested too deeply.");
  g_assert_cmpuint (strlen (out), ==, HP_JSON_MAX_STRING + strlen ("1:\"\"|"));

  for (guint i = 0; i < HP_JSON_MAX_ELEMENT / 4 + 1; i++)
    g_string_append (big, "123,");
  big_error = split (big->str, 4096);
  g_assert_cmpstr (big_error, ==, "Line 1: this entry is too large.");
}

/* The reader */

typedef struct
{
  gboolean done;
  guint64 n;
  GError *error;
  goffset last;
} Run;

static void
progress_cb (goffset current, goffset total, gpointer user_data)
{
  Run *run = user_data;

  g_assert_cmpint (current, >=, run->last);
  g_assert_cmpint (current, <=, total);
  run->last = current;
}

static void
done_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Run *run = user_data;

  g_assert_true (hp_har_read_finish (result, &run->n, &run->error) == (run->error == NULL));
  run->done = TRUE;
}

/* Waits for the end. text: NULL for a file that isn't there. */
static HpRequestLog *
read_text (const char *text, Run *run)
{
  HpRequestLog *log = hp_request_log_new ();
  g_autofree char *name = g_build_filename (g_get_tmp_dir (), "hp-har-XXXXXX", NULL);
  g_autoptr (GFile) file = NULL;
  int fd = g_mkstemp (name);

  g_assert_cmpint (fd, >=, 0);
  g_assert_true (g_close (fd, NULL));
  if (text != NULL)
    g_assert_true (g_file_set_contents (name, text, -1, NULL));
  else
    g_unlink (name);
  file = g_file_new_for_path (name);
  *run = (Run){ 0 };
  hp_har_read_async (file, log, NULL, progress_cb, run, done_cb, run);
  while (!run->done)
    g_main_context_iteration (NULL, TRUE);
  g_unlink (name);
  return log;
}

/* As a record goes out, so it comes back. */
static void
assert_same (const HpRequestRecord *a, const HpRequestRecord *b)
{
  g_autoptr (GString) one = g_string_new (NULL);
  g_autoptr (GString) other = g_string_new (NULL);

  g_assert_cmpint (a->time_us, ==, b->time_us);
  g_assert_cmpuint (a->duration_us, ==, b->duration_us);
  g_assert_cmpuint (a->first_byte_us, ==, b->first_byte_us);
  g_assert_cmpuint (a->bytes, ==, b->bytes);
  g_assert_cmpuint (a->status, ==, b->status);
  g_assert_cmpuint (a->reason, ==, b->reason);
  g_assert_cmpuint (a->flags, ==, b->flags);
  g_assert_cmpuint (a->connection, ==, b->connection);
  g_assert_cmpuint (a->client_port, ==, b->client_port);
  g_assert_cmpuint (a->fetch_dest, ==, b->fetch_dest);
  g_assert_cmpstr (a->method, ==, b->method);
  g_assert_cmpstr (a->target, ==, b->target);
  g_assert_cmpstr (a->client, ==, b->client);
  g_assert_cmpstr (a->referrer, ==, b->referrer);
  g_assert_cmpstr (a->user_agent, ==, b->user_agent);
  g_assert_cmpstr (a->media_type, ==, b->media_type);
  g_assert_cmpstr (a->request_fields, ==, b->request_fields);
  g_assert_cmpstr (a->response_fields, ==, b->response_fields);
  g_assert_cmpstr (a->file, ==, b->file);
  g_assert_cmpstr (a->program, ==, b->program);
  g_assert_cmpmem (a->body, a->body_length, b->body, b->body_length);
  hp_log_format_har_entry (one, a, BASE, TRUE);
  hp_log_format_har_entry (other, b, BASE, TRUE);
  g_assert_cmpstr (one->str, ==, other->str);
}

static void
test_entry_comes_back (void)
{
  static const HpRequestRecord records[] = {
    { .time_us = 1795525331300123,
      .bytes = 4123,
      .duration_us = 1300,
      .first_byte_us = 301,
      .status = 404,
      .reason = HP_REASON_MISSING,
      .flags = HP_RECORD_REUSED | HP_RECORD_NAVIGATION | HP_RECORD_OWN_REFERRER,
      .method = "GET",
      .target = "/a%20b?x=1&y",
      .client = "127.0.0.1",
      .client_port = 40001,
      .connection = 17,
      .fetch_dest = HP_FETCH_DEST_IMAGE,
      .referrer = "http://localhost:62893/",
      .user_agent = "ua \"x\"",
      .media_type = "text/html; charset=utf-8",
      .request_fields = "Host: localhost:62893\nReferer: http://localhost:62893/\n"
                        "User-Agent: ua \"x\"\nCookie: a=b\nEmpty: \n",
      .response_fields = "Content-Type: text/html\nSet-Cookie: a\nSet-Cookie: b\n",
      .file = "a b\xe2\x80\xae.html",
      .program = "firefox\xe2\x80\xae" },
    { .time_us = 999999,
      .method = "",
      .target = "",
      .client = "",
      .reason = HP_REASON_BAD_REQUEST,
      .flags = HP_RECORD_ABORTED | HP_RECORD_NOISE | HP_RECORD_REPEATED },
    { .method = "POST",
      .target = "/a b\n#\xe2\x80\xa8",
      .client = "::1",
      .duration_us = G_MAXUINT32,
      .first_byte_us = 1,
      .bytes = G_GUINT64_CONSTANT (1) << 52,
      .status = 413,
      .referrer = "not in the head",
      .body = "a\0\xff",
      .body_length = 3 },
    { .method = "PUT", .target = "*", .client = "x", .body = "text", .body_length = 4 },
    { .method = "GET", .target = "https://example.com/a?b", .client = "x" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (HpHarEntry) entry = NULL;

      hp_log_format_har_entry (text, &records[i], BASE, TRUE);
      entry = hp_har_entry_new (json_from_string (text->str, NULL));
      assert_same (&records[i], hp_har_entry_get_record (entry));
    }
}

static char *
make_document (guint n)
{
  g_autoptr (HpLogFormatter) formatter = hp_log_formatter_new (HP_LOG_FORMAT_HAR, BASE, TRUE);
  GString *out = g_string_new (NULL);

  hp_log_formatter_begin (formatter, out);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *target = g_strdup_printf ("/%u", i);

      hp_log_formatter_add (formatter, out,
                            &(HpRequestRecord){ .time_us = i,
                                                .method = "GET",
                                                .target = target,
                                                .client = "127.0.0.1",
                                                .status = 200,
                                                .user_agent = "ua" });
    }
  g_string_append (out, hp_log_formatter_get_tail (formatter));
  return g_string_free (out, FALSE);
}

static void
test_log_comes_back (void)
{
  static const guint sizes[] = { 0, 1, 256, 257, 3000 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *text = make_document (sizes[i]);
      Run run;
      g_autoptr (HpRequestLog) log = read_text (text, &run);
      guint64 first = hp_request_log_get_first_seq (log);

      g_assert_no_error (run.error);
      g_assert_cmpuint (run.n, ==, sizes[i]);
      g_assert_cmpuint (hp_request_log_get_n_requests (log), ==, sizes[i]);
      for (guint n = 0; n < sizes[i]; n++)
        {
          g_autofree char *target = g_strdup_printf ("/%u", n);
          HpRequestRecord record;

          g_assert_true (hp_request_log_get (log, first + n, &record));
          g_assert_cmpstr (record.target, ==, target);
          g_assert_cmpint (record.time_us, ==, n);
        }
    }
}

/* As Firefox and Chromium write them, shortened. */
static void
test_browsers (void)
{
  static const char firefox[]
      = "{\"log\":{\"version\":\"1.2\",\"creator\":{\"name\":\"Firefox\",\"version\":\"140.0\"},"
        "\"pages\":[{\"id\":\"page_1\",\"title\":\"x\",\"pageTimings\":{}}],\"entries\":[{"
        "\"startedDateTime\":\"2026-11-24T14:02:11.300+01:00\",\"request\":{\"bodySize\":0,"
        "\"method\":\"GET\",\"url\":\"http://localhost:8000/index.html\",\"httpVersion\":\"HTTP/1.1\","
        "\"headers\":[{\"name\":\"Host\",\"value\":\"localhost:8000\"},{\"name\":\"Referer\","
        "\"value\":\"http://localhost:8000/\"},{\"name\":\"Sec-Fetch-Mode\",\"value\":\"navigate\"},"
        "{\"name\":\"Sec-Fetch-Dest\",\"value\":\"document\"}],\"cookies\":[],\"queryString\":[],"
        "\"headersSize\":400},\"response\":{\"status\":200,\"statusText\":\"OK\",\"headers\":[],"
        "\"content\":{\"mimeType\":\"text/html\",\"size\":12,\"text\":\"<html></html>\"},"
        "\"redirectURL\":\"\",\"bodySize\":12},\"cache\":{},\"timings\":{\"blocked\":0,\"dns\":1,"
        "\"connect\":0,\"ssl\":0,\"send\":0,\"wait\":2,\"receive\":1},\"time\":4,"
        "\"_securityState\":\"insecure\",\"pageref\":\"page_1\"}]}}";
  static const char chromium[]
      = "{\"log\":{\"entries\":[{\"_initiator\":{\"type\":\"other\"},\"_resourceType\":\"script\","
        "\"cache\":{},\"connection\":\"443\",\"request\":{\"method\":\"GET\","
        "\"url\":\"https://example.com/a.js?x#y\",\"headers\":[{\"name\":\":method\",\"value\":"
        "\"GET\"},{\"name\":\"user-agent\",\"value\":\"Chrome\"}]},\"response\":{\"status\":0,"
        "\"headers\":[{\"name\":\"set-cookie\",\"value\":\"a\\nb\"}],\"content\":{\"size\":0,"
        "\"mimeType\":\"x-unknown\"},\"bodySize\":-1,\"_transferSize\":0,\"_error\":"
        "\"net::ERR_FAILED\"},\"startedDateTime\":\"2026-11-24T13:02:11.300Z\",\"time\":1.5000001,"
        "\"timings\":{\"blocked\":1.5,\"dns\":-1,\"send\":0,\"wait\":0,\"receive\":0}}]}}";
  Run run;
  g_autoptr (HpRequestLog) one = read_text (firefox, &run);
  g_autoptr (HpRequestLog) other = NULL;
  HpRequestRecord record;

  g_assert_no_error (run.error);
  g_assert_true (hp_request_log_get (one, hp_request_log_get_first_seq (one), &record));
  g_assert_cmpint (record.time_us, ==, 1795525331300000);
  g_assert_cmpstr (record.target, ==, "/index.html");
  g_assert_cmpuint (record.status, ==, 200);
  g_assert_cmpuint (record.bytes, ==, 12);
  g_assert_cmpuint (record.duration_us, ==, 4000);
  g_assert_cmpstr (record.media_type, ==, "text/html");
  g_assert_cmpuint (record.flags & (HP_RECORD_NAVIGATION | HP_RECORD_OWN_REFERRER), ==,
                    HP_RECORD_NAVIGATION | HP_RECORD_OWN_REFERRER);

  other = read_text (chromium, &run);
  g_assert_no_error (run.error);
  g_assert_true (hp_request_log_get (other, hp_request_log_get_first_seq (other), &record));
  g_assert_cmpstr (record.target, ==, "https://example.com/a.js?x");
  g_assert_cmpuint (record.status, ==, 0);
  g_assert_true (record.flags & HP_RECORD_ABORTED);
  g_assert_cmpstr (record.user_agent, ==, "Chrome");
  g_assert_null (record.media_type);
  g_assert_cmpuint (record.duration_us, ==, 1500);
}

/* Members that are missing or are something else: an empty row, and no complaint. */
static void
test_odd_entries (void)
{
  static const char *const entries[] = {
    "{}",
    "{\"request\":null,\"response\":[],\"time\":\"x\",\"startedDateTime\":7,\"timings\":1}",
    "{\"request\":{\"method\":1,\"url\":[],\"headers\":{},\"postData\":{\"text\":{}}}}",
    "{\"request\":{\"headers\":[null,1,[],{},{\"name\":\"a\"},{\"name\":1,\"value\":2},"
    "{\"value\":\"x\"},{\"name\":\"\",\"value\":\"x\"}]}}",
    "{\"response\":{\"status\":-5,\"bodySize\":1e300,\"content\":{\"size\":-1}},\"time\":-1}",
    "{\"time\":1e300,\"timings\":{\"wait\":1e300,\"dns\":-1e300}}",
    "{\"startedDateTime\":\"yesterday\",\"connection\":\"-1\",\"_homeport\":{\"clientPort\":1e9}}",
    "{\"startedDateTime\":\".....\",\"_homeport\":[]}",
    "{\"startedDateTime\":\"9999-12-31T23:59:59.9999999999999Z\"}",
    "{\"request\":{\"url\":\"http://\\u0000\",\"method\":\"\\ud800\"}}",
    "{\"request\":{\"postData\":{\"text\":\"====\",\"_encoding\":\"base64\"}}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"log\":{\"entries\":[%s]}}", entries[i]);
      Run run;
      g_autoptr (HpRequestLog) log = read_text (text, &run);
      HpRequestRecord record;

      g_assert_no_error (run.error);
      g_assert_true (hp_request_log_get (log, hp_request_log_get_first_seq (log), &record));
      g_assert_nonnull (record.target);
    }
}

/* What could be read before the error is there. */
static void
test_errors (void)
{
  g_autofree char *whole = make_document (1000);
  g_autofree char *cut = g_strndup (whole, strlen (whole) - 20);
  Run run;
  g_autoptr (HpRequestLog) log = read_text (cut, &run);
  g_autoptr (HpRequestLog) missing = NULL;
  g_autoptr (HpRequestLog) other = NULL;
  g_autoptr (HpRequestLog) wrong = NULL;

  g_assert_error (run.error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_nonnull (strstr (run.error->message, "Line 1001"));
  g_assert_cmpuint (hp_request_log_get_n_requests (log), ==, 999);
  g_clear_error (&run.error);

  missing = read_text (NULL, &run);
  g_assert_error (run.error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&run.error);

  other = read_text ("{\"name\": \"a package\"}", &run);
  g_assert_error (run.error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_clear_error (&run.error);

  wrong = read_text ("{\"log\":{\"entries\":[\n{},\n7]}}", &run);
  g_assert_error (run.error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_nonnull (strstr (run.error->message, "Line 3"));
  g_assert_cmpuint (hp_request_log_get_n_requests (wrong), ==, 1);
  g_clear_error (&run.error);
}

static void
cancel_cb (HpRequestLog *log, guint64 n_removed, guint64 n_added, GCancellable *cancellable)
{
  g_cancellable_cancel (cancellable);
}

static void
test_cancel (void)
{
  g_autofree char *text = make_document (5000);
  g_autoptr (GFileIOStream) stream = NULL;
  g_autoptr (GFile) file = g_file_new_tmp ("hp-har-XXXXXX", &stream, NULL);
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Run run = { 0 };

  g_assert_true (
      g_file_replace_contents (file, text, strlen (text), NULL, FALSE, 0, NULL, NULL, NULL));
  g_signal_connect (log, "changed", G_CALLBACK (cancel_cb), cancellable);
  hp_har_read_async (file, log, cancellable, NULL, NULL, done_cb, &run);
  while (!run.done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (run.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&run.error);
  g_assert_cmpuint (hp_request_log_get_n_requests (log), <=, 256);
  g_assert_true (g_file_delete (file, NULL, NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/har-reader/split", test_split);
  g_test_add_func ("/har-reader/split-limits", test_split_limits);
  g_test_add_func ("/har-reader/entry-comes-back", test_entry_comes_back);
  g_test_add_func ("/har-reader/log-comes-back", test_log_comes_back);
  g_test_add_func ("/har-reader/browsers", test_browsers);
  g_test_add_func ("/har-reader/odd-entries", test_odd_entries);
  g_test_add_func ("/har-reader/errors", test_errors);
  g_test_add_func ("/har-reader/cancel", test_cancel);
  return g_test_run ();
}
