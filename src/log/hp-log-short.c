/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "log/hp-log-format.h"
#include "log/hp-log-short.h"

/* Characters that a hostile client gets. */
#define MAX_SHORT 32

char *
hp_log_short_type (const char *media_type)
{
  static const struct
  {
    const char *type;
    const char *name;
  } known[] = {
    { "text/javascript", "js" },
    { "application/javascript", "js" },
    { "text/plain", "text" },
    { "text/markdown", "md" },
    { "image/jpeg", "jpg" },
    { "image/vnd.microsoft.icon", "ico" },
    { "application/octet-stream", "binary" },
    { "application/manifest+json", "manifest" },
  };
  const char *start;
  gsize length;
  g_autofree char *name = NULL;

  if (!media_type)
    return g_strdup ("");

  length = strcspn (media_type, "; \t");
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (strlen (known[i].type) == length
        && g_ascii_strncasecmp (known[i].type, media_type, length) == 0)
      return g_strdup (known[i].name);

  start = memchr (media_type, '/', length);
  start = start ? start + 1 : media_type;
  if (g_ascii_strncasecmp (start, "x-", 2) == 0)
    start += 2;
  /* "svg+xml" is an SVG. */
  name = g_strndup (start, strcspn (start, "+; \t"));
  return hp_log_format_visible (name, MAX_SHORT);
}

/* The digits up to the first dot: of a browser's version the rest says nothing. */
static char *
format_browser (const char *name, const char *version)
{
  gsize length = strspn (version, "0123456789");

  if (length == 0 || length > 8)
    return g_strdup (name);
  return g_strdup_printf ("%s %.*s", name, (int) length, version);
}

typedef struct
{
  const char *token;
  const char *name;
  const char *needs; /* NULL: nothing else */
} Browser;

/* Browsers call themselves by all the names of those they want to pass for; the first of these that
 * is found is the one. */
static const Browser *
find_browser (const char *user_agent, const char **version)
{
  static const Browser browsers[] = {
    { "Edg/", "Edge", NULL },
    { "OPR/", "Opera", NULL },
    { "Vivaldi/", "Vivaldi", NULL },
    { "Epiphany/", "Web", NULL },
    { "SeaMonkey/", "SeaMonkey", NULL },
    { "Firefox/", "Firefox", NULL },
    { "HeadlessChrome/", "Headless Chrome", NULL },
    { "Chromium/", "Chromium", NULL },
    { "CriOS/", "Chrome", NULL },
    { "FxiOS/", "Firefox", NULL },
    { "Chrome/", "Chrome", NULL },
    { "Version/", "Safari", " Safari/" },
  };

  if (!g_str_has_prefix (user_agent, "Mozilla/"))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (browsers); i++)
    {
      const char *found = strstr (user_agent, browsers[i].token);

      if (found && (!browsers[i].needs || strstr (user_agent, browsers[i].needs)))
        {
          *version = found + strlen (browsers[i].token);
          return &browsers[i];
        }
    }
  return NULL;
}

/* "curl/8.5.0", "Python-urllib/3.11": the first product. */
static char *
dup_product (const char *user_agent)
{
  user_agent += strspn (user_agent, " \t");
  return g_strndup (user_agent, strcspn (user_agent, " \t(;,"));
}

char *
hp_log_short_client (const char *user_agent)
{
  g_autofree char *product = NULL;
  const Browser *browser;
  const char *version;
  char *slash;

  if (!user_agent)
    return g_strdup ("");

  browser = find_browser (user_agent, &version);
  if (browser)
    return format_browser (browser->name, version);

  product = dup_product (user_agent);
  slash = strchr (product, '/');
  if (slash)
    *slash = slash[1] == '\0' ? '\0' : ' ';
  return hp_log_format_visible (product, MAX_SHORT);
}

char *
hp_log_short_client_word (const char *user_agent)
{
  const Browser *browser;
  const char *version;
  char *word;

  if (!user_agent)
    return g_strdup ("");

  browser = find_browser (user_agent, &version);
  if (browser && browser->needs)
    return g_strdup (browser->name);
  word = browser ? g_strdup (browser->token) : dup_product (user_agent);
  word[strcspn (word, "/")] = '\0';
  return word;
}
