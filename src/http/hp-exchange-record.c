/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <arpa/inet.h>
#include <string.h>

#include "http/hp-exchange-private.h"
#include "http/hp-listener.h"

/* The names of the Fetch standard. */
static const struct
{
  const char *name;
  HpFetchDest dest;
} destinations[] = {
  { "empty", HP_FETCH_DEST_EMPTY },          { "document", HP_FETCH_DEST_DOCUMENT },
  { "style", HP_FETCH_DEST_STYLE },          { "script", HP_FETCH_DEST_SCRIPT },
  { "image", HP_FETCH_DEST_IMAGE },          { "font", HP_FETCH_DEST_FONT },
  { "iframe", HP_FETCH_DEST_FRAME },         { "frame", HP_FETCH_DEST_FRAME },
  { "object", HP_FETCH_DEST_FRAME },         { "embed", HP_FETCH_DEST_FRAME },
  { "audio", HP_FETCH_DEST_MEDIA },          { "video", HP_FETCH_DEST_MEDIA },
  { "track", HP_FETCH_DEST_MEDIA },          { "manifest", HP_FETCH_DEST_MANIFEST },
  { "worker", HP_FETCH_DEST_WORKER },        { "sharedworker", HP_FETCH_DEST_WORKER },
  { "serviceworker", HP_FETCH_DEST_WORKER }, { "audioworklet", HP_FETCH_DEST_WORKER },
  { "paintworklet", HP_FETCH_DEST_WORKER },
};

/* --- heads --- */

/* The first line isn't a field, and the empty one is none either. What is too long is cut between
 * two lines. */
void
hp_exchange_append_fields (GString *fields, const char *head, gsize length)
{
  const char *end = head + length;
  const char *line = memchr (head, '\n', length);

  while (line != NULL && ++line < end)
    {
      const char *next = memchr (line, '\n', end - line);
      gsize n = (next ? next : end) - line;

      if (n > 0 && line[n - 1] == '\r')
        n--;
      if (n == 0 || fields->len + n + 1 > HP_RECORD_MAX_HEAD || memchr (line, '\0', n) != NULL)
        break;

      g_string_append_len (fields, line, n);
      g_string_append_c (fields, '\n');
      line = next;
    }
}

char *
hp_exchange_dup_request_fields (const char *head, gsize length)
{
  GString *fields;

  /* Empty lines before the first are no part of it (RFC 9112, 2.2). */
  while (length > 0 && (*head == '\r' || *head == '\n'))
    {
      head++;
      length--;
    }
  if (memchr (head, '\n', length) == NULL)
    return NULL;

  fields = g_string_sized_new (MIN (length, HP_RECORD_MAX_HEAD));
  hp_exchange_append_fields (fields, head, length);

  return g_string_free (fields, FALSE);
}

gboolean
hp_exchange_add_body (HpExchange *self, const char *data, gsize length)
{
  gsize room = HP_RECORD_MAX_BODY - self->body->len;

  g_byte_array_append (self->body, (const guint8 *) data, MIN (length, room));

  return length < room;
}

/* --- the record --- */

static HpFetchDest
get_destination (const char *name)
{
  if (name == NULL)
    return HP_FETCH_DEST_UNKNOWN;

  for (gsize i = 0; i < G_N_ELEMENTS (destinations); i++)
    if (strcmp (name, destinations[i].name) == 0)
      return destinations[i].dest;

  return HP_FETCH_DEST_UNKNOWN;
}

static guint8
get_flags (HpExchange *self, const char *target)
{
  const char *const *fields = self->head.fields;
  guint8 flags = 0;

  if (hp_request_target_is_noise (target))
    flags |= HP_RECORD_NOISE;
  if (hp_request_referrer_is_own (fields[HP_FIELD_REFERER], fields[HP_FIELD_HOST]))
    flags |= HP_RECORD_OWN_REFERRER;
  if (g_strcmp0 (fields[HP_FIELD_SEC_FETCH_MODE], "navigate") == 0)
    flags |= HP_RECORD_NAVIGATION;
  if (self->reused)
    flags |= HP_RECORD_REUSED;
  if (fields[HP_FIELD_REPEAT] != NULL
      && strcmp (fields[HP_FIELD_REPEAT], hp_engine_get_repeat_token ()) == 0)
    flags |= HP_RECORD_REPEATED;
  if (!hp_exchange_is_whole (self))
    flags |= HP_RECORD_ABORTED;

  return flags;
}

/* Of an answer that a thread still works on, nothing may be looked at. */
static void
fill_in_answer (HpExchange *self, HpRequestRecord *record)
{
  if (self->response == NULL || self->generating)
    return;

  if (self->first_byte != 0)
    {
      record->status = self->response->status;
      record->first_byte_us = CLAMP (self->first_byte - self->began, 1, G_MAXUINT32);
    }
  record->reason = self->failed ? HP_REASON_READ_ERROR : self->response->reason;
  record->media_type = hp_response_get_header (self->response, "Content-Type");
  record->file = self->response->file;
  if (self->head_taken)
    record->response_fields = self->fields->str;
}

static const char *
get_client (const struct sockaddr_in *peer, char *buffer, gsize size)
{
  if (peer->sin_addr.s_addr == htonl (INADDR_LOOPBACK))
    return "127.0.0.1";

  return inet_ntop (AF_INET, &peer->sin_addr, buffer, size);
}

void
hp_exchange_report (HpExchange *self)
{
  const struct sockaddr_in *peer = hp_connection_get_peer (self->connection);
  const char *const *fields = self->head.fields;
  char client[INET_ADDRSTRLEN];
  HpRequestRecord record = {
    .time_us = self->time_us,
    .duration_us = MIN (self->over - self->began, G_MAXUINT32),
    .bytes = self->body_sent,
    .method = self->head.method ? self->head.method : "-",
    .target = self->head.target ? self->head.target : "-",
    .client = get_client (peer, client, sizeof client),
    .client_port = ntohs (peer->sin_port),
    .connection = hp_connection_get_number (self->connection),
    .referrer = fields[HP_FIELD_REFERER],
    .user_agent = fields[HP_FIELD_USER_AGENT],
    .fetch_dest = get_destination (fields[HP_FIELD_SEC_FETCH_DEST]),
    .request_fields = self->request_fields,
    .body = self->body ? (const char *) self->body->data : NULL,
    .body_length = self->body ? self->body->len : 0,
  };

  record.flags = get_flags (self, record.target);
  fill_in_answer (self, &record);
  if (self->timed_out)
    record.reason = HP_REASON_TIMEOUT;

  hp_listener_record (hp_connection_get_listener (self->connection), &record);
  hp_exchange_unref (self);
}
