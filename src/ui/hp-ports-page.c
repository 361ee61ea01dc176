/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/hp-help.h"
#include "ui/hp-lazy-menu.h"
#include "ui/hp-navigation.h"
#include "ui/hp-port-texts.h"
#include "ui/hp-ports-page-private.h"
#include "ui/hp-settings.h"
#include "ui/hp-surface.h"

/* Below this width, in pixels, the search stands above the chips. */
#define NARROW_WIDTH 560
/* What it makes do with then, whatever it needs before. */
#define MIN_WIDTH 320
/* How often "5 min ago" is said anew. */
#define TICK_SECONDS 30

enum
{
  PROP_0,
  PROP_FOLDED,
  PROP_ONLY_MINE,
  PROP_ONLY_WEB,
  PROP_SORT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HpPortsPage, hp_ports_page, GTK_TYPE_WIDGET)

/* Rows */

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, HpPortsPage *self)
{
  gtk_list_item_set_child (item, hp_port_row_new (self->measures, item));
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, HpPortsPage *self)
{
  hp_port_row_set_entry (HP_PORT_ROW (gtk_list_item_get_child (item)),
                         gtk_list_item_get_item (item));
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, HpPortsPage *self)
{
  hp_port_row_set_entry (HP_PORT_ROW (gtk_list_item_get_child (item)), NULL);
}

void
hp_ports_page_for_each_row (HpPortsPage *self, void (*func) (HpPortRow *row))
{
  for (GtkWidget *item = gtk_widget_get_first_child (GTK_WIDGET (self->list)); item;
       item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *row = gtk_widget_get_first_child (item);

      if (row && HP_IS_PORT_ROW (row))
        func (HP_PORT_ROW (row));
    }
}

static gboolean
tick_cb (gpointer data)
{
  HpPortsPage *self = data;

  hp_ports_page_for_each_row (self, hp_port_row_update);
  hp_port_detail_set_entry (self->detail, hp_ports_page_get_selected (self));
  return G_SOURCE_CONTINUE;
}

/* What is shown, and in which order */

static gboolean
is_shown (gpointer item, gpointer user_data)
{
  HpPortsPage *self = user_data;
  HpPortEntry *entry = item;

  if (self->only_mine && !hp_port_entry_is_mine (entry))
    return FALSE;
  if (self->only_web && !hp_port_is_web (entry))
    return FALSE;
  return hp_port_matches (entry, (const char *const *) self->words);
}

static int
compare_programs (HpPortEntry *a, HpPortEntry *b)
{
  g_autofree char *name_a = hp_port_text_name (a);
  g_autofree char *name_b = hp_port_text_name (b);

  return g_utf8_collate (name_a, name_b);
}

static int
compare (gconstpointer item_a, gconstpointer item_b, gpointer user_data)
{
  HpPortsPage *self = user_data;
  HpPortEntry *a = (gpointer) item_a;
  HpPortEntry *b = (gpointer) item_b;
  gint64 since_a = hp_port_entry_get_since_us (a);
  gint64 since_b = hp_port_entry_get_since_us (b);

  if (g_str_equal (self->sort, "program"))
    return compare_programs (a, b);
  if (g_str_equal (self->sort, "since"))
    return (since_a < since_b) - (since_a > since_b);
  return 0; /* The list itself is in the order of ports. */
}

static void
update_stack (HpPortsPage *self)
{
  guint n_all = g_list_model_get_n_items (G_LIST_MODEL (self->ports));
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  g_autofree char *subtitle = NULL;
  const char *name = "list";

  if (n_all == 0)
    name = hp_port_list_get_loading (self->ports) ? "loading" : "empty";
  else if (n == 0)
    name = "no-match";
  gtk_stack_set_visible_child_name (self->stack, name);

  if (n == n_all)
    subtitle = g_strdup_printf (ngettext ("%u listening", "%u listening", n_all), n_all);
  else
    /* Translators: how many ports match a search, and how many there are. */
    subtitle = g_strdup_printf (_ ("%u of %u"), n, n_all);
  adw_window_title_set_subtitle (self->title, n_all > 0 ? subtitle : "");
}

static void
refilter (HpPortsPage *self)
{
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  gtk_sorter_changed (self->sorter, GTK_SORTER_CHANGE_DIFFERENT);
  update_stack (self);
}

static gboolean
refilter_cb (gpointer data)
{
  HpPortsPage *self = data;

  self->refilter_source = 0;
  refilter (self);
  hp_ports_page_actions_update (self);
  return G_SOURCE_REMOVE;
}

/* Details of many entries arrive together. */
static void
entry_changed_cb (HpPortsPage *self)
{
  if (self->refilter_source == 0)
    self->refilter_source = g_idle_add (refilter_cb, self);
}

static void
ports_changed_cb (HpPortsPage *self, guint position, guint n_removed, guint n_added)
{
  for (guint i = 0; i < n_removed; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->watched, position + i), self);
  if (n_removed > 0)
    g_ptr_array_remove_range (self->watched, position, n_removed);
  for (guint i = 0; i < n_added; i++)
    {
      HpPortEntry *entry = g_list_model_get_item (G_LIST_MODEL (self->ports), position + i);

      g_ptr_array_insert (self->watched, position + i, entry);
      g_signal_connect_object (entry, "changed", G_CALLBACK (entry_changed_cb), self,
                               G_CONNECT_SWAPPED);
    }
  update_stack (self);
}

static void
search_changed_cb (HpPortsPage *self)
{
  g_strfreev (self->words);
  self->words = hp_port_fold_words (gtk_editable_get_text (self->search_entry));
  refilter (self);
}

static void
stop_search_cb (HpPortsPage *self)
{
  gtk_editable_set_text (self->search_entry, "");
}

/* Return in the entry means the first match. */
static void
search_activated_cb (HpPortsPage *self)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (self->selection)) == 0)
    return;
  gtk_single_selection_set_selected (self->selection, 0);
  gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

static void
activated_cb (HpPortsPage *self, guint position)
{
  g_autoptr (HpPortEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (entry)
    hp_ports_page_activate (self, entry);
}

void
hp_ports_page_focus_search (HpPortsPage *self)
{
  g_return_if_fail (HP_IS_PORTS_PAGE (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

/* Our own servers */

HpServer *
hp_ports_page_find_server (HpPortsPage *self, guint16 port)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->servers));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (HpServer) server = g_list_model_get_item (G_LIST_MODEL (self->servers), i);
      if (hp_server_get_active_port (server) == port)
        return server;
    }
  return NULL;
}

static char *
dup_server_title (guint16 port, gpointer user_data)
{
  HpServer *server = hp_ports_page_find_server (user_data, port);

  return server ? g_strdup (hp_server_get_title (server)) : NULL;
}

/* Looking only while somebody can see it */

static void
look_again_cb (HpPortsPage *self)
{
  gboolean watching;

  g_object_get (self->ports, "watching", &watching, NULL);
  if (watching)
    hp_port_list_refresh (self->ports);
}

static void
update_watching (HpPortsPage *self)
{
  gboolean watching = gtk_widget_get_mapped (GTK_WIDGET (self));

  if (watching && self->surface)
    watching = hp_surface_is_seen (self->surface);
  hp_port_list_set_watching (self->ports, watching);
  g_clear_handle_id (&self->tick_source, g_source_remove);
  if (watching)
    {
      hp_ports_page_for_each_row (self, hp_port_row_update);
      self->tick_source = g_timeout_add_seconds (TICK_SECONDS, tick_cb, self);
    }
}

static void
hp_ports_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hp_ports_page_parent_class)->map (widget);
  update_watching (HP_PORTS_PAGE (widget));
}

static void
hp_ports_page_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hp_ports_page_parent_class)->unmap (widget);
  update_watching (HP_PORTS_PAGE (widget));
}

static void
hp_ports_page_realize (GtkWidget *widget)
{
  HpPortsPage *self = HP_PORTS_PAGE (widget);

  GTK_WIDGET_CLASS (hp_ports_page_parent_class)->realize (widget);
  self->surface = g_object_ref (gtk_native_get_surface (gtk_widget_get_native (widget)));
  self->surface_id = g_signal_connect_swapped (self->surface, "notify::state",
                                               G_CALLBACK (update_watching), self);
}

static void
hp_ports_page_unrealize (GtkWidget *widget)
{
  HpPortsPage *self = HP_PORTS_PAGE (widget);

  g_clear_signal_handler (&self->surface_id, self->surface);
  g_clear_object (&self->surface);
  GTK_WIDGET_CLASS (hp_ports_page_parent_class)->unrealize (widget);
}

/* Tab goes from a row to its details and then on; by itself the list would go through all its rows.
 */
static gboolean
hp_ports_page_focus (GtkWidget *widget, GtkDirectionType direction)
{
  HpPortsPage *self = HP_PORTS_PAGE (widget);
  gboolean in_list = gtk_widget_get_focus_child (self->content) == GTK_WIDGET (self->stack)
                     && gtk_widget_get_focus_child (GTK_WIDGET (self->list));

  if (in_list && direction == GTK_DIR_TAB_FORWARD)
    return gtk_widget_child_focus (GTK_WIDGET (self->detail), direction);
  if (in_list && direction == GTK_DIR_TAB_BACKWARD)
    return gtk_widget_child_focus (GTK_WIDGET (self->tools), direction);
  return GTK_WIDGET_CLASS (hp_ports_page_parent_class)->focus (widget, direction);
}

/* Size */

static void
queue_resize (HpPortRow *row)
{
  gtk_widget_queue_resize (GTK_WIDGET (row));
}

static gboolean
use_size_cb (gpointer data)
{
  HpPortsPage *self = data;

  self->size_source = 0;
  self->narrow = self->wanted_narrow;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->tools), self->narrow
                                                                    ? GTK_ORIENTATION_VERTICAL
                                                                    : GTK_ORIENTATION_HORIZONTAL);
  hp_port_detail_set_narrow (self->detail, self->narrow);
  return G_SOURCE_REMOVE;
}

static void
hp_ports_page_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  HpPortsPage *self = HP_PORTS_PAGE (widget);

  int least;

  /* Until the next frame the content may be wider than what there is. */
  gtk_widget_measure (self->content, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  gtk_widget_allocate (self->content, MAX (width, least), height, baseline, NULL);
  if (self->menu)
    gtk_popover_present (self->menu);
  /* Children must not change while they are being allocated; before the next frame they may. */
  self->wanted_narrow = width < NARROW_WIDTH;
  if (self->wanted_narrow != self->narrow && self->size_source == 0)
    self->size_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, use_size_cb, self, NULL);
}

static void
hp_ports_page_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  HpPortsPage *self = HP_PORTS_PAGE (widget);

  if (hp_port_measures_take (self->measures, GTK_WIDGET (self->list)))
    hp_ports_page_for_each_row (self, queue_resize);
  gtk_widget_measure (self->content, orientation, for_size, minimum, natural, minimum_baseline,
                      natural_baseline);
  if (orientation == GTK_ORIENTATION_HORIZONTAL && !self->narrow)
    *minimum = MIN (*minimum, MIN_WIDTH);
}

/* The object */

static void
set_sort (HpPortsPage *self, const char *sort)
{
  /* Anything else comes from a newer version's settings. */
  if (g_strcmp0 (sort, "program") != 0 && g_strcmp0 (sort, "since") != 0)
    sort = "port";
  if (g_str_equal (sort, self->sort))
    return;
  self->sort = g_intern_string (sort);
  refilter (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SORT]);
}

static void
set_flag (HpPortsPage *self, gboolean *flag, gboolean value, guint id)
{
  if (*flag == value)
    return;
  *flag = value;
  if (id != PROP_FOLDED)
    refilter (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[id]);
}

static void
hp_ports_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HpPortsPage *self = HP_PORTS_PAGE (object);

  switch (id)
    {
    case PROP_FOLDED:
      g_value_set_boolean (value, self->folded);
      break;
    case PROP_ONLY_MINE:
      g_value_set_boolean (value, self->only_mine);
      break;
    case PROP_ONLY_WEB:
      g_value_set_boolean (value, self->only_web);
      break;
    case PROP_SORT:
      g_value_set_string (value, self->sort);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_ports_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HpPortsPage *self = HP_PORTS_PAGE (object);

  switch (id)
    {
    case PROP_FOLDED:
      set_flag (self, &self->folded, g_value_get_boolean (value), id);
      break;
    case PROP_ONLY_MINE:
      set_flag (self, &self->only_mine, g_value_get_boolean (value), id);
      break;
    case PROP_ONLY_WEB:
      set_flag (self, &self->only_web, g_value_get_boolean (value), id);
      break;
    case PROP_SORT:
      set_sort (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_ports_page_dispose (GObject *object)
{
  HpPortsPage *self = HP_PORTS_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->refilter_source, g_source_remove);
  g_clear_handle_id (&self->tick_source, g_source_remove);
  g_clear_handle_id (&self->size_source, g_source_remove);
  if (self->ports)
    {
      g_signal_handlers_disconnect_by_data (self->ports, self);
      hp_port_list_set_title_func (self->ports, NULL, NULL);
      hp_port_list_set_watching (self->ports, FALSE);
    }
  for (guint i = 0; self->watched && i < self->watched->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->watched, i), self);
  g_clear_pointer (&self->watched, g_ptr_array_unref);
  g_clear_pointer ((GtkWidget **) &self->menu, gtk_widget_unparent);
  gtk_widget_dispose_template (GTK_WIDGET (self), HP_TYPE_PORTS_PAGE);
  g_clear_object (&self->selection);
  g_clear_object (&self->sorted);
  g_clear_object (&self->filtered);
  g_clear_object (&self->ports);
  G_OBJECT_CLASS (hp_ports_page_parent_class)->dispose (object);
}

static void
hp_ports_page_finalize (GObject *object)
{
  HpPortsPage *self = HP_PORTS_PAGE (object);

  g_clear_object (&self->servers);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->measures, hp_port_measures_unref);
  g_strfreev (self->words);
  G_OBJECT_CLASS (hp_ports_page_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  properties[PROP_FOLDED] = g_param_spec_boolean ("folded", NULL, NULL, FALSE, flags);
  properties[PROP_ONLY_MINE] = g_param_spec_boolean ("only-mine", NULL, NULL, FALSE, flags);
  properties[PROP_ONLY_WEB] = g_param_spec_boolean ("only-web", NULL, NULL, FALSE, flags);
  properties[PROP_SORT] = g_param_spec_string ("sort", NULL, NULL, "port", flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  g_type_ensure (HP_TYPE_PORT_DETAIL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/homeport/Homeport/ui/hp-ports-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HpPortsPage, content);
  gtk_widget_class_bind_template_child (widget_class, HpPortsPage, header);
  gtk_widget_class_bind_template_child (widget_class, HpPortsPage, title);
  gtk_widget_class_bind_template_child (widget_class, HpPortsPage, tools);
  gtk_widget_class_bind_template_child (widget_class, HpPortsPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, HpPortsPage, sort_button);
  gtk_widget_class_bind_template_child (widget_class, HpPortsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, HpPortsPage, no_match);
  gtk_widget_class_bind_template_child (widget_class, HpPortsPage, scroller);
  gtk_widget_class_bind_template_child (widget_class, HpPortsPage, list);
  gtk_widget_class_bind_template_child (widget_class, HpPortsPage, detail);
  gtk_widget_class_bind_template_child (widget_class, HpPortsPage, sort_menu);
  gtk_widget_class_bind_template_child (widget_class, HpPortsPage, row_menu);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_search_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
}

static void
hp_ports_page_class_init (HpPortsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hp_ports_page_get_property;
  object_class->set_property = hp_ports_page_set_property;
  object_class->dispose = hp_ports_page_dispose;
  object_class->finalize = hp_ports_page_finalize;
  widget_class->map = hp_ports_page_map;
  widget_class->unmap = hp_ports_page_unmap;
  widget_class->realize = hp_ports_page_realize;
  widget_class->unrealize = hp_ports_page_unrealize;
  widget_class->focus = hp_ports_page_focus;
  widget_class->measure = hp_ports_page_measure;
  widget_class->size_allocate = hp_ports_page_size_allocate;

  install_properties (object_class);
  gtk_widget_class_set_css_name (widget_class, "portspage");
  bind_template (widget_class);
  hp_ports_page_actions_install (widget_class);
}

static void
create_models (HpPortsPage *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  self->ports = hp_port_list_new ();
  self->filter = GTK_FILTER (gtk_custom_filter_new (is_shown, self, NULL));
  self->sorter = GTK_SORTER (gtk_custom_sorter_new (compare, self, NULL));
  self->filtered = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->ports)),
                                              self->filter);
  self->sorted = gtk_sort_list_model_new (g_object_ref (G_LIST_MODEL (self->filtered)),
                                          self->sorter);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->sorted)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);

  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, 0);
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  g_object_unref (factory);
}

static void
hp_ports_page_init (HpPortsPage *self)
{
  self->sort = "port";
  self->words = g_new0 (char *, 1);
  self->cancellable = g_cancellable_new ();
  self->measures = hp_port_measures_new ();
  self->watched = g_ptr_array_new_with_free_func (g_object_unref);

  gtk_widget_init_template (GTK_WIDGET (self));
  hp_navigation_add_header (self->header);
  hp_help_set_page (GTK_WIDGET (self), "ports#all");
  hp_menu_button_set_lazy_menu (self->sort_button, self->sort_menu);
  create_models (self);
  g_signal_connect_swapped (self->ports, "items-changed", G_CALLBACK (ports_changed_cb), self);
  g_signal_connect_swapped (self->ports, "notify::loading", G_CALLBACK (update_stack), self);
  hp_port_list_set_title_func (self->ports, dup_server_title, self);
  gtk_search_entry_set_key_capture_widget (GTK_SEARCH_ENTRY (self->search_entry),
                                           GTK_WIDGET (self->list));
  hp_ports_page_actions_connect (self);
  update_stack (self);
}

GtkWidget *
hp_ports_page_new (HpServerList *servers)
{
  HpPortsPage *self = g_object_new (HP_TYPE_PORTS_PAGE, NULL);

  self->servers = g_object_ref (servers);
  g_signal_connect_object (servers, "look-again", G_CALLBACK (look_again_cb), self,
                           G_CONNECT_SWAPPED);
  hp_settings_bind ("ports-only-mine", self, "only-mine");
  hp_settings_bind ("ports-only-web", self, "only-web");
  hp_settings_bind ("ports-sort", self, "sort");
  return GTK_WIDGET (self);
}
