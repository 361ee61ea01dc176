/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-request-record.h"

G_BEGIN_DECLS

/* The status that usually goes with a reason to refuse. */
guint hp_error_page_get_status (HpReason reason);

/* The page of a request that gets nothing else: what happened, and what to do. path is what was
 * asked for, decoded, without the leading slash; NULL when it is not to be shown. other_path is the
 * one that exists instead, for HP_REASON_CASE_MISMATCH. */
GBytes *hp_error_page_new (guint status, HpReason reason, const char *path, const char *other_path);

/* The same for programs: {"status":404,"reason":"missing","message":"There is no file …"}. */
GBytes *hp_error_page_new_json (guint status, HpReason reason);

G_END_DECLS
