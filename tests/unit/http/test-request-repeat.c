/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "http/hp-request-repeat.h"

static const struct
{
  const char *name;
  HpReason reason;
  const char *method;
  const char *target;
  const char *fields;
  const char *body;
  const char *expected; /* NULL: it can't be sent */
} cases[] = {
  { "the same fields in the same order", HP_REASON_SERVED, "GET", "/a%20b?c",
    "Host: localhost:1\nX-B: 2\nX-A: 1\nX-B: 3\n", NULL,
    "GET /a%20b?c HTTP/1.1\r\nHost: localhost:1\r\nX-B: 2\r\nX-A: 1\r\nX-B: 3\r\n" },
  { "not what is about the connection", HP_REASON_SERVED, "HEAD", "/",
    "Host: a\nConnection: keep-alive, Upgrade\nUPGRADE: h2c\nkeep-alive: 5\nTE: trailers\nTest: 1\n"
    "X-Homeport-Repeat: forged\nExpect: 100-continue\n",
    NULL, "HEAD / HTTP/1.1\r\nHost: a\r\nTest: 1\r\n" },
  { "HTTP/1.0", HP_REASON_SERVED, "GET", "/", "Accept: */*\n", NULL,
    "GET / HTTP/1.0\r\nAccept: */*\r\n" },
  { "a missing Host that was refused", HP_REASON_BAD_REQUEST, "GET", "/", "Accept: */*\n", NULL,
    "GET / HTTP/1.1\r\nAccept: */*\r\n" },
  { "raw bytes", HP_REASON_MISSING, "GET", "/\xff\xc3\xa4", "Host: a\nX: \xff\x1b\n", NULL,
    "GET /\xff\xc3\xa4 HTTP/1.1\r\nHost: a\r\nX: \xff\x1b\r\n" },
  { "a forged line", HP_REASON_SERVED, "GET", "/", "Host: a\nX: 1\rY: 2\n", NULL,
    "GET / HTTP/1.1\r\nHost: a\r\n" },
  { "content that was kept", HP_REASON_BODY, "POST", "/", "Host: a\nContent-Length: 3\n", "abc",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n" },
  { "content that was not", HP_REASON_BODY, "POST", "/", "Host: a\nContent-Length: 9\n", "abc",
    NULL },
  { "nothing asked for", HP_REASON_BAD_REQUEST, "-", "-", "", NULL, NULL },
  { "a target that is none", HP_REASON_BAD_REQUEST, "GET", "/ HTTP/1.1\r\nX: 1", "Host: a\n", NULL,
    NULL },
  { "no fields any more", HP_REASON_SERVED, "GET", "/", NULL, NULL, NULL },
};

static void
test_message (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HpRequestRecord record = {
        .reason = cases[i].reason,
        .method = cases[i].method,
        .target = cases[i].target,
        .request_fields = cases[i].fields,
        .body = cases[i].body,
        .body_length = cases[i].body ? strlen (cases[i].body) : 0,
      };
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) message = hp_request_repeat_new_message (&record, "secret", &error);
      g_autofree char *expected = NULL;
      g_autofree char *got = NULL;

      g_test_message ("%s", cases[i].name);
      if (cases[i].expected == NULL)
        {
          g_assert_null (message);
          g_assert_nonnull (error);
          continue;
        }
      g_assert_no_error (error);
      expected = g_strconcat (cases[i].expected,
                              "X-Homeport-Repeat: secret\r\nConnection: close\r\n\r\n",
                              cases[i].body, NULL);
      got = g_strndup (g_bytes_get_data (message, NULL), g_bytes_get_size (message));
      g_assert_cmpstr (got, ==, expected);
    }
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(gssize *) user_data = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);
}

static void
accept_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GSocketConnection **) user_data = g_socket_listener_accept_finish (G_SOCKET_LISTENER (source),
                                                                       result, NULL, NULL);
}

static void
test_send (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autoptr (GBytes) message = g_bytes_new_static ("GET / HTTP/1.1\r\n\r\n", 18);
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char buffer[100];
  gssize n = -1;

  g_socket_listener_accept_async (listener, NULL, accept_cb, &connection);
  hp_request_repeat_async (port, message, NULL, sent_cb, &result);
  while (connection == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (connection)), buffer,
                             sizeof buffer, 0, NULL, read_cb, &n);
  while (n < 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpmem (buffer, n, "GET / HTTP/1.1\r\n\r\n", 18);
  g_assert_null (result);
  g_assert_true (
      g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                                 "HTTP/1.1 204 No Content\r\n\r\n", 27, NULL, NULL, NULL));
  g_assert_true (g_io_stream_close (G_IO_STREAM (connection), NULL, NULL));
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (hp_request_repeat_finish (result, &error));
  g_assert_no_error (error);
}

/* A port that is taken, and on which nobody listens. */
static void
test_refused (void)
{
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                             G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GBytes) message = g_bytes_new_static ("GET / HTTP/1.1\r\n\r\n", 18);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_socket_bind (socket, any, FALSE, NULL));
  bound = g_socket_get_local_address (socket, NULL);
  hp_request_repeat_async (g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)), message,
                           NULL, sent_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (hp_request_repeat_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/request-repeat/message", test_message);
  g_test_add_func ("/request-repeat/send", test_send);
  g_test_add_func ("/request-repeat/refused", test_refused);
  return g_test_run ();
}
