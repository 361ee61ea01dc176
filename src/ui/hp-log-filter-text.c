/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "log/hp-log-query.h"
#include "ui/hp-log-filter-text.h"

static const char *const chip_terms[HP_N_LOG_CHIPS] = {
  [HP_LOG_CHIP_PROBLEMS] = "is:problem",
  [HP_LOG_CHIP_PAGES] = "is:page",
  [HP_LOG_CHIP_ASSETS] = "is:asset",
};

/* The end of the word: the next space outside quotation marks and parentheses. */
static const char *
find_end (const char *at)
{
  gboolean quoted = FALSE;
  guint depth = 0;

  for (; *at != '\0'; at++)
    {
      if (quoted && *at == '\\' && at[1] != '\0')
        at++;
      else if (*at == '"')
        quoted = !quoted;
      else if (!quoted && *at == '(')
        depth++;
      else if (!quoted && *at == ')' && depth > 0)
        depth--;
      else if (!quoted && depth == 0 && g_ascii_isspace (*at))
        break;
    }
  return at;
}

static GPtrArray *
split (const char *text)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);

  for (const char *at = text; *at != '\0';)
    {
      const char *end;

      while (g_ascii_isspace (*at))
        at++;
      end = find_end (at);
      if (end > at)
        g_ptr_array_add (words, g_strndup (at, end - at));
      at = end;
    }
  return words;
}

static gboolean
has_or (GPtrArray *words)
{
  for (guint i = 0; i < words->len; i++)
    if (g_str_equal (words->pdata[i], "OR"))
      return TRUE;
  return FALSE;
}

static HpLogChip
find_chip (const char *word)
{
  for (HpLogChip i = 0; i < HP_N_LOG_CHIPS; i++)
    if (chip_terms[i] && g_ascii_strcasecmp (word, chip_terms[i]) == 0)
      return i;
  return HP_LOG_CHIP_ALL;
}

/* Takes the words. */
static char *
join (GPtrArray *words)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < words->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", (char *) words->pdata[i]);
  g_ptr_array_unref (words);
  return g_string_free (text, FALSE);
}

/* Conditions are joined by "and", which binds closer than "or". */
static void
group (GPtrArray *words)
{
  char *text;

  if (!has_or (words))
    return;
  text = join (g_ptr_array_ref (words));
  g_ptr_array_set_size (words, 0);
  g_ptr_array_add (words, g_strdup_printf ("(%s)", text));
  g_free (text);
}

/* What group() has done, when nothing else is left. */
static void
ungroup (GPtrArray *words)
{
  char *word = words->len == 1 ? words->pdata[0] : NULL;
  gsize length = word ? strlen (word) : 0;

  if (length < 2 || word[0] != '(' || word[length - 1] != ')')
    return;
  /* Not "(a)(b)". */
  for (const char *at = word + 1; at < word + length - 1; at++)
    if (*at == '(' || *at == ')')
      return;
  memmove (word, word + 1, length - 2);
  word[length - 2] = '\0';
}

HpLogChip
hp_log_filter_text_get_chip (const char *text)
{
  g_autoptr (GPtrArray) words = split (text);

  for (guint i = 0; i < words->len && !has_or (words); i++)
    {
      HpLogChip chip = find_chip (words->pdata[i]);

      if (chip != HP_LOG_CHIP_ALL)
        return chip;
    }
  return HP_LOG_CHIP_ALL;
}

char *
hp_log_filter_text_set_chip (const char *text, HpLogChip chip)
{
  GPtrArray *words = split (text);
  gboolean any = has_or (words);
  gboolean had = FALSE;

  for (guint i = words->len; !any && i > 0; i--)
    if (find_chip (words->pdata[i - 1]) != HP_LOG_CHIP_ALL)
      {
        g_ptr_array_remove_index (words, i - 1);
        had = TRUE;
      }
  if (chip == HP_LOG_CHIP_ALL)
    {
      if (had)
        ungroup (words);
      return join (words);
    }
  group (words);
  g_ptr_array_insert (words, 0, g_strdup (chip_terms[chip]));
  return join (words);
}

char *
hp_log_filter_text_set_term (const char *text, const char *key, const char *op, const char *value)
{
  GPtrArray *words = split (text);
  g_autofree char *prefix = g_strconcat (key, op, NULL);
  g_autofree char *quoted = hp_log_query_dup_value (value, !g_str_equal (op, "="));

  for (guint i = words->len; !has_or (words) && i > 0; i--)
    if (g_str_has_prefix (words->pdata[i - 1], prefix))
      g_ptr_array_remove_index (words, i - 1);
  group (words);
  g_ptr_array_add (words, g_strconcat (prefix, quoted, NULL));
  return join (words);
}
