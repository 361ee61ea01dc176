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

G_END_DECLS
