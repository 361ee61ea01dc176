/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-request-record.h"
#include "ui/hp-log-column-set.h"

G_BEGIN_DECLS

/* What the log says of a request: in a cell, in its tooltip, in the second line of a narrow row, to
 * a screen reader. All of it can be shown: what clients sent is escaped. */

/* As short as the column is narrow. */
char *hp_log_cell_format (HpLogColumn column, const HpRequestRecord *record);

/* The whole value: "14 March 2024, 14:02:11.345", "412,311 bytes". "" when there is none. */
char *hp_log_cell_format_full (HpLogColumn column, const HpRequestRecord *record);

/* For a spreadsheet: bytes and milliseconds as plain numbers, nothing that could be a formula. */
char *hp_log_cell_format_plain (HpLogColumn column, const HpRequestRecord *record);

/* Several lines with all that is worth knowing. */
char *hp_log_cell_format_all (const HpRequestRecord *record);

/* A word at the end of the path, "aborted" say; "" mostly. */
const char *hp_log_cell_get_note (const HpRequestRecord *record);

/* The second line of a narrow row, of the columns that are shown. */
char *hp_log_cell_format_details (const HpRequestRecord *record, HpLogColumnSet *set);

/* What a screen reader says: the request and all columns that are shown. set: (nullable): all. */
char *hp_log_cell_format_label (const HpRequestRecord *record, HpLogColumnSet *set);

G_END_DECLS
