/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "log/hp-log-view.h"
#include "ui/hp-help.h"
#include "ui/hp-focus.h"
#include "ui/hp-loads-page.h"
#include "ui/hp-log-filter-bar.h"
#include "ui/hp-log-filter-text.h"
#include "ui/hp-log-pages.h"
#include "ui/hp-log-split.h"
#include "ui/hp-log-switcher.h"
#include "ui/hp-problems-page.h"
#include "ui/hp-request-actions.h"
#include "ui/hp-request-pane.h"

/* Pixels: below, a request takes two lines … */
#define TABLE_MIN_WIDTH 560
/* … and the filter bar a line of its own. */
#define BAR_MIN_WIDTH 900
#define BAR_SPACING   6

struct _HpLogPages
{
  GtkWidget parent_instance;

  /* owned */
  HpRequestLog *log; /* nullable */
  HpServer *server;  /* nullable */
  GSignalGroup *log_signals;
  HpRequestActions *actions;
  GSignalGroup *view_signals; /* has a target while a request is waited for */
  /* owned: our children */
  GtkWidget *bar;
  GtkWidget *stack;
  /* borrowed: below these */
  HpLogSwitcher *switcher;
  GtkWidget *pane_button;
  GtkWidget *filter_bar; /* NULL until there is one */
  HpLogTable *table;
  HpLogSplit *split;
  AdwBin *pane_bin;
  /* the same, made when they are to be seen for the first time */
  HpRequestPane *pane;
  HpProblemsPage *problems;
  HpLoadsPage *loads;

  guint64 wanted_seq;
  guint width_source; /* 0 unless a new width waits to be used */
  int width;
};

enum
{
  PROP_0,
  PROP_TABLE,
  PROP_FILTER_BAR,
  PROP_PAGE,
  PROP_PANE_OPEN,
  PROP_PANE_BESIDE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HpLogPages, hp_log_pages, GTK_TYPE_WIDGET)

static const char *
get_page (HpLogPages *self)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (self->stack));
}

/* Size */

/* The pane beside it leaves the table less room than there is. */
static void
update_narrow (HpLogPages *self)
{
  int width = self->split ? hp_log_split_get_main_width (self->split) : self->width;

  if (self->table && width > 0)
    hp_log_table_set_narrow (self->table, width < TABLE_MIN_WIDTH);
}

/* The bar. Not a box that turns: GTK 4.18 warns of the baselines of one whose lines wrap. */

static GtkWidget *
get_filter (GtkWidget *bar)
{
  GtkWidget *filter = gtk_widget_get_next_sibling (gtk_widget_get_first_child (bar));

  return filter && gtk_widget_should_layout (filter) ? filter : NULL;
}

/* What the line with the switcher gets where the filter has room beside it. */
static int
get_line_width (GtkWidget *bar, GtkWidget *filter, int width)
{
  int line_natural;
  int filter_natural;

  gtk_widget_measure (gtk_widget_get_first_child (bar), GTK_ORIENTATION_HORIZONTAL, -1, NULL,
                      &line_natural, NULL, NULL);
  gtk_widget_measure (filter, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &filter_natural, NULL, NULL);
  return line_natural + MAX (0, width - BAR_SPACING - line_natural - filter_natural) / 2;
}

static GtkSizeRequestMode
get_bar_request_mode (GtkWidget *bar)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
measure_bar (GtkWidget *bar,
             GtkOrientation orientation,
             int for_size,
             int *minimum,
             int *natural,
             int *minimum_baseline,
             int *natural_baseline)
{
  GtkWidget *line = gtk_widget_get_first_child (bar);
  GtkWidget *filter = get_filter (bar);
  gboolean vertical = orientation == GTK_ORIENTATION_VERTICAL;
  gboolean beside = filter && vertical && for_size >= BAR_MIN_WIDTH;
  int line_width = beside ? get_line_width (bar, filter, for_size) : for_size;
  int filter_minimum;
  int filter_natural;

  gtk_widget_measure (line, orientation, line_width, minimum, natural, NULL, NULL);
  if (!filter)
    return;
  gtk_widget_measure (filter, orientation, beside ? for_size - BAR_SPACING - line_width : for_size,
                      &filter_minimum, &filter_natural, NULL, NULL);
  if (vertical && !beside)
    {
      *minimum += BAR_SPACING + filter_minimum;
      *natural += BAR_SPACING + filter_natural;
    }
  else
    {
      *minimum = MAX (*minimum, filter_minimum);
      *natural = MAX (*natural, filter_natural);
    }
}

static void
allocate_bar (GtkWidget *bar, int width, int height, int baseline)
{
  gboolean rtl = gtk_widget_get_direction (bar) == GTK_TEXT_DIR_RTL;
  GtkWidget *line = gtk_widget_get_first_child (bar);
  GtkWidget *filter = get_filter (bar);
  GtkAllocation above = { 0, 0, width, height };
  GtkAllocation below = { 0, 0, width, height };

  if (filter && width >= BAR_MIN_WIDTH)
    {
      above.width = get_line_width (bar, filter, width);
      below.width = width - BAR_SPACING - above.width;
      above.x = rtl ? width - above.width : 0;
      below.x = rtl ? 0 : width - below.width;
    }
  else if (filter)
    {
      gtk_widget_measure (line, GTK_ORIENTATION_VERTICAL, width, &above.height, NULL, NULL, NULL);
      below.y = above.height + BAR_SPACING;
      below.height = MAX (0, height - below.y);
    }
  gtk_widget_size_allocate (line, &above, -1);
  if (filter)
    gtk_widget_size_allocate (filter, &below, -1);
}

static gboolean
use_width_cb (gpointer user_data)
{
  HpLogPages *self = user_data;
  gboolean narrow = self->width < TABLE_MIN_WIDTH;

  self->width_source = 0;
  gtk_widget_set_visible (self->pane_button, !narrow);
  if (self->loads)
    hp_loads_page_set_narrow (self->loads, narrow);
  update_narrow (self);
  return G_SOURCE_REMOVE;
}

static void
hp_log_pages_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  HpLogPages *self = HP_LOG_PAGES (widget);
  int bar_height;

  gtk_widget_measure (self->bar, GTK_ORIENTATION_VERTICAL, width, &bar_height, NULL, NULL, NULL);
  gtk_widget_size_allocate (self->bar, &(GtkAllocation){ 0, 0, width, bar_height }, -1);
  gtk_widget_size_allocate (
      self->stack, &(GtkAllocation){ 0, bar_height, width, MAX (0, height - bar_height) }, -1);

  /* Children must not change while they are being allocated; before the next frame they may. */
  if (width != self->width && self->width_source == 0)
    self->width_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, use_width_cb, self, NULL);
  self->width = width;
}

static void
hp_log_pages_measure (GtkWidget *widget,
                      GtkOrientation orientation,
                      int for_size,
                      int *minimum,
                      int *natural,
                      int *minimum_baseline,
                      int *natural_baseline)
{
  HpLogPages *self = HP_LOG_PAGES (widget);
  int bar_minimum;
  int bar_natural;

  gtk_widget_measure (self->stack, orientation, -1, minimum, natural, NULL, NULL);
  gtk_widget_measure (self->bar, orientation, -1, &bar_minimum, &bar_natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      *minimum += bar_minimum;
      *natural += bar_natural;
    }
  else
    {
      *minimum = MAX (*minimum, bar_minimum);
      *natural = MAX (*natural, bar_natural);
    }
}

/* The pages */

static void problem_activated_cb (HpLogPages *self, HpRequestProblem *problem);
static void request_activated_cb (HpLogPages *self, guint64 seq);

/* Only with the table that it filters. */
static void
update_filter_bar (HpLogPages *self)
{
  gboolean covered = self->split && hp_log_split_get_open (self->split)
                     && hp_log_split_get_covering (self->split);

  if (self->filter_bar)
    gtk_widget_set_visible (self->filter_bar,
                            !covered && g_str_equal (get_page (self), "requests"));
}

static void
add_problems (HpLogPages *self)
{
  self->problems = HP_PROBLEMS_PAGE (hp_problems_page_new ());
  g_signal_connect_object (self->problems, "activated", G_CALLBACK (problem_activated_cb), self,
                           G_CONNECT_SWAPPED);
  hp_problems_page_set_log (self->problems, self->log, self->server);
  gtk_stack_add_named (GTK_STACK (self->stack), GTK_WIDGET (self->problems), "problems");
}

static void
add_loads (HpLogPages *self)
{
  self->loads = HP_LOADS_PAGE (hp_loads_page_new ());
  g_signal_connect_object (self->loads, "activated", G_CALLBACK (request_activated_cb), self,
                           G_CONNECT_SWAPPED);
  hp_loads_page_set_narrow (self->loads, self->width < TABLE_MIN_WIDTH);
  hp_loads_page_set_log (self->loads, self->log);
  gtk_stack_add_named (GTK_STACK (self->stack), GTK_WIDGET (self->loads), "loads");
}

/* Who comes by keyboard goes on in the page: where it was left, which the stack sees to. */
static void
set_page (HpLogPages *self, const char *page)
{
  gboolean requests = g_str_equal (page, "requests");
  GtkWidget *child;

  if (g_strcmp0 (get_page (self), page) == 0)
    return;
  if (g_str_equal (page, "problems") && !self->problems)
    add_problems (self);
  if (g_str_equal (page, "loads") && !self->loads)
    add_loads (self);
  child = gtk_stack_get_child_by_name (GTK_STACK (self->stack), page);
  if (!child)
    return;
  gtk_stack_set_visible_child (GTK_STACK (self->stack), child);
  update_filter_bar (self);
  gtk_widget_set_sensitive (self->pane_button, requests);
  if (!hp_has_focus_in (GTK_WIDGET (self->switcher)) && !hp_has_focus_in (child))
    gtk_widget_child_focus (child, GTK_DIR_TAB_FORWARD);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAGE]);
}

/* Opens the pane of a request, wherever it was found. FALSE: the table doesn't show it. */
static gboolean
show_request (HpLogPages *self, guint64 seq)
{
  if (!hp_log_table_show_seq (self->table, seq))
    return FALSE;
  hp_log_split_set_open (self->split, TRUE);
  if (hp_log_split_get_covering (self->split))
    gtk_widget_child_focus (GTK_WIDGET (self->pane_bin), GTK_DIR_TAB_FORWARD);
  return TRUE;
}

/* A filter is worked out a few milliseconds at a time. */
static void
view_notify_busy_cb (HpLogPages *self)
{
  HpLogView *view = hp_log_table_get_view (self->table);

  if (view && hp_log_view_get_busy (view))
    return;
  g_signal_group_set_target (self->view_signals, NULL);
  show_request (self, self->wanted_seq);
}

/* When the rows that the filter leaves are there. */
static void
show_request_later (HpLogPages *self, guint64 seq)
{
  self->wanted_seq = seq;
  g_signal_group_set_target (self->view_signals, hp_log_table_get_view (self->table));
  view_notify_busy_cb (self);
}

static void
set_filter (HpLogPages *self, const char *text)
{
  if (self->filter_bar && HP_IS_LOG_FILTER_BAR (self->filter_bar))
    hp_log_filter_bar_set_text (HP_LOG_FILTER_BAR (self->filter_bar), text);
}

/* All that failed there, and the newest of them in the pane. */
static void
problem_activated_cb (HpLogPages *self, HpRequestProblem *problem)
{
  const char *path = hp_request_problem_get_path (problem);
  guint64 seq = hp_request_problem_get_last_seq (problem);

  set_page (self, "requests");
  /* No filter can be written with what isn't text. */
  if (g_utf8_validate (path, -1, NULL))
    {
      g_autofree char *of_path = hp_log_filter_text_set_term ("", "path", "=", path);
      g_autofree char *text = hp_log_filter_text_set_chip (of_path, HP_LOG_CHIP_PROBLEMS);

      set_filter (self, text);
    }
  show_request_later (self, seq);
}

/* Also one that the filter has left out. */
static void
request_activated_cb (HpLogPages *self, guint64 seq)
{
  set_page (self, "requests");
  if (show_request (self, seq))
    return;
  set_filter (self, "");
  show_request_later (self, seq);
}

/* The pane */

/* The row that the pane is about doesn't go out of sight behind it. */
static void
show_selected (HpLogPages *self)
{
  GtkSelectionModel *selection = hp_log_table_get_selection (self->table);
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (selection);
  g_autoptr (HpLogRow) row = NULL;

  if (gtk_bitset_get_size (selected) != 1)
    return;
  row = g_list_model_get_item (G_LIST_MODEL (selection), gtk_bitset_get_minimum (selected));
  if (row)
    hp_log_table_show_seq (self->table, hp_log_row_get_seq (row));
}

static void
set_pane_open (HpLogPages *self, gboolean open)
{
  gboolean had_focus = hp_has_focus_in (GTK_WIDGET (self->pane_bin));

  hp_log_split_set_open (self->split, open);
  if (open)
    show_selected (self);
  if (!open && had_focus)
    gtk_widget_child_focus (GTK_WIDGET (self->table), GTK_DIR_TAB_FORWARD);
}

static void
close_pane (GtkWidget *widget, const char *action, GVariant *parameter)
{
  set_pane_open (HP_LOG_PAGES (widget), FALSE);
}

/* One step back: from one page load to all of them, or from the pane to the table. */
static gboolean
escape (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  HpLogPages *self = HP_LOG_PAGES (widget);

  if (g_str_equal (get_page (self), "loads"))
    return hp_loads_page_go_back (self->loads);
  if (!g_str_equal (get_page (self), "requests") || !hp_log_split_get_open (self->split))
    return GDK_EVENT_PROPAGATE;
  set_pane_open (self, FALSE);
  return GDK_EVENT_STOP;
}

static void
add_pane (HpLogPages *self)
{
  GtkWidget *pane = hp_request_pane_new (self->table);

  self->pane = HP_REQUEST_PANE (pane);
  g_object_bind_property (self->split, "covering", pane, "covering", G_BINDING_SYNC_CREATE);
  hp_request_pane_set_log (self->pane, self->log, self->server);
  adw_bin_set_child (self->pane_bin, pane);
}

static void
open_changed_cb (HpLogPages *self)
{
  if (!self->pane && hp_log_split_get_open (self->split))
    add_pane (self);
  update_filter_bar (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PANE_OPEN]);
}

static void
beside_changed_cb (HpLogPages *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PANE_BESIDE]);
}

/* When the table is covered, what has the focus is out of sight. */
static void
covering_changed_cb (HpLogPages *self)
{
  update_filter_bar (self);
  if (hp_log_split_get_open (self->split) && hp_log_split_get_covering (self->split)
      && hp_has_focus_in (GTK_WIDGET (self->table)))
    gtk_widget_child_focus (GTK_WIDGET (self->pane_bin), GTK_DIR_TAB_FORWARD);
}

static void
activated_cb (HpLogPages *self, guint64 seq)
{
  set_pane_open (self, TRUE);
  covering_changed_cb (self);
}

/* The log */

static void
update_problems (HpLogPages *self)
{
  hp_log_switcher_set_n_problems (self->switcher,
                                  self->log ? hp_request_log_get_n_problems (self->log) : 0);
}

static void
set_log (HpLogPages *self, HpRequestLog *log, HpServer *server)
{
  if (!g_set_object (&self->log, log))
    return;
  g_signal_group_set_target (self->log_signals, log);
  g_signal_group_set_target (self->view_signals, NULL);
  hp_request_actions_set_log (self->actions, log, server);
  g_set_object (&self->server, server);
  if (self->pane)
    hp_request_pane_set_log (self->pane, log, server);
  if (self->problems)
    hp_problems_page_set_log (self->problems, log, server);
  if (self->loads)
    hp_loads_page_set_log (self->loads, log);
  update_problems (self);
}

void
hp_log_pages_set_server (HpLogPages *self, HpServer *server)
{
  g_return_if_fail (HP_IS_LOG_PAGES (self));
  g_return_if_fail (!server || HP_IS_SERVER (server));

  set_log (self, server ? hp_server_get_log (server) : NULL, server);
}

void
hp_log_pages_set_saved_log (HpLogPages *self, HpRequestLog *log)
{
  g_return_if_fail (HP_IS_LOG_PAGES (self));
  g_return_if_fail (HP_IS_REQUEST_LOG (log));

  g_settings_unbind (self->split, "open");
  set_log (self, log, NULL);
}

/* The object */

static void
hp_log_pages_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HpLogPages *self = HP_LOG_PAGES (object);

  switch (id)
    {
    case PROP_PAGE:
      g_value_set_string (value, get_page (self));
      break;
    case PROP_PANE_OPEN:
      g_value_set_boolean (value, self->split && hp_log_split_get_open (self->split));
      break;
    case PROP_PANE_BESIDE:
      g_value_set_boolean (value, self->split && hp_log_split_get_beside (self->split));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_log_pages_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HpLogPages *self = HP_LOG_PAGES (object);

  switch (id)
    {
    case PROP_TABLE:
      hp_log_pages_set_table (self, g_value_get_object (value));
      break;
    case PROP_FILTER_BAR:
      hp_log_pages_set_filter_bar (self, g_value_get_object (value));
      break;
    case PROP_PAGE:
      set_page (self, g_value_get_string (value));
      break;
    case PROP_PANE_OPEN:
      set_pane_open (self, g_value_get_boolean (value));
      break;
    case PROP_PANE_BESIDE:
      hp_log_split_set_beside (self->split, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_log_pages_dispose (GObject *object)
{
  HpLogPages *self = HP_LOG_PAGES (object);

  g_clear_handle_id (&self->width_source, g_source_remove);
  if (self->log_signals)
    g_signal_group_set_target (self->log_signals, NULL);
  if (self->view_signals)
    g_signal_group_set_target (self->view_signals, NULL);
  g_clear_object (&self->log_signals);
  g_clear_object (&self->view_signals);
  g_clear_object (&self->actions);
  g_clear_pointer (&self->bar, gtk_widget_unparent);
  g_clear_pointer (&self->stack, gtk_widget_unparent);
  g_clear_object (&self->log);
  g_clear_object (&self->server);
  G_OBJECT_CLASS (hp_log_pages_parent_class)->dispose (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags once = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  properties[PROP_TABLE] = g_param_spec_object ("table", NULL, NULL, HP_TYPE_LOG_TABLE, once);
  properties[PROP_FILTER_BAR] = g_param_spec_object ("filter-bar", NULL, NULL, GTK_TYPE_WIDGET,
                                                     once);
  properties[PROP_PAGE] = g_param_spec_string ("page", NULL, NULL, "requests", flags);
  properties[PROP_PANE_OPEN] = g_param_spec_boolean ("pane-open", NULL, NULL, FALSE, flags);
  properties[PROP_PANE_BESIDE] = g_param_spec_boolean ("pane-beside", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hp_log_pages_class_init (HpLogPagesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hp_log_pages_get_property;
  object_class->set_property = hp_log_pages_set_property;
  object_class->dispose = hp_log_pages_dispose;
  widget_class->measure = hp_log_pages_measure;
  widget_class->size_allocate = hp_log_pages_size_allocate;

  install_properties (object_class);
  gtk_widget_class_install_property_action (widget_class, "log-pages.page", "page");
  gtk_widget_class_install_property_action (widget_class, "log-pages.pane-open", "pane-open");
  gtk_widget_class_install_property_action (widget_class, "log-pages.pane-beside", "pane-beside");
  gtk_widget_class_install_action (widget_class, "log-pages.close-pane", NULL, close_pane);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, escape, NULL);
  gtk_widget_class_set_css_name (widget_class, "logpages");
}

static void
add_bar (HpLogPages *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->switcher = HP_LOG_SWITCHER (hp_log_switcher_new ());
  gtk_widget_set_hexpand (GTK_WIDGET (self->switcher), TRUE);
  self->pane_button = g_object_new (GTK_TYPE_TOGGLE_BUTTON, "icon-name", "hp-pane-symbolic",
                                    "accessible-role", GTK_ACCESSIBLE_ROLE_CHECKBOX, NULL);
  gtk_widget_add_css_class (self->pane_button, "flat");
  gtk_widget_set_tooltip_text (self->pane_button, _ ("Details of the Request"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->pane_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Details of the Request"), -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->pane_button), "log-pages.pane-open");
  gtk_box_append (GTK_BOX (line), GTK_WIDGET (self->switcher));
  gtk_box_append (GTK_BOX (line), self->pane_button);

  self->bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_set_layout_manager (
      self->bar, gtk_custom_layout_new (get_bar_request_mode, measure_bar, allocate_bar));
  gtk_widget_add_css_class (self->bar, "log-bar");
  gtk_box_append (GTK_BOX (self->bar), line);
  gtk_widget_set_parent (self->bar, GTK_WIDGET (self));
}

static void
hp_log_pages_init (HpLogPages *self)
{
  hp_help_set_page (GTK_WIDGET (self), "log");
  add_bar (self);
  self->stack = gtk_stack_new ();
  gtk_stack_set_hhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_stack_set_vhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_widget_set_parent (self->stack, GTK_WIDGET (self));

  self->log_signals = g_signal_group_new (HP_TYPE_REQUEST_LOG);
  g_signal_group_connect_swapped (self->log_signals, "notify::n-problems",
                                  G_CALLBACK (update_problems), self);
  self->view_signals = g_signal_group_new (HP_TYPE_LOG_VIEW);
  g_signal_group_connect_swapped (self->view_signals, "notify::busy",
                                  G_CALLBACK (view_notify_busy_cb), self);
}

void
hp_log_pages_set_table (HpLogPages *self, HpLogTable *table)
{
  g_return_if_fail (HP_IS_LOG_PAGES (self));
  g_return_if_fail (HP_IS_LOG_TABLE (table));
  g_return_if_fail (self->table == NULL);

  self->table = table;
  self->actions = hp_request_actions_new (GTK_WIDGET (self), table);
  self->pane_bin = ADW_BIN (adw_bin_new ());
  self->split = HP_LOG_SPLIT (hp_log_split_new (GTK_WIDGET (table), GTK_WIDGET (self->pane_bin)));
  g_signal_connect_object (self->split, "notify::open", G_CALLBACK (open_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->split, "notify::beside", G_CALLBACK (beside_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->split, "notify::main-width", G_CALLBACK (update_narrow), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->split, "notify::covering", G_CALLBACK (covering_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (table, "activated", G_CALLBACK (activated_cb), self, G_CONNECT_SWAPPED);

  gtk_stack_add_named (GTK_STACK (self->stack), GTK_WIDGET (self->split), "requests");
  if (hp_log_split_get_open (self->split))
    add_pane (self);
}

void
hp_log_pages_set_filter_bar (HpLogPages *self, GtkWidget *filter_bar)
{
  g_return_if_fail (HP_IS_LOG_PAGES (self));
  g_return_if_fail (GTK_IS_WIDGET (filter_bar));
  g_return_if_fail (self->filter_bar == NULL);

  self->filter_bar = filter_bar;
  gtk_box_append (GTK_BOX (self->bar), filter_bar);
}
