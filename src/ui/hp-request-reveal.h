/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Shows a file in the file manager, in its folder; or the nearest folder that is there, from
 * inside. file: below the served folder, NULL when it isn't known: then the target says what it
 * would be. */
void hp_request_reveal_async (const char *folder,
                              const char *file,
                              const char *target,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean hp_request_reveal_finish (GAsyncResult *result, GError **error);

G_END_DECLS
