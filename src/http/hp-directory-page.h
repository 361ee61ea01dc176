/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "http/hp-responder.h"

G_BEGIN_DECLS

/* The page of a folder without index.html. Read and drawn in a worker thread. */
typedef struct _HpDirectoryPage HpDirectoryPage;

/* Takes both descriptors: of the served folder, and of the folder at path below it. */
HpDirectoryPage *
hp_directory_page_new (int root, int folder, const char *path, guint16 port, gboolean show_hidden);
void hp_directory_page_free (HpDirectoryPage *self);

/* An HpBodyGenerator. A folder that can't be read becomes an error page. */
GBytes *hp_directory_page_generate (HpResponse *response, gpointer page);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpDirectoryPage, hp_directory_page_free)

G_END_DECLS
