/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-announce.h"
#include "ui/hp-toast-area.h"

#if !GTK_CHECK_VERSION(4, 14, 0)

/* Screen readers of that time say nothing of a status that changes, but they say the new name of
 * the window that is in use, and keep still when it has none. It has its own again as soon as it
 * isn't in use, which is before they ask for it. */

static void
give_name_back (GtkWindow *window)
{
  if (gtk_window_is_active (window))
    return;
  g_signal_handlers_disconnect_by_func (window, give_name_back, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (window), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  gtk_window_get_title (window), -1);
}

static void
say_by_name (GtkWindow *window, const char *text)
{
  if (!gtk_window_is_active (window))
    return;
  gtk_accessible_update_property (GTK_ACCESSIBLE (window), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (window), GTK_ACCESSIBLE_PROPERTY_LABEL, "", -1);
  g_signal_handlers_disconnect_by_func (window, give_name_back, NULL);
  g_signal_connect (window, "notify::is-active", G_CALLBACK (give_name_back), NULL);
}

#endif

void
hp_announce (GtkWidget *widget, const char *text)
{
  GtkRoot *root;

  g_return_if_fail (GTK_IS_WIDGET (widget));
  g_return_if_fail (text != NULL);

  root = gtk_widget_get_root (widget);
  if (!GTK_IS_WINDOW (root))
    return;

#if GTK_CHECK_VERSION(4, 14, 0)
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  /* By the window: the widget itself may be on a page that isn't shown. */
  gtk_accessible_announce (GTK_ACCESSIBLE (root), text,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  G_GNUC_END_IGNORE_DEPRECATIONS
#else
  {
    GtkWidget *area = gtk_widget_get_ancestor (widget, HP_TYPE_TOAST_AREA);

    /* Where it can be read again. */
    if (area)
      hp_toast_area_set_status (HP_TOAST_AREA (area), text);
    say_by_name (GTK_WINDOW (root), text);
  }
#endif
}
