/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include "log/hp-request-log.h"

#define MIB (1024 * 1024)

/* Rows of a log from here on have this size, more or less. */
static void
append (HpRequestLog *log, guint n, gboolean heads)
{
  g_autofree char *text = g_strnfill (1000, 'x');

  for (guint i = 0; i < n; i++)
    {
      guint64 seq = hp_request_log_get_next_seq (log);
      g_autofree char *target = g_strdup_printf ("/%u/%s", (guint) seq, text);
      g_autofree char *fields = g_strdup_printf ("X: %u-%s\n", (guint) seq, text);
      HpRequestRecord record = { .target = target, .request_fields = heads ? fields : NULL };

      if (!heads)
        hp_request_log_append (log, &record);
      else
        {
          record.target = "/";
          hp_request_log_append (log, &record);
        }
    }
}

static guint
n_rows (HpRequestLog *log)
{
  return hp_request_log_get_next_seq (log) - hp_request_log_get_first_seq (log);
}

static gboolean
has_heads (HpRequestLog *log, guint64 seq)
{
  g_autoptr (HpRequestDetails) details = hp_request_log_dup_details (log, seq);

  return details != NULL;
}

static void
count_cb (HpRequestLog *log, guint64 n_removed, guint64 n_added, gpointer user_data)
{
  guint64 *counts = user_data;

  counts[0] += n_removed;
  counts[1] += n_added;
}

/* The oldest rows go, of whatever log they are, and each log tells of its own. */
static void
test_oldest_first (void)
{
  g_autoptr (HpLogBudget) budget = hp_log_budget_new (2 * MIB);
  g_autoptr (HpRequestLog) old = hp_request_log_new_with_budget (budget);
  g_autoptr (HpRequestLog) young = hp_request_log_new_with_budget (budget);
  guint64 old_counts[2] = { 0 };
  guint64 young_counts[2] = { 0 };

  g_assert_true (hp_request_log_get_budget (old) == budget);
  g_signal_connect (old, "changed", G_CALLBACK (count_cb), old_counts);
  g_signal_connect (young, "changed", G_CALLBACK (count_cb), young_counts);
  append (old, 1000, FALSE);
  append (young, 800, FALSE);
  g_assert_cmpuint (n_rows (young), ==, 800);
  g_assert_cmpuint (n_rows (old), >, 700);
  append (young, 400, FALSE);
  g_assert_cmpuint (n_rows (young), ==, 1200);
  g_assert_cmpuint (n_rows (old), >, 300);
  g_assert_cmpuint (n_rows (old), <, 800);
  g_assert_cmpuint (old_counts[0], ==, hp_request_log_get_first_seq (old));
  g_assert_cmpuint (old_counts[1], ==, 1000);

  append (young, 5000, FALSE);
  g_assert_cmpuint (n_rows (old), ==, 0);
  g_assert_cmpuint (n_rows (young), >, 1000);
  g_assert_cmpuint (n_rows (young), <, 2000);
  g_assert_cmpuint (old_counts[0], ==, 1000);
  g_assert_cmpuint (young_counts[0], ==, hp_request_log_get_first_seq (young));
  g_assert_cmpuint (hp_log_budget_get_used_bytes (budget), <=, 2 * MIB);
  g_assert_cmpuint (hp_log_budget_get_used_bytes (budget), ==,
                    hp_request_log_get_used_bytes (old) + hp_request_log_get_used_bytes (young));

  /* A log that lost everything goes on. */
  append (old, 3, FALSE);
  g_assert_cmpuint (n_rows (old), ==, 3);
  g_assert_cmpuint (old_counts[1], ==, 1003);

  /* What a log had is free when it goes. */
  g_assert_finalize_object (g_steal_pointer (&young));
  g_assert_cmpuint (hp_log_budget_get_used_bytes (budget), ==, hp_request_log_get_used_bytes (old));
}

/* Heads go before rows, but the newest keep their part. */
static void
test_heads_first (void)
{
  g_autoptr (HpLogBudget) budget = hp_log_budget_new (2 * MIB);
  g_autoptr (HpRequestLog) log = hp_request_log_new_with_budget (budget);

  append (log, 4000, TRUE);
  g_assert_cmpuint (n_rows (log), ==, 4000);
  g_assert_false (has_heads (log, 0));
  g_assert_true (has_heads (log, 3999));
  g_assert_true (has_heads (log, 3700));
  g_assert_cmpuint (hp_log_budget_get_used_bytes (budget), <=, 2 * MIB);

  /* Now rows take all the room that heads leave. */
  for (guint i = 0; i < 6000; i++)
    {
      append (log, 1, FALSE);
      append (log, 1, i % 8 == 0);
    }
  g_assert_cmpuint (hp_request_log_get_first_seq (log), >, 4000);
  g_assert_true (has_heads (log, hp_request_log_get_next_seq (log) - 15));
  g_assert_cmpuint (hp_log_budget_get_used_bytes (budget), <=, 2 * MIB);
}

/* Pinned rows stay, with their heads. */
static void
test_pinned (void)
{
  g_autoptr (HpLogBudget) budget = hp_log_budget_new (MIB);
  g_autoptr (HpRequestLog) log = hp_request_log_new_with_budget (budget);
  HpRequestRecord record;

  append (log, 10, TRUE);
  hp_request_log_set_pinned (log, 3, TRUE);
  hp_request_log_set_pinned (log, 7, TRUE);
  append (log, 5000, FALSE);
  g_assert_cmpuint (hp_request_log_get_first_seq (log), >, 10);
  g_assert_cmpuint (hp_request_log_get_n_kept (log), ==, 2);
  g_assert_cmpuint (hp_request_log_get_kept (log, 0), ==, 3);
  g_assert_cmpuint (hp_request_log_get_kept (log, 1), ==, 7);
  g_assert_true (has_heads (log, 3));
  g_assert_true (hp_request_log_get (log, 7, &record));
  g_assert_true (record.flags & HP_RECORD_PINNED);
  g_assert_false (hp_request_log_get (log, 6, &record));

  /* One that is not pinned any more goes with the next that do, not under the pointer. */
  hp_request_log_set_pinned (log, 3, FALSE);
  g_assert_true (hp_request_log_get (log, 3, &record));
  g_assert_false (record.flags & HP_RECORD_PINNED);
  append (log, 1000, FALSE);
  g_assert_false (hp_request_log_get (log, 3, &record));
  g_assert_true (hp_request_log_get (log, 7, &record));
}

/* What was cleared goes before anything that can be seen. */
static void
test_cleared (void)
{
  g_autoptr (HpLogBudget) budget = hp_log_budget_new (MIB);
  g_autoptr (HpRequestLog) log = hp_request_log_new_with_budget (budget);
  g_autoptr (HpRequestLog) other = hp_request_log_new_with_budget (budget);
  gboolean can_undo;

  append (log, 100, FALSE);
  append (other, 300, FALSE);
  hp_request_log_clear (other);
  g_object_get (other, "can-undo-clear", &can_undo, NULL);
  g_assert_true (can_undo);
  append (log, 600, FALSE);
  g_assert_cmpuint (n_rows (log), ==, 700);
  g_object_get (other, "can-undo-clear", &can_undo, NULL);
  g_assert_false (can_undo);
  g_assert_false (hp_request_log_undo_clear (other));
  g_assert_cmpuint (hp_request_log_get_used_bytes (other), ==, 0);
}

static void
unref_cb (HpRequestLog *log, guint64 n_removed, guint64 n_added, gpointer user_data)
{
  HpRequestLog **other = user_data;

  if (n_removed > 0)
    g_clear_object (other);
}

/* Somebody who is told that rows went lets logs go. */
static void
test_reentrant (void)
{
  g_autoptr (HpLogBudget) budget = hp_log_budget_new (MIB);
  HpRequestLog *first = hp_request_log_new_with_budget (budget);
  HpRequestLog *second = hp_request_log_new_with_budget (budget);
  g_autoptr (HpRequestLog) third = hp_request_log_new_with_budget (budget);

  append (first, 300, FALSE);
  append (second, 300, FALSE);
  append (third, 100, FALSE);
  g_signal_connect (first, "changed", G_CALLBACK (unref_cb), &second);
  g_signal_connect (second, "changed", G_CALLBACK (unref_cb), &first);
  hp_log_budget_set_max_bytes (budget, 0);
  append (third, 1000, FALSE);
  g_assert_true (first == NULL || second == NULL);
  g_assert_cmpuint (hp_log_budget_get_used_bytes (budget), <=, MIB);
  g_clear_object (&first);
  g_clear_object (&second);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-budget/oldest-first", test_oldest_first);
  g_test_add_func ("/log-budget/heads-first", test_heads_first);
  g_test_add_func ("/log-budget/pinned", test_pinned);
  g_test_add_func ("/log-budget/cleared", test_cleared);
  g_test_add_func ("/log-budget/reentrant", test_reentrant);
  return g_test_run ();
}
