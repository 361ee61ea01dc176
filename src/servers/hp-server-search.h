/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "servers/hp-server.h"

G_BEGIN_DECLS

/* Words that people look for a server by. Case and the form of accents don't matter. */
typedef struct _HpServerSearch HpServerSearch;

HpServerSearch *hp_server_search_new (const char *const *terms);
void hp_server_search_free (HpServerSearch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpServerSearch, hp_server_search_free)

/* Whether each word is somewhere in its title, its folder or localhost:PORT. No words: none is. */
gboolean hp_server_search_matches (HpServerSearch *self, HpServer *server);

G_END_DECLS
