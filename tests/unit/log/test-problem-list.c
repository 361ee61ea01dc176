/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "log/hp-problem-list.h"

static HpRequestRecord
record (const char *target, guint16 status, HpReason reason, const char *referrer)
{
  return (HpRequestRecord){
    .time_us = G_GINT64_CONSTANT (1714572131300000),
    .duration_us = 100,
    .status = status,
    .reason = reason,
    .flags = (referrer != NULL && g_str_has_prefix (referrer, "http://localhost:1/")
                  ? HP_RECORD_OWN_REFERRER
                  : 0)
             | (hp_request_target_is_noise (target) ? HP_RECORD_NOISE : 0),
    .method = "GET",
    .target = target,
    .client = "127.0.0.1",
    .referrer = referrer,
  };
}

static void
add (HpRequestLog *log, const char *target, guint16 status, HpReason reason, const char *referrer)
{
  HpRequestRecord one = record (target, status, reason, referrer);

  hp_request_log_append (log, &one);
}

static void
assert_list (HpProblemList *list, const char *expected)
{
  g_autoptr (GString) got = g_string_new (NULL);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (list));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (HpRequestProblem) problem = g_list_model_get_item (G_LIST_MODEL (list), i);
      g_autofree char *what = hp_request_problem_dup_what (problem);
      g_autofree char *who = hp_request_problem_dup_who (problem);

      g_string_append_printf (got, "%s | %s | %s\n", hp_request_problem_get_path (problem), what,
                              who);
    }
  g_assert_cmpstr (got->str, ==, expected);
}

static void
test_groups (void)
{
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  g_autoptr (HpProblemList) list = NULL;

  add (log, "/", 200, HP_REASON_INDEX, NULL);
  add (log, "/img/logo.png?v=1", 404, HP_REASON_CASE_MISMATCH, "http://localhost:1/about.html");
  list = hp_problem_list_new (log);
  assert_list (list, "/img/logo.png | 404 · The name exists, but with other capital letters | "
                     "Asked for 1 time by /about.html\n");

  add (log, "/favicon.ico", 404, HP_REASON_MISSING, "http://localhost:1/");
  add (log, "/img/logo.png?v=2", 404, HP_REASON_CASE_MISMATCH, "http://localhost:1/about.html");
  add (log, "/gone", 404, HP_REASON_MISSING, NULL);
  add (log, "/gone", 404, HP_REASON_MISSING, NULL);
  add (log, "/gone", 405, HP_REASON_METHOD, "http://other.example/");
  add (log, "/img/logo.png", 404, HP_REASON_CASE_MISMATCH, "http://localhost:1/index.html");
  add (log, "/late", 0, HP_REASON_TIMEOUT, NULL);
  assert_list (list, "/late | The client took too long | Asked for 1 time\n"
                     "/gone | 405 · This method is not supported: files can only be read | "
                     "Asked for 1 time by http://other.example/\n"
                     "/gone | 404 · File not found | Asked for 2 times\n"
                     "/img/logo.png | 404 · The name exists, but with other capital letters | "
                     "Asked for 3 times, by /about.html and others\n");
}

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
test_signals (void)
{
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  g_autoptr (HpProblemList) list = hp_problem_list_new (log);
  g_autoptr (HpRequestProblem) problem = NULL;
  guint items = 0;
  guint changes = 0;

  g_signal_connect_swapped (list, "items-changed", G_CALLBACK (count_cb), &items);
  add (log, "/a", 404, HP_REASON_MISSING, NULL);
  g_assert_cmpuint (items, ==, 1);
  problem = g_list_model_get_item (G_LIST_MODEL (list), 0);
  g_signal_connect_swapped (problem, "changed", G_CALLBACK (count_cb), &changes);
  add (log, "/b", 200, HP_REASON_SERVED, NULL);
  g_assert_cmpuint (changes, ==, 0);
  add (log, "/a", 404, HP_REASON_MISSING, NULL);
  g_assert_cmpuint (items, ==, 1);
  g_assert_cmpuint (changes, ==, 1);
  g_assert_cmpuint (hp_request_problem_get_count (problem), ==, 2);

  hp_request_problem_set_other_path (problem, "A");
  hp_request_problem_set_other_path (problem, "A");
  g_assert_cmpuint (changes, ==, 2);
  g_assert_cmpstr (hp_request_problem_get_other_path (problem), ==, "A");

  hp_request_log_clear (log);
  g_assert_cmpuint (items, ==, 2);
  assert_list (list, "");
  add (log, "/a", 404, HP_REASON_MISSING, NULL);
  assert_list (list, "/a | 404 · File not found | Asked for 1 time\n");
}

/* Those that happened last are kept, and no more than are good to read. */
static void
test_bounded (void)
{
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  g_autoptr (HpProblemList) list = hp_problem_list_new (log);
  g_autoptr (HpRequestProblem) first = NULL;
  g_autoptr (HpRequestProblem) last = NULL;

  for (guint i = 0; i < 2 * HP_PROBLEM_LIST_MAX; i++)
    {
      g_autofree char *target = g_strdup_printf ("/%u", i);

      add (log, target, 404, HP_REASON_MISSING, NULL);
      add (log, "/again", 404, HP_REASON_MISSING, NULL);
    }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, HP_PROBLEM_LIST_MAX);
  first = g_list_model_get_item (G_LIST_MODEL (list), 0);
  last = g_list_model_get_item (G_LIST_MODEL (list), HP_PROBLEM_LIST_MAX - 1);
  g_assert_cmpstr (hp_request_problem_get_path (first), ==, "/599");
  g_assert_cmpstr (hp_request_problem_get_path (last), ==, "/again");
  g_assert_cmpuint (hp_request_problem_get_count (last), ==, 2 * HP_PROBLEM_LIST_MAX);
}

/* What has left the log has left the list. */
static void
test_dropped (void)
{
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  g_autoptr (HpProblemList) list = hp_problem_list_new (log);

  hp_request_log_set_max_bytes (log, 1024 * 1024);
  add (log, "/old", 404, HP_REASON_MISSING, NULL);
  while (hp_request_log_get_first_seq (log) == 0)
    {
      g_autofree char *target = g_strdup_printf ("/%" G_GUINT64_FORMAT,
                                                 hp_request_log_get_next_seq (log));

      add (log, target, 200, HP_REASON_SERVED, NULL);
    }
  assert_list (list, "");
}

/* A long log is read in slices, and the end is the same as if it had been watched. */
static void
test_slices (void)
{
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  g_autoptr (HpProblemList) watching = hp_problem_list_new (log);
  g_autoptr (HpProblemList) late = NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);
  guint n;

  for (guint i = 0; i < 20000; i++)
    {
      g_autofree char *target = g_strdup_printf ("/%d", g_rand_int_range (rand, 0, 40));

      if (g_rand_int_range (rand, 0, 3) == 0)
        add (log, target, 404, HP_REASON_MISSING, NULL);
      else
        add (log, target, 200, HP_REASON_SERVED, NULL);
    }
  late = hp_problem_list_new (log);
  g_assert_true (hp_problem_list_is_reading (late));
  while (hp_problem_list_is_reading (late))
    g_main_context_iteration (NULL, TRUE);

  n = g_list_model_get_n_items (G_LIST_MODEL (watching));
  g_assert_cmpuint (n, ==, 40);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (late)), ==, n);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (HpRequestProblem) a = g_list_model_get_item (G_LIST_MODEL (watching), i);
      g_autoptr (HpRequestProblem) b = g_list_model_get_item (G_LIST_MODEL (late), i);

      g_assert_cmpstr (hp_request_problem_get_path (a), ==, hp_request_problem_get_path (b));
      g_assert_cmpuint (hp_request_problem_get_count (a), ==, hp_request_problem_get_count (b));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/problem-list/groups", test_groups);
  g_test_add_func ("/problem-list/signals", test_signals);
  g_test_add_func ("/problem-list/bounded", test_bounded);
  g_test_add_func ("/problem-list/dropped", test_dropped);
  g_test_add_func ("/problem-list/slices", test_slices);
  return g_test_run ();
}
