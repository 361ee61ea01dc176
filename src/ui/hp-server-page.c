/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/hp-address-drag.h"
#include "ui/hp-direction.h"
#include "ui/hp-folder-hint.h"
#include "ui/hp-lazy-menu.h"
#include "ui/hp-log-pages.h"
#include "ui/hp-log-trouble-bar.h"
#include "ui/hp-navigation.h"
#include "ui/hp-problem-bar.h"
#include "ui/hp-server-page.h"
#include "ui/hp-state-icon.h"
#include "ui/hp-traffic-strip.h"
#include "ui/hp-wrap-box.h"

/* Below these sizes the page is laid out in another way, in pixels. */
#define MIN_WIDTH         340 /* what it makes do with when narrow, whatever it needs before */
#define TABLE_MIN_WIDTH   560 /* buttons with words */
#define PROBLEM_MIN_WIDTH 720 /* buttons beside the problem's text */
#define TIGHT_WIDTH       420 /* a smaller address, rather than a shortened one */
#define SHORT_HEIGHT      400 /* a problem takes the place of the counters */

#define COPIED_SECONDS 2

#define COPY_ICON_WIDTH 16

typedef enum
{
  SIZE_NARROW = 1 << 0,
  SIZE_STACKED = 1 << 1,
  SIZE_TIGHT = 1 << 2,
  SIZE_SHORT = 1 << 3,
  SIZE_COPY_ICON = 1 << 4,
} SizeFlags;

struct _HpServerPage
{
  GtkWidget parent_instance;

  /* owned */
  HpServer *server;
  HpServerList *list;
  GSignalGroup *signals;
  GSignalGroup *log_signals;
  GCancellable *hint_cancellable; /* NULL unless a look is under way */
  char *hint;                     /* the folder to serve instead; NULL: none */

  /* template */
  GtkWidget *content;
  AdwHeaderBar *header;
  AdwWindowTitle *title;
  GtkMenuButton *menu_button;
  GtkWidget *toggle_button;
  GtkImage *toggle_image;
  GtkLabel *toggle_label;
  GtkWidget *address_bar;
  GtkLabel *address;
  GtkWidget *copy_button;
  GtkStack *copy_stack;
  GtkLabel *copy_label;
  GtkWidget *open_label;
  GtkLabel *once_label;
  HpProblemBar *problem_bar;
  GtkWidget *hint_bar;
  GtkLabel *hint_text;
  GtkButton *hint_button;
  GtkWidget *traffic_bar;
  HpTrafficStrip *traffic;
  GtkStack *log_stack;
  GtkWidget *idle_hint;
  HpLogPages *log_pages;
  HpLogFilterBar *filter_bar;
  HpLogTable *log_table;

  guint copied_source; /* 0 while the button says "Copy" */
  guint go_on_source;  /* 0 unless the focus is to go on … */
  guint size_source;   /* 0 unless a new size waits to be used */
  SizeFlags size;
  SizeFlags wanted_size;
  gboolean folded;
  gboolean go_on; /* … as soon as it can */
};

enum
{
  PROP_0,
  PROP_SERVER,
  PROP_FOLDED,
  PROP_MENU,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HpServerPage, hp_server_page, GTK_TYPE_WIDGET)

static void
set_css_class (GtkWidget *widget, const char *css_class, gboolean set)
{
  if (set)
    gtk_widget_add_css_class (widget, css_class);
  else
    gtk_widget_remove_css_class (widget, css_class);
}

/* What the server says */

/* By the bar around the address; a drag on the address itself selects some of it. */
static HpServer *
get_dragged (GtkWidget *widget)
{
  return HP_SERVER_PAGE (widget)->server;
}

static void
update_title (HpServerPage *self)
{
  g_autofree char *folder = hp_server_dup_folder_label (self->server);

  adw_window_title_set_title (self->title, hp_server_get_title (self->server));
  adw_window_title_set_subtitle (self->title, folder);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), folder);
}

/* What one would do next is the suggested button: start, then copy. */
static void
update_running (HpServerPage *self)
{
  gboolean running = hp_server_get_running (self->server);
  gboolean problem = hp_server_get_problem (self->server) != HP_PROBLEM_NONE;
  const char *label = running ? _ ("Stop Serving") : _ ("Start Serving");

  gtk_image_set_from_icon_name (self->toggle_image,
                                running ? "hp-stop-symbolic" : "hp-start-symbolic");
  gtk_label_set_text (self->toggle_label, running ? C_ ("button", "Stop") : C_ ("button", "Start"));
  gtk_widget_set_tooltip_text (self->toggle_button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->toggle_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);

  set_css_class (self->toggle_button, "suggested-action", !running && !problem);
  set_css_class (self->copy_button, "suggested-action", running);
  set_css_class (GTK_WIDGET (self->address), "dim-label", !running);
}

static void
update_address (HpServerPage *self)
{
  guint16 port = hp_server_get_port (self->server);
  guint16 active = hp_server_get_active_port (self->server);
  const char *address = hp_server_get_address (self->server);

  if (!g_str_equal (gtk_label_get_text (self->address), address))
    gtk_label_set_text (self->address, address);

  gtk_widget_set_visible (GTK_WIDGET (self->once_label), active != 0 && active != port);
  if (active != 0 && active != port)
    {
      g_autofree char *text = g_strdup_printf (_ ("This time on port %u; its own port is %u."),
                                               active, port);
      hp_direction_set_text (self->once_label, text);
    }
}

static gboolean
is_log_empty (HpServerPage *self)
{
  HpRequestLog *log = self->server ? hp_server_get_log (self->server) : NULL;

  return !log || hp_request_log_get_first_seq (log) == hp_request_log_get_next_seq (log);
}

/* An empty table waits for requests; while nothing is served none can come. */
static gboolean
is_idle (HpServerPage *self)
{
  return self->server && is_log_empty (self)
         && (!hp_server_get_running (self->server)
             || hp_server_get_state (self->server) == HP_SERVER_WAITING);
}

static void
update_bars (HpServerPage *self)
{
  gboolean problem = gtk_widget_get_visible (GTK_WIDGET (self->problem_bar));
  gboolean is_short = (self->size & SIZE_SHORT) != 0;

  gtk_widget_set_visible (self->hint_bar, self->hint && !problem && !is_short);
  gtk_widget_set_visible (self->traffic_bar, !is_idle (self) && (!problem || !is_short));
  hp_log_filter_bar_set_compact (self->filter_bar, is_short);
}

static void
update_log (HpServerPage *self)
{
  if (!self->server)
    return;
  gtk_stack_set_visible_child_name (self->log_stack, is_idle (self) ? "idle" : "log");
  gtk_widget_set_visible (self->idle_hint,
                          !gtk_widget_get_visible (GTK_WIDGET (self->problem_bar)));
  update_bars (self);
}

static gboolean
go_on_cb (gpointer user_data)
{
  HpServerPage *self = user_data;
  HpServerState state = self->server ? hp_server_get_state (self->server) : HP_SERVER_STOPPED;
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  self->go_on_source = 0;
  if (!root || gtk_root_get_focus (root))
    self->go_on = FALSE;
  if (!self->server || !self->go_on || state == HP_SERVER_STARTING || state == HP_SERVER_STOPPING)
    return G_SOURCE_REMOVE;
  self->go_on = FALSE;
  if (!gtk_widget_grab_focus (GTK_WIDGET (self->problem_bar)))
    gtk_widget_grab_focus (hp_server_get_running (self->server) ? self->copy_button
                                                                : self->toggle_button);
  return G_SOURCE_REMOVE;
}

/* When all is shown as it is now. */
static void
go_on_later (HpServerPage *self)
{
  if (self->go_on && self->go_on_source == 0)
    self->go_on_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, go_on_cb, self, NULL);
}

/* A way out that isn't one any more loses the focus, and the window would begin from the start: who
 * was there goes on with another way out, or with what one would do next. */
static void
problem_bar_leave_cb (HpServerPage *self)
{
  self->go_on = TRUE;
  go_on_later (self);
}

static void
watch_problem_bar (HpServerPage *self)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  g_signal_connect_object (focus, "leave", G_CALLBACK (problem_bar_leave_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->problem_bar), focus);
}

static void
update (HpServerPage *self)
{
  if (!self->server)
    return;

  update_title (self);
  update_running (self);
  update_address (self);
  update_log (self);
  go_on_later (self);
}

/* "Serve “dist”" */

static GQuark
no_hint_quark (void)
{
  return g_quark_from_static_string ("hp-server-page-no-hint");
}

static void
set_hint (HpServerPage *self, const char *name)
{
  g_clear_pointer (&self->hint, g_free);

  if (name)
    {
      g_autofree char *text = g_strdup_printf (_ ("No index.html here, but “%s” has one."), name);
      g_autofree char *label = g_strdup_printf (_ ("Serve “%s”"), name);

      self->hint = g_build_filename (hp_server_get_folder (self->server), name, NULL);
      hp_direction_set_text (self->hint_text, text);
      gtk_button_set_label (self->hint_button, label);
      gtk_actionable_set_action_target (GTK_ACTIONABLE (self->hint_button), "s", self->hint);
    }
  update_bars (self);
}

static void
hint_found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HpServerPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = hp_folder_hint_find_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->hint_cancellable);
  set_hint (self, name);
}

static void
look_for_hint (HpServerPage *self)
{
  g_cancellable_cancel (self->hint_cancellable);
  g_clear_object (&self->hint_cancellable);
  set_hint (self, NULL);

  if (!self->server || g_object_get_qdata (G_OBJECT (self->server), no_hint_quark ()))
    return;
  self->hint_cancellable = g_cancellable_new ();
  hp_folder_hint_find_async (hp_server_get_folder (self->server), self->hint_cancellable,
                             hint_found_cb, g_object_ref (self));
}

void
hp_server_page_dismiss_hint (HpServerPage *self)
{
  g_return_if_fail (HP_IS_SERVER_PAGE (self));

  if (self->server)
    g_object_set_qdata (G_OBJECT (self->server), no_hint_quark (), GINT_TO_POINTER (TRUE));
  set_hint (self, NULL);
}

/* "Copied": to be seen; the message is heard */

static void
forget_copied (HpServerPage *self)
{
  g_clear_handle_id (&self->copied_source, g_source_remove);
  gtk_stack_set_visible_child_name (self->copy_stack,
                                    self->size & SIZE_COPY_ICON ? "icon" : "copy");
}

static gboolean
copied_over_cb (gpointer user_data)
{
  HpServerPage *self = user_data;

  self->copied_source = 0;
  forget_copied (self);
  return G_SOURCE_REMOVE;
}

void
hp_server_page_show_copied (HpServerPage *self)
{
  g_return_if_fail (HP_IS_SERVER_PAGE (self));

  gtk_stack_set_visible_child_name (self->copy_stack, "copied");
  g_clear_handle_id (&self->copied_source, g_source_remove);
  self->copied_source = g_timeout_add_seconds (COPIED_SECONDS, copied_over_cb, self);
}

void
hp_server_page_focus_copy (HpServerPage *self)
{
  g_return_if_fail (HP_IS_SERVER_PAGE (self));
  gtk_widget_grab_focus (self->copy_button);
}

void
hp_server_page_focus_problem (HpServerPage *self)
{
  g_return_if_fail (HP_IS_SERVER_PAGE (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->problem_bar));
}

/* Size */

static void
set_stacked (GtkWidget *box, gboolean stacked)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (box),
                                  stacked ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
}

/* In some languages the word beside it would shorten the smaller address after all. */
static gboolean
copy_needs_icon (HpServerPage *self)
{
  int available = gtk_widget_get_allocated_width (self->address_bar);
  int needed, word;

  gtk_widget_measure (self->address_bar, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &needed, NULL, NULL);
  if (self->size & SIZE_COPY_ICON)
    {
      pango_layout_get_pixel_size (gtk_label_get_layout (self->copy_label), &word, NULL);
      needed += word - COPY_ICON_WIDTH;
    }
  return needed > available;
}

static gboolean
use_size_cb (gpointer user_data)
{
  HpServerPage *self = user_data;
  SizeFlags size = self->wanted_size;
  gboolean narrow = (size & SIZE_NARROW) != 0;

  self->size_source = 0;
  self->size = size;
  gtk_widget_set_visible (GTK_WIDGET (self->toggle_label), !narrow);
  gtk_widget_set_visible (self->open_label, !narrow);
  hp_problem_bar_set_stacked (self->problem_bar, (size & SIZE_STACKED) != 0);
  set_stacked (self->hint_bar, narrow);
  set_css_class (GTK_WIDGET (self), "narrow", narrow);
  set_css_class (GTK_WIDGET (self), "tight", (size & SIZE_TIGHT) != 0);
  gtk_widget_set_visible (GTK_WIDGET (self->copy_label), !(size & SIZE_COPY_ICON));
  if (!self->copied_source)
    forget_copied (self);
  update_bars (self);
  return G_SOURCE_REMOVE;
}

static void
hp_server_page_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  HpServerPage *self = HP_SERVER_PAGE (widget);
  SizeFlags size = 0;
  int least;

  /* Until the next frame the content may be wider than what there is. */
  gtk_widget_measure (self->content, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  gtk_widget_allocate (self->content, MAX (width, least), height, baseline, NULL);

  if (width < TABLE_MIN_WIDTH)
    size |= SIZE_NARROW;
  if (width < PROBLEM_MIN_WIDTH)
    size |= SIZE_STACKED;
  if (width < TIGHT_WIDTH)
    size |= SIZE_TIGHT;
  if (height < SHORT_HEIGHT)
    size |= SIZE_SHORT;
  if ((self->size & size & SIZE_TIGHT) && copy_needs_icon (self))
    size |= SIZE_COPY_ICON;

  /* Children must not change while they are being allocated; before the next frame they may. */
  self->wanted_size = size;
  if (size != self->size && self->size_source == 0)
    self->size_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, use_size_cb, self, NULL);
}

static void
hp_server_page_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  gtk_widget_measure (HP_SERVER_PAGE (widget)->content, orientation, for_size, minimum, natural,
                      minimum_baseline, natural_baseline);
  if (orientation == GTK_ORIENTATION_HORIZONTAL && !(HP_SERVER_PAGE (widget)->size & SIZE_NARROW))
    *minimum = MIN (*minimum, MIN_WIDTH);
}

/* Accessors */

void
hp_server_page_set_server (HpServerPage *self, HpServer *server)
{
  HpRequestLog *log = server ? hp_server_get_log (server) : NULL;

  g_return_if_fail (HP_IS_SERVER_PAGE (self));
  g_return_if_fail (!server || HP_IS_SERVER (server));

  if (!g_set_object (&self->server, server))
    return;

  g_signal_group_set_target (self->signals, server);
  g_signal_group_set_target (self->log_signals, log);
  hp_traffic_strip_set_log (self->traffic, log);
  hp_log_table_set_log (self->log_table, log);
  hp_log_pages_set_server (self->log_pages, server);
  forget_copied (self);
  look_for_hint (self);
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SERVER]);
}

void
hp_server_page_set_list (HpServerPage *self, HpServerList *list)
{
  g_return_if_fail (HP_IS_SERVER_PAGE (self));
  g_set_object (&self->list, list);
  hp_problem_bar_set_list (self->problem_bar, list);
}

HpLogPages *
hp_server_page_get_log_pages (HpServerPage *self)
{
  g_return_val_if_fail (HP_IS_SERVER_PAGE (self), NULL);
  return self->log_pages;
}

HpLogFilterBar *
hp_server_page_get_filter_bar (HpServerPage *self)
{
  g_return_val_if_fail (HP_IS_SERVER_PAGE (self), NULL);
  return self->filter_bar;
}

HpLogTable *
hp_server_page_get_log_table (HpServerPage *self)
{
  g_return_val_if_fail (HP_IS_SERVER_PAGE (self), NULL);
  return self->log_table;
}

guint16
hp_server_page_get_offered_port (HpServerPage *self)
{
  g_return_val_if_fail (HP_IS_SERVER_PAGE (self), 0);
  return hp_problem_bar_get_offered_port (self->problem_bar);
}

static void
hp_server_page_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  HpServerPage *self = HP_SERVER_PAGE (object);

  switch (prop_id)
    {
    case PROP_SERVER:
      g_value_set_object (value, self->server);
      break;
    case PROP_FOLDED:
      g_value_set_boolean (value, self->folded);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hp_server_page_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  HpServerPage *self = HP_SERVER_PAGE (object);

  switch (prop_id)
    {
    case PROP_SERVER:
      hp_server_page_set_server (self, g_value_get_object (value));
      break;
    case PROP_FOLDED:
      if (self->folded != g_value_get_boolean (value))
        {
          self->folded = g_value_get_boolean (value);
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    case PROP_MENU:
      if (g_value_get_object (value))
        hp_menu_button_set_lazy_menu (self->menu_button, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hp_server_page_dispose (GObject *object)
{
  HpServerPage *self = HP_SERVER_PAGE (object);

  g_clear_handle_id (&self->copied_source, g_source_remove);
  g_clear_handle_id (&self->go_on_source, g_source_remove);
  g_clear_handle_id (&self->size_source, g_source_remove);
  g_cancellable_cancel (self->hint_cancellable);
  g_clear_object (&self->hint_cancellable);
  g_clear_pointer (&self->hint, g_free);
  if (self->signals)
    g_signal_group_set_target (self->signals, NULL);
  if (self->log_signals)
    g_signal_group_set_target (self->log_signals, NULL);
  g_clear_object (&self->signals);
  g_clear_object (&self->log_signals);
  gtk_widget_dispose_template (GTK_WIDGET (self), HP_TYPE_SERVER_PAGE);
  g_clear_object (&self->server);
  g_clear_object (&self->list);
  G_OBJECT_CLASS (hp_server_page_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (HP_TYPE_LOG_FILTER_BAR);
  g_type_ensure (HP_TYPE_LOG_PAGES);
  g_type_ensure (HP_TYPE_LOG_TABLE);
  g_type_ensure (HP_TYPE_LOG_TROUBLE_BAR);
  g_type_ensure (HP_TYPE_PROBLEM_BAR);
  g_type_ensure (HP_TYPE_STATE_ICON);
  g_type_ensure (HP_TYPE_TRAFFIC_STRIP);
  g_type_ensure (HP_TYPE_WRAP_BOX);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/homeport/Homeport/ui/hp-server-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HpServerPage, content);
  gtk_widget_class_bind_template_child (widget_class, HpServerPage, header);
  gtk_widget_class_bind_template_child (widget_class, HpServerPage, title);
  gtk_widget_class_bind_template_child (widget_class, HpServerPage, menu_button);
  gtk_widget_class_bind_template_child (widget_class, HpServerPage, toggle_button);
  gtk_widget_class_bind_template_child (widget_class, HpServerPage, toggle_image);
  gtk_widget_class_bind_template_child (widget_class, HpServerPage, toggle_label);
  gtk_widget_class_bind_template_child (widget_class, HpServerPage, address_bar);
  gtk_widget_class_bind_template_child (widget_class, HpServerPage, address);
  gtk_widget_class_bind_template_child (widget_class, HpServerPage, copy_button);
  gtk_widget_class_bind_template_child (widget_class, HpServerPage, copy_stack);
  gtk_widget_class_bind_template_child (widget_class, HpServerPage, copy_label);
  gtk_widget_class_bind_template_child (widget_class, HpServerPage, open_label);
  gtk_widget_class_bind_template_child (widget_class, HpServerPage, once_label);
  gtk_widget_class_bind_template_child (widget_class, HpServerPage, problem_bar);
  gtk_widget_class_bind_template_child (widget_class, HpServerPage, hint_bar);
  gtk_widget_class_bind_template_child (widget_class, HpServerPage, hint_text);
  gtk_widget_class_bind_template_child (widget_class, HpServerPage, hint_button);
  gtk_widget_class_bind_template_child (widget_class, HpServerPage, traffic_bar);
  gtk_widget_class_bind_template_child (widget_class, HpServerPage, traffic);
  gtk_widget_class_bind_template_child (widget_class, HpServerPage, filter_bar);
  gtk_widget_class_bind_template_child (widget_class, HpServerPage, log_stack);
  gtk_widget_class_bind_template_child (widget_class, HpServerPage, idle_hint);
  gtk_widget_class_bind_template_child (widget_class, HpServerPage, log_table);
  gtk_widget_class_bind_template_child (widget_class, HpServerPage, log_pages);
  gtk_widget_class_bind_template_callback (widget_class, hp_server_page_dismiss_hint);
  gtk_widget_class_bind_template_callback (widget_class, update_log);
}

static void
hp_server_page_class_init (HpServerPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hp_server_page_dispose;
  object_class->get_property = hp_server_page_get_property;
  object_class->set_property = hp_server_page_set_property;
  widget_class->measure = hp_server_page_measure;
  widget_class->size_allocate = hp_server_page_size_allocate;

  properties[PROP_SERVER] = g_param_spec_object ("server", NULL, NULL, HP_TYPE_SERVER,
                                                 G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                                                     | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_FOLDED] = g_param_spec_boolean ("folded", NULL, NULL, FALSE,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                                                      | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_MENU] = g_param_spec_object ("menu", NULL, NULL, G_TYPE_MENU_MODEL,
                                               G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "serverpage");
  bind_template (widget_class);
}

static void
hp_server_page_init (HpServerPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hp_navigation_add_header (self->header);
  watch_problem_bar (self);
  hp_address_drag_add (self->address_bar, GTK_WIDGET (self), get_dragged);

  self->signals = g_signal_group_new (HP_TYPE_SERVER);
  g_signal_group_connect_swapped (self->signals, "notify", G_CALLBACK (update), self);
  self->log_signals = g_signal_group_new (HP_TYPE_REQUEST_LOG);
  g_signal_group_connect_swapped (self->log_signals, "changed", G_CALLBACK (update_log), self);
}
