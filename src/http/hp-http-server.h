/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "http/hp-engine.h"
#include "http/hp-server-options.h"
#include "log/hp-record-queue.h"

G_BEGIN_DECLS

/* One folder on one port of 127.0.0.1. The object is used from the main thread; its work is done in
 * the engine's. */
#define HP_TYPE_HTTP_SERVER (hp_http_server_get_type ())
G_DECLARE_FINAL_TYPE (HpHttpServer, hp_http_server, HP, HTTP_SERVER, GObject)

/* Every answered or aborted request is pushed to the queue, from the engine thread. */
HpHttpServer *hp_http_server_new (HpEngine *engine,
                                  const char *folder,
                                  HpServerOptions *options,
                                  HpRecordQueue *queue);

/* Looks at the folder, binds and listens, all in a worker thread, then hands the socket to the
 * engine. Fails with G_IO_ERROR_NOT_FOUND, G_IO_ERROR_NOT_DIRECTORY or G_IO_ERROR_PERMISSION_DENIED
 * for the folder, with G_IO_ERROR_ADDRESS_IN_USE or HP_HTTP_ERROR_PORT_PRIVILEGED for the port.
 * Port 0: any. */
void hp_http_server_start_async (HpHttpServer *self,
                                 guint16 port,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean hp_http_server_start_finish (HpHttpServer *self, GAsyncResult *result, GError **error);

/* Stops listening, lets running answers end for up to two seconds, then closes. Done when no socket
 * of the server is left. */
void
hp_http_server_stop_async (HpHttpServer *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean hp_http_server_stop_finish (HpHttpServer *self, GAsyncResult *result, GError **error);

/* 0 while it doesn't listen. */
guint16 hp_http_server_get_port (HpHttpServer *self);

/* Counts from the next request on. */
void hp_http_server_set_options (HpHttpServer *self, HpServerOptions *options);

#define HP_HTTP_ERROR (hp_http_error_quark ())
typedef enum
{
  HP_HTTP_ERROR_PORT_PRIVILEGED,
} HpHttpError;
GQuark hp_http_error_quark (void);

G_END_DECLS
