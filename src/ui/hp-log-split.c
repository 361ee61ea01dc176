/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-log-split.h"
#include "ui/hp-settings.h"

/* Pixels that both need to be of use next to each other. */
#define MAIN_MIN_WIDTH  300
#define MAIN_MIN_HEIGHT 120
#define PANE_MIN_WIDTH  260
#define PANE_MIN_HEIGHT 140

/* Less than this is one column, whatever was chosen. */
#define COVER_WIDTH 560

struct _HpLogSplit
{
  GtkWidget parent_instance;

  /* owned: our child */
  GtkWidget *paned;
  /* borrowed: in the paned */
  GtkWidget *main;
  GtkWidget *pane;

  guint update_source; /* 0 unless the children are to be shown in another way */
  int pane_width;      /* as the user wants it, beside … */
  int pane_height;     /* … and below */
  int main_width;
  int wanted_main_width;
  gboolean open;
  gboolean beside;
  gboolean covering;
  gboolean wanted_covering;
  gboolean allocating; /* the border moves, and not by the user's hand */
};

enum
{
  PROP_0,
  PROP_OPEN,
  PROP_BESIDE,
  PROP_PANE_WIDTH,
  PROP_PANE_HEIGHT,
  PROP_COVERING,
  PROP_MAIN_WIDTH,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HpLogSplit, hp_log_split, GTK_TYPE_WIDGET)

static void
update_children (HpLogSplit *self)
{
  gboolean covering = self->open && self->wanted_covering;

  gtk_widget_set_visible (self->pane, self->open);
  gtk_widget_set_visible (self->main, !covering);
  if (self->covering != self->wanted_covering)
    {
      self->covering = self->wanted_covering;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COVERING]);
    }
  if (self->main_width != self->wanted_main_width)
    {
      self->main_width = self->wanted_main_width;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAIN_WIDTH]);
    }
}

static gboolean
update_children_cb (gpointer user_data)
{
  HpLogSplit *self = user_data;

  self->update_source = 0;
  update_children (self);
  return G_SOURCE_REMOVE;
}

/* The border between the two, which is neither of them. */
static int
measure_border (HpLogSplit *self, GtkOrientation orientation)
{
  int natural = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (self->paned); child;
       child = gtk_widget_get_next_sibling (child))
    if (child != self->main && child != self->pane)
      gtk_widget_measure (child, orientation, -1, NULL, &natural, NULL, NULL);
  return natural;
}

static gboolean
is_split (HpLogSplit *self)
{
  return gtk_widget_get_visible (self->main) && gtk_widget_get_visible (self->pane);
}

/* What the main widget gets so that the pane has the size that the user gave it. */
static int
get_position (HpLogSplit *self, int total)
{
  GtkOrientation orientation = self->beside ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL;
  int room = total - measure_border (self, orientation);
  int pane_min = self->beside ? PANE_MIN_WIDTH : PANE_MIN_HEIGHT;
  int main_min = self->beside ? MAIN_MIN_WIDTH : MAIN_MIN_HEIGHT;
  int size = self->beside ? self->pane_width : self->pane_height;

  size = MIN (size, room - main_min);
  return room - MAX (size, pane_min);
}

static void
hp_log_split_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  HpLogSplit *self = HP_LOG_SPLIT (widget);
  int position = get_position (self, self->beside ? width : height);

  self->allocating = TRUE;
  if (is_split (self))
    gtk_paned_set_position (GTK_PANED (self->paned), position);
  gtk_widget_allocate (self->paned, width, height, baseline, NULL);
  self->allocating = FALSE;

  /* Children must not change while they are being allocated; before the next frame they may. */
  self->wanted_covering = width < COVER_WIDTH
                          || (!self->beside && height < MAIN_MIN_HEIGHT + PANE_MIN_HEIGHT);
  self->wanted_main_width = self->open && self->beside && !self->wanted_covering ? position : width;
  if ((self->wanted_covering != self->covering || self->wanted_main_width != self->main_width)
      && self->update_source == 0)
    self->update_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, update_children_cb, self, NULL);
}

static void
hp_log_split_measure (GtkWidget *widget,
                      GtkOrientation orientation,
                      int for_size,
                      int *minimum,
                      int *natural,
                      int *minimum_baseline,
                      int *natural_baseline)
{
  HpLogSplit *self = HP_LOG_SPLIT (widget);
  int pane_minimum;
  int pane_natural;

  /* There is always the way to show one of the two alone. */
  gtk_widget_measure (self->main, orientation, -1, minimum, natural, NULL, NULL);
  gtk_widget_measure (self->pane, orientation, -1, &pane_minimum, &pane_natural, NULL, NULL);
  *minimum = MAX (*minimum, pane_minimum);
  *natural = MAX (*natural, pane_natural);
}

/* By the user's hand or keys. */
static void
position_changed_cb (HpLogSplit *self)
{
  int total = self->beside ? gtk_widget_get_width (self->paned)
                           : gtk_widget_get_height (self->paned);
  int border;
  int size;

  if (self->allocating || !is_split (self) || total == 0)
    return;

  border = measure_border (self,
                           self->beside ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL);
  size = total - border - gtk_paned_get_position (GTK_PANED (self->paned));
  if (self->beside)
    g_object_set (self, "pane-width", MAX (size, PANE_MIN_WIDTH), NULL);
  else
    g_object_set (self, "pane-height", MAX (size, PANE_MIN_HEIGHT), NULL);
}

static void
hp_log_split_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HpLogSplit *self = HP_LOG_SPLIT (object);

  switch (id)
    {
    case PROP_OPEN:
      g_value_set_boolean (value, self->open);
      break;
    case PROP_BESIDE:
      g_value_set_boolean (value, self->beside);
      break;
    case PROP_PANE_WIDTH:
      g_value_set_int (value, self->pane_width);
      break;
    case PROP_PANE_HEIGHT:
      g_value_set_int (value, self->pane_height);
      break;
    case PROP_COVERING:
      g_value_set_boolean (value, self->covering);
      break;
    case PROP_MAIN_WIDTH:
      g_value_set_int (value, self->main_width);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
set_size (HpLogSplit *self, int *size, int value, GParamSpec *pspec)
{
  if (*size == value)
    return;
  *size = value;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), pspec);
}

static void
hp_log_split_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HpLogSplit *self = HP_LOG_SPLIT (object);

  switch (id)
    {
    case PROP_OPEN:
      hp_log_split_set_open (self, g_value_get_boolean (value));
      break;
    case PROP_BESIDE:
      hp_log_split_set_beside (self, g_value_get_boolean (value));
      break;
    case PROP_PANE_WIDTH:
      set_size (self, &self->pane_width, g_value_get_int (value), pspec);
      break;
    case PROP_PANE_HEIGHT:
      set_size (self, &self->pane_height, g_value_get_int (value), pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_log_split_dispose (GObject *object)
{
  HpLogSplit *self = HP_LOG_SPLIT (object);

  g_clear_handle_id (&self->update_source, g_source_remove);
  g_clear_pointer (&self->paned, gtk_widget_unparent);
  G_OBJECT_CLASS (hp_log_split_parent_class)->dispose (object);
}

static void
hp_log_split_class_init (HpLogSplitClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags told = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hp_log_split_get_property;
  object_class->set_property = hp_log_split_set_property;
  object_class->dispose = hp_log_split_dispose;
  widget_class->measure = hp_log_split_measure;
  widget_class->size_allocate = hp_log_split_size_allocate;

  properties[PROP_OPEN] = g_param_spec_boolean ("open", NULL, NULL, FALSE, flags);
  properties[PROP_BESIDE] = g_param_spec_boolean ("beside", NULL, NULL, FALSE, flags);
  properties[PROP_PANE_WIDTH] = g_param_spec_int ("pane-width", NULL, NULL, PANE_MIN_WIDTH,
                                                  G_MAXINT, 380, flags);
  properties[PROP_PANE_HEIGHT] = g_param_spec_int ("pane-height", NULL, NULL, PANE_MIN_HEIGHT,
                                                   G_MAXINT, 230, flags);
  properties[PROP_COVERING] = g_param_spec_boolean ("covering", NULL, NULL, FALSE, told);
  properties[PROP_MAIN_WIDTH] = g_param_spec_int ("main-width", NULL, NULL, 0, G_MAXINT, 0, told);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_css_name (widget_class, "logsplit");
}

static void
hp_log_split_init (HpLogSplit *self)
{
  self->pane_width = 380;
  self->pane_height = 230;
  self->paned = gtk_paned_new (GTK_ORIENTATION_VERTICAL);
  gtk_paned_set_shrink_start_child (GTK_PANED (self->paned), FALSE);
  gtk_paned_set_shrink_end_child (GTK_PANED (self->paned), FALSE);
  /* We say anew for each size where the border is; by itself it would move it once more. */
  gtk_paned_set_resize_start_child (GTK_PANED (self->paned), FALSE);
  gtk_widget_set_parent (self->paned, GTK_WIDGET (self));
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

static void
bind_settings (HpLogSplit *self)
{
  hp_settings_bind ("pane-width", self, "pane-width");
  hp_settings_bind ("pane-height", self, "pane-height");
  hp_settings_bind ("pane-beside", self, "beside");
  hp_settings_bind ("pane-open", self, "open");
}

GtkWidget *
hp_log_split_new (GtkWidget *main, GtkWidget *pane)
{
  HpLogSplit *self = g_object_new (HP_TYPE_LOG_SPLIT, NULL);

  self->main = main;
  self->pane = pane;
  gtk_widget_set_size_request (main, -1, MAIN_MIN_HEIGHT / 2);
  gtk_paned_set_start_child (GTK_PANED (self->paned), main);
  gtk_paned_set_end_child (GTK_PANED (self->paned), pane);
  g_signal_connect_object (self->paned, "notify::position", G_CALLBACK (position_changed_cb), self,
                           G_CONNECT_SWAPPED);
  bind_settings (self);
  update_children (self);
  return GTK_WIDGET (self);
}

gboolean
hp_log_split_get_open (HpLogSplit *self)
{
  g_return_val_if_fail (HP_IS_LOG_SPLIT (self), FALSE);

  return self->open;
}

void
hp_log_split_set_open (HpLogSplit *self, gboolean open)
{
  g_return_if_fail (HP_IS_LOG_SPLIT (self));

  open = !!open;
  if (self->open == open)
    return;

  self->open = open;
  if (self->pane)
    update_children (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OPEN]);
}

gboolean
hp_log_split_get_beside (HpLogSplit *self)
{
  g_return_val_if_fail (HP_IS_LOG_SPLIT (self), FALSE);

  return self->beside;
}

void
hp_log_split_set_beside (HpLogSplit *self, gboolean beside)
{
  g_return_if_fail (HP_IS_LOG_SPLIT (self));

  beside = !!beside;
  if (self->beside == beside)
    return;

  self->beside = beside;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->paned),
                                  beside ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BESIDE]);
}

gboolean
hp_log_split_get_covering (HpLogSplit *self)
{
  g_return_val_if_fail (HP_IS_LOG_SPLIT (self), FALSE);

  return self->covering;
}

int
hp_log_split_get_main_width (HpLogSplit *self)
{
  g_return_val_if_fail (HP_IS_LOG_SPLIT (self), 0);

  return self->main_width;
}
