/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "log/hp-request-record.h"

G_BEGIN_DECLS

/* (transfer full): the bytes that ask for the same again, with the same fields in the same order,
 * but for those that are about the connection, and with the token by which the engine knows its own
 * program. record: with its fields and its body. NULL and an error in words for people where that
 * can't be: nothing to ask for, fields that are not known any more, content that was not kept. */
GBytes *
hp_request_repeat_new_message (const HpRequestRecord *record, const char *token, GError **error);

/* Sends it to a port of this computer and reads the answer to its end, for nobody: the log shows
 * how it went. */
void hp_request_repeat_async (guint16 port,
                              GBytes *message,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean hp_request_repeat_finish (GAsyncResult *result, GError **error);

G_END_DECLS
