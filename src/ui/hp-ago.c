/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/hp-ago.h"

char *
hp_ago_format (gint64 time_us, gint64 now_us)
{
  gint64 minutes = (now_us - time_us) / G_USEC_PER_SEC / 60;
  guint hours = (guint) CLAMP (minutes / 60, 0, 24 * 36500);
  guint days = hours / 24;

  /* A clock that was set back makes nothing of it. */
  if (minutes < 1)
    return g_strdup (_ ("just now"));
  if (hours < 1)
    /* Translators: minutes, in a short form. */
    return g_strdup_printf (_ ("%u min ago"), (guint) minutes);
  if (days < 1)
    /* Translators: hours, in a short form. */
    return g_strdup_printf (_ ("%u h ago"), hours);
  return g_strdup_printf (ngettext ("%u day ago", "%u days ago", days), days);
}
