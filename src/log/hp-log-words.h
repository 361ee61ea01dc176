/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A dictionary: strings one after the other, each different one once. A string is known by its
 * offset, which never changes; 0 is NULL. There is no taking out. For embedding. */
typedef struct
{
  char *arena;
  guint32 used;
  guint32 allocated;

  /* An open hash of offsets; NULL once the dictionary is closed. */
  guint32 *slots;
  guint n_slots; /* a power of two, at most half of them used */
  guint n_words;
} HpLogWords;

void hp_log_words_init (HpLogWords *self);
void hp_log_words_clear (HpLogWords *self);

/* The offset of the string, which must have no NUL. likely: an offset that may well be the answer,
 * or 0; it saves the hash. */
guint32 hp_log_words_intern (HpLogWords *self, const char *text, gsize length, guint32 likely);

/* Bytes that may have NULs and are not shared. */
guint32 hp_log_words_add_blob (HpLogWords *self, const char *data, gsize length);

/* Gives back what was only needed to add more. */
void hp_log_words_close (HpLogWords *self);

gsize hp_log_words_get_bytes (const HpLogWords *self);

G_END_DECLS
