/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "log/hp-log-pattern.h"

struct _HpLogPattern
{
  HpLogPatternKind kind;
  char *text; /* in small letters */
  gsize length;

  /* How far a search may go on when the text's last byte would stand on this one (Horspool). */
  guint16 skip[256];
};

static guint8
fold (char c)
{
  guint8 byte = c;

  return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
}

HpLogPattern *
hp_log_pattern_new (HpLogPatternKind kind, const char *text)
{
  HpLogPattern *self;
  guint16 longest;

  g_return_val_if_fail (text != NULL, NULL);

  self = g_new0 (HpLogPattern, 1);
  self->kind = kind;
  self->text = g_ascii_strdown (text, -1);
  self->length = strlen (text);

  longest = MIN (self->length, G_MAXUINT16);
  for (guint i = 0; i < G_N_ELEMENTS (self->skip); i++)
    self->skip[i] = MAX (longest, 1);
  for (gsize i = 0; i + 1 < self->length; i++)
    {
      guint8 byte = self->text[i];
      guint16 skip = MIN (self->length - 1 - i, longest);

      self->skip[byte] = skip;
      self->skip[(guint8) g_ascii_toupper (byte)] = skip;
    }
  return self;
}

void
hp_log_pattern_free (HpLogPattern *self)
{
  g_free (self->text);
  g_free (self);
}

static gboolean
is_same (const char *text, const char *small, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (fold (text[i]) != (guint8) small[i])
      return FALSE;
  return TRUE;
}

static gboolean
contains (const HpLogPattern *self, const char *text, gsize length)
{
  gsize last = self->length - 1;

  if (self->length == 0)
    return TRUE;
  for (gsize i = last; i < length; i += self->skip[(guint8) text[i]])
    if (fold (text[i]) == (guint8) self->text[last] && is_same (text + i - last, self->text, last))
      return TRUE;
  return FALSE;
}

/* The last star takes one byte more whenever what follows it does not fit: enough, as an earlier
 * star could only have left it less. */
static gboolean
matches_glob (const HpLogPattern *self, const char *text, gsize length)
{
  gsize star = G_MAXSIZE;
  gsize taken = 0;
  gsize i = 0;
  gsize p = 0;

  while (i < length)
    {
      if (p < self->length && self->text[p] == '*')
        {
          star = p++;
          taken = i;
        }
      else if (p < self->length && fold (text[i]) == (guint8) self->text[p])
        {
          p++;
          i++;
        }
      else if (star != G_MAXSIZE)
        {
          p = star + 1;
          i = ++taken;
        }
      else
        return FALSE;
    }
  while (p < self->length && self->text[p] == '*')
    p++;
  return p == self->length;
}

gboolean
hp_log_pattern_matches (const HpLogPattern *self, const char *text, gsize length)
{
  switch (self->kind)
    {
    case HP_LOG_PATTERN_CONTAINS:
      return contains (self, text, length);
    case HP_LOG_PATTERN_EXACT:
      return length == self->length && is_same (text, self->text, length);
    case HP_LOG_PATTERN_GLOB:
      return matches_glob (self, text, length);
    default:
      g_return_val_if_reached (FALSE);
    }
}
