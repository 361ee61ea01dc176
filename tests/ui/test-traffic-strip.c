/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "ui-test.h"
#include "ui/hp-traffic-strip.h"

/* The label with this text, when it can be seen. */
static GtkWidget *
find_label (GtkWidget *widget, const char *text)
{
  if (!gtk_widget_get_visible (widget) || !gtk_widget_get_child_visible (widget))
    return NULL;
  if (GTK_IS_LABEL (widget) && strcmp (gtk_label_get_text (GTK_LABEL (widget)), text) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_label (child, text);

      if (found)
        return found;
    }
  return NULL;
}

/* More records than the queue takes in one batch: one row, the others are only counted. */
static void
append_too_many (HpRequestLog *log, guint n)
{
  g_autoptr (HpRecordQueue) queue = hp_record_queue_new (1);
  g_autoptr (HpRecordBatch) batch = NULL;
  HpRequestRecord record = ui_test_record ("/", 200);

  for (guint i = 0; i < n; i++)
    hp_record_queue_push (queue, &record);
  batch = hp_record_queue_take (queue);
  g_assert_cmpuint (hp_record_batch_get_dropped (batch), ==, n - 1);
  hp_request_log_append_batch (log, batch);
}

static void
check_minimum (GtkWidget *strip, int before, gboolean wider)
{
  int minimum;

  gtk_widget_measure (strip, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum > before, ==, wider);
  g_assert_cmpint (minimum, <, 360);
}

static void
test_dropped (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *strip = g_object_new (HP_TYPE_TRAFFIC_STRIP, NULL);
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  int before;

  hp_traffic_strip_set_log (HP_TRAFFIC_STRIP (strip), log);
  gtk_window_set_child (GTK_WINDOW (window), strip);
  gtk_window_present (GTK_WINDOW (window));
  ui_test_append (log, 5);
  ui_test_frames (window, 2);
  g_assert_nonnull (find_label (strip, "Requests"));
  g_assert_null (find_label (strip, "Not Shown"));
  gtk_widget_measure (strip, GTK_ORIENTATION_HORIZONTAL, -1, &before, NULL, NULL, NULL);

  append_too_many (log, 43);
  ui_test_frames (window, 2);
  g_assert_nonnull (find_label (strip, "Not Shown"));
  g_assert_nonnull (find_label (strip, "42"));
  check_minimum (strip, before, TRUE);

  hp_request_log_clear (log);
  ui_test_frames (window, 2);
  g_assert_null (find_label (strip, "Not Shown"));
  check_minimum (strip, before, FALSE);

  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char *argv[])
{
  ui_test_init (&argc, &argv);
  g_test_add_func ("/traffic-strip/dropped", test_dropped);
  return g_test_run ();
}
