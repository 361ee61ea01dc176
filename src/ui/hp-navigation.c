/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-navigation.h"

/* After it has folded or unfolded, until the window has moved the focus by itself, and as long as
 * what had it may take to be on screen again. */
#define MIN_TURN_FRAMES 2
#define MAX_TURN_FRAMES 30

struct _HpNavigation
{
  GtkWidget parent_instance;

  GtkWidget *child;
  GtkWidget *sidebar_page;
  GtkWidget *content_page;

  gboolean was_folded;
  guint turn_tick;    /* 0 unless it has just folded or unfolded */
  guint turn_frames;  /* since then */
  GtkWidget *focused; /* weak: before that */

#if ADW_CHECK_VERSION(1, 4, 0)
  AdwNavigationSplitView *split;
  AdwBreakpoint *breakpoint;
  int least_width; /* of both beside each other, as the breakpoint knows it */
#else
  AdwLeaflet *leaflet;
#endif
};

enum
{
  PROP_0,
  PROP_SIDEBAR,
  PROP_CONTENT,
  PROP_SIDEBAR_TITLE,
  PROP_CONTENT_TITLE,
  PROP_FOLDED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HpNavigation, hp_navigation, GTK_TYPE_WIDGET)

static gboolean get_folded (HpNavigation *self);
static gboolean turned_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data);

static void
folded_cb (HpNavigation *self)
{
  self->was_folded = get_folded (self);
  self->turn_frames = 0;
  if (self->turn_tick == 0)
    self->turn_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), turned_cb, NULL, NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLDED]);
}

#if ADW_CHECK_VERSION(1, 4, 0)

/* Guarded by what it is built with; the floors stay what the compiler checks everywhere else. */
G_GNUC_BEGIN_IGNORE_DEPRECATIONS

/* Pixels: larger text needs the room beside it even more. */
#define SIDEBAR_MAX_WIDTH 300

static void
set_title (GtkWidget *page, const char *title)
{
  adw_navigation_page_set_title (ADW_NAVIGATION_PAGE (page), title);
}

static void
set_child (GtkWidget *page, GtkWidget *child)
{
  adw_navigation_page_set_child (ADW_NAVIGATION_PAGE (page), child);
}

static gboolean
get_folded (HpNavigation *self)
{
  return adw_navigation_split_view_get_collapsed (self->split);
}

static void
show_content (HpNavigation *self, gboolean content)
{
  adw_navigation_split_view_set_show_content (self->split, content);
}

static int
get_min_width (GtkWidget *widget)
{
  int width;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
  return width;
}

/* The breakpoint lies where both still fit, in every language and size of text. What is folded may
 * need less at its width than beside the sidebar: it would fold and unfold for ever. */
static void
update_breakpoint (HpNavigation *self)
{
  int least = get_min_width (self->sidebar_page) + get_min_width (self->content_page);
  AdwBreakpointCondition *condition;

  if (get_folded (self))
    least = MAX (least, self->least_width);
  if (least == self->least_width)
    return;
  self->least_width = least;
  condition = adw_breakpoint_condition_new_length (ADW_BREAKPOINT_CONDITION_MAX_WIDTH, least - 1,
                                                   ADW_LENGTH_UNIT_PX);
  adw_breakpoint_set_condition (self->breakpoint, condition);
  adw_breakpoint_condition_free (condition);
}

/* A bin with breakpoints claims no room at all. */
static void
hp_navigation_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  HpNavigation *self = HP_NAVIGATION (widget);
  int sidebar;
  int content;

  gtk_widget_measure (self->sidebar_page, orientation, -1, &sidebar, NULL, NULL, NULL);
  gtk_widget_measure (self->content_page, orientation, -1, &content, NULL, NULL, NULL);
  gtk_widget_measure (self->child, orientation, -1, NULL, natural, NULL, NULL);
  *minimum = MAX (sidebar, content);
  *natural = MAX (*natural, *minimum);
}

static void
hp_navigation_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  HpNavigation *self = HP_NAVIGATION (widget);

  update_breakpoint (self);
  gtk_widget_allocate (self->child, width, height, baseline, NULL);
}

static GtkSizeRequestMode
hp_navigation_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

static void
platform_class_init (GtkWidgetClass *widget_class)
{
  widget_class->measure = hp_navigation_measure;
  widget_class->size_allocate = hp_navigation_size_allocate;
  widget_class->get_request_mode = hp_navigation_get_request_mode;
}

static void
init_split (HpNavigation *self)
{
  self->sidebar_page = g_object_new (ADW_TYPE_NAVIGATION_PAGE, NULL);
  self->content_page = g_object_new (ADW_TYPE_NAVIGATION_PAGE, NULL);
  self->split = g_object_new (ADW_TYPE_NAVIGATION_SPLIT_VIEW, "sidebar", self->sidebar_page,
                              "content", self->content_page, "sidebar-width-unit",
                              ADW_LENGTH_UNIT_PX, "min-sidebar-width", 0.0, "max-sidebar-width",
                              (double) SIDEBAR_MAX_WIDTH, NULL);
  g_signal_connect_swapped (self->split, "notify::collapsed", G_CALLBACK (folded_cb), self);
}

static void
platform_init (HpNavigation *self)
{
  g_auto (GValue) collapsed = G_VALUE_INIT;

  init_split (self);
  self->breakpoint = adw_breakpoint_new (adw_breakpoint_condition_new_length (
      ADW_BREAKPOINT_CONDITION_MAX_WIDTH, 0, ADW_LENGTH_UNIT_PX));
  g_value_init (&collapsed, G_TYPE_BOOLEAN);
  g_value_set_boolean (&collapsed, TRUE);
  adw_breakpoint_add_setter (self->breakpoint, G_OBJECT (self->split), "collapsed", &collapsed);

  self->child = adw_breakpoint_bin_new ();
  /* It wants to be told a size; see hp_navigation_measure(). */
  gtk_widget_set_size_request (self->child, 1, 1);
  adw_breakpoint_bin_set_child (ADW_BREAKPOINT_BIN (self->child), GTK_WIDGET (self->split));
  adw_breakpoint_bin_add_breakpoint (ADW_BREAKPOINT_BIN (self->child), self->breakpoint);
}

void
hp_navigation_add_header (AdwHeaderBar *header)
{
  adw_header_bar_set_show_back_button (header, FALSE);
}

G_GNUC_END_IGNORE_DEPRECATIONS

#else /* libadwaita 1.2 */

static void
set_title (GtkWidget *page, const char *title)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (page), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
}

static void
set_child (GtkWidget *page, GtkWidget *child)
{
  adw_bin_set_child (ADW_BIN (page), child);
}

static gboolean
get_folded (HpNavigation *self)
{
  return adw_leaflet_get_folded (self->leaflet);
}

static void
show_content (HpNavigation *self, gboolean content)
{
  adw_leaflet_set_visible_child (self->leaflet, content ? self->content_page : self->sidebar_page);
}

/* Newer ones have this, too. */
static gboolean
escape_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  HpNavigation *self = HP_NAVIGATION (widget);

  if (!get_folded (self) || adw_leaflet_get_visible_child (self->leaflet) != self->content_page)
    return GDK_EVENT_PROPAGATE;
  show_content (self, FALSE);
  return GDK_EVENT_STOP;
}

static void
platform_class_init (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, escape_cb, NULL);
}

static GtkWidget *
create_page (void)
{
  return g_object_new (ADW_TYPE_BIN, "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);
}

static void
platform_init (HpNavigation *self)
{
  GtkWidget *separator = gtk_separator_new (GTK_ORIENTATION_VERTICAL);

  self->sidebar_page = create_page ();
  self->content_page = create_page ();
  self->child = adw_leaflet_new ();
  self->leaflet = ADW_LEAFLET (self->child);
  adw_leaflet_set_can_navigate_back (self->leaflet, TRUE);
  adw_leaflet_append (self->leaflet, self->sidebar_page);
  gtk_widget_add_css_class (separator, "sidebar-separator");
  adw_leaflet_page_set_navigatable (adw_leaflet_append (self->leaflet, separator), FALSE);
  adw_leaflet_append (self->leaflet, self->content_page);
  g_signal_connect_swapped (self->leaflet, "notify::folded", G_CALLBACK (folded_cb), self);
}

void
hp_navigation_add_header (AdwHeaderBar *header)
{
}

#endif

static gboolean
has_focus (GtkWidget *page, GtkRoot *root)
{
  GtkWidget *focus = gtk_root_get_focus (root);

  return focus && gtk_widget_is_ancestor (focus, page);
}

static void
end_turn (HpNavigation *self)
{
  if (self->turn_tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->turn_tick);
  self->turn_tick = 0;
}

/* Where somebody works is what is to be seen when the window becomes narrow. */
static void
focus_moved_cb (HpNavigation *self, GParamSpec *pspec, GtkRoot *root)
{
  gboolean turning = self->turn_tick != 0 && self->turn_frames < MIN_TURN_FRAMES;

  if (turning || get_folded (self) != self->was_folded)
    return;
  end_turn (self);
  g_set_weak_pointer (&self->focused, gtk_root_get_focus (root));
  if (get_folded (self))
    return;
  if (has_focus (self->content_page, root))
    show_content (self, TRUE);
  else if (has_focus (self->sidebar_page, root))
    show_content (self, FALSE);
}

/* A split view takes its pages out and puts them elsewhere when it folds. What was focused in them
 * no longer is, so the window begins at its first widget. */
static gboolean
turned_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  HpNavigation *self = HP_NAVIGATION (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  gboolean seen = self->focused && gtk_widget_get_mapped (self->focused);

  self->turn_frames++;
  if (self->turn_frames < MIN_TURN_FRAMES
      || (self->focused && !seen && self->turn_frames < MAX_TURN_FRAMES))
    return G_SOURCE_CONTINUE;

  end_turn (self);
  if (seen && gtk_root_get_focus (root) != self->focused)
    gtk_widget_grab_focus (self->focused);
  else
    focus_moved_cb (self, NULL, root);
  return G_SOURCE_CONTINUE;
}

static void
hp_navigation_root (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hp_navigation_parent_class)->root (widget);
  g_signal_connect_object (gtk_widget_get_root (widget), "notify::focus-widget",
                           G_CALLBACK (focus_moved_cb), widget, G_CONNECT_SWAPPED);
}

static void
hp_navigation_unroot (GtkWidget *widget)
{
  g_signal_handlers_disconnect_by_func (gtk_widget_get_root (widget), focus_moved_cb, widget);
  GTK_WIDGET_CLASS (hp_navigation_parent_class)->unroot (widget);
}

static void
hp_navigation_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_FOLDED:
      g_value_set_boolean (value, get_folded (HP_NAVIGATION (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hp_navigation_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  HpNavigation *self = HP_NAVIGATION (object);

  switch (prop_id)
    {
    case PROP_SIDEBAR:
      set_child (self->sidebar_page, g_value_get_object (value));
      break;
    case PROP_CONTENT:
      set_child (self->content_page, g_value_get_object (value));
      break;
    case PROP_SIDEBAR_TITLE:
      set_title (self->sidebar_page, g_value_get_string (value));
      break;
    case PROP_CONTENT_TITLE:
      set_title (self->content_page, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hp_navigation_dispose (GObject *object)
{
  HpNavigation *self = HP_NAVIGATION (object);

  g_clear_weak_pointer (&self->focused);
  g_clear_pointer (&self->child, gtk_widget_unparent);
  G_OBJECT_CLASS (hp_navigation_parent_class)->dispose (object);
}

static void
hp_navigation_class_init (HpNavigationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags write = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = hp_navigation_dispose;
  object_class->get_property = hp_navigation_get_property;
  object_class->set_property = hp_navigation_set_property;
  widget_class->root = hp_navigation_root;
  widget_class->unroot = hp_navigation_unroot;

  properties[PROP_SIDEBAR] = g_param_spec_object ("sidebar", NULL, NULL, GTK_TYPE_WIDGET, write);
  properties[PROP_CONTENT] = g_param_spec_object ("content", NULL, NULL, GTK_TYPE_WIDGET, write);
  properties[PROP_SIDEBAR_TITLE] = g_param_spec_string ("sidebar-title", NULL, NULL, NULL, write);
  properties[PROP_CONTENT_TITLE] = g_param_spec_string ("content-title", NULL, NULL, NULL, write);
  properties[PROP_FOLDED] = g_param_spec_boolean ("folded", NULL, NULL, FALSE,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  platform_class_init (widget_class);
}

static void
hp_navigation_init (HpNavigation *self)
{
  platform_init (self);
  gtk_widget_set_parent (self->child, GTK_WIDGET (self));
}

gboolean
hp_navigation_get_folded (HpNavigation *self)
{
  g_return_val_if_fail (HP_IS_NAVIGATION (self), FALSE);
  return get_folded (self);
}

void
hp_navigation_show_sidebar (HpNavigation *self)
{
  g_return_if_fail (HP_IS_NAVIGATION (self));
  show_content (self, FALSE);
}

void
hp_navigation_show_content (HpNavigation *self)
{
  g_return_if_fail (HP_IS_NAVIGATION (self));
  show_content (self, TRUE);
}

void
hp_navigation_set_content_title (HpNavigation *self, const char *title)
{
  g_return_if_fail (HP_IS_NAVIGATION (self));
  set_title (self->content_page, title);
}
