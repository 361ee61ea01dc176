/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Shows passing messages over the bottom of its child, the newest in place of the one before.
 *
 * AdwToastOverlay of libadwaita 1.2 frees a toast that is dismissed while it is still sliding in,
 * and then touches it again: a click on Undo within a third of a second ended the program. */
#define HP_TYPE_TOAST_AREA (hp_toast_area_get_type ())
G_DECLARE_FINAL_TYPE (HpToastArea, hp_toast_area, HP, TOAST_AREA, GtkWidget)

void hp_toast_area_set_child (HpToastArea *self, GtkWidget *child);

/* A message for some seconds, or with 0 until it is dismissed; plain text. */
void hp_toast_area_show (HpToastArea *self, const char *text, guint seconds);

/* The same with a button that activates the action. An ordinary message shown meanwhile hides it
 * for its own time only. target: (transfer floating) (nullable). */
void hp_toast_area_show_with_button (HpToastArea *self,
                                     const char *text,
                                     guint seconds,
                                     const char *label,
                                     const char *action,
                                     GVariant *target);

/* Takes back the message with the button. */
void hp_toast_area_dismiss_button (HpToastArea *self);

/* What a screen reader finds as the status of the window; hp_announce() sets it. */
void hp_toast_area_set_status (HpToastArea *self, const char *text);

G_END_DECLS
