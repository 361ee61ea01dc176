/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether an Accept field (RFC 9110, 12.5.1; NULL when there is none) wants JSON rather than HTML.
 * At the same quality, who names JSON but not HTML wants JSON; everyone else, such as browsers and
 * who takes anything, gets the page. */
gboolean hp_accept_prefers_json (const char *accept);

G_END_DECLS
