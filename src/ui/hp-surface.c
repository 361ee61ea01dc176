/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-surface.h"

gboolean
hp_surface_is_seen (GdkSurface *surface)
{
  GdkToplevelState hidden = GDK_TOPLEVEL_STATE_MINIMIZED;

#if GTK_CHECK_VERSION(4, 12, 0)
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  hidden |= GDK_TOPLEVEL_STATE_SUSPENDED; /* all that Wayland tells */
  G_GNUC_END_IGNORE_DEPRECATIONS
#endif
  return (gdk_toplevel_get_state (GDK_TOPLEVEL (surface)) & hidden) == 0;
}
