/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "http/hp-exchange-private.h"
#include "http/hp-listener.h"
#include "http/hp-lookup.h"

/* A file goes out in chunks, one in memory at a time; libsoup asks for the next when the kernel has
 * taken all of it. What is sent first fits into the kernel's buffer, whoever reads. Then the chunk
 * is small, as it stays in memory for as long as a client doesn't read, and grows with what the
 * client has taken fast, so that a long download isn't made of many small calls. Of a client that
 * takes nothing for a while not even that is kept: libsoup knows only where it is, so it can be
 * read again before it is sent. */
#define CHUNK_FIRST (64 * 1024)
#define FIRST_BYTES (256 * 1024)
#define CHUNK_MIN   (16 * 1024)
#define CHUNK_MAX   (1024 * 1024)
#define GROWTH      128 /* the chunk is this part of what was sent */
#define FAST_US     (20 * 1000)
#define SLOW_US     (250 * 1000)

/* How often a file is looked at anew that became empty before its first byte was read. */
#define MAX_TRIES 3

/* How often a part of a file is read anew that changed while it was read. */
#define MAX_READS 4

static gboolean
ends_with_empty_line (const char *data, gsize length)
{
  return length >= 4 && memcmp (data + length - 4, "\r\n\r\n", 4) == 0;
}

HpExchange *
hp_exchange_new (
    HpConnection *connection, HpRequestHead *head, const char *data, gsize length, gboolean reused)
{
  HpExchange *self = g_new0 (HpExchange, 1);

  self->ref_count = 1;
  self->connection = hp_connection_ref (connection);
  self->engine = hp_listener_get_engine (hp_connection_get_listener (connection));
  self->head = *head;
  *head = (HpRequestHead){ 0 };
  self->time_us = g_get_real_time ();
  self->began = g_get_monotonic_time ();
  self->reused = reused;
  self->request_fields = hp_exchange_dup_request_fields (data, self->head.length);

  if (self->head.refusal && ends_with_empty_line (data, self->head.length))
    {
      self->body = g_byte_array_new ();
      hp_exchange_add_body (self, data + self->head.length, length - self->head.length);
    }

  return self;
}

static HpExchange *
exchange_ref (HpExchange *self)
{
  self->ref_count++;
  return self;
}

void
hp_exchange_unref (HpExchange *self)
{
  if (--self->ref_count > 0)
    return;

  g_clear_pointer (&self->response, hp_response_free);
  g_clear_pointer (&self->chunk, hp_chunk_unref);
  if (self->fields)
    g_string_free (self->fields, TRUE);
  g_clear_pointer (&self->body, g_byte_array_unref);
  g_free (self->request_fields);
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

  bytes = g_bytes_new_with_free_func (self->chunk->data, length, (GDestroyNotify) hp_chunk_unref,
                                      hp_chunk_ref (self->chunk));
  soup_message_body_append_bytes (body, bytes);

  self->offset += length;
  self->left -= length;
  self->chunk_length = length;
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

/* libsoup looks at nothing while it waits for a thread of ours. */
void
hp_exchange_wake (HpExchange *self)
{
  if (self->message == NULL || !self->in_job)
    return;

  if (self->sending)
    soup_message_body_append (soup_server_message_get_response_body (self->message),
                              SOUP_MEMORY_STATIC, "", 1);
  soup_server_message_unpause (self->message);
}

static gssize
read_once (int fd, guint8 *data, gsize length, goffset offset, int flags)
{
  struct iovec part = { data, length };
  gssize n;

  do
    n = preadv2 (fd, &part, 1, offset, flags);
  while (n < 0 && errno == EINTR);

  return n < 0 ? -errno : n;
}

/* The file may be truncated or rewritten meanwhile; that is why it isn't mapped. The kernel wipes
 * the last page of a file that is cut short while somebody may be reading it, so what was read in
 * that moment, zeros it may be, is read again; a file that always changes is taken as it comes.
 * Returns how much was read, or -errno. */
static gssize
read_part (HpExchange *self, guint8 *data, gsize length, goffset offset, int flags)
{
  int fd = self->response->fd;
  struct stat before, after;
  gssize n;

  for (guint i = 0; i < MAX_READS; i++)
    {
      gboolean known = fstat (fd, &before) == 0;

      n = read_once (fd, data, length, offset, flags);
      if (n <= 0 || !known || fstat (fd, &after) != 0)
        return n;
      if (after.st_size < offset + n)
        n = MAX (after.st_size - offset, 0);
      if (before.st_ctim.tv_sec == after.st_ctim.tv_sec
          && before.st_ctim.tv_nsec == after.st_ctim.tv_nsec)
        return n;
    }

  return n;
}

static gssize
read_file (HpExchange *self, int flags)
{
  return read_part (self, self->chunk->data, MIN ((goffset) self->chunk_size, self->left),
                    self->offset, flags);
}

static void
run_job (HpExchange *self, GFunc work, GFunc done)
{
  self->in_job = TRUE;
  hp_engine_run_job (self->engine, work, done, exchange_ref (self));
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

  self->in_job = FALSE;
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

  hp_exchange_unref (self);
}

/* From the page cache at once; what has to come from the disk, by a thread. Where the file system
 * can't tell the two apart, only what is small is read here: the file has just been opened here as
 * well. FALSE when a thread is needed. */
static gboolean
read_at_once (HpExchange *self, gssize *n)
{
  if (self->chunk == NULL)
    self->chunk = hp_chunk_new (self->chunk_size);

  *n = read_file (self, RWF_NOWAIT);
  if (*n < 0 && *n != -EAGAIN && self->response->length <= CHUNK_FIRST)
    *n = read_file (self, 0);

  return *n != -EAGAIN && *n != -EOPNOTSUPP && *n != -ENOSYS;
}

static void
read_chunk (HpExchange *self)
{
  gssize n;

  if (!read_at_once (self, &n))
    run_job (self, read_job, read_job_done);
  else if (n > 0)
    append_chunk (self, n);
  else
    fail (self);
}

/* --- what is let go of it --- */

void
hp_exchange_rest (HpExchange *self, gint64 now)
{
  if (self->chunk_length == 0 || self->let_go || now - self->chunk_began < SLOW_US)
    return;

  self->let_go = hp_chunk_let_go (self->chunk);
}

/* TRUE: all of it is there again. */
static gboolean
fetch (HpExchange *self, int flags)
{
  goffset begin = self->offset - self->chunk_length;
  gsize done = 0;
  gssize n;

  do
    {
      n = read_part (self, self->chunk->data + done, self->chunk_length - done, begin + done,
                     flags);
      done += MAX (n, 0);
    }
  while (n > 0 && done < self->chunk_length);

  return done == self->chunk_length;
}

static void
fetch_job (gpointer data, gpointer user_data)
{
  HpExchange *self = data;

  self->job_result = fetch (self, 0);
}

static void
fetch_job_done (gpointer data, gpointer user_data)
{
  HpExchange *self = data;

  self->fetching = FALSE;
  if (!self->ended)
    {
      self->let_go = FALSE;
      self->failed = !self->job_result; /* the file was cut short meanwhile */
      if (self->failed)
        hp_connection_cut (self->connection);
      hp_connection_resume (self->connection);
    }

  hp_exchange_unref (self);
}

gboolean
hp_exchange_go_on (HpExchange *self)
{
  if (!self->let_go)
    return TRUE;
  if (self->fetching)
    return FALSE;

  if (fetch (self, RWF_NOWAIT))
    {
      self->let_go = FALSE;
      return TRUE;
    }

  self->fetching = TRUE;
  hp_engine_run_job (self->engine, fetch_job, fetch_job_done, exchange_ref (self));
  return FALSE;
}

/* --- the size of the next --- */

static void
set_chunk_size (HpExchange *self, gsize size)
{
  if (size == self->chunk_size)
    return;

  self->chunk_size = size;
  g_clear_pointer (&self->chunk, hp_chunk_unref);
}

/* A power of two, so that memory is asked for anew only when it doubles. */
static gsize
grown_chunk (goffset sent)
{
  gsize size = CHUNK_MIN;

  while (size < CHUNK_MAX && (goffset) size * 2 * GROWTH <= sent)
    size *= 2;
  return size;
}

static void
wrote_chunk_cb (SoupServerMessage *message, gpointer user_data)
{
  HpExchange *self = user_data;
  goffset sent = self->offset - self->response->offset;
  gint64 took;

  self->chunk_length = 0;
  if (self->left == 0)
    return;

  took = g_get_monotonic_time () - self->chunk_began;
  if (sent < FIRST_BYTES)
    set_chunk_size (self, CHUNK_FIRST);
  else if (took < FAST_US)
    set_chunk_size (self, grown_chunk (sent));
  else if (took > SLOW_US)
    set_chunk_size (self, MAX (self->chunk_size / 4, CHUNK_MIN));

  read_chunk (self);
}

/* --- the answer --- */

/* A 204 has no length (RFC 9110, 8.6). libsoup takes it out, and would then close the connection to
 * show where the body ends. */
static void
wrote_headers_cb (SoupServerMessage *message, gpointer user_data)
{
  soup_message_headers_set_encoding (soup_server_message_get_response_headers (message),
                                     SOUP_ENCODING_NONE);
}

/* Most of the head goes round libsoup, see hp_exchange_get_fields(). */
static void
add_field (HpExchange *self, const char *name, const char *value)
{
  g_string_append (self->fields, name);
  g_string_append_len (self->fields, ": ", 2);
  g_string_append (self->fields, value);
  g_string_append_len (self->fields, "\r\n", 2);
}

/* libsoup isn't told that the connection ends: its side of it doesn't. */
static void
add_connection_field (HpExchange *self)
{
  HpListener *listener = hp_connection_get_listener (self->connection);

  self->last = hp_listener_is_stopping (listener) || self->response->close || self->head.refusal
               || !self->head.keep_alive;
  if (self->last)
    add_field (self, "Connection", "close");
  else if (self->head.minor_version == 0)
    add_field (self, "Connection", "keep-alive");
}

static void
make_fields (HpExchange *self)
{
  GArray *headers = self->response->headers;

  self->fields = g_string_sized_new (512);
  for (guint i = 0; i < headers->len; i++)
    {
      HpHeader *header = &g_array_index (headers, HpHeader, i);

      add_field (self, header->name, header->value);
    }
  add_connection_field (self);
}

static void
set_headers (HpExchange *self, goffset length)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (self->message);
  HpResponse *response = self->response;

  make_fields (self);

  if (response->status == SOUP_STATUS_NO_CONTENT)
    g_signal_connect (self->message, "wrote-headers", G_CALLBACK (wrote_headers_cb), NULL);

  /* A 304 says nothing of a length, or the true one; libsoup would say 0. */
  if (response->status == SOUP_STATUS_NOT_MODIFIED && length == 0)
    soup_message_headers_set_encoding (headers, SOUP_ENCODING_NONE);
  else
    soup_message_headers_set_content_length (headers, length);
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

static gboolean
has_body (HpExchange *self)
{
  HpResponse *response = self->response;

  return get_length (response) > 0 && !response->head && !hp_exchange_is_head (self)
         && response->status != SOUP_STATUS_NO_CONTENT
         && response->status != SOUP_STATUS_NOT_MODIFIED;
}

static void
send_response (HpExchange *self)
{
  HpResponse *response = self->response;
  SoupMessageBody *body = soup_server_message_get_response_body (self->message);
  goffset length = get_length (response);

  soup_server_message_set_status (self->message, response->status,
                                  hp_response_get_phrase (response));
  set_headers (self, length);
  if (!has_body (self))
    return;

  self->expected = length;
  self->sending = TRUE;
  soup_message_body_set_accumulate (body, FALSE);
  if (response->body == HP_BODY_BYTES)
    soup_message_body_append_bytes (body, response->bytes);
}

/* While nothing of a file has been sent, there is still time to say that it can't be. One that has
 * been cut short meanwhile is another matter: what was said of it is no longer true. */
static void
send_file_from (HpExchange *self, gssize n)
{
  if (n <= 0)
    {
      const HpRequest request = { .accept = self->head.fields[HP_FIELD_ACCEPT] };
      HpReason reason = n < 0 ? hp_lookup_reason_from_errno (-n) : HP_REASON_READ_ERROR;

      /* It was found, so whatever else is wrong isn't its name. */
      if (reason != HP_REASON_BUSY && reason != HP_REASON_NO_PERMISSION)
        reason = HP_REASON_READ_ERROR;

      self->left = 0;
      hp_response_free (self->response);
      self->response = hp_responder_refuse (&request, reason);
      send_response (self);
      return;
    }

  send_response (self);
  append_chunk (self, n);
  if (self->left > 0)
    self->wrote_chunk_id = g_signal_connect (self->message, "wrote-chunk",
                                             G_CALLBACK (wrote_chunk_cb), self);
}

static void
first_read_done (gpointer data, gpointer user_data)
{
  HpExchange *self = data;

  self->in_job = FALSE;
  if (!self->ended)
    {
      send_file_from (self, self->job_result);
      soup_server_message_unpause (self->message);
      hp_connection_resume (self->connection);
    }

  hp_exchange_unref (self);
}

/* FALSE: the file has become empty since it was looked at, so what was said of it is no longer
 * true. */
static gboolean
send_file (HpExchange *self)
{
  gssize n;

  self->offset = self->response->offset;
  self->left = self->response->length;
  set_chunk_size (self, MIN (self->left, CHUNK_FIRST));

  if (!read_at_once (self, &n))
    {
      soup_server_message_pause (self->message);
      run_job (self, read_job, first_read_done);
      return TRUE;
    }
  if (n == 0)
    return FALSE;

  send_file_from (self, n);
  return TRUE;
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

  self->in_job = FALSE;
  self->generating = FALSE;
  if (!self->ended)
    {
      send_response (self);
      soup_server_message_unpause (self->message);
      hp_connection_resume (self->connection);
    }

  hp_exchange_unref (self);
}

static void
answer (HpExchange *self, HpResponder *responder, const HpRequest *request)
{
  for (guint tries = 0; tries < MAX_TRIES; tries++)
    {
      g_clear_pointer (&self->response, hp_response_free);
      self->response = hp_responder_respond (responder, request);

      if (self->response->body == HP_BODY_GENERATOR)
        {
          soup_server_message_pause (self->message);
          self->generating = TRUE;
          run_job (self, generate_job, generate_job_done);
          return;
        }
      if (self->response->body != HP_BODY_FILE || !has_body (self))
        {
          send_response (self);
          return;
        }
      if (send_file (self))
        return;
    }

  send_file_from (self, 0);
}

void
hp_exchange_answer (HpExchange *self, SoupServerMessage *message)
{
  HpListener *listener = hp_connection_get_listener (self->connection);
  const char *const *fields = self->head.fields;
  HpRequest request = {
    .method = self->head.method ? self->head.method : "-",
    .target = self->head.target ? self->head.target : "-",
    .minor_version = self->head.minor_version,
    .port = hp_listener_get_port (listener),
    .refusal = self->head.refusal,
    .host = fields[HP_FIELD_HOST],
    .range = fields[HP_FIELD_RANGE],
    .if_range = fields[HP_FIELD_IF_RANGE],
    .if_match = fields[HP_FIELD_IF_MATCH],
    .if_none_match = fields[HP_FIELD_IF_NONE_MATCH],
    .if_modified_since = fields[HP_FIELD_IF_MODIFIED_SINCE],
    .if_unmodified_since = fields[HP_FIELD_IF_UNMODIFIED_SINCE],
    .accept = fields[HP_FIELD_ACCEPT],
    .sec_fetch_site = fields[HP_FIELD_SEC_FETCH_SITE],
    .sec_fetch_mode = fields[HP_FIELD_SEC_FETCH_MODE],
    .sec_fetch_dest = fields[HP_FIELD_SEC_FETCH_DEST],
  };

  g_return_if_fail (self->message == NULL);

  self->message = g_object_ref (message);
  answer (self, hp_listener_get_responder (listener), &request);
}

gboolean
hp_exchange_is_head (HpExchange *self)
{
  return g_strcmp0 (self->head.method, "HEAD") == 0;
}

gboolean
hp_exchange_is_begun (HpExchange *self)
{
  return self->message != NULL;
}

const GString *
hp_exchange_get_fields (HpExchange *self)
{
  return self->fields;
}

void
hp_exchange_take_head (HpExchange *self, const GString *head)
{
  g_string_truncate (self->fields, 0);
  hp_exchange_append_fields (self->fields, head->str, head->len);
  self->head_taken = TRUE;
}

void
hp_exchange_sent (HpExchange *self, gsize n)
{
  if (self->first_byte == 0)
    self->first_byte = g_get_monotonic_time ();
  self->body_sent += n;
}

gboolean
hp_exchange_ends_with (HpExchange *self, gsize n)
{
  return self->body_sent + n == self->expected;
}

void
hp_exchange_set_timed_out (HpExchange *self)
{
  self->timed_out = TRUE;
}

/* --- the end --- */

gboolean
hp_exchange_is_whole (HpExchange *self)
{
  return self->head_taken && self->first_byte != 0 && !self->failed
         && self->body_sent == self->expected;
}

void
hp_exchange_end (HpExchange *self)
{
  gboolean reported;

  g_return_if_fail (!self->ended);

  self->ended = TRUE;
  self->over = g_get_monotonic_time ();
  if (self->wrote_chunk_id)
    g_signal_handler_disconnect (self->message, self->wrote_chunk_id);
  g_clear_object (&self->message);

  /* Whatever the reason, nothing may follow half an answer. */
  if (!hp_exchange_is_whole (self))
    hp_connection_cut (self->connection);

  reported = self->body == NULL || self->body->len >= HP_RECORD_MAX_BODY;
  hp_connection_exchange_ended (self->connection, self->last, reported);
  if (reported)
    hp_exchange_report (self);
}
