/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "http/hp-responder.h"
#include "http/hp-target.h"

G_BEGIN_DECLS

/* The page of a folder without index.html, or the same as JSON:
 *
 *   {"path":"/img/","entries":[{"name":"a.png","type":"file","size":123,
 *    "modified":"2026-11-24T07:47:34Z","href":"./a.png"}],"truncated":false}
 *
 * "type" is "file", "folder" or "other"; the latter is not served and has no "href". What isn't
 * known is null. Names are shown as text, "href" is exact. Both can be sorted and filtered, see
 * HpListingQuery. Read and drawn in a worker thread. */
typedef struct _HpDirectoryPage HpDirectoryPage;

typedef enum
{
  HP_DIRECTORY_HTML,
  HP_DIRECTORY_JSON,
} HpDirectoryFormat;

/* Takes both descriptors: of the served folder, and of the folder at the target below it. */
HpDirectoryPage *hp_directory_page_new (int root,
                                        int folder,
                                        const HpTarget *target,
                                        guint16 port,
                                        HpServerOptions *options,
                                        HpDirectoryFormat format);
void hp_directory_page_free (HpDirectoryPage *self);

/* How many bytes of large pages may be in memory at a time: they stay until the last of their
 * clients has read all of it, and a client may be slow. Tests lower it. */
extern gsize hp_directory_page_max_held;

/* An HpBodyGenerator. A folder that can't be read becomes an error in the same format, and so does
 * a page that memory is short for. */
GBytes *hp_directory_page_generate (HpResponse *response, gpointer page);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpDirectoryPage, hp_directory_page_free)

G_END_DECLS
