/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui-test.h"
#include "ui/hp-sparkline.h"

static void
append_now (HpRequestLog *log, guint16 status)
{
  HpRequestRecord record = ui_test_record ("/", status);

  record.time_us = g_get_real_time ();
  hp_request_log_append (log, &record);
}

static gboolean
says_one_problem (gpointer sparkline)
{
  g_autofree char *difference = gtk_test_accessible_check_property (
      GTK_ACCESSIBLE (sparkline), GTK_ACCESSIBLE_PROPERTY_LABEL,
      "Traffic of the last minute. Requests: 1. Problems: 1. Most requests in a second: 1.");

  return difference == NULL;
}

static void
test_label (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *sparkline = hp_sparkline_new ();
  g_autoptr (HpRequestLog) log = hp_request_log_new ();

  gtk_test_accessible_assert_role (sparkline, GTK_ACCESSIBLE_ROLE_IMG);
  hp_sparkline_set_log (HP_SPARKLINE (sparkline), log);
  gtk_window_set_child (GTK_WINDOW (window), sparkline);
  gtk_window_present (GTK_WINDOW (window));
  ui_test_frames (window, 2);

  append_now (log, 404);
  ui_test_wait (says_one_problem, sparkline);
  ui_test_frames (window, 2);

  g_object_ref (sparkline);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (sparkline);
}

static void
count_cb (guint *count)
{
  ++*count;
}

static void
test_log (void)
{
  GtkWidget *sparkline = g_object_ref_sink (hp_sparkline_new ());
  HpRequestLog *log = hp_request_log_new ();
  guint count = 0;

  g_signal_connect_swapped (sparkline, "notify::log", G_CALLBACK (count_cb), &count);
  hp_sparkline_set_log (HP_SPARKLINE (sparkline), log);
  hp_sparkline_set_log (HP_SPARKLINE (sparkline), log);
  g_assert_cmpuint (count, ==, 1);
  append_now (log, 200);

  hp_sparkline_set_log (HP_SPARKLINE (sparkline), NULL);
  g_assert_cmpuint (count, ==, 2);
  g_assert_finalize_object (log);
  g_assert_finalize_object (sparkline);
}

int
main (int argc, char *argv[])
{
  ui_test_init (&argc, &argv);
  g_test_add_func ("/sparkline/label", test_label);
  g_test_add_func ("/sparkline/log", test_log);
  return g_test_run ();
}
