/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "http/hp-listing-query.h"

static const char *const sort_words[HP_N_SORTS] = { "name", "size", "modified" };

/* What a form sends (application/x-www-form-urlencoded): "+" is a space, and a percent sign that
 * begins no escape is one. NUL can't be in a name. Always valid UTF-8. */
static char *
decode (const char *text, gsize length)
{
  g_autofree char *bytes = g_malloc (length + 1);
  char *out = bytes;

  for (gsize i = 0; i < length; i++)
    {
      char c = text[i];

      if (c == '+')
        {
          c = ' ';
        }
      else if (c == '%' && i + 2 < length && g_ascii_isxdigit (text[i + 1])
               && g_ascii_isxdigit (text[i + 2]))
        {
          c = (char) (g_ascii_xdigit_value (text[i + 1]) << 4 | g_ascii_xdigit_value (text[i + 2]));
          i += 2;
        }
      if (c != '\0')
        *out++ = c;
    }
  *out = '\0';

  return g_utf8_make_valid (bytes, -1);
}

static void
take_parameter (HpListingQuery *self, const char *name, gsize length, const char *value, gsize rest)
{
  g_autofree char *decoded = decode (value, rest);

  if (length == strlen ("sort") && memcmp (name, "sort", length) == 0)
    {
      for (HpListingSort sort = 0; sort < HP_N_SORTS; sort++)
        {
          if (strcmp (decoded, sort_words[sort]) == 0)
            self->sort = sort;
        }
    }
  else if (length == strlen ("order") && memcmp (name, "order", length) == 0)
    {
      if (strcmp (decoded, "asc") == 0 || strcmp (decoded, "desc") == 0)
        self->descending = decoded[0] == 'd';
    }
  else if (length == strlen ("filter") && memcmp (name, "filter", length) == 0)
    {
      g_free (self->filter);
      self->filter = decoded[0] != '\0' ? g_steal_pointer (&decoded) : NULL;
    }
}

void
hp_listing_query_parse (HpListingQuery *self, const char *query)
{
  memset (self, 0, sizeof *self);

  while (query != NULL && *query != '\0')
    {
      gsize length, name;

      query += strspn (query, "?&");
      length = strcspn (query, "&");
      name = MIN (strcspn (query, "="), length);
      if (name < length)
        take_parameter (self, query, name, query + name + 1, length - name - 1);
      query += length;
    }
}

void
hp_listing_query_clear (HpListingQuery *self)
{
  g_clear_pointer (&self->filter, g_free);
}

const char *
hp_listing_query_get_sort_word (HpListingSort sort)
{
  g_return_val_if_fail (sort < HP_N_SORTS, NULL);

  return sort_words[sort];
}

/* "./" when nothing is left: an empty reference would keep the query of the page. */
void
hp_listing_query_append_href (const HpListingQuery *self, GString *out)
{
  const char *separator = "?";

  if (self->sort != HP_SORT_NAME || self->descending)
    {
      g_string_append_printf (out, "?sort=%s&amp;order=%s", sort_words[self->sort],
                              self->descending ? "desc" : "asc");
      separator = "&amp;";
    }
  if (self->filter != NULL)
    {
      g_string_append_printf (out, "%sfilter=", separator);
      g_string_append_uri_escaped (out, self->filter, NULL, FALSE);
      return;
    }
  if (separator[0] == '?')
    g_string_append (out, "./");
}
