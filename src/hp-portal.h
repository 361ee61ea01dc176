/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The desktop's Background portal (org.freedesktop.portal.Background, version 1). Main thread. */

/* Whether the program runs in a sandbox, where the desktop ends what it wasn't asked about. */
gboolean hp_portal_is_sandboxed (void);

/* Asks the desktop whether the program may go on without a window, and whether it is to be started
 * at login. reason: a sentence for the person who is asked. Where there is no such portal, at_login
 * is done by a file in the user's autostart folder, as the Desktop Application Autostart
 * Specification has it. */
void hp_portal_request_background_async (const char *reason,
                                         gboolean at_login,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
/* G_IO_ERROR_PERMISSION_DENIED: the answer was no. */
gboolean hp_portal_request_background_finish (GAsyncResult *result, GError **error);

G_END_DECLS
