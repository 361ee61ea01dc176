/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>
#include "http/hp-connection.h"
#include "http/hp-engine.h"
#include "http/hp-responder.h"

G_BEGIN_DECLS

/* One request and its answer, from the end of the request's head to the record in the log. Engine
 * thread only. */

/* Takes what the head holds. data is what was received from the head's first byte on. Belongs to
 * the connection until hp_exchange_report(). reused: it is not the connection's first. */
HpExchange *hp_exchange_new (
    HpConnection *connection, HpRequestHead *head, const char *data, gsize length, gboolean reused);
void hp_exchange_unref (HpExchange *self);

gboolean hp_exchange_is_head (HpExchange *self);
/* libsoup has asked for the answer. */
gboolean hp_exchange_is_begun (HpExchange *self);

/* From libsoup's handler, once: asks the responder and gives libsoup the answer. */
void hp_exchange_answer (HpExchange *self, SoupServerMessage *message);

/* (nullable): what belongs into the head besides what libsoup writes; whole lines. */
const GString *hp_exchange_get_fields (HpExchange *self);
/* The head as it is sent, for the record. */
void hp_exchange_take_head (HpExchange *self, const GString *head);
/* The kernel has taken bytes of the answer, n of them of the body. */
void hp_exchange_sent (HpExchange *self, gsize n);
/* These would be the last bytes of the body. */
gboolean hp_exchange_ends_with (HpExchange *self, gsize n);

/* The client doesn't take what libsoup has of the file. When that is so for a while, its memory is
 * let go. */
void hp_exchange_rest (HpExchange *self, gint64 now);
/* The client takes again. FALSE: what was let go is not there yet; the connection is resumed. */
gboolean hp_exchange_go_on (HpExchange *self);

/* Something large that a client takes its time for, and does take. To be asked now and then while
 * it is being answered. */
gboolean hp_exchange_is_download (HpExchange *self, gint64 now);

/* The connection was cut: what waits for a thread has nothing to wait for any more. */
void hp_exchange_wake (HpExchange *self);
/* It is cut because the client took too long. */
void hp_exchange_set_timed_out (HpExchange *self);

/* libsoup is through with it, or has given up. Writes the record, or leaves that to the connection
 * when the body of a refused request may still be on its way. */
void hp_exchange_end (HpExchange *self);
/* FALSE: it needs no more, hp_exchange_report() is due. */
gboolean hp_exchange_add_body (HpExchange *self, const char *data, gsize length);
/* Writes the record. The connection's reference is given up. */
void hp_exchange_report (HpExchange *self);

G_END_DECLS
