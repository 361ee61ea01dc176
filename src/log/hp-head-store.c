/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "log/hp-head-store.h"
#include "log/hp-log-words.h"

/* A list is the number of its lines and then their offsets. The bit tells whether the text ended
 * with the end of its last line. */
#define ENDED_BIT (1u << 31)

#define MIN_SLOTS 64

typedef struct
{
  guint32 index;
  guint32 request; /* lists; 0: NULL */
  guint32 response;
  guint32 file; /* words; 0: NULL */
  guint32 program;
  guint32 body; /* a blob; 0: NULL */
  guint32 body_length;
} Entry;

struct _HpHeadStore
{
  HpLogWords words;

  GArray *lists;  /* of guint32; the first one is unused, as 0 means NULL */
  guint32 *slots; /* an open hash of lists; NULL once the store is closed */
  guint n_slots;  /* a power of two, at most half of them used */
  guint n_lists;
  guint32 last_request; /* whose lines are likely to come again */
  guint32 last_response;

  GArray *entries; /* of Entry, by index */
};

HpHeadStore *
hp_head_store_new (void)
{
  HpHeadStore *self = g_new0 (HpHeadStore, 1);
  guint32 unused = 0;

  hp_log_words_init (&self->words);
  self->lists = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_array_append_val (self->lists, unused);
  self->n_slots = MIN_SLOTS;
  self->slots = g_new0 (guint32, self->n_slots);
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  return self;
}

void
hp_head_store_free (HpHeadStore *self)
{
  hp_log_words_clear (&self->words);
  g_array_unref (self->lists);
  g_free (self->slots);
  g_array_unref (self->entries);
  g_free (self);
}

static const guint32 *
get_list (HpHeadStore *self, guint32 list)
{
  return &g_array_index (self->lists, guint32, list);
}

static gsize
list_length (const guint32 *list)
{
  return 1 + (list[0] & ~ENDED_BIT);
}

static guint32
hash_list (const guint32 *list)
{
  guint64 h = 0;

  for (gsize i = 0; i < list_length (list); i++)
    h = (h ^ list[i]) * G_GUINT64_CONSTANT (0xff51afd7ed558ccd) + (h >> 29);
  return h ^ h >> 32;
}

static gboolean
is_same_list (const guint32 *a, const guint32 *b)
{
  return a[0] == b[0] && memcmp (a, b, list_length (a) * sizeof *a) == 0;
}

static void
grow_slots (HpHeadStore *self)
{
  g_autofree guint32 *old = g_steal_pointer (&self->slots);
  guint n_old = self->n_slots;

  self->n_slots *= 2;
  self->slots = g_new0 (guint32, self->n_slots);
  for (guint i = 0; i < n_old; i++)
    if (old[i] != 0)
      {
        guint slot = hash_list (get_list (self, old[i])) & (self->n_slots - 1);

        while (self->slots[slot] != 0)
          slot = (slot + 1) & (self->n_slots - 1);
        self->slots[slot] = old[i];
      }
}

/* The list that was just put at the end of all lists, or the same one from before. */
static guint32
intern_list (HpHeadStore *self, guint32 list)
{
  guint slot = hash_list (get_list (self, list)) & (self->n_slots - 1);

  for (; self->slots[slot] != 0; slot = (slot + 1) & (self->n_slots - 1))
    if (is_same_list (get_list (self, self->slots[slot]), get_list (self, list)))
      {
        g_array_set_size (self->lists, list);
        return self->slots[slot];
      }
  self->slots[slot] = list;
  if (++self->n_lists * 2 > self->n_slots)
    grow_slots (self);
  return list;
}

static guint32
add_word (HpHeadStore *self, const char *text, gsize max_length)
{
  return text != NULL ? hp_log_words_intern (&self->words, text, strnlen (text, max_length), 0) : 0;
}

/* previous: the list of the request before. Its line in the same place is most often the same. */
static guint32
add_fields (HpHeadStore *self, const char *fields, guint32 previous)
{
  const char *end;
  guint32 list = self->lists->len;
  guint n_previous = previous != 0 ? list_length (get_list (self, previous)) : 0;
  guint32 head = 0;

  if (fields == NULL)
    return 0;
  end = fields + strnlen (fields, HP_RECORD_MAX_HEAD);
  g_array_append_val (self->lists, head);
  for (guint i = 1; fields < end; i++)
    {
      const char *newline = memchr (fields, '\n', end - fields);
      gsize length = (newline != NULL ? newline : end) - fields;
      guint32 likely = i < n_previous ? get_list (self, previous)[i] : 0;
      guint32 line = hp_log_words_intern (&self->words, fields, length, likely);

      g_array_append_val (self->lists, line);
      head++;
      fields += length;
      if (newline != NULL)
        fields++;
      if (newline != NULL && fields == end)
        head |= ENDED_BIT;
    }
  g_array_index (self->lists, guint32, list) = head;
  return intern_list (self, list);
}

void
hp_head_store_append (HpHeadStore *self, guint index, const HpRequestRecord *record)
{
  Entry entry = { .index = index };

  g_return_if_fail (self->slots != NULL);

  entry.request = add_fields (self, record->request_fields, self->last_request);
  entry.response = add_fields (self, record->response_fields, self->last_response);
  if (entry.request != 0)
    self->last_request = entry.request;
  if (entry.response != 0)
    self->last_response = entry.response;
  entry.file = add_word (self, record->file, HP_RECORD_MAX_HEAD);
  entry.program = add_word (self, record->program, HP_RECORD_MAX_PROGRAM);
  if (record->body != NULL)
    {
      entry.body_length = MIN (record->body_length, HP_RECORD_MAX_BODY);
      entry.body = hp_log_words_add_blob (&self->words, record->body, entry.body_length);
    }
  if (entry.request != 0 || entry.response != 0 || entry.file != 0 || entry.program != 0
      || entry.body != 0)
    g_array_append_val (self->entries, entry);
}

/* A GArray cannot give back memory. */
static void
shrink (GArray **array, gsize element)
{
  GArray *exact = g_array_sized_new (FALSE, FALSE, element, (*array)->len);

  g_array_append_vals (exact, (*array)->data, (*array)->len);
  g_array_unref (*array);
  *array = exact;
}

void
hp_head_store_close (HpHeadStore *self)
{
  g_clear_pointer (&self->slots, g_free);
  self->n_slots = 0;
  hp_log_words_close (&self->words);
  shrink (&self->lists, sizeof (guint32));
  shrink (&self->entries, sizeof (Entry));
}

gsize
hp_head_store_get_bytes (HpHeadStore *self)
{
  return sizeof *self + hp_log_words_get_bytes (&self->words)
         + (self->lists->len + self->n_slots) * sizeof (guint32)
         + self->entries->len * sizeof (Entry);
}

static const Entry *
find_entry (HpHeadStore *self, guint index)
{
  guint low = 0;
  guint high = self->entries->len;

  /* Mostly all requests have an entry, and it is where it would be then. */
  if (index < high && g_array_index (self->entries, Entry, index).index == index)
    return &g_array_index (self->entries, Entry, index);
  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const Entry *entry = &g_array_index (self->entries, Entry, middle);

      if (entry->index == index)
        return entry;
      if (entry->index < index)
        low = middle + 1;
      else
        high = middle;
    }
  return NULL;
}

static char *
dup_fields (HpHeadStore *self, guint32 list)
{
  guint n_lines;
  const guint32 *lines;
  GString *text;

  if (list == 0)
    return NULL;
  text = g_string_new (NULL);
  lines = hp_head_store_get_lines (self, list, &n_lines);
  for (guint i = 0; i < n_lines; i++)
    {
      g_string_append (text, hp_head_store_get_line (self, lines[i]));
      if (i + 1 < n_lines || (lines[-1] & ENDED_BIT) != 0)
        g_string_append_c (text, '\n');
    }
  return g_string_free (text, FALSE);
}

HpRequestDetails *
hp_head_store_dup (HpHeadStore *self, guint index)
{
  const Entry *entry = find_entry (self, index);
  HpRequestDetails *details;

  if (entry == NULL)
    return NULL;
  details = g_new0 (HpRequestDetails, 1);
  details->request_fields = dup_fields (self, entry->request);
  details->response_fields = dup_fields (self, entry->response);
  if (entry->file != 0)
    details->file = g_strdup (self->words.arena + entry->file);
  if (entry->program != 0)
    details->program = g_strdup (self->words.arena + entry->program);
  if (entry->body != 0)
    details->body = g_bytes_new (self->words.arena + entry->body, entry->body_length);
  return details;
}

const char *
hp_head_store_get_program (HpHeadStore *self, guint index)
{
  const Entry *entry = find_entry (self, index);

  return entry != NULL && entry->program != 0 ? self->words.arena + entry->program : NULL;
}

void
hp_head_store_get_lists (HpHeadStore *self, guint index, guint32 *request, guint32 *response)
{
  const Entry *entry = find_entry (self, index);

  *request = entry != NULL ? entry->request : 0;
  *response = entry != NULL ? entry->response : 0;
}

const guint32 *
hp_head_store_get_lines (HpHeadStore *self, guint32 list, guint *n_lines)
{
  const guint32 *lines = get_list (self, list);

  *n_lines = lines[0] & ~ENDED_BIT;
  return lines + 1;
}

const char *
hp_head_store_get_line (HpHeadStore *self, guint32 line)
{
  return self->words.arena + line;
}
