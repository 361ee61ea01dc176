/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Looks, off the main thread, whether the folder itself has no index.html but exactly one of the
 * folders that build tools write to has. Finishes with that folder's name ("dist"), or NULL. */
void hp_folder_hint_find_async (const char *folder,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
char *hp_folder_hint_find_finish (GAsyncResult *result, GError **error);

G_END_DECLS
