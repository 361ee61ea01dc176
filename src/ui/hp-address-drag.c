/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "ui/hp-address-drag.h"

GdkContentProvider *
hp_address_drag_content (HpServer *server)
{
  const char *address = hp_server_get_address (server);
  /* RFC 2483: each line of such a list ends so. */
  char *list = g_strconcat (address, "\r\n", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_take (list, strlen (list));
  GdkContentProvider *forms[] = {
    gdk_content_provider_new_typed (HP_TYPE_SERVER, server),
    gdk_content_provider_new_for_bytes ("text/uri-list", bytes),
    gdk_content_provider_new_typed (G_TYPE_STRING, address),
  };

  return gdk_content_provider_new_union (forms, G_N_ELEMENTS (forms));
}

void
hp_address_drag_set_icon (GdkDrag *drag, const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 30);
  gtk_widget_add_css_class (label, "dragged-row");
  gtk_drag_icon_set_child (GTK_DRAG_ICON (gtk_drag_icon_get_for_drag (drag)), label);
}

typedef struct
{
  GtkWidget *widget; /* borrowed: an ancestor of the handle */
  HpAddressDragServer get_server;
} Handle;

static void
handle_free (gpointer data, GClosure *closure)
{
  g_free (data);
}

static GdkContentProvider *
prepare_cb (GtkDragSource *source, double x, double y, gpointer user_data)
{
  Handle *self = user_data;
  HpServer *server = self->get_server (self->widget);

  return server ? hp_address_drag_content (server) : NULL;
}

static void
begin_cb (GtkDragSource *source, GdkDrag *drag, gpointer user_data)
{
  Handle *self = user_data;
  HpServer *server = self->get_server (self->widget);

  if (server)
    hp_address_drag_set_icon (drag, hp_server_get_address (server));
}

void
hp_address_drag_add (GtkWidget *handle, GtkWidget *widget, HpAddressDragServer get_server)
{
  GtkDragSource *source = gtk_drag_source_new ();
  Handle *self = g_new (Handle, 1);

  self->widget = widget;
  self->get_server = get_server;
  gtk_drag_source_set_actions (source, GDK_ACTION_COPY | GDK_ACTION_LINK);
  g_signal_connect_data (source, "prepare", G_CALLBACK (prepare_cb), self, handle_free, 0);
  g_signal_connect (source, "drag-begin", G_CALLBACK (begin_cb), self);
  gtk_widget_add_controller (handle, GTK_EVENT_CONTROLLER (source));
}
