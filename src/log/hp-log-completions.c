/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "log/hp-log-completions.h"
#include "log/hp-log-scan-private.h"
#include "log/hp-log-short.h"
#include "log/hp-request-log-private.h"

/* What was seen lately: so many segments of the log, and in a segment so many heads. */
#define MAX_SEGMENTS 4
#define MAX_HEADS    256

/* Paths are offered for a word without a key only when that says something. */
#define MIN_WORD 2

/* The query at the cursor. */
typedef struct
{
  const char *text;
  const char *start;   /* of the word, behind a "-" */
  const char *end;     /* of the word, behind the cursor */
  const HpLogKey *key; /* nullable */
  const char *value;   /* what the completion takes the place of: all of the word, or its value */
  char *written;       /* of that, up to the cursor; without a quotation mark */
} Place;

typedef struct
{
  const char *text; /* borrowed from the table of all */
  guint count;
  gboolean begins; /* with what is written */
} Seen;

static void
completion_free (gpointer data)
{
  HpLogCompletion *self = data;

  g_free (self->text);
  g_free (self->explanation);
  g_free (self);
}

static gboolean
separates (char c)
{
  return g_ascii_isspace (c) || c == '(' || c == ')';
}

/* Whether the text begins with the other one, in any case. */
static gboolean
begins_with (const char *text, const char *begin)
{
  return g_ascii_strncasecmp (text, begin, strlen (begin)) == 0;
}

static gboolean
contains (const char *text, const char *part)
{
  gsize length = strlen (part);

  for (; *text != '\0'; text++)
    if (g_ascii_strncasecmp (text, part, length) == 0)
      return TRUE;
  return length == 0;
}

static const HpLogKey *
find_key (const char *word, const char *end, const char **value)
{
  gsize length = 0;
  const HpLogKey *key;

  while (word + length < end && g_ascii_isalpha (word[length]))
    length++;
  if (word + length >= end || strchr (":=<>", word[length]) == NULL)
    return NULL;
  key = hp_log_key_find (word, length);
  *value = word + length + strspn (word + length, ":=<>");
  return key;
}

static void
find_place (Place *place, const char *text, const char *cursor)
{
  gboolean quoted = FALSE;
  const char *written;

  *place = (Place){ .text = text, .start = text };
  for (const char *at = text; at < cursor; at++)
    {
      if (*at == '"' && (at == text || at[-1] != '\\'))
        quoted = !quoted;
      if (!quoted && separates (*at))
        place->start = at + 1;
    }
  if (*place->start == '-' && place->start < cursor)
    place->start++;
  place->end = cursor;
  while (*place->end != '\0' && (quoted || !separates (*place->end)))
    if (*place->end++ == '"')
      quoted = !quoted;

  place->value = place->start;
  place->key = find_key (place->start, cursor, &place->value);
  if (place->key == NULL)
    place->value = place->start;
  place->value = MIN (place->value, cursor);
  written = place->value < cursor && *place->value == '"' ? place->value + 1 : place->value;
  place->written = g_strndup (written, cursor - written);
}

/* Takes the text. Each only once. */
static void
add (GPtrArray *all, guint max, const Place *place, char *text, const char *explanation)
{
  HpLogCompletion *completion;
  gboolean known = all->len >= max;

  for (guint i = 0; i < all->len && !known; i++)
    known = g_ascii_strcasecmp (((HpLogCompletion *) all->pdata[i])->text, text) == 0;
  if (known)
    {
      g_free (text);
      return;
    }
  completion = g_new0 (HpLogCompletion, 1);
  completion->start = g_utf8_strlen (place->text, place->value - place->text);
  completion->end = g_utf8_strlen (place->text, place->end - place->text);
  completion->text = text;
  completion->explanation = g_strdup (explanation);
  g_ptr_array_add (all, completion);
}

static void
count (GHashTable *counts, char *text, guint n)
{
  guint before = GPOINTER_TO_UINT (g_hash_table_lookup (counts, text));

  g_hash_table_replace (counts, text, GUINT_TO_POINTER (before + n));
}

/* The part of a text that the key means. Of what isn't UTF-8 too little is left to be offered. */
static void
count_text (GHashTable *counts, HpLogText kind, const char *text, guint n)
{
  const char *question = strchr (text, '?');
  g_autofree char *part = NULL;

  if (kind == HP_LOG_TEXT_QUERY && question != NULL)
    part = g_strdup (question + 1);
  else if (kind == HP_LOG_TEXT_PATH)
    part = g_strndup (text, strcspn (text, "?"));
  else if (kind == HP_LOG_TEXT_TYPE)
    part = g_strndup (text, strcspn (text, "; "));
  else if (kind == HP_LOG_TEXT_AGENT)
    part = hp_log_short_client_word (text);
  else if (kind != HP_LOG_TEXT_QUERY)
    part = g_strdup (text);
  if (part != NULL && *part != '\0' && g_utf8_validate (part, -1, NULL))
    count (counts, g_steal_pointer (&part), n);
}

static void
count_texts (GHashTable *counts, HpLogSegment *segment, HpLogText kind)
{
  g_autoptr (GHashTable) words = g_hash_table_new (NULL, NULL);
  const HpLogPacked *records = hp_log_segment_peek (segment);
  GHashTableIter iter;
  gpointer word, n;

  for (guint i = 0; i < hp_log_segment_get_length (segment); i++)
    {
      word = GUINT_TO_POINTER (hp_log_packed_get_word (&records[i], kind));
      n = GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (words, word)) + 1);
      g_hash_table_insert (words, word, n);
    }
  g_hash_table_iter_init (&iter, words);
  while (g_hash_table_iter_next (&iter, &word, &n))
    if (word != NULL)
      count_text (counts, kind, hp_log_segment_peek_arena (segment) + GPOINTER_TO_UINT (word),
                  GPOINTER_TO_UINT (n));
}

static void
count_statuses (GHashTable *counts, HpLogSegment *segment)
{
  const HpLogPacked *records = hp_log_segment_peek (segment);
  guint numbers[1000] = { 0 };

  for (guint i = 0; i < hp_log_segment_get_length (segment); i++)
    if (records[i].status < G_N_ELEMENTS (numbers))
      numbers[records[i].status]++;
  for (guint i = 1; i < G_N_ELEMENTS (numbers); i++)
    if (numbers[i] > 0)
      count (counts, g_strdup_printf ("%u", i), numbers[i]);
}

static void
count_header_names (GHashTable *counts, HpLogSegment *segment)
{
  HpHeadStore *heads = hp_log_segment_peek_heads (segment);
  guint length = hp_log_segment_get_length (segment);

  for (guint i = length - MIN (length, MAX_HEADS); heads != NULL && i < length; i++)
    {
      guint32 lists[2];

      hp_head_store_get_lists (heads, i, &lists[0], &lists[1]);
      for (guint l = 0; l < G_N_ELEMENTS (lists); l++)
        {
          guint n_lines = 0;
          const guint32 *lines = lists[l] != 0 ? hp_head_store_get_lines (heads, lists[l], &n_lines)
                                               : NULL;

          for (guint n = 0; n < n_lines; n++)
            {
              const char *line = hp_head_store_get_line (heads, lines[n]);
              g_autofree char *name = g_ascii_strdown (line, strcspn (line, ":"));

              if (*name != '\0' && g_str_is_ascii (name))
                count (counts, g_steal_pointer (&name), 1);
            }
        }
    }
}

static int
compare_seen (gconstpointer a, gconstpointer b)
{
  const Seen *x = a;
  const Seen *y = b;

  if (x->begins != y->begins)
    return y->begins - x->begins;
  if (x->count != y->count)
    return x->count < y->count ? 1 : -1;
  return strcmp (x->text, y->text);
}

static void
add_seen (GPtrArray *all, guint max, const Place *place, HpRequestLog *log, HpLogSeen kind)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GArray) sorted = g_array_new (FALSE, FALSE, sizeof (Seen));
  GPtrArray *segments = hp_request_log_peek_store (log)->segments;
  GHashTableIter iter;
  gpointer text, n;

  for (guint i = segments->len - MIN (segments->len, MAX_SEGMENTS); i < segments->len; i++)
    if (kind == HP_LOG_SEEN_STATUS)
      count_statuses (counts, segments->pdata[i]);
    else if (kind == HP_LOG_SEEN_HEADERS)
      count_header_names (counts, segments->pdata[i]);
    else
      count_texts (counts, segments->pdata[i], (HpLogText) kind);

  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &text, &n))
    if (contains (text, place->written))
      {
        Seen seen = { text, GPOINTER_TO_UINT (n), begins_with (text, place->written) };

        g_array_append_val (sorted, seen);
      }
  g_array_sort (sorted, compare_seen);
  for (guint i = 0; i < sorted->len && all->len < max; i++)
    add (all, max, place,
         hp_log_query_dup_value (g_array_index (sorted, Seen, i).text,
                                 kind == (HpLogSeen) HP_LOG_TEXT_AGENT),
         NULL);
}

static void
add_values (GPtrArray *all, guint max, const Place *place)
{
  const HpLogKey *key = place->key;

  for (guint i = 0; key->values != NULL && key->values[i] != NULL; i++)
    if (begins_with (key->values[i], place->written))
      add (all, max, place, g_strdup (key->values[i]),
           key->value_words != NULL ? _ (key->value_words[i]) : NULL);
}

static void
add_keys (GPtrArray *all, guint max, const Place *place)
{
  for (const HpLogKey *key = hp_log_keys_get (); key->name != NULL; key++)
    if (begins_with (key->name, place->written))
      add (all, max, place, g_strdup_printf ("%s:", key->name), _ (key->words));
}

/* "prob" may be meant as is:problem. */
static void
add_conditions (GPtrArray *all, guint max, const Place *place)
{
  const HpLogKey *key = hp_log_key_find ("is", strlen ("is"));

  for (guint i = 0; key->values[i] != NULL; i++)
    if (begins_with (key->values[i], place->written))
      add (all, max, place, g_strdup_printf ("%s:%s", key->name, key->values[i]),
           _ (key->value_words[i]));
}

GPtrArray *
hp_log_completions_new (const char *text, guint cursor, HpRequestLog *log, guint max)
{
  GPtrArray *all = g_ptr_array_new_with_free_func (completion_free);
  glong length;
  Place place;

  g_return_val_if_fail (text != NULL, all);

  if (!g_utf8_validate (text, -1, NULL))
    return all;
  length = g_utf8_strlen (text, -1);
  find_place (&place, text, g_utf8_offset_to_pointer (text, MIN (cursor, (gulong) length)));
  if (place.key != NULL)
    {
      /* What was seen is worth more than what there could be; but a media type says less than what
       * kind of thing it is. */
      if (place.key->seen == (HpLogSeen) HP_LOG_TEXT_TYPE)
        add_values (all, max, &place);
      if (log != NULL && place.key->seen != HP_LOG_SEEN_NOTHING)
        add_seen (all, max, &place, log, place.key->seen);
      add_values (all, max, &place);
    }
  else
    {
      add_keys (all, max, &place);
      if (strlen (place.written) >= MIN_WORD)
        add_conditions (all, max, &place);
      if (log != NULL && strlen (place.written) >= MIN_WORD)
        add_seen (all, max, &place, log, (HpLogSeen) HP_LOG_TEXT_PATH);
    }
  g_free (place.written);
  return all;
}
