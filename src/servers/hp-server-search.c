/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "servers/hp-server-search.h"

struct _HpServerSearch
{
  GPtrArray *terms; /* of char *, folded */
};

/* NULL: it isn't UTF-8. */
static char *
fold (const char *text)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);

  return normal ? g_utf8_casefold (normal, -1) : NULL;
}

HpServerSearch *
hp_server_search_new (const char *const *terms)
{
  HpServerSearch *self = g_new0 (HpServerSearch, 1);

  self->terms = g_ptr_array_new_with_free_func (g_free);
  for (; *terms; terms++)
    {
      g_autofree char *stripped = g_strstrip (g_strdup (*terms));
      char *folded = *stripped ? fold (stripped) : NULL;

      if (folded)
        g_ptr_array_add (self->terms, folded);
    }
  return self;
}

void
hp_server_search_free (HpServerSearch *self)
{
  g_ptr_array_unref (self->terms);
  g_free (self);
}

gboolean
hp_server_search_matches (HpServerSearch *self, HpServer *server)
{
  g_autofree char *folder = hp_server_dup_folder_label (server);
  guint port = hp_server_get_active_port (server);
  g_autofree char *text = g_strdup_printf ("%s\n%s\nlocalhost:%u", hp_server_get_title (server),
                                           folder, port ? port : hp_server_get_port (server));
  g_autofree char *folded = fold (text);

  for (guint i = 0; folded && i < self->terms->len; i++)
    if (!strstr (folded, g_ptr_array_index (self->terms, i)))
      return FALSE;
  return folded && self->terms->len > 0;
}
