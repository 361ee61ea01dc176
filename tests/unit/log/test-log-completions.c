/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "log/hp-log-completions.h"
#include "log/hp-log-query.h"

static HpRequestLog *
new_log (void)
{
  static const HpRequestRecord records[] = {
    { .method = "GET",
      .target = "/img/logo.png?v=1",
      .status = 200,
      .media_type = "image/png",
      .user_agent = "curl/8.5.0",
      .request_fields = "Host: a\nX-Mine: 1\n" },
    { .method = "GET",
      .target = "/img/logo.png?v=2",
      .status = 404,
      .media_type = "image/png",
      .referrer = "http://localhost:1/" },
    { .method = "PATCH", .target = "/a b(1).html", .status = 404, .media_type = "text/html; c" },
    { .method = "GET", .target = "/\xff", .status = 0 },
  };
  HpRequestLog *log = hp_request_log_new ();

  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    hp_request_log_append (log, &records[i]);
  return log;
}

/* The texts, "|" between them; the cursor is at the "^". */
static char *
complete (const char *text, HpRequestLog *log, guint max, guint *start, guint *end)
{
  const char *caret = strchr (text, '^');
  g_autofree char *before = g_strndup (text, caret - text);
  g_autofree char *whole = g_strconcat (before, caret + 1, NULL);
  g_autoptr (GPtrArray) all = hp_log_completions_new (whole, g_utf8_strlen (before, -1), log, max);
  GString *out = g_string_new (NULL);

  g_assert_cmpuint (all->len, <=, max);
  for (guint i = 0; i < all->len; i++)
    {
      HpLogCompletion *completion = g_ptr_array_index (all, i);

      g_assert_cmpuint (completion->start, <=, completion->end);
      g_assert_cmpuint (completion->end, <=, g_utf8_strlen (whole, -1));
      *start = completion->start;
      *end = completion->end;
      g_string_append_printf (out, "%s%s", i > 0 ? "|" : "", completion->text);
    }
  return g_string_free (out, FALSE);
}

static const struct
{
  const char *text;
  const char *completions; /* NULL: any */
  guint start;
  guint end;
} cases[] = {
  { "^",
    "path:|query:|method:|status:|type:|size:|duration:|client:|referrer:|header:|host:|is:|"
    "since:|until:",
    0, 0 },
  { "s^", "status:|size:|since:", 0, 1 },
  { "ä  s^x y", "status:|size:|since:", 3, 5 },
  { "-st^", "status:", 1, 3 },
  { "(a OR st^)", "status:", 6, 8 },
  { "prob^", "is:problem", 0, 4 },
  { "is:^", "problem|noise|aborted|cached|redirect|pinned|page|asset|repeated", 3, 3 },
  { "is:p^robl", "problem|pinned|page", 3, 8 },
  { "-is:no^", "noise", 4, 6 },
  { "status:^", "404|200|2xx|3xx|4xx|5xx|304", 7, 7 },
  { "status>=4^", "404|4xx", 8, 9 },
  { "method:^", "GET|PATCH|HEAD|OPTIONS|POST|PUT|DELETE", 7, 7 },
  { "type:im^", "image|image/png", 5, 7 },
  { "path:^", "/img/logo.png|\"/a b(1).html\"", 5, 5 },
  { "path:logo^", "/img/logo.png", 5, 9 },
  { "path:\"/a b^", "\"/a b(1).html\"", 5, 10 },
  { "log^o x", "/img/logo.png", 0, 4 },
  { "query:v^", "v=1|v=2", 6, 7 },
  { "client:^", "curl", 7, 7 },
  { "referrer:^", "http://localhost:1/", 9, 9 },
  { "header:^", "host|x-mine", 7, 7 },
  { "header:x^", "x-mine", 7, 8 },
  { "nothing:^", "", 0, 0 },
  { "\"is:^", "", 0, 0 },
  { "zzz^", "", 0, 0 },
};

static void
test_cases (void)
{
  g_autoptr (HpRequestLog) log = new_log ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint start = 0;
      guint end = 0;
      g_autofree char *found = complete (cases[i].text, log, 30, &start, &end);

      g_test_message ("%s → %s", cases[i].text, found);
      g_assert_cmpstr (found, ==, cases[i].completions);
      g_assert_cmpuint (start, ==, cases[i].start);
      g_assert_cmpuint (end, ==, cases[i].end);
    }
}

/* What is offered looks like what it is, and finds it. */
static void
test_hostile (void)
{
  static const struct
  {
    const char *text;
    const char *completions;
  } hostile[] = {
    { "path:gpj^", "/a*gpj*b.html" },
    { "gpj^", "/a*gpj*b.html" },
    { "client:^", "*evil*bot*" },
    { "referrer:^", "http://localhost:1/*" },
  };
  const HpRequestRecord record = { .method = "GET",
                                   .target = "/a\u202egpj \u2028b.html",
                                   .user_agent = "evil\u202ebot/1.0 (x)",
                                   .referrer = "http://localhost:1/\x1b" };
  g_autoptr (HpRequestLog) log = hp_request_log_new ();

  hp_request_log_append (log, &record);
  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      guint start, end;
      g_autofree char *found = complete (hostile[i].text, log, 9, &start, &end);
      g_autofree char *key = g_strndup (hostile[i].text, start);
      g_autofree char *text = g_strconcat (key, found, NULL);
      g_autoptr (HpLogQuery) query = hp_log_query_new (text, NULL, NULL);

      g_assert_cmpstr (found, ==, hostile[i].completions);
      g_assert_true (hp_log_query_matches (query, &record));
    }
}

static void
test_limits (void)
{
  g_autoptr (HpRequestLog) log = new_log ();
  g_autoptr (GPtrArray) bad = hp_log_completions_new ("caf\xff", 3, log, 5);
  g_autoptr (GPtrArray) far = hp_log_completions_new ("is:", 99, NULL, 2);
  guint start, end;
  g_autofree char *none = complete ("^", log, 0, &start, &end);

  g_assert_cmpuint (bad->len, ==, 0);
  g_assert_cmpuint (far->len, ==, 2);
  g_assert_cmpstr (none, ==, "");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-completions/cases", test_cases);
  g_test_add_func ("/log-completions/hostile", test_hostile);
  g_test_add_func ("/log-completions/limits", test_limits);
  return g_test_run ();
}
