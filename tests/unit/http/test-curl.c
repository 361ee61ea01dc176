/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "http/hp-http-server.h"
#include "log/hp-log-format.h"

/* "Copy as cURL" for real: a request is made, its command is run by the shell, and what arrives is
 * the same request again. */

#define PATIENCE (60 * G_USEC_PER_SEC)

static HpRecordQueue *queue;
static guint16 port;

static void
done_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

/* The record of the one request that was made. */
static HpRecordBatch *
take_record (HpRequestRecord *record)
{
  gint64 limit = g_get_monotonic_time () + PATIENCE;
  HpRecordBatch *batch;

  while ((batch = hp_record_queue_take (queue)) == NULL)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, limit);
      g_usleep (2000);
    }
  g_assert_cmpuint (hp_record_batch_get_length (batch), ==, 1);
  hp_record_batch_get (batch, 0, record);
  return batch;
}

static void
send_raw (const char *head)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autofree char *number = g_strdup_printf ("%u", port);
  g_autoptr (GString) text = g_string_new (head);
  char buffer[4096];

  g_string_replace (text, "PORT", number, 0);
  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, NULL);
  g_assert_nonnull (connection);
  g_assert_true (
      g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                                 text->str, text->len, NULL, NULL, NULL));
  while (g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), buffer,
                              sizeof buffer, NULL, NULL)
         > 0)
    ;
}

static void
run_command (const char *command)
{
  const char *argv[] = { "sh", "-c", command, NULL };
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GSubprocess) process = NULL;

  g_subprocess_launcher_setenv (launcher, "no_proxy", "*", TRUE);
  g_subprocess_launcher_setenv (launcher, "HOME", "/nonexistent", TRUE);
  process = g_subprocess_launcher_spawnv (launcher, argv, NULL);
  g_assert_nonnull (process);
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
}

/* The fields that a client makes anew for each connection are left out. */
static char *
comparable (const char *fields)
{
  g_auto (GStrv) lines = g_strsplit (fields, "\n", -1);
  GString *out = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0' && !g_str_has_prefix (lines[i], "Connection:")
        && !g_str_has_prefix (lines[i], "Content-Length:"))
      g_string_append_printf (out, "%s\n", lines[i]);
  return g_string_free (out, FALSE);
}

static void
test_same_again (void)
{
  static const char *const heads[] = {
    "GET / HTTP/1.1\r\nHost: localhost:PORT\r\nConnection: close\r\n\r\n",
    "GET /a%20b?x=[1]&y={2}&z=%27 HTTP/1.1\r\nHost: localhost:PORT\r\nUser-Agent: it's \"me\"; $(id) "
    "`id` !! \\ %s\r\nAccept: */*\r\nConnection: close\r\n\r\n",
    "HEAD /../x HTTP/1.1\r\nHost: localhost:PORT\r\nX-Empty:\r\nIf-None-Match: \"a\", W/\"b\"\r\n"
    "Connection: close\r\n\r\n",
    "DELETE /a?'b' HTTP/1.1\r\nHost: localhost:PORT\r\nX-Bytes: \xff\xc3\xbc\xe2\x80\xae\tx\r\n"
    "Cookie: a=b; c='d'\r\nConnection: close\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: localhost:PORT\r\nConnection: close\r\n\r\n",
    "GET /x HTTP/1.1\r\nHost: evil.example:PORT\r\nConnection: close\r\n\r\n",
    "GET /y HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nReferer: http://localhost/?@/etc/passwd\r\n"
    "Connection: close\r\n\r\n",
  };
  g_autofree char *curl = g_find_program_in_path ("curl");
  g_autofree char *base = g_strdup_printf ("http://localhost:%u", port);

  if (curl == NULL)
    {
      g_test_skip ("curl is not installed");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      g_autoptr (GString) command = g_string_new (NULL);
      g_autoptr (HpRecordBatch) first = NULL;
      g_autoptr (HpRecordBatch) second = NULL;
      g_autofree char *fields = NULL;
      g_autofree char *again_fields = NULL;
      HpRequestRecord record;
      HpRequestRecord again;

      send_raw (heads[i]);
      first = take_record (&record);
      hp_log_format_curl (command, &record, base);
      run_command (command->str);
      second = take_record (&again);

      g_assert_cmpstr (again.method, ==, record.method);
      g_assert_cmpstr (again.target, ==, record.target);
      g_assert_cmpuint (again.status, ==, record.status);
      g_assert_cmpuint (again.reason, ==, record.reason);
      fields = comparable (record.request_fields);
      again_fields = comparable (again.request_fields);
      g_assert_cmpstr (again_fields, ==, fields);
    }
}

int
main (int argc, char *argv[])
{
  g_autofree char *folder = g_dir_make_tmp ("hp-curl-XXXXXX", NULL);
  g_autoptr (HpEngine) engine = NULL;
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, TRUE);
  g_autoptr (HpHttpServer) server = NULL;
  g_autoptr (GAsyncResult) started = NULL;
  g_autoptr (GAsyncResult) stopped = NULL;
  int result;

  g_test_init (&argc, &argv, NULL);
  engine = hp_engine_new ();
  queue = hp_record_queue_new (100);
  server = hp_http_server_new (engine, folder, options, queue);
  hp_http_server_start_async (server, 0, NULL, done_cb, &started);
  g_assert_true (hp_http_server_start_finish (server, wait_for (&started), NULL));
  port = hp_http_server_get_port (server);

  g_test_add_func ("/curl/same-again", test_same_again);
  result = g_test_run ();

  hp_http_server_stop_async (server, done_cb, &stopped);
  hp_http_server_stop_finish (server, wait_for (&stopped), NULL);
  hp_record_queue_unref (queue);
  g_rmdir (folder);
  return result;
}
