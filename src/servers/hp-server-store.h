/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include "http/hp-server-options.h"
#include "log/hp-log-file.h"

G_BEGIN_DECLS

/* One folder as it is kept on disk. */
typedef struct
{
  char *folder; /* absolute path */
  char *name;   /* nullable */
  guint16 port;
  gboolean running;
  gboolean removed;           /* not in the list any more: kept for its port only */
  GArray *former_ports;       /* of guint16, the latest first; owned, never NULL once loaded */
  HpServerOptions *options;   /* owned */
  HpLogFileOptions *log_file; /* owned, nullable */
} HpStoredServer;

void hp_stored_server_free (HpStoredServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpStoredServer, hp_stored_server_free)

/* The list on disk: a GKeyFile, one group per folder in the user's order. Groups and keys it
 * doesn't understand are kept as they are. Main thread; the disk is touched in worker threads only.
 */
#define HP_TYPE_SERVER_STORE (hp_server_store_get_type ())
G_DECLARE_FINAL_TYPE (HpServerStore, hp_server_store, HP, SERVER_STORE, GObject)

HpServerStore *hp_server_store_new (const char *path);

/* Finishes with the entries in order, those that were removed last. A missing file is an empty
 * list. *notice (transfer full, nullable): what was skipped, in words for people. */
void
hp_server_store_load_async (HpServerStore *self, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *hp_server_store_load_finish (HpServerStore *self,
                                        GAsyncResult *result,
                                        char **notice,
                                        GError **error);

/* Writes the whole list: atomically, durably, in a worker thread, at once; while a write runs the
 * newest list waits for it and all between are skipped. Signal "failed" (const char *message). */
void hp_server_store_save (HpServerStore *self, GPtrArray *servers);

/* Blocks until all that was saved is on disk. */
void hp_server_store_flush (HpServerStore *self);

G_END_DECLS
