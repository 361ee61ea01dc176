/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <stdlib.h>
#include <string.h>

#include "log/hp-log-view.h"

/* A view against a naive model: a plain array of all rows there ever were, filtered and sorted anew
 * after every step. Each test takes a seed, so that a failure comes again. */

typedef struct
{
  guint64 seq;
  HpRequestRecord record; /* as the model has it: its strings belong to the row */
} Row;

typedef struct
{
  GRand *random;
  HpRequestLog *log;
  HpLogView *view;
  GArray *mirror; /* what somebody knows who only listens to items-changed */
  GPtrArray *rows;
  HpLogQuery *query;
  HpLogSort sort;
  gboolean descending;
  gboolean paused;
  guint64 paused_seq;
  gboolean replacing;
  guint n_drops;
  guint n_threads;
} Model;

static void
row_free (gpointer data)
{
  Row *row = data;

  g_free ((char *) row->record.target);
  g_free ((char *) row->record.request_fields);
  g_free (row);
}

static int
dice (Model *self, int n)
{
  return g_rand_int_range (self->random, 0, n);
}

static const char *const methods[] = { "GET", "HEAD", "get", NULL };
static const char *const types[] = { "text/html; charset=utf-8", "image/png", "text/css", NULL };
static const char *const referrers[] = { "http://localhost:1/a", "http://localhost:1/B", NULL,
                                         "https://x/" };
static const char *const agents[] = { "curl/8.0", "Mozilla/5.0 Firefox/128.0", NULL };
static const guint16 statuses[] = { 200, 200, 304, 301, 404, 500, 0 };

static void
append_row (Model *self, HpRecordQueue *queue)
{
  Row *row = g_new0 (Row, 1);
  guint referrer = dice (self, G_N_ELEMENTS (referrers));

  row->seq = self->rows->len;
  row->record = (HpRequestRecord){
    .time_us = dice (self, 50),
    .bytes = dice (self, 20) * 100,
    .duration_us = dice (self, 30),
    .status = statuses[dice (self, G_N_ELEMENTS (statuses))],
    .method = methods[dice (self, G_N_ELEMENTS (methods))],
    .client = "127.0.0.1",
    .referrer = referrers[referrer],
    .user_agent = agents[dice (self, G_N_ELEMENTS (agents))],
    .media_type = types[dice (self, G_N_ELEMENTS (types))],
    .flags = (dice (self, 5) == 0 ? HP_RECORD_NOISE : 0)
             | (referrer < 2 ? HP_RECORD_OWN_REFERRER : 0),
    .fetch_dest = dice (self, HP_N_FETCH_DESTS),
  };
  /* Some are so long that the log soon has to let the oldest go. */
  if (dice (self, 4) == 0)
    {
      char *text = g_strnfill (dice (self, 8000), 'a' + dice (self, 26));

      row->record.target = g_strdup_printf ("/%u/%s", (guint) row->seq, text);
      g_free (text);
    }
  else
    row->record.target = g_strdup_printf ("/%s-%d.html?q=%d", dice (self, 2) ? "File" : "file",
                                          dice (self, 12), dice (self, 3));
  if (dice (self, 3) == 0)
    row->record.request_fields = g_strdup_printf ("Accept: %s\nX-N: %d\n",
                                                  dice (self, 2) ? "a" : "b", dice (self, 5));
  g_ptr_array_add (self->rows, row);
  if (queue != NULL)
    hp_record_queue_push (queue, &row->record);
  else
    hp_request_log_append (self->log, &row->record);
}

static void
append (Model *self, guint n)
{
  HpRecordQueue *queue;
  HpRecordBatch *batch;

  if (n <= 1)
    {
      append_row (self, NULL);
      return;
    }
  queue = hp_record_queue_new (n);
  for (guint i = 0; i < n; i++)
    append_row (self, queue);
  batch = hp_record_queue_take (queue);
  hp_request_log_append_batch (self->log, batch);
  hp_record_batch_free (batch);
  hp_record_queue_unref (queue);
}

/* The order of the model is worked out from what the rows say, not as the view does it. */
static const char *
text_key (const HpRequestRecord *record, HpLogSort sort)
{
  switch (sort)
    {
    case HP_LOG_SORT_METHOD:
      return record->method;
    case HP_LOG_SORT_PATH:
      return record->target;
    case HP_LOG_SORT_TYPE:
      return record->media_type;
    case HP_LOG_SORT_REFERRER:
      return hp_request_record_get_short_referrer (record);
    case HP_LOG_SORT_CLIENT:
      return record->user_agent == NULL                    ? NULL
             : strstr (record->user_agent, "curl") != NULL ? "curl"
                                                           : "Firefox";
    default:
      return NULL;
    }
}

static gint64
number_key (const HpRequestRecord *record, HpLogSort sort)
{
  switch (sort)
    {
    case HP_LOG_SORT_TIME:
      return record->time_us;
    case HP_LOG_SORT_STATUS:
      return record->status;
    case HP_LOG_SORT_SIZE:
      return record->bytes;
    case HP_LOG_SORT_DURATION:
      return record->duration_us;
    default:
      return 0;
    }
}

static int
compare_rows (gconstpointer a, gconstpointer b, gpointer user_data)
{
  Model *self = user_data;
  const Row *x = *(Row *const *) a;
  const Row *y = *(Row *const *) b;
  const char *p = text_key (&x->record, self->sort);
  const char *q = text_key (&y->record, self->sort);
  gint64 m = number_key (&x->record, self->sort);
  gint64 n = number_key (&y->record, self->sort);
  int order = g_ascii_strcasecmp (p != NULL ? p : "", q != NULL ? q : "");

  if (order == 0)
    order = g_strcmp0 (p != NULL ? p : "", q != NULL ? q : "");
  if (order == 0)
    order = (m > n) - (m < n);
  if (self->descending)
    order = -order;
  return order != 0 ? order : (x->seq > y->seq) - (x->seq < y->seq);
}

/* A record as the log has it: pins are known only there, heads only as long as they are kept. */
static gboolean
should_match (Model *self, const Row *row)
{
  HpRequestRecord record;
  g_autoptr (HpRequestDetails) details = hp_request_log_dup_details (self->log, row->seq);

  if (!hp_request_log_get (self->log, row->seq, &record))
    return FALSE;
  g_assert_cmpint (record.time_us, ==, row->record.time_us);
  g_assert_cmpstr (record.referrer, ==, row->record.referrer);
  if (details != NULL)
    {
      g_assert_cmpstr (details->request_fields, ==, row->record.request_fields);
      hp_request_details_apply (details, &record);
    }
  return self->query == NULL || hp_log_query_matches (self->query, &record);
}

static void
settle (Model *self)
{
  while (hp_log_view_get_busy (self->view))
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
check (Model *self)
{
  g_autoptr (GPtrArray) expected = g_ptr_array_new ();
  guint n_waiting = 0;
  guint n_matches;

  settle (self);
  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = g_ptr_array_index (self->rows, i);

      if (!should_match (self, row))
        continue;
      if (self->paused && row->seq >= self->paused_seq)
        n_waiting++;
      else
        g_ptr_array_add (expected, row);
    }
  g_ptr_array_sort_with_data (expected, compare_rows, self);

  g_object_get (self->view, "n-matches", &n_matches, NULL);
  g_assert_cmpuint (n_matches, ==, expected->len);
  g_assert_cmpuint (hp_log_view_get_n_waiting (self->view), ==, n_waiting);
  g_assert_cmpuint (self->mirror->len, ==, expected->len);
  for (guint i = 0; i < expected->len; i++)
    {
      guint64 seq = ((Row *) g_ptr_array_index (expected, i))->seq;
      guint position;

      g_assert_cmpuint (hp_log_view_get_seq (self->view, i), ==, seq);
      g_assert_cmpuint (g_array_index (self->mirror, guint64, i), ==, seq);
      if (i % 7 == 0)
        {
          g_assert_true (hp_log_view_find (self->view, seq, &position));
          g_assert_cmpuint (position, ==, i);
        }
    }
}

static void
mirror_cb (GListModel *view, guint position, guint removed, guint added, gpointer user_data)
{
  Model *self = user_data;

  g_assert_cmpuint (position + removed, <=, self->mirror->len);
  g_assert_true (removed == 0 || added == 0 || self->replacing);
  g_array_remove_range (self->mirror, position, removed);
  for (guint i = 0; i < added; i++)
    {
      guint64 seq = hp_log_view_get_seq (HP_LOG_VIEW (view), position + i);

      g_array_insert_val (self->mirror, position + i, seq);
    }
  g_assert_cmpuint (self->mirror->len, ==, g_list_model_get_n_items (view));
}

static void
replacing_cb (Model *self)
{
  g_assert_false (self->replacing);
  self->replacing = TRUE;
}

static void
replaced_cb (Model *self)
{
  g_assert_true (self->replacing);
  self->replacing = FALSE;
}

static const char *const queries[] = {
  "",
  "file-1",
  "-file-1 status:404",
  "status>=300 OR type:image",
  "path:*-1?.html OR method=head",
  "is:pinned OR is:noise",
  "-is:pinned",
  "(duration<10ms size>500) OR client:curl",
  "duration<15us -(status:200 OR referrer:localhost)",
  "header:accept=a",
  "-header:\"X-N: 3\" q=1",
  "nothing-has-this",
};

static void
set_query (Model *self, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->query, hp_log_query_unref);
  self->query = hp_log_query_new (text, NULL, &error);
  g_assert_no_error (error);
  hp_log_view_set_query (self->view, self->query);
}

static void
set_sort (Model *self, HpLogSort sort, gboolean descending)
{
  self->sort = sort;
  self->descending = descending && sort != HP_LOG_SORT_NONE;
  hp_log_view_set_sort (self->view, sort, descending);
}

static void
set_paused (Model *self, gboolean paused)
{
  if (paused != self->paused)
    self->paused_seq = hp_request_log_get_next_seq (self->log);
  self->paused = paused;
  hp_log_view_set_paused (self->view, paused);
}

static void
pin (Model *self)
{
  if (self->rows->len > 0)
    hp_request_log_set_pinned (self->log, MAX (0, (int) self->rows->len - dice (self, 400)),
                               dice (self, 3) > 0);
}

static void
step (Model *self)
{
  guint64 first_seq = hp_request_log_get_first_seq (self->log);
  int what = dice (self, 100);

  if (what < 45)
    append (self, dice (self, 12));
  else if (what < 52)
    append (self, dice (self, 150));
  else if (what < 65)
    pin (self);
  else if (what < 76)
    set_query (self, queries[dice (self, G_N_ELEMENTS (queries))]);
  else if (what < 87)
    set_sort (self, dice (self, HP_N_LOG_SORTS), dice (self, 2));
  else if (what < 95)
    set_paused (self, !self->paused);
  else if (what < 97)
    hp_request_log_clear (self->log);
  else
    hp_request_log_undo_clear (self->log);
  self->n_drops += what < 52 && hp_request_log_get_first_seq (self->log) > first_seq;
}

static void
set_up (Model *self, guint32 seed)
{
  *self = (Model){
    .random = g_rand_new_with_seed (seed),
    .log = hp_request_log_new (),
    .mirror = g_array_new (FALSE, FALSE, sizeof (guint64)),
    .rows = g_ptr_array_new_with_free_func (row_free),
  };
  hp_request_log_set_max_bytes (self->log, 0);
  self->view = hp_log_view_new (self->log);
  g_signal_connect (self->view, "items-changed", G_CALLBACK (mirror_cb), self);
  g_signal_connect_swapped (self->view, "replacing", G_CALLBACK (replacing_cb), self);
  g_signal_connect_swapped (self->view, "replaced", G_CALLBACK (replaced_cb), self);
}

static void
tear_down (Model *self)
{
  g_assert_finalize_object (self->view);
  g_assert_finalize_object (self->log);
  g_clear_pointer (&self->query, hp_log_query_unref);
  g_array_unref (self->mirror);
  g_ptr_array_unref (self->rows);
  g_rand_free (self->random);
}

static void
test_random (gconstpointer data)
{
  Model model;

  set_up (&model, GPOINTER_TO_UINT (data));
  for (guint i = 0; i < 500; i++)
    {
      step (&model);
      if (i % 3 != 0) /* some steps meet a view that has not settled */
        check (&model);
    }
  check (&model);
  g_assert_cmpuint (model.n_drops, >, 0);
  tear_down (&model);
}

/* So many rows that orders are made in a thread and queries in slices, while the log goes on. */
static void
test_large (void)
{
  Model model;

  set_up (&model, 3);
  hp_request_log_set_max_bytes (model.log, HP_LOG_BUDGET_DEFAULT);
  append (&model, 24000);
  for (guint sort = HP_LOG_SORT_NONE; sort < HP_N_LOG_SORTS; sort++)
    {
      set_sort (&model, sort, sort % 2);
      append (&model, 300);
      pin (&model);
      check (&model);
    }
  set_query (&model, "-file-1");
  append (&model, 6000);
  check (&model);
  set_paused (&model, TRUE);
  append (&model, 6000);
  set_query (&model, "status:404");
  set_query (&model, "");
  check (&model);
  set_paused (&model, FALSE);
  check (&model);

  /* A job that is taken back. */
  set_sort (&model, HP_LOG_SORT_PATH, FALSE);
  set_sort (&model, HP_LOG_SORT_NONE, FALSE);
  hp_request_log_clear (model.log);
  check (&model);
  hp_request_log_undo_clear (model.log);
  check (&model);
  set_sort (&model, HP_LOG_SORT_SIZE, TRUE);
  g_assert_true (hp_log_view_get_busy (model.view));

  /* The view goes while a thread works for it; what that has found comes to nobody. */
  tear_down (&model);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint seed = 1; seed <= 8; seed++)
    {
      g_autofree char *name = g_strdup_printf ("/log-view-model/random-%u", seed);

      g_test_add_data_func (name, GUINT_TO_POINTER (seed), test_random);
    }
  g_test_add_func ("/log-view-model/large", test_large);
  return g_test_run ();
}
