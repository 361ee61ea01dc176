/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-log-pages.h"

/* Pixels: below, a request takes two lines, and the filter bar a line of its own. */
#define TABLE_MIN_WIDTH 560

struct _HpLogPages
{
  GtkWidget parent_instance;

  /* owned: our children */
  GtkWidget *bar;
  GtkWidget *stack;
  /* borrowed: below these */
  HpLogTable *table;
  GtkWidget *filter_bar; /* NULL until there is one */

  guint width_source; /* 0 unless a new width waits to be used */
  int width;
};

enum
{
  PROP_0,
  PROP_TABLE,
  PROP_FILTER_BAR,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HpLogPages, hp_log_pages, GTK_TYPE_WIDGET)

/* Size */

static gboolean
use_width_cb (gpointer user_data)
{
  HpLogPages *self = user_data;
  gboolean narrow = self->width < TABLE_MIN_WIDTH;

  self->width_source = 0;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->bar),
                                  narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  if (self->table)
    hp_log_table_set_narrow (self->table, narrow);
  return G_SOURCE_REMOVE;
}

static void
hp_log_pages_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  HpLogPages *self = HP_LOG_PAGES (widget);
  int bar_height = 0;

  if (gtk_widget_should_layout (self->bar))
    {
      gtk_widget_measure (self->bar, GTK_ORIENTATION_VERTICAL, width, &bar_height, NULL, NULL,
                          NULL);
      gtk_widget_size_allocate (self->bar, &(GtkAllocation){ 0, 0, width, bar_height }, -1);
    }
  gtk_widget_size_allocate (
      self->stack, &(GtkAllocation){ 0, bar_height, width, MAX (0, height - bar_height) }, -1);

  /* Children must not change while they are being allocated; before the next frame they may. */
  if (width != self->width && self->width_source == 0)
    self->width_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, use_width_cb, self, NULL);
  self->width = width;
}

static void
hp_log_pages_measure (GtkWidget *widget,
                      GtkOrientation orientation,
                      int for_size,
                      int *minimum,
                      int *natural,
                      int *minimum_baseline,
                      int *natural_baseline)
{
  HpLogPages *self = HP_LOG_PAGES (widget);
  int bar_minimum = 0;
  int bar_natural = 0;

  gtk_widget_measure (self->stack, orientation, -1, minimum, natural, NULL, NULL);
  if (gtk_widget_should_layout (self->bar))
    gtk_widget_measure (self->bar, orientation, -1, &bar_minimum, &bar_natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      *minimum += bar_minimum;
      *natural += bar_natural;
    }
  else
    {
      *minimum = MAX (*minimum, bar_minimum);
      *natural = MAX (*natural, bar_natural);
    }
}

/* The object */

static void
hp_log_pages_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HpLogPages *self = HP_LOG_PAGES (object);

  switch (id)
    {
    case PROP_TABLE:
      hp_log_pages_set_table (self, g_value_get_object (value));
      break;
    case PROP_FILTER_BAR:
      hp_log_pages_set_filter_bar (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_log_pages_dispose (GObject *object)
{
  HpLogPages *self = HP_LOG_PAGES (object);

  g_clear_handle_id (&self->width_source, g_source_remove);
  g_clear_pointer (&self->bar, gtk_widget_unparent);
  g_clear_pointer (&self->stack, gtk_widget_unparent);
  self->table = NULL;
  G_OBJECT_CLASS (hp_log_pages_parent_class)->dispose (object);
}

static void
hp_log_pages_class_init (HpLogPagesClass *klass)
{
  const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = hp_log_pages_set_property;
  object_class->dispose = hp_log_pages_dispose;
  widget_class->measure = hp_log_pages_measure;
  widget_class->size_allocate = hp_log_pages_size_allocate;

  properties[PROP_TABLE] = g_param_spec_object ("table", NULL, NULL, HP_TYPE_LOG_TABLE, flags);
  properties[PROP_FILTER_BAR] = g_param_spec_object ("filter-bar", NULL, NULL, GTK_TYPE_WIDGET,
                                                     flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_css_name (widget_class, "logpages");
}

static void
hp_log_pages_init (HpLogPages *self)
{
  self->bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_add_css_class (self->bar, "log-bar");
  gtk_widget_set_visible (self->bar, FALSE);
  self->stack = gtk_stack_new ();
  gtk_stack_set_hhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_stack_set_vhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_widget_set_parent (self->bar, GTK_WIDGET (self));
  gtk_widget_set_parent (self->stack, GTK_WIDGET (self));
}

void
hp_log_pages_set_table (HpLogPages *self, HpLogTable *table)
{
  g_return_if_fail (HP_IS_LOG_PAGES (self));
  g_return_if_fail (HP_IS_LOG_TABLE (table));
  g_return_if_fail (self->table == NULL);

  self->table = table;
  gtk_stack_add_named (GTK_STACK (self->stack), GTK_WIDGET (table), "requests");
}

void
hp_log_pages_set_filter_bar (HpLogPages *self, GtkWidget *filter_bar)
{
  g_return_if_fail (HP_IS_LOG_PAGES (self));
  g_return_if_fail (GTK_IS_WIDGET (filter_bar));
  g_return_if_fail (self->filter_bar == NULL);

  self->filter_bar = filter_bar;
  gtk_widget_set_hexpand (filter_bar, TRUE);
  gtk_box_append (GTK_BOX (self->bar), filter_bar);
  gtk_widget_set_visible (self->bar, TRUE);
}
