/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "log/hp-log-words.h"

#define MIN_ARENA 1024
#define MIN_SLOTS 256

void
hp_log_words_init (HpLogWords *self)
{
  *self = (HpLogWords){
    .arena = g_malloc0 (MIN_ARENA),
    .used = 1, /* as 0 means NULL */
    .allocated = MIN_ARENA,
    .slots = g_new0 (guint32, MIN_SLOTS),
    .n_slots = MIN_SLOTS,
  };
}

void
hp_log_words_clear (HpLogWords *self)
{
  g_clear_pointer (&self->arena, g_free);
  g_clear_pointer (&self->slots, g_free);
}

/* Eight bytes at a time. A dictionary is small: even if all its strings collide, a look-up stays in
 * microseconds. */
static guint32
hash (const char *text, gsize length)
{
  guint64 h = length * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  guint64 word;

  for (; length >= sizeof word; text += sizeof word, length -= sizeof word)
    {
      memcpy (&word, text, sizeof word);
      h = (h ^ word) * G_GUINT64_CONSTANT (0xff51afd7ed558ccd);
      h ^= h >> 32;
    }
  word = 0;
  memcpy (&word, text, length);
  h = (h ^ word) * G_GUINT64_CONSTANT (0xff51afd7ed558ccd);
  return h ^ h >> 32;
}

static gboolean
is_at (HpLogWords *self, guint32 offset, const char *text, gsize length)
{
  const char *word = self->arena + offset;

  return strncmp (word, text, length) == 0 && word[length] == '\0';
}

static void
grow_slots (HpLogWords *self)
{
  g_autofree guint32 *old = g_steal_pointer (&self->slots);
  guint n_old = self->n_slots;

  self->n_slots *= 2;
  self->slots = g_new0 (guint32, self->n_slots);
  for (guint i = 0; i < n_old; i++)
    if (old[i] != 0)
      {
        const char *word = self->arena + old[i];
        guint slot = hash (word, strlen (word)) & (self->n_slots - 1);

        while (self->slots[slot] != 0)
          slot = (slot + 1) & (self->n_slots - 1);
        self->slots[slot] = old[i];
      }
}

guint32
hp_log_words_add_blob (HpLogWords *self, const char *data, gsize length)
{
  guint32 offset = self->used;

  if (length + 1 > self->allocated - self->used)
    {
      do
        self->allocated *= 2;
      while (length + 1 > self->allocated - self->used);
      self->arena = g_realloc (self->arena, self->allocated);
    }
  memcpy (self->arena + offset, data, length);
  self->arena[offset + length] = '\0';
  self->used += length + 1;
  return offset;
}

guint32
hp_log_words_intern (HpLogWords *self, const char *text, gsize length, guint32 likely)
{
  guint slot;

  if (likely != 0 && is_at (self, likely, text, length))
    return likely;

  slot = hash (text, length) & (self->n_slots - 1);
  while (self->slots[slot] != 0)
    {
      if (is_at (self, self->slots[slot], text, length))
        return self->slots[slot];
      slot = (slot + 1) & (self->n_slots - 1);
    }

  likely = self->slots[slot] = hp_log_words_add_blob (self, text, length);
  if (++self->n_words * 2 > self->n_slots)
    grow_slots (self);
  return likely;
}

void
hp_log_words_close (HpLogWords *self)
{
  g_clear_pointer (&self->slots, g_free);
  self->n_slots = 0;
  self->allocated = self->used;
  self->arena = g_realloc (self->arena, self->allocated);
}

gsize
hp_log_words_get_bytes (const HpLogWords *self)
{
  return self->allocated + self->n_slots * sizeof (guint32);
}
