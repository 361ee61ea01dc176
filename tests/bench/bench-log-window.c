/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the log costs with the table of the window, and what GTK's own filter would cost. Prints a
 * table. */

#include "config.h"

#include <string.h>

#include <adwaita.h>

#include "bench-log.h"
#include "ui/hp-log-row-widget.h"
#include "ui/hp-log-table.h"

#define N       1000000
#define BATCH   1000
#define RATE    50000
#define SECONDS 6

static gboolean
contains (gpointer item, gpointer user_data)
{
  HpRequestRecord record;

  return hp_log_row_get_record (item, &record) && strstr (record.target, user_data) != NULL;
}

/* Over the same rows: a row object for each. */
static void
bench_filter_model (HpRequestLog *log)
{
  g_autoptr (HpLogView) view = hp_log_view_new (log);

  for (guint incremental = 0; incremental < 2; incremental++)
    {
      GtkFilter *filter = GTK_FILTER (gtk_custom_filter_new (contains, (gpointer) "file-19", NULL));
      g_autoptr (GtkFilterListModel) model = NULL;
      double start = bench_thread_ms ();
      double first;

      model = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (view)), filter);
      gtk_filter_list_model_set_incremental (model, incremental);
      first = bench_thread_ms () - start;
      while (gtk_filter_list_model_get_pending (model) > 0)
        g_main_context_iteration (NULL, TRUE);
      bench_row (incremental ? "GtkFilterListModel, incremental" : "GtkFilterListModel",
                 bench_thread_ms () - start, "ms", "");
      if (!incremental)
        bench_row ("  of that at once", first, "ms", "");
    }
}

typedef struct
{
  GtkWidget *window;
  GtkWidget *list;
  HpLogTable *table;
  HpRequestLog *log;
  HpRecordQueue *queue;
  guint n_added;
  double making; /* the time that records took to make */
  gboolean done;

  guint n_updates;
  guint n_frames;
  guint n_bad_frames;
} Bench;

static GtkWidget *
find (GtkWidget *widget, GType type)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type);

      if (found)
        return found;
    }
  return NULL;
}

/* A batch in each frame, while the list is at its top. */
static gboolean
add_tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  Bench *self = user_data;
  double start = bench_thread_ms ();
  g_autoptr (HpRecordBatch) batch = bench_batch (self->queue, BENCH_REALISTIC, self->n_added,
                                                 BATCH);

  self->making += bench_thread_ms () - start;
  hp_request_log_append_batch (self->log, batch);
  self->n_added += BATCH;
  self->done = self->n_added >= N;
  return self->done ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static double
get_bottom (Bench *self, guint position)
{
  for (GtkWidget *item = gtk_widget_get_last_child (self->list); item;
       item = gtk_widget_get_prev_sibling (item))
    {
      GtkWidget *row = find (item, HP_TYPE_LOG_ROW_WIDGET);
      graphene_rect_t bounds;

      if (row
          && gtk_list_item_get_position (hp_log_row_widget_get_item (HP_LOG_ROW_WIDGET (row)))
                 == position
          && gtk_widget_compute_bounds (row, self->list, &bounds))
        return bounds.origin.y + bounds.size.height;
    }
  return -1;
}

/* What was just drawn. */
static void
after_paint_cb (GdkFrameClock *clock, gpointer user_data)
{
  Bench *self = user_data;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (hp_log_table_get_selection (self->table)));
  double off = get_bottom (self, n - 1) - gtk_widget_get_height (self->list);

  self->n_frames++;
  self->n_bad_frames += off < -1 || off > 1;
}

static void
changed_cb (HpRequestLog *log, guint64 n_removed, guint64 n_added, gpointer user_data)
{
  Bench *self = user_data;

  self->n_updates++;
}

/* As the engine would: rows come all the time. */
static gpointer
push_thread (gpointer user_data)
{
  Bench *self = user_data;
  g_autoptr (HpRecordQueue) source = hp_record_queue_new (RATE);
  gint64 start = g_get_monotonic_time ();
  guint pushed = 0;

  while (pushed < RATE * SECONDS)
    {
      guint due = MIN ((g_get_monotonic_time () - start) * RATE / G_USEC_PER_SEC, RATE * SECONDS);
      g_autoptr (HpRecordBatch) batch = bench_batch (source, BENCH_REALISTIC, pushed, due - pushed);

      for (guint i = pushed; i < due; i++)
        {
          HpRequestRecord record;

          hp_record_batch_get (batch, i - pushed, &record);
          hp_record_queue_push (self->queue, &record);
        }
      pushed = due;
      g_usleep (2000);
    }
  g_atomic_int_set (&self->done, TRUE);
  return NULL;
}

static void
bench_follow (Bench *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (self->window);
  g_autoptr (GThread) thread = NULL;
  gint64 start = g_get_monotonic_time ();
  double spent = bench_thread_ms ();
  gulong paint, changed;

  paint = g_signal_connect_after (clock, "after-paint", G_CALLBACK (after_paint_cb), self);
  changed = g_signal_connect (self->log, "changed", G_CALLBACK (changed_cb), self);
  hp_request_log_set_queue (self->log, self->queue);
  self->done = FALSE;
  thread = g_thread_new ("push", push_thread, self);
  while (!g_atomic_int_get (&self->done))
    g_main_context_iteration (NULL, TRUE);
  spent = bench_thread_ms () - spent;
  g_signal_handler_disconnect (clock, paint);
  g_signal_handler_disconnect (self->log, changed);

  bench_row ("50,000 rows/s, follow: an update", spent / MAX (1, self->n_updates), "ms", "<= 10");
  bench_row ("  of a core", 100 * spent / ((g_get_monotonic_time () - start) / 1000.0), "%",
             "<= 12");
  bench_row ("  frames", self->n_frames, "", "");
  bench_row ("  frames without the newest row at the bottom", self->n_bad_frames, "", "0");
  hp_request_log_set_queue (self->log, NULL);
  g_thread_join (g_steal_pointer (&thread));
}

static gboolean
frames_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  guint *frames = user_data;

  return --*frames > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
run_frames (Bench *self, guint frames)
{
  gtk_widget_add_tick_callback (self->window, frames_cb, &frames, NULL);
  while (frames > 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
set_up (Bench *self)
{
  GtkWidget *table = hp_log_table_new ();

  self->table = HP_LOG_TABLE (table);
  self->log = hp_request_log_new ();
  self->queue = hp_record_queue_new (RATE);
  self->list = find (table, GTK_TYPE_LIST_VIEW);
  self->window = gtk_window_new ();
  hp_log_table_set_log (self->table, self->log);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 1150, 700);
  gtk_window_set_child (GTK_WINDOW (self->window), table);
  gtk_window_present (GTK_WINDOW (self->window));
  run_frames (self, 5);
}

/* As in the program: rows end where the list ends. */
static void
load_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, "/app/homeport/Homeport/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

int
main (void)
{
  Bench bench = { 0 };
  double start;

  adw_init ();
  load_style ();
  set_up (&bench);

  /* Above the end the table does not follow. */
  bench_fill (bench.log, BENCH_REALISTIC, 5000, BATCH);
  run_frames (&bench, 5);
  hp_log_table_set_follow (bench.table, FALSE);
  gtk_widget_activate_action (bench.list, "list.scroll-to-item", "u", 0);
  run_frames (&bench, 5);
  start = bench_thread_ms ();
  gtk_widget_add_tick_callback (bench.window, add_tick_cb, &bench, NULL);
  while (!bench.done)
    g_main_context_iteration (NULL, TRUE);
  bench_row ("1,000,000 appended, 1,000 per frame, the table",
             bench_thread_ms () - start - bench.making, "ms", "<= 1500");

  hp_log_table_set_follow (bench.table, TRUE);
  run_frames (&bench, 5);
  bench_follow (&bench);
  bench_filter_model (bench.log);

  gtk_window_destroy (GTK_WINDOW (bench.window));
  hp_record_queue_unref (bench.queue);
  g_object_unref (bench.log);
  return 0;
}
