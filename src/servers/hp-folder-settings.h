/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include "http/hp-server-options.h"

G_BEGIN_DECLS

/* The file in a folder that says how its people would serve it: a GKeyFile with the group [server]
 * and the keys name, port, and options by their nicks. Whoever made the folder wrote it, so it is
 * read with care, and nothing of it makes more of the computer seen: to follow links out of the
 * folder, to serve hidden files or to serve other users it can only forbid. */
#define HP_FOLDER_SETTINGS_FILE ".homeport.ini"

typedef struct
{
  char *name;   /* nullable */
  guint16 port; /* 0: none */
  guint given;  /* bit i: option i is to have the value of bit i below */
  guint values;
  guint refused;   /* bit i: option i was to be loosened, which is not done */
  char *answer_id; /* of this folder with this very file */
} HpFolderSettings;

void hp_folder_settings_free (HpFolderSettings *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpFolderSettings, hp_folder_settings_free)

/* NULL without an error: the text says nothing. */
HpFolderSettings *hp_folder_settings_parse (const char *text, gsize length, GError **error);
/* Blocks on the disk. Reads a regular file of at most 16 KiB; a link is none.
 * G_IO_ERROR_NOT_FOUND: there is no such file, or it says nothing. */
HpFolderSettings *hp_folder_settings_read (const char *folder, GError **error);
/* The same in a worker thread. */
void hp_folder_settings_read_async (const char *folder,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
HpFolderSettings *hp_folder_settings_read_finish (GAsyncResult *result, GError **error);

/* base with what the file says. (transfer full) */
HpServerOptions *hp_folder_settings_apply (HpFolderSettings *self, HpServerOptions *base);
/* "name “Shop”, port 8000, no folder contents". (transfer full) */
char *hp_folder_settings_describe (HpFolderSettings *self);
/* A sentence about what is not taken. (transfer full) (nullable) */
char *hp_folder_settings_describe_refused (HpFolderSettings *self);

/* Writes the file in a worker thread, atomically; keeps keys and comments it doesn't know. Options
 * that would not be taken are left out. */
void hp_folder_settings_write_async (const char *folder,
                                     const char *name,
                                     guint16 port,
                                     HpServerOptions *options,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean hp_folder_settings_write_finish (GAsyncResult *result, GError **error);

G_END_DECLS
