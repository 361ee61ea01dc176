/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What usually listens on a port (protocol: IPPROTO_TCP or IPPROTO_UDP): a proper noun such as
 * "PostgreSQL"; NULL where there is no usual program. It says nothing about who really does. */
const char *hp_port_names_get_usual (int protocol, guint16 port);

/* "often PostgreSQL", to show below the real owner and never instead of it. (transfer full)
 * (nullable) */
char *hp_port_names_describe (int protocol, guint16 port);

/* Whether a browser is likely to get a page there, as far as the number tells: TRUE for the ports
 * of web servers and of what web developers use. */
gboolean hp_port_names_is_web (guint16 port);

G_END_DECLS
