/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "http/hp-accept.h"

/* What a list of media ranges says of one type: the most specific range that fits decides. */
typedef struct
{
  const char *type;
  const char *subtype;
  int precision; /* 0: nothing fits, 1: any type, 2: any subtype, 3: this very type */
  int quality;   /* in thousandths */
} Wish;

/* The length up to a character that isn't in quotes, or to the end. */
static gsize
find_end (const char *text, char end)
{
  gboolean quoted = FALSE;
  gsize i;

  for (i = 0; text[i] != '\0' && (quoted || text[i] != end); i++)
    {
      if (text[i] == '"')
        quoted = !quoted;
      else if (text[i] == '\\' && quoted && text[i + 1] != '\0')
        i++;
    }

  return i;
}

/* qvalue: 0 or 1 and up to three decimals. -1 for anything else. */
static int
parse_quality (const char *text, gsize length)
{
  int quality = 0;

  if (length == 0 || length > 5 || (text[0] != '0' && text[0] != '1')
      || (length > 1 && text[1] != '.'))
    return -1;

  for (gsize i = 0; i < 5; i++)
    {
      if (i == 1)
        continue;
      if (i < length && !g_ascii_isdigit (text[i]))
        return -1;
      quality = quality * 10 + (i < length ? g_ascii_digit_value (text[i]) : 0);
    }

  return quality <= 1000 ? quality : -1;
}

/* The weight among the parameters of a range; without one it is 1. */
static int
find_quality (const char *parameters, gsize length)
{
  const char *end = parameters + length;

  while (parameters < end)
    {
      gsize n;

      parameters += strspn (parameters, "; \t");
      n = find_end (parameters, ';');
      n = MIN (n, (gsize) MAX (end - parameters, 0));
      if (n >= 2 && (parameters[0] == 'q' || parameters[0] == 'Q') && parameters[1] == '=')
        {
          gsize value = n - 2;

          while (value > 0 && strchr (" \t", parameters[1 + value]) != NULL)
            value--;
          return parse_quality (parameters + 2, value);
        }
      parameters += n;
    }

  return 1000;
}

static gboolean
equals (const char *text, gsize length, const char *word)
{
  return length == strlen (word) && g_ascii_strncasecmp (text, word, length) == 0;
}

static void
consider (Wish *wish, const char *range, gsize length, int quality)
{
  const char *slash = memchr (range, '/', length);
  gsize type, subtype;
  int precision;

  if (slash == NULL)
    return;

  type = slash - range;
  subtype = length - type - 1;
  if (equals (range, type, wish->type) && equals (slash + 1, subtype, wish->subtype))
    precision = 3;
  else if (equals (range, type, wish->type) && equals (slash + 1, subtype, "*"))
    precision = 2;
  else if (equals (range, type, "*") && equals (slash + 1, subtype, "*"))
    precision = 1;
  else
    return;

  /* The same range twice, or with other parameters: the better one. */
  if (precision > wish->precision || (precision == wish->precision && quality > wish->quality))
    {
      wish->precision = precision;
      wish->quality = quality;
    }
}

gboolean
hp_accept_prefers_json (const char *accept)
{
  Wish json = { "application", "json", 0, 0 };
  Wish html = { "text", "html", 0, 0 };

  while (accept != NULL && *accept != '\0')
    {
      gsize length, range;
      int quality;

      accept += strspn (accept, ", \t");
      length = find_end (accept, ',');
      range = MIN (strcspn (accept, "; \t"), length);
      quality = find_quality (accept + range, length - range);
      if (quality >= 0)
        {
          consider (&json, accept, range, quality);
          consider (&html, accept, range, quality);
        }
      accept += length;
    }

  if (json.quality != html.quality)
    return json.quality > html.quality;

  return json.quality > 0 && json.precision > html.precision;
}
