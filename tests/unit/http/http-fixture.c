/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <glib/gstdio.h>

#include "http-fixture.h"

/* --- the server --- */

void
started_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  hp_http_server_start_finish (HP_HTTP_SERVER (object), result, &outcome->error);
  outcome->done = TRUE;
}

void
stopped_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  g_assert_true (hp_http_server_stop_finish (HP_HTTP_SERVER (object), result, &outcome->error));
  g_assert_no_error (outcome->error);
  outcome->done = TRUE;
}

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

void
wait_for (Outcome *outcome)
{
  gint64 limit = g_get_monotonic_time () + PATIENCE;
  guint timer = g_timeout_add (100, wake_cb, NULL);

  while (!outcome->done)
    {
      g_main_context_iteration (NULL, TRUE);
      g_assert_cmpint (g_get_monotonic_time (), <, limit);
    }
  g_source_remove (timer);
}

GError *
try_start (HpHttpServer *server, guint16 port)
{
  Outcome outcome = { 0 };

  hp_http_server_start_async (server, port, NULL, started_cb, &outcome);
  wait_for (&outcome);

  return outcome.error;
}

guint16
start (Fixture *f)
{
  g_assert_no_error (try_start (f->server, 0));
  g_assert_cmpuint (hp_http_server_get_port (f->server), !=, 0);

  return hp_http_server_get_port (f->server);
}

void
stop (HpHttpServer *server)
{
  Outcome outcome = { 0 };

  hp_http_server_stop_async (server, stopped_cb, &outcome);
  wait_for (&outcome);
  g_assert_cmpuint (hp_http_server_get_port (server), ==, 0);
}

void
write_file (Fixture *f, const char *name, const void *data, gsize length)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, data, length, &error);
  g_assert_no_error (error);
}

/* A file of holes: as long as one likes, and it needs no disk. */
void
write_sparse (Fixture *f, const char *name, goffset size)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);

  write_file (f, name, "", 0);
  g_assert_no_errno (truncate (path, size));
}

void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, TRUE);

  f->folder = g_dir_make_tmp ("homeport-test-XXXXXX", NULL);
  f->big = g_malloc (BIG_SIZE);
  for (gsize i = 0; i < BIG_SIZE; i++)
    f->big[i] = (i * 2654435761u) >> 13;
  write_file (f, "empty", "", 0);
  write_file (f, "small.txt", "hello", 5);
  write_file (f, "5000.bin", f->big, 5000);
  write_file (f, "big.bin", f->big, BIG_SIZE);

  /* So that its descriptor is there before the tests count them. */
  g_main_context_iteration (NULL, FALSE);

  f->engine = hp_engine_new ();
  f->queue = hp_record_queue_new (4096);
  f->server = hp_http_server_new (f->engine, f->folder, options, f->queue);

  /* What the engine keeps for itself from the first start on is there as well. */
  start (f);
  stop (f->server);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      g_remove (child);
    }
  g_rmdir (path);
}

void
tear_down (Fixture *f, gconstpointer data)
{
  stop (f->server);
  g_assert_finalize_object (f->server);
  hp_engine_unref (f->engine);
  g_clear_pointer (&f->batch, hp_record_batch_free);
  hp_record_queue_unref (f->queue);
  remove_folder (f->folder);
  g_free (f->folder);
  g_free (f->big);
}

/* The records that came since the last call, once there are n of them. */
HpRecordBatch *
wait_records (Fixture *f, guint n)
{
  gint64 limit = g_get_monotonic_time () + PATIENCE;

  for (;;)
    {
      g_clear_pointer (&f->batch, hp_record_batch_free);
      f->batch = hp_record_queue_take (f->queue);
      if (f->batch)
        break;
      g_assert_cmpint (g_get_monotonic_time (), <, limit);
      g_usleep (1000);
    }
  g_assert_cmpuint (hp_record_batch_get_length (f->batch), ==, n);

  return f->batch;
}

HpRequestRecord
wait_record (Fixture *f)
{
  HpRequestRecord record;

  hp_record_batch_get (wait_records (f, 1), 0, &record);
  return record;
}

void
assert_no_record (Fixture *f)
{
  g_autoptr (HpRecordBatch) batch = hp_record_queue_take (f->queue);

  g_assert_null (batch);
}

/* --- the client --- */

/* receive_buffer: 0 for the kernel's own idea */
int
dial_with (guint16 port, int receive_buffer)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  struct timeval patience = { PATIENCE / G_USEC_PER_SEC, 0 };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_no_errno (fd);
  if (receive_buffer)
    setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_no_errno (connect (fd, (struct sockaddr *) &address, sizeof address));

  return fd;
}

int
dial (guint16 port)
{
  return dial_with (port, 0);
}

void
say (int fd, const char *text)
{
  g_assert_cmpint (send (fd, text, strlen (text), MSG_NOSIGNAL), ==, strlen (text));
}

void
read_exactly (int fd, void *data, gsize length)
{
  gsize done = 0;

  while (done < length)
    {
      gssize n = recv (fd, (char *) data + done, length - done, 0);

      g_assert_no_errno (n);
      g_assert_cmpint (n, >, 0);
      done += n;
    }
}

/* Everything until the end of the connection; how it ends doesn't matter. */
GByteArray *
read_all (int fd)
{
  GByteArray *all = g_byte_array_new ();
  guint8 buffer[65536];
  gssize n;

  while ((n = recv (fd, buffer, sizeof buffer, 0)) > 0)
    g_byte_array_append (all, buffer, n);
  g_assert_false (n < 0 && errno == EAGAIN);

  return all;
}

/* The head of an answer, with the empty line. */
char *
read_head (int fd)
{
  GString *head = g_string_new (NULL);

  while (!g_str_has_suffix (head->str, "\r\n\r\n"))
    {
      char c;

      read_exactly (fd, &c, 1);
      g_string_append_c (head, c);
    }

  return g_string_free (head, FALSE);
}

guint
get_status (const char *head)
{
  g_assert_true (g_str_has_prefix (head, "HTTP/1.1 "));
  return atoi (head + 9);
}

/* -1: it says none */
goffset
get_length (const char *head)
{
  const char *field = strstr (head, "\r\nContent-Length: ");

  return field ? g_ascii_strtoll (field + 18, NULL, 10) : -1;
}

gboolean
says_close (const char *head)
{
  return strstr (head, "\r\nConnection: close\r\n") != NULL;
}

/* Reads one answer with its body, and returns the status. */
guint
read_answer (int fd, GByteArray **body)
{
  g_autofree char *head = read_head (fd);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  if (get_length (head) > 0)
    {
      g_byte_array_set_size (bytes, get_length (head));
      read_exactly (fd, bytes->data, bytes->len);
    }
  if (body)
    *body = g_steal_pointer (&bytes);

  return get_status (head);
}

void
expect (int fd, guint status, const void *data, gsize length)
{
  g_autoptr (GByteArray) body = NULL;

  g_assert_cmpuint (read_answer (fd, &body), ==, status);
  g_assert_cmpuint (body->len, ==, length);
  g_assert_true (length == 0 || memcmp (body->data, data, length) == 0);
}

void
expect_end (int fd)
{
  char c;

  g_assert_cmpint (recv (fd, &c, 1, 0), ==, 0);
}

/* A connection that the server had not accepted yet is reset by the kernel. */
void
expect_gone (int fd)
{
  char c;
  gssize n = recv (fd, &c, 1, 0);

  g_assert_true (n == 0 || (n < 0 && errno == ECONNRESET));
}

guint
count_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir))
    n++;

  return n;
}

void
wait_for_fds (guint n)
{
  gint64 limit = g_get_monotonic_time () + PATIENCE;

  while (count_fds () > n)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, limit);
      g_usleep (1000);
    }
}

/* --- limits --- */

static HpConnectionLimits usual_limits;

void
set_up_limited (Fixture *f, gconstpointer limits)
{
  usual_limits = hp_connection_limits;
  hp_connection_limits = *(const HpConnectionLimits *) limits;
  set_up (f, NULL);
}

void
tear_down_limited (Fixture *f, gconstpointer limits)
{
  tear_down (f, NULL);
  hp_connection_limits = usual_limits;
}

/* --- crowds --- */

/* FALSE: the test was skipped. Client and server share the process, so a connection is three. */
gboolean
need_fds (rlim_t n)
{
  struct rlimit limit;

  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &limit));
  if (limit.rlim_max < n)
    {
      g_autofree char *why = g_strdup_printf ("%lu descriptors are needed, %lu allowed", (gulong) n,
                                              (gulong) limit.rlim_max);

      g_test_skip (why);
      return FALSE;
    }
  limit.rlim_cur = MAX (limit.rlim_cur, n);
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &limit));

  return TRUE;
}

int
compare_times (const void *a, const void *b)
{
  gint64 first = *(const gint64 *) a, second = *(const gint64 *) b;

  return (first > second) - (first < second);
}

/* How long a lone client waits for small answers, in microseconds: which of 100 in order. */
gint64
measure_latency (guint16 port, guint percentile)
{
  gint64 times[300];
  int fd = dial (port);

  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    {
      gint64 began = g_get_monotonic_time ();

      say (fd, GET ("/small.txt"));
      expect (fd, 200, "hello", 5);
      times[i] = g_get_monotonic_time () - began;
    }
  close (fd);
  qsort (times, G_N_ELEMENTS (times), sizeof times[0], compare_times);

  return times[G_N_ELEMENTS (times) * percentile / 100];
}
