/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "log/hp-log-short.h"
#include "log/hp-log-sort-private.h"

/* Programs whose names are remembered. */
#define MAX_CLIENTS 4096

/* Keys that can be sorted as numbers: a number itself, or which of the different texts it is. */
typedef struct
{
  guint64 key;
  guint32 number;
} Item;

struct _HpLogSorter
{
  HpLogSort sort;
  gboolean descending;
  GArray *items; /* of Item */

  /* Different texts by their id, which is the key until they are sorted. The table maps them to
   * it. A segment has each text once, which the two memories make use of. */
  GStringChunk *chunk;
  GPtrArray *texts;
  GHashTable *ids;
  guint64 segment;
  guint32 last_word;
  guint last_id;
};

static gboolean
is_text (HpLogSort sort)
{
  switch (sort)
    {
    case HP_LOG_SORT_METHOD:
    case HP_LOG_SORT_PATH:
    case HP_LOG_SORT_TYPE:
    case HP_LOG_SORT_CLIENT:
    case HP_LOG_SORT_REFERRER:
      return TRUE;
    case HP_LOG_SORT_NONE:
    case HP_LOG_SORT_TIME:
    case HP_LOG_SORT_STATUS:
    case HP_LOG_SORT_SIZE:
    case HP_LOG_SORT_DURATION:
    default:
      return FALSE;
    }
}

static guint64
get_number (HpLogSort sort, const HpLogPacked *record)
{
  switch (sort)
    {
    case HP_LOG_SORT_TIME:
      return (guint64) record->time_us ^ G_GUINT64_CONSTANT (1) << 63; /* before 1970 comes first */
    case HP_LOG_SORT_STATUS:
      return record->status;
    case HP_LOG_SORT_SIZE:
      return record->bytes;
    case HP_LOG_SORT_DURATION:
      return record->duration_us;
    default:
      return 0;
    }
}

static guint32
get_word (HpLogSort sort, const HpLogPacked *record)
{
  switch (sort)
    {
    case HP_LOG_SORT_METHOD:
      return record->method;
    case HP_LOG_SORT_PATH:
      return record->target;
    case HP_LOG_SORT_TYPE:
      return record->media_type;
    case HP_LOG_SORT_CLIENT:
      return record->user_agent;
    case HP_LOG_SORT_REFERRER:
      return record->referrer;
    default:
      return 0;
    }
}

/* The name of the program, once worked out for each that there is. Main thread. */
static const char *
get_short_client (const char *user_agent)
{
  static GHashTable *clients;
  char *client;

  if (clients == NULL)
    clients = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  client = g_hash_table_lookup (clients, user_agent);
  if (client != NULL)
    return client;
  if (g_hash_table_size (clients) >= MAX_CLIENTS)
    return user_agent; /* somebody makes them up */
  client = hp_log_short_client (user_agent);
  g_hash_table_insert (clients, g_strdup (user_agent), client);
  return client;
}

/* As it is shown: of an own page only the path. */
static const char *
get_text (HpLogSort sort, HpLogSegment *segment, const HpLogPacked *record)
{
  guint32 word = get_word (sort, record);
  const char *text = word != 0 ? hp_log_segment_peek_arena (segment) + word : "";

  if (sort == HP_LOG_SORT_CLIENT)
    return get_short_client (text);
  if (sort == HP_LOG_SORT_REFERRER && (record->flags & HP_RECORD_OWN_REFERRER) != 0)
    {
      const char *path = strlen (text) > strlen ("http://")
                             ? strchr (text + strlen ("http://"), '/')
                             : NULL;

      return path != NULL ? path : text;
    }
  return text;
}

static int
compare_text (const char *a, const char *b)
{
  int order = g_ascii_strcasecmp (a, b);

  return order != 0 ? order : strcmp (a, b);
}

int
hp_log_sort_compare (HpLogSort sort, HpLogSegment *a, guint a_index, HpLogSegment *b, guint b_index)
{
  const HpLogPacked *x = hp_log_segment_peek (a) + a_index;
  const HpLogPacked *y = hp_log_segment_peek (b) + b_index;
  guint64 p, q;

  if (is_text (sort))
    return compare_text (get_text (sort, a, x), get_text (sort, b, y));
  p = get_number (sort, x);
  q = get_number (sort, y);
  return (p > q) - (p < q);
}

HpLogSorter *
hp_log_sorter_new (HpLogSort sort, gboolean descending)
{
  HpLogSorter *self = g_new0 (HpLogSorter, 1);

  self->sort = sort;
  self->descending = descending;
  self->items = g_array_new (FALSE, FALSE, sizeof (Item));
  if (is_text (sort))
    {
      self->chunk = g_string_chunk_new (64 * 1024);
      self->texts = g_ptr_array_new ();
      self->ids = g_hash_table_new (g_str_hash, g_str_equal);
      self->segment = G_MAXUINT64;
    }
  return self;
}

static void
clear (HpLogSorter *self)
{
  g_clear_pointer (&self->items, g_array_unref);
  g_clear_pointer (&self->chunk, g_string_chunk_free);
  g_clear_pointer (&self->texts, g_ptr_array_unref);
  g_clear_pointer (&self->ids, g_hash_table_unref);
}

void
hp_log_sorter_free (HpLogSorter *self)
{
  clear (self);
  g_free (self);
}

static guint
find_id (HpLogSorter *self, HpLogSegment *segment, const HpLogPacked *record)
{
  const char *text = get_text (self->sort, segment, record);
  gpointer id;
  char *copy;

  if (g_hash_table_lookup_extended (self->ids, text, NULL, &id))
    return GPOINTER_TO_UINT (id);
  copy = g_string_chunk_insert (self->chunk, text);
  g_hash_table_insert (self->ids, copy, GUINT_TO_POINTER (self->texts->len));
  g_ptr_array_add (self->texts, copy);
  return self->texts->len - 1;
}

void
hp_log_sorter_add (HpLogSorter *self, guint32 number, HpLogSegment *segment, guint index)
{
  const HpLogPacked *record = hp_log_segment_peek (segment) + index;
  Item item = { .number = number };

  if (self->chunk != NULL)
    {
      guint32 word = get_word (self->sort, record);

      if (self->segment != hp_log_segment_get_id (segment) || self->last_word != word)
        self->last_id = find_id (self, segment, record);
      self->segment = hp_log_segment_get_id (segment);
      self->last_word = word;
      item.key = self->last_id;
    }
  else
    item.key = get_number (self->sort, record);
  g_array_append_val (self->items, item);
}

static int
compare_text_cb (gconstpointer a, gconstpointer b)
{
  const char *const *x = a;
  const char *const *y = b;

  return compare_text (*x, *y);
}

/* Makes the key of each text its place among all. */
static void
rank_texts (HpLogSorter *self)
{
  g_autofree guint32 *ranks = g_new (guint32, self->texts->len);

  g_ptr_array_sort (self->texts, compare_text_cb);
  for (guint i = 0; i < self->texts->len; i++)
    {
      guint id = GPOINTER_TO_UINT (g_hash_table_lookup (self->ids, self->texts->pdata[i]));

      ranks[id] = i;
    }
  for (guint i = 0; i < self->items->len; i++)
    {
      Item *item = &g_array_index (self->items, Item, i);

      item->key = ranks[item->key];
    }
}

/* One round of a radix sort, by the byte at this shift. FALSE: it is the same in all of them. */
static gboolean
sort_by_byte (const Item *from, Item *to, guint n, guint shift)
{
  guint starts[256] = { 0 };
  guint sum = 0;

  for (guint i = 0; i < n; i++)
    starts[(from[i].key >> shift) & 0xff]++;
  if (starts[(from[0].key >> shift) & 0xff] == n)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      guint count = starts[i];

      starts[i] = sum;
      sum += count;
    }
  for (guint i = 0; i < n; i++)
    to[starts[(from[i].key >> shift) & 0xff]++] = from[i];
  return TRUE;
}

GArray *
hp_log_sorter_run (HpLogSorter *self)
{
  guint n = self->items->len;
  GArray *numbers = g_array_sized_new (FALSE, FALSE, sizeof (guint32), n);
  g_autofree Item *spare = g_new (Item, n);
  Item *from = (Item *) self->items->data;
  Item *to = spare;

  if (n == 0)
    return numbers;
  if (self->chunk != NULL)
    rank_texts (self);
  if (self->descending)
    for (guint i = 0; i < n; i++)
      from[i].key = ~from[i].key;
  for (guint shift = 0; shift < 64; shift += 8)
    if (sort_by_byte (from, to, n, shift))
      {
        Item *swap = from;

        from = to;
        to = swap;
      }
  for (guint i = 0; i < n; i++)
    g_array_append_val (numbers, from[i].number);
  clear (self); /* here, as that takes a while */
  return numbers;
}
