/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "http/hp-request-head.h"

G_BEGIN_DECLS

/* Bytes of a client that are not yet used, and how far they have been looked at. Heads are taken
 * out at the front. */
typedef struct
{
  /* private */
  HpRequestHead head; /* as far as it has come */
  const char *data;
  gsize length;
  gsize offset;      /* of the first byte that isn't used */
  gsize used;        /* by the head that was found last */
  GByteArray *bytes; /* owns data; NULL: it is borrowed */
} HpInput;

#define HP_INPUT_INIT                                                                              \
  {                                                                                                \
    .data = NULL                                                                                   \
  }

/* Nothing is copied: data must stay for as long as the input is used. */
void hp_input_borrow (HpInput *self, const char *data, gsize length);
/* (transfer full): what is left, in memory of its own. *self is empty then. */
HpInput *hp_input_keep (HpInput *self);
void hp_input_free (HpInput *self);
void hp_input_clear (HpInput *self);

/* Only to one that was kept. */
void hp_input_append (HpInput *self, const char *data, gsize length);

/* Looks for a whole head. *data and *length are all that is there from its first byte on. */
HpHeadState hp_input_scan (HpInput *self, const char **data, gsize *length);
/* The head that was found; whoever uses it takes what it holds. */
HpRequestHead *hp_input_get_head (HpInput *self);
/* Goes on behind the head that was found, or behind everything. */
void hp_input_consume (HpInput *self, gboolean everything);
gboolean hp_input_is_empty (HpInput *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HpInput, hp_input_clear)

G_END_DECLS
