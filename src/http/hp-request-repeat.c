/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "http/hp-request-repeat.h"
#include "http/hp-request-why.h"

/* Read at once of an answer that nobody wants. */
#define SKIP_SIZE (256 * 1024)

#define TIMEOUT_SECONDS 30

typedef struct
{
  GBytes *message;
  GSocketConnection *connection; /* nullable */
} Repeat;

static void
repeat_free (gpointer data)
{
  Repeat *self = data;

  g_bytes_unref (self->message);
  g_clear_object (&self->connection);
  g_free (self);
}

/* --- the message --- */

/* A request line is three words. */
static gboolean
is_word (const char *text)
{
  if (text == NULL || *text == '\0')
    return FALSE;
  for (; *text != '\0'; text++)
    if ((guchar) *text <= ' ' || *text == 0x7f)
      return FALSE;
  return TRUE;
}

/* About the connection or the length, or ours. */
static gboolean
is_left_out (const char *line, gsize length)
{
  static const char *const names[] = { "Connection", "Keep-Alive",     "Proxy-Connection",
                                       "Upgrade",    "HTTP2-Settings", "TE",
                                       "Trailer",    "Expect",         "X-Homeport-Repeat" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gsize name_length = strlen (names[i]);

      if (length > name_length && line[name_length] == ':'
          && g_ascii_strncasecmp (line, names[i], name_length) == 0)
        return TRUE;
    }
  return memchr (line, '\r', length) != NULL;
}

static void
append_fields (GString *out, const char *fields)
{
  for (const char *line = fields; *line != '\0';)
    {
      const char *end = strchrnul (line, '\n');

      if (end > line && !is_left_out (line, end - line))
        {
          g_string_append_len (out, line, end - line);
          g_string_append (out, "\r\n");
        }
      line = *end != '\0' ? end + 1 : end;
    }
}

static gboolean
has_whole_body (const HpRequestRecord *record)
{
  g_autofree char *length = hp_request_fields_dup (record->request_fields, "Content-Length");

  return length == NULL || g_ascii_strtoull (length, NULL, 10) == record->body_length;
}

/* Without Host it was HTTP/1.0, or there would have been no other answer than 400. */
static const char *
get_version (const HpRequestRecord *record)
{
  g_autofree char *host = hp_request_fields_dup (record->request_fields, "Host");

  return host != NULL || record->reason == HP_REASON_BAD_REQUEST ? "1.1" : "1.0";
}

GBytes *
hp_request_repeat_new_message (const HpRequestRecord *record, const char *token, GError **error)
{
  g_autofree char *coding = NULL;
  GString *out;

  if (!is_word (record->method) || !is_word (record->target) || g_str_equal (record->method, "-"))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _ ("This request never said what it asks for."));
      return NULL;
    }
  if (record->request_fields == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           _ ("The fields of this request are no longer kept."));
      return NULL;
    }
  if (!has_whole_body (record))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           _ ("The content of this request was not kept."));
      return NULL;
    }

  out = g_string_new (NULL);
  g_string_append_printf (out, "%s %s HTTP/%s\r\n", record->method, record->target,
                          get_version (record));
  append_fields (out, record->request_fields);
  g_string_append_printf (out, "X-Homeport-Repeat: %s\r\nConnection: close\r\n\r\n", token);
  coding = hp_request_fields_dup (record->request_fields, "Transfer-Encoding");
  if (coding != NULL)
    g_string_append (out, "0\r\n\r\n"); /* content of no length, as the field promises some */
  else if (record->body_length > 0)
    g_string_append_len (out, record->body, record->body_length);

  return g_string_free_to_bytes (out);
}

/* --- sending --- */

static void
skipped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  gssize n = g_input_stream_skip_finish (G_INPUT_STREAM (source), result, &error);

  if (n > 0)
    g_input_stream_skip_async (G_INPUT_STREAM (source), SKIP_SIZE, G_PRIORITY_LOW,
                               g_task_get_cancellable (task), skipped_cb, g_object_ref (task));
  else if (n == 0)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Repeat *self = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_input_stream_skip_async (g_io_stream_get_input_stream (G_IO_STREAM (self->connection)),
                             SKIP_SIZE, G_PRIORITY_LOW, g_task_get_cancellable (task), skipped_cb,
                             g_object_ref (task));
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Repeat *self = g_task_get_task_data (task);
  GError *error = NULL;
  gsize length;
  const void *data = g_bytes_get_data (self->message, &length);

  self->connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);
  if (self->connection == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_output_stream_write_all_async (g_io_stream_get_output_stream (G_IO_STREAM (self->connection)),
                                   data, length, G_PRIORITY_DEFAULT, g_task_get_cancellable (task),
                                   written_cb, g_object_ref (task));
}

void
hp_request_repeat_async (guint16 port,
                         GBytes *message,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnectable) address = G_SOCKET_CONNECTABLE (
      g_inet_socket_address_new_from_string ("127.0.0.1", port));
  Repeat *self = g_new0 (Repeat, 1);

  self->message = g_bytes_ref (message);
  g_task_set_source_tag (task, hp_request_repeat_async);
  g_task_set_task_data (task, self, repeat_free);
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_timeout (client, TIMEOUT_SECONDS);
  g_socket_client_connect_async (client, address, cancellable, connected_cb, g_object_ref (task));
}

gboolean
hp_request_repeat_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
