/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whether an engine is sending something large to somebody who takes it: then the computer should
 * not go to sleep. The engine reports how many such answers there are, with the look at its
 * deadlines that it takes anyway while there are connections; nothing wakes up for this. */
#define HP_TYPE_DOWNLOADS (hp_downloads_get_type ())
G_DECLARE_FINAL_TYPE (HpDownloads, hp_downloads, HP, DOWNLOADS, GObject)

HpDownloads *hp_downloads_new (void);

/* Any thread. "active" follows in the main thread. */
void hp_downloads_report (HpDownloads *self, guint n);

/* Property "active", notified in the main thread, which alone may ask. */
gboolean hp_downloads_get_active (HpDownloads *self);

G_END_DECLS
