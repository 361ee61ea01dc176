/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "log/hp-page-loads.h"

/* One request in a line: begin and duration in ms, connection, what for, target, Referer's path,
 * and the status. */
typedef struct
{
  gint64 start_ms;
  guint duration_ms;
  guint connection;
  HpFetchDest dest; /* DOCUMENT: a navigation */
  const char *target;
  const char *referrer; /* nullable */
  guint16 status;
  const char *media_type; /* nullable */
} Request;

static void
add (HpRequestLog *log, const Request *request, const char *agent)
{
  g_autofree char *referrer = NULL;
  HpRequestRecord record = {
    .time_us = G_GINT64_CONSTANT (1714572131000000) + request->start_ms * 1000,
    .duration_us = request->duration_ms * 1000,
    .bytes = 100,
    .status = request->status,
    .reason = request->status == 404 ? HP_REASON_MISSING : HP_REASON_SERVED,
    .method = "GET",
    .target = request->target,
    .client = "127.0.0.1",
    .user_agent = agent,
    .media_type = request->media_type,
    .connection = request->connection,
    .fetch_dest = request->dest,
  };

  if (request->dest == HP_FETCH_DEST_DOCUMENT)
    record.flags |= HP_RECORD_NAVIGATION;
  if (request->referrer != NULL)
    {
      referrer = g_strconcat ("http://localhost:1", request->referrer, NULL);
      record.referrer = referrer;
      record.flags |= HP_RECORD_OWN_REFERRER;
    }
  hp_request_log_append (log, &record);
}

static char *
describe (HpPageLoads *loads)
{
  GString *got = g_string_new (NULL);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (loads));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (HpPageLoad) load = g_list_model_get_item (G_LIST_MODEL (loads), i);
      g_autofree char *title = hp_page_load_dup_title (load);
      g_autofree char *summary = hp_page_load_dup_summary (load);

      g_string_append_printf (got, "%s: %s\n", title, summary);
    }
  return g_string_free (got, FALSE);
}

#define NO  HP_FETCH_DEST_UNKNOWN
#define DOC HP_FETCH_DEST_DOCUMENT
#define CSS HP_FETCH_DEST_STYLE
#define JS  HP_FETCH_DEST_SCRIPT
#define IMG HP_FETCH_DEST_IMAGE
#define FNT HP_FETCH_DEST_FONT
#define XHR HP_FETCH_DEST_EMPTY

static const struct
{
  const char *name;
  Request requests[8];
  const char *expected;
} cases[] = {
  { "page",
    { { 0, 10, 1, DOC, "/", NULL, 200, NULL },
      { 20, 10, 1, CSS, "/a.css", "/", 200, NULL },
      { 25, 10, 2, IMG, "/b.png", "/", 404, NULL },
      { 40, 60, 2, FNT, "/c.woff2", "/a.css", 200, NULL } },
    "Load of /: 4 requests · 1 problem · 400 bytes · 100 ms\n" },
  { "two pages, the newest first",
    { { 0, 10, 1, DOC, "/", NULL, 200, NULL },
      { 20, 10, 1, IMG, "/a.png", "/", 200, NULL },
      { 5000, 10, 1, DOC, "/b", "/", 200, NULL },
      { 5020, 10, 1, IMG, "/a.png", "/b", 200, NULL },
      { 5030, 10, 1, IMG, "/b.png", "/b", 200, NULL } },
    "Load of /b: 3 requests · 300 bytes · 40 ms\nLoad of /: 2 requests · 200 bytes · 30 ms\n" },
  { "the same page again",
    { { 0, 10, 1, DOC, "/", NULL, 200, NULL },
      { 20, 10, 1, IMG, "/a.png", "/", 200, NULL },
      { 500, 10, 1, DOC, "/", NULL, 304, NULL },
      { 520, 10, 1, IMG, "/a.png", "/", 304, NULL } },
    "Load of /: 2 requests · 200 bytes · 30 ms\nLoad of /: 2 requests · 200 bytes · 30 ms\n" },
  { "a redirect and where it leads",
    { { 0, 10, 1, DOC, "/js", NULL, 301, NULL },
      { 12, 10, 1, DOC, "/js/", NULL, 200, NULL },
      { 30, 10, 1, CSS, "/a.css", "/js/", 200, NULL } },
    "Load of /js/: 3 requests · 300 bytes · 40 ms\n" },
  { "not modified is no redirect",
    { { 0, 10, 1, DOC, "/", NULL, 304, NULL }, { 12, 10, 1, DOC, "/b", NULL, 200, NULL } },
    "Load of /b: 1 request · 100 bytes · 10 ms\nLoad of /: 1 request · 100 bytes · 10 ms\n" },
  { "no Referer: by connection",
    { { 0, 10, 1, DOC, "/", NULL, 200, NULL },
      { 20, 10, 1, IMG, "/a.png", NULL, 200, NULL },
      { 20, 10, 9, IMG, "/b.png", NULL, 200, NULL } },
    "Load of /: 2 requests · 200 bytes · 30 ms\n"
    "Requests that belong to no page: 1 request · 100 bytes\n" },
  { "what comes later is no part of it",
    { { 0, 10, 1, DOC, "/", NULL, 200, NULL },
      { 1500, 10, 1, XHR, "/poll", "/", 200, NULL },
      { 3500, 10, 1, XHR, "/poll", "/", 200, NULL },
      { 6000, 10, 1, XHR, "/poll", "/", 404, NULL } },
    "Load of /: 3 requests · 300 bytes · 3.5 s\n"
    "Requests that belong to no page: 1 request · 1 problem · 100 bytes\n" },
  { "nor what stays open",
    { { 0, 10, 1, DOC, "/", NULL, 200, NULL },
      { 20, 90000, 2, XHR, "/events", "/", 200, "text/event-stream" } },
    "Load of /: 1 request · 100 bytes · 10 ms\n"
    "Requests that belong to no page: 1 request · 100 bytes\n" },
  { "no Sec-Fetch fields at all",
    { { 0, 10, 1, NO, "/", NULL, 200, NULL }, { 20, 10, 1, NO, "/a.png", "/", 200, NULL } },
    "Requests that belong to no page: 2 requests · 200 bytes\n" },
  { "a begin before the begin",
    { { 50, 10, 1, DOC, "/", NULL, 200, NULL }, { 20, 10, 1, IMG, "/a.png", "/", 200, NULL } },
    "Load of /: 2 requests · 200 bytes · 40 ms\n" },
  { "hostile names",
    { { 0, 10, 1, DOC, "/<b>\x1b[2J\xe2\x80\xae", NULL, 200, NULL } },
    "Load of /<b>\\x1b[2J\\u{202e}: 1 request · 100 bytes · 10 ms\n" },
};

static void
test_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HpRequestLog) log = hp_request_log_new ();
      g_autoptr (HpPageLoads) loads = hp_page_loads_new (log);
      g_autofree char *got = NULL;

      g_test_message ("%s", cases[i].name);
      for (guint r = 0; r < G_N_ELEMENTS (cases[i].requests) && cases[i].requests[r].target; r++)
        add (log, &cases[i].requests[r], "Firefox");
      got = describe (loads);
      g_assert_cmpstr (got, ==, cases[i].expected);
    }
}

static void
test_agents (void)
{
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  g_autoptr (HpPageLoads) loads = hp_page_loads_new (log);
  g_autofree char *got = NULL;

  add (log, &(Request){ 0, 10, 1, DOC, "/", NULL, 200, NULL }, "Firefox");
  add (log, &(Request){ 5, 10, 2, DOC, "/", NULL, 200, NULL }, "Chromium");
  add (log, &(Request){ 20, 10, 3, IMG, "/a.png", "/", 200, NULL }, "Firefox");
  add (log, &(Request){ 50, 10, 4, IMG, "/a.png", "/", 200, NULL }, "Firefox");
  got = describe (loads);
  g_assert_cmpstr (got, ==,
                   "Load of /: 1 request · 100 bytes · 10 ms\n"
                   "Load of /: 3 requests · 300 bytes · 60 ms\n");
}

/* A second, slow and simple opinion: for each request the page is looked for from the newest to the
 * oldest. */
typedef struct
{
  gint64 begin;
  gint64 end;
  guint n_requests;
  GPtrArray *paths; /* whose Referer leads here; borrowed */
} Naive;

static Naive *
naive_find (GPtrArray *pages, const Request *request)
{
  for (guint i = pages->len; request->referrer != NULL && i > 0; i--)
    {
      Naive *page = g_ptr_array_index (pages, i - 1);

      for (guint p = 0; p < page->paths->len; p++)
        if (g_str_equal (g_ptr_array_index (page->paths, p), request->referrer))
          return request->start_ms >= page->begin - 100 && request->start_ms <= page->end + 2000
                         && request->start_ms <= page->begin + 60000
                     ? page
                     : NULL;
    }
  return NULL;
}

static void
naive_free (gpointer data)
{
  Naive *page = data;

  g_ptr_array_unref (page->paths);
  g_free (page);
}

/* Pages with pictures only, so that the newest page of an address is the one that counts. */
static void
test_random (void)
{
  static const char *const paths[] = { "/", "/a", "/b", "/c" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint round = 0; round < 60; round++)
    {
      g_autoptr (HpRequestLog) log = hp_request_log_new ();
      g_autoptr (HpPageLoads) loads = hp_page_loads_new (log);
      g_autoptr (GPtrArray) naive = g_ptr_array_new_with_free_func (naive_free);
      gint64 now = 0;
      guint n_others = 0;
      guint n_told;

      for (guint i = 0; i < 90; i++)
        {
          gboolean visit = g_rand_int_range (rand, 0, 6) == 0;
          const char *path = paths[g_rand_int_range (rand, 0, G_N_ELEMENTS (paths))];
          Request request = { now,
                              g_rand_int_range (rand, 0, 300),
                              1 + i,
                              visit ? DOC : IMG,
                              visit ? path : "/x.png",
                              visit ? NULL : path,
                              200,
                              NULL };
          Naive *page = visit ? NULL : naive_find (naive, &request);

          add (log, &request, "Firefox");
          now += g_rand_int_range (rand, 0, 8) == 0 ? 2500 : g_rand_int_range (rand, 0, 400);
          if (visit)
            {
              page = g_new0 (Naive, 1);
              page->paths = g_ptr_array_new ();
              page->begin = page->end = request.start_ms;
              g_ptr_array_add (page->paths, (gpointer) path);
              g_ptr_array_add (naive, page);
            }
          if (page != NULL)
            {
              page->begin = MIN (page->begin, request.start_ms);
              page->end = MAX (page->end, request.start_ms + request.duration_ms);
              page->n_requests++;
            }
          else
            n_others++;
        }

      n_told = g_list_model_get_n_items (G_LIST_MODEL (loads));
      g_assert_cmpuint (hp_page_loads_get_n_pages (loads), ==, naive->len);
      g_assert_cmpuint (n_told, ==, naive->len + (n_others > 0));
      for (guint i = 0; i < n_told; i++)
        {
          g_autoptr (HpPageLoad) load = g_list_model_get_item (G_LIST_MODEL (loads), i);
          Naive *page = i < naive->len ? g_ptr_array_index (naive, naive->len - 1 - i) : NULL;
          guint n_bars;

          hp_page_load_get_bars (load, &n_bars);
          g_assert_cmpuint (n_bars, ==, g_list_model_get_n_items (G_LIST_MODEL (load)));
          g_assert_cmpuint (n_bars, ==, page != NULL ? page->n_requests : n_others);
          if (page != NULL)
            g_assert_cmpuint (hp_page_load_get_duration_us (load), ==,
                              (page->end - page->begin) * 1000);
        }
    }
}

/* The newest are kept; each request is told once, and is in one of them. */
static void
test_bounded (void)
{
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  g_autoptr (HpPageLoads) loads = hp_page_loads_new (log);
  g_autoptr (HpPageLoad) newest = NULL;
  g_autoptr (HpPageLoad) others = NULL;
  g_autoptr (HpPageLoadRow) row = NULL;
  guint n = HP_PAGE_LOADS_MAX;

  for (guint i = 0; i < 2 * n; i++)
    {
      g_autofree char *target = g_strdup_printf ("/%u", i);

      add (log, &(Request){ i, 1, 1, DOC, target, NULL, 200, NULL }, "Firefox");
    }
  for (guint i = 0; i < 2 * HP_PAGE_LOAD_MAX_BARS; i++)
    add (log, &(Request){ i, 1, 2, NO, "/curl", NULL, 200, NULL }, "curl");
  /* The page that is asked for here is forgotten. */
  add (log, &(Request){ 2 * n, 1, 3, IMG, "/x.png", "/0", 200, NULL }, "Firefox");

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (loads)), ==, n + 1);
  newest = g_list_model_get_item (G_LIST_MODEL (loads), 0);
  others = g_list_model_get_item (G_LIST_MODEL (loads), n);
  g_assert_cmpstr (hp_page_load_get_target (newest), ==, "/199");
  g_assert_false (hp_page_load_is_page (others));
  g_assert_cmpuint (hp_page_load_get_n_requests (others), ==, 2 * HP_PAGE_LOAD_MAX_BARS + 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (others)), <=, HP_PAGE_LOAD_MAX_BARS);
  row = g_list_model_get_item (G_LIST_MODEL (others),
                               g_list_model_get_n_items (G_LIST_MODEL (others)) - 1);
  g_assert_cmpuint (hp_page_load_row_get_bar (row)->seq, ==, hp_request_log_get_next_seq (log) - 1);

  hp_request_log_clear (log);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (loads)), ==, 0);
}

/* Observers who only add and take away as they are told end with what there is. */
static void
mirror_cb (GListModel *model, guint position, guint n_removed, guint n_added, GPtrArray *mirror)
{
  g_assert_cmpuint (position + n_removed, <=, mirror->len);
  if (n_removed > 0)
    g_ptr_array_remove_range (mirror, position, n_removed);
  for (guint i = 0; i < n_added; i++)
    g_ptr_array_insert (mirror, position + i, g_list_model_get_item (model, position + i));
  g_assert_cmpuint (mirror->len, ==, g_list_model_get_n_items (model));
}

static void
test_told (void)
{
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  g_autoptr (HpPageLoads) loads = hp_page_loads_new (log);
  g_autoptr (GPtrArray) mirror = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);

  g_signal_connect (loads, "items-changed", G_CALLBACK (mirror_cb), mirror);
  for (guint i = 0; i < 1500; i++)
    {
      gboolean visit = g_rand_int_range (rand, 0, 4) == 0;

      add (log, &(Request){ i * 10, 5, 1, visit ? DOC : NO, "/", NULL, 200, NULL }, "Firefox");
      if (g_rand_int_range (rand, 0, 400) == 0)
        hp_request_log_clear (log);
    }
  for (guint i = 0; i < mirror->len; i++)
    {
      g_autoptr (HpPageLoad) load = g_list_model_get_item (G_LIST_MODEL (loads), i);

      g_assert_true (load == g_ptr_array_index (mirror, i));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/page-loads/table", test_table);
  g_test_add_func ("/page-loads/agents", test_agents);
  g_test_add_func ("/page-loads/random", test_random);
  g_test_add_func ("/page-loads/bounded", test_bounded);
  g_test_add_func ("/page-loads/told", test_told);
  return g_test_run ();
}
