/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-log-text.h"
#include "log/hp-request-record.h"

G_BEGIN_DECLS

/* Where a request went, as an address that can be opened again. */

/* "http://localhost:62893": what the client asked for when it means this computer, or else base
 * (nullable). */
char *hp_log_dup_origin (const HpRequestRecord *record, const char *base);

/* Whether the origin is what the Host field says. */
gboolean hp_log_origin_is_host (const char *origin, const HpLogField *host);

/* The whole address, printable ASCII without spaces. A target that names its server is the address
 * itself. */
char *hp_log_dup_address (const HpRequestRecord *record, const char *origin);

/* Whether a client that opens the address sends the very same target. */
gboolean hp_log_address_is_exact (const HpRequestRecord *record);

/* The part of an address that a client sends: "/a?b" of "http://localhost/a?b#c". Of an address
 * that doesn't lead to this computer all but the fragment. (transfer full) */
char *hp_log_address_dup_target (const char *address);

G_END_DECLS
