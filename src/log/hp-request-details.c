/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "log/hp-request-details.h"

void
hp_request_details_free (HpRequestDetails *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->request_fields);
  g_free (self->response_fields);
  g_free (self->file);
  g_free (self->program);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self);
}

void
hp_request_details_apply (HpRequestDetails *self, HpRequestRecord *record)
{
  gsize length = 0;

  g_return_if_fail (self != NULL);
  g_return_if_fail (record != NULL);

  record->request_fields = self->request_fields;
  record->response_fields = self->response_fields;
  record->file = self->file;
  record->program = self->program;
  record->body = self->body != NULL ? g_bytes_get_data (self->body, &length) : NULL;
  record->body_length = length;

  /* A body of no bytes is not the same as no body. */
  if (self->body != NULL && record->body == NULL)
    record->body = "";
}
