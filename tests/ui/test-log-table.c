/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui-test.h"
#include "ui/hp-log-header.h"
#include "ui/hp-log-row-widget.h"
#include "ui/hp-log-table.h"

typedef struct
{
  GtkWidget *window;
  HpLogTable *table;
  GtkWidget *list;
  HpRequestLog *log;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  GtkWidget *table = hp_log_table_new ();

  fixture->window = gtk_window_new ();
  fixture->table = g_object_ref (HP_LOG_TABLE (table));
  fixture->log = hp_request_log_new ();
  fixture->list = ui_test_find (table, GTK_TYPE_LIST_VIEW);
  hp_log_table_set_log (fixture->table, fixture->log);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 700, 400);
  gtk_window_set_child (GTK_WINDOW (fixture->window), table);
  gtk_window_present (GTK_WINDOW (fixture->window));
  ui_test_frames (fixture->window, 3);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_assert_finalize_object (fixture->table);
  /* The view that the table made is gone with it. */
  g_assert_finalize_object (fixture->log);
}

static GListModel *
get_model (Fixture *fixture)
{
  return G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (fixture->list)));
}

static HpLogRowWidget *
find_row (Fixture *fixture, guint position)
{
  for (GtkWidget *item = gtk_widget_get_first_child (fixture->list); item;
       item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *row = ui_test_find (item, HP_TYPE_LOG_ROW_WIDGET);

      if (row
          && gtk_list_item_get_position (hp_log_row_widget_get_item (HP_LOG_ROW_WIDGET (row)))
                 == position)
        return HP_LOG_ROW_WIDGET (row);
    }
  return NULL;
}

static double
get_bottom (Fixture *fixture, guint position)
{
  HpLogRowWidget *row = find_row (fixture, position);
  graphene_rect_t bounds;

  if (!row || !gtk_widget_compute_bounds (GTK_WIDGET (row), fixture->list, &bounds))
    return -1;
  return bounds.origin.y + bounds.size.height;
}

static double
get_value (Fixture *fixture)
{
  return gtk_adjustment_get_value (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (fixture->list)));
}

static guint
get_n_new (Fixture *fixture)
{
  guint n_new;

  g_object_get (fixture->table, "n-new", &n_new, NULL);
  return n_new;
}

/* The newest row ends where the list ends. */
static void
assert_at_end (Fixture *fixture)
{
  guint n = g_list_model_get_n_items (get_model (fixture));

  g_assert_cmpfloat_with_epsilon (get_bottom (fixture, n - 1),
                                  gtk_widget_get_height (fixture->list), 1);
  g_assert_true (hp_log_table_get_follow (fixture->table));
  g_assert_cmpuint (get_n_new (fixture), ==, 0);
}

static void
scroll_by (Fixture *fixture, double distance)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (fixture->list));

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + distance);
  ui_test_frames (fixture->window, 2);
}

static void
add (Fixture *fixture, guint n)
{
  ui_test_append (fixture->log, n);
  ui_test_frames (fixture->window, 2);
}

static void
test_empty (Fixture *fixture, gconstpointer data)
{
  GtkWidget *header = ui_test_find (GTK_WIDGET (fixture->table), HP_TYPE_LOG_HEADER);
  GtkWidget *hint = ui_test_find_class (GTK_WIDGET (fixture->table), "empty");

  g_assert_true (gtk_widget_is_visible (hint));
  g_assert_false (gtk_widget_is_visible (header));
  add (fixture, 1);
  g_assert_false (gtk_widget_is_visible (hint));
  g_assert_true (gtk_widget_is_visible (header));
  g_assert_cmpfloat (get_bottom (fixture, 0), >, 10);

  hp_request_log_clear (fixture->log);
  g_assert_true (gtk_widget_is_visible (hint));
  hp_log_table_set_log (fixture->table, NULL);
  g_assert_false (gtk_widget_is_visible (hint));
}

static void
test_accessible (Fixture *fixture, gconstpointer data)
{
  HpRequestRecord record = ui_test_record ("/img/logo.png", 404);
  GtkWidget *row;

  gtk_test_accessible_assert_property (fixture->list, GTK_ACCESSIBLE_PROPERTY_LABEL, "Requests");
  hp_request_log_append (fixture->log, &record);
  ui_test_frames (fixture->window, 2);

  row = GTK_WIDGET (find_row (fixture, 0));
  gtk_test_accessible_assert_role (row, GTK_ACCESSIBLE_ROLE_LABEL);
  gtk_test_accessible_assert_property (
      row, GTK_ACCESSIBLE_PROPERTY_LABEL,
      "GET /img/logo.png, status 404, File not found, 312 bytes, 0.1 ms, 14:02:11.3");
  gtk_test_accessible_assert_property (
      gtk_widget_get_parent (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
      "GET /img/logo.png, status 404, File not found, 312 bytes, 0.1 ms, 14:02:11.3");
}

/* The columns of header and rows agree, in both directions of text. */
static void
test_header (Fixture *fixture, gconstpointer data)
{
  GtkWidget *header = ui_test_find (GTK_WIDGET (fixture->table), HP_TYPE_LOG_HEADER);
  graphene_rect_t row;
  graphene_rect_t titles;

  add (fixture, 100);
  for (GtkTextDirection direction = GTK_TEXT_DIR_LTR; direction <= GTK_TEXT_DIR_RTL; direction++)
    {
      GtkWidget *widget;

      gtk_widget_set_direction (GTK_WIDGET (fixture->table), direction);
      ui_test_frames (fixture->window, 2);
      widget = GTK_WIDGET (find_row (fixture, 99));
      g_assert_true (gtk_widget_compute_bounds (widget, GTK_WIDGET (fixture->table), &row));
      g_assert_true (gtk_widget_compute_bounds (header, GTK_WIDGET (fixture->table), &titles));
      g_assert_cmpfloat (row.origin.x, ==, titles.origin.x);
      g_assert_cmpfloat (row.size.width, ==, titles.size.width);
    }
}

static void
test_follow (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 10; i++)
    {
      add (fixture, 1000);
      assert_at_end (fixture);
    }
  /* Two batches in one frame. */
  ui_test_append (fixture->log, 50);
  add (fixture, 50);
  assert_at_end (fixture);
}

static void
test_scroll_up (Fixture *fixture, gconstpointer data)
{
  double value;

  add (fixture, 1000);
  scroll_by (fixture, -200);
  g_assert_false (hp_log_table_get_follow (fixture->table));

  value = get_value (fixture);
  add (fixture, 5);
  add (fixture, 7);
  g_assert_cmpfloat (get_value (fixture), ==, value);
  g_assert_cmpuint (get_n_new (fixture), ==, 12);

  scroll_by (fixture, 100000);
  assert_at_end (fixture);
  add (fixture, 5);
  assert_at_end (fixture);
}

/* New rows come between the user's scrolling and its being laid out, and the other way round. */
static void
test_scroll_race (Fixture *fixture, gconstpointer data)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (fixture->list));

  add (fixture, 1000);
  gtk_adjustment_set_value (adjustment, get_value (fixture) - 200);
  add (fixture, 10);
  g_assert_false (hp_log_table_get_follow (fixture->table));

  hp_log_table_set_follow (fixture->table, TRUE);
  ui_test_frames (fixture->window, 2);
  assert_at_end (fixture);
  ui_test_append (fixture->log, 10);
  gtk_adjustment_set_value (adjustment, get_value (fixture) - 200);
  ui_test_frames (fixture->window, 2);
  g_assert_false (hp_log_table_get_follow (fixture->table));
}

/* A problem that is far away, too. */
static void
test_next_problem (Fixture *fixture, gconstpointer data)
{
  HpRequestRecord record = ui_test_record ("/missing", 404);
  GtkWidget *focus;

  add (fixture, 100);
  hp_request_log_append (fixture->log, &record);
  add (fixture, 3000);
  gtk_widget_activate_action (GTK_WIDGET (fixture->table), "log.next-problem", NULL);
  ui_test_frames (fixture->window, 2);
  g_assert_true (
      gtk_selection_model_is_selected (hp_log_table_get_selection (fixture->table), 100));
  focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));
  g_assert_true (focus && gtk_widget_is_ancestor (GTK_WIDGET (find_row (fixture, 100)), focus));
}

/* As the keyboard does it: the list moves itself, while it is laid out. */
static void
test_keyboard (Fixture *fixture, gconstpointer data)
{
  add (fixture, 1000);
  gtk_widget_activate_action (fixture->list, "list.scroll-to-item", "u", 0);
  ui_test_frames (fixture->window, 2);
  g_assert_cmpfloat (get_value (fixture), ==, 0);
  g_assert_false (hp_log_table_get_follow (fixture->table));

  gtk_widget_activate_action (fixture->list, "list.scroll-to-item", "u", 999);
  ui_test_frames (fixture->window, 2);
  assert_at_end (fixture);
}

/* Its number rests for a moment when it has changed. */
static void
wait_for_pill (GtkWidget *pill, const char *text)
{
  gint64 limit = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (g_strcmp0 (gtk_button_get_label (GTK_BUTTON (pill)), text) != 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, limit);
      g_main_context_iteration (NULL, TRUE);
    }
}

static void
test_set_follow (Fixture *fixture, gconstpointer data)
{
  GtkWidget *pill = ui_test_find_class (GTK_WIDGET (fixture->table), "new-rows");
  double value;

  add (fixture, 1000);
  hp_log_table_set_follow (fixture->table, FALSE);
  value = get_value (fixture);
  add (fixture, 3);
  add (fixture, 4);
  g_assert_false (hp_log_table_get_follow (fixture->table));
  g_assert_cmpfloat (get_value (fixture), ==, value);
  g_assert_true (gtk_widget_is_visible (pill));
  wait_for_pill (pill, "7 new ↓");

  g_signal_emit_by_name (pill, "clicked");
  ui_test_frames (fixture->window, 2);
  assert_at_end (fixture);
  g_assert_false (gtk_widget_is_visible (pill));
}

static void
count_cb (guint *count)
{
  ++*count;
}

static void
test_notify (Fixture *fixture, gconstpointer data)
{
  guint follow = 0;
  guint narrow = 0;
  guint log = 0;

  g_signal_connect_swapped (fixture->table, "notify::follow", G_CALLBACK (count_cb), &follow);
  g_signal_connect_swapped (fixture->table, "notify::narrow", G_CALLBACK (count_cb), &narrow);
  g_signal_connect_swapped (fixture->table, "notify::log", G_CALLBACK (count_cb), &log);
  hp_log_table_set_follow (fixture->table, TRUE);
  hp_log_table_set_narrow (fixture->table, FALSE);
  hp_log_table_set_log (fixture->table, fixture->log);
  g_assert_cmpuint (follow + narrow + log, ==, 0);

  hp_log_table_set_follow (fixture->table, FALSE);
  hp_log_table_set_narrow (fixture->table, TRUE);
  hp_log_table_set_log (fixture->table, NULL);
  g_assert_cmpuint (narrow, ==, 1);
  g_assert_cmpuint (log, ==, 1);
  /* Another log begins at its end. */
  g_assert_cmpuint (follow, ==, 2);
  g_assert_true (hp_log_table_get_follow (fixture->table));
}

static void
test_resize (Fixture *fixture, gconstpointer data)
{
  const int heights[] = { 300, 500, 200, 400 };

  add (fixture, 1000);
  for (guint i = 0; i < G_N_ELEMENTS (heights); i++)
    {
      int before = gtk_widget_get_height (fixture->list);

      gtk_window_set_default_size (GTK_WINDOW (fixture->window), 700, heights[i]);
      for (guint frames = 0; frames < 100 && gtk_widget_get_height (fixture->list) == before;
           frames++)
        ui_test_frames (fixture->window, 1);
      ui_test_frames (fixture->window, 2);
      g_assert_cmpint (gtk_widget_get_height (fixture->list), !=, before);
      assert_at_end (fixture);

      hp_log_table_set_narrow (fixture->table, i % 2 == 0);
      ui_test_frames (fixture->window, 2);
      assert_at_end (fixture);
    }
}

/* The oldest rows go, the newest stays in view. */
static void
test_drop (Fixture *fixture, gconstpointer data)
{
  guint64 first_seq = hp_request_log_get_first_seq (fixture->log);

  hp_request_log_set_max_bytes (fixture->log, 1);
  for (guint i = 0; i < 20; i++)
    {
      add (fixture, 5000);
      assert_at_end (fixture);
    }
  g_assert_cmpuint (hp_request_log_get_first_seq (fixture->log), >, first_seq);
}

/* Where the row of this number is seen, or G_MAXINT. */
static double
get_place (Fixture *fixture, guint64 seq)
{
  graphene_rect_t bounds;
  guint position;

  g_assert_true (hp_log_view_find (hp_log_table_get_view (fixture->table), seq, &position));
  if (!find_row (fixture, position)
      || !gtk_widget_compute_bounds (GTK_WIDGET (find_row (fixture, position)),
                                     gtk_widget_get_parent (fixture->list), &bounds))
    return G_MAXINT;
  return bounds.origin.y;
}

/* Somebody reads in the middle, while rows come at the end and the oldest go. */
static void
test_drop_while_reading (Fixture *fixture, gconstpointer data)
{
  GtkWidget *pill = ui_test_find_class (GTK_WIDGET (fixture->table), "new-rows");
  guint64 first = hp_request_log_get_first_seq (fixture->log);
  guint64 read = first + 12000;
  double place;

  add (fixture, 15000);
  g_assert_true (hp_log_table_show_seq (fixture->table, read));
  ui_test_frames (fixture->window, 3);
  scroll_by (fixture, -37);
  place = get_place (fixture, read);
  g_assert_cmpfloat (place, >, 0);
  g_assert_cmpfloat (place, <, 400);

  hp_request_log_set_max_bytes (fixture->log, hp_request_log_get_used_bytes (fixture->log));
  for (guint n = 500; n <= 9000; n += 500)
    {
      add (fixture, 500);
      g_assert_cmpfloat (get_place (fixture, read), ==, place);
      g_assert_cmpuint (get_n_new (fixture), ==, n);
      g_assert_cmpuint (hp_log_table_get_n_selected (fixture->table), ==, 1);
    }
  g_assert_cmpuint (hp_request_log_get_first_seq (fixture->log), >=, first + 8192);
  g_assert_cmpuint (hp_request_log_get_first_seq (fixture->log), <, read);

  /* What was read goes, too, and more come than there is room for. */
  for (guint i = 0; i < 8; i++)
    add (fixture, 4000);
  g_assert_cmpuint (hp_log_table_get_n_selected (fixture->table), ==, 0);
  g_assert_cmpuint (get_n_new (fixture), ==, g_list_model_get_n_items (get_model (fixture)));
  g_signal_emit_by_name (pill, "clicked");
  ui_test_frames (fixture->window, 2);
  assert_at_end (fixture);
}

static void
filter (Fixture *fixture, const char *text)
{
  g_autoptr (HpLogQuery) query = hp_log_query_new (text, NULL, NULL);

  hp_log_table_set_query (fixture->table, query);
  while (hp_log_view_get_busy (hp_log_table_get_view (fixture->table)))
    g_main_context_iteration (NULL, TRUE);
  ui_test_frames (fixture->window, 3);
}

static void
sort_by (Fixture *fixture, const char *order)
{
  g_action_group_change_action_state (hp_log_table_get_column_actions (fixture->table), "order",
                                      g_variant_new_string (order));
  while (hp_log_view_get_busy (hp_log_table_get_view (fixture->table)))
    g_main_context_iteration (NULL, TRUE);
  ui_test_frames (fixture->window, 3);
}

static void
text_read_cb (GObject *clipboard, GAsyncResult *result, gpointer user_data)
{
  *(char **) user_data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (clipboard), result, NULL);
}

static gboolean
is_set (gpointer text)
{
  return *(char **) text != NULL;
}

static char *
copy (Fixture *fixture, const char *action)
{
  char *text = NULL;

  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->table), action, NULL));
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (fixture->table)), NULL,
                                 text_read_cb, &text);
  ui_test_wait (is_set, &text);
  return text;
}

static void
assert_selected (Fixture *fixture, const char *paths)
{
  g_autofree char *text = copy (fixture, "log.copy-path");

  g_assert_cmpstr (text, ==, paths);
}

/* It is of requests, whatever becomes of the rows around them. */
static void
test_selection_stays (Fixture *fixture, gconstpointer data)
{
  GtkSelectionModel *selection = GTK_SELECTION_MODEL (get_model (fixture));

  add (fixture, 1000);
  gtk_selection_model_select_item (selection, 500, TRUE);
  gtk_selection_model_select_item (selection, 700, FALSE);
  add (fixture, 100);
  assert_selected (fixture, "/file-500\n/file-700");

  /* One that is filtered out is not copied, and is back afterwards. */
  filter (fixture, "file-7");
  assert_selected (fixture, "/file-700");
  add (fixture, 10);
  filter (fixture, "");
  assert_selected (fixture, "/file-500\n/file-700");

  sort_by (fixture, "path:down");
  assert_selected (fixture, "/file-700\n/file-500");
  add (fixture, 1000);
  assert_selected (fixture, "/file-700\n/file-500");
  sort_by (fixture, "arrival");
  assert_selected (fixture, "/file-500\n/file-700");

  hp_request_log_clear (fixture->log);
  g_assert_cmpuint (hp_log_table_get_n_selected (fixture->table), ==, 0);
  hp_request_log_undo_clear (fixture->log);
  assert_selected (fixture, "/file-500\n/file-700");
}

/* Also when the order has been that one already, and no later filter jumps there instead. */
static void
test_sort_begins_at_the_top (Fixture *fixture, gconstpointer data)
{
  guint64 first = hp_request_log_get_first_seq (fixture->log);

  add (fixture, 1000);
  sort_by (fixture, "size:up");
  g_assert_cmpfloat (get_value (fixture), ==, 0);
  g_assert_true (hp_log_table_show_seq (fixture->table, first + 500));
  ui_test_frames (fixture->window, 3);
  filter (fixture, "file");
  filter (fixture, "-file-3");
  g_assert_cmpfloat (get_place (fixture, first + 500), >=, 0);
  g_assert_cmpfloat (get_place (fixture, first + 500), <, 400);
  sort_by (fixture, "path:up");
  g_assert_cmpfloat (get_value (fixture), ==, 0);
  sort_by (fixture, "arrival");
}

static void
test_swap_and_clear (Fixture *fixture, gconstpointer data)
{
  HpRequestLog *other = hp_request_log_new ();

  ui_test_append (other, 500);
  add (fixture, 1000);
  scroll_by (fixture, -5000);
  add (fixture, 10);
  g_assert_cmpuint (get_n_new (fixture), ==, 10);

  hp_log_table_set_log (fixture->table, other);
  ui_test_frames (fixture->window, 2);
  g_assert_cmpuint (g_list_model_get_n_items (get_model (fixture)), ==, 500);
  assert_at_end (fixture);

  /* The old one is none of its business any more. */
  scroll_by (fixture, -200);
  add (fixture, 100);
  g_assert_cmpuint (get_n_new (fixture), ==, 0);

  hp_request_log_clear (other);
  ui_test_frames (fixture->window, 2);
  g_assert_true (hp_log_table_get_follow (fixture->table));
  ui_test_append (other, 200);
  ui_test_frames (fixture->window, 2);
  assert_at_end (fixture);

  hp_log_table_set_log (fixture->table, fixture->log);
  ui_test_frames (fixture->window, 2);
  assert_at_end (fixture);
  g_assert_finalize_object (other);
}

static void
test_copy (Fixture *fixture, gconstpointer data)
{
  GtkSelectionModel *selection = GTK_SELECTION_MODEL (get_model (fixture));
  g_autofree char *paths = NULL;
  g_autofree char *rows = NULL;
  g_autofree char *text = NULL;

  add (fixture, 100);
  g_assert_null (hp_log_table_dup_selection_text (fixture->table));

  gtk_selection_model_select_item (selection, 7, TRUE);
  gtk_selection_model_select_item (selection, 9, FALSE);
  text = hp_log_table_dup_selection_text (fixture->table);
  g_assert_cmpstr (text, ==,
                   "127.0.0.1 - - [01/May/2024:14:02:11 +0000] \"GET /file-7 HTTP/1.1\" 200 312 "
                   "\"-\" \"-\"\n"
                   "127.0.0.1 - - [01/May/2024:14:02:11 +0000] \"GET /file-9 HTTP/1.1\" 200 312 "
                   "\"-\" \"-\"\n");
  rows = copy (fixture, "log.copy-rows");
  g_assert_cmpstr (rows, ==, text);
  paths = copy (fixture, "log.copy-path");
  g_assert_cmpstr (paths, ==, "/file-7\n/file-9");

  hp_request_log_clear (fixture->log);
  g_assert_null (hp_log_table_dup_selection_text (fixture->table));
}

static void
test_unrealized (void)
{
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  HpLogTable *table = g_object_ref_sink (HP_LOG_TABLE (hp_log_table_new ()));

  hp_log_table_set_log (table, log);
  ui_test_append (log, 100);
  hp_log_table_set_follow (table, FALSE);
  ui_test_append (log, 100);
  hp_request_log_clear (log);
  g_assert_finalize_object (table);
}

static void
activated_cb (HpLogTable *table, guint64 seq, guint64 *activated)
{
  *activated = seq;
}

static void
test_show_seq (Fixture *fixture, gconstpointer data)
{
  guint64 first;
  guint64 activated = G_MAXUINT64;
  graphene_rect_t bounds;

  add (fixture, 1000);
  first = hp_request_log_get_first_seq (fixture->log);
  g_assert_false (hp_log_table_show_seq (fixture->table, first + 1000));

  g_assert_true (hp_log_table_show_seq (fixture->table, first + 300));
  g_assert_false (hp_log_table_get_follow (fixture->table));
  g_assert_cmpuint (hp_log_table_get_n_selected (fixture->table), ==, 1);
  g_assert_true (
      gtk_selection_model_is_selected (hp_log_table_get_selection (fixture->table), 300));
  ui_test_frames (fixture->window, 3);
  g_assert_true (gtk_widget_compute_bounds (GTK_WIDGET (find_row (fixture, 300)),
                                            gtk_widget_get_parent (fixture->list), &bounds));
  g_assert_cmpfloat (bounds.origin.y, >=, 0);
  g_assert_cmpfloat (bounds.origin.y, <, 400);

  g_signal_connect (fixture->table, "activated", G_CALLBACK (activated_cb), &activated);
  gtk_widget_activate_action (fixture->list, "list.activate-item", "u", 300);
  g_assert_cmpuint (activated, ==, first + 300);
}

static gboolean
has_name (gpointer row)
{
  GtkWidget *item = gtk_widget_get_parent (GTK_WIDGET (row));

  return gtk_test_accessible_has_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL)
         && gtk_test_accessible_has_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

/* A row is named when it is seen or gets the focus, any other soon after. */
static void
test_names (Fixture *fixture, gconstpointer data)
{
  HpLogRowWidget *hidden;
  HpLogRowWidget *focused;

  add (fixture, 150);
  assert_at_end (fixture);
  hidden = find_row (fixture, 60);
  focused = find_row (fixture, 70);
  g_assert_true (has_name (find_row (fixture, 149)));
  g_assert_false (has_name (hidden));
  g_assert_false (has_name (focused));

  gtk_widget_grab_focus (gtk_widget_get_parent (GTK_WIDGET (focused)));
  g_assert_true (has_name (focused));
  g_assert_false (has_name (hidden));
  ui_test_wait (has_name, hidden);
}

int
main (int argc, char *argv[])
{
  const struct
  {
    const char *path;
    void (*test) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/log-table/empty", test_empty },
    { "/log-table/accessible", test_accessible },
    { "/log-table/header", test_header },
    { "/log-table/follow", test_follow },
    { "/log-table/scroll-up", test_scroll_up },
    { "/log-table/scroll-race", test_scroll_race },
    { "/log-table/keyboard", test_keyboard },
    { "/log-table/next-problem", test_next_problem },
    { "/log-table/set-follow", test_set_follow },
    { "/log-table/notify", test_notify },
    { "/log-table/resize", test_resize },
    { "/log-table/drop", test_drop },
    { "/log-table/drop-while-reading", test_drop_while_reading },
    { "/log-table/selection-stays", test_selection_stays },
    { "/log-table/sort-begins-at-the-top", test_sort_begins_at_the_top },
    { "/log-table/swap-and-clear", test_swap_and_clear },
    { "/log-table/copy", test_copy },
    { "/log-table/show-seq", test_show_seq },
  };

  ui_test_init (&argc, &argv);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  g_test_add_func ("/log-table/unrealized", test_unrealized);
  g_test_add ("/log-table/names", Fixture, NULL, set_up, test_names, tear_down);
  return g_test_run ();
}
