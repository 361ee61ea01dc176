/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "log/hp-log-format.h"
#include "ui/hp-log-columns.h"

/* Pixels at the ends of a row, between two columns, between a status and its mark, and above and
 * below the text. */
#define EDGE     12
#define GAP      12
#define MARK_GAP 6
#define PADDING  3
/* On top of the gap: what stands at the end of its column is followed by what stands at the start.
 */
#define REFERRER_GAP   6
#define NARROW_PADDING 5

/* In characters: what the path keeps before other columns go, what it has on top of that before the
 * referrer comes, and what the referrer may have. */
#define PATH_MIN     22
#define PATH_PLENTY  6
#define REFERRER_MIN 15
#define REFERRER_MAX 48

/* A time of day in tenths whose digits are all alike does for every other: figures are tabular. */
#define SAMPLE_TIME_US G_GINT64_CONSTANT (1200000000000000)

static void
clear (gpointer data)
{
  HpLogColumns *self = data;

  for (guint i = 0; i < HP_N_STATUS_MARKS; i++)
    g_clear_pointer (&self->marks[i], gsk_render_node_unref);
}

HpLogColumns *
hp_log_columns_new (void)
{
  return g_rc_box_new0 (HpLogColumns);
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
  natural[HP_LOG_COLUMN_STATUS] = self->mark_size + MARK_GAP
                                  + text_width (layout, g_strdup ("000"));
  natural[HP_LOG_COLUMN_PATH] = PATH_MIN * self->char_width;
  natural[HP_LOG_COLUMN_SIZE] = MAX (text_width (layout, g_format_size (888)),
                                     text_width (layout, g_format_size (888800000)));
  natural[HP_LOG_COLUMN_DURATION] = MAX (
      text_width (layout, hp_log_format_duration (888000)),
      text_width (layout, hp_log_format_duration (125 * G_USEC_PER_SEC)));
  natural[HP_LOG_COLUMN_REFERRER] = REFERRER_MIN * self->char_width;
}

gboolean
hp_log_columns_measure (HpLogColumns *self,
                        GtkWidget *widget,
                        const int header_widths[HP_N_LOG_COLUMNS])
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, "");
  g_autoptr (PangoLayout) small = gtk_widget_create_pango_layout (widget, "");
  PangoFontMetrics *metrics;
  HpLogColumns old = *self;

  pango_layout_set_attributes (layout, hp_log_columns_get_attributes (FALSE));
  pango_layout_set_attributes (small, hp_log_columns_get_attributes (TRUE));
  pango_layout_get_pixel_size (layout, NULL, &self->line_height);
  pango_layout_get_pixel_size (small, NULL, &self->small_line_height);

  metrics = pango_context_get_metrics (gtk_widget_get_pango_context (widget), NULL, NULL);
  self->char_width = PANGO_PIXELS_CEIL (pango_font_metrics_get_approximate_char_width (metrics));
  self->mark_size = PANGO_PIXELS (pango_font_metrics_get_ascent (metrics) * 2 / 3);
  pango_font_metrics_unref (metrics);

  measure_natural (self, layout);
  for (guint i = 0; i < HP_N_LOG_COLUMNS; i++)
    self->natural[i] = MAX (self->natural[i], header_widths[i]);

  if (self->mark_size != old.mark_size)
    clear (self);
  return self->line_height != old.line_height || self->char_width != old.char_width
         || self->mark_size != old.mark_size
         || memcmp (self->natural, old.natural, sizeof old.natural) != 0;
}

static int
column_width (HpLogColumns *self, HpLogColumn column)
{
  if (self->narrow && column == HP_LOG_COLUMN_METHOD)
    return self->narrow_method;
  return self->natural[column];
}

static int
sum_widths (HpLogColumns *self)
{
  int sum = 2 * EDGE - GAP;

  for (guint i = 0; i < HP_N_LOG_COLUMNS; i++)
    if (self->cells[i].visible)
      sum += column_width (self, i) + GAP;
  if (self->cells[HP_LOG_COLUMN_REFERRER].visible)
    sum += REFERRER_GAP;
  return sum;
}

/* Columns go, the least wanted first, until the path has room. */
static void
choose_columns (HpLogColumns *self)
{
  static const HpLogColumn expendable[] = {
    HP_LOG_COLUMN_REFERRER,
    HP_LOG_COLUMN_SIZE,
    HP_LOG_COLUMN_DURATION,
    HP_LOG_COLUMN_TIME,
  };

  for (guint i = 0; i < HP_N_LOG_COLUMNS; i++)
    self->cells[i].visible = TRUE;

  /* The referrer is a luxury: it shows only where the path has plenty of room. */
  if (sum_widths (self) + PATH_PLENTY * self->char_width > self->width)
    self->cells[HP_LOG_COLUMN_REFERRER].visible = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (expendable); i++)
    if (self->narrow || sum_widths (self) > self->width)
      self->cells[expendable[i]].visible = FALSE;
}

gboolean
hp_log_columns_allocate (HpLogColumns *self, int width, gboolean narrow)
{
  static const HpLogColumn order[HP_N_LOG_COLUMNS] = {
    HP_LOG_COLUMN_TIME, HP_LOG_COLUMN_METHOD,   HP_LOG_COLUMN_STATUS,   HP_LOG_COLUMN_PATH,
    HP_LOG_COLUMN_SIZE, HP_LOG_COLUMN_DURATION, HP_LOG_COLUMN_REFERRER,
  };
  static const HpLogColumn narrow_order[] = {
    HP_LOG_COLUMN_STATUS,
    HP_LOG_COLUMN_METHOD,
    HP_LOG_COLUMN_PATH,
  };
  const HpLogColumn *columns = narrow ? narrow_order : order;
  guint n_columns = narrow ? G_N_ELEMENTS (narrow_order) : G_N_ELEMENTS (order);
  HpLogCell old[HP_N_LOG_COLUMNS];
  int x = EDGE;
  int slack;
  int referrer_share = 0;

  memcpy (old, self->cells, sizeof old);
  self->width = width;
  self->narrow = narrow;
  choose_columns (self);

  slack = width - sum_widths (self);
  if (self->cells[HP_LOG_COLUMN_REFERRER].visible)
    referrer_share = MIN (slack / 4, (REFERRER_MAX - REFERRER_MIN) * self->char_width);

  for (guint i = 0; i < n_columns; i++)
    {
      HpLogCell *cell = &self->cells[columns[i]];

      if (!cell->visible)
        continue;

      if (columns[i] == HP_LOG_COLUMN_REFERRER)
        x += REFERRER_GAP;
      cell->x = x;
      cell->width = column_width (self, columns[i]);
      if (columns[i] == HP_LOG_COLUMN_PATH)
        cell->width = MAX (0, cell->width + slack - referrer_share);
      else if (columns[i] == HP_LOG_COLUMN_REFERRER)
        cell->width += referrer_share;
      x += cell->width + GAP;
    }
  return memcmp (old, self->cells, sizeof old) != 0;
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
hp_log_columns_get_x (HpLogColumns *self, HpLogColumn column, GtkTextDirection direction)
{
  HpLogCell *cell = &self->cells[column];

  return direction == GTK_TEXT_DIR_RTL ? self->width - cell->x - cell->width : cell->x;
}

gboolean
hp_log_column_is_number (HpLogColumn column)
{
  return column == HP_LOG_COLUMN_SIZE || column == HP_LOG_COLUMN_DURATION;
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
