/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-request-record.h"

G_BEGIN_DECLS

/* What somebody wants to see of a log, parsed once: `status>=400 path:/img/ -is:noise`.
 * Immutable, atomically ref-counted. */
typedef struct _HpLogQuery HpLogQuery;

/* (nullable): NULL and a sentence for people when the text is not a query; error_offset (nullable)
 * is then where, in characters. Blank text matches everything. Times such as "5m" are counted from
 * now. */
HpLogQuery *hp_log_query_new (const char *text, guint *error_offset, GError **error);
HpLogQuery *hp_log_query_ref (HpLogQuery *self);
void hp_log_query_unref (HpLogQuery *self);

/* As it was given. */
const char *hp_log_query_get_text (HpLogQuery *self);
gboolean hp_log_query_is_empty (HpLogQuery *self);

/* Whether it asks for what only request_fields and response_fields tell: a record without them
 * then does not match. */
gboolean hp_log_query_needs_fields (HpLogQuery *self);
gboolean hp_log_query_matches (HpLogQuery *self, const HpRequestRecord *record);

/* A value as it has to be written behind a key. What can't be seen, or isn't UTF-8, becomes a star,
 * so that no name from outside can make the query look like another one; part: the value is only a
 * piece of what the key looks at. */
char *hp_log_query_dup_value (const char *value, gboolean part);

/* The language in words, for --help-filter and the window's help; lines of at most 80 characters.
 */
char *hp_log_query_describe (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpLogQuery, hp_log_query_unref)

G_END_DECLS
