/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "ui/hp-client-label.h"
#include "ui/hp-direction.h"
#include "ui/hp-log-cell-text.h"
#include "ui/hp-log-row-widget.h"

/* Pixels before the mark of a pinned row. */
#define PIN_X 3

/* The texts of a row: one per column and two that have none. */
enum
{
  TEXT_NOTE = HP_N_LOG_COLUMNS, /* "aborted", at the end of the path */
  TEXT_DETAILS,                 /* the second line of a narrow row */

  N_TEXTS
};

struct _HpLogRowWidget
{
  GtkWidget parent_instance;

  /* owned */
  HpLogColumns *columns;
  HpLogRow *row;
  PangoLayout *texts[N_TEXTS]; /* made when they are first drawn, and shared among rows */
  /* borrowed */
  GtkListItem *item;

  int details_width; /* that they were fitted into */
  gboolean read;     /* what comes here, and the name, is of this row */
  HpStatusMark mark;
  gboolean dimmed;
  gboolean pinned;
};

G_DEFINE_FINAL_TYPE (HpLogRowWidget, hp_log_row_widget, GTK_TYPE_WIDGET)

static char *
format_text (HpLogRowWidget *self, int which, const HpRequestRecord *record)
{
  switch (which)
    {
    case TEXT_NOTE:
      return g_strdup (hp_log_cell_get_note (record));
    case TEXT_DETAILS:
      return hp_direction_take (hp_log_cell_format_details (record, self->columns->set));
    default:
      return hp_log_cell_format (which, record);
    }
}

static HpLogTextKind
get_kind (int which)
{
  if (which == TEXT_DETAILS)
    return HP_LOG_TEXT_SMALL;
  if (which == HP_LOG_COLUMN_PATH || which == HP_LOG_COLUMN_REFERRER)
    return HP_LOG_TEXT_MIDDLE;
  return HP_LOG_TEXT_END;
}

/* (transfer none). Most rows that the list keeps are out of sight, and most columns of a small
 * window hidden. */
static PangoLayout *
get_text (HpLogRowWidget *self, int which)
{
  if (!self->texts[which])
    {
      HpRequestRecord record;
      g_autofree char *text = self->row && hp_log_row_get_record (self->row, &record)
                                  ? format_text (self, which, &record)
                                  : g_strdup ("");

      self->texts[which] = hp_log_columns_dup_text (self->columns, get_kind (which), text);
    }
  return self->texts[which];
}

static void
set_label (HpLogRowWidget *self, const char *label)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  /* The keyboard's focus is on the list item, so it needs the name, too. */
  if (parent)
    gtk_accessible_update_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                    -1);
}

/* The rows around the one that the list holds on to are bound with every change of the log, seven
 * times as many as are seen: what they look like and what a screen reader says is made when they
 * are drawn or get the focus, and for the others when there is time. */
void
hp_log_row_widget_read (HpLogRowWidget *self)
{
  HpRequestRecord record;
  g_autofree char *label = NULL;

  g_return_if_fail (HP_IS_LOG_ROW_WIDGET (self));

  if (self->read || !self->row || !hp_log_row_get_record (self->row, &record))
    return;

  label = hp_log_cell_format_label (&record, self->columns->set);
  self->mark = hp_status_mark_for_record (&record);
  self->dimmed = (record.flags & HP_RECORD_NOISE) != 0;
  self->pinned = (record.flags & HP_RECORD_PINNED) != 0;
  self->read = TRUE;
  set_label (self, label);
}

static void
name_focused (HpLogRowWidget *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));

  if (parent && gtk_widget_has_focus (parent))
    hp_log_row_widget_read (self);
}

static void
hp_log_row_widget_measure (GtkWidget *widget,
                           GtkOrientation orientation,
                           int for_size,
                           int *minimum,
                           int *natural,
                           int *minimum_baseline,
                           int *natural_baseline)
{
  HpLogRowWidget *self = HP_LOG_ROW_WIDGET (widget);

  *minimum = *natural = 0;
  if (orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = *natural = hp_log_columns_get_row_height (self->columns);
}

/* Of what is on the second line, the last parts are left out rather than cut. */
static void
fit_details (HpLogRowWidget *self, int width)
{
  PangoLayout *layout;
  const char *end;

  if (width <= 0 || (self->texts[TEXT_DETAILS] && width == self->details_width))
    return;
  self->details_width = width;
  g_clear_object (&self->texts[TEXT_DETAILS]);

  layout = get_text (self, TEXT_DETAILS);
  pango_layout_set_width (layout, width * PANGO_SCALE);
  while (pango_layout_is_ellipsized (layout)
         && (end = g_strrstr (pango_layout_get_text (layout), " · ")))
    {
      const char *text = pango_layout_get_text (layout);
      g_autofree char *shorter = g_strndup (text, end - text);

      layout = hp_log_columns_dup_text (self->columns, get_kind (TEXT_DETAILS), shorter);
      g_object_unref (self->texts[TEXT_DETAILS]);
      self->texts[TEXT_DETAILS] = layout;
      pango_layout_set_width (layout, width * PANGO_SCALE);
    }
}

/* Draws a text at the start or the end of a place that is given as in a left-to-right row, and
 * returns the width that it took. */
static int
draw_text (HpLogRowWidget *self,
           GtkSnapshot *snapshot,
           int which,
           const GdkRectangle *place,
           gboolean at_end,
           const GdkRGBA *color)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  PangoLayout *layout = get_text (self, which);
  PangoRectangle extents;
  int x;

  if (place->width <= 0 || *pango_layout_get_text (layout) == '\0')
    return 0;

  pango_layout_set_width (layout, place->width * PANGO_SCALE);
  pango_layout_get_pixel_extents (layout, NULL, &extents);
  x = at_end ? place->x + place->width - extents.width : place->x;
  if (rtl)
    x = gtk_widget_get_width (GTK_WIDGET (self)) - x - extents.width;

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x - extents.x, place->y));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
  return extents.width;
}

static void
draw_status (HpLogRowWidget *self,
             GtkSnapshot *snapshot,
             const GdkRectangle *place,
             const GdkRGBA *color)
{
  HpLogColumns *columns = self->columns;
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int size = columns->mark_size;
  int x = rtl ? gtk_widget_get_width (GTK_WIDGET (self)) - place->x - size : place->x;
  int y = place->y + (columns->line_height - size) / 2;

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y));
  gtk_snapshot_append_node (snapshot, hp_log_columns_get_mark (columns, self->mark, color));
  gtk_snapshot_restore (snapshot);

  draw_text (self, snapshot, HP_LOG_COLUMN_STATUS, place, TRUE, color);
}

static void
draw_path (HpLogRowWidget *self,
           GtkSnapshot *snapshot,
           GdkRectangle place,
           const GdkRGBA *color,
           const GdkRGBA *dim)
{
  int note_width = 0;

  if (!self->columns->narrow)
    note_width = draw_text (self, snapshot, TEXT_NOTE, &place, TRUE, dim);
  if (note_width > 0)
    place.width -= note_width + self->columns->char_width;
  draw_text (self, snapshot, HP_LOG_COLUMN_PATH, &place, FALSE, color);
}

static void
draw_pin (HpLogRowWidget *self, GtkSnapshot *snapshot, int y, const GdkRGBA *color)
{
  HpLogColumns *columns = self->columns;
  GskRenderNode *pin = hp_log_columns_get_pin (columns, color);
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  graphene_rect_t bounds;
  float x = PIN_X;

  gsk_render_node_get_bounds (pin, &bounds);
  if (rtl)
    x = gtk_widget_get_width (GTK_WIDGET (self)) - PIN_X - bounds.size.width;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (
      snapshot, &GRAPHENE_POINT_INIT (x, y + (columns->line_height - bounds.size.height) / 2));
  gtk_snapshot_append_node (snapshot, pin);
  gtk_snapshot_restore (snapshot);
}

typedef struct
{
  GdkRGBA text;
  GdkRGBA dim;
  GdkRGBA status;
  GdkRGBA pin;
} RowColors;

/* The colours come from the row's own style, so they are right in the dark and while selected. */
static RowColors
get_colors (HpLogRowWidget *self)
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self));
  const char *name = hp_status_mark_get_color_name (self->mark);
  AdwStyleManager *manager = adw_style_manager_get_default ();
  RowColors colors;

  gtk_style_context_get_color (style, &colors.text);
  colors.dim = colors.text;
  /* The usual 0.55 of dim labels falls below a contrast of 4.5 : 1. */
  colors.dim.alpha *= adw_style_manager_get_high_contrast (manager) ? 0.9 : 0.7;
  if (self->dimmed)
    colors.text = colors.dim;

  colors.status = colors.dim;
  if (name && !self->dimmed && !gtk_style_context_lookup_color (style, name, &colors.status))
    colors.status = colors.text;
  if (!gtk_style_context_lookup_color (style, "log_accent_color", &colors.pin))
    colors.pin = colors.text;
  return colors;
}

static gboolean
is_dim (HpLogColumn column)
{
  return column == HP_LOG_COLUMN_TIME || column == HP_LOG_COLUMN_METHOD
         || column == HP_LOG_COLUMN_TYPE || column == HP_LOG_COLUMN_CLIENT
         || column == HP_LOG_COLUMN_REFERRER;
}

static void
hp_log_row_widget_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  HpLogRowWidget *self = HP_LOG_ROW_WIDGET (widget);
  HpLogColumns *columns = self->columns;
  RowColors colors;
  int y = hp_log_columns_get_row_padding (columns);

  if (!self->row)
    return;
  hp_log_row_widget_read (self);
  colors = get_colors (self);

  if (self->pinned)
    draw_pin (self, snapshot, y, &colors.pin);

  for (guint i = 0; i < columns->n_visible; i++)
    {
      HpLogColumn column = columns->order[i];
      HpLogCell *cell = &columns->cells[column];
      GdkRectangle place = { cell->x, y, cell->width, columns->line_height };

      if (column == HP_LOG_COLUMN_STATUS)
        draw_status (self, snapshot, &place, &colors.status);
      else if (column == HP_LOG_COLUMN_PATH)
        draw_path (self, snapshot, place, &colors.text, &colors.dim);
      else
        draw_text (self, snapshot, column, &place, hp_log_column_is_number (column),
                   is_dim (column) ? &colors.dim : &colors.text);
    }

  if (columns->narrow)
    {
      HpLogCell *cell = &columns->cells[HP_LOG_COLUMN_PATH];
      GdkRectangle place = { cell->x, y + columns->line_height, cell->width,
                             columns->small_line_height };

      fit_details (self, place.width);
      draw_text (self, snapshot, TEXT_DETAILS, &place, FALSE, &colors.dim);
    }
}

/* The named colours are used behind the style's back; style.css lets it change with them. */
static void
hp_log_row_widget_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (hp_log_row_widget_parent_class)->css_changed (widget, change);
  HP_LOG_ROW_WIDGET (widget)->details_width = 0;
  gtk_widget_queue_draw (widget);
}

static gboolean
hp_log_row_widget_query_tooltip (
    GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  HpLogRowWidget *self = HP_LOG_ROW_WIDGET (widget);
  HpLogColumn column = HP_LOG_COLUMN_NONE;
  HpRequestRecord record;
  g_autofree char *text = NULL;

  if (self->columns->menu_open || !self->row || !hp_log_row_get_record (self->row, &record))
    return FALSE;

  /* In a narrow row, and by keyboard, all there is to know. */
  if (!keyboard && !self->columns->narrow)
    {
      column = hp_log_columns_get_at (self->columns, x, gtk_widget_get_direction (widget));
      if (column == HP_LOG_COLUMN_NONE)
        return FALSE;
    }

  text = column == HP_LOG_COLUMN_NONE ? hp_log_cell_format_all (&record)
                                      : hp_log_cell_format_full (column, &record);
  if (*text == '\0')
    return FALSE;
  gtk_tooltip_set_text (tooltip, text);
  if (column != HP_LOG_COLUMN_NONE)
    {
      HpLogCell *cell = &self->columns->cells[column];
      GdkRectangle area = {
        hp_log_columns_get_x (self->columns, column, gtk_widget_get_direction (widget)),
        0,
        cell->width,
        gtk_widget_get_height (widget),
      };

      gtk_tooltip_set_tip_area (tooltip, &area);
    }
  return TRUE;
}

static void
hp_log_row_widget_dispose (GObject *object)
{
  HpLogRowWidget *self = HP_LOG_ROW_WIDGET (object);

  g_clear_object (&self->row);
  for (guint i = 0; i < N_TEXTS; i++)
    g_clear_object (&self->texts[i]);
  self->item = NULL;
  G_OBJECT_CLASS (hp_log_row_widget_parent_class)->dispose (object);
}

static void
hp_log_row_widget_finalize (GObject *object)
{
  HpLogRowWidget *self = HP_LOG_ROW_WIDGET (object);

  g_clear_pointer (&self->columns, hp_log_columns_unref);
  G_OBJECT_CLASS (hp_log_row_widget_parent_class)->finalize (object);
}

static void
hp_log_row_widget_class_init (HpLogRowWidgetClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hp_log_row_widget_dispose;
  object_class->finalize = hp_log_row_widget_finalize;
  widget_class->measure = hp_log_row_widget_measure;
  widget_class->snapshot = hp_log_row_widget_snapshot;
  widget_class->css_changed = hp_log_row_widget_css_changed;
  widget_class->query_tooltip = hp_log_row_widget_query_tooltip;
  gtk_widget_class_set_css_name (widget_class, "logrow");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LABEL);
}

/* It is in its list item. */
static void
parent_cb (HpLogRowWidget *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));

  if (parent)
    g_signal_connect_object (parent, "notify::has-focus", G_CALLBACK (name_focused), self,
                             G_CONNECT_SWAPPED);
}

static void
hp_log_row_widget_init (HpLogRowWidget *self)
{
  g_signal_connect (self, "notify::parent", G_CALLBACK (parent_cb), NULL);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
}

/* The program of this row's client may be known now. */
static void
forget_client_texts (HpLogRowWidget *self)
{
  g_clear_object (&self->texts[HP_LOG_COLUMN_CLIENT]);
  g_clear_object (&self->texts[TEXT_DETAILS]);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

GtkWidget *
hp_log_row_widget_new (HpLogColumns *columns, GtkListItem *item)
{
  HpLogRowWidget *self = g_object_new (HP_TYPE_LOG_ROW_WIDGET, NULL);

  self->columns = hp_log_columns_ref (columns);
  self->item = item;
  if (hp_client_label_get_names ())
    g_signal_connect_object (hp_client_label_get_names (), "named",
                             G_CALLBACK (forget_client_texts), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

GtkListItem *
hp_log_row_widget_get_item (HpLogRowWidget *self)
{
  g_return_val_if_fail (HP_IS_LOG_ROW_WIDGET (self), NULL);

  return self->item;
}

void
hp_log_row_widget_set_row (HpLogRowWidget *self, HpLogRow *row)
{
  g_return_if_fail (HP_IS_LOG_ROW_WIDGET (self));
  g_return_if_fail (row == NULL || HP_IS_LOG_ROW (row));

  g_set_object (&self->row, row);
  hp_log_row_widget_update (self);
}

gboolean
hp_log_row_widget_shows (HpLogRowWidget *self, guint64 seq)
{
  g_return_val_if_fail (HP_IS_LOG_ROW_WIDGET (self), FALSE);

  return self->row && hp_log_row_get_seq (self->row) == seq;
}

void
hp_log_row_widget_update (HpLogRowWidget *self)
{
  g_return_if_fail (HP_IS_LOG_ROW_WIDGET (self));

  for (guint i = 0; i < N_TEXTS; i++)
    g_clear_object (&self->texts[i]);
  self->read = FALSE;
  self->mark = HP_STATUS_MARK_NONE;
  self->dimmed = FALSE;
  self->pinned = FALSE;
  name_focused (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

int
hp_log_row_widget_get_natural_width (HpLogRowWidget *self, HpLogColumn column)
{
  int width = 0;

  g_return_val_if_fail (HP_IS_LOG_ROW_WIDGET (self), 0);
  g_return_val_if_fail (column < HP_N_LOG_COLUMNS, 0);

  if (self->row)
    {
      PangoLayout *layout = get_text (self, column);

      pango_layout_set_width (layout, -1);
      pango_layout_get_pixel_size (layout, &width, NULL);
    }
  if (column == HP_LOG_COLUMN_STATUS)
    width += hp_log_columns_get_mark_width (self->columns);
  return width;
}
