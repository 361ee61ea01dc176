/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <math.h>
#include <string.h>

#include "ui-test.h"
#include "ui/hp-log-cell-text.h"
#include "ui/hp-log-row-widget.h"

static void
test_label (void)
{
  const struct
  {
    HpRequestRecord record;
    const char *label;
  } cases[] = {
    { { .method = "GET", .target = "/img/logo.png", .status = 404, .reason = HP_REASON_MISSING },
      "GET /img/logo.png, status 404, File not found, 312 bytes, 0.1 ms, 14:02:11.3" },
    { { .method = "GET",
        .target = "/a",
        .status = 200,
        .reason = HP_REASON_SERVED,
        .flags = HP_RECORD_ABORTED },
      "GET /a, status 200, aborted, File sent, 312 bytes, 0.1 ms, 14:02:11.3" },
    { { .method = "HEAD", .target = "/a", .reason = HP_REASON_TIMEOUT, .flags = HP_RECORD_ABORTED },
      "HEAD /a, aborted without an answer, The client took too long, 312 bytes, 0.1 ms, "
      "14:02:11.3" },
    { { .method = "GET", .target = "/\x1b[31m\xe2\x80\xae\xff", .status = 404 },
      "GET /\\x1b[31m\\u{202e}\\xff, status 404, Nothing is known about this answer, 312 bytes, "
      "0.1 ms, 14:02:11.3" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HpRequestRecord record = cases[i].record;
      HpRequestRecord usual = ui_test_record ("", 0);
      g_autofree char *label = NULL;
      g_autofree char *plain = NULL;
      g_auto (GStrv) pieces = NULL;

      record.time_us = usual.time_us;
      record.bytes = usual.bytes;
      record.duration_us = usual.duration_us;
      label = hp_log_cell_format_label (&record, NULL);
      /* Between a number and its unit stands a no-break space. */
      pieces = g_strsplit (label, "\u00a0", -1);
      plain = g_strjoinv (" ", pieces);
      g_assert_cmpstr (plain, ==, cases[i].label);
    }
}

/* Every no-break space a plain one. */
static char *
plain (char *text)
{
  g_auto (GStrv) pieces = g_strsplit (text, "\u00a0", -1);

  g_free (text);
  return g_strjoinv (" ", pieces);
}

static void
test_cells (void)
{
  HpRequestRecord record = ui_test_record ("/a?b", 200);
  g_autoptr (HpLogColumnSet) set = hp_log_column_set_new ();
  const struct
  {
    HpLogColumn column;
    const char *shown;
    const char *full;
  } cases[] = {
    { HP_LOG_COLUMN_TIME, "14:02:11.3", "05/01/24 14:02:11.300" },
    { HP_LOG_COLUMN_METHOD, "GET", "GET" },
    { HP_LOG_COLUMN_STATUS, "200", "200 · File sent · sent again" },
    { HP_LOG_COLUMN_PATH, "/a?b", "/a?b" },
    { HP_LOG_COLUMN_TYPE, "html", "text/html; charset=utf-8" },
    { HP_LOG_COLUMN_SIZE, "312 bytes", "312 bytes" },
    { HP_LOG_COLUMN_DURATION, "0.1 ms", "0.1 ms, first byte after 0.04 ms" },
    { HP_LOG_COLUMN_CLIENT, "curl 8.5.0", "curl/8.5.0\n127.0.0.1:50000" },
    { HP_LOG_COLUMN_REFERRER, "/from", "http://localhost:62893/from" },
  };
  g_autofree char *label = NULL;
  g_autofree char *less = NULL;
  g_autofree char *details = NULL;

  record.media_type = "text/html; charset=utf-8";
  record.user_agent = "curl/8.5.0";
  record.client_port = 50000;
  record.referrer = "http://localhost:62893/from";
  record.flags = HP_RECORD_OWN_REFERRER | HP_RECORD_REPEATED | HP_RECORD_PINNED;
  record.first_byte_us = 40;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = plain (hp_log_cell_format (cases[i].column, &record));
      g_autofree char *full = plain (hp_log_cell_format_full (cases[i].column, &record));

      g_assert_cmpstr (shown, ==, cases[i].shown);
      g_assert_cmpstr (full, ==, cases[i].full);
    }

  /* A screen reader gets what is shown, and no more. */
  label = plain (hp_log_cell_format_label (&record, set));
  g_assert_cmpstr (label, ==,
                   "GET /a?b, status 200, sent again, File sent, 312 bytes, 0.1 ms, 14:02:11.3, "
                   "Type html, Client curl 8.5.0, Referrer /from, pinned");
  for (HpLogColumn column = 0; column < HP_N_LOG_COLUMNS; column++)
    hp_log_column_set_set_shown (set, column, column == HP_LOG_COLUMN_CLIENT);
  less = plain (hp_log_cell_format_label (&record, set));
  g_assert_cmpstr (less, ==,
                   "GET /a?b, status 200, sent again, File sent, Client curl 8.5.0, pinned");
  details = plain (hp_log_cell_format_details (&record, set));
  g_assert_cmpstr (details, ==, "sent again · curl 8.5.0");
}

/* What is pasted into a table is neither a formula nor more than one cell. */
static void
test_plain_cells (void)
{
  static const struct
  {
    const char *agent;
    const char *cell;
  } cases[] = {
    { "curl/8.5.0", "curl/8.5.0" },
    { "=1+1", "'=1+1" },
    { " +1", "' +1" },
    { "\uff1d1", "'\uff1d1" },
    { "\"a", "'\"a" },
    { "a\tb\nc\u202e", "a\\x09b\\x0ac\\u{202e}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HpRequestRecord record = ui_test_record ("/", 200);
      g_autofree char *cell = NULL;

      record.user_agent = cases[i].agent;
      cell = hp_log_cell_format_plain (HP_LOG_COLUMN_CLIENT, &record);
      g_assert_cmpstr (cell, ==, cases[i].cell);
    }
}

static void
test_mark (void)
{
  const struct
  {
    guint16 status;
    guint8 flags;
    HpStatusMark mark;
  } cases[] = {
    { 0, 0, HP_STATUS_MARK_NONE },
    { 0, HP_RECORD_ABORTED, HP_STATUS_MARK_ABORTED },
    { 101, 0, HP_STATUS_MARK_NONE },
    { 200, 0, HP_STATUS_MARK_OK },
    { 206, HP_RECORD_ABORTED, HP_STATUS_MARK_ABORTED },
    { 304, 0, HP_STATUS_MARK_REDIRECT },
    { 404, HP_RECORD_NOISE, HP_STATUS_MARK_CLIENT_ERROR },
    { 500, 0, HP_STATUS_MARK_SERVER_ERROR },
    { 999, 0, HP_STATUS_MARK_NONE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HpRequestRecord record = ui_test_record ("/", cases[i].status);

      record.flags = cases[i].flags;
      g_assert_cmpint (hp_status_mark_for_record (&record), ==, cases[i].mark);
    }
}

/* Columns stand side by side inside the row, and the path keeps its room. */
static void
assert_columns (HpLogColumns *columns, int width)
{
  int order[HP_N_LOG_COLUMNS];
  int n = 0;

  for (int i = 0; i < HP_N_LOG_COLUMNS; i++)
    {
      int x = hp_log_columns_get_x (columns, i, GTK_TEXT_DIR_LTR);
      int mirrored = hp_log_columns_get_x (columns, i, GTK_TEXT_DIR_RTL);

      if (!columns->cells[i].visible)
        continue;
      g_assert_cmpint (x, >, 0);
      g_assert_cmpint (x + columns->cells[i].width, <, width);
      g_assert_cmpint (mirrored, ==, width - x - columns->cells[i].width);
      for (int j = 0; j < n; j++)
        {
          HpLogCell *other = &columns->cells[order[j]];

          g_assert_true (other->x + other->width < x || x + columns->cells[i].width < other->x);
        }
      order[n++] = i;
    }
  g_assert_cmpint (columns->cells[HP_LOG_COLUMN_PATH].width, >=, 12 * columns->char_width);
}

static void
test_columns (void)
{
  const int none[HP_N_LOG_COLUMNS] = { 0 };
  GtkWidget *label = g_object_ref_sink (gtk_label_new (NULL));
  g_autoptr (HpLogColumnSet) set = hp_log_column_set_new ();
  HpLogColumns *columns = hp_log_columns_new (set);
  int one_line;

  g_assert_true (hp_log_columns_measure (columns, label, none));
  g_assert_false (hp_log_columns_measure (columns, label, none));

  for (int width = 360; width < 4000; width += 20)
    {
      hp_log_columns_allocate (columns, width, FALSE);
      assert_columns (columns, width);
      g_assert_false (hp_log_columns_allocate (columns, width, FALSE));
    }
  g_assert_true (columns->cells[HP_LOG_COLUMN_REFERRER].visible);
  one_line = hp_log_columns_get_row_height (columns);

  hp_log_columns_allocate (columns, 640, FALSE);
  g_assert_false (columns->cells[HP_LOG_COLUMN_REFERRER].visible);
  g_assert_true (columns->cells[HP_LOG_COLUMN_SIZE].visible);

  for (int width = 320; width < 800; width += 20)
    {
      hp_log_columns_allocate (columns, width, TRUE);
      assert_columns (columns, width);
      g_assert_false (columns->cells[HP_LOG_COLUMN_TIME].visible);
    }
  g_assert_cmpint (hp_log_columns_get_row_height (columns), >, one_line * 3 / 2);

  hp_log_columns_unref (columns);
  g_object_unref (label);
}

/* The user's widths, order and hidden columns, and what the pointer finds where. */
static void
test_chosen_columns (void)
{
  const int none[HP_N_LOG_COLUMNS] = { 0 };
  g_autoptr (HpLogColumnSet) set = hp_log_column_set_new ();
  GtkWidget *label = g_object_ref_sink (gtk_label_new (NULL));
  HpLogColumns *columns = hp_log_columns_new (set);
  HpLogColumn column;
  int path;
  int sign;

  hp_log_columns_measure (columns, label, none);
  hp_log_columns_allocate (columns, 1600, FALSE);
  g_assert_cmpuint (columns->n_visible, ==, HP_N_LOG_COLUMNS);
  path = columns->cells[HP_LOG_COLUMN_PATH].width;

  /* What a column takes comes from the path, and never all of it. */
  hp_log_columns_set_width (columns, HP_LOG_COLUMN_SIZE,
                            columns->cells[HP_LOG_COLUMN_SIZE].width + 50);
  hp_log_columns_allocate (columns, 1600, FALSE);
  assert_columns (columns, 1600);
  g_assert_cmpint (columns->cells[HP_LOG_COLUMN_PATH].width, <, path);
  hp_log_columns_set_width (columns, HP_LOG_COLUMN_CLIENT, 100000);
  hp_log_columns_allocate (columns, 1600, FALSE);
  assert_columns (columns, 1600);
  hp_log_columns_set_width (columns, HP_LOG_COLUMN_CLIENT, 1);
  hp_log_columns_allocate (columns, 1600, FALSE);
  g_assert_cmpint (columns->cells[HP_LOG_COLUMN_CLIENT].width, >, 10);

  hp_log_column_set_set_shown (set, HP_LOG_COLUMN_TIME, FALSE);
  hp_log_columns_allocate (columns, 1600, FALSE);
  g_assert_false (columns->cells[HP_LOG_COLUMN_TIME].visible);
  g_assert_cmpuint (columns->n_visible, ==, HP_N_LOG_COLUMNS - 1);
  g_assert_cmpint (columns->order[0], ==, HP_LOG_COLUMN_METHOD);

  hp_log_columns_move (columns, HP_LOG_COLUMN_METHOD, 1);
  g_assert_cmpint (columns->order[0], ==, HP_LOG_COLUMN_STATUS);
  g_assert_cmpint (columns->order[1], ==, HP_LOG_COLUMN_METHOD);
  g_assert_cmpint (columns->cells[HP_LOG_COLUMN_STATUS].x, <,
                   columns->cells[HP_LOG_COLUMN_METHOD].x);

  /* In a window without room for the rest it passes them, too. */
  hp_log_columns_allocate (columns, 500, FALSE);
  g_assert_false (columns->cells[HP_LOG_COLUMN_REFERRER].visible);
  hp_log_column_set_reset (set);
  hp_log_column_set_move (set, HP_LOG_COLUMN_REFERRER, -5);
  hp_log_columns_allocate (columns, 500, FALSE);
  hp_log_columns_move (columns, HP_LOG_COLUMN_STATUS, 1);
  g_assert_cmpuint (hp_log_columns_get_place (columns, HP_LOG_COLUMN_STATUS), >,
                    hp_log_columns_get_place (columns, HP_LOG_COLUMN_PATH));

  hp_log_column_set_reset (set);
  hp_log_columns_allocate (columns, 1600, FALSE);
  for (guint i = 0; i < columns->n_visible; i++)
    {
      HpLogCell *cell = &columns->cells[columns->order[i]];
      int x = cell->x + cell->width / 2;

      g_assert_cmpint (hp_log_columns_get_at (columns, x, GTK_TEXT_DIR_LTR), ==, columns->order[i]);
      g_assert_cmpint (hp_log_columns_get_at (columns, 1600 - x, GTK_TEXT_DIR_RTL), ==,
                       columns->order[i]);
      if (cell->width > 24)
        g_assert_false (
            hp_log_columns_get_border_at (columns, x, GTK_TEXT_DIR_LTR, &column, &sign));
    }
  g_assert_cmpint (hp_log_columns_get_at (columns, 1, GTK_TEXT_DIR_LTR), ==, HP_LOG_COLUMN_NONE);

  /* Before the path it is the column on the left that becomes wider, after it the one on the right.
   */
  g_assert_true (hp_log_columns_get_border_at (columns, columns->cells[HP_LOG_COLUMN_PATH].x - 6,
                                               GTK_TEXT_DIR_LTR, &column, &sign));
  g_assert_cmpint (column, ==, HP_LOG_COLUMN_STATUS);
  g_assert_cmpint (sign, ==, 1);
  g_assert_true (hp_log_columns_get_border_at (columns, columns->cells[HP_LOG_COLUMN_TYPE].x - 6,
                                               GTK_TEXT_DIR_LTR, &column, &sign));
  g_assert_cmpint (column, ==, HP_LOG_COLUMN_TYPE);
  g_assert_cmpint (sign, ==, -1);
  g_assert_true (hp_log_columns_get_border_at (
      columns, 1600 - columns->cells[HP_LOG_COLUMN_TYPE].x + 6, GTK_TEXT_DIR_RTL, &column, &sign));
  g_assert_cmpint (column, ==, HP_LOG_COLUMN_TYPE);
  g_assert_cmpint (sign, ==, 1);

  hp_log_columns_unref (columns);
  g_object_unref (label);
}

static double
linear (double channel)
{
  return channel <= 0.03928 ? channel / 12.92 : pow ((channel + 0.055) / 1.055, 2.4);
}

static double
luminance (const GdkRGBA *color)
{
  return 0.2126 * linear (color->red) + 0.7152 * linear (color->green)
         + 0.0722 * linear (color->blue);
}

static GdkRGBA
over (const GdkRGBA *color, double alpha, const GdkRGBA *ground)
{
  alpha *= color->alpha;
  return (GdkRGBA){
    color->red * alpha + ground->red * (1 - alpha),
    color->green * alpha + ground->green * (1 - alpha),
    color->blue * alpha + ground->blue * (1 - alpha),
    1,
  };
}

/* As in WCAG 2. */
static double
contrast (const GdkRGBA *color, const GdkRGBA *ground)
{
  GdkRGBA shown = over (color, 1, ground);
  double a = luminance (&shown) + 0.05;
  double b = luminance (ground) + 0.05;

  return MAX (a, b) / MIN (a, b);
}

static void
assert_contrast (gboolean dark)
{
  GtkWidget *window = gtk_window_new ();
  GtkStyleContext *style = gtk_widget_get_style_context (window);
  GdkRGBA plain;
  GdkRGBA selected;
  GdkRGBA text;

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      dark ? ADW_COLOR_SCHEME_FORCE_DARK
                                           : ADW_COLOR_SCHEME_FORCE_LIGHT);
  g_assert_true (gtk_style_context_lookup_color (style, "window_bg_color", &plain));
  g_assert_true (gtk_style_context_lookup_color (style, "window_fg_color", &text));
  g_assert_cmpint (luminance (&text) > luminance (&plain), ==, dark);
  selected = over (&text, 0.13, &plain);

  for (HpStatusMark mark = 0; mark < HP_N_STATUS_MARKS; mark++)
    {
      const char *name = hp_status_mark_get_color_name (mark);
      GdkRGBA color;

      if (!name)
        continue;
      g_assert_true (gtk_style_context_lookup_color (style, name, &color));
      g_test_message ("%s: %.2f, selected %.2f", name, contrast (&color, &plain),
                      contrast (&color, &selected));
      g_assert_cmpfloat (contrast (&color, &plain), >=, 4.5);
      g_assert_cmpfloat (contrast (&color, &selected), >=, 4.5);
    }
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Rows share what they say alike, and a text that nobody needs is forgotten in time. */
static void
test_texts (void)
{
  const int none[HP_N_LOG_COLUMNS] = { 0 };
  GtkWidget *label = g_object_ref_sink (gtk_label_new (NULL));
  g_autoptr (HpLogColumnSet) set = hp_log_column_set_new ();
  HpLogColumns *columns = hp_log_columns_new (set);
  g_autoptr (PangoLayout) first = NULL;
  g_autoptr (PangoLayout) same = NULL;
  g_autoptr (PangoLayout) middle = NULL;
  PangoLayout *gone = NULL;

  hp_log_columns_measure (columns, label, none);
  first = hp_log_columns_dup_text (columns, HP_LOG_TEXT_END, "GET");
  same = hp_log_columns_dup_text (columns, HP_LOG_TEXT_END, "GET");
  middle = hp_log_columns_dup_text (columns, HP_LOG_TEXT_MIDDLE, "GET");
  g_assert_true (first == same);
  g_assert_true (first != middle);
  g_assert_cmpint (pango_layout_get_ellipsize (middle), ==, PANGO_ELLIPSIZE_MIDDLE);

  gone = hp_log_columns_dup_text (columns, HP_LOG_TEXT_END, "never again");
  g_object_add_weak_pointer (G_OBJECT (gone), (gpointer *) &gone);
  g_object_unref (gone);
  g_assert_nonnull (gone);
  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      g_autoptr (PangoLayout) other = hp_log_columns_dup_text (columns, HP_LOG_TEXT_END, text);

      g_assert_cmpstr (pango_layout_get_text (other), ==, text);
    }
  g_assert_null (gone);
  g_assert_cmpstr (pango_layout_get_text (first), ==, "GET");

  hp_log_columns_unref (columns);
  g_object_unref (label);
}

static void
test_contrast (void)
{
  assert_contrast (FALSE);
  assert_contrast (TRUE);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_DEFAULT);
}

int
main (int argc, char *argv[])
{
  ui_test_init (&argc, &argv);
  g_test_add_func ("/log-row/label", test_label);
  g_test_add_func ("/log-row/plain-cells", test_plain_cells);
  g_test_add_func ("/log-row/mark", test_mark);
  g_test_add_func ("/log-row/columns", test_columns);
  g_test_add_func ("/log-row/chosen-columns", test_chosen_columns);
  g_test_add_func ("/log-row/cells", test_cells);
  g_test_add_func ("/log-row/texts", test_texts);
  g_test_add_func ("/log-row/contrast", test_contrast);
  return g_test_run ();
}
