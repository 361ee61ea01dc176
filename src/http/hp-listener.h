/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "http/hp-connection.h"
#include "http/hp-engine.h"
#include "http/hp-responder.h"
#include "http/hp-server-options.h"
#include "log/hp-record-queue.h"

G_BEGIN_DECLS

/* The half of an HpHttpServer that lives in the engine thread: the listening socket and what
 * answers the requests that come by it. All but hp_listener_new() in the engine thread only. */

/* Any thread. Takes the listening descriptor. */
HpListener *hp_listener_new (HpEngine *engine,
                             int fd,
                             guint16 port,
                             const char *folder,
                             HpServerOptions *options,
                             HpRecordQueue *queue);

/* FALSE: nothing has begun, only hp_listener_stop() is left to do. */
gboolean hp_listener_start (HpListener *self, GError **error);
void hp_listener_set_options (HpListener *self, HpServerOptions *options);

/* Takes the descriptor of a connected socket, as if it had been accepted. */
void hp_listener_add (HpListener *self, int fd, const struct sockaddr_in *peer);

/* Stops listening at once and closes what is idle; running answers have grace_ms to end. Then frees
 * the listener and calls done. */
void hp_listener_stop (HpListener *self, guint grace_ms, GSourceFunc done, gpointer user_data);

/* --- what the poller and the list of connections call --- */

/* Somebody waits at the socket. */
void hp_listener_accept (HpListener *self);
/* It had to wait for room. */
void hp_listener_resume (HpListener *self);

/* --- what connections and exchanges call --- */

HpEngine *hp_listener_get_engine (HpListener *self);
HpResponder *hp_listener_get_responder (HpListener *self);
guint16 hp_listener_get_port (HpListener *self);
gboolean hp_listener_is_stopping (HpListener *self);
void hp_listener_connection_closed (HpListener *self);
void hp_listener_record (HpListener *self, const HpRequestRecord *record);

/* A limit has acted on a connection and no record of a request will tell why. */
typedef enum
{
  HP_NOTICE_EVICTED,  /* one more than may be open: the longest idle had to go */
  HP_NOTICE_ALL_BUSY, /* likewise, and none was idle: it has to wait */
  HP_NOTICE_WAITING,  /* as many requests as may be are being answered */
  HP_NOTICE_SHORTAGE, /* the process may open no more files */
  HP_NOTICE_SLOW_HEAD,
  HP_NOTICE_STALLED,

  HP_N_NOTICES
} HpNotice;

/* Says so in words, at most once a minute for each kind. */
void hp_listener_tell (HpListener *self, HpNotice notice);

G_END_DECLS
