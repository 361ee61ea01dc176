/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <sys/uio.h>
#include <unistd.h>

#include "http/hp-engine-private.h"
#include "http/hp-exchange.h"
#include "http/hp-listener.h"

/* A file goes out in chunks, one in memory at a time; libsoup asks for the next when the kernel has
 * taken all of it. The chunk grows while the client takes it fast, so that a download isn't made of
 * many small calls, and shrinks when it doesn't, so that slow clients cost little. */
#define CHUNK_MIN (64 * 1024)
#define CHUNK_MAX (1024 * 1024)
#define FAST_US   (20 * 1000)
#define SLOW_US   (250 * 1000)

struct _HpExchange
{
  guint ref_count;

  /* owned */
  HpConnection *connection;
  SoupServerMessage *message; /* from hp_exchange_answer() to hp_exchange_end() */
  HpRequestHead head;
  HpResponse *response;
  guint8 *chunk; /* rc box of chunk_size bytes */

  /* borrowed */
  HpEngine *engine;

  gint64 time_us; /* wall clock */
  gint64 began;   /* monotonic */
  gint64 chunk_began;

  gsize chunk_size;
  goffset offset; /* the next byte of the file to read */
  goffset left;   /* how many to read still */
  guint64 expected;
  gssize job_result;

  gulong wrote_chunk_id;
  gboolean last;
  gboolean generating; /* the response belongs to a thread of the pool */
  gboolean failed;     /* reading, on our side */
  gboolean ended;
};

HpExchange *
hp_exchange_new (HpConnection *connection, HpRequestHead *head)
{
  HpExchange *self = g_new0 (HpExchange, 1);

  self->ref_count = 1;
  self->connection = hp_connection_ref (connection);
  self->head = *head;
  *head = (HpRequestHead){ 0 };
  self->time_us = g_get_real_time ();
  self->began = g_get_monotonic_time ();

  return self;
}

static HpExchange *
exchange_ref (HpExchange *self)
{
  self->ref_count++;
  return self;
}

static void
exchange_unref (HpExchange *self)
{
  if (--self->ref_count > 0)
    return;

  g_clear_pointer (&self->response, hp_response_free);
  g_clear_pointer (&self->chunk, g_rc_box_release);
  hp_request_head_clear (&self->head);
  g_clear_object (&self->message);
  hp_connection_unref (self->connection);
  g_free (self);
}

/* --- the body --- */

static void
append_chunk (HpExchange *self, gsize length)
{
  SoupMessageBody *body = soup_server_message_get_response_body (self->message);
  g_autoptr (GBytes) bytes = NULL;

  bytes = g_bytes_new_with_free_func (self->chunk, length, (GDestroyNotify) g_rc_box_release,
                                      g_rc_box_acquire (self->chunk));
  soup_message_body_append_bytes (body, bytes);

  self->offset += length;
  self->left -= length;
  self->chunk_began = g_get_monotonic_time ();
}

/* The length has been promised, so there is no way to end well: the client must see the connection
 * break. libsoup finds out when it writes, so it gets something to write. */
static void
fail (HpExchange *self)
{
  SoupMessageBody *body = soup_server_message_get_response_body (self->message);

  self->failed = TRUE;
  self->left = 0;
  soup_message_body_append (body, SOUP_MEMORY_STATIC, "", 1);
  hp_connection_cut (self->connection);
}

/* The file may be truncated or rewritten meanwhile; that is why it isn't mapped. */
static gssize
read_file (HpExchange *self, int flags)
{
  struct iovec part = { self->chunk, MIN ((goffset) self->chunk_size, self->left) };
  gssize n;

  do
    n = preadv2 (self->response->fd, &part, 1, self->offset, flags);
  while (n < 0 && errno == EINTR);

  return n;
}

static void
read_job (gpointer data, gpointer user_data)
{
  HpExchange *self = data;

  self->job_result = read_file (self, 0);
}

static void
read_job_done (gpointer data, gpointer user_data)
{
  HpExchange *self = data;

  if (!self->ended)
    {
      if (self->job_result > 0)
        append_chunk (self, self->job_result);
      else
        fail (self);

      /* libsoup paused when it found no chunk. */
      soup_server_message_unpause (self->message);
      hp_connection_resume (self->connection);
    }

  exchange_unref (self);
}

/* From the page cache at once; what has to come from the disk, by a thread. Where the file system
 * can't tell the two apart, only what is small is read here: the file has just been opened here as
 * well. */
static void
read_chunk (HpExchange *self)
{
  gssize n;

  if (self->chunk == NULL)
    self->chunk = g_rc_box_alloc (self->chunk_size);

  n = read_file (self, RWF_NOWAIT);
  if (n < 0 && errno != EAGAIN && self->expected <= CHUNK_MIN)
    n = read_file (self, 0);

  if (n > 0)
    append_chunk (self, n);
  else if (n < 0 && (errno == EAGAIN || errno == EOPNOTSUPP || errno == ENOSYS))
    hp_engine_run_job (self->engine, read_job, read_job_done, exchange_ref (self));
  else
    fail (self);
}

static void
set_chunk_size (HpExchange *self, gsize size)
{
  if (size == self->chunk_size)
    return;

  self->chunk_size = size;
  g_clear_pointer (&self->chunk, g_rc_box_release);
}

static void
wrote_chunk_cb (SoupServerMessage *message, gpointer user_data)
{
  HpExchange *self = user_data;
  gint64 took;

  if (self->left == 0)
    return;

  took = g_get_monotonic_time () - self->chunk_began;
  if (took < FAST_US)
    set_chunk_size (self, MIN (self->chunk_size * 4, CHUNK_MAX));
  else if (took > SLOW_US)
    set_chunk_size (self, MAX (self->chunk_size / 4, CHUNK_MIN));

  read_chunk (self);
}

static void
send_file (HpExchange *self)
{
  self->offset = self->response->offset;
  self->left = self->response->length;
  self->chunk_size = MIN (self->left, CHUNK_MIN);

  read_chunk (self);

  if (self->left > 0)
    self->wrote_chunk_id = g_signal_connect (self->message, "wrote-chunk",
                                             G_CALLBACK (wrote_chunk_cb), self);
}

/* --- the answer --- */

static void
set_headers (HpExchange *self, goffset length)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (self->message);
  HpResponse *response = self->response;

  for (guint i = 0; i < response->headers->len; i++)
    {
      HpHeader *header = &g_array_index (response->headers, HpHeader, i);

      soup_message_headers_append (headers, header->name, header->value);
    }

  /* A 304 says nothing of a length, or the true one; libsoup would say 0. */
  if (response->status == SOUP_STATUS_NOT_MODIFIED && length == 0)
    soup_message_headers_set_encoding (headers, SOUP_ENCODING_NONE);
  else
    soup_message_headers_set_content_length (headers, length);

  if (self->last || response->close || self->head.refusal || !self->head.keep_alive)
    soup_message_headers_append (headers, "Connection", "close");
  else if (self->head.minor_version == 0)
    soup_message_headers_append (headers, "Connection", "keep-alive");
}

static goffset
get_length (HpResponse *response)
{
  switch (response->body)
    {
    case HP_BODY_BYTES:
      return g_bytes_get_size (response->bytes);
    case HP_BODY_FILE:
      return response->length;
    case HP_BODY_NONE:
    case HP_BODY_GENERATOR:
    default:
      return 0;
    }
}

static void
send_response (HpExchange *self)
{
  HpResponse *response = self->response;
  SoupMessageBody *body = soup_server_message_get_response_body (self->message);
  goffset length = get_length (response);

  soup_server_message_set_status (self->message, response->status, NULL);
  set_headers (self, length);

  if (length == 0 || response->head || g_strcmp0 (self->head.method, "HEAD") == 0
      || response->status == SOUP_STATUS_NO_CONTENT || response->status == SOUP_STATUS_NOT_MODIFIED)
    return;

  self->expected = length;
  soup_message_body_set_accumulate (body, FALSE);

  if (response->body == HP_BODY_BYTES)
    soup_message_body_append_bytes (body, response->bytes);
  else
    send_file (self);
}

static void
generate_job (gpointer data, gpointer user_data)
{
  HpExchange *self = data;

  hp_response_generate (self->response);
}

static void
generate_job_done (gpointer data, gpointer user_data)
{
  HpExchange *self = data;

  self->generating = FALSE;
  if (!self->ended)
    {
      send_response (self);
      soup_server_message_unpause (self->message);
      hp_connection_resume (self->connection);
    }

  exchange_unref (self);
}

void
hp_exchange_answer (HpExchange *self,
                    SoupServerMessage *message,
                    HpResponder *responder,
                    HpEngine *engine,
                    guint16 port,
                    gboolean last)
{
  const char *const *fields = self->head.fields;
  HpRequest request = {
    .method = self->head.method ? self->head.method : "-",
    .target = self->head.target ? self->head.target : "-",
    .minor_version = self->head.minor_version,
    .port = port,
    .refusal = self->head.refusal,
    .host = fields[HP_FIELD_HOST],
    .range = fields[HP_FIELD_RANGE],
    .if_range = fields[HP_FIELD_IF_RANGE],
    .if_match = fields[HP_FIELD_IF_MATCH],
    .if_none_match = fields[HP_FIELD_IF_NONE_MATCH],
    .if_modified_since = fields[HP_FIELD_IF_MODIFIED_SINCE],
    .if_unmodified_since = fields[HP_FIELD_IF_UNMODIFIED_SINCE],
  };

  g_return_if_fail (self->message == NULL);

  self->message = g_object_ref (message);
  self->engine = engine;
  self->last = last;
  self->response = hp_responder_respond (responder, &request);

  if (self->response->body != HP_BODY_GENERATOR)
    {
      send_response (self);
      return;
    }

  soup_server_message_pause (message);
  self->generating = TRUE;
  hp_engine_run_job (engine, generate_job, generate_job_done, exchange_ref (self));
}

/* --- the end --- */

static void
fill_in_answer (HpExchange *self, HpRequestRecord *record)
{
  gboolean head_sent = hp_connection_get_head_sent (self->connection);

  if (head_sent)
    record->status = self->response->status;
  if (!head_sent || record->bytes < self->expected)
    record->flags |= HP_RECORD_ABORTED;
  record->reason = self->failed ? HP_REASON_READ_ERROR : self->response->reason;
  record->media_type = hp_response_get_header (self->response, "Content-Type");
}

void
hp_exchange_end (HpExchange *self)
{
  const char *const *fields = self->head.fields;
  HpRequestRecord record = {
    .time_us = self->time_us,
    .duration_us = MIN (g_get_monotonic_time () - self->began, G_MAXUINT32),
    .bytes = hp_connection_get_body_sent (self->connection),
    .method = self->head.method ? self->head.method : "-",
    .target = self->head.target ? self->head.target : "-",
    .client = hp_connection_get_client (self->connection),
    .referrer = fields[HP_FIELD_REFERER],
    .user_agent = fields[HP_FIELD_USER_AGENT],
  };

  g_return_if_fail (!self->ended);

  self->ended = TRUE;
  if (self->wrote_chunk_id)
    g_signal_handler_disconnect (self->message, self->wrote_chunk_id);
  g_clear_object (&self->message);

  if (hp_request_target_is_noise (record.target))
    record.flags |= HP_RECORD_NOISE;
  if (hp_request_referrer_is_own (record.referrer, fields[HP_FIELD_HOST]))
    record.flags |= HP_RECORD_OWN_REFERRER;
  if (self->response && !self->generating)
    fill_in_answer (self, &record);
  else
    record.flags |= HP_RECORD_ABORTED;

  hp_listener_record (hp_connection_get_listener (self->connection), &record);
  hp_connection_exchange_ended (self->connection);
  exchange_unref (self);
}
