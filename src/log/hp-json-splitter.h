/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Takes the elements of one array out of a stream of JSON, one after the other, so that a document
 * of any size can be read with the memory for one element. It is strict about the grammar, and says
 * in which line it ends. */
typedef struct _HpJsonSplitter HpJsonSplitter;

/* What one element may take, and what is kept of one string in it. */
#define HP_JSON_MAX_ELEMENT (8 * 1024 * 1024)
#define HP_JSON_MAX_STRING  (64 * 1024)

/* text: valid JSON in valid UTF-8, without what a long string had too much. FALSE with an error
 * stops the reading. */
typedef gboolean (*HpJsonElementFunc) (
    const char *text, gsize length, guint line, gpointer user_data, GError **error);

/* path: the names that lead to the array, ended by NULL; must live as long as the splitter. */
HpJsonSplitter *
hp_json_splitter_new (const char *const *path, HpJsonElementFunc function, gpointer user_data);
void hp_json_splitter_free (HpJsonSplitter *self);

/* Errors are sentences for people that name the line. After one nothing more may be fed. */
gboolean
hp_json_splitter_feed (HpJsonSplitter *self, const char *data, gsize length, GError **error);
/* At the end of the stream. FALSE when the document is cut off. */
gboolean hp_json_splitter_end (HpJsonSplitter *self, GError **error);
/* Whether the array was there. */
gboolean hp_json_splitter_get_found (HpJsonSplitter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpJsonSplitter, hp_json_splitter_free)

G_END_DECLS
