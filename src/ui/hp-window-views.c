/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/hp-ports-page.h"
#include "ui/hp-window-private.h"

/* What is beside the sidebar: the page of a folder, or all ports. */

static void
server_activated_cb (HpWindow *self, HpServer *server)
{
  hp_window_select (self, server, FALSE);
  hp_server_page_focus_copy (hp_window_get_page (self));
}

/* The window's first frame doesn't wait for it. */
HpServerPage *
hp_window_get_page (HpWindow *self)
{
  if (!self->page)
    {
      self->page = g_object_new (HP_TYPE_SERVER_PAGE, "menu", self->server_menu, NULL);
      hp_server_page_set_list (self->page, self->servers);
      g_object_bind_property (self->navigation, "folded", self->page, "folded",
                              G_BINDING_SYNC_CREATE);
      gtk_stack_add_named (self->views, GTK_WIDGET (self->page), "servers");
      hp_window_actions_add_page (self);
    }
  return self->page;
}

/* Made when it is asked for: most people come for their folders. */
static HpPortsPage *
get_ports_page (HpWindow *self)
{
  GtkWidget *page = gtk_stack_get_child_by_name (self->views, "ports");

  if (!page)
    {
      page = hp_ports_page_new (self->servers);
      g_object_bind_property (self->navigation, "folded", page, "folded", G_BINDING_SYNC_CREATE);
      g_signal_connect_object (page, "server-activated", G_CALLBACK (server_activated_cb), self,
                               G_CONNECT_SWAPPED);
      gtk_stack_add_named (self->views, page, "ports");
    }
  return HP_PORTS_PAGE (page);
}

gboolean
hp_window_shows_ports (HpWindow *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->views), "ports") == 0;
}

void
hp_window_update_title (HpWindow *self)
{
  const char *title = APP_NAME;

  if (hp_window_shows_ports (self))
    title = _ ("Ports");
  else if (self->selected)
    title = hp_server_get_title (self->selected);
  hp_navigation_set_content_title (self->navigation, title);
}

void
hp_window_show_view (HpWindow *self, const char *name)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "view");
  gboolean ports = g_str_equal (name, "ports");

  if (ports)
    get_ports_page (self);
  else
    {
      hp_window_get_page (self);
      name = "servers";
    }
  gtk_stack_set_visible_child_name (self->views, name);
  if (ports)
    gtk_widget_add_css_class (self->sidebar, "ports-shown");
  else
    gtk_widget_remove_css_class (self->sidebar, "ports-shown");
  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_string (name));
  hp_window_update_title (self);
  hp_window_update_stack (self);
}

void
hp_window_go_to_view (HpWindow *self, const char *name)
{
  hp_window_show_view (self, name);
  if (hp_window_shows_ports (self))
    {
      hp_navigation_show_content (self->navigation);
      hp_ports_page_focus_search (get_ports_page (self));
    }
  else if (self->selected)
    hp_window_show_sidebar (self);
}
