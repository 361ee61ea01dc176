/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/hp-sparkline.h"
#include "ui/hp-traffic-strip.h"

#define SPACING              18
#define SPARKLINE_MIN        60  /* narrower says nothing */
#define SPARKLINE_BESIDE_ALL 120 /* rather this wide than the secondary counters */
#define SPARKLINE_NATURAL    360

typedef enum
{
  RATE,
  TOTAL,
  SENT,
  PROBLEMS,
  DROPPED, /* not there while nothing was */
  N_COUNTERS
} Counter;

struct _HpTrafficStrip
{
  GtkWidget parent_instance;

  /* owned */
  HpRequestLog *log;
  GSignalGroup *signals;
  GtkWidget *counters[N_COUNTERS];
  GtkLabel *values[N_COUNTERS]; /* borrowed from the counters */
  GtkLabel *captions[N_COUNTERS];
  GtkWidget *sparkline;

  guint rate_source; /* 0 while nothing happens or nobody looks */
};

G_DEFINE_FINAL_TYPE (HpTrafficStrip, hp_traffic_strip, GTK_TYPE_WIDGET)

static void
set_number (HpTrafficStrip *self, Counter counter, guint64 number)
{
  g_autofree char *text = g_strdup_printf ("%'" G_GUINT64_FORMAT, number);

  gtk_label_set_text (self->values[counter], text);
}

/* Whatever came too fast for the log is told, so that nobody counts on it being whole. */
static void
update_dropped (HpTrafficStrip *self)
{
  guint64 n_dropped = self->log ? hp_request_log_get_n_dropped (self->log) : 0;

  set_number (self, DROPPED, n_dropped);
  gtk_widget_set_visible (self->counters[DROPPED], n_dropped > 0);
}

static void
update_totals (HpTrafficStrip *self)
{
  guint64 n_requests = self->log ? hp_request_log_get_n_requests (self->log) : 0;
  guint64 n_problems = self->log ? hp_request_log_get_n_problems (self->log) : 0;
  g_autofree char *sent = g_format_size (self->log ? hp_request_log_get_bytes_sent (self->log) : 0);

  set_number (self, TOTAL, n_requests);
  set_number (self, PROBLEMS, n_problems);
  gtk_label_set_text (self->values[SENT], sent);

  gtk_label_set_text (self->captions[TOTAL], ngettext ("Request", "Requests", n_requests));
  gtk_label_set_text (self->captions[PROBLEMS], ngettext ("Problem", "Problems", n_problems));
  if (n_problems > 0)
    gtk_widget_add_css_class (self->counters[PROBLEMS], "has-problems");
  else
    gtk_widget_remove_css_class (self->counters[PROBLEMS], "has-problems");
  update_dropped (self);
}

/* The last whole second; FALSE when neither it nor the running one saw a request. */
static gboolean
update_rate (HpTrafficStrip *self)
{
  HpLogSecond seconds[HP_LOG_SECONDS] = { 0 };

  if (self->log)
    hp_request_log_get_traffic (self->log, g_get_real_time (), seconds);
  set_number (self, RATE, seconds[HP_LOG_SECONDS - 2].requests);
  return seconds[HP_LOG_SECONDS - 2].requests > 0 || seconds[HP_LOG_SECONDS - 1].requests > 0;
}

static gboolean
rate_cb (gpointer user_data)
{
  HpTrafficStrip *self = user_data;

  if (update_rate (self))
    return G_SOURCE_CONTINUE;
  self->rate_source = 0;
  return G_SOURCE_REMOVE;
}

static void
watch_rate (HpTrafficStrip *self)
{
  if (self->rate_source == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)) && update_rate (self))
    self->rate_source = g_timeout_add_seconds (1, rate_cb, self);
}

static void
log_changed_cb (HpTrafficStrip *self)
{
  update_totals (self);
  watch_rate (self);
}

void
hp_traffic_strip_set_log (HpTrafficStrip *self, HpRequestLog *log)
{
  g_return_if_fail (HP_IS_TRAFFIC_STRIP (self));
  g_return_if_fail (!log || HP_IS_REQUEST_LOG (log));

  if (!g_set_object (&self->log, log))
    return;
  g_signal_group_set_target (self->signals, log);
  hp_sparkline_set_log (HP_SPARKLINE (self->sparkline), log);
  g_clear_handle_id (&self->rate_source, g_source_remove);
  update_rate (self);
  log_changed_cb (self);
}

/* Layout */

static int
counter_width (HpTrafficStrip *self, Counter counter)
{
  int natural;

  gtk_widget_measure (self->counters[counter], GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL,
                      NULL);
  return natural;
}

/* When there is little room. */
static gboolean
is_primary (Counter counter)
{
  return counter == RATE || counter == PROBLEMS || counter == DROPPED;
}

static void
measure_width (HpTrafficStrip *self, int *minimum, int *natural)
{
  *minimum = -SPACING;
  *natural = SPARKLINE_NATURAL;
  for (Counter i = 0; i < N_COUNTERS; i++)
    {
      int width = gtk_widget_get_visible (self->counters[i]) ? counter_width (self, i) + SPACING
                                                             : 0;

      *minimum += is_primary (i) ? width : 0;
      *natural += width;
    }
}

static void
hp_traffic_strip_measure (GtkWidget *widget,
                          GtkOrientation orientation,
                          int for_size,
                          int *minimum,
                          int *natural,
                          int *minimum_baseline,
                          int *natural_baseline)
{
  HpTrafficStrip *self = HP_TRAFFIC_STRIP (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      measure_width (self, minimum, natural);
      return;
    }

  for (Counter i = 0; i < N_COUNTERS; i++)
    {
      int child_minimum, child_natural;

      gtk_widget_measure (self->counters[i], orientation, -1, &child_minimum, &child_natural, NULL,
                          NULL);
      *minimum = MAX (*minimum, child_minimum);
      *natural = MAX (*natural, child_natural);
    }
}

static void
allocate_child (HpTrafficStrip *self, GtkWidget *child, int x, int width, int height)
{
  GtkAllocation allocation = { x, 0, width, height };

  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    allocation.x = gtk_widget_get_width (GTK_WIDGET (self)) - x - width;
  gtk_widget_size_allocate (child, &allocation, -1);
}

static void
hp_traffic_strip_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  HpTrafficStrip *self = HP_TRAFFIC_STRIP (widget);
  int minimum, natural, sparkline_minimum, x = 0;
  gboolean show_all;

  measure_width (self, &minimum, &natural);
  show_all = width >= natural - SPARKLINE_NATURAL + SPARKLINE_BESIDE_ALL;

  for (Counter i = 0; i < N_COUNTERS; i++)
    {
      gboolean show = gtk_widget_get_visible (self->counters[i]) && (show_all || is_primary (i));
      int child_width = counter_width (self, i);

      gtk_widget_set_child_visible (self->counters[i], show);
      if (!show)
        continue;
      allocate_child (self, self->counters[i], x, child_width, height);
      x += child_width + SPACING;
    }

  gtk_widget_measure (self->sparkline, GTK_ORIENTATION_HORIZONTAL, -1, &sparkline_minimum, NULL,
                      NULL, NULL);
  gtk_widget_set_child_visible (self->sparkline,
                                width - x >= MAX (SPARKLINE_MIN, sparkline_minimum));
  if (gtk_widget_get_child_visible (self->sparkline))
    allocate_child (self, self->sparkline, x, width - x, height);
}

static void
hp_traffic_strip_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hp_traffic_strip_parent_class)->map (widget);
  watch_rate (HP_TRAFFIC_STRIP (widget));
}

static void
hp_traffic_strip_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&HP_TRAFFIC_STRIP (widget)->rate_source, g_source_remove);
  GTK_WIDGET_CLASS (hp_traffic_strip_parent_class)->unmap (widget);
}

static void
hp_traffic_strip_dispose (GObject *object)
{
  HpTrafficStrip *self = HP_TRAFFIC_STRIP (object);

  g_clear_handle_id (&self->rate_source, g_source_remove);
  if (self->signals)
    g_signal_group_set_target (self->signals, NULL);
  g_clear_object (&self->signals);
  for (Counter i = 0; i < N_COUNTERS; i++)
    g_clear_pointer (&self->counters[i], gtk_widget_unparent);
  g_clear_pointer (&self->sparkline, gtk_widget_unparent);
  g_clear_object (&self->log);
  G_OBJECT_CLASS (hp_traffic_strip_parent_class)->dispose (object);
}

static void
hp_traffic_strip_class_init (HpTrafficStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hp_traffic_strip_dispose;
  widget_class->measure = hp_traffic_strip_measure;
  widget_class->size_allocate = hp_traffic_strip_size_allocate;
  widget_class->map = hp_traffic_strip_map;
  widget_class->unmap = hp_traffic_strip_unmap;

  gtk_widget_class_set_css_name (widget_class, "traffic");
}

static void
add_counter (HpTrafficStrip *self, Counter counter, const char *caption)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *value = gtk_label_new ("0");
  GtkWidget *caption_label = gtk_label_new (caption);

  gtk_label_set_xalign (GTK_LABEL (value), 0);
  gtk_widget_add_css_class (value, "value");
  gtk_widget_add_css_class (value, "numeric");
  gtk_label_set_xalign (GTK_LABEL (caption_label), 0);
  gtk_widget_add_css_class (caption_label, "caption");
  gtk_widget_add_css_class (caption_label, "dim-label");

  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), value);
  gtk_box_append (GTK_BOX (box), caption_label);
  gtk_widget_set_parent (box, GTK_WIDGET (self));

  self->counters[counter] = box;
  self->values[counter] = GTK_LABEL (value);
  self->captions[counter] = GTK_LABEL (caption_label);
}

static void
hp_traffic_strip_init (HpTrafficStrip *self)
{
  add_counter (self, RATE, _ ("Per Second"));
  add_counter (self, TOTAL, _ ("Requests"));
  add_counter (self, SENT, _ ("Sent"));
  add_counter (self, PROBLEMS, _ ("Problems"));
  /* Translators: so many requests are not in the log. */
  add_counter (self, DROPPED, _ ("Not Shown"));
  gtk_widget_set_tooltip_text (self->counters[DROPPED],
                               _ ("These requests were answered, but came too fast for the log"));

  self->sparkline = hp_sparkline_new ();
  gtk_widget_set_parent (self->sparkline, GTK_WIDGET (self));

  self->signals = g_signal_group_new (HP_TYPE_REQUEST_LOG);
  g_signal_group_connect_swapped (self->signals, "changed", G_CALLBACK (log_changed_cb), self);
  g_signal_group_connect_swapped (self->signals, "notify::n-dropped", G_CALLBACK (update_dropped),
                                  self);
  update_totals (self);
}
