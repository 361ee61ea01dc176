/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "log/hp-log-format.h"
#include "ui/hp-log-columns.h"

/* Pixels at the ends of a row, between two columns, between a status and its mark, and above and
 * below the text. */
#define EDGE           12
#define GAP            12
#define MARK_GAP       6
#define PADDING        3
#define EXTRA_GAP      6
#define NARROW_PADDING 5
#define PIN_WIDTH      6

/* In characters: what the path keeps before other columns go, what it has on top of that before the
 * referrer comes, what the referrer, a client and a type may have, and the least that a user can
 * leave of a column. */
#define PATH_MIN     22
#define PATH_PLENTY  6
#define REFERRER_MIN 13
#define REFERRER_MAX 48
#define CLIENT_WIDTH 11
#define TYPE_WIDTH   6
#define WIDTH_MIN    4

/* Pixels to both sides of a border where it can be taken. */
#define BORDER 6

/* Texts of one kind that are kept laid out: more than a screen has. */
#define MAX_TEXTS 512

/* A time of day in tenths whose digits are all alike does for every other: figures are tabular. */
#define SAMPLE_TIME_US G_GINT64_CONSTANT (1200000000000000)

static void
clear_marks (HpLogColumns *self)
{
  for (guint i = 0; i < HP_N_STATUS_MARKS; i++)
    g_clear_pointer (&self->marks[i], gsk_render_node_unref);
  g_clear_pointer (&self->pin, gsk_render_node_unref);
}

static void
clear (gpointer data)
{
  HpLogColumns *self = data;

  clear_marks (self);
  for (guint i = 0; i < HP_N_LOG_TEXT_KINDS; i++)
    g_clear_pointer (&self->texts[i], g_hash_table_unref);
  g_clear_object (&self->context);
  g_object_unref (self->set);
}

HpLogColumns *
hp_log_columns_new (HpLogColumnSet *set)
{
  HpLogColumns *self = g_rc_box_new0 (HpLogColumns);

  self->set = g_object_ref (set);
  return self;
}

HpLogColumns *
hp_log_columns_ref (HpLogColumns *self)
{
  return g_rc_box_acquire (self);
}

void
hp_log_columns_unref (HpLogColumns *self)
{
  g_rc_box_release_full (self, clear);
}

PangoAttrList *
hp_log_columns_get_attributes (gboolean small)
{
  static PangoAttrList *lists[2];

  if (!lists[small])
    {
      lists[small] = pango_attr_list_new ();
      pango_attr_list_insert (lists[small], pango_attr_font_features_new ("tnum"));
      if (small)
        pango_attr_list_insert (lists[small], pango_attr_scale_new (0.83));
    }
  return lists[small];
}

PangoLayout *
hp_log_columns_dup_text (HpLogColumns *self, HpLogTextKind kind, const char *text)
{
  PangoLayout *layout;

  g_return_val_if_fail (self->context, NULL);

  if (!self->texts[kind])
    self->texts[kind] = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  layout = g_hash_table_lookup (self->texts[kind], text);
  if (layout)
    return g_object_ref (layout);

  layout = pango_layout_new (self->context);
  pango_layout_set_attributes (layout, hp_log_columns_get_attributes (kind == HP_LOG_TEXT_SMALL));
  pango_layout_set_ellipsize (layout, kind == HP_LOG_TEXT_MIDDLE ? PANGO_ELLIPSIZE_MIDDLE
                                                                 : PANGO_ELLIPSIZE_END);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_text (layout, text, -1);

  if (g_hash_table_size (self->texts[kind]) >= MAX_TEXTS)
    g_hash_table_remove_all (self->texts[kind]);
  g_hash_table_insert (self->texts[kind], (gpointer) pango_layout_get_text (layout), layout);
  return g_object_ref (layout);
}

/* Takes the text. */
static int
text_width (PangoLayout *layout, char *text)
{
  int width;

  pango_layout_set_text (layout, text, -1);
  pango_layout_get_pixel_size (layout, &width, NULL);
  g_free (text);
  return width;
}

/* The widest of what is usual; what is wider, an odd method say, is ellipsized. */
static void
measure_natural (HpLogColumns *self, PangoLayout *layout)
{
  int *natural = self->natural;

  natural[HP_LOG_COLUMN_TIME] = text_width (layout, hp_log_format_time (SAMPLE_TIME_US));
  natural[HP_LOG_COLUMN_METHOD] = text_width (layout, g_strdup ("OPTIONS"));
  self->narrow_method = text_width (layout, g_strdup ("HEAD"));
  natural[HP_LOG_COLUMN_STATUS] = hp_log_columns_get_mark_width (self)
                                  + text_width (layout, g_strdup ("000"));
  natural[HP_LOG_COLUMN_PATH] = PATH_MIN * self->char_width;
  natural[HP_LOG_COLUMN_TYPE] = TYPE_WIDTH * self->char_width;
  natural[HP_LOG_COLUMN_CLIENT] = CLIENT_WIDTH * self->char_width;
  natural[HP_LOG_COLUMN_SIZE] = MAX (text_width (layout, g_format_size (888)),
                                     text_width (layout, g_format_size (888800000)));
  natural[HP_LOG_COLUMN_DURATION] = MAX (
      text_width (layout, hp_log_format_duration (888000)),
      text_width (layout, hp_log_format_duration (125 * G_USEC_PER_SEC)));
  /* The longest where minutes and seconds have short words. */
  natural[HP_LOG_COLUMN_DURATION] = MAX (natural[HP_LOG_COLUMN_DURATION],
                                         text_width (layout, hp_log_format_duration (88)));
  natural[HP_LOG_COLUMN_REFERRER] = REFERRER_MIN * self->char_width;
}

/* A table is measured with every row that comes, its font seldom changes. TRUE: it has. */
static gboolean
take_context (HpLogColumns *self, PangoContext *context, const int header_widths[HP_N_LOG_COLUMNS])
{
  guint serial = pango_context_get_serial (context);
  double resolution = pango_cairo_context_get_resolution (context);

  if (context == self->context && serial == self->context_serial && resolution == self->resolution
      && memcmp (header_widths, self->header_widths, sizeof self->header_widths) == 0)
    return FALSE;

  g_set_object (&self->context, context);
  self->context_serial = serial;
  self->resolution = resolution;
  memcpy (self->header_widths, header_widths, sizeof self->header_widths);
  return TRUE;
}

gboolean
hp_log_columns_measure (HpLogColumns *self,
                        GtkWidget *widget,
                        const int header_widths[HP_N_LOG_COLUMNS])
{
  PangoContext *context = gtk_widget_get_pango_context (widget);
  g_autoptr (PangoLayout) layout = NULL;
  g_autoptr (PangoLayout) small = NULL;
  PangoFontMetrics *metrics;
  HpLogColumns old = *self;

  if (!take_context (self, context, header_widths))
    return FALSE;

  layout = gtk_widget_create_pango_layout (widget, "");
  small = gtk_widget_create_pango_layout (widget, "");
  pango_layout_set_attributes (layout, hp_log_columns_get_attributes (FALSE));
  pango_layout_set_attributes (small, hp_log_columns_get_attributes (TRUE));
  pango_layout_get_pixel_size (layout, NULL, &self->line_height);
  pango_layout_get_pixel_size (small, NULL, &self->small_line_height);

  metrics = pango_context_get_metrics (context, NULL, NULL);
  self->char_width = PANGO_PIXELS_CEIL (pango_font_metrics_get_approximate_char_width (metrics));
  self->mark_size = PANGO_PIXELS (pango_font_metrics_get_ascent (metrics) * 2 / 3);
  pango_font_metrics_unref (metrics);

  measure_natural (self, layout);
  for (guint i = 0; i < HP_N_LOG_COLUMNS; i++)
    self->natural[i] = MAX (self->natural[i], header_widths[i]);

  if (self->mark_size != old.mark_size)
    clear_marks (self);
  return self->line_height != old.line_height || self->char_width != old.char_width
         || self->mark_size != old.mark_size
         || memcmp (self->natural, old.natural, sizeof old.natural) != 0;
}

/* The user's own width counts in the table, not in a narrow row. */
static int
get_own_width (HpLogColumns *self, HpLogColumn column)
{
  return self->narrow ? 0 : hp_log_column_set_get_width (self->set, column);
}

static int
column_width (HpLogColumns *self, HpLogColumn column)
{
  int own_width = get_own_width (self, column);

  if (self->narrow && column == HP_LOG_COLUMN_METHOD)
    return self->narrow_method;
  return own_width > 0 ? MAX (own_width, WIDTH_MIN * self->char_width) : self->natural[column];
}

/* Some air on top of the gap before what stands at the start of its column, after what stands at
 * the end of its own. */
static int
gap_before (HpLogColumn column, HpLogColumn previous)
{
  if (previous == HP_LOG_COLUMN_NONE)
    return 0;
  return GAP
         + (hp_log_column_is_number (previous) && !hp_log_column_is_number (column) ? EXTRA_GAP
                                                                                    : 0);
}

/* The columns that are to be seen, in their order. */
static void
list_visible (HpLogColumns *self)
{
  static const HpLogColumn narrow_order[] = {
    HP_LOG_COLUMN_STATUS,
    HP_LOG_COLUMN_METHOD,
    HP_LOG_COLUMN_PATH,
  };
  guint n = self->narrow ? G_N_ELEMENTS (narrow_order) : HP_N_LOG_COLUMNS;

  self->n_visible = 0;
  for (guint i = 0; i < n; i++)
    {
      HpLogColumn column = self->narrow ? narrow_order[i]
                                        : hp_log_column_set_get_nth (self->set, i);

      if (self->cells[column].visible)
        self->order[self->n_visible++] = column;
    }
}

static int
sum_widths (HpLogColumns *self)
{
  HpLogColumn previous = HP_LOG_COLUMN_NONE;
  int sum = 2 * EDGE;

  list_visible (self);
  for (guint i = 0; i < self->n_visible; i++)
    {
      HpLogColumn column = self->order[i];

      sum += gap_before (column, previous) + column_width (self, column);
      previous = column;
    }
  return sum;
}

/* Columns go, the least wanted first, until the path has room. */
static void
choose_columns (HpLogColumns *self)
{
  static const HpLogColumn expendable[] = {
    HP_LOG_COLUMN_REFERRER, HP_LOG_COLUMN_CLIENT,   HP_LOG_COLUMN_TYPE,
    HP_LOG_COLUMN_SIZE,     HP_LOG_COLUMN_DURATION, HP_LOG_COLUMN_TIME,
  };

  for (guint i = 0; i < HP_N_LOG_COLUMNS; i++)
    self->cells[i].visible = self->narrow || hp_log_column_set_get_shown (self->set, i);

  /* The referrer is a luxury: it shows only where the path has plenty of room. */
  if (get_own_width (self, HP_LOG_COLUMN_REFERRER) == 0
      && sum_widths (self) + PATH_PLENTY * self->char_width > self->width)
    self->cells[HP_LOG_COLUMN_REFERRER].visible = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (expendable); i++)
    if (self->narrow || sum_widths (self) > self->width)
      self->cells[expendable[i]].visible = FALSE;
}

gboolean
hp_log_columns_allocate (HpLogColumns *self, int width, gboolean narrow)
{
  HpLogCell old[HP_N_LOG_COLUMNS];
  HpLogColumn previous = HP_LOG_COLUMN_NONE;
  int x = EDGE;
  int slack;
  int referrer_share = 0;

  memcpy (old, self->cells, sizeof old);
  self->width = width;
  self->narrow = narrow;
  choose_columns (self);

  slack = width - sum_widths (self);
  if (self->cells[HP_LOG_COLUMN_REFERRER].visible
      && get_own_width (self, HP_LOG_COLUMN_REFERRER) == 0)
    referrer_share = CLAMP (slack / 4, 0, (REFERRER_MAX - REFERRER_MIN) * self->char_width);

  for (guint i = 0; i < self->n_visible; i++)
    {
      HpLogColumn column = self->order[i];
      HpLogCell *cell = &self->cells[column];

      x += gap_before (column, previous);
      cell->x = x;
      cell->width = column_width (self, column);
      if (column == HP_LOG_COLUMN_PATH)
        cell->width = MAX (0, cell->width + slack - referrer_share);
      else if (column == HP_LOG_COLUMN_REFERRER)
        cell->width += referrer_share;
      x += cell->width;
      previous = column;
    }
  return memcmp (old, self->cells, sizeof old) != 0;
}

HpLogColumn
hp_log_columns_get_at (HpLogColumns *self, double x, GtkTextDirection direction)
{
  if (direction == GTK_TEXT_DIR_RTL)
    x = self->width - x;

  for (guint i = 0; i < self->n_visible; i++)
    {
      HpLogCell *cell = &self->cells[self->order[i]];

      if (x >= cell->x - GAP / 2 && x < cell->x + cell->width + GAP / 2)
        return self->order[i];
    }
  return HP_LOG_COLUMN_NONE;
}

gboolean
hp_log_columns_get_border_at (
    HpLogColumns *self, double x, GtkTextDirection direction, HpLogColumn *column, int *sign)
{
  gboolean rtl = direction == GTK_TEXT_DIR_RTL;
  gboolean after_path = FALSE;

  if (rtl)
    x = self->width - x;

  for (guint i = 0; i + 1 < self->n_visible; i++)
    {
      HpLogCell *left = &self->cells[self->order[i]];
      HpLogCell *right = &self->cells[self->order[i + 1]];
      double border = (left->x + left->width + right->x) / 2.0;

      after_path = after_path || self->order[i] == HP_LOG_COLUMN_PATH;
      if (x < border - BORDER || x > border + BORDER)
        continue;
      *column = self->order[after_path ? i + 1 : i];
      *sign = after_path != rtl ? -1 : 1;
      return TRUE;
    }
  return FALSE;
}

void
hp_log_columns_set_width (HpLogColumns *self, HpLogColumn column, int width)
{
  int spare = self->cells[HP_LOG_COLUMN_PATH].width - self->natural[HP_LOG_COLUMN_PATH];
  int most = self->cells[column].width + MAX (0, spare);

  width = MAX (MIN (width, most), WIDTH_MIN * self->char_width);
  hp_log_column_set_set_width (self->set, column, width);
}

guint
hp_log_columns_get_place (HpLogColumns *self, HpLogColumn column)
{
  guint place = 0;

  while (place < self->n_visible && self->order[place] != column)
    place++;
  return place;
}

void
hp_log_columns_move (HpLogColumns *self, HpLogColumn column, int step)
{
  guint place = hp_log_columns_get_place (self, column);

  /* Past those as well for which there is no room now. */
  while (hp_log_column_set_move (self->set, column, step))
    {
      hp_log_columns_allocate (self, self->width, self->narrow);
      if (hp_log_columns_get_place (self, column) != place)
        break;
    }
}

int
hp_log_columns_get_row_padding (HpLogColumns *self)
{
  return self->narrow ? NARROW_PADDING : PADDING;
}

int
hp_log_columns_get_row_height (HpLogColumns *self)
{
  return self->line_height + (self->narrow ? self->small_line_height : 0)
         + 2 * hp_log_columns_get_row_padding (self);
}

int
hp_log_columns_get_mark_width (HpLogColumns *self)
{
  return self->mark_size + MARK_GAP;
}

int
hp_log_columns_get_x (HpLogColumns *self, HpLogColumn column, GtkTextDirection direction)
{
  HpLogCell *cell = &self->cells[column];

  return direction == GTK_TEXT_DIR_RTL ? self->width - cell->x - cell->width : cell->x;
}

GskRenderNode *
hp_log_columns_get_mark (HpLogColumns *self, HpStatusMark mark, const GdkRGBA *color)
{
  if (self->marks[mark] && !gdk_rgba_equal (&self->mark_colors[mark], color))
    g_clear_pointer (&self->marks[mark], gsk_render_node_unref);

  if (!self->marks[mark])
    {
      self->marks[mark] = hp_status_mark_create_node (mark, self->mark_size, color);
      self->mark_colors[mark] = *color;
    }
  return self->marks[mark];
}

GskRenderNode *
hp_log_columns_get_pin (HpLogColumns *self, const GdkRGBA *color)
{
  if (self->pin && !gdk_rgba_equal (&self->pin_color, color))
    g_clear_pointer (&self->pin, gsk_render_node_unref);

  if (!self->pin)
    {
      self->pin = hp_status_mark_create_pin (PIN_WIDTH, self->mark_size, color);
      self->pin_color = *color;
    }
  return self->pin;
}
