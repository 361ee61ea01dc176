/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "http/hp-target.h"

/* Bytes that may not stand in a request line by themselves. Bytes above 0x7f may not either, but
 * people type such addresses into curl, and they can't be misread. */
static gboolean
is_forbidden (char c)
{
  return (guchar) c <= ' ' || c == 0x7f || c == '#';
}

/* "http://authority" is cut off the front of the absolute form. NULL for any other scheme. */
static const char *
split_authority (const char *raw, char **authority)
{
  gsize length;

  *authority = NULL;
  if (raw[0] == '/')
    return raw;
  if (g_ascii_strncasecmp (raw, "http://", 7) != 0)
    return NULL;

  length = strcspn (raw + 7, "/?#");
  *authority = g_strndup (raw + 7, length);

  return raw + 7 + length;
}

/* Decodes one segment to *out and moves both pointers. Each escape is decoded exactly once: "%252e"
 * is the name "%2e". Dot segments are refused rather than resolved; no client that follows the
 * rules sends them. */
static gboolean
decode_segment (const char **in, char **out)
{
  const char *start = *out;

  for (; **in != '\0' && **in != '/' && **in != '?'; (*in)++)
    {
      int value = (guchar) * *in;

      if (is_forbidden (**in))
        return FALSE;

      if (**in == '%')
        {
          int high = g_ascii_xdigit_value ((*in)[1]);
          int low = high < 0 ? -1 : g_ascii_xdigit_value ((*in)[2]);

          value = high * 16 + low;
          if (low < 0 || value == '\0' || value == '/')
            return FALSE;
          *in += 2;
        }

      *(*out)++ = (char) value;
    }

  return !(*out - start == 1 && start[0] == '.')
         && !(*out - start == 2 && start[0] == '.' && start[1] == '.');
}

/* Empty segments collapse: "//a///b" is "a/b". Returns where the path ended, NULL when it is bad.
 */
static const char *
decode_path (HpTarget *self, const char *in)
{
  g_autofree char *path = g_malloc (strlen (in) + 1);
  char *out = path;

  self->folder = TRUE;
  while (*in == '/')
    {
      const char *segment = ++in;
      char *before = out;

      if (out > path)
        *out++ = '/';
      if (!decode_segment (&in, &out))
        return NULL;

      self->folder = in == segment;
      if (self->folder)
        out = before;
    }

  *out = '\0';
  self->path = g_steal_pointer (&path);

  return in;
}

static gboolean
is_clean_query (const char *query)
{
  for (; *query != '\0'; query++)
    {
      if (is_forbidden (*query))
        return FALSE;
    }

  return TRUE;
}

HpReason
hp_target_parse (HpTarget *self, const char *raw)
{
  const char *rest;

  memset (self, 0, sizeof *self);
  if (strnlen (raw, HP_TARGET_MAX + 1) > HP_TARGET_MAX)
    return HP_REASON_TOO_LONG;

  rest = split_authority (raw, &self->authority);
  if (rest != NULL)
    rest = decode_path (self, rest);

  if (rest == NULL || (*rest != '\0' && *rest != '?') || !is_clean_query (rest))
    {
      g_clear_pointer (&self->path, g_free);
      return HP_REASON_BAD_TARGET;
    }
  if (*rest == '?')
    self->query = g_strdup (rest);

  return HP_REASON_NONE;
}

void
hp_target_clear (HpTarget *self)
{
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->query, g_free);
  g_clear_pointer (&self->authority, g_free);
}

static void
append_escape (GString *out, char c)
{
  static const char digits[] = "0123456789ABCDEF";

  g_string_append_c (out, '%');
  g_string_append_c (out, digits[(guchar) c >> 4]);
  g_string_append_c (out, digits[(guchar) c & 15]);
}

void
hp_target_append_encoded (GString *out, const char *path)
{
  for (; *path != '\0'; path++)
    {
      if (g_ascii_isalnum (*path) || strchr ("/-._~!()+,:;=@", *path) != NULL)
        g_string_append_c (out, *path);
      else
        append_escape (out, *path);
    }
}

char *
hp_target_get_folder_location (const HpTarget *self)
{
  g_autoptr (GString) out = g_string_new ("/");

  hp_target_append_encoded (out, self->path);
  if (self->path[0] != '\0')
    g_string_append_c (out, '/');

  for (const char *query = self->query; query != NULL && *query != '\0'; query++)
    {
      /* As a browser would write it. */
      if ((guchar) *query >= 0x80 || strchr ("\"<>", *query) != NULL)
        append_escape (out, *query);
      else
        g_string_append_c (out, *query);
    }

  return g_string_free (g_steal_pointer (&out), FALSE);
}
