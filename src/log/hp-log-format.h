/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-request-record.h"

G_BEGIN_DECLS

/* One line of the Combined Log Format, local time, newline included; pure ASCII. Quotes,
 * backslashes and all that isn't printable ASCII are escaped, so that no request can forge a line.
 * The version is always HTTP/1.1. "-" is what isn't there: a field, the status of a request that
 * was not answered, zero bytes. */
void hp_log_format_combined (GString *out, const HpRequestRecord *record);

/* One JSON object on one line, newline included; bytes that aren't UTF-8 become U+FFFD, what isn't
 * there is null. "request_headers" and "response_headers" are there when the record has them, as
 * pairs of name and value; cookies and passwords only with secrets. */
void hp_log_format_json (GString *out, const HpRequestRecord *record);
void hp_log_format_json_full (GString *out, const HpRequestRecord *record, gboolean secrets);

/* An HAR 1.2 document is the head, the entries with ",\n" between them, and the tail. What HAR has
 * no place for is in "_homeport". base: the server's address ("http://localhost:62893"), for
 * requests whose Host field doesn't tell. */
#define HP_HAR_SEPARATOR ",\n"
#define HP_HAR_TAIL      "\n]}}\n"
void hp_log_format_har_head (GString *out);
void hp_log_format_har_entry (GString *out,
                              const HpRequestRecord *record,
                              const char *base,
                              gboolean secrets);

/* RFC 4180, lines ended by CRLF, UTF-8; hidden characters are written as hp_log_format_visible()
 * writes them. A text that a spreadsheet would take for a formula gets an apostrophe in front. */
void hp_log_format_csv_head (GString *out);
void hp_log_format_csv (GString *out, const HpRequestRecord *record);

/* Whether a spreadsheet would take the text for a formula. */
gboolean hp_log_format_is_formula (const char *text);

/* A command for a POSIX shell that sends the request again, without a newline at its end; printable
 * ASCII, whatever the request holds. base: as above, without "/" at its end. Cookies are part of
 * it.
 */
void hp_log_format_curl (GString *out, const HpRequestRecord *record, const char *base);

/* Text that can be shown: valid UTF-8, control characters, bidi controls and zero width characters
 * escaped as \xNN or \u{NNNN}, at most max_chars characters (0: no limit), ellipsized in the
 * middle. NULL is "". */
char *hp_log_format_visible (const char *text, guint max_chars);

/* "0.04 ms", "0.3 ms", "42 ms", "1.2 s", "2 min 5 s"; translated. */
char *hp_log_format_duration (guint32 duration_us);

/* "14:02:11.3", local time. */
char *hp_log_format_time (gint64 time_us);

G_END_DECLS
