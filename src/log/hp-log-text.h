/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the formats of a log have in common. */

/* Characters that show nothing by themselves but change how text around them is shown or where a
 * line ends: C0, C1, DEL, bidi controls, zero width characters, line and paragraph separators. */
gboolean hp_log_is_hidden (gunichar c);

/* A JSON string with its quotes, or null for NULL. Bytes that aren't UTF-8 become U+FFFD, hidden
 * characters are escaped: no text can forge a line or be obeyed by a terminal. length: -1 for text
 * that ends with NUL. */
void hp_log_append_json_string (GString *out, const char *text, gssize length);

/* "0.3", "12.0", "33.333": microseconds as a JSON number of milliseconds. */
void hp_log_append_json_ms (GString *out, guint32 us);

/* "2026-11-24T13:02:11.300Z" with 3 or 6 digits of the second. */
void hp_log_append_utc (GString *out, gint64 time_us, guint digits);

/* One field of a head: "Name: value". Neither string ends with NUL. */
typedef struct
{
  const char *name;
  gsize name_length;
  const char *value;
  gsize value_length;
} HpLogField;

/* Takes the next field out of the text of a record ("Name: value\n…"); FALSE at its end. *fields
 * may be NULL. */
gboolean hp_log_fields_next (const char **fields, HpLogField *field);
/* Without regard to case. */
gboolean hp_log_field_is (const HpLogField *field, const char *name);
/* FALSE: it isn't there, and field is empty. */
gboolean hp_log_fields_find (const char *fields, const char *name, HpLogField *field);
/* A cookie or a password: what nobody means to hand on with a log. */
gboolean hp_log_field_is_secret (const HpLogField *field);

G_END_DECLS
