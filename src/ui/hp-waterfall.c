/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-waterfall.h"

#define MIN_WIDTH     80
#define NATURAL_WIDTH 240
#define HEIGHT        34
#define ONE_HEIGHT    10

/* The shortest request is seen; pixels. */
#define LEAST_BAR 2

/* A load of two requests isn't drawn as two thick beams. */
#define MAX_BAR_HEIGHT 5

struct _HpWaterfall
{
  GtkWidget parent_instance;

  HpPageLoad *load; /* owned, nullable */
  GSignalGroup *signals;

  HpPageLoadBar bar;
  gboolean is_one; /* only the bar above is drawn */
};

G_DEFINE_FINAL_TYPE (HpWaterfall, hp_waterfall, GTK_TYPE_WIDGET)

typedef struct
{
  GdkRGBA normal;
  GdkRGBA problem;
  GdkRGBA line;
  gboolean rtl;
  float width;
  double total_us;
} Look;

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

static void
append_part (GtkSnapshot *snapshot,
             const Look *look,
             GdkRGBA color,
             float x,
             float width,
             float y,
             float height,
             float alpha)
{
  color.alpha *= alpha;
  gtk_snapshot_append_color (
      snapshot, &color,
      &GRAPHENE_RECT_INIT (look->rtl ? look->width - x - width : x, y, width, height));
}

/* The time until the first byte is paler than that of the body. */
static void
append_bar (
    GtkSnapshot *snapshot, const Look *look, const HpPageLoadBar *bar, float y, float height)
{
  GdkRGBA color = bar->is_problem ? look->problem : look->normal;
  float x = look->width * (bar->start_us / look->total_us);
  float width = MAX (LEAST_BAR, look->width * (bar->duration_us / look->total_us));
  float wait = look->width * (bar->first_byte_us / look->total_us);

  x = CLAMP (x, 0, look->width - LEAST_BAR);
  width = MIN (width, look->width - x);
  wait = MIN (wait, width - LEAST_BAR);
  if (wait > 0)
    append_part (snapshot, look, color, x, wait, y, height, 0.45);
  else
    wait = 0;
  append_part (snapshot, look, color, x + wait, width - wait, y, height, 1);
}

static void
hp_waterfall_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  HpWaterfall *self = HP_WATERFALL (widget);
  float height = gtk_widget_get_height (widget);
  const HpPageLoadBar *bars;
  Look look;
  float step;
  float top;
  guint n;

  if (!self->load || !hp_page_load_is_page (self->load))
    return;

  look.normal = get_color (widget, "log_accent_color", 1);
  look.problem = get_color (widget, "log_error_color", 1);
  look.line = get_color (widget, NULL, 0.12);
  look.rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  look.width = gtk_widget_get_width (widget);
  look.total_us = MAX (1, hp_page_load_get_duration_us (self->load));

  if (self->is_one)
    {
      gtk_snapshot_append_color (snapshot, &look.line,
                                 &GRAPHENE_RECT_INIT (0, (int) (height / 2), look.width, 1));
      append_bar (snapshot, &look, &self->bar, (int) (height - ONE_HEIGHT) / 2 + 1, ONE_HEIGHT - 2);
      return;
    }

  bars = hp_page_load_get_bars (self->load, &n);
  step = MIN (MAX_BAR_HEIGHT + 1, height / MAX (n, 1));
  top = (int) (height - n * step) / 2;
  for (guint i = 0; i < n; i++)
    append_bar (snapshot, &look, &bars[i], top + i * step, step > 2 ? step - 1 : MAX (step, 1));
}

static void
hp_waterfall_measure (GtkWidget *widget,
                      GtkOrientation orientation,
                      int for_size,
                      int *minimum,
                      int *natural,
                      int *minimum_baseline,
                      int *natural_baseline)
{
  int height = HP_WATERFALL (widget)->is_one ? ONE_HEIGHT : HEIGHT;

  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? MIN_WIDTH : height;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? NATURAL_WIDTH : height;
}

static void
hp_waterfall_dispose (GObject *object)
{
  HpWaterfall *self = HP_WATERFALL (object);

  if (self->signals)
    g_signal_group_set_target (self->signals, NULL);
  g_clear_object (&self->signals);
  g_clear_object (&self->load);
  G_OBJECT_CLASS (hp_waterfall_parent_class)->dispose (object);
}

static void
hp_waterfall_class_init (HpWaterfallClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hp_waterfall_dispose;
  widget_class->snapshot = hp_waterfall_snapshot;
  widget_class->measure = hp_waterfall_measure;
  gtk_widget_class_set_css_name (widget_class, "waterfall");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
hp_waterfall_init (HpWaterfall *self)
{
  self->signals = g_signal_group_new (HP_TYPE_PAGE_LOAD);
  g_signal_group_connect_swapped (self->signals, "changed", G_CALLBACK (gtk_widget_queue_draw),
                                  self);
}

GtkWidget *
hp_waterfall_new (void)
{
  return g_object_new (HP_TYPE_WATERFALL, NULL);
}

static void
set_load (HpWaterfall *self, HpPageLoad *load)
{
  if (g_set_object (&self->load, load))
    g_signal_group_set_target (self->signals, load);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
hp_waterfall_set_load (HpWaterfall *self, HpPageLoad *load)
{
  g_return_if_fail (HP_IS_WATERFALL (self));
  g_return_if_fail (!load || HP_IS_PAGE_LOAD (load));

  self->is_one = FALSE;
  set_load (self, load);
}

/* A load that grows makes the bars of all its requests shorter. */
void
hp_waterfall_set_bar (HpWaterfall *self, HpPageLoad *load, const HpPageLoadBar *bar)
{
  g_return_if_fail (HP_IS_WATERFALL (self));
  g_return_if_fail (HP_IS_PAGE_LOAD (load));

  self->is_one = TRUE;
  self->bar = *bar;
  set_load (self, load);
}
