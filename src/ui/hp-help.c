/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/hp-help.h"
#include "ui/hp-platform.h"
#include "ui/hp-shortcut.h"

#define MANUAL "man " PROGRAM

/* Where a widget keeps its page. */
#define PAGE_KEY "hp-help-page"

static void
response_cb (GtkWidget *dialog, const char *response)
{
  if (g_str_equal (response, "copy"))
    gdk_clipboard_set_text (gtk_widget_get_clipboard (dialog), MANUAL);
}

static void
show_way_out (GtkWindow *parent)
{
  const HpAnswer answers[]
      = { { "close", _ ("_Close") }, { "copy", _ ("C_opy Command") }, { NULL } };
  g_autofree char *body = g_strdup_printf (
      /* Translators: Yelp is the name of a program; %s is a command for the terminal. */
      _ ("The help needs a program to show it, and none is installed. Install Yelp, or read the manual "
         "in a terminal with “%s”."),
      MANUAL);
  GObject *dialog = hp_ask (parent, _ ("No Help Viewer"), body, NULL, answers);

  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), NULL);
}

static void
shown_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GtkWindow *parent = GTK_WINDOW (object);
  g_autoptr (GError) error = NULL;

  if (gtk_show_uri_full_finish (parent, result, &error)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_debug ("No help: %s", error->message);
  /* It may have been closed in the meantime. */
  if (gtk_widget_get_visible (GTK_WIDGET (parent)))
    show_way_out (parent);
}

void
hp_help_show (GtkWindow *parent, const char *page)
{
  g_autofree char *name = g_uri_escape_string (page ? page : "", "#", FALSE);
  g_autofree char *uri = g_strconcat ("help:", PROGRAM, *name ? "/" : "", name, NULL);

  g_return_if_fail (GTK_IS_WINDOW (parent));

  gtk_show_uri_full (parent, uri, GDK_CURRENT_TIME, NULL, shown_cb, NULL);
}

const char *
hp_help_find_page (GtkWindow *window)
{
  GtkWidget *widget;

  g_return_val_if_fail (GTK_IS_WINDOW (window), NULL);

  widget = gtk_window_get_focus (window);
  if (!widget)
    widget = GTK_WIDGET (window);
  for (; widget; widget = gtk_widget_get_parent (widget))
    {
      const char *page = g_object_get_data (G_OBJECT (widget), PAGE_KEY);

      if (page)
        return page;
    }
  return NULL;
}

static gboolean
key_cb (GtkWidget *widget, GVariant *args, gpointer data)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (widget));

  hp_help_show (window, hp_help_find_page (window));
  return GDK_EVENT_STOP;
}

/* Windows of the application have the key by its action. */
static gboolean
needs_key (GtkWidget *widget)
{
  if (GTK_IS_WINDOW (widget))
    return !gtk_window_get_application (GTK_WINDOW (widget));
  return hp_is_inner_dialog (widget);
}

void
hp_help_set_page (GtkWidget *widget, const char *page)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));

  if (!g_object_get_data (G_OBJECT (widget), PAGE_KEY) && needs_key (widget))
    hp_add_shortcut (widget, GDK_KEY_F1, key_cb);
  g_object_set_data (G_OBJECT (widget), PAGE_KEY, (gpointer) page);
}
