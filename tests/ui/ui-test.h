/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>
#include "log/hp-request-log.h"

/* What the tests of widgets share: GTK with our style, waiting with a limit, records. */

static inline void
ui_test_css_error_cb (GtkCssProvider *provider, GtkCssSection *section, const GError *error)
{
  g_error ("style.css, line %zu: %s", gtk_css_section_get_start_location (section)->lines + 1,
           error->message);
}

static inline void
ui_test_init (int *argc, char ***argv)
{
  g_autoptr (GtkCssProvider) provider = NULL;

  g_setenv ("TZ", "UTC", TRUE);
  g_setenv ("GSK_RENDERER", "cairo", FALSE);
  gtk_test_init (argc, argv, NULL);
  adw_init ();

  provider = gtk_css_provider_new ();
  g_signal_connect (provider, "parsing-error", G_CALLBACK (ui_test_css_error_cb), NULL);
  gtk_css_provider_load_from_resource (provider, "/app/homeport/Homeport/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

static inline gboolean
ui_test_late_cb (gpointer late)
{
  *(gboolean *) late = TRUE;
  return G_SOURCE_REMOVE;
}

/* Runs the main loop until the predicate holds; the test fails after a minute. */
static inline void
ui_test_wait (gboolean (*predicate) (gpointer data), gpointer data)
{
  gboolean late = FALSE;
  guint source = g_timeout_add_seconds (60, ui_test_late_cb, &late);

  while (!late && !predicate (data))
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (late);
  g_source_remove (source);
}

static inline gboolean
ui_test_tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer frames)
{
  return --*(int *) frames > 0;
}

static inline gboolean
ui_test_is_zero (gpointer number)
{
  return *(int *) number <= 0;
}

/* Lets the widget draw so many frames. */
static inline void
ui_test_frames (GtkWidget *widget, int frames)
{
  gtk_widget_add_tick_callback (widget, ui_test_tick_cb, &frames, NULL);
  ui_test_wait (ui_test_is_zero, &frames);
}

static inline GtkWidget *
ui_test_find (GtkWidget *widget, GType type)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = ui_test_find (child, type);

      if (found)
        return found;
    }
  return NULL;
}

/* The first that has the CSS class. */
static inline GtkWidget *
ui_test_find_class (GtkWidget *widget, const char *css_class)
{
  if (gtk_widget_has_css_class (widget, css_class))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = ui_test_find_class (child, css_class);

      if (found)
        return found;
    }
  return NULL;
}

static inline HpRequestRecord
ui_test_record (const char *target, guint16 status)
{
  return (HpRequestRecord){
    .time_us = G_GINT64_CONSTANT (1714572131300000), /* 2024-05-01 14:02:11.3 UTC */
    .bytes = 312,
    .duration_us = 100,
    .status = status,
    .reason = status == 404 ? HP_REASON_MISSING : HP_REASON_SERVED,
    .method = "GET",
    .target = target,
    .client = "127.0.0.1",
  };
}

/* One batch, as from the engine. */
static inline void
ui_test_append (HpRequestLog *log, guint n)
{
  g_autoptr (HpRecordQueue) queue = hp_record_queue_new (n);
  g_autoptr (HpRecordBatch) batch = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *target = g_strdup_printf ("/file-%u", i);
      HpRequestRecord record = ui_test_record (target, 200);

      hp_record_queue_push (queue, &record);
    }
  batch = hp_record_queue_take (queue);
  hp_request_log_append_batch (log, batch);
}
