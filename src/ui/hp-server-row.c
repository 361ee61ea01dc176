/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/hp-address-drag.h"
#include "ui/hp-announce.h"
#include "ui/hp-direction.h"
#include "ui/hp-server-row.h"
#include "ui/hp-platform.h"
#include "ui/hp-state-icon.h"

/* How long after the last request its mark begins to fade. */
#define PULSE_MS 150

/* Pixels: its width, and between the parts of a row. */
#define PULSE_WIDTH 6
#define SPACING     12

/* Of a problem: the name of a program may have any length. */
#define MAX_LINES 3

/* While the row has the focus, a screen reader says every change of its description at once: this
 * often, in seconds, when it is only the number of problems. */
#define COUNT_SECONDS 10

struct _HpServerRow
{
  GtkListBoxRow parent_instance;

  /* owned */
  HpServer *server;
  GMenuModel *menu_model;
  GtkWidget *menu; /* NULL until it is opened for the first time */

  /* borrowed: below the row, once it was filled */
  GtkWidget *content; /* NULL before */
  GtkWidget *lines;
  GtkLabel *title;
  GtkLabel *subtitle;
  GtkWidget *pulse; /* NULL until the first request */
  GtkWidget *badge; /* NULL until the first problem */
  GtkSwitch *running;

  const char *style_class; /* static, of the subtitle */
  const char *state_word;  /* static, as it was last told */
  guint64 n_requests;      /* as they were last counted */
  guint pulse_source;      /* 0 while no requests arrive */
  char *state;             /* owned, as it was last described */
  guint count_source;      /* 0: the number of problems may be told */
  gboolean count_pending;  /* it has changed since it was told */
};

enum
{
  MENU,
  DROPPED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HpServerRow, hp_server_row, GTK_TYPE_LIST_BOX_ROW)

/* What many rows never need. */
static void
add_to_content (HpServerRow *self, GtkWidget *widget, GtkWidget *after, const char *style_class)
{
  gtk_widget_set_valign (widget, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (widget, style_class);
  gtk_box_insert_child_after (GTK_BOX (self->content), widget, after);
}

static void
show_badge (HpServerRow *self, gulong n, const char *problems)
{
  g_autofree char *text = n > 999 ? g_strdup ("999+") : g_strdup_printf ("%lu", n);

  if (!self->badge && n == 0)
    return;
  if (!self->badge)
    {
      self->badge = gtk_label_new (NULL);
      add_to_content (self, self->badge, self->pulse ? self->pulse : self->lines, "problem-badge");
    }
  gtk_label_set_text (GTK_LABEL (self->badge), text);
  gtk_widget_set_tooltip_text (self->badge, problems);
  gtk_widget_set_visible (self->badge, n > 0);
}

static void update (HpServerRow *self);

static gboolean
count_over_cb (gpointer user_data)
{
  HpServerRow *self = user_data;

  self->count_source = 0;
  if (self->count_pending)
    update (self);
  return G_SOURCE_REMOVE;
}

/* Nobody has to hear of it. */
static gboolean
is_passing (HpServerState state)
{
  return state == HP_SERVER_STARTING || state == HP_SERVER_STOPPING;
}

/* For screen readers: the state with what belongs to it, and how many problems there are. */
static void
describe (HpServerRow *self, const char *state, const char *problems)
{
  /* Translators: what a row says of its folder, and how many problems there are. */
  g_autofree char *both = g_strdup_printf (C_ ("description of a row", "%s, %s"), state, problems);
  gboolean any = hp_request_log_get_n_problems (hp_server_get_log (self->server)) > 0;
  gboolean focus = gtk_widget_has_focus (GTK_WIDGET (self));
  gboolean passing = is_passing (hp_server_get_state (self->server));

  if (focus && passing)
    return;
  if (focus && self->count_source && g_strcmp0 (self->state, state) == 0)
    {
      self->count_pending = TRUE;
      return;
    }
  self->count_pending = FALSE;
  g_free (self->state);
  self->state = g_strdup (state);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  any ? both : state, -1);
  if (!self->count_source && focus)
    self->count_source = g_timeout_add_seconds (COUNT_SECONDS, count_over_cb, self);
}

/* How much failed since the log was cleared, as on the page of problems. */
static void
update_problems (HpServerRow *self, const char *description)
{
  gulong n = hp_request_log_get_n_problems (hp_server_get_log (self->server));
  g_autofree char *problems = g_strdup_printf (ngettext ("%'lu problem", "%'lu problems", n), n);

  if (self->content)
    show_badge (self, n, problems);
  describe (self, description, problems);
}

/* What happens to the folder that people are at; of the others, only what went wrong. The bar of
 * the page tells of the problem itself. */
static void
announce (HpServerRow *self, const char *description)
{
  const char *word = hp_server_get_state_word (self->server);
  HpServerState state = hp_server_get_state (self->server);
  gboolean problem = hp_server_get_problem (self->server) != HP_PROBLEM_NONE
                     && state != HP_SERVER_RUNNING;
  gboolean selected = gtk_list_box_row_is_selected (GTK_LIST_BOX_ROW (self));
  gboolean first = self->state_word == NULL;

  if (is_passing (state) || g_strcmp0 (self->state_word, word) == 0)
    return;
  self->state_word = word;
  /* With the focus, the new description is said. */
  if (!first && selected != problem && !gtk_widget_has_focus (GTK_WIDGET (self)))
    {
      g_autofree char *text = g_strdup_printf (C_ ("description of a row", "%s, %s"),
                                               hp_server_get_title (self->server), description);

      hp_announce (GTK_WIDGET (self), text);
    }
}

/* A problem takes the lines it needs. Of an address its end is worth most. */
static void
show_words (GtkLabel *label, gboolean words)
{
  gtk_label_set_single_line_mode (label, !words);
  gtk_label_set_wrap (label, words);
  gtk_label_set_wrap_mode (label, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (label, words ? MAX_LINES : -1);
  gtk_label_set_ellipsize (label, words ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_START);
}

static void
update_content (HpServerRow *self)
{
  g_autofree char *folder = hp_server_dup_folder_label (self->server);
  g_autofree char *label = g_strdup_printf (_ ("Serve %s"), hp_server_get_title (self->server));
  g_autofree char *tooltip = hp_direction_take (
      g_strdup (hp_server_get_problem_text (self->server)));

  gtk_label_set_text (self->title, hp_server_get_title (self->server));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), folder);
  hp_direction_set_text (self->subtitle, hp_server_get_subtitle (self->server));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->subtitle), tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->running), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);

  if (self->style_class)
    gtk_widget_remove_css_class (GTK_WIDGET (self->subtitle), self->style_class);
  self->style_class = hp_server_get_state_class (self->server);
  if (g_str_equal (self->style_class, "success"))
    self->style_class = "dim-label";
  gtk_widget_add_css_class (GTK_WIDGET (self->subtitle), self->style_class);
  show_words (self->subtitle, !g_str_equal (self->style_class, "dim-label"));
}

static void
update (HpServerRow *self)
{
  const char *title = hp_server_get_title (self->server);
  /* Translators: a state and an address or a problem: “Running, localhost:62893”. */
  g_autofree char *description = g_strdup_printf (C_ ("description of a row", "%s, %s"),
                                                  hp_server_get_state_word (self->server),
                                                  hp_server_get_subtitle (self->server));

  if (self->content)
    update_content (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  update_problems (self, description);
  announce (self, description);
}

static void
running_changed_cb (HpServerRow *self)
{
  if (self->content)
    gtk_switch_set_active (self->running, hp_server_get_running (self->server));
}

static void
switched_cb (HpServerRow *self)
{
  gboolean active = gtk_switch_get_active (self->running);

  if (self->server && active != hp_server_get_running (self->server))
    g_object_set (self->server, "running", active, NULL);
}

/* The mark beside the switch, which lights up as requests arrive and then fades: by CSS, so that it
 * keeps still where people want no animations. */

static gboolean
pulse_over_cb (gpointer user_data)
{
  HpServerRow *self = user_data;

  self->pulse_source = 0;
  gtk_widget_remove_css_class (self->pulse, "active");
  return G_SOURCE_REMOVE;
}

/* In the room that was kept for it, so that nothing moves. */
static void
add_pulse (HpServerRow *self)
{
  self->pulse = g_object_new (ADW_TYPE_BIN, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                              NULL);
  gtk_widget_set_margin_end (self->lines, 0);
  add_to_content (self, self->pulse, self->lines, "pulse");
}

static void
log_changed_cb (HpServerRow *self)
{
  guint64 n = hp_request_log_get_n_requests (hp_server_get_log (self->server));
  gboolean more = n > self->n_requests;

  self->n_requests = n;
  if (!more || !self->content || !gtk_widget_get_mapped (self->content))
    return;
  if (!self->pulse)
    add_pulse (self);
  gtk_widget_add_css_class (self->pulse, "active");
  g_clear_handle_id (&self->pulse_source, g_source_remove);
  self->pulse_source = g_timeout_add (PULSE_MS, pulse_over_cb, self);
}

/* The menu */

static void
open_menu (HpServerRow *self, const GdkRectangle *where)
{
  g_signal_emit (self, signals[MENU], 0);

  if (!self->menu)
    {
      self->menu = gtk_popover_menu_new_from_model (self->menu_model);
      hp_name_menu_items (self->menu);
      gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
      gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
      gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
    }
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), where);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static gboolean
menu_key_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  const GdkRectangle where = { 36, gtk_widget_get_height (widget) - 6, 1, 1 };

  open_menu (HP_SERVER_ROW (widget), &where);
  return GDK_EVENT_STOP;
}

static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, gpointer user_data)
{
  GtkWidget *self = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));
  GdkEvent *event = gtk_gesture_get_last_event (GTK_GESTURE (gesture), NULL);
  const GdkRectangle where = { x, y, 1, 1 };

  if (!event || !gdk_event_triggers_context_menu (event))
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  open_menu (HP_SERVER_ROW (self), &where);
}

static void
long_pressed_cb (GtkGestureLongPress *gesture, double x, double y, gpointer user_data)
{
  GtkWidget *self = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture));
  const GdkRectangle where = { x, y, 1, 1 };

  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  open_menu (HP_SERVER_ROW (self), &where);
}

/* Moving by drag and drop; out of the window it is the address that is dragged */

static GdkContentProvider *
drag_prepare_cb (GtkDragSource *source, double x, double y, gpointer user_data)
{
  HpServerRow *self = HP_SERVER_ROW (
      gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (source)));

  return hp_address_drag_content (self->server);
}

static void
drag_begin_cb (GtkDragSource *source, GdkDrag *drag, gpointer user_data)
{
  HpServerRow *self = HP_SERVER_ROW (
      gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (source)));

  hp_address_drag_set_icon (drag, hp_server_get_title (self->server));
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, gpointer user_data)
{
  GtkWidget *self = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target));

  g_signal_emit (self, signals[DROPPED], 0, g_value_get_object (value));
  return TRUE;
}

HpServer *
hp_server_row_get_server (HpServerRow *self)
{
  g_return_val_if_fail (HP_IS_SERVER_ROW (self), NULL);
  return self->server;
}

static void
hp_server_row_dispose (GObject *object)
{
  HpServerRow *self = HP_SERVER_ROW (object);

  g_clear_handle_id (&self->pulse_source, g_source_remove);
  g_clear_handle_id (&self->count_source, g_source_remove);
  g_clear_pointer (&self->state, g_free);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_object (&self->menu_model);
  g_clear_object (&self->server);
  G_OBJECT_CLASS (hp_server_row_parent_class)->dispose (object);
}

static void
hp_server_row_class_init (HpServerRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hp_server_row_dispose;

  signals[MENU] = g_signal_new ("menu", HP_TYPE_SERVER_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
  signals[DROPPED] = g_signal_new ("dropped", HP_TYPE_SERVER_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, HP_TYPE_SERVER);

  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_key_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_key_cb, NULL);
}

static void
hp_server_row_init (HpServerRow *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "server-row");
}

static GtkLabel *
add_line (GtkWidget *box)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  gtk_box_append (GTK_BOX (box), label);
  return GTK_LABEL (label);
}

static void
add_children (HpServerRow *self)
{
  GtkWidget *icon = g_object_new (HP_TYPE_STATE_ICON, "valign", GTK_ALIGN_CENTER, "server",
                                  self->server, NULL);

  self->content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, SPACING);
  gtk_box_append (GTK_BOX (self->content), icon);

  self->lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_widget_set_valign (self->lines, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (self->lines, TRUE);
  gtk_widget_set_margin_end (self->lines, PULSE_WIDTH + SPACING);
  self->title = add_line (self->lines);
  self->subtitle = add_line (self->lines);
  gtk_widget_add_css_class (GTK_WIDGET (self->subtitle), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (self->subtitle), "numeric");
  gtk_box_append (GTK_BOX (self->content), self->lines);

  self->running = GTK_SWITCH (gtk_switch_new ());
  gtk_widget_set_valign (GTK_WIDGET (self->running), GTK_ALIGN_CENTER);
  g_signal_connect_object (self->running, "notify::active", G_CALLBACK (switched_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self->content), GTK_WIDGET (self->running));
}

static void
add_controllers (HpServerRow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (HP_TYPE_SERVER, GDK_ACTION_MOVE);
  GtkDragSource *source = gtk_drag_source_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *long_press = gtk_gesture_long_press_new ();

  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), NULL);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));

  gtk_drag_source_set_actions (source, GDK_ACTION_COPY | GDK_ACTION_MOVE | GDK_ACTION_LINK);
  g_signal_connect (source, "prepare", G_CALLBACK (drag_prepare_cb), NULL);
  g_signal_connect (source, "drag-begin", G_CALLBACK (drag_begin_cb), NULL);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (source));

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), NULL);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));

  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (long_press), TRUE);
  g_signal_connect (long_press, "pressed", G_CALLBACK (long_pressed_cb), NULL);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (long_press));
}

gboolean
hp_server_row_fill (HpServerRow *self)
{
  g_return_val_if_fail (HP_IS_SERVER_ROW (self), FALSE);

  if (self->content)
    return FALSE;
  add_children (self);
  add_controllers (self);
  gtk_widget_remove_css_class (GTK_WIDGET (self), "unfilled");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), self->content);
  update (self);
  running_changed_cb (self);
  return TRUE;
}

GtkWidget *
hp_server_row_new (HpServer *server, GMenuModel *menu)
{
  HpServerRow *self = g_object_new (HP_TYPE_SERVER_ROW, NULL);

  self->server = g_object_ref (server);
  self->menu_model = g_object_ref (menu);
  gtk_widget_add_css_class (GTK_WIDGET (self), "unfilled");

  g_signal_connect_object (server, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (server, "notify::running", G_CALLBACK (running_changed_cb), self,
                           G_CONNECT_SWAPPED);
  self->n_requests = hp_request_log_get_n_requests (hp_server_get_log (server));
  g_signal_connect_object (hp_server_get_log (server), "changed", G_CALLBACK (log_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (hp_server_get_log (server), "notify::n-problems", G_CALLBACK (update),
                           self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
