/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "log/hp-json-splitter.h"

#define MAX_DEPTH 128
#define MAX_WORD  64 /* of a number, or a name that is compared */

typedef enum
{
  STATE_VALUE,       /* a value must come */
  STATE_FIRST_VALUE, /* a value, or the end of an empty array */
  STATE_KEY,         /* a name must come */
  STATE_FIRST_KEY,   /* a name, or the end of an empty object */
  STATE_COLON,
  STATE_COMMA, /* a comma, or the end of the container */
  STATE_STRING,
  STATE_ESCAPE,
  STATE_UNICODE,
  STATE_WORD, /* a number, true, false or null */
  STATE_DONE,
} State;

struct _HpJsonSplitter
{
  const char *const *path;
  HpJsonElementFunc function;
  gpointer user_data;

  State state;
  GString *stack; /* of '{' and '[' */
  GString *word;  /* the number or the name that is being read */
  gboolean is_key;
  guint n_digits;       /* of \uXXXX still to come */
  gsize string_length;  /* kept of the string */
  gboolean string_over; /* the rest of it is left out */
  guint line;
  guint n_bytes; /* looked at for a byte order mark, up to 3 */

  guint n_matched;   /* names of the path that lead to where we are */
  guint array_depth; /* of the stack inside the array; 0: not in it */
  gboolean found;
  GString *element; /* what is kept of the element that is being read */
  gboolean in_element;
  guint element_line;
};

HpJsonSplitter *
hp_json_splitter_new (const char *const *path, HpJsonElementFunc function, gpointer user_data)
{
  HpJsonSplitter *self = g_new0 (HpJsonSplitter, 1);

  self->path = path;
  self->function = function;
  self->user_data = user_data;
  self->stack = g_string_new (NULL);
  self->word = g_string_new (NULL);
  self->element = g_string_new (NULL);
  self->line = 1;
  return self;
}

void
hp_json_splitter_free (HpJsonSplitter *self)
{
  g_string_free (self->stack, TRUE);
  g_string_free (self->word, TRUE);
  g_string_free (self->element, TRUE);
  g_free (self);
}

gboolean
hp_json_splitter_get_found (HpJsonSplitter *self)
{
  return self->found;
}

static gboolean
fail (HpJsonSplitter *self, const char *what, GError **error)
{
  /* Translators: the second is a sentence about what is wrong in that line. */
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("Line %u: %s"), self->line, what);
  return FALSE;
}

static void
keep (HpJsonSplitter *self, char c)
{
  if (self->in_element)
    g_string_append_c (self->element, c);
}

/* Halves of surrogate pairs that stand alone, and NUL, are no characters. The parser trips over
 * them.
 */
static void
mend_escapes (char *text)
{
  for (char *p = strchr (text, '\\'); p != NULL; p = strchr (p, '\\'))
    {
      guint c = p[1] == 'u' ? strtoul ((char[]){ p[2], p[3], p[4], p[5], '\0' }, NULL, 16) : 1;
      gboolean low_follows = p[1] == 'u' && p[6] == '\\' && p[7] == 'u'
                             && strchr ("dD", p[8]) != NULL && strchr ("cdefCDEF", p[9]) != NULL;

      if ((c & 0xfc00) == 0xd800 && low_follows)
        {
          p += 12;
          continue;
        }
      if (c == 0 || (c & 0xf800) == 0xd800)
        memcpy (p + 2, "fffd", 4);
      p += 2;
    }
}

/* Values */

static gboolean
finish_element (HpJsonSplitter *self, GError **error)
{
  g_autofree char *valid = NULL;

  self->in_element = FALSE;
  if (!g_utf8_validate_len (self->element->str, self->element->len, NULL))
    {
      valid = g_utf8_make_valid (self->element->str, self->element->len);
      g_string_assign (self->element, valid);
    }
  mend_escapes (self->element->str);
  return self->function (self->element->str, self->element->len, self->element_line,
                         self->user_data, error);
}

static gboolean
value_ended (HpJsonSplitter *self, GError **error)
{
  self->state = self->stack->len > 0 ? STATE_COMMA : STATE_DONE;
  if (self->in_element && self->stack->len == self->array_depth)
    return finish_element (self, error);
  return TRUE;
}

/* Whether the value that begins is what the next name of the path means. */
static gboolean
is_on_path (HpJsonSplitter *self)
{
  const char *name = self->path[self->n_matched];

  return self->array_depth == 0 && name != NULL && self->stack->len == self->n_matched + 1
         && self->stack->str[self->n_matched] == '{' && strcmp (self->word->str, name) == 0;
}

static gboolean
open_container (HpJsonSplitter *self, char c, GError **error)
{
  if (self->stack->len == MAX_DEPTH)
    return fail (self, _ ("the brackets are nested too deeply."), error);

  if (is_on_path (self))
    {
      if (self->path[self->n_matched + 1] == NULL && c == '[' && !self->found)
        {
          self->array_depth = self->stack->len + 1;
          self->found = TRUE;
        }
      else if (self->path[self->n_matched + 1] != NULL && c == '{')
        self->n_matched++;
    }
  g_string_append_c (self->stack, c);
  g_string_truncate (self->word, 0);
  self->state = c == '{' ? STATE_FIRST_KEY : STATE_FIRST_VALUE;
  keep (self, c);
  return TRUE;
}

static gboolean
close_container (HpJsonSplitter *self, char c, GError **error)
{
  char opened = self->stack->len > 0 ? self->stack->str[self->stack->len - 1] : '\0';

  if (opened != (c == '}' ? '{' : '['))
    return fail (self, _ ("a bracket is closed that was not opened."), error);
  if (self->array_depth == self->stack->len)
    self->array_depth = 0;
  g_string_truncate (self->stack, self->stack->len - 1);
  /* One bracket more is open than names are matched. */
  if (self->n_matched >= self->stack->len)
    self->n_matched = MAX (self->stack->len, 1) - 1;
  keep (self, c);
  return value_ended (self, error);
}

static void
begin_string (HpJsonSplitter *self, gboolean is_key)
{
  self->is_key = is_key;
  self->string_length = 0;
  self->string_over = FALSE;
  if (is_key)
    g_string_truncate (self->word, 0);
  self->state = STATE_STRING;
  keep (self, '"');
}

static gboolean
begin_value (HpJsonSplitter *self, char c, GError **error)
{
  if (self->array_depth > 0 && self->stack->len == self->array_depth)
    {
      self->in_element = TRUE;
      self->element_line = self->line;
      g_string_truncate (self->element, 0);
    }
  if (c == '{' || c == '[')
    return open_container (self, c, error);
  if (c == '"')
    begin_string (self, FALSE);
  else if (c == '-' || g_ascii_isalnum (c))
    {
      g_string_assign (self->word, "");
      g_string_append_c (self->word, c);
      self->state = STATE_WORD;
    }
  else
    return fail (self, _ ("a value is missing."), error);
  return TRUE;
}

static const char *
skip_digits (const char *p)
{
  while (g_ascii_isdigit (*p))
    p++;
  return p;
}

static gboolean
is_number (const char *p)
{
  const char *digits;

  if (*p == '-')
    p++;
  digits = p;
  p = skip_digits (p);
  if (p == digits || (*digits == '0' && p > digits + 1))
    return FALSE;
  if (*p == '.')
    {
      digits = ++p;
      p = skip_digits (p);
      if (p == digits)
        return FALSE;
    }
  if (*p == 'e' || *p == 'E')
    {
      p++;
      if (*p == '+' || *p == '-')
        p++;
      digits = p;
      p = skip_digits (p);
      if (p == digits)
        return FALSE;
    }
  return *p == '\0';
}

static gboolean
finish_word (HpJsonSplitter *self, GError **error)
{
  const char *word = self->word->str;

  if (!is_number (word) && strcmp (word, "true") != 0 && strcmp (word, "false") != 0
      && strcmp (word, "null") != 0)
    return fail (self, _ ("this is not a value."), error);
  if (self->in_element)
    g_string_append (self->element, word);
  g_string_truncate (self->word, 0);
  return value_ended (self, error);
}

/* Strings */

static gboolean
is_hex (char c)
{
  return g_ascii_isxdigit (c);
}

/* A unit is a character or an escape; none is kept in part. */
static void
begin_unit (HpJsonSplitter *self, char c)
{
  gboolean continues = ((guchar) c & 0xc0) == 0x80;

  if (self->string_length >= HP_JSON_MAX_STRING && !continues)
    self->string_over = TRUE;
}

static void
keep_of_string (HpJsonSplitter *self, char c)
{
  if (self->string_over)
    return;
  self->string_length++;
  if (self->is_key && self->word->len < MAX_WORD)
    g_string_append_c (self->word, c);
  keep (self, c);
}

static gboolean
take_of_string (HpJsonSplitter *self, char c, GError **error)
{
  if (c == '"')
    {
      keep (self, '"');
      if (!self->is_key)
        return value_ended (self, error);
      self->state = STATE_COLON;
      return TRUE;
    }
  if (c == '\n')
    return fail (self, _ ("a text has no end."), error);
  begin_unit (self, c);
  if (c == '\\')
    self->state = STATE_ESCAPE;
  else
    keep_of_string (self, (guchar) c < 0x20 ? ' ' : c);
  return TRUE;
}

static gboolean
take_of_escape (HpJsonSplitter *self, char c, GError **error)
{
  if (self->state == STATE_ESCAPE)
    {
      if (c == '\0' || strchr ("\"\\/bfnrtu", c) == NULL)
        return fail (self, _ ("a backslash stands before a wrong letter."), error);
      keep_of_string (self, '\\');
      keep_of_string (self, c);
      self->n_digits = 4;
      self->state = c == 'u' ? STATE_UNICODE : STATE_STRING;
      return TRUE;
    }
  if (!is_hex (c))
    return fail (self, _ ("“\\u” needs four digits."), error);
  keep_of_string (self, c);
  if (--self->n_digits == 0)
    self->state = STATE_STRING;
  return TRUE;
}

/* The grammar */

static gboolean
take_of_object (HpJsonSplitter *self, char c, GError **error)
{
  if (c == '"')
    begin_string (self, TRUE);
  else if (c == '}' && self->state == STATE_FIRST_KEY)
    return close_container (self, c, error);
  else
    return fail (self, _ ("a name in quotes is missing."), error);
  return TRUE;
}

static gboolean
take_after_value (HpJsonSplitter *self, char c, GError **error)
{
  gboolean in_object = self->stack->str[self->stack->len - 1] == '{';

  if (c == ',')
    {
      keep (self, c);
      self->state = in_object ? STATE_KEY : STATE_VALUE;
      return TRUE;
    }
  if (c == '}' || c == ']')
    return close_container (self, c, error);
  return fail (self, _ ("a comma or a closing bracket is missing."), error);
}

static gboolean
take_mark (HpJsonSplitter *self, char c, GError **error)
{
  switch (self->state)
    {
    case STATE_FIRST_VALUE:
      if (c == ']')
        return close_container (self, c, error);
      return begin_value (self, c, error);
    case STATE_VALUE:
      return begin_value (self, c, error);
    case STATE_KEY:
    case STATE_FIRST_KEY:
      return take_of_object (self, c, error);
    case STATE_COLON:
      if (c != ':')
        return fail (self, _ ("a colon is missing."), error);
      keep (self, c);
      self->state = STATE_VALUE;
      return TRUE;
    case STATE_COMMA:
      return take_after_value (self, c, error);
    default:
      return fail (self, _ ("something stands after the end."), error);
    }
}

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static gboolean
take (HpJsonSplitter *self, char c, GError **error)
{
  if (self->state == STATE_STRING)
    return take_of_string (self, c, error);
  if (self->state == STATE_ESCAPE || self->state == STATE_UNICODE)
    return take_of_escape (self, c, error);
  if (self->state == STATE_WORD)
    {
      if (g_ascii_isalnum (c) || c == '.' || c == '+' || c == '-')
        {
          if (self->word->len == MAX_WORD)
            return fail (self, _ ("this is not a value."), error);
          g_string_append_c (self->word, c);
          return TRUE;
        }
      if (!finish_word (self, error))
        return FALSE;
    }
  return is_blank (c) || take_mark (self, c, error);
}

/* Some programs on other systems write one. */
static gboolean
is_byte_order_mark (HpJsonSplitter *self, char c)
{
  static const char mark[] = "\xef\xbb\xbf";

  if (self->n_bytes >= 3 || c != mark[self->n_bytes])
    {
      self->n_bytes = 3;
      return FALSE;
    }
  self->n_bytes++;
  return TRUE;
}

/* How many bytes from here on are plain ASCII inside a text, so that they can be kept at once. Most
 * of an archive is. */
static gsize
plain_run (HpJsonSplitter *self, const char *data, gsize length)
{
  gsize max = HP_JSON_MAX_STRING > self->string_length ? HP_JSON_MAX_STRING - self->string_length
                                                       : 0;
  gsize n = 0;

  if (self->state != STATE_STRING || self->is_key || self->string_over)
    return 0;
  length = MIN (length, max);
  while (n < length && data[n] >= 0x20 && data[n] < 0x7f && data[n] != '"' && data[n] != '\\')
    n++;
  return n;
}

static void
keep_run (HpJsonSplitter *self, const char *data, gsize length)
{
  self->string_length += length;
  if (self->in_element)
    g_string_append_len (self->element, data, length);
}

gboolean
hp_json_splitter_feed (HpJsonSplitter *self, const char *data, gsize length, GError **error)
{
  for (gsize i = 0; i < length; i++)
    {
      gsize run = plain_run (self, data + i, length - i);
      char c;

      if (run > 0)
        keep_run (self, data + i, run);
      i += run;
      if (i == length)
        break;
      c = data[i];

      if (self->n_bytes < 3 && is_byte_order_mark (self, c))
        continue;
      if (!take (self, c, error))
        return FALSE;
      if (c == '\n')
        self->line++;
      if (self->element->len > HP_JSON_MAX_ELEMENT)
        return fail (self, _ ("this entry is too large."), error);
    }
  return TRUE;
}

gboolean
hp_json_splitter_end (HpJsonSplitter *self, GError **error)
{
  if (self->state == STATE_WORD && !finish_word (self, error))
    return FALSE;
  if (self->state != STATE_DONE)
    return fail (self, _ ("the file ends too early."), error);
  return TRUE;
}
