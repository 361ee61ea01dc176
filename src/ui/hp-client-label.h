/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-request-record.h"
#include "ports/hp-client-names.h"

G_BEGIN_DECLS

/* Who asked, in words: the program where it is known, or else what the client says of itself. */

/* Where the names of programs come from, for all logs of this process. NULL: nowhere. */
void hp_client_label_set_names (HpClientNames *names);
HpClientNames *hp_client_label_get_names (void);

/* "firefox"; NULL: not known, or not yet. (transfer full) (nullable) */
char *hp_client_label_dup_program (const HpRequestRecord *record);

/* For a narrow column: "Firefox 140", "python3", or the user whose program was turned away.
 * (transfer full) */
char *hp_client_label_format (const HpRequestRecord *record);

/* Line by line: what the client says of itself, the program, the address. (transfer full) */
char *hp_client_label_format_full (const HpRequestRecord *record, guint max_chars);

G_END_DECLS
