/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/hp-export-toast.h"

#define SECONDS        3
#define BUTTON_SECONDS 8

/* Without a file manager on the bus the folder is opened, which is nearly as good. */
static void
shown_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GFile) file = user_data;
  g_autoptr (GFile) folder = g_file_get_parent (file);
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result,
                                                              NULL);
  g_autofree char *uri = folder ? g_file_get_uri (folder) : NULL;

  if (!reply && uri)
    gtk_show_uri (NULL, uri, GDK_CURRENT_TIME);
}

static void
show_in_folder (GtkWidget *widget, const char *action, GVariant *parameter)
{
  const char *uri = g_variant_get_string (parameter, NULL);
  GApplication *application = g_application_get_default ();
  GDBusConnection *bus = application ? g_application_get_dbus_connection (application) : NULL;
  const char *uris[] = { uri, NULL };

  if (!bus)
    return;
  g_dbus_connection_call (bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
                          "org.freedesktop.FileManager1", "ShowItems",
                          g_variant_new ("(^ass)", uris, ""), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
                          NULL, shown_cb, g_file_new_for_uri (uri));
}

void
hp_export_toast_install (GtkWidgetClass *window_class)
{
  gtk_widget_class_install_action (window_class, "exported.show-in-folder", "s", show_in_folder);
}

void
hp_export_toast_show (HpToastArea *toasts, const char *message, GFile *file)
{
  g_autofree char *uri = file ? g_file_get_uri (file) : NULL;

  if (uri)
    hp_toast_area_show_with_button (toasts, message, BUTTON_SECONDS, _ ("Show in Folder"),
                                    "exported.show-in-folder", g_variant_new_string (uri));
  else
    hp_toast_area_show (toasts, message, SECONDS);
}
