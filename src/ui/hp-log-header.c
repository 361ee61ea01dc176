/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/hp-log-header.h"

struct _HpLogHeader
{
  GtkWidget parent_instance;

  /* owned */
  HpLogColumns *columns;
  GtkWidget *titles[HP_N_LOG_COLUMNS];
};

G_DEFINE_FINAL_TYPE (HpLogHeader, hp_log_header, GTK_TYPE_WIDGET)

static void
hp_log_header_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  HpLogHeader *self = HP_LOG_HEADER (widget);

  *minimum = *natural = 0;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    return; /* Takes what the rows get. */

  for (guint i = 0; i < HP_N_LOG_COLUMNS; i++)
    {
      int height;

      gtk_widget_measure (self->titles[i], orientation, -1, NULL, &height, NULL, NULL);
      *natural = MAX (*natural, height);
    }
  *minimum = *natural;
}

static void
hp_log_header_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  HpLogHeader *self = HP_LOG_HEADER (widget);
  GtkTextDirection direction = gtk_widget_get_direction (widget);

  for (guint i = 0; i < HP_N_LOG_COLUMNS; i++)
    {
      HpLogCell *cell = &self->columns->cells[i];
      GtkAllocation place = {
        hp_log_columns_get_x (self->columns, i, direction),
        0,
        cell->width,
        height,
      };

      gtk_widget_set_child_visible (self->titles[i], cell->visible);
      if (cell->visible)
        gtk_widget_size_allocate (self->titles[i], &place, -1);
    }
}

static void
hp_log_header_dispose (GObject *object)
{
  HpLogHeader *self = HP_LOG_HEADER (object);

  for (guint i = 0; i < HP_N_LOG_COLUMNS; i++)
    g_clear_pointer (&self->titles[i], gtk_widget_unparent);
  G_OBJECT_CLASS (hp_log_header_parent_class)->dispose (object);
}

static void
hp_log_header_finalize (GObject *object)
{
  HpLogHeader *self = HP_LOG_HEADER (object);

  g_clear_pointer (&self->columns, hp_log_columns_unref);
  G_OBJECT_CLASS (hp_log_header_parent_class)->finalize (object);
}

static void
hp_log_header_class_init (HpLogHeaderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hp_log_header_dispose;
  object_class->finalize = hp_log_header_finalize;
  widget_class->measure = hp_log_header_measure;
  widget_class->size_allocate = hp_log_header_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "logheader");
}

static void
hp_log_header_init (HpLogHeader *self)
{
  const char *titles[HP_N_LOG_COLUMNS] = {
    [HP_LOG_COLUMN_TIME] = _ ("Time"),         [HP_LOG_COLUMN_METHOD] = _ ("Method"),
    [HP_LOG_COLUMN_STATUS] = _ ("Status"),     [HP_LOG_COLUMN_PATH] = _ ("Path"),
    [HP_LOG_COLUMN_SIZE] = _ ("Size"),         [HP_LOG_COLUMN_DURATION] = _ ("Duration"),
    [HP_LOG_COLUMN_REFERRER] = _ ("Referrer"),
  };

  for (guint i = 0; i < HP_N_LOG_COLUMNS; i++)
    {
      self->titles[i] = gtk_label_new (titles[i]);
      gtk_label_set_ellipsize (GTK_LABEL (self->titles[i]), PANGO_ELLIPSIZE_END);
      gtk_label_set_xalign (GTK_LABEL (self->titles[i]), hp_log_column_is_number (i) ? 1 : 0);
      gtk_widget_set_parent (self->titles[i], GTK_WIDGET (self));
    }
}

GtkWidget *
hp_log_header_new (HpLogColumns *columns)
{
  HpLogHeader *self = g_object_new (HP_TYPE_LOG_HEADER, NULL);

  self->columns = hp_log_columns_ref (columns);
  return GTK_WIDGET (self);
}

void
hp_log_header_get_widths (HpLogHeader *self, int widths[HP_N_LOG_COLUMNS])
{
  g_return_if_fail (HP_IS_LOG_HEADER (self));

  for (guint i = 0; i < HP_N_LOG_COLUMNS; i++)
    gtk_widget_measure (self->titles[i], GTK_ORIENTATION_HORIZONTAL, -1, NULL, &widths[i], NULL,
                        NULL);
}
