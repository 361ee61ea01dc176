/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-request-record.h"

G_BEGIN_DECLS

/* Who may ask. A page of another site can make a browser connect to us by giving its own name our
 * address (DNS rebinding); the browser then still sends that name. So only names that can't mean
 * another machine are answered: localhost, *.localhost, 127.0.0.1 and [::1], in any letter case.
 *
 * Any port will do: behind "ssh -L" or a container's port mapping the browser knows another one,
 * and the defence rests on the name alone.
 *
 * The authority of an absolute-form target replaces Host (RFC 9112, 3.2.2); a Host that is missing
 * in HTTP/1.1, sent twice or malformed is refused all the same. A name of another machine is
 * answered with 421 (RFC 9110, 15.5.20), in either place, and whatever it asks for. Returns
 * HP_REASON_NONE, HP_REASON_BAD_REQUEST or HP_REASON_FOREIGN_HOST. */
HpReason hp_guard_check_host (const char *host, const char *authority, int minor_version);

/* What a page of another site may do here: link to us, and nothing else. Pictures, scripts, frames
 * and fetches are refused; a browser tells what a request is for (Fetch Metadata), each argument
 * being the field of that name or NULL. Other ports of localhost are the same site. Whatever isn't
 * a browser says nothing and is let in: it could say anything. Returns HP_REASON_NONE or
 * HP_REASON_OTHER_SITE. */
HpReason
hp_guard_check_site (const char *fetch_site, const char *fetch_mode, const char *fetch_dest);

G_END_DECLS
