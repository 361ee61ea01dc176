/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <sys/mman.h>

#include "http/hp-chunk.h"

/* Large ones that come and go between small ones that stay would leave holes in the heap: with a
 * hundred slow readers 14 KB for each. And only what is mapped can be let go. */
#define MAP_FROM (16 * 1024)

int hp_chunk_n_let_go;

HpChunk *
hp_chunk_new (gsize size)
{
  HpChunk *self = g_new0 (HpChunk, 1);

  self->ref_count = 1;
  self->size = size;
  if (size >= MAP_FROM)
    {
      self->data = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (self->data == MAP_FAILED)
        g_error ("%s: can't get %" G_GSIZE_FORMAT " bytes of memory", G_STRLOC, size);
    }
  else
    {
      self->data = g_malloc (size);
    }

  return self;
}

HpChunk *
hp_chunk_ref (HpChunk *self)
{
  self->ref_count++;
  return self;
}

void
hp_chunk_unref (HpChunk *self)
{
  if (--self->ref_count > 0)
    return;

  if (self->size >= MAP_FROM)
    munmap (self->data, self->size);
  else
    g_free (self->data);
  g_free (self);
}

gboolean
hp_chunk_let_go (HpChunk *self)
{
  if (self->size < MAP_FROM || madvise (self->data, self->size, MADV_DONTNEED) != 0)
    return FALSE;

  g_atomic_int_inc (&hp_chunk_n_let_go);
  return TRUE;
}
