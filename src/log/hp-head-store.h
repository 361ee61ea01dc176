/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-request-details.h"

G_BEGIN_DECLS

/* The heads, files and bodies of the requests of one segment. Nearly all lines of a head were in
 * one before it, and the heads of one client are mostly the same as a whole: each different line is
 * kept once, and each different head once as a list of lines. So nothing has to be unpacked to look
 * for a text in all of them. It dies as a whole. */
typedef struct _HpHeadStore HpHeadStore;

HpHeadStore *hp_head_store_new (void);
void hp_head_store_free (HpHeadStore *self);

/* Keeps what the record has of them, for the request with this index: each must be larger than the
 * one before, and those between have nothing. Heads and bodies longer than HP_RECORD_MAX_HEAD and
 * HP_RECORD_MAX_BODY are cut. */
void hp_head_store_append (HpHeadStore *self, guint index, const HpRequestRecord *record);
/* Nothing is appended any more. */
void hp_head_store_close (HpHeadStore *self);

gsize hp_head_store_get_bytes (HpHeadStore *self);

/* (nullable): NULL when there is nothing of this request. */
HpRequestDetails *hp_head_store_dup (HpHeadStore *self, guint index);
/* (nullable): the program alone; belongs to the store, until the next append. */
const char *hp_head_store_get_program (HpHeadStore *self, guint index);

/* For looking for a text: the lists of lines of a request, 0: none. Equal numbers are equal heads.
 */
void hp_head_store_get_lists (HpHeadStore *self, guint index, guint32 *request, guint32 *response);
/* The offsets of the lines; equal offsets are equal lines. */
const guint32 *hp_head_store_get_lines (HpHeadStore *self, guint32 list, guint *n_lines);
const char *hp_head_store_get_line (HpHeadStore *self, guint32 line);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpHeadStore, hp_head_store_free)

G_END_DECLS
