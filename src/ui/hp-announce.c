/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-announce.h"
#include "ui/hp-toast-area.h"

void
hp_announce (GtkWidget *widget, const char *text)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));
  g_return_if_fail (text != NULL);

#if GTK_CHECK_VERSION(4, 14, 0)
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  /* By the window: the widget itself may be on a page that isn't shown. */
  GtkRoot *root = gtk_widget_get_root (widget);

  if (root)
    gtk_accessible_announce (GTK_ACCESSIBLE (root), text,
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  G_GNUC_END_IGNORE_DEPRECATIONS
#else
  GtkWidget *area = gtk_widget_get_ancestor (widget, HP_TYPE_TOAST_AREA);

  if (area)
    hp_toast_area_set_status (HP_TOAST_AREA (area), text);
#endif
}
