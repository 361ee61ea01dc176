/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "servers/hp-server-list.h"

G_BEGIN_DECLS

/* The list as a file to take along: JSON, with a version. It has of each folder what one would set
 * up again: path, name, port and options. Log files stay behind, and what runs. */

/* Of HpStoredServer. (transfer full) */
char *hp_server_exchange_write (GPtrArray *stored);

/* The entries, of HpStoredServer; a port that can't be read is 0. notes: of char *, gets a sentence
 * for each thing that is not as the file has it. NULL: it is no such file at all. */
GPtrArray *
hp_server_exchange_read (const char *text, gsize length, GPtrArray *notes, GError **error);

/* What has become of an import. */
typedef struct
{
  GPtrArray *added; /* of HpServer */
  GPtrArray *notes; /* of char *: a sentence for each thing that is not as the file has it */
} HpServerImport;

void hp_server_import_free (HpServerImport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpServerImport, hp_server_import_free)

/* Reads the file in a worker thread, looks there whether the folders exist, and adds them to the
 * list. Starts nothing, and leaves alone what is in the list already. */
void hp_server_exchange_import_async (HpServerList *list,
                                      GFile *file,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
HpServerImport *hp_server_exchange_import_finish (GAsyncResult *result, GError **error);

/* Writes the whole list, in a worker thread. Finishes with the number of folders; -1: failed. */
void hp_server_exchange_export_async (HpServerList *list,
                                      GFile *file,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
gssize hp_server_exchange_export_finish (GAsyncResult *result, GError **error);

G_END_DECLS
