/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Keeps a list at its newest row until the user scrolls up, and again when they come back to the
 * end.
 *
 * Properties: "active" (bool: at the newest row), "n-new" (uint: rows that came since it was not).
 */
#define HP_TYPE_LOG_FOLLOW (hp_log_follow_get_type ())
G_DECLARE_FINAL_TYPE (HpLogFollow, hp_log_follow, HP, LOG_FOLLOW, GObject)

/* The list is borrowed and must outlive this. */
HpLogFollow *hp_log_follow_new (GtkListView *list);

gboolean hp_log_follow_get_active (HpLogFollow *self);
void hp_log_follow_set_active (HpLogFollow *self, gboolean active);
guint hp_log_follow_get_n_new (HpLogFollow *self);

/* Not enabled, it lets the list be: the newest row is not its last one. */
void hp_log_follow_set_enabled (HpLogFollow *self, gboolean enabled);

/* What came so far is not new any more. */
void hp_log_follow_forget_new (HpLogFollow *self);

/* To be called right before the list's model changes: where the list stands then is the user's last
 * word. */
void hp_log_follow_before_change (HpLogFollow *self, guint64 n_removed, guint64 n_added);

/* The list shows other rows altogether: begin at their end. */
void hp_log_follow_reset (HpLogFollow *self);

G_END_DECLS
