/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-timing-bar.h"

#define HEIGHT        8
#define MIN_WIDTH     80
#define NATURAL_WIDTH 220

/* What takes part in it must be seen, however short it was. */
#define LEAST_PART 3

struct _HpTimingBar
{
  GtkWidget parent_instance;

  guint32 first_byte_us;
  guint32 duration_us;
};

G_DEFINE_FINAL_TYPE (HpTimingBar, hp_timing_bar, GTK_TYPE_WIDGET)

static void
hp_timing_bar_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? MIN_WIDTH : HEIGHT;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? NATURAL_WIDTH : HEIGHT;
}

static GdkRGBA
get_color (GtkWidget *widget, float alpha)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  GdkRGBA color;

  if (!gtk_style_context_lookup_color (style, "log_accent_color", &color))
    gtk_style_context_get_color (style, &color);
  color.alpha *= alpha;
  return color;
}

static void
hp_timing_bar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  HpTimingBar *self = HP_TIMING_BAR (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GdkRGBA wait_color = get_color (widget, 0.45);
  GdkRGBA body_color = get_color (widget, 1);
  float width = gtk_widget_get_width (widget);
  float wait = width;
  GskRoundedRect shape;

  if (self->duration_us > 0 && self->first_byte_us > 0)
    wait = CLAMP (width * self->first_byte_us / self->duration_us, LEAST_PART, width - LEAST_PART);
  if (self->first_byte_us >= self->duration_us)
    wait = width;

  gsk_rounded_rect_init_from_rect (&shape, &GRAPHENE_RECT_INIT (0, 0, width, HEIGHT), HEIGHT / 2);
  gtk_snapshot_push_rounded_clip (snapshot, &shape);
  gtk_snapshot_append_color (snapshot, &wait_color,
                             &GRAPHENE_RECT_INIT (rtl ? width - wait : 0, 0, wait, HEIGHT));
  gtk_snapshot_append_color (snapshot, &body_color,
                             &GRAPHENE_RECT_INIT (rtl ? 0 : wait, 0, width - wait, HEIGHT));
  gtk_snapshot_pop (snapshot);
}

static void
hp_timing_bar_class_init (HpTimingBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->measure = hp_timing_bar_measure;
  widget_class->snapshot = hp_timing_bar_snapshot;
  gtk_widget_class_set_css_name (widget_class, "timingbar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
hp_timing_bar_init (HpTimingBar *self)
{
}

GtkWidget *
hp_timing_bar_new (void)
{
  return g_object_new (HP_TYPE_TIMING_BAR, NULL);
}

void
hp_timing_bar_set_times (HpTimingBar *self, guint32 first_byte_us, guint32 duration_us)
{
  g_return_if_fail (HP_IS_TIMING_BAR (self));

  self->first_byte_us = first_byte_us;
  self->duration_us = duration_us;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
