/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-request-record.h"

G_BEGIN_DECLS

/* Long values in as many characters as a narrow column has. What clients sent is escaped. */

/* "html" for "text/html; charset=utf-8", "js" for "text/javascript"; "" for NULL. */
char *hp_log_short_type (const char *media_type);

/* "Firefox 140" for what Firefox calls itself, "curl 8.5.0"; "" where the client said nothing. */
char *hp_log_short_client (const char *user_agent);

/* The word of a user agent by which its like are found: "Firefox", "HeadlessChrome", "curl". */
char *hp_log_short_client_word (const char *user_agent);

G_END_DECLS
