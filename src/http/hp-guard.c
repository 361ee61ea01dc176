/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "http/hp-guard.h"

/* port = *DIGIT (RFC 3986, 3.2.3); an empty one means the usual. */
static gboolean
is_port (const char *text)
{
  guint port = 0;

  if (*text == '\0')
    return TRUE;

  for (; *text != '\0'; text++)
    {
      if (!g_ascii_isdigit (*text))
        return FALSE;
      port = port * 10 + (guint) g_ascii_digit_value (*text);
      if (port > G_MAXUINT16)
        return FALSE;
    }

  return port != 0;
}

/* The length of the host in "host[:port]"; 0 when it is malformed. A comma, though allowed by the
 * grammar, is how two Host fields look when they are joined. */
static gsize
measure_name (const char *host)
{
  gsize length;

  if (host[0] == '[')
    {
      length = 1 + strspn (host + 1, "0123456789abcdefABCDEF:.");
      if (length == 1 || host[length] != ']')
        return 0;
      length++;
    }
  else
    {
      length = strspn (host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                             "-._~%!$&'()*+;=");
    }

  if (host[length] == '\0' || (host[length] == ':' && is_port (host + length + 1)))
    return length;

  return 0;
}

static gboolean
equals (const char *name, gsize length, const char *wanted)
{
  return length == strlen (wanted) && g_ascii_strncasecmp (name, wanted, length) == 0;
}

/* One or more labels and then "localhost" as the last label (RFC 6761, 6.3). */
static gboolean
is_below_localhost (const char *name, gsize length)
{
  const gsize tail = strlen (".localhost");
  gsize label = 0;

  if (length <= tail || !equals (name + length - tail, tail, ".localhost"))
    return FALSE;

  for (gsize i = 0; i < length - tail; i++)
    {
      if (name[i] == '.' && label == 0)
        return FALSE;
      if (name[i] != '.' && !g_ascii_isalnum (name[i]) && name[i] != '-' && name[i] != '_')
        return FALSE;
      label = name[i] == '.' ? 0 : label + 1;
    }

  return label > 0;
}

static gboolean
is_this_computer (const char *name, gsize length)
{
  return equals (name, length, "localhost") || equals (name, length, "127.0.0.1")
         || equals (name, length, "[::1]") || is_below_localhost (name, length);
}

HpReason
hp_guard_check_host (const char *host, const char *authority, int minor_version)
{
  const char *name = authority != NULL ? authority : host;
  gsize length;

  if (host == NULL && minor_version >= 1)
    return HP_REASON_BAD_REQUEST;
  if (host != NULL && measure_name (host) == 0)
    return HP_REASON_BAD_REQUEST;

  /* HTTP/1.0 without Host: no browser of this century. */
  if (name == NULL)
    return HP_REASON_NONE;

  length = measure_name (name);
  if (length == 0)
    return HP_REASON_BAD_REQUEST;

  return is_this_computer (name, length) ? HP_REASON_NONE : HP_REASON_FOREIGN_HOST;
}

/* Values that we don't know, or that were sent twice, count as another site. */
HpReason
hp_guard_check_site (const char *fetch_site, const char *fetch_mode, const char *fetch_dest)
{
  static const char *const friends[] = { "same-origin", "same-site", "none", NULL };

  if (fetch_site == NULL || g_strv_contains (friends, fetch_site))
    return HP_REASON_NONE;

  /* A frame navigates as well, but to be an "iframe", "frame", "embed" or "object". */
  if (g_strcmp0 (fetch_mode, "navigate") == 0 && g_strcmp0 (fetch_dest, "document") == 0)
    return HP_REASON_NONE;

  return HP_REASON_OTHER_SITE;
}
