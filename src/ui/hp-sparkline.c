/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/hp-sparkline.h"

#define REDRAW_MS 500

#define MIN_WIDTH      60
#define NATURAL_WIDTH  240
#define MIN_HEIGHT     24
#define NATURAL_HEIGHT 40

/* A bar as high as the widget means at least so many requests a second: one must not look like a
 * storm. */
#define LEAST_PEAK 4

/* One problem among thousands of requests must still be seen; pixels. */
#define LEAST_BAR 3

struct _HpSparkline
{
  GtkWidget parent_instance;

  /* owned */
  HpRequestLog *log;

  gulong changed_id;
  guint redraw_source; /* 0 while unmapped or while the last minute was quiet */
};

G_DEFINE_FINAL_TYPE (HpSparkline, hp_sparkline, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_LOG,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

typedef struct
{
  HpLogSecond seconds[HP_LOG_SECONDS];
  guint32 peak;
  guint32 requests;
  guint32 problems;
} Traffic;

static Traffic
get_traffic (HpSparkline *self)
{
  Traffic traffic = { 0 };

  if (self->log)
    hp_request_log_get_traffic (self->log, g_get_real_time (), traffic.seconds);
  for (guint i = 0; i < HP_LOG_SECONDS; i++)
    {
      traffic.peak = MAX (traffic.peak, traffic.seconds[i].requests);
      traffic.requests += traffic.seconds[i].requests;
      traffic.problems += traffic.seconds[i].problems;
    }
  return traffic;
}

static void
update_label (HpSparkline *self, const Traffic *traffic)
{
  g_autofree char *label = NULL;

  /* Translators: a chart's name for screen readers. */
  label = g_strdup_printf (
      _ ("Traffic of the last minute. Requests: %u. Problems: %u. Most requests "
         "in a second: %u."),
      traffic->requests, traffic->problems, traffic->peak);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

/* Drawing */

static GdkRGBA
get_color (GtkWidget *widget, const char *name, float alpha)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  GdkRGBA color;

  if (!name || !gtk_style_context_lookup_color (style, name, &color))
    gtk_style_context_get_color (style, &color);
  color.alpha *= alpha;
  return color;
}

/* Bars end on whole pixels, so that they are sharp; they may differ by one in width. */
static void
get_bar (GtkWidget *widget, guint index, int *x, int *width)
{
  int total = gtk_widget_get_width (widget);
  int start = total * (int) index / HP_LOG_SECONDS;
  int end = total * (int) (index + 1) / HP_LOG_SECONDS;

  *width = total >= 3 * HP_LOG_SECONDS ? end - start - 1 : end - start;
  *x = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL ? total - start - *width : start;
}

static int
bar_height (guint32 count, guint32 peak, int height)
{
  if (count == 0)
    return 0;
  return MIN (height, MAX (LEAST_BAR, (int) ((guint64) count * height / peak)));
}

static void
hp_sparkline_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  Traffic traffic = get_traffic (HP_SPARKLINE (widget));
  GdkRGBA requests_color = get_color (widget, "accent_color", 0.75);
  GdkRGBA problems_color = get_color (widget, "error_color", 1);
  GdkRGBA line_color = get_color (widget, NULL, 0.2);
  int height = gtk_widget_get_height (widget) - 1;
  guint32 peak = MAX (traffic.peak, LEAST_PEAK);

  for (guint i = 0; i < HP_LOG_SECONDS; i++)
    {
      HpLogSecond *second = &traffic.seconds[i];
      int total = bar_height (second->requests, peak, height);
      int bad = MIN (total, bar_height (second->problems, peak, height));
      int x;
      int width;

      if (total == 0)
        continue;
      get_bar (widget, i, &x, &width);
      gtk_snapshot_append_color (snapshot, &requests_color,
                                 &GRAPHENE_RECT_INIT (x, height - total, width, total - bad));
      gtk_snapshot_append_color (snapshot, &problems_color,
                                 &GRAPHENE_RECT_INIT (x, height - bad, width, bad));
    }
  gtk_snapshot_append_color (snapshot, &line_color,
                             &GRAPHENE_RECT_INIT (0, height, gtk_widget_get_width (widget), 1));
}

static void
hp_sparkline_measure (GtkWidget *widget,
                      GtkOrientation orientation,
                      int for_size,
                      int *minimum,
                      int *natural,
                      int *minimum_baseline,
                      int *natural_baseline)
{
  gboolean horizontal = orientation == GTK_ORIENTATION_HORIZONTAL;

  *minimum = horizontal ? MIN_WIDTH : MIN_HEIGHT;
  *natural = horizontal ? NATURAL_WIDTH : NATURAL_HEIGHT;
}

/* The named colours are used behind the style's back; style.css lets it change with them. */
static void
hp_sparkline_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (hp_sparkline_parent_class)->css_changed (widget, change);
  gtk_widget_queue_draw (widget);
}

/* The tooltip */

static char *
format_second (const HpLogSecond *second, guint age)
{
  g_autofree char *requests = NULL;
  g_autofree char *problems = NULL;

  requests = g_strdup_printf (ngettext ("%u request/s", "%u requests/s", second->requests),
                              second->requests);
  problems = g_strdup_printf (ngettext ("%u problem/s", "%u problems/s", second->problems),
                              second->problems);
  if (age == 0)
    /* Translators: "42 requests/s", "1 problem/s". */
    return g_strdup_printf (_ ("%s, %s now"), requests, problems);
  return g_strdup_printf (
      /* Translators: "42 requests/s", "1 problem/s", seconds. */
      ngettext ("%s, %s %u second ago", "%s, %s %u seconds ago", age), requests, problems, age);
}

static gboolean
hp_sparkline_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  Traffic traffic = get_traffic (HP_SPARKLINE (widget));
  int width = gtk_widget_get_width (widget);
  g_autofree char *text = NULL;
  int index;

  if (keyboard || width <= 0 || traffic.requests == 0)
    return FALSE;

  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    x = width - 1 - x;
  index = CLAMP (x * HP_LOG_SECONDS / width, 0, HP_LOG_SECONDS - 1);
  text = format_second (&traffic.seconds[index], HP_LOG_SECONDS - 1 - index);
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

/* Time */

static gboolean
redraw_cb (gpointer user_data)
{
  HpSparkline *self = user_data;
  Traffic traffic = get_traffic (self);

  update_label (self, &traffic);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (traffic.requests > 0)
    return G_SOURCE_CONTINUE;

  self->redraw_source = 0;
  return G_SOURCE_REMOVE;
}

/* Shows what there is, and goes on as long as it moves. */
static void
start (HpSparkline *self)
{
  if (self->redraw_source || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  if (redraw_cb (self) == G_SOURCE_CONTINUE)
    self->redraw_source = g_timeout_add (REDRAW_MS, redraw_cb, self);
}

static void
log_changed_cb (HpSparkline *self)
{
  start (self);
}

static void
hp_sparkline_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hp_sparkline_parent_class)->map (widget);
  start (HP_SPARKLINE (widget));
}

static void
hp_sparkline_unmap (GtkWidget *widget)
{
  HpSparkline *self = HP_SPARKLINE (widget);

  g_clear_handle_id (&self->redraw_source, g_source_remove);
  GTK_WIDGET_CLASS (hp_sparkline_parent_class)->unmap (widget);
}

/* The object */

static void
hp_sparkline_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HpSparkline *self = HP_SPARKLINE (object);

  switch (id)
    {
    case PROP_LOG:
      g_value_set_object (value, self->log);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_sparkline_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HpSparkline *self = HP_SPARKLINE (object);

  switch (id)
    {
    case PROP_LOG:
      hp_sparkline_set_log (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_sparkline_dispose (GObject *object)
{
  HpSparkline *self = HP_SPARKLINE (object);

  g_clear_handle_id (&self->redraw_source, g_source_remove);
  if (self->log)
    g_clear_signal_handler (&self->changed_id, self->log);
  g_clear_object (&self->log);
  G_OBJECT_CLASS (hp_sparkline_parent_class)->dispose (object);
}

static void
hp_sparkline_class_init (HpSparklineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hp_sparkline_get_property;
  object_class->set_property = hp_sparkline_set_property;
  object_class->dispose = hp_sparkline_dispose;
  widget_class->snapshot = hp_sparkline_snapshot;
  widget_class->measure = hp_sparkline_measure;
  widget_class->css_changed = hp_sparkline_css_changed;
  widget_class->query_tooltip = hp_sparkline_query_tooltip;
  widget_class->map = hp_sparkline_map;
  widget_class->unmap = hp_sparkline_unmap;

  properties[PROP_LOG] = g_param_spec_object ("log", NULL, NULL, HP_TYPE_REQUEST_LOG,
                                              G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                                                  | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_css_name (widget_class, "sparkline");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
hp_sparkline_init (HpSparkline *self)
{
  Traffic nothing = { 0 };

  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  update_label (self, &nothing);
}

GtkWidget *
hp_sparkline_new (void)
{
  return g_object_new (HP_TYPE_SPARKLINE, NULL);
}

void
hp_sparkline_set_log (HpSparkline *self, HpRequestLog *log)
{
  g_return_if_fail (HP_IS_SPARKLINE (self));
  g_return_if_fail (log == NULL || HP_IS_REQUEST_LOG (log));

  if (self->log == log)
    return;

  g_clear_handle_id (&self->redraw_source, g_source_remove);
  if (self->log)
    g_clear_signal_handler (&self->changed_id, self->log);
  g_set_object (&self->log, log);
  if (log)
    self->changed_id = g_signal_connect_swapped (log, "changed", G_CALLBACK (log_changed_cb), self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  start (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOG]);
}
