/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <math.h>

#include <glib/gi18n.h>

#include "ui/hp-log-header.h"

/* Pixels that a pointer moves before it drags. */
#define DRAG_THRESHOLD 8

typedef enum
{
  DRAG_NONE,
  DRAG_MAYBE, /* pressed on a title: a click, unless it moves */
  DRAG_MOVE,
  DRAG_RESIZE,
} DragMode;

struct _HpLogHeader
{
  GtkWidget parent_instance;

  /* owned */
  HpLogColumns *columns;
  GtkWidget *titles[HP_N_LOG_COLUMNS];
  /* borrowed: in the titles */
  GtkWidget *arrows[HP_N_LOG_COLUMNS];

  HpLogColumn focused; /* where Tab comes back to */

  DragMode drag;
  HpLogColumn dragged;
  int drag_sign;
  int drag_width; /* at the start */
};

G_DEFINE_FINAL_TYPE (HpLogHeader, hp_log_header, GTK_TYPE_WIDGET)

enum
{
  FIT,
  MENU,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* Sorting */

static void
update_sort (HpLogHeader *self)
{
  HpLogColumn sort = hp_log_column_set_get_sort (self->columns->set);
  gboolean descending = hp_log_column_set_get_descending (self->columns->set);

  for (guint i = 0; i < HP_N_LOG_COLUMNS; i++)
    {
      GtkAccessible *title = GTK_ACCESSIBLE (self->titles[i]);
      const char *words = "";

      gtk_widget_set_visible (self->arrows[i], i == sort);
      if (i == sort)
        {
          words = descending ? _ ("Sorted, the largest first") : _ ("Sorted, the smallest first");
          gtk_image_set_from_icon_name (GTK_IMAGE (self->arrows[i]), descending
                                                                         ? "hp-descending-symbolic"
                                                                         : "hp-ascending-symbolic");
        }
      gtk_accessible_update_property (title, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
    }
}

static gboolean
focus_other (HpLogHeader *self, guint from)
{
  for (guint i = 0; i < self->columns->n_visible; i++)
    {
      HpLogColumn column = self->columns->order[i];

      if (column != from && hp_log_column_set_get_shown (self->columns->set, column)
          && gtk_widget_grab_focus (self->titles[column]))
        return TRUE;
    }
  return FALSE;
}

/* For a screen reader as well; a title that has only no room now is not allocated. */
static void
update_shown (HpLogHeader *self)
{
  for (guint i = 0; i < HP_N_LOG_COLUMNS; i++)
    {
      gboolean shown = hp_log_column_set_get_shown (self->columns->set, i);

      if (!shown && gtk_widget_is_focus (self->titles[i]))
        focus_other (self, i);
      gtk_widget_set_visible (self->titles[i], shown);
    }
}

static HpLogColumn
find_title (HpLogHeader *self, GtkWidget *widget)
{
  for (guint i = 0; i < HP_N_LOG_COLUMNS; i++)
    if (self->titles[i] == widget)
      return i;
  return HP_LOG_COLUMN_NONE;
}

static void
clicked_cb (HpLogHeader *self, GtkWidget *title)
{
  hp_log_column_set_cycle_sort (self->columns->set, find_title (self, title));
}

/* Pointer */

static void
set_dragging (HpLogHeader *self, gboolean dragging)
{
  GtkWidget *title = self->titles[self->dragged];

  if (dragging)
    gtk_widget_add_css_class (title, "dragging");
  else
    gtk_widget_remove_css_class (title, "dragging");
}

static void
drag_begin_cb (GtkGestureDrag *gesture, double x, double y, HpLogHeader *self)
{
  GtkTextDirection direction = gtk_widget_get_direction (GTK_WIDGET (self));

  self->drag = DRAG_NONE;
  if (hp_log_columns_get_border_at (self->columns, x, direction, &self->dragged, &self->drag_sign))
    {
      self->drag = DRAG_RESIZE;
      self->drag_width = self->columns->cells[self->dragged].width;
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
      return;
    }
  self->dragged = hp_log_columns_get_at (self->columns, x, direction);
  if (self->dragged != HP_LOG_COLUMN_NONE)
    self->drag = DRAG_MAYBE;
}

/* The columns change places under the pointer as it passes the middle of the next one. */
static void
drag_to (HpLogHeader *self, double x)
{
  HpLogColumns *columns = self->columns;
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  guint place = hp_log_columns_get_place (columns, self->dragged);

  if (rtl)
    x = columns->width - x;

  if (place > 0)
    {
      HpLogCell *previous = &columns->cells[columns->order[place - 1]];

      if (x < previous->x + previous->width / 2)
        hp_log_columns_move (columns, self->dragged, -1);
    }
  if (place + 1 < columns->n_visible)
    {
      HpLogCell *next = &columns->cells[columns->order[place + 1]];

      if (x > next->x + next->width / 2)
        hp_log_columns_move (columns, self->dragged, 1);
    }
}

static void
drag_update_cb (GtkGestureDrag *gesture, double offset_x, double offset_y, HpLogHeader *self)
{
  double x;

  gtk_gesture_drag_get_start_point (gesture, &x, NULL);
  if (self->drag == DRAG_MAYBE && fabs (offset_x) > DRAG_THRESHOLD)
    {
      self->drag = DRAG_MOVE;
      set_dragging (self, TRUE);
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
    }

  if (self->drag == DRAG_MOVE)
    drag_to (self, x + offset_x);
  else if (self->drag == DRAG_RESIZE && fabs (offset_x) >= 1)
    hp_log_columns_set_width (self->columns, self->dragged,
                              self->drag_width + self->drag_sign * offset_x);
}

static void
drag_end_cb (GtkGestureDrag *gesture, double offset_x, double offset_y, HpLogHeader *self)
{
  if (self->drag == DRAG_MOVE)
    set_dragging (self, FALSE);
  self->drag = DRAG_NONE;
}

static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, HpLogHeader *self)
{
  HpLogColumn column;
  int sign;

  if (n_press == 2
      && hp_log_columns_get_border_at (
          self->columns, x, gtk_widget_get_direction (GTK_WIDGET (self)), &column, &sign))
    g_signal_emit (self, signals[FIT], 0, column);
}

static void
secondary_pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, HpLogHeader *self)
{
  HpLogColumn column = hp_log_columns_get_at (self->columns, x,
                                              gtk_widget_get_direction (GTK_WIDGET (self)));

  if (column == HP_LOG_COLUMN_NONE)
    column = HP_LOG_COLUMN_PATH;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  g_signal_emit (self, signals[MENU], 0, column, x, y);
}

static void
motion_cb (GtkEventControllerMotion *controller, double x, double y, HpLogHeader *self)
{
  HpLogColumn column;
  int sign;
  gboolean border
      = self->drag == DRAG_RESIZE
        || (self->drag == DRAG_NONE
            && hp_log_columns_get_border_at (
                self->columns, x, gtk_widget_get_direction (GTK_WIDGET (self)), &column, &sign));

  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), border ? "col-resize" : NULL);
}

/* Keyboard */

static HpLogColumn
get_focused (HpLogHeader *self)
{
  GtkWidget *child = gtk_widget_get_focus_child (GTK_WIDGET (self));

  return child ? find_title (self, child) : HP_LOG_COLUMN_NONE;
}

static gboolean
move_focus (HpLogHeader *self, int steps)
{
  HpLogColumns *columns = self->columns;
  HpLogColumn focused = get_focused (self);
  int place = focused == HP_LOG_COLUMN_NONE ? -1
                                            : (int) hp_log_columns_get_place (columns, focused);

  place += steps;
  if (focused == HP_LOG_COLUMN_NONE || place < 0 || place >= (int) columns->n_visible)
    return FALSE;
  return gtk_widget_grab_focus (self->titles[columns->order[place]]);
}

/* Tab goes to one of the titles and on. */
static gboolean
hp_log_header_focus (GtkWidget *widget, GtkDirectionType direction)
{
  HpLogHeader *self = HP_LOG_HEADER (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  HpLogColumn column = self->focused;

  if (direction == GTK_DIR_LEFT || direction == GTK_DIR_RIGHT)
    return move_focus (self, (direction == GTK_DIR_RIGHT) != rtl ? 1 : -1);
  if (gtk_widget_get_focus_child (widget) || self->columns->n_visible == 0)
    return FALSE;
  if (column == HP_LOG_COLUMN_NONE || !self->columns->cells[column].visible)
    column = self->columns->order[0];
  return gtk_widget_grab_focus (self->titles[column]);
}

/* What GTK asks for when the menu of a title closes. */
static gboolean
hp_log_header_grab_focus (GtkWidget *widget)
{
  HpLogHeader *self = HP_LOG_HEADER (widget);
  HpLogColumn column = self->focused;

  if (column != HP_LOG_COLUMN_NONE && hp_log_column_set_get_shown (self->columns->set, column)
      && gtk_widget_grab_focus (self->titles[column]))
    return TRUE;
  return focus_other (self, column);
}

/* The child may be the menu as well. */
static void
hp_log_header_set_focus_child (GtkWidget *widget, GtkWidget *child)
{
  HpLogHeader *self = HP_LOG_HEADER (widget);
  HpLogColumn column = find_title (self, child);

  if (column != HP_LOG_COLUMN_NONE)
    self->focused = column;
  GTK_WIDGET_CLASS (hp_log_header_parent_class)->set_focus_child (widget, child);
}

/* steps: by keys that point to the left or to the right */
static gboolean
move_column (GtkWidget *widget, GVariant *args, gpointer data)
{
  HpLogHeader *self = HP_LOG_HEADER (widget);
  HpLogColumn column = get_focused (self);
  int steps = g_variant_get_int32 (args);

  if (column == HP_LOG_COLUMN_NONE)
    return FALSE;
  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    steps = -steps;
  hp_log_columns_move (self->columns, column, steps);
  return TRUE;
}

static gboolean
resize_column (GtkWidget *widget, GVariant *args, gpointer data)
{
  HpLogHeader *self = HP_LOG_HEADER (widget);
  HpLogColumn column = get_focused (self);
  HpLogColumns *columns = self->columns;

  if (column == HP_LOG_COLUMN_NONE)
    return FALSE;
  if (column != HP_LOG_COLUMN_PATH)
    hp_log_columns_set_width (columns, column,
                              columns->cells[column].width
                                  + g_variant_get_int32 (args) * columns->char_width);
  return TRUE;
}

static gboolean
popup_menu (GtkWidget *widget, GVariant *args, gpointer data)
{
  HpLogHeader *self = HP_LOG_HEADER (widget);
  HpLogColumn column = get_focused (self);
  HpLogCell *cell;

  if (column == HP_LOG_COLUMN_NONE)
    return FALSE;
  cell = &self->columns->cells[column];
  g_signal_emit (
      self, signals[MENU], 0, column,
      (double) hp_log_columns_get_x (self->columns, column, gtk_widget_get_direction (widget))
          + cell->width / 2.0,
      (double) gtk_widget_get_height (widget));
  return TRUE;
}

/* Size */

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

/* The object */

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
add_keys (GtkWidgetClass *widget_class)
{
  const GdkModifierType move = GDK_CONTROL_MASK | GDK_SHIFT_MASK;

  gtk_widget_class_add_binding (widget_class, GDK_KEY_Left, move, move_column, "i", -1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Right, move, move_column, "i", 1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Left, GDK_CONTROL_MASK, resize_column, "i",
                                -1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Right, GDK_CONTROL_MASK, resize_column, "i",
                                1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, popup_menu, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, popup_menu, NULL);
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
  widget_class->focus = hp_log_header_focus;
  widget_class->grab_focus = hp_log_header_grab_focus;
  widget_class->set_focus_child = hp_log_header_set_focus_child;

  signals[FIT] = g_signal_new ("fit", HP_TYPE_LOG_HEADER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[MENU] = g_signal_new ("menu", HP_TYPE_LOG_HEADER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 3, G_TYPE_UINT, G_TYPE_DOUBLE, G_TYPE_DOUBLE);

  add_keys (widget_class);
  gtk_widget_class_set_css_name (widget_class, "logheader");
}

static void
create_title (HpLogHeader *self, HpLogColumn column)
{
  gboolean number = hp_log_column_is_number (column);
  GtkWidget *title = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);
  GtkWidget *label = gtk_label_new (hp_log_column_get_title (column));
  GtkWidget *arrow = gtk_image_new ();

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_halign (box, number ? GTK_ALIGN_END : GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (box), number ? arrow : label);
  gtk_box_append (GTK_BOX (box), number ? label : arrow);
  gtk_button_set_child (GTK_BUTTON (title), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (title), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  hp_log_column_get_title (column), -1);
  g_signal_connect_object (title, "clicked", G_CALLBACK (clicked_cb), self, G_CONNECT_SWAPPED);

  self->titles[column] = title;
  self->arrows[column] = arrow;
  gtk_widget_set_parent (title, GTK_WIDGET (self));
}

static void
create_controllers (HpLogHeader *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *secondary = gtk_gesture_click_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();

  g_signal_connect_object (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self, 0);
  g_signal_connect_object (drag, "drag-update", G_CALLBACK (drag_update_cb), self, 0);
  g_signal_connect_object (drag, "drag-end", G_CALLBACK (drag_end_cb), self, 0);
  g_signal_connect_object (click, "pressed", G_CALLBACK (pressed_cb), self, 0);
  g_signal_connect_object (secondary, "pressed", G_CALLBACK (secondary_pressed_cb), self, 0);
  g_signal_connect_object (motion, "motion", G_CALLBACK (motion_cb), self, 0);

  /* Before the titles, which are buttons and would take the press. */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (drag), GTK_PHASE_CAPTURE);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (secondary), GDK_BUTTON_SECONDARY);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_gesture_group (drag, click);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (secondary));
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
}

static void
hp_log_header_init (HpLogHeader *self)
{
  self->focused = HP_LOG_COLUMN_NONE;
  for (guint i = 0; i < HP_N_LOG_COLUMNS; i++)
    create_title (self, i);
  create_controllers (self);
}

GtkWidget *
hp_log_header_new (HpLogColumns *columns)
{
  HpLogHeader *self = g_object_new (HP_TYPE_LOG_HEADER, NULL);

  self->columns = hp_log_columns_ref (columns);
  g_signal_connect_object (columns->set, "sort-changed", G_CALLBACK (update_sort), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (columns->set, "changed", G_CALLBACK (update_shown), self,
                           G_CONNECT_SWAPPED);
  update_sort (self);
  update_shown (self);
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
