/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Loaded into the real program by test-clip.py, which asks it by a pipe what is on screen: every
 * text, and which of them are cut. A line is a command, each gets a line of JSON. */

#include "config.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib-unix.h>
#include <gtk/gtk.h>
#include <json-glib/json-glib.h>

/* Layouts round to whole pixels. */
#define TOLERANCE 1.5

static GIOChannel *commands;
static int answers;

/* While a widget that draws texts itself is asked to draw them. */
static GtkWidget *drawing;
static JsonBuilder *texts, *cuts;

typedef gboolean (*FindFunc) (GtkWidget *widget, const char *wanted);

/* What is cut */

static void
add_path (JsonBuilder *json, GtkWidget *widget)
{
  json_builder_begin_array (json);
  for (; widget; widget = gtk_widget_get_parent (widget))
    {
      g_auto (GStrv) classes = gtk_widget_get_css_classes (widget);
      g_autofree char *joined = g_strjoinv (".", classes);
      g_autofree char *name = g_strconcat (G_OBJECT_TYPE_NAME (widget), *joined ? "." : "", joined,
                                           NULL);

      json_builder_add_string_value (json, name);
    }
  json_builder_end_array (json);
}

static void
add_cut (GtkWidget *widget, const char *kind, const char *text, double has, double needs)
{
  json_builder_begin_object (cuts);
  json_builder_set_member_name (cuts, "kind");
  json_builder_add_string_value (cuts, kind);
  json_builder_set_member_name (cuts, "text");
  json_builder_add_string_value (cuts, text);
  json_builder_set_member_name (cuts, "has");
  json_builder_add_int_value (cuts, (gint64) has);
  json_builder_set_member_name (cuts, "needs");
  json_builder_add_int_value (cuts, (gint64) needs);
  json_builder_set_member_name (cuts, "path");
  add_path (cuts, widget);
  json_builder_end_object (cuts);
}

/* A line may end only where a word does. */
static void
check_lines (GtkWidget *widget, PangoLayout *layout)
{
  const char *text = pango_layout_get_text (layout);
  int n_attrs;
  const PangoLogAttr *attrs = pango_layout_get_log_attrs_readonly (layout, &n_attrs);

  for (GSList *l = pango_layout_get_lines_readonly (layout); l; l = l->next)
    {
      PangoLayoutLine *line = l->data;
      glong offset = g_utf8_pointer_to_offset (text, text + line->start_index);

      if (offset > 0 && offset < n_attrs && !line->is_paragraph_start
          && !attrs[offset].is_line_break)
        {
          add_cut (widget, "broken", text, gtk_widget_get_width (widget), 0);
          return;
        }
    }
}

static int
measure_natural (PangoLayout *layout)
{
  g_autoptr (PangoLayout) free_layout = pango_layout_copy (layout);
  int width;

  pango_layout_set_ellipsize (free_layout, PANGO_ELLIPSIZE_NONE);
  pango_layout_set_width (free_layout, -1);
  pango_layout_get_pixel_size (free_layout, &width, NULL);
  return width;
}

static void
check_layout (GtkWidget *widget, PangoLayout *layout)
{
  const char *text = pango_layout_get_text (layout);
  int width, height;

  if (*text == '\0')
    return;
  json_builder_add_string_value (texts, text);

  pango_layout_get_pixel_size (layout, &width, &height);
  if (pango_layout_is_ellipsized (layout))
    add_cut (widget, "ellipsized", text, gtk_widget_get_width (widget), measure_natural (layout));
  else if (width > gtk_widget_get_width (widget) + TOLERANCE)
    add_cut (widget, "wide", text, gtk_widget_get_width (widget), width);
  else if (height > gtk_widget_get_height (widget) + TOLERANCE)
    add_cut (widget, "high", text, gtk_widget_get_height (widget), height);
  else
    check_lines (widget, layout);
}

static void
check_inscription (GtkWidget *widget)
{
  GtkInscription *inscription = GTK_INSCRIPTION (widget);
  const char *text = gtk_inscription_get_text (inscription);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, text);

  pango_layout_set_attributes (layout, gtk_inscription_get_attributes (inscription));
  if (text)
    check_layout (widget, layout);
}

/* In front of GTK's own, for those that draw their texts themselves. */
G_GNUC_UNUSED G_MODULE_EXPORT void
gtk_snapshot_append_layout (GtkSnapshot *snapshot, PangoLayout *layout, const GdkRGBA *color)
{
  static void (*real) (GtkSnapshot *, PangoLayout *, const GdkRGBA *);

  if (!real)
    *(void **) &real = dlsym (RTLD_NEXT, "gtk_snapshot_append_layout");
  real (snapshot, layout, color);
  if (!drawing)
    return;
  json_builder_add_string_value (texts, pango_layout_get_text (layout));
  if (pango_layout_is_ellipsized (layout))
    add_cut (drawing, "ellipsized", pango_layout_get_text (layout),
             pango_layout_get_width (layout) / PANGO_SCALE, measure_natural (layout));
}

static void
check_drawn (GtkWidget *widget)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GskRenderNode *node;

  drawing = widget;
  GTK_WIDGET_GET_CLASS (widget)->snapshot (widget, snapshot);
  drawing = NULL;
  node = gtk_snapshot_free_to_node (snapshot);
  g_clear_pointer (&node, gsk_render_node_unref);
}

static gboolean
scrolls (GtkAdjustment *adjustment)
{
  return adjustment
         && gtk_adjustment_get_upper (adjustment) > gtk_adjustment_get_page_size (adjustment) + 1;
}

/* Of a widget whose parts can be nowhere else: what lies outside can't be seen, unless by
 * scrolling. */
static void
check_place (GtkWidget *widget, const char *text)
{
  gboolean x = TRUE, y = TRUE;

  for (GtkWidget *outer = gtk_widget_get_parent (widget); outer && !GTK_IS_NATIVE (widget);
       outer = GTK_IS_NATIVE (outer) ? NULL : gtk_widget_get_parent (outer))
    {
      graphene_rect_t place, bounds;
      double left, right, above, below;

      if (GTK_IS_SCROLLABLE (outer))
        {
          x = x && !scrolls (gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (outer)));
          y = y && !scrolls (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (outer)));
        }
      if (gtk_widget_get_overflow (outer) != GTK_OVERFLOW_HIDDEN && !GTK_IS_NATIVE (outer)
          && !GTK_IS_LIST_BOX_ROW (outer))
        continue;
      if (!gtk_widget_compute_bounds (widget, outer, &place)
          || !gtk_widget_compute_bounds (outer, outer, &bounds))
        continue;
      left = bounds.origin.x - place.origin.x;
      right = place.origin.x + place.size.width - bounds.origin.x - bounds.size.width;
      above = bounds.origin.y - place.origin.y;
      below = place.origin.y + place.size.height - bounds.origin.y - bounds.size.height;
      if ((x && MAX (left, right) > TOLERANCE) || (y && MAX (above, below) > TOLERANCE))
        {
          add_cut (widget, "outside", text, x ? MAX (left, right) : 0, y ? MAX (above, below) : 0);
          return;
        }
    }
}

static void
check_widget (GtkWidget *widget)
{
  const char *text = "";

  if (!gtk_widget_get_mapped (widget) || GTK_IS_SCROLLBAR (widget))
    return;
  if (GTK_IS_LABEL (widget))
    {
      text = gtk_label_get_text (GTK_LABEL (widget));
      check_layout (widget, gtk_label_get_layout (GTK_LABEL (widget)));
    }
  else if (GTK_IS_INSCRIPTION (widget))
    check_inscription (widget);
  else if (!gtk_widget_get_first_child (widget)
           && g_str_has_prefix (G_OBJECT_TYPE_NAME (widget), "Hp"))
    check_drawn (widget);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    check_widget (child);
  if (GTK_IS_LABEL (widget) || GTK_IS_BUTTON (widget) || !gtk_widget_get_first_child (widget))
    check_place (widget, text);
}

/* Windows */

/* The last one that came. */
static GtkWidget *
get_top (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = g_list_model_get_n_items (windows); i > 0; i--)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i - 1);

      if (gtk_widget_get_mapped (window))
        return window;
    }
  return NULL;
}

/* Of newer platforms some dialogs are inside the window. */
static GtkWidget *
get_front (GtkWidget *top)
{
  g_autoptr (GtkWidget) dialog = NULL;

  if (top && g_object_class_find_property (G_OBJECT_GET_CLASS (top), "visible-dialog"))
    g_object_get (top, "visible-dialog", &dialog, NULL);
  return dialog ? dialog : top;
}

static void
answer (const char *line)
{
  gsize length = strlen (line);

  for (gsize done = 0; done < length;)
    {
      gssize n = write (answers, line + done, length - done);

      if (n < 0)
        _exit (1);
      done += (gsize) n;
    }
}

static void
answer_word (gboolean done)
{
  answer (done ? "true\n" : "false\n");
}

static void
look (void)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *said = NULL;
  g_autofree char *line = NULL;
  GtkWidget *top = get_top ();

  texts = json_builder_new ();
  cuts = json_builder_new ();
  json_builder_begin_array (texts);
  json_builder_begin_array (cuts);
  if (top)
    check_widget (top);
  json_builder_end_array (texts);
  json_builder_end_array (cuts);

  json_builder_begin_object (json);
  json_builder_set_member_name (json, "window");
  json_builder_add_string_value (json, top ? G_OBJECT_TYPE_NAME (get_front (top)) : "");
  json_builder_set_member_name (json, "width");
  json_builder_add_int_value (json, top ? gtk_widget_get_width (top) : 0);
  json_builder_set_member_name (json, "texts");
  json_builder_add_value (json, json_builder_get_root (texts));
  json_builder_set_member_name (json, "cuts");
  json_builder_add_value (json, json_builder_get_root (cuts));
  json_builder_end_object (json);
  root = json_builder_get_root (json);
  said = json_to_string (root, FALSE);
  line = g_strconcat (said, "\n", NULL);
  answer (line);
  g_clear_object (&texts);
  g_clear_object (&cuts);
}

/* A frame, whatever it leads to, and another frame. */
static void after_paint_cb (GdkFrameClock *clock, gpointer user_data);

static gboolean
next_frame_cb (gpointer user_data)
{
  GtkWidget *top = get_top ();
  GdkFrameClock *clock = top ? gtk_widget_get_frame_clock (top) : NULL;

  if (clock)
    {
      g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), user_data);
      gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_PAINT);
    }
  else
    look ();
  return G_SOURCE_REMOVE;
}

static void
after_paint_cb (GdkFrameClock *clock, gpointer user_data)
{
  int n = GPOINTER_TO_INT (user_data);

  g_signal_handlers_disconnect_by_func (clock, after_paint_cb, user_data);
  if (n > 1)
    g_idle_add_full (G_PRIORITY_LOW, next_frame_cb, GINT_TO_POINTER (n - 1), NULL);
  else
    look ();
}

/* What people do */

static GtkWidget *
find (GtkWidget *widget, FindFunc matches, const char *wanted)
{
  if (!widget || !gtk_widget_get_mapped (widget))
    return NULL;
  if (matches (widget, wanted))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, matches, wanted);

      if (found)
        return found;
    }
  return NULL;
}

static gboolean
has_type (GtkWidget *widget, const char *type)
{
  return g_str_equal (G_OBJECT_TYPE_NAME (widget), type);
}

static gboolean
has_text (GtkWidget *widget, const char *text)
{
  return GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_text (GTK_LABEL (widget)), text);
}

static gboolean
activate_action (GtkWidget *widget, const char *action)
{
  g_autofree char *name = NULL;
  GVariant *target = NULL;

  return widget && g_action_parse_detailed_name (action, &name, &target, NULL)
         && gtk_widget_activate_action_variant (widget, name, target);
}

/* The button or the row of a label. */
static gboolean
click (GtkWidget *label)
{
  for (GtkWidget *widget = label; widget; widget = gtk_widget_get_parent (widget))
    {
      if (GTK_IS_BUTTON (widget) || GTK_IS_LIST_BOX_ROW (widget))
        return gtk_widget_activate (widget);
    }
  return FALSE;
}

static gboolean
popup (GtkWidget *button)
{
  if (button)
    gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  return button != NULL;
}

static gboolean
type (GtkWidget *window, const char *text)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (window));

  if (!GTK_IS_EDITABLE (focus))
    return FALSE;
  gtk_editable_set_text (GTK_EDITABLE (focus), text);
  return TRUE;
}

static gboolean
resize (GtkWidget *window, const char *size)
{
  int width, height;

  if (sscanf (size, "%d %d", &width, &height) != 2)
    return FALSE;
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  return TRUE;
}

static void
run (const char *command, const char *rest)
{
  GtkWidget *top = get_top ();
  g_auto (GStrv) words = g_strsplit (rest, " ", 2);

  if (g_str_equal (command, "look"))
    next_frame_cb (GINT_TO_POINTER (2));
  else if (!top)
    answer_word (FALSE);
  else if (g_str_equal (command, "size"))
    answer_word (resize (top, rest));
  else if (g_str_equal (command, "do"))
    answer_word (activate_action (top, rest));
  else if (g_str_equal (command, "in"))
    answer_word (words[1] && activate_action (find (top, has_type, words[0]), words[1]));
  else if (g_str_equal (command, "click"))
    answer_word (click (find (top, has_text, rest)));
  else if (g_str_equal (command, "menu"))
    answer_word (popup (find (find (top, has_type, rest), has_type, "GtkMenuButton")));
  else if (g_str_equal (command, "type"))
    answer_word (type (top, rest));
  else if (g_str_equal (command, "close"))
    answer_word (activate_action (get_front (top), "window.close"));
  else
    answer_word (FALSE);
}

static gboolean
command_cb (GIOChannel *channel, GIOCondition condition, gpointer user_data)
{
  g_autofree char *line = NULL;
  g_auto (GStrv) words = NULL;
  gsize end;

  if (g_io_channel_read_line (channel, &line, NULL, &end, NULL) != G_IO_STATUS_NORMAL)
    return G_SOURCE_REMOVE;
  line[end] = '\0';
  words = g_strsplit (line, " ", 2);
  run (words[0], words[1] ? words[1] : "");
  return G_SOURCE_CONTINUE;
}

__attribute__ ((constructor)) static void
init (void)
{
  const char *pipes = g_getenv ("HOMEPORT_CLIP_PROBE");
  int in;

  g_unsetenv ("LD_PRELOAD");
  if (!pipes || sscanf (pipes, "%d %d", &in, &answers) != 2)
    return;
  fcntl (in, F_SETFD, FD_CLOEXEC);
  fcntl (answers, F_SETFD, FD_CLOEXEC);
  commands = g_io_channel_unix_new (in);
  g_io_add_watch (commands, G_IO_IN | G_IO_HUP, command_cb, NULL);
}
