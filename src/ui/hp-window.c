/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/hp-empty-page.h"
#include "ui/hp-export-toast.h"
#include "ui/hp-focus.h"
#include "ui/hp-lazy-menu.h"
#include "ui/hp-server-row.h"
#include "ui/hp-settings.h"
#include "ui/hp-surface.h"
#include "ui/hp-window-private.h"

#define TOAST_SECONDS 3

/* Pixels that a row of the sidebar has at least. */
#define ROW_MIN_HEIGHT 44

/* How long rows are filled at a stretch. */
#define FILL_US 4000

enum
{
  PROP_0,
  PROP_SERVERS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HpWindow, hp_window, ADW_TYPE_APPLICATION_WINDOW)

static void show_list (HpWindow *self);

/* Toasts */

void
hp_window_toast (HpWindow *self, const char *text)
{
  g_return_if_fail (HP_IS_WINDOW (self));

  hp_toast_area_show (self->toasts, text, TOAST_SECONDS);
}

void
hp_window_tell (HpWindow *self, const char *text)
{
  g_return_if_fail (HP_IS_WINDOW (self));

  hp_toast_area_show (self->toasts, text, 0);
}

/* Selection */

guint
hp_window_find (HpWindow *self, HpServer *server)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->servers));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (HpServer) item = g_list_model_get_item (G_LIST_MODEL (self->servers), i);
      if (item == server)
        return i;
    }
  return GTK_INVALID_LIST_POSITION;
}

static gboolean
scroll_to_selected_cb (gpointer user_data)
{
  HpWindow *self = user_data;
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->sidebar_scroller);
  graphene_rect_t bounds;

  self->scroll_source = 0;
  if (row && gtk_widget_compute_bounds (GTK_WIDGET (row), GTK_WIDGET (self->list), &bounds))
    gtk_adjustment_clamp_page (adjustment, bounds.origin.y, bounds.origin.y + bounds.size.height);
  return G_SOURCE_REMOVE;
}

/* Makes the sidebar show what is selected; its rows are made anew when the list changes. */
static void
select_row (HpWindow *self)
{
  guint position = self->selected ? hp_window_find (self, self->selected) : 0;
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, position);

  if (!row || row == gtk_list_box_get_selected_row (self->list))
    return;
  gtk_list_box_select_row (self->list, row);
  /* A new row has no place before the next frame. */
  if (self->scroll_source == 0)
    self->scroll_source = g_idle_add_full (GDK_PRIORITY_REDRAW + 10, scroll_to_selected_cb, self,
                                           NULL);
}

static void
set_selected (HpWindow *self, HpServer *server)
{
  if (g_set_object (&self->selected, server))
    {
      g_signal_group_set_target (self->selected_signals, server);
      hp_server_page_set_server (hp_window_get_page (self), server);
      hp_window_update_title (self);
      hp_window_actions_update (self);
    }
  select_row (self);
}

void
hp_window_focus_row (HpWindow *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);

  if (row)
    gtk_widget_grab_focus (GTK_WIDGET (row));
}

gboolean
hp_window_row_has_focus (HpWindow *self)
{
  return hp_has_focus_in (GTK_WIDGET (self->list));
}

void
hp_window_select (HpWindow *self, HpServer *server, gboolean focus_copy)
{
  g_return_if_fail (HP_IS_WINDOW (self));
  g_return_if_fail (HP_IS_SERVER (server));

  if (hp_window_find (self, server) == GTK_INVALID_LIST_POSITION)
    return;
  show_list (self);
  set_selected (self, server);
  hp_window_show_view (self, "servers");
  hp_navigation_show_content (self->navigation);
  if (focus_copy)
    hp_server_page_focus_copy (hp_window_get_page (self));
  else if (hp_window_row_has_focus (self))
    hp_window_focus_row (self);
}

void
hp_window_show_sidebar (HpWindow *self)
{
  hp_navigation_show_sidebar (self->navigation);
  hp_window_focus_row (self);
}

void
hp_window_move_selected (HpWindow *self, guint position)
{
  gboolean focus = hp_window_row_has_focus (self);

  self->moving = TRUE;
  hp_server_list_move (self->servers, self->selected, position);
  self->moving = FALSE;

  select_row (self);
  if (focus)
    hp_window_focus_row (self);
  hp_window_actions_update (self);
}

static void
row_selected_cb (HpWindow *self, GtkListBoxRow *row)
{
  HpServer *server = row ? hp_server_row_get_server (HP_SERVER_ROW (row)) : NULL;

  if (!server || self->moving || server == self->selected)
    return;
  set_selected (self, server);
  /* Who goes through the list wants to see what is in it. */
  if (hp_window_shows_ports (self) && hp_window_row_has_focus (self))
    hp_window_show_view (self, "servers");
}

static void
row_activated_cb (HpWindow *self, GtkListBoxRow *row)
{
  set_selected (self, hp_server_row_get_server (HP_SERVER_ROW (row)));
  hp_window_show_view (self, "servers");
  hp_navigation_show_content (self->navigation);
}

static void
row_menu_cb (HpWindow *self, HpServerRow *row)
{
  set_selected (self, hp_server_row_get_server (row));
}

static void
row_dropped_cb (HpWindow *self, HpServer *server, HpServerRow *row)
{
  guint position = gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row));

  if (hp_window_find (self, server) == GTK_INVALID_LIST_POSITION)
    return;
  set_selected (self, server);
  hp_window_move_selected (self, position);
}

/* What nobody can see at first is made when nothing else is to be done. */
static gboolean
fill_rows_cb (gpointer user_data)
{
  HpWindow *self = user_data;
  gint64 end = g_get_monotonic_time () + FILL_US;
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    if (hp_server_row_fill (HP_SERVER_ROW (row)) && g_get_monotonic_time () > end)
      return G_SOURCE_CONTINUE;
  self->fill_source = 0;
  return G_SOURCE_REMOVE;
}

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  HpWindow *self = user_data;
  GtkWidget *row = hp_server_row_new (HP_SERVER (item), self->server_menu);
  int width;
  int height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  if (self->n_made++ * ROW_MIN_HEIGHT < height)
    hp_server_row_fill (HP_SERVER_ROW (row));
  else if (self->fill_source == 0)
    self->fill_source = g_idle_add (fill_rows_cb, self);

  g_signal_connect_object (row, "menu", G_CALLBACK (row_menu_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "dropped", G_CALLBACK (row_dropped_cb), self, G_CONNECT_SWAPPED);
  return row;
}

/* Tab goes from a row to its switch and then on; by itself the list would go through all its rows,
 * of which there may be hundreds. */
static gboolean
leave_list_cb (GtkWidget *list, GVariant *args, gpointer user_data)
{
  HpWindow *self = HP_WINDOW (gtk_widget_get_root (list));
  GtkDirectionType direction = g_variant_get_int32 (args);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  gboolean on_row = focus && GTK_IS_LIST_BOX_ROW (focus);

  if (direction == GTK_DIR_TAB_BACKWARD)
    return on_row && gtk_widget_child_focus (self->sidebar_header, direction);
  if (on_row)
    return GDK_EVENT_PROPAGATE;
  return gtk_widget_child_focus (self->view_switch, direction);
}

static void
add_tab_key (HpWindow *self,
             GtkShortcutController *keys,
             const char *key,
             GtkDirectionType direction)
{
  GtkShortcut *shortcut = gtk_shortcut_new (gtk_shortcut_trigger_parse_string (key),
                                            gtk_callback_action_new (leave_list_cb, NULL, NULL));

  gtk_shortcut_set_arguments (shortcut, g_variant_new_int32 (direction));
  gtk_shortcut_controller_add_shortcut (keys, shortcut);
}

static void
init_tab_keys (HpWindow *self)
{
  GtkShortcutController *keys = GTK_SHORTCUT_CONTROLLER (gtk_shortcut_controller_new ());

  add_tab_key (self, keys, "Tab|KP_Tab", GTK_DIR_TAB_FORWARD);
  add_tab_key (self, keys, "<Shift>Tab|<Shift>ISO_Left_Tab|<Shift>KP_Tab", GTK_DIR_TAB_BACKWARD);
  gtk_widget_add_controller (GTK_WIDGET (self->list), GTK_EVENT_CONTROLLER (keys));
}

/* The list */

/* Made when it is needed: most starts have a list. */
static void
show_empty_page (HpWindow *self)
{
  GtkWidget *page = gtk_stack_get_child_by_name (self->stack, "empty");

  if (!page)
    {
      page = hp_empty_page_new (self->main_menu, G_MENU_MODEL (self->recent));
      gtk_stack_add_named (self->stack, page, "empty");
    }
  gtk_stack_set_visible_child (self->stack, page);
  gtk_widget_grab_focus (page);
}

void
hp_window_update_stack (HpWindow *self)
{
  const char *name = "loading";

  if (g_list_model_get_n_items (G_LIST_MODEL (self->servers)) > 0 || hp_window_shows_ports (self))
    name = "servers";
  else if (hp_server_list_get_loaded (self->servers))
    name = "empty";
  if (g_str_equal (name, "empty"))
    show_empty_page (self);
  else
    gtk_stack_set_visible_child_name (self->stack, name);
}

static void
items_changed_cb (HpWindow *self, guint position, guint n_removed, guint n_added)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->servers));

  self->n_made = 0;
  if (self->moving)
    return;

  if (!self->selected || hp_window_find (self, self->selected) == GTK_INVALID_LIST_POSITION)
    {
      g_autoptr (HpServer) neighbour = NULL;

      if (n > 0)
        neighbour = g_list_model_get_item (G_LIST_MODEL (self->servers), MIN (position, n - 1));
      set_selected (self, neighbour);
    }
  else
    select_row (self);

  hp_window_recent_update (self);
  hp_window_update_stack (self);
  hp_window_actions_update (self);
}

static void
notice_cb (HpWindow *self, const char *text)
{
  hp_window_tell (self, text);
}

/* Ports are looked at only while somebody can see them. */
static void
update_watching (HpWindow *self)
{
  gboolean visible = gtk_widget_get_mapped (GTK_WIDGET (self));

  if (visible)
    {
      visible = hp_surface_is_seen (gtk_native_get_surface (GTK_NATIVE (self)));
      /* Not the surface's state, which some window managers don't tell. */
      hp_server_list_set_focused (self->servers, gtk_window_is_active (GTK_WINDOW (self)));
    }
  hp_server_list_set_watching (self->servers, visible);
}

static void
restore_size (HpWindow *self)
{
  hp_settings_bind ("window-width", self, "default-width");
  hp_settings_bind ("window-height", self, "default-height");
  hp_settings_bind ("window-maximized", self, "maximized");
}

static void
hp_window_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hp_window_parent_class)->realize (widget);
  g_signal_connect_object (gtk_native_get_surface (GTK_NATIVE (widget)), "notify::state",
                           G_CALLBACK (update_watching), widget, G_CONNECT_SWAPPED);
}

static void
hp_window_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hp_window_parent_class)->map (widget);
  update_watching (HP_WINDOW (widget));
}

static void
hp_window_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hp_window_parent_class)->unmap (widget);
  update_watching (HP_WINDOW (widget));
}

/* The rows, and the page of the first one. */
static void
show_list (HpWindow *self)
{
  if (self->list_source == 0)
    return;
  g_clear_handle_id (&self->list_source, g_source_remove);

  gtk_list_box_bind_model (self->list, G_LIST_MODEL (self->servers), create_row, self, NULL);
  /* Connected after the list box, so that its rows are there already. */
  g_signal_connect_object (self->servers, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->servers, "notify::loaded", G_CALLBACK (hp_window_recent_update),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->servers, "notify::loaded", G_CALLBACK (hp_window_update_stack),
                           self, G_CONNECT_SWAPPED);
  items_changed_cb (self, 0, 0, 0);
}

static gboolean
show_list_cb (gpointer user_data)
{
  show_list (user_data);
  return G_SOURCE_REMOVE;
}

static void
hp_window_constructed (GObject *object)
{
  HpWindow *self = HP_WINDOW (object);

  G_OBJECT_CLASS (hp_window_parent_class)->constructed (object);

  restore_size (self);
  g_signal_connect_object (self->servers, "notice", G_CALLBACK (notice_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (update_watching), NULL);
  /* The window itself is drawn first, if it can be drawn at once. */
  self->list_source = g_idle_add_full (GDK_PRIORITY_REDRAW + 5, show_list_cb, self, NULL);
}

static void
hp_window_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_SERVERS:
      HP_WINDOW (object)->servers = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hp_window_dispose (GObject *object)
{
  HpWindow *self = HP_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->list_source, g_source_remove);
  g_clear_handle_id (&self->scroll_source, g_source_remove);
  g_clear_handle_id (&self->fill_source, g_source_remove);
  if (self->selected_signals)
    g_signal_group_set_target (self->selected_signals, NULL);
  if (self->servers)
    g_signal_handlers_disconnect_by_data (self->servers, self);
  hp_window_forget_undos (self);
  hp_window_forget_questions (self);
  g_clear_pointer (&self->stops, g_ptr_array_unref);
  g_cancellable_cancel (self->chooser);
  g_clear_object (&self->chooser);
  G_OBJECT_CLASS (hp_window_parent_class)->dispose (object);
}

static void
hp_window_finalize (GObject *object)
{
  HpWindow *self = HP_WINDOW (object);

  g_clear_object (&self->selected_signals);
  g_clear_object (&self->selected);
  g_clear_object (&self->recent);
  g_clear_object (&self->servers);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (hp_window_parent_class)->finalize (object);
}

static void
hp_window_class_init (HpWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = hp_window_constructed;
  object_class->set_property = hp_window_set_property;
  object_class->dispose = hp_window_dispose;
  object_class->finalize = hp_window_finalize;
  widget_class->realize = hp_window_realize;
  widget_class->map = hp_window_map;
  widget_class->unmap = hp_window_unmap;

  properties[PROP_SERVERS] = g_param_spec_object ("servers", NULL, NULL, HP_TYPE_SERVER_LIST,
                                                  G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY
                                                      | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (HP_TYPE_NAVIGATION);
  g_type_ensure (HP_TYPE_TOAST_AREA);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/homeport/Homeport/ui/hp-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HpWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, HpWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, HpWindow, main_menu);
  gtk_widget_class_bind_template_child (widget_class, HpWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, HpWindow, navigation);
  gtk_widget_class_bind_template_child (widget_class, HpWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, HpWindow, sidebar_header);
  gtk_widget_class_bind_template_child (widget_class, HpWindow, sidebar_scroller);
  gtk_widget_class_bind_template_child (widget_class, HpWindow, list);
  gtk_widget_class_bind_template_child (widget_class, HpWindow, views);
  gtk_widget_class_bind_template_child (widget_class, HpWindow, view_switch);
  gtk_widget_class_bind_template_child (widget_class, HpWindow, drop_hint);
  gtk_widget_class_bind_template_child (widget_class, HpWindow, server_menu);
  gtk_widget_class_bind_template_child (widget_class, HpWindow, recent_button);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);

  hp_window_actions_class_init (widget_class);
  hp_export_toast_install (widget_class);
}

static void
hp_window_init (HpWindow *self)
{
  self->cancellable = g_cancellable_new ();
  g_queue_init (&self->undos);
  g_queue_init (&self->questions);
  hp_window_stop_init (self);
  self->selected_signals = g_signal_group_new (HP_TYPE_SERVER);
  g_signal_group_connect_swapped (self->selected_signals, "notify",
                                  G_CALLBACK (hp_window_actions_update), self);
  g_signal_group_connect_swapped (self->selected_signals, "notify::title",
                                  G_CALLBACK (hp_window_update_title), self);

  /* An address that Tab has passed over would stay selected. */
  g_object_set (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-label-select-on-focus", FALSE,
                NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  if (DEVEL)
    gtk_widget_add_css_class (GTK_WIDGET (self), "devel");

  hp_menu_button_set_lazy_menu (self->menu_button, self->main_menu);
  init_tab_keys (self);
  hp_window_actions_init (self);
  hp_window_folders_init (self);
  hp_window_exchange_init (self);
  hp_window_recent_init (self);
}

HpWindow *
hp_window_new (GtkApplication *application, HpServerList *servers)
{
  return g_object_new (HP_TYPE_WINDOW, "application", application, "servers", servers, NULL);
}
