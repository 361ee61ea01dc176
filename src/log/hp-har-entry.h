/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>
#include "log/hp-request-record.h"

G_BEGIN_DECLS

/* An entry of an HTTP Archive, of whatever program, as a record. */
typedef struct _HpHarEntry HpHarEntry;

/* entry: (transfer full). What is missing or of a wrong type is left empty. */
HpHarEntry *hp_har_entry_new (JsonNode *entry);
void hp_har_entry_free (HpHarEntry *self);
/* Lives as long as the entry. */
const HpRequestRecord *hp_har_entry_get_record (HpHarEntry *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpHarEntry, hp_har_entry_free)

G_END_DECLS
