/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui-test.h"
#include "ui/hp-log-split.h"

typedef struct
{
  GtkWidget *window;
  HpLogSplit *split;
  GtkWidget *main;
  GtkWidget *pane;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->window = gtk_window_new ();
  fixture->main = gtk_label_new ("main");
  fixture->pane = gtk_label_new ("pane");
  fixture->split = HP_LOG_SPLIT (hp_log_split_new (fixture->main, fixture->pane));
  g_object_ref (fixture->split);
  g_object_set (fixture->split, "open", FALSE, "beside", FALSE, "pane-width", 300, "pane-height",
                200, NULL);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 800, 600);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->split));
  gtk_window_present (GTK_WINDOW (fixture->window));
  ui_test_frames (fixture->window, 3);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_assert_finalize_object (fixture->split);
}

static gboolean
is_pane_high (gpointer data)
{
  return gtk_widget_get_height (((Fixture *) data)->pane) == 200;
}

static gboolean
is_pane_wide (gpointer data)
{
  return gtk_widget_get_width (((Fixture *) data)->pane) == 300;
}

static gboolean
covers (gpointer data)
{
  return hp_log_split_get_covering (((Fixture *) data)->split);
}

static gboolean
covers_not (gpointer data)
{
  return !covers (data);
}

static gboolean
is_window_high (gpointer data)
{
  return gtk_widget_get_height (GTK_WIDGET (((Fixture *) data)->split)) == 700;
}

static gboolean
is_window_low (gpointer data)
{
  return gtk_widget_get_height (GTK_WIDGET (((Fixture *) data)->split)) == 300;
}

static void
test_places (Fixture *fixture, gconstpointer data)
{
  g_assert_false (gtk_widget_get_visible (fixture->pane));

  hp_log_split_set_open (fixture->split, TRUE);
  ui_test_wait (is_pane_high, fixture);
  g_assert_cmpint (gtk_widget_get_width (fixture->pane), ==,
                   gtk_widget_get_width (GTK_WIDGET (fixture->split)));

  hp_log_split_set_beside (fixture->split, TRUE);
  ui_test_wait (is_pane_wide, fixture);
  ui_test_frames (fixture->window, 2);
  g_assert_cmpint (gtk_widget_get_width (fixture->main), ==,
                   hp_log_split_get_main_width (fixture->split));

  hp_log_split_set_open (fixture->split, FALSE);
  g_assert_false (gtk_widget_get_visible (fixture->pane));
  g_assert_true (gtk_widget_get_visible (fixture->main));
}

/* What the user does with the border is kept; what the layout does is not. */
static void
test_sizes (Fixture *fixture, gconstpointer data)
{
  GtkWidget *paned = gtk_widget_get_first_child (GTK_WIDGET (fixture->split));
  int height;

  hp_log_split_set_open (fixture->split, TRUE);
  ui_test_wait (is_pane_high, fixture);
  gtk_paned_set_position (GTK_PANED (paned), gtk_paned_get_position (GTK_PANED (paned)) - 50);
  g_object_get (fixture->split, "pane-height", &height, NULL);
  g_assert_cmpint (height, ==, 250);

  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 800, 700);
  ui_test_wait (is_window_high, fixture);
  g_assert_cmpint (gtk_widget_get_height (fixture->pane), ==, 250);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 800, 300);
  ui_test_wait (is_window_low, fixture);
  g_object_get (fixture->split, "pane-height", &height, NULL);
  g_assert_cmpint (height, ==, 250);
}

static void
test_covering (Fixture *fixture, gconstpointer data)
{
  hp_log_split_set_open (fixture->split, TRUE);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 400, 600);
  ui_test_wait (covers, fixture);
  g_assert_false (gtk_widget_get_visible (fixture->main));
  g_assert_true (gtk_widget_get_visible (fixture->pane));

  hp_log_split_set_open (fixture->split, FALSE);
  g_assert_true (gtk_widget_get_visible (fixture->main));

  hp_log_split_set_open (fixture->split, TRUE);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 800, 600);
  ui_test_wait (covers_not, fixture);
  g_assert_true (gtk_widget_get_visible (fixture->main));
}

int
main (int argc, char *argv[])
{
  ui_test_init (&argc, &argv);
  g_test_add ("/log-split/places", Fixture, NULL, set_up, test_places, tear_down);
  g_test_add ("/log-split/sizes", Fixture, NULL, set_up, test_sizes, tear_down);
  g_test_add ("/log-split/covering", Fixture, NULL, set_up, test_covering, tear_down);
  return g_test_run ();
}
