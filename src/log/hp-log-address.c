/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "log/hp-log-address.h"

#define SCHEME "http://"

/* Host and port as they may stand in an address: no user, no path, nothing to be escaped. */
static gboolean
is_authority (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && strchr (".-_:[]", text[i]) == NULL)
      return FALSE;
  return length > 0;
}

/* The authority means this computer, whatever the port. */
static gboolean
is_local (const char *authority, gsize length)
{
  static const char *const names[] = { "localhost", "127.0.0.1", "[::1]" };
  gsize host = length;

  for (gsize i = 0; i < length; i++)
    if (authority[i] == ':' && (*authority != '[' || memchr (authority, ']', i) != NULL))
      {
        host = i;
        break;
      }
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gsize n = strlen (names[i]);

      if (host == n && g_ascii_strncasecmp (authority, names[i], n) == 0)
        return TRUE;
    }
  return host > strlen (".localhost")
         && g_ascii_strncasecmp (authority + host - strlen (".localhost"), ".localhost",
                                 strlen (".localhost"))
                == 0;
}

char *
hp_log_dup_origin (const HpRequestRecord *record, const char *base)
{
  HpLogField host;
  gboolean known = hp_log_fields_find (record->request_fields, "Host", &host)
                   && is_authority (host.value, host.value_length);

  if (known && (base == NULL || is_local (host.value, host.value_length)))
    return g_strdup_printf (SCHEME "%.*s", (int) host.value_length, host.value);
  return g_strdup (base != NULL ? base : SCHEME "localhost");
}

gboolean
hp_log_origin_is_host (const char *origin, const HpLogField *host)
{
  if (g_str_has_prefix (origin, SCHEME))
    origin += strlen (SCHEME);
  return strlen (origin) == host->value_length
         && g_ascii_strncasecmp (origin, host->value, host->value_length) == 0;
}

static gboolean
is_absolute (const char *target)
{
  return target != NULL
         && (g_ascii_strncasecmp (target, SCHEME, strlen (SCHEME)) == 0
             || g_ascii_strncasecmp (target, "https://", strlen ("https://")) == 0);
}

static gboolean
can_stand (guchar c)
{
  return c > 0x20 && c < 0x7f && c != '#';
}

char *
hp_log_dup_address (const HpRequestRecord *record, const char *origin)
{
  const char *target = record->target != NULL ? record->target : "/";
  GString *out = g_string_new (NULL);

  if (!is_absolute (target))
    g_string_append (out, origin);
  if (!is_absolute (target) && *target != '/')
    g_string_append_c (out, '/');
  for (const char *p = target; *p != '\0'; p++)
    if (can_stand (*p))
      g_string_append_c (out, *p);
    else
      g_string_append_printf (out, "%%%02X", (guchar) *p);
  return g_string_free (out, FALSE);
}

gboolean
hp_log_address_is_exact (const HpRequestRecord *record)
{
  if (record->target == NULL || is_absolute (record->target))
    return TRUE;
  for (const char *p = record->target; *p != '\0'; p++)
    if (!can_stand (*p))
      return FALSE;
  return *record->target == '/';
}

char *
hp_log_address_dup_target (const char *address)
{
  gsize length = strcspn (address, "#");
  const char *authority;
  gsize n;

  if (g_ascii_strncasecmp (address, SCHEME, strlen (SCHEME)) != 0)
    return g_strndup (address, length);
  authority = address + strlen (SCHEME);
  n = strcspn (authority, "/?#");
  if (!is_local (authority, n))
    return g_strndup (address, length);
  if (authority[n] != '/')
    return g_strdup_printf ("/%.*s", (int) (length - (authority + n - address)), authority + n);
  return g_strndup (authority + n, length - (authority + n - address));
}
