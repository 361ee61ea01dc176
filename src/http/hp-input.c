/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "http/hp-input.h"

void
hp_input_borrow (HpInput *self, const char *data, gsize length)
{
  g_assert (self->bytes == NULL);

  self->data = data;
  self->length = length;
  self->offset = 0;
}

HpInput *
hp_input_keep (HpInput *self)
{
  HpInput *kept = g_new0 (HpInput, 1);

  kept->head = self->head;
  self->head = (HpRequestHead){ 0 };
  kept->bytes = g_byte_array_sized_new (self->length - self->offset);
  hp_input_append (kept, self->data + self->offset, self->length - self->offset);
  self->offset = self->length;

  return kept;
}

void
hp_input_clear (HpInput *self)
{
  hp_request_head_clear (&self->head);
  g_clear_pointer (&self->bytes, g_byte_array_unref);
}

void
hp_input_free (HpInput *self)
{
  hp_input_clear (self);
  g_free (self);
}

void
hp_input_append (HpInput *self, const char *data, gsize length)
{
  g_assert (self->bytes != NULL);

  if (self->offset > 0)
    g_byte_array_remove_range (self->bytes, 0, self->offset);
  self->offset = 0;
  g_byte_array_append (self->bytes, (const guint8 *) data, length);
  self->data = (const char *) self->bytes->data;
  self->length = self->bytes->len;
}

HpHeadState
hp_input_scan (HpInput *self, const char **data, gsize *length)
{
  HpHeadState state = HP_HEAD_INCOMPLETE;

  *data = self->data + self->offset;
  *length = self->length - self->offset;
  if (*length > 0)
    state = hp_request_head_scan (&self->head, *data, *length);
  self->used = self->head.length;

  return state;
}

HpRequestHead *
hp_input_get_head (HpInput *self)
{
  return &self->head;
}

void
hp_input_consume (HpInput *self, gboolean everything)
{
  self->offset = everything ? self->length : self->offset + self->used;
}

gboolean
hp_input_is_empty (HpInput *self)
{
  return self->offset == self->length;
}
