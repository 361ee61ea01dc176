/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "log/hp-log-view.h"
#include "log/hp-request-log-private.h"

static void
append (HpRequestLog *log, guint n)
{
  HpRecordQueue *queue;
  HpRecordBatch *batch;
  guint64 seq = hp_request_log_get_next_seq (log);

  if (n == 0)
    return;
  queue = hp_record_queue_new (n);
  for (guint i = 0; i < n; i++)
    {
      HpRequestRecord record = { .bytes = seq + i, .status = 200, .target = "/" };

      hp_record_queue_push (queue, &record);
    }
  batch = hp_record_queue_take (queue);
  hp_request_log_append_batch (log, batch);
  hp_record_batch_free (batch);
  hp_record_queue_unref (queue);
}

/* On a busy machine one slice of time isn't enough; the rest is done when the program is idle. */
static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static guint
n_items (HpLogView *view)
{
  settle ();
  return g_list_model_get_n_items (G_LIST_MODEL (view));
}

static HpLogRow *
item (HpLogView *view, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (view), position);
}

static void
test_rows (void)
{
  HpRequestLog *log = hp_request_log_new ();
  HpLogView *view;
  HpLogRow *row;
  HpLogRow *again;
  HpRequestRecord record;

  append (log, 5);
  view = hp_log_view_new (log);
  g_assert_true (hp_log_view_get_log (view) == log);
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (view)) == HP_TYPE_LOG_ROW);
  g_assert_cmpuint (n_items (view), ==, 5);
  g_assert_null (item (view, 5));
  g_assert_null (item (view, G_MAXUINT));

  row = item (view, 3);
  g_assert_cmpuint (hp_log_row_get_seq (row), ==, 3);
  g_assert_true (hp_log_row_get_record (row, &record));
  g_assert_cmpuint (record.bytes, ==, 3);

  /* The same row as long as somebody has it, also when rows come. */
  append (log, 5000);
  again = item (view, 3);
  g_assert_true (again == row);
  g_object_unref (again);

  /* Its record goes, the row stays and says so. */
  hp_request_log_clear (log);
  g_assert_cmpuint (n_items (view), ==, 0);
  g_assert_false (hp_log_row_get_record (row, &record));
  append (log, 1);
  again = item (view, 0);
  g_assert_true (again != row);
  g_assert_cmpuint (hp_log_row_get_seq (again), ==, 5005);

  /* Rows may outlive the view and the caller's log. */
  g_assert_finalize_object (view);
  g_object_unref (log);
  g_assert_true (hp_log_row_get_record (again, &record));
  g_assert_cmpuint (record.bytes, ==, 5005);
  g_object_unref (row);
  g_object_add_weak_pointer (G_OBJECT (log), (gpointer *) &log);
  g_assert_finalize_object (again);
  g_assert_null (log);
}

/* Nothing is kept of a row that nobody has. */
static void
test_rows_die (void)
{
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  g_autoptr (HpLogView) view = hp_log_view_new (log);
  HpLogRow *row;

  append (log, 3);
  g_assert_finalize_object (item (view, 1));
  row = item (view, 1);
  g_assert_cmpuint (hp_log_row_get_seq (row), ==, 1);
  g_assert_finalize_object (row);
}

static void
test_property (void)
{
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  HpLogView *view = hp_log_view_new (log);
  g_autoptr (HpRequestLog) got = NULL;

  g_object_get (view, "log", &got, NULL);
  g_assert_true (got == log);
  g_assert_finalize_object (view);

  /* The log of a view that is gone goes on. */
  append (log, 1);
}

/* What somebody knows who only listens to items-changed. */
static void
mirror_cb (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  GArray *mirror = user_data;

  g_assert_cmpuint (position + removed, <=, mirror->len);
  g_array_remove_range (mirror, position, removed);
  for (guint i = 0; i < added; i++)
    {
      HpLogRow *row = g_list_model_get_item (model, position + i);
      guint64 seq = hp_log_row_get_seq (row);

      g_array_insert_val (mirror, position + i, seq);
      g_object_unref (row);
    }
  g_assert_cmpuint (mirror->len, ==, g_list_model_get_n_items (model));
}

static void
assert_mirrors (HpRequestLog *log, HpLogView *view, GArray *mirror)
{
  guint64 first = hp_request_log_get_first_seq (log);

  g_assert_cmpuint (n_items (view), ==, hp_request_log_get_next_seq (log) - first);
  g_assert_cmpuint (mirror->len, ==, n_items (view));
  for (guint i = 0; i < mirror->len; i++)
    g_assert_cmpuint (g_array_index (mirror, guint64, i), ==, first + i);
}

/* Random growth, drops at the front, clears and batches that are larger than the log. */
static void
test_random (void)
{
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  g_autoptr (HpLogView) view = NULL;
  g_autoptr (GArray) mirror = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_drops = 0;

  hp_request_log_set_max_bytes (log, 0);
  view = hp_log_view_new (log);
  g_signal_connect (view, "items-changed", G_CALLBACK (mirror_cb), mirror);

  for (guint step = 0; step < 250; step++)
    {
      guint64 first = hp_request_log_get_first_seq (log);
      int dice = g_test_rand_int_range (0, 100);

      if (dice < 2)
        hp_request_log_clear (log);
      else if (dice < 4)
        append (log, g_test_rand_int_range (20000, 60000));
      else if (dice < 30)
        append (log, g_test_rand_int_range (500, 6000));
      else
        append (log, g_test_rand_int_range (0, 30));
      assert_mirrors (log, view, mirror);
      n_drops += dice >= 4 && hp_request_log_get_first_seq (log) > first;

      /* Some rows are held for a while. */
      if (n_items (view) > 0 && dice % 2 == 0)
        g_ptr_array_add (rows, item (view, g_test_rand_int_range (0, n_items (view))));
      if (rows->len > 20)
        g_ptr_array_remove_index_fast (rows, g_test_rand_int_range (0, rows->len));
      for (guint i = 0; i < rows->len; i++)
        {
          guint64 seq = hp_log_row_get_seq (rows->pdata[i]);
          HpRequestRecord record;

          first = hp_request_log_get_first_seq (log);
          g_assert_cmpint (hp_log_row_get_record (rows->pdata[i], &record), ==, seq >= first);
          if (seq >= first)
            {
              g_autoptr (HpLogRow) same = item (view, seq - first);

              g_assert_true (same == rows->pdata[i]);
              g_assert_cmpuint (record.bytes, ==, seq);
            }
        }
    }
  g_assert_cmpuint (n_drops, >, 0);
}

/* Drops and additions of one batch are told as a removal at the front and an addition at the end:
 * the rows between keep their identity for the list widget. */
static void
count_cb (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  GString *calls = user_data;

  /* Slices of one batch count as one. */
  if (added > 0 && removed == 0 && position > 0 && calls->len > 0
      && strchr ("fa", calls->str[calls->len - 1]) != NULL)
    return;
  if (added > 0 && removed == 0)
    g_string_append_c (calls, position == 0 ? 'f' : 'a');
  else if (removed > 0 && added == 0 && position == 0)
    g_string_append_c (calls, 'r');
  else
    g_string_append_c (calls, '?');
}

static void
test_calls (void)
{
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  g_autoptr (HpLogView) view = hp_log_view_new (log);
  g_autoptr (GString) calls = g_string_new (NULL);

  hp_request_log_set_max_bytes (log, 0);
  g_signal_connect (view, "items-changed", G_CALLBACK (count_cb), calls);
  append (log, 20000);
  settle ();
  g_assert_cmpstr (calls->str, ==, "f");
  g_string_append_c (calls, ' ');
  append (log, 1);
  settle ();
  g_assert_cmpstr (calls->str, ==, "f a");
  g_string_append_c (calls, ' ');
  append (log, 7000);
  settle ();
  g_assert_cmpstr (calls->str, ==, "f a ra");
  hp_request_log_clear (log);
  settle ();
  g_assert_cmpstr (calls->str, ==, "f a rar");
}

static void
clear_cb (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  if (removed > 0 && g_list_model_get_n_items (model) > 0)
    hp_request_log_clear (user_data);
}

/* Somebody clears the log while it tells of a drop. */
static void
test_reentrant (void)
{
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  g_autoptr (HpLogView) view = hp_log_view_new (log);
  g_autoptr (GArray) mirror = g_array_new (FALSE, FALSE, sizeof (guint64));

  hp_request_log_set_max_bytes (log, 0);
  g_signal_connect (view, "items-changed", G_CALLBACK (mirror_cb), mirror);
  g_signal_connect (view, "items-changed", G_CALLBACK (clear_cb), log);
  append (log, 24000);
  append (log, 6000);
  g_assert_cmpuint (n_items (view), ==, 0);
  assert_mirrors (log, view, mirror);
  append (log, 3);
  g_assert_cmpuint (n_items (view), ==, 3);
  assert_mirrors (log, view, mirror);
}

/* After four thousand million rows the list counts from another one on. */
static void
test_many_rows (void)
{
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  g_autoptr (HpLogView) view = hp_log_view_new (log);
  g_autoptr (GArray) mirror = g_array_new (FALSE, FALSE, sizeof (guint64));
  HpLogStore *store = hp_request_log_peek_store (log);

  g_signal_connect (view, "items-changed", G_CALLBACK (mirror_cb), mirror);
  store->first_seq = store->next_seq = G_MAXUINT32 - 50;
  for (guint i = 0; i < 20; i++)
    {
      HpLogRow *row;
      guint position;

      append (log, 10);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      assert_mirrors (log, view, mirror);
      row = item (view, n_items (view) - 1);
      g_assert_cmpuint (hp_log_row_get_seq (row), ==, hp_request_log_get_next_seq (log) - 1);
      g_assert_true (hp_log_view_find (view, hp_log_row_get_seq (row), &position));
      g_assert_cmpuint (position, ==, n_items (view) - 1);
      g_object_unref (row);
    }
  g_assert_false (hp_log_view_find (view, 5, &(guint){ 0 }));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-view/rows", test_rows);
  g_test_add_func ("/log-view/rows-die", test_rows_die);
  g_test_add_func ("/log-view/property", test_property);
  g_test_add_func ("/log-view/random", test_random);
  g_test_add_func ("/log-view/calls", test_calls);
  g_test_add_func ("/log-view/reentrant", test_reentrant);
  g_test_add_func ("/log-view/many-rows", test_many_rows);
  return g_test_run ();
}
