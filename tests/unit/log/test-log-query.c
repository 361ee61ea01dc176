/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "log/hp-log-query.h"

/* 2026-11-24 14:02:11.500 UTC; the tests run in UTC. */
#define TIME G_GINT64_CONSTANT (1795528931500000)

/* What the queries of the table are asked about. */
enum
{
  LOGO,
  PAGE,
  MISSING,
  SCRIPT,
  API,
  ICON,
  HEAD,
  ABORTED,

  N_RECORDS
};

static const HpRequestRecord records[N_RECORDS] = {
  [LOGO] = {
    .time_us = TIME, .bytes = 12345, .duration_us = 1500, .status = 200,
    .reason = HP_REASON_SERVED, .method = "GET", .target = "/img/Logo.png?v=2",
    .client = "127.0.0.1", .referrer = "http://localhost:62893/about.html",
    .user_agent = "Mozilla/5.0 Firefox/128.0", .media_type = "image/png",
    .fetch_dest = HP_FETCH_DEST_IMAGE,
    .request_fields = "Host: localhost:62893\nAccept: image/avif,image/webp\n",
    .response_fields = "Content-Type: image/png\nETag: \"abc\"\n",
  },
  [PAGE] = {
    .time_us = TIME + G_TIME_SPAN_MINUTE, .bytes = 2000000, .duration_us = 50000, .status = 200,
    .reason = HP_REASON_INDEX, .method = "GET", .target = "/", .client = "127.0.0.1",
    .user_agent = "Mozilla/5.0 Firefox/128.0", .media_type = "text/html; charset=utf-8",
    .flags = HP_RECORD_NAVIGATION | HP_RECORD_PINNED, .fetch_dest = HP_FETCH_DEST_DOCUMENT,
    .request_fields = "Host: 127.0.0.1:62893\nAccept: text/html\n",
  },
  [MISSING] = {
    .time_us = TIME + G_TIME_SPAN_HOUR, .duration_us = 90, .status = 404,
    .reason = HP_REASON_MISSING, .method = "GET", .target = "/img/photo(1).jpg?id=5&x=a%20b",
    .client = "::1", .referrer = "http://localhost:62893/", .user_agent = "curl/8.5",
  },
  [SCRIPT] = {
    .time_us = TIME, .bytes = 1024, .duration_us = 2000000, .status = 304,
    .reason = HP_REASON_NOT_MODIFIED, .method = "GET", .target = "/js/app.js",
    .client = "127.0.0.1", .media_type = "text/javascript",
  },
  [API] = {
    .time_us = TIME, .bytes = 500, .duration_us = 1000, .status = 301, .method = "GET",
    .reason = HP_REASON_ADD_SLASH, .target = "/api", .client = "127.0.0.1",
    .media_type = "application/ld+json", .flags = HP_RECORD_REPEATED,
    .fetch_dest = HP_FETCH_DEST_EMPTY,
  },
  [ICON] = {
    .time_us = TIME, .status = 404, .method = "GET", .target = "/favicon.ico",
    .reason = HP_REASON_MISSING, .client = "127.0.0.1", .flags = HP_RECORD_NOISE,
    .fetch_dest = HP_FETCH_DEST_IMAGE,
  },
  [HEAD] = {
    .time_us = TIME - 30 * G_TIME_SPAN_DAY, .status = 200, .method = "HEAD",
    .target = "/fonts/a.woff2", .client = "127.0.0.1", .media_type = "font/woff2",
    .referrer = "https://example.com/", .reason = HP_REASON_SERVED,
  },
  [ABORTED] = {
    .time_us = TIME, .bytes = 999, .duration_us = 10 * G_USEC_PER_SEC, .status = 200,
    .method = "GET", .target = "/video/\xc3\xa4-film.MP4", .client = "127.0.0.1",
    .media_type = "video/mp4", .flags = HP_RECORD_ABORTED, .reason = HP_REASON_SERVED,
    .request_fields = "accept: */*",
  },
};

#define ALL "01234567"

/* The records that match, by their numbers: 0 logo, 1 page, 2 missing, 3 script, 4 api, 5 icon,
 * 6 head, 7 aborted. */
static const struct
{
  const char *query;
  const char *matches;
} pairs[] = {
  /* plain words */
  { "", ALL },
  { "   \t ", ALL },
  { "logo", "0" },
  { "LOGO.PNG", "0" },
  { "v=2", "0" },
  { "png", "0" },
  { "html", "1" },
  { "charset", "" }, /* a parameter of the type */
  { "404", "25" },
  { "304", "3" },
  { "40", "" },
  { "head", "6" },
  { "get", "0123457" },
  { "ge", "0" }, /* image */
  { "127.0.0.1", "0134567" },
  { "127.0", "" },
  { "::1", "2" },
  { "firefox", "" }, /* only with a key: everything matches otherwise */
  { "about.html", "" },
  { "ä-film", "7" },
  { "photo(1)", "2" },
  { "(photo(1).jpg)", "2" },
  { "id=5", "2" },
  { "\"id=5&x\"", "2" },
  { "*.png", "0" }, /* the path as a whole, whatever the query string */
  { "*.js", "3" },
  { "/img/*", "02" },
  { "/img", "02" },
  { "img/*", "" },
  { "*", ALL },
  { "\"*\"", "" },
  { "video/*", "7" },
  { "http://localhost", "" },

  /* together */
  { "img png", "0" },
  { "img AND png", "0" },
  { "img OR .js", "023" },
  { "img or .js", "" },
  { "img png OR .js", "03" },
  { "img (png OR jpg)", "02" },
  { "(img png) OR (.js)", "03" },
  { "((((logo))))", "0" },
  { "-img", "134567" },
  { "NOT img", "134567" },
  { "--img", "02" },
  { "-(img OR .js)", "14567" },
  { "img -png", "2" },
  { "-status:404 -is:noise -.js", "01467" },
  { "NOT NOT .js", "3" },

  /* path, query */
  { "path:img", "02" },
  { "path:v=2", "" },
  { "path=/", "1" },
  { "path:/", ALL },
  { "path=/IMG/logo.png", "0" },
  { "path=/img/*", "02" },
  { "path:*.js", "3" },
  { "path:*a*.*", "356" },
  { "PATH:js", "3" },
  { "path:\"(1)\"", "2" },
  { "path:photo(1).jpg", "2" },
  { "query:id", "2" },
  { "query:id=5", "2" },
  { "query=v=2", "0" },
  { "query:*", "02" },
  { "query:photo", "" },
  { "query:\"x=a%20b\"", "2" },

  /* method, status */
  { "method:head", "6" },
  { "method:HEAD,PUT", "6" },
  { "method=GET status:2xx", "017" },
  { "method:H*", "6" },
  { "method:HEA", "" },
  { "status:404", "25" },
  { "status=404", "25" },
  { "status:4xx", "25" },
  { "status:4XX", "25" },
  { "status:400..499", "25" },
  { "status:3xx..404", "2345" },
  { "status>=400", "25" },
  { "status>400", "25" },
  { "status>404", "" },
  { "status<300", "0167" },
  { "status<=301", "01467" },
  { "status<3xx", "0167" },
  { "status>3xx", "25" },
  { "status:>=400", "25" },
  { "status:304,404", "235" },
  { "-status:200", "2345" },

  /* type */
  { "type:image", "0" },
  { "type:script", "3" },
  { "type:style", "" },
  { "type:font", "6" },
  { "type:html", "1" },
  { "type:json", "4" },
  { "type:media", "7" },
  { "type:image,font", "06" },
  { "type:image/png", "0" },
  { "type=image/png", "0" },
  { "type=text/html", "1" },
  { "type:text", "13" },
  { "type:text/*", "13" },
  { "type:charset", "" },

  /* size, duration */
  { "size>1MB", "1" },
  { "size>=2MB", "1" },
  { "size>2MB", "" },
  { "size:500", "4" },
  { "size:500B", "4" },
  { "size:0.5kB", "4" },
  { "size:1kB", "347" }, /* what rounds to it */
  { "size:1.0kB", "37" },
  { "size:1KiB", "37" },
  { "size>=1KiB", "013" },
  { "size>1KiB", "01" },
  { "size<1", "256" },
  { "size:1k..20k", "03" },
  { "size:500..999", "47" },
  { "duration>=50ms", "137" },
  { "duration>50ms", "37" },
  { "duration<1ms", "256" },
  { "duration<1", "256" },
  { "duration<100us", "256" },
  { "duration:2s", "3" },
  { "duration:1.5ms", "0" },
  { "duration:1ms..60ms", "014" },
  { "duration>=10s", "7" },
  { "duration>=1min", "" },

  /* client, referrer */
  { "client:firefox", "01" },
  { "client:127.0", "0134567" },
  { "client:curl", "2" },
  { "client=::1", "2" },
  { "client:\"Firefox/128\"", "01" },
  { "referrer:about", "0" },
  { "referer:about", "0" },
  { "referrer:*", "026" },
  { "referrer:https://*", "6" },
  { "-referrer:*", "13457" },
  { "referrer:localhost:62893", "02" },

  /* header, host */
  { "header:accept", "017" },
  { "header:Accept=image", "0" },
  { "header:accept:html", "1" },
  { "header:accept=*webp", "0" },
  { "header:accept=\\*", "" },
  { "header:etag", "0" },
  { "header:\"content-type: image/\"", "0" },
  { "header:\"abc\"", "0" },
  { "header:abc", "" },
  { "-header:accept", "23456" },
  { "host:localhost", "0" },
  { "host=127.0.0.1:62893", "1" },

  /* is */
  { "is:problem", "2" },
  { "is:noise", "5" },
  { "is:aborted", "7" },
  { "is:cached", "3" },
  { "is:redirect", "4" },
  { "is:pinned", "1" },
  { "is:page", "1" },
  { "is:asset", "03567" },
  { "is:repeated", "4" },
  { "is:problem,cached", "23" },
  { "-is:asset -is:page", "24" },
  { "IS:Problem", "2" },

  /* since, until */
  { "since:2026-11-24", "0123457" },
  { "since:2026-11-25", "" },
  { "until:2026-11-23", "6" },
  { "until:2026-11-24", ALL },
  { "since:2026-11-24T15:00", "2" },
  { "since:\"2026-11-24 14:02:12\"", "12" },
  { "until:2026-11-24T14:02", "034567" },
  { "until:2026-11-24T14:02:10", "6" },
  { "since:2026-11-24T14:02:11 until:2026-11-24T14:02:11", "03457" },
};

static void
test_matches (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (HpLogQuery) query = NULL;

      query = hp_log_query_new (pairs[i].query, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (hp_log_query_get_text (query), ==, pairs[i].query);
      for (guint r = 0; r < N_RECORDS; r++)
        {
          gboolean expected = strchr (pairs[i].matches, '0' + r) != NULL;

          if (hp_log_query_matches (query, &records[r]) != expected)
            {
              g_test_message ("“%s” %s record %u", pairs[i].query, expected ? "misses" : "matches",
                              r);
              g_test_fail ();
            }
        }
    }
}

/* Where, and a part of what is said. */
static const struct
{
  const char *query;
  guint offset;
  const char *words;
} errors[] = {
  { "stauts:404", 0, "Unknown key “stauts”. Did you mean “status”?" },
  { "stauts=404", 0, "Did you mean “status”?" },
  { "a äö stat:404", 5, "Did you mean “status”?" },
  { "pth:/img", 0, "Did you mean “path”?" },
  { "dur>5", 0, "Did you mean “duration”?" },
  { "mime:html", 0, "Did you mean “type”?" },
  { "url:html", 0, "Did you mean “path”?" },
  { "after:14:00", 0, "Did you mean “since”?" },
  { "localhost:8080", 0, "Unknown key “localhost”. Put the text in quotes" },
  { "a>b", 0, "Unknown key “a”" },
  { "status:", 7, "Nothing follows “status:”. Write it like status>=400." },
  { "a status>=  404", 10, "Nothing follows “status>=”" },
  { "path:\"\"", 5, "Nothing follows “path:”" },
  { "status:abc", 7, "“abc” is not a status." },
  { "status:4x", 7, "“4x” is not a status." },
  { "status:1000", 7, "“1000” is not a status." },
  { "status:499..400", 7, "“499..400” is not a status." },
  { "status:404,", 7, "“” is not a status." },
  { "status:-1", 7, "“-1” is not a status." },
  { "size>1XB", 5, "“1XB” is not a size." },
  { "size>-1", 5, "“-1” is not a size." },
  { "size>1.", 5, "“1.” is not a size." },
  { "size>1e3", 5, "“1e3” is not a size." },
  { "size>nan", 5, "“nan” is not a size." },
  { "size>99999999999999999999999", 5, "is not a size." },
  { "duration>5parsecs", 9, "“5parsecs” is not a duration." },
  { "duration:1..", 9, "“1..” is not a duration." },
  { "since:yesterday", 6, "“yesterday” is not a time." },
  { "since:25:00", 6, "“25:00” is not a time." },
  { "since:14:0", 6, "“14:0” is not a time." },
  { "since:2026-02-30", 6, "“2026-02-30” is not a time." },
  { "until:2026-11-25T", 6, "is not a time." },
  { "path>5", 4, "“path” can’t be compared. Write it like path:" },
  { "is<problem", 2, "“is” can’t be compared." },
  { "is:probelm", 3, "Did you mean “is:problem”?" },
  { "is:nice", 3, "There are: problem, noise," },
  { "header:a/b", 7, "“a/b” is not the name of a header field." },
  { "header:=x", 7, "is not the name of a header field." },
  { "\"abc", 0, "This quotation mark is never closed." },
  { "x path:\"abc", 7, "This quotation mark is never closed." },
  { "\"\"", 0, "nothing between the quotation marks" },
  { "(a", 0, "This parenthesis is never closed." },
  { "a (b (c)", 2, "This parenthesis is never closed." },
  { "a)", 1, NULL },
  { "a ) b", 2, "This parenthesis was never opened." },
  { "()", 0, "nothing in the parentheses" },
  { "a OR", 4, "Nothing follows “OR”." },
  { "OR a", 0, "Nothing stands before “OR”." },
  { "a OR OR b", 5, "Nothing stands before “OR”." },
  { "(a OR)", 5, "Nothing follows “OR”." },
  { "a AND", 5, "Nothing follows “AND”." },
  { "a AND OR b", 6, "Nothing follows “AND”." },
  { "a -", 2, "Nothing follows “-”." },
  { "- a", 0, "Nothing follows “-”." },
  { "a NOT", 2, "Nothing follows “NOT”." },
  { "caf\xff", 3, "not UTF-8" },
};

static void
test_errors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      g_autoptr (GError) error = NULL;
      guint offset = G_MAXUINT;
      HpLogQuery *query = hp_log_query_new (errors[i].query, &offset, &error);

      if (errors[i].words == NULL)
        {
          g_assert_no_error (error);
          hp_log_query_unref (query);
          continue;
        }
      if (query != NULL || strstr (error->message, errors[i].words) == NULL
          || offset != errors[i].offset)
        {
          g_test_message ("“%s”: expected at %u, not at %u: %s", errors[i].query, errors[i].offset,
                          offset, errors[i].words);
          g_test_fail ();
        }
      g_clear_pointer (&query, hp_log_query_unref);
    }
}

/* Whatever is written, one key press costs little, and no text uses up the stack. */
static void
test_limits (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (HpLogQuery) query = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 64; i++)
    g_string_append (text, "a ");
  query = hp_log_query_new (text->str, NULL, &error);
  g_assert_no_error (error);
  g_string_append (text, "b");
  g_assert_null (hp_log_query_new (text->str, NULL, &error));
  g_assert_nonnull (strstr (error->message, "too many words"));
  g_clear_error (&error);

  g_string_assign (text, "");
  for (guint i = 0; i < 2000; i++)
    g_string_append_c (text, i % 2 ? '(' : '-');
  g_assert_null (hp_log_query_new (text->str, NULL, &error));
  g_assert_nonnull (strstr (error->message, "nested too deeply"));
  g_clear_error (&error);

  g_string_assign (text, "");
  for (guint i = 0; i < 5000; i++)
    g_string_append_c (text, 'a');
  g_assert_null (hp_log_query_new (text->str, NULL, &error));
  g_assert_nonnull (strstr (error->message, "too long"));
}

static void
test_properties (void)
{
  g_autoptr (HpLogQuery) empty = hp_log_query_new (" ", NULL, NULL);
  g_autoptr (HpLogQuery) header = hp_log_query_new ("a (b OR -header:x)", NULL, NULL);
  g_autoptr (HpLogQuery) other = hp_log_query_ref (header);

  g_assert_true (hp_log_query_is_empty (empty));
  g_assert_false (hp_log_query_needs_fields (empty));
  g_assert_false (hp_log_query_is_empty (header));
  g_assert_true (hp_log_query_needs_fields (header));
  g_assert_true (other == header);
}

/* A time of day without a date is the last one that was. */
static void
test_clock (void)
{
  gint64 now = g_get_real_time ();
  g_autoptr (GDateTime) soon = g_date_time_new_from_unix_local (now / G_USEC_PER_SEC + 120);
  g_autofree char *text = g_date_time_format (soon, "since:%H:%M:%S");
  g_autoptr (HpLogQuery) query = hp_log_query_new (text, NULL, NULL);
  g_autoptr (HpLogQuery) minutes = hp_log_query_new ("since:5m", NULL, NULL);
  HpRequestRecord record = { .time_us = now };

  g_assert_true (hp_log_query_matches (query, &record));
  g_assert_true (hp_log_query_matches (minutes, &record));
  record.time_us = now - 6 * G_TIME_SPAN_MINUTE;
  g_assert_true (hp_log_query_matches (query, &record));
  g_assert_false (hp_log_query_matches (minutes, &record));
  record.time_us = now - 49 * G_TIME_SPAN_HOUR;
  g_assert_false (hp_log_query_matches (query, &record));
}

/* Records without anything never crash a query. */
static void
test_bare_record (void)
{
  HpRequestRecord bare = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (HpLogQuery) query = hp_log_query_new (pairs[i].query, NULL, NULL);

      if (query != NULL && hp_log_query_is_empty (query))
        g_assert_true (hp_log_query_matches (query, &bare));
      else if (query != NULL)
        hp_log_query_matches (query, &bare);
    }
}

/* Every example of the help is a query, and no line is longer than a terminal. */
static void
test_describe (void)
{
  g_autofree char *text = hp_log_query_describe ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n_examples = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *end = g_str_has_prefix (lines[i], "  ") ? strstr (lines[i] + 2, "  ") : NULL;
      g_autofree char *example = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (HpLogQuery) query = NULL;

      g_assert_cmpint (g_utf8_strlen (lines[i], -1), <=, 80);
      if (end == NULL || lines[i][2] == ' ')
        continue;
      example = g_strndup (lines[i] + 2, end - lines[i] - 2);
      query = hp_log_query_new (example, NULL, &error);
      g_assert_no_error (error);
      n_examples++;
    }
  g_assert_cmpuint (n_examples, >=, 20);
}

int
main (int argc, char *argv[])
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-query/matches", test_matches);
  g_test_add_func ("/log-query/errors", test_errors);
  g_test_add_func ("/log-query/limits", test_limits);
  g_test_add_func ("/log-query/properties", test_properties);
  g_test_add_func ("/log-query/clock", test_clock);
  g_test_add_func ("/log-query/bare-record", test_bare_record);
  g_test_add_func ("/log-query/describe", test_describe);
  return g_test_run ();
}
