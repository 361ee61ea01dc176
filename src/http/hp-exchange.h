/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>
#include "http/hp-connection.h"
#include "http/hp-engine.h"
#include "http/hp-responder.h"

G_BEGIN_DECLS

/* One request and its answer, from the end of the request's head to the record in the log. Engine
 * thread only. */

/* Takes what the head holds. Belongs to the connection until hp_exchange_end(). */
HpExchange *hp_exchange_new (HpConnection *connection, HpRequestHead *head);

/* From libsoup's handler, once: asks the responder and gives libsoup the answer. last: the
 * connection shall end with it. */
void hp_exchange_answer (HpExchange *self,
                         SoupServerMessage *message,
                         HpResponder *responder,
                         HpEngine *engine,
                         guint16 port,
                         gboolean last);

/* (nullable): what belongs into the head besides what libsoup writes; whole lines. */
const GString *hp_exchange_get_fields (HpExchange *self);

/* libsoup is through with it, or has given up. Writes the record. */
void hp_exchange_end (HpExchange *self);

G_END_DECLS
