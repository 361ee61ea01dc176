/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "http/hp-port-question.h"

static void
test_title (void)
{
  static const struct
  {
    const char *page;
    const char *title;
  } cases[] = {
    { "<html><head><title>Shop</title>", "Shop" },
    { "<TITLE lang='en'>\n  A &amp; B&#39;s \n</TITLE>", "A & B's" },
    { "<title></title>", NULL },
    { "<title>  \n </title>", NULL },
    { "<title>never ends", NULL },
    { "<title", NULL },
    { "no title at all", NULL },
    { "", NULL },
    { "<title>\xff\xfe</title>", "��" },
    { "<title>&amp;lt;b&amp;gt;</title>", "&lt;b&gt;" },
    { "<svg><title>Icon</title></svg><title>Page</title>", "Icon" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *title = hp_port_find_title (cases[i].page, strlen (cases[i].page));

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      g_assert_cmpstr (title, ==, cases[i].title);
    }
}

/* A program that answers each visitor with the same bytes; NULL: never. */
typedef struct
{
  GSocketService *service;
  char *url;
  const char *answer;
  GPtrArray *visitors;
  GString *request;
} Peer;

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Peer *peer = user_data;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result,
                                                               NULL);
  GIOStream *visitor = g_ptr_array_index (peer->visitors, peer->visitors->len - 1);

  if (bytes)
    g_string_append_len (peer->request, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (!peer->answer)
    return;
  g_output_stream_write_all (g_io_stream_get_output_stream (visitor), peer->answer,
                             strlen (peer->answer), NULL, NULL, NULL);
  g_io_stream_close (visitor, NULL, NULL);
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *visitor, GObject *source, Peer *peer)
{
  g_ptr_array_add (peer->visitors, g_object_ref (visitor));
  g_input_stream_read_bytes_async (g_io_stream_get_input_stream (G_IO_STREAM (visitor)), 4096, 0,
                                   NULL, read_cb, peer);
  return TRUE;
}

static void
peer_open (Peer *peer, const char *answer)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) got = NULL;

  peer->service = g_socket_service_new ();
  peer->answer = answer;
  peer->visitors = g_ptr_array_new_with_free_func (g_object_unref);
  peer->request = g_string_new (NULL);
  g_assert_true (g_socket_listener_add_address (G_SOCKET_LISTENER (peer->service), wanted,
                                                G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
                                                &got, NULL));
  g_signal_connect (peer->service, "incoming", G_CALLBACK (incoming_cb), peer);
  peer->url = g_strdup_printf ("http://localhost:%u/",
                               g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (got)));
}

static void
peer_close (Peer *peer)
{
  g_socket_service_stop (peer->service);
  g_socket_listener_close (G_SOCKET_LISTENER (peer->service));
  g_object_unref (peer->service);
  g_ptr_array_unref (peer->visitors);
  g_string_free (peer->request, TRUE);
  g_free (peer->url);
}

static void
result_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static HpPortAnswer *
ask (const char *url, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hp_port_ask_async (url, cancellable, result_cb, &result);
  while (!result)
    g_main_context_iteration (NULL, TRUE);
  return hp_port_ask_finish (result, error);
}

static void
test_answers (void)
{
  static const struct
  {
    const char *answer;
    guint status;
    const char *server;
    const char *title;
    gboolean problem;
  } cases[] = {
    { "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: 22\r\n\r\n<title>Welcome</title>", 200,
      "nginx", "Welcome", FALSE },
    /* It isn't followed. */
    { "HTTP/1.1 302 Found\r\nLocation: http://localhost:1/\r\nContent-Length: 0\r\n\r\n", 302, NULL,
      NULL, FALSE },
    { "HTTP/1.0 500 Oh\r\nServer: a\xe2\x80\xae"
      "b\r\n\r\n",
      500, "a\\u{202e}b", NULL, FALSE },
    { "SSH-2.0-OpenSSH_9.2\r\n", 0, NULL, NULL, TRUE },
    { "", 0, NULL, NULL, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HpPortAnswer) answer = NULL;
      g_autoptr (GError) error = NULL;
      Peer peer;

      g_test_message ("case %" G_GSIZE_FORMAT, i);
      peer_open (&peer, cases[i].answer);
      answer = ask (peer.url, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (answer->status, ==, cases[i].status);
      if (!strchr (cases[i].answer, '\xe2'))
        g_assert_cmpstr (answer->server, ==, cases[i].server);
      else /* Whatever stands for it, it can't turn the text round. */
        g_assert_null (strstr (answer->server, "\xe2\x80\xae"));
      g_assert_cmpstr (answer->title, ==, cases[i].title);
      g_assert_cmpint (answer->problem != NULL, ==, cases[i].problem);
      if (cases[i].status == 200)
        g_assert_true (g_str_has_prefix (peer.request->str, "GET / HTTP/1.1\r\n"));
      peer_close (&peer);
    }
}

static void
test_silence (void)
{
  g_autoptr (HpPortAnswer) answer = NULL;
  g_autofree char *url = NULL;
  Peer peer;

  /* The time limit, then nobody at all. */
  peer_open (&peer, NULL);
  answer = ask (peer.url, NULL, NULL);
  g_assert_cmpstr (answer->problem, ==, "No answer in time");
  url = g_strdup (peer.url);
  peer_close (&peer);

  g_clear_pointer (&answer, hp_port_answer_free);
  answer = ask (url, NULL, NULL);
  g_assert_cmpstr (answer->problem, ==, "Nobody answers");
}

static gboolean
cancel_cb (gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_REMOVE;
}

static void
test_cancel (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Peer peer;

  peer_open (&peer, NULL);
  g_idle_add (cancel_cb, cancellable);
  g_assert_null (ask (peer.url, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  peer_close (&peer);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/port-question/title", test_title);
  g_test_add_func ("/port-question/answers", test_answers);
  g_test_add_func ("/port-question/silence", test_silence);
  g_test_add_func ("/port-question/cancel", test_cancel);
  return g_test_run ();
}
