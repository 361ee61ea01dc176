/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Memory for a piece of a file on its way. Ref-counted, not atomically. */
typedef struct
{
  guint ref_count;
  gsize size;
  guint8 *data;
} HpChunk;

HpChunk *hp_chunk_new (gsize size);
HpChunk *hp_chunk_ref (HpChunk *self);
void hp_chunk_unref (HpChunk *self);

/* Gives the memory back until something is read into it again, at the same address. FALSE: it is
 * too small for that, and stays as it is. */
gboolean hp_chunk_let_go (HpChunk *self);
/* How often that was done, for tests: any thread, atomically. */
extern int hp_chunk_n_let_go;

G_END_DECLS
