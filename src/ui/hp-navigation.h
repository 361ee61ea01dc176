/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A sidebar and what is chosen in it: beside each other, or one at a time ("folded") where there is
 * no room for both. Folded, the back gestures and keys of the platform lead to the sidebar, and so
 * does Escape. A button for that is up to the content.
 *
 * Properties: "sidebar", "content" (GtkWidget), "sidebar-title", "content-title" (string: what
 * screen readers call them), "folded" (bool, read-only). */
#define HP_TYPE_NAVIGATION (hp_navigation_get_type ())
G_DECLARE_FINAL_TYPE (HpNavigation, hp_navigation, HP, NAVIGATION, GtkWidget)

gboolean hp_navigation_get_folded (HpNavigation *self);
/* Which of both is to be seen where there is room for one: what had the focus last, or was asked
 * for since. */
void hp_navigation_show_sidebar (HpNavigation *self);
void hp_navigation_show_content (HpNavigation *self);
void hp_navigation_set_content_title (HpNavigation *self, const char *title);
/* For each header bar in the content: the way back is a button of its own, not also the platform's.
 */
void hp_navigation_add_header (AdwHeaderBar *header);

G_END_DECLS
