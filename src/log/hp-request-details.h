/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-request-record.h"

G_BEGIN_DECLS

/* What a log keeps of a request beside the row; see HpRequestRecord. Each may be NULL. */
typedef struct
{
  char *request_fields;
  char *response_fields;
  char *file;
  char *program;
  GBytes *body;
} HpRequestDetails;

void hp_request_details_free (HpRequestDetails *self);

/* Puts them into the record, which borrows them. */
void hp_request_details_apply (HpRequestDetails *self, HpRequestRecord *record);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpRequestDetails, hp_request_details_free)

G_END_DECLS
