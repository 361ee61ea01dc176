/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Dates as HTTP writes them (RFC 9110, 5.6.7), in seconds since 1970, free of locale and time zone.
 */

/* "Sun, 06 Nov 1994 08:49:37 GMT" and the end. */
#define HP_HTTP_DATE_SIZE 30

/* FALSE for a year that doesn't have four digits. */
gboolean hp_http_date_format (gint64 time, char out[HP_HTTP_DATE_SIZE]);

/* Reads all three formats. The two digits of RFC 850 mean the year nearest to now that isn't more
 * than 50 years ahead. FALSE when it is no valid date. */
gboolean hp_http_date_parse (const char *text, gint64 now, gint64 *time);

G_END_DECLS
