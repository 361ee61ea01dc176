/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include "http/hp-session.h"

G_BEGIN_DECLS

/* A session as a GIOStream, which is what libsoup wants. Only its non-blocking half works:
 * libsoup's server uses no other for bodies of known length. */
#define HP_TYPE_STREAM (hp_stream_get_type ())
G_DECLARE_FINAL_TYPE (HpStream, hp_stream, HP, STREAM, GIOStream)

GIOStream *hp_stream_new (HpSession *session);

G_END_DECLS
