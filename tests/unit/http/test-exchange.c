/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "http/hp-http-server.h"

/* A file of the kernel's, 4,096 bytes long by its own account, that always fails to be read. */
#define FOLDER "/sys/devices/virtual/net/lo"
#define NAME   "speed"

typedef struct
{
  gboolean done;
  GError *error;
} Outcome;

static void
started_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  hp_http_server_start_finish (HP_HTTP_SERVER (object), result, &outcome->error);
  outcome->done = TRUE;
}

static void
stopped_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  hp_http_server_stop_finish (HP_HTTP_SERVER (object), result, &outcome->error);
  outcome->done = TRUE;
}

static void
wait_for (Outcome *outcome)
{
  while (!outcome->done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (outcome->error);
}

static gboolean
fails_to_read (void)
{
  int fd = open (FOLDER "/" NAME, O_RDONLY | O_CLOEXEC);
  char byte;
  gboolean fails = fd >= 0 && read (fd, &byte, 1) < 0 && errno == EINVAL;

  if (fd >= 0)
    close (fd);

  return fails;
}

/* Two requests over one connection, so that the first must have been answered properly. */
static char *
ask_twice (guint16 port)
{
  static const char requests[] = "GET /" NAME " HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                 "GET /nothing HTTP/1.1\r\nHost: localhost\r\n"
                                 "Connection: close\r\n\r\n";
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GString) answers = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  GInputStream *input;
  char buffer[4096];
  gssize n;

  connection = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), requests,
                             strlen (requests), NULL, NULL, &error);
  g_assert_no_error (error);

  input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  while ((n = g_input_stream_read (input, buffer, sizeof buffer, NULL, &error)) > 0)
    g_string_append_len (answers, buffer, n);
  g_assert_no_error (error);

  return g_string_free (g_steal_pointer (&answers), FALSE);
}

/* A file that can be opened but not read gets a page that says so. */
static void
test_unreadable (void)
{
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, TRUE);
  g_autoptr (HpRecordQueue) queue = hp_record_queue_new (16);
  g_autoptr (HpEngine) engine = NULL;
  g_autoptr (HpHttpServer) server = NULL;
  g_autoptr (HpRecordBatch) batch = NULL;
  g_autofree char *answers = NULL;
  Outcome started = { 0 };
  Outcome stopped = { 0 };
  HpRequestRecord record;

  if (!fails_to_read ())
    {
      g_test_skip (FOLDER "/" NAME " can be read, or isn't there");
      return;
    }

  engine = hp_engine_new ();
  server = hp_http_server_new (engine, FOLDER, options, queue);
  hp_http_server_start_async (server, 0, NULL, started_cb, &started);
  wait_for (&started);

  answers = ask_twice (hp_http_server_get_port (server));
  g_assert_true (g_str_has_prefix (answers, "HTTP/1.1 500 "));
  g_assert_nonnull (strstr (answers, "\r\nContent-Type: text/html"));
  g_assert_nonnull (strstr (answers, "</html>"));
  g_assert_nonnull (strstr (answers, "HTTP/1.1 404 "));

  hp_http_server_stop_async (server, stopped_cb, &stopped);
  wait_for (&stopped);

  batch = hp_record_queue_take (queue);
  g_assert_cmpuint (hp_record_batch_get_length (batch), ==, 2);
  hp_record_batch_get (batch, 0, &record);
  g_assert_cmpuint (record.status, ==, 500);
  g_assert_cmpint (record.reason, ==, HP_REASON_READ_ERROR);
  g_assert_cmpuint (record.flags & HP_RECORD_ABORTED, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/exchange/unreadable", test_unreadable);

  return g_test_run ();
}
