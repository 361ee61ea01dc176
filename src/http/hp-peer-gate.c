/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <arpa/inet.h>
#include <unistd.h>

#include "http/hp-engine-private.h"
#include "http/hp-peer-gate.h"
#include "ports/hp-user-name.h"

struct _HpPeerGate
{
  HpEngine *engine; /* borrowed */
  HpRecordQueue *queue;
  uid_t asked_for; /* whose name was asked for last; our own at first, which nobody asks for */
  struct sockaddr_in server;
};

/* Somebody who was kept out. The name of a user may have to be asked for over the network, so that
 * is done in a thread. */
typedef struct
{
  HpRecordQueue *queue;
  struct sockaddr_in client;
  gint64 time_us;
  uid_t uid;
  char *name;
} Refused;

HpPeerGate *
hp_peer_gate_new (HpEngine *engine, guint16 port, HpRecordQueue *queue)
{
  HpPeerGate *self = g_new0 (HpPeerGate, 1);

  self->engine = engine;
  self->asked_for = geteuid ();
  self->queue = hp_record_queue_ref (queue);
  self->server = (struct sockaddr_in){ .sin_family = AF_INET,
                                       .sin_port = htons (port),
                                       .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  return self;
}

void
hp_peer_gate_free (HpPeerGate *self)
{
  if (self == NULL)
    return;

  hp_record_queue_unref (self->queue);
  g_free (self);
}

/* In a sandbox one number stands for everybody else. */
static gboolean
is_anybody (uid_t uid)
{
  return uid == HP_OVERFLOW_UID && hp_user_name_is_mapped ();
}

static void
find_name (gpointer data, gpointer user_data)
{
  Refused *self = data;

  self->name = hp_user_name_find (self->uid);
}

static void
report (gpointer data, gpointer user_data)
{
  Refused *self = data;
  char address[INET_ADDRSTRLEN] = "";
  g_autofree char *client = NULL;

  inet_ntop (AF_INET, &self->client.sin_addr, address, sizeof address);
  if (is_anybody (self->uid))
    client = g_strdup (address);
  else if (self->name != NULL)
    client = g_strdup_printf ("%s@%s", self->name, address);
  else
    client = g_strdup_printf ("%u@%s", (guint) self->uid, address);

  hp_record_queue_push (self->queue, &(HpRequestRecord){
                                         .time_us = self->time_us,
                                         .reason = HP_REASON_OTHER_USER,
                                         .flags = HP_RECORD_ABORTED,
                                         .method = "-",
                                         .target = "-",
                                         .client = client,
                                         .client_port = ntohs (self->client.sin_port),
                                     });
  hp_record_queue_unref (self->queue);
  g_free (self->name);
  g_free (self);
}

/* Asked for once per user only: whoever connects in a loop must not keep the threads busy. */
static void
tell (HpPeerGate *self, const struct sockaddr_in *client, uid_t uid)
{
  Refused *refused = g_new0 (Refused, 1);

  refused->queue = hp_record_queue_ref (self->queue);
  refused->client = *client;
  refused->time_us = g_get_real_time ();
  refused->uid = uid;
  if (is_anybody (uid) || hp_user_name_peek (uid, &refused->name) || uid == self->asked_for)
    {
      report (refused, NULL);
      return;
    }
  self->asked_for = uid;
  hp_engine_run_job (self->engine, find_name, report, refused);
}

gboolean
hp_peer_gate_admit (HpPeerGate *self,
                    HpServerOptions *options,
                    const struct sockaddr_in *client,
                    guint32 *inode)
{
  gboolean only_me = hp_server_options_get (options, HP_OPTION_ONLY_ME);
  HpPeer peer;
  uid_t uid;

  *inode = 0;
  if (!only_me && hp_engine_peek_client_names (self->engine) == NULL)
    return TRUE;

  peer = hp_peer_check_look (hp_engine_get_peer_check (self->engine), client, &self->server, &uid,
                             inode);
  if (!only_me || peer == HP_PEER_MINE)
    return TRUE;

  /* Nobody waits for an answer to one that has gone, and nobody can say whose it was. */
  if (peer == HP_PEER_OTHER_USER)
    tell (self, client, uid);
  return FALSE;
}
