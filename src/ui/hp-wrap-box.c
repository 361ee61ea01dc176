/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-wrap-box.h"

#define SPACING 6

struct _HpWrapBox
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (HpWrapBox, hp_wrap_box, GTK_TYPE_WIDGET)

/* Walks the children line by line, places them when allocate is set, and returns the height. */
static int
lay_out (GtkWidget *widget, int width, gboolean allocate)
{
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int x = 0, y = 0, line_height = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkRequisition size;

      if (!gtk_widget_should_layout (child))
        continue;

      gtk_widget_get_preferred_size (child, NULL, &size);
      if (x > 0 && x + size.width > width)
        {
          x = 0;
          y += line_height + SPACING;
          line_height = 0;
        }
      if (allocate)
        {
          GtkAllocation place = { x, y, MIN (size.width, width), size.height };

          if (mirrored)
            place.x = width - x - place.width;
          gtk_widget_size_allocate (child, &place, -1);
        }
      x += size.width + SPACING;
      line_height = MAX (line_height, size.height);
    }
  return y + line_height;
}

static GtkSizeRequestMode
hp_wrap_box_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
hp_wrap_box_measure (GtkWidget *widget,
                     GtkOrientation orientation,
                     int for_size,
                     int *minimum,
                     int *natural,
                     int *minimum_baseline,
                     int *natural_baseline)
{
  int n_children = 0, widest = 0, sum = 0;

  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      *minimum = *natural = lay_out (widget, for_size < 0 ? G_MAXINT : for_size, FALSE);
      return;
    }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      int child_minimum, child_natural;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (child, orientation, -1, &child_minimum, &child_natural, NULL, NULL);
      widest = MAX (widest, child_minimum);
      sum += child_natural;
      n_children++;
    }
  *minimum = widest;
  *natural = sum + MAX (0, n_children - 1) * SPACING;
}

static void
hp_wrap_box_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  lay_out (widget, width, TRUE);
}

static void
hp_wrap_box_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))))
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (hp_wrap_box_parent_class)->dispose (object);
}

static void
hp_wrap_box_class_init (HpWrapBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hp_wrap_box_dispose;
  widget_class->get_request_mode = hp_wrap_box_get_request_mode;
  widget_class->measure = hp_wrap_box_measure;
  widget_class->size_allocate = hp_wrap_box_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "wrapbox");
}

static void
hp_wrap_box_init (HpWrapBox *self)
{
}
