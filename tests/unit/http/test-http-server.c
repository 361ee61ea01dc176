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

#include "http/hp-connection.h"
#include "http/hp-http-server.h"

/* Real sockets: the client is the test's own thread, which blocks; the server has the engine's. */

#define MIB       (1024 * 1024)
#define BIG_SIZE  (8 * MIB)
#define PATIENCE  (60 * G_USEC_PER_SEC)
#define HOST      "Host: localhost\r\n"
#define GET(path) "GET " path " HTTP/1.1\r\n" HOST "\r\n"

typedef struct
{
  char *folder;
  HpEngine *engine;
  HpRecordQueue *queue;
  HpHttpServer *server;
  HpRecordBatch *batch; /* of the last wait_records() */
  guint8 *big;
} Fixture;

typedef struct
{
  gboolean done;
  GError *error;
} Outcome;

/* --- the server --- */

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

  g_assert_true (hp_http_server_stop_finish (HP_HTTP_SERVER (object), result, &outcome->error));
  g_assert_no_error (outcome->error);
  outcome->done = TRUE;
}

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static void
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

static GError *
try_start (HpHttpServer *server, guint16 port)
{
  Outcome outcome = { 0 };

  hp_http_server_start_async (server, port, NULL, started_cb, &outcome);
  wait_for (&outcome);

  return outcome.error;
}

static guint16
start (Fixture *f)
{
  g_assert_no_error (try_start (f->server, 0));
  g_assert_cmpuint (hp_http_server_get_port (f->server), !=, 0);

  return hp_http_server_get_port (f->server);
}

static void
stop (HpHttpServer *server)
{
  Outcome outcome = { 0 };

  hp_http_server_stop_async (server, stopped_cb, &outcome);
  wait_for (&outcome);
  g_assert_cmpuint (hp_http_server_get_port (server), ==, 0);
}

static void
write_file (Fixture *f, const char *name, const void *data, gsize length)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, data, length, &error);
  g_assert_no_error (error);
}

/* A file of holes: as long as one likes, and it needs no disk. */
static void
write_sparse (Fixture *f, const char *name, goffset size)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);

  write_file (f, name, "", 0);
  g_assert_no_errno (truncate (path, size));
}

static void
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

static void
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
static HpRecordBatch *
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

static HpRequestRecord
wait_record (Fixture *f)
{
  HpRequestRecord record;

  hp_record_batch_get (wait_records (f, 1), 0, &record);
  return record;
}

static void
assert_no_record (Fixture *f)
{
  g_autoptr (HpRecordBatch) batch = hp_record_queue_take (f->queue);

  g_assert_null (batch);
}

/* --- the client --- */

/* receive_buffer: 0 for the kernel's own idea */
static int
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

static int
dial (guint16 port)
{
  return dial_with (port, 0);
}

static void
say (int fd, const char *text)
{
  g_assert_cmpint (send (fd, text, strlen (text), MSG_NOSIGNAL), ==, strlen (text));
}

static void
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
static GByteArray *
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
static char *
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

static guint
get_status (const char *head)
{
  g_assert_true (g_str_has_prefix (head, "HTTP/1.1 "));
  return atoi (head + 9);
}

/* -1: it says none */
static goffset
get_length (const char *head)
{
  const char *field = strstr (head, "\r\nContent-Length: ");

  return field ? g_ascii_strtoll (field + 18, NULL, 10) : -1;
}

static gboolean
says_close (const char *head)
{
  return strstr (head, "\r\nConnection: close\r\n") != NULL;
}

/* Reads one answer with its body, and returns the status. */
static guint
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

static void
expect (int fd, guint status, const void *data, gsize length)
{
  g_autoptr (GByteArray) body = NULL;

  g_assert_cmpuint (read_answer (fd, &body), ==, status);
  g_assert_cmpuint (body->len, ==, length);
  g_assert_true (length == 0 || memcmp (body->data, data, length) == 0);
}

static void
expect_end (int fd)
{
  char c;

  g_assert_cmpint (recv (fd, &c, 1, 0), ==, 0);
}

/* A connection that the server had not accepted yet is reset by the kernel. */
static void
expect_gone (int fd)
{
  char c;
  gssize n = recv (fd, &c, 1, 0);

  g_assert_true (n == 0 || (n < 0 && errno == ECONNRESET));
}

static guint
count_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir))
    n++;

  return n;
}

static void
wait_for_fds (guint n)
{
  gint64 limit = g_get_monotonic_time () + PATIENCE;

  while (count_fds () > n)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, limit);
      g_usleep (1000);
    }
}

/* --- answers --- */

static void
test_keep_alive (Fixture *f, gconstpointer data)
{
  int fd = dial (start (f));
  HpRequestRecord record;

  for (int i = 0; i < 3; i++)
    {
      say (fd, "GET /small.txt?x HTTP/1.1\r\n" HOST
               "Referer: http://localhost/from\r\nUser-Agent: test\r\n\r\n");
      expect (fd, 200, "hello", 5);

      record = wait_record (f);
      g_assert_cmpstr (record.method, ==, "GET");
      g_assert_cmpstr (record.target, ==, "/small.txt?x");
      g_assert_cmpuint (record.status, ==, 200);
      g_assert_cmpuint (record.bytes, ==, 5);
      g_assert_cmpuint (record.reason, ==, HP_REASON_SERVED);
      g_assert_cmpuint (record.flags, ==, HP_RECORD_OWN_REFERRER | (i > 0 ? HP_RECORD_REUSED : 0));
      g_assert_cmpstr (record.client, ==, "127.0.0.1");
      g_assert_cmpstr (record.referrer, ==, "http://localhost/from");
      g_assert_cmpstr (record.user_agent, ==, "test");
      g_assert_cmpstr (record.media_type, ==, "text/plain; charset=utf-8");
      g_assert_cmpint (ABS (record.time_us - g_get_real_time ()), <, PATIENCE);
    }

  say (fd, GET ("/favicon.ico"));
  g_assert_cmpuint (read_answer (fd, NULL), ==, 404);
  record = wait_record (f);
  g_assert_cmpuint (record.flags, ==, HP_RECORD_NOISE | HP_RECORD_REUSED);
  close (fd);
}

static void
test_pipelining (Fixture *f, gconstpointer data)
{
  int fd = dial (start (f));
  g_autoptr (GString) all = g_string_new (NULL);

  for (int i = 0; i < 100; i++)
    g_string_append (all, GET ("/5000.bin") "HEAD /5000.bin HTTP/1.1\r\n" HOST "\r\n" GET (
                              "/small.txt") "\r\n" GET ("/none") GET ("/empty"));
  say (fd, all->str);

  for (int i = 0; i < 100; i++)
    {
      g_autofree char *head = NULL;

      expect (fd, 200, f->big, 5000);
      head = read_head (fd);
      g_assert_cmpint (get_length (head), ==, 5000);
      expect (fd, 200, "hello", 5);
      g_assert_cmpuint (read_answer (fd, NULL), ==, 404);
      expect (fd, 200, "", 0);
    }
  close (fd);
}

static void
test_pieces (Fixture *f, gconstpointer data)
{
  const char *text = GET ("/small.txt") "\r\n\r\n" GET ("/5000.bin");
  int fd = dial (start (f));
  int on = 1;

  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  for (const char *c = text; *c; c++)
    {
      g_assert_cmpint (send (fd, c, 1, 0), ==, 1);
      g_usleep (50);
    }
  expect (fd, 200, "hello", 5);
  expect (fd, 200, f->big, 5000);
  close (fd);
}

static void
test_head (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *path;
    guint status;
    goffset length; /* -1: more than nothing */
  } heads[] = {
    { "/big.bin", 200, BIG_SIZE },
    { "/empty", 200, 0 },
    { "/none", 404, -1 },
    { "/", 200, -1 },
  };
  int fd = dial (start (f));

  for (gsize i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      g_autofree char *request = g_strdup_printf ("HEAD %s HTTP/1.1\r\n" HOST "\r\n",
                                                  heads[i].path);
      g_autofree char *head = NULL;
      HpRequestRecord record;

      say (fd, request);
      head = read_head (fd);
      g_assert_cmpuint (get_status (head), ==, heads[i].status);
      if (heads[i].length < 0)
        g_assert_cmpint (get_length (head), >, 0);
      else
        g_assert_cmpint (get_length (head), ==, heads[i].length);

      record = wait_record (f);
      g_assert_cmpstr (record.method, ==, "HEAD");
      g_assert_cmpuint (record.status, ==, heads[i].status);
      g_assert_cmpuint (record.bytes, ==, 0);
      g_assert_cmpuint (record.flags & ~HP_RECORD_REUSED, ==, 0);
    }

  /* The next answer begins where the head ended. */
  say (fd, GET ("/small.txt"));
  expect (fd, 200, "hello", 5);
  close (fd);
}

static void
test_exact_bytes (Fixture *f, gconstpointer data)
{
  int fd = dial (start (f));

  say (fd, GET ("/5000.bin"));
  expect (fd, 200, f->big, 5000);
  say (fd, GET ("/empty"));
  expect (fd, 200, "", 0);
  for (int i = 0; i < 3; i++)
    {
      say (fd, GET ("/big.bin"));
      expect (fd, 200, f->big, BIG_SIZE);
    }
  say (fd, "GET /big.bin HTTP/1.1\r\n" HOST "Range: bytes=4000000-7999999\r\n\r\n");
  expect (fd, 206, f->big + 4000000, 4000000);
  say (fd, "GET /5000.bin HTTP/1.1\r\n" HOST "Range: bytes=-1\r\n\r\n");
  expect (fd, 206, f->big + 4999, 1);
  say (fd, "GET /5000.bin HTTP/1.1\r\n" HOST "Range: bytes=5000-\r\n\r\n");
  g_assert_cmpuint (read_answer (fd, NULL), ==, 416);
  close (fd);
}

static char *
get_etag (int fd)
{
  g_autofree char *head = NULL;
  char body[5];
  char *etag;

  say (fd, GET ("/small.txt"));
  head = read_head (fd);
  read_exactly (fd, body, sizeof body);
  etag = strstr (head, "\r\nETag: ");
  g_assert_nonnull (etag);
  etag += strlen ("\r\nETag: ");

  return g_strndup (etag, strcspn (etag, "\r"));
}

static void
test_not_modified (Fixture *f, gconstpointer data)
{
  int fd = dial (start (f));
  gint64 limit = g_get_monotonic_time () + PATIENCE;
  g_autofree char *head = NULL;

  /* A file that has just been written may change again in the same tick of its clock, so its tag
   * doesn't count for a moment. */
  do
    {
      g_autofree char *etag = get_etag (fd);
      g_autofree char *request = g_strdup_printf ("GET /small.txt HTTP/1.1\r\n" HOST
                                                  "If-None-Match: \"x\"\r\n"
                                                  "If-None-Match: %s\r\n\r\n",
                                                  etag);

      g_assert_cmpint (g_get_monotonic_time (), <, limit);
      g_free (head);
      say (fd, request);
      head = read_head (fd);
      if (get_length (head) > 0)
        {
          char body[5];

          read_exactly (fd, body, sizeof body);
        }
    }
  while (get_status (head) == 200);

  g_assert_cmpuint (get_status (head), ==, 304);
  g_assert_cmpint (get_length (head), ==, -1);

  say (fd, GET ("/small.txt"));
  expect (fd, 200, "hello", 5);
  close (fd);
}

static void
test_last_request (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *request;
    gboolean closes;
  } requests[] = {
    { "GET /small.txt HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", TRUE },
    { "GET /small.txt HTTP/1.0\r\n\r\n", TRUE },
    { "GET /small.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", FALSE },
  };
  guint16 port = start (f);

  for (gsize i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      int fd = dial (port);
      g_autofree char *head = NULL;
      char body[5];

      say (fd, requests[i].request);
      head = read_head (fd);
      read_exactly (fd, body, 5);
      g_assert_cmpuint (get_status (head), ==, 200);
      g_assert_cmpint (says_close (head), ==, requests[i].closes);
      if (requests[i].closes)
        {
          expect_end (fd);
        }
      else
        {
          g_assert_nonnull (strstr (head, "\r\nConnection: keep-alive\r\n"));
          say (fd, requests[i].request);
          expect (fd, 200, "hello", 5);
        }
      close (fd);
    }
}

/* A client may end its half and wait for the answer. */
static void
test_half_close (Fixture *f, gconstpointer data)
{
  int fd = dial (start (f));

  say (fd, GET ("/big.bin"));
  shutdown (fd, SHUT_WR);
  expect (fd, 200, f->big, BIG_SIZE);
  expect_end (fd);
  close (fd);
  g_assert_cmpuint (wait_record (f).flags, ==, 0);
}

static void
test_options (Fixture *f, gconstpointer data)
{
  g_autoptr (HpServerOptions) options = hp_server_options_new (TRUE, FALSE);
  int fd;

  write_file (f, ".hidden", "secret", 6);
  fd = dial (start (f));
  say (fd, GET ("/.hidden"));
  g_assert_cmpuint (read_answer (fd, NULL), ==, 404);
  say (fd, GET ("/"));
  g_assert_cmpuint (read_answer (fd, NULL), ==, 200);

  /* The call to the engine is in the queue before the client's bytes. */
  hp_http_server_set_options (f->server, options);
  say (fd, GET ("/.hidden"));
  expect (fd, 200, "secret", 6);
  say (fd, GET ("/"));
  g_assert_cmpuint (read_answer (fd, NULL), >=, 400);
  close (fd);
}

/* --- refusals --- */

static void
test_refusals (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *request; /* what follows it would be a request of its own */
    guint status;
    HpReason reason;
    const char *method;
    const char *target;
  } refusals[] = {
    { "POST /x HTTP/1.1\r\n" HOST "Content-Length: 70\r\n\r\n", 413, HP_REASON_BODY, "POST", "/x" },
    { "GET /x HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411,
      HP_REASON_NO_LENGTH, "GET", "/x" },
    { "GET /x HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip\r\n\r\n", 501, HP_REASON_CODING, "GET",
      "/x" },
    { "GET /x HTTP/2.0\r\n" HOST "\r\n", 505, HP_REASON_VERSION, "GET", "/x" },
    { "GET /x HTTP/1.1\r\n" HOST HOST "\r\n", 400, HP_REASON_BAD_REQUEST, "GET", "/x" },
    { "GET /x HTTP/1.1\r\nHost : localhost\r\n\r\n", 400, HP_REASON_BAD_REQUEST, "GET", "/x" },
    { "GET /x HTTP/1.1\n" HOST "\n", 400, HP_REASON_BAD_REQUEST, "GET", "/x" },
    { "\x16\x03\x01", 400, HP_REASON_BAD_REQUEST, "-", "-" },
    { "GET /x\r\n", 400, HP_REASON_BAD_REQUEST, "GET", "/x" },
  };
  guint16 port = start (f);

  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      int fd = dial (port);
      g_autofree char *text = g_strconcat (refusals[i].request, GET ("/small.txt"), NULL);
      g_autoptr (GByteArray) answer = NULL;
      g_autofree char *head = NULL;
      HpRequestRecord record;

      say (fd, text);
      head = read_head (fd);
      g_assert_cmpuint (get_status (head), ==, refusals[i].status);
      g_assert_true (says_close (head));
      answer = read_all (fd);
      g_assert_cmpuint (answer->len, ==, get_length (head));
      close (fd);

      record = wait_record (f);
      g_assert_cmpstr (record.method, ==, refusals[i].method);
      g_assert_cmpstr (record.target, ==, refusals[i].target);
      g_assert_cmpuint (record.status, ==, refusals[i].status);
      g_assert_cmpuint (record.reason, ==, refusals[i].reason);
      g_assert_cmpuint (record.bytes, ==, answer->len);
      g_assert_cmpuint (record.flags, ==, 0);
    }

  assert_no_record (f);
}

/* Whatever a well-framed request says, it reaches the responder, also what libsoup would answer or
 * choke on by itself. */
static void
test_odd_requests (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *request;
    guint status;
  } odds[] = {
    { GET ("/%zz"), 400 },
    { GET ("/["), 0 },
    { GET ("nonsense"), 400 },
    { GET ("https://localhost/"), 0 },
    { GET ("http://localhost/small.txt"), 200 },
    { GET ("http://[::1"), 0 },
    { "GET /small.txt HTTP/1.1\r\nHost: a/b\r\n\r\n", 0 },
    { "GET /small.txt HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421 },
    { "GET /small.txt HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n\r\n", 200 },
    { "GET /small.txt HTTP/1.1\r\n" HOST "Expect: miracles\r\n\r\n", 200 },
    { "OPTIONS * HTTP/1.1\r\n" HOST "\r\n", 204 },
    { "CONNECT localhost:1 HTTP/1.1\r\n" HOST "\r\n", 405 },
    { "DELETE /small.txt HTTP/1.1\r\n" HOST "\r\n", 405 },
    { "BREW / HTTP/1.1\r\n" HOST "\r\n", 501 },
    { "GET /small.txt HTTP/1.1\r\n" HOST "Upgrade: websocket\r\nConnection: upgrade\r\n\r\n", 200 },
  };
  guint16 port = start (f);

  for (gsize i = 0; i < G_N_ELEMENTS (odds); i++)
    {
      int fd = dial (port);
      guint status;

      g_test_message ("%.20s", odds[i].request);
      say (fd, odds[i].request);
      status = read_answer (fd, NULL);
      if (odds[i].status)
        g_assert_cmpuint (status, ==, odds[i].status);
      else
        g_assert_true (status >= 400 && status < 500);
      g_assert_cmpuint (wait_record (f).status, ==, status);
      close (fd);
    }
}

/* The client only reads when it has sent everything; it still gets to see the answer. */
static void
test_big_body (Fixture *f, gconstpointer data)
{
  int fd = dial (start (f));
  gsize sent = 0;
  gssize n;

  say (fd, "POST / HTTP/1.1\r\n" HOST "Content-Length: 8388608\r\n\r\n");
  while (sent < BIG_SIZE && (n = send (fd, f->big + sent, BIG_SIZE - sent, MSG_NOSIGNAL)) > 0)
    sent += n;
  g_assert_cmpuint (sent, ==, BIG_SIZE);
  g_assert_cmpuint (read_answer (fd, NULL), ==, 413);
  expect_end (fd);
  close (fd);
  g_assert_cmpuint (wait_record (f).status, ==, 413);
}

/* --- trouble --- */

static void
test_client_goes (Fixture *f, gconstpointer data)
{
  int fd = dial_with (start (f), 16384);
  char some[10000];
  HpRequestRecord record;

  write_sparse (f, "sparse", (goffset) 1024 * MIB);
  say (fd, GET ("/sparse"));
  read_exactly (fd, some, sizeof some);
  assert_no_record (f);
  close (fd);

  record = wait_record (f);
  g_assert_cmpuint (record.status, ==, 200);
  g_assert_cmpuint (record.flags, ==, HP_RECORD_ABORTED);
  g_assert_cmpuint (record.reason, ==, HP_REASON_SERVED);
  g_assert_cmpuint (record.bytes, >=, sizeof some / 2);
  g_assert_cmpuint (record.bytes, <, 16 * MIB);
}

/* Clients that come and say nothing, or half of something, leave no trace. */
static void
test_silent_clients (Fixture *f, gconstpointer data)
{
  guint16 port = start (f);
  guint n_fds = count_fds ();

  for (int i = 0; i < 50; i++)
    {
      int fd = dial (port);

      if (i % 3 == 1)
        say (fd, "GET / HT");
      else if (i % 3 == 2)
        say (fd, "\r\n");
      close (fd);
    }
  wait_for_fds (n_fds);
  assert_no_record (f);
}

/* The same for those that are gone, by a reset, before they are answered. */
static void
test_resets (Fixture *f, gconstpointer data)
{
  static const char *const requests[] = {
    GET ("/small.txt"),
    GET ("/big.bin"),
    GET ("/"),
    "HEAD /small.txt HTTP/1.1\r\n" HOST "\r\n",
    "HEAD /small.txt HTTP/1.1\r\n" HOST "\r\nHEAD /small.txt HTTP/1.1\r\n" HOST "\r\n",
    "POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\n",
  };
  struct linger reset = { 1, 0 };
  guint16 port = start (f);
  guint n_fds = count_fds ();

  for (int i = 0; i < 300; i++)
    {
      int fd = dial (port);

      setsockopt (fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
      say (fd, requests[i % G_N_ELEMENTS (requests)]);
      close (fd);
    }
  wait_for_fds (n_fds);
}

static void
test_truncated_file (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "sparse", NULL);
  int fd = dial_with (start (f), 16384);
  g_autoptr (GByteArray) rest = NULL;
  g_autofree char *head = NULL;
  HpRequestRecord record;

  write_sparse (f, "sparse", 64 * MIB);
  say (fd, GET ("/sparse"));
  head = read_head (fd);
  g_assert_cmpint (get_length (head), ==, 64 * MIB);
  g_assert_no_errno (truncate (path, 1000));

  rest = read_all (fd);
  g_assert_cmpuint (rest->len, <, 64 * MIB);
  close (fd);

  record = wait_record (f);
  g_assert_cmpuint (record.reason, ==, HP_REASON_READ_ERROR);
  g_assert_cmpuint (record.flags, ==, HP_RECORD_ABORTED);
  g_assert_cmpuint (record.bytes, ==, rest->len);

  fd = dial (hp_http_server_get_port (f->server));
  say (fd, GET ("/small.txt"));
  expect (fd, 200, "hello", 5);
  close (fd);
}

static void
test_deleted_file (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "big.bin", NULL);
  int fd = dial_with (start (f), 16384);
  g_autofree char *head = NULL;
  g_autofree guint8 *body = g_malloc (BIG_SIZE);

  say (fd, GET ("/big.bin"));
  head = read_head (fd);
  g_assert_no_errno (g_unlink (path));
  read_exactly (fd, body, BIG_SIZE);
  g_assert_true (memcmp (body, f->big, BIG_SIZE) == 0);
  close (fd);
}

/* --- deadlines --- */

static const HpConnectionLimits short_limits = {
  .head = 300,
  .idle = 600,
  .stall = 600,
  .linger = 300,
  .progress = 1,
  .at_once = 100,
  .answers = 512,
};

/* Few, but patient. */
static const HpConnectionLimits few_limits = {
  .head = 10 * 1000,
  .idle = 75 * 1000,
  .stall = 30 * 1000,
  .linger = 5 * 1000,
  .progress = 1,
  .at_once = 8,
  .answers = 512,
};

static HpConnectionLimits usual_limits;

static void
set_up_limited (Fixture *f, gconstpointer limits)
{
  usual_limits = hp_connection_limits;
  hp_connection_limits = *(const HpConnectionLimits *) limits;
  set_up (f, NULL);
}

static void
tear_down_limited (Fixture *f, gconstpointer limits)
{
  tear_down (f, NULL);
  hp_connection_limits = usual_limits;
}

static void
test_slow_heads (Fixture *f, gconstpointer data)
{
  guint16 port = start (f);
  guint n_fds = count_fds ();
  int silent = dial (port);
  int half = dial (port);
  int drip = dial (port);
  int idle = dial (port);
  gint64 limit = g_get_monotonic_time () + PATIENCE;

  say (half, "GET / HTTP/1.1\r\nHost: lo");
  say (idle, GET ("/small.txt"));
  expect (idle, 200, "hello", 5);

  while (send (drip, "G", 1, MSG_NOSIGNAL) == 1)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, limit);
      g_usleep (20 * 1000);
    }
  expect_end (silent);
  expect_end (half);
  expect_end (idle);
  g_assert_cmpuint (wait_record (f).status, ==, 200);

  close (silent);
  close (half);
  close (drip);
  close (idle);
  wait_for_fds (n_fds);
  assert_no_record (f);
}

static void
test_stalled_reader (Fixture *f, gconstpointer data)
{
  int fd = dial_with (start (f), 16384);
  HpRequestRecord record;

  write_sparse (f, "sparse", 64 * MIB);
  say (fd, GET ("/sparse"));
  record = wait_record (f);
  g_assert_cmpuint (record.flags, ==, HP_RECORD_ABORTED);
  g_assert_cmpuint (record.bytes, <, 64 * MIB);
  close (fd);
}

/* One that is slow but takes something now and then is served to the end. */
static void
test_patient_reader (Fixture *f, gconstpointer data)
{
  int fd = dial_with (start (f), 16384);
  g_autofree char *head = NULL;
  goffset left;

  say (fd, GET ("/big.bin"));
  head = read_head (fd);
  left = get_length (head);
  g_assert_cmpint (left, ==, BIG_SIZE);
  while (left > 0)
    {
      char buffer[16384];
      gsize n = MIN (left, (goffset) sizeof buffer);

      read_exactly (fd, buffer, n);
      left -= n;
      /* Too little, for a time, to make the kernel tell the server of it. */
      if (left > BIG_SIZE - 20 * (goffset) sizeof buffer)
        g_usleep (100 * 1000);
    }
  close (fd);
  g_assert_cmpuint (wait_record (f).flags, ==, 0);
}

static void
test_lingering (Fixture *f, gconstpointer data)
{
  guint16 port = start (f);
  guint n_fds = count_fds ();
  int fd = dial (port);

  say (fd, "POST / HTTP/1.1\r\n" HOST "Content-Length: 1000\r\n\r\n");
  g_assert_cmpuint (read_answer (fd, NULL), ==, 413);
  expect_end (fd);

  /* We never close, and never send the body. */
  wait_for_fds (n_fds + 1);
  close (fd);
}

/* --- many --- */

static void
test_many_at_once (Fixture *f, gconstpointer data)
{
  guint16 port = start (f);
  int fds[64];

  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    fds[i] = dial (port);
  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    say (fds[i], GET ("/5000.bin"));
  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      expect (fds[i], 200, f->big, 5000);
      close (fds[i]);
    }
}

static void
test_no_leak (Fixture *f, gconstpointer data)
{
  guint16 port = start (f);
  guint n_fds = count_fds ();
  int fds[500];

  for (int round = 0; round < 3; round++)
    {
      for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
        {
          fds[i] = dial (port);
          say (fds[i], GET ("/small.txt"));
        }
      for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
        expect (fds[i], 200, "hello", 5);
      g_assert_cmpuint (count_fds (), >=, n_fds + 2 * G_N_ELEMENTS (fds));
      for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
        close (fds[i]);
      wait_for_fds (n_fds);
    }
}

/* More than there is room for: those idle longest go, and everybody is answered. */
static void
test_cap (Fixture *f, gconstpointer data)
{
  guint16 port = start (f);
  guint n_fds = count_fds ();
  int fds[20];

  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      fds[i] = dial (port);
      say (fds[i], GET ("/small.txt"));
      expect (fds[i], 200, "hello", 5);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (fds) - few_limits.at_once; i++)
    expect_end (fds[i]);
  for (gsize i = G_N_ELEMENTS (fds) - few_limits.at_once; i < G_N_ELEMENTS (fds); i++)
    {
      say (fds[i], GET ("/small.txt"));
      expect (fds[i], 200, "hello", 5);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);
  wait_for_fds (n_fds);
}

/* When all are busy, the next one waits, and none is cut for it. */
static void
test_cap_busy (Fixture *f, gconstpointer data)
{
  guint16 port = start (f);
  int fds[8];
  int late;

  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      fds[i] = dial_with (port, 16384);
      say (fds[i], GET ("/big.bin"));
      g_free (read_head (fds[i]));
    }
  late = dial (port);
  say (late, GET ("/small.txt"));
  g_usleep (50 * 1000);
  assert_no_record (f);

  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      g_autofree guint8 *body = g_malloc (BIG_SIZE);

      read_exactly (fds[i], body, BIG_SIZE);
      g_assert_true (memcmp (body, f->big, BIG_SIZE) == 0);
    }
  expect (late, 200, "hello", 5);

  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);
  close (late);
}

/* The listening socket survives a shortage of descriptors. The server reads the limit when it
 * starts; the client here needs some too. */
static void
test_shortage (Fixture *f, gconstpointer data)
{
  struct rlimit limit, low;
  guint16 port;
  int fds[200];

  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &limit));
  low = limit;
  low.rlim_cur = count_fds () + 100;
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &low));
  port = start (f);
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &limit));

  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    fds[i] = dial (port);
  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);

  fds[0] = dial (port);
  say (fds[0], GET ("/small.txt"));
  expect (fds[0], 200, "hello", 5);
  close (fds[0]);
}

/* Nobody has got anything but the small file. */
static void
assert_only_small (Fixture *f)
{
  g_autoptr (HpRecordBatch) batch = hp_record_queue_take (f->queue);

  for (guint i = 0; batch && i < hp_record_batch_get_length (batch); i++)
    {
      HpRequestRecord record;

      hp_record_batch_get (batch, i, &record);
      g_assert_cmpstr (record.target, ==, "/small.txt");
      g_assert_cmpuint (record.status, ==, 200);
    }
}

static gsize
get_memory (void)
{
  g_autofree char *text = NULL;
  gulong pages = 0;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  g_assert_cmpint (sscanf (text, "%*u %lu", &pages), ==, 1);

  return pages * sysconf (_SC_PAGESIZE);
}

static void
test_slow_readers (Fixture *f, gconstpointer data)
{
  guint16 port = start (f);
  gsize before;
  int fds[32];

  write_sparse (f, "sparse", (goffset) 2048 * MIB);
  before = get_memory ();
  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      fds[i] = dial_with (port, 16384);
      say (fds[i], GET ("/sparse"));
    }
  for (int round = 0; round < 20; round++)
    for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
      {
        char buffer[16384];

        read_exactly (fds[i], buffer, sizeof buffer);
      }

  /* At most a chunk each, and sanitizers have their own ideas. */
  g_assert_cmpuint (get_memory (), <, before + 64 * MIB);
  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);
}

/* --- start and stop --- */

static void
test_stop_idle (Fixture *f, gconstpointer data)
{
  guint n_fds = count_fds ();
  int fd = dial (start (f));
  gint64 began;

  say (fd, GET ("/small.txt"));
  expect (fd, 200, "hello", 5);
  began = g_get_monotonic_time ();
  stop (f->server);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 2 * G_USEC_PER_SEC);
  expect_end (fd);
  close (fd);
  wait_for_fds (n_fds);
}

/* A client that takes its time is cut after two seconds … */
static void
test_stop_download (Fixture *f, gconstpointer data)
{
  guint n_fds = count_fds ();
  int fd = dial_with (start (f), 16384);
  g_autoptr (GByteArray) rest = NULL;
  char some[1000];
  gint64 began;

  write_sparse (f, "sparse", (goffset) 1024 * MIB);
  say (fd, GET ("/sparse"));
  read_exactly (fd, some, sizeof some);

  began = g_get_monotonic_time ();
  stop (f->server);
  g_assert_cmpint (g_get_monotonic_time () - began, >, 1 * G_USEC_PER_SEC);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 60 * G_USEC_PER_SEC);
  g_assert_cmpuint (wait_record (f).flags, ==, HP_RECORD_ABORTED);
  rest = read_all (fd);
  close (fd);
  wait_for_fds (n_fds);
}

/* … and one that is nearly there gets everything. */
static void
test_stop_gently (Fixture *f, gconstpointer data)
{
  guint16 port = start (f);
  int fd = dial_with (port, 16384);
  g_autofree guint8 *body = g_malloc (BIG_SIZE);
  g_autofree char *head = NULL;
  Outcome outcome = { 0 };

  say (fd, GET ("/big.bin"));
  head = read_head (fd);
  hp_http_server_stop_async (f->server, stopped_cb, &outcome);
  read_exactly (fd, body, BIG_SIZE);
  g_assert_true (memcmp (body, f->big, BIG_SIZE) == 0);
  expect_end (fd);
  wait_for (&outcome);
  close (fd);
  g_assert_cmpuint (wait_record (f).flags, ==, 0);
}

static void
test_restart (Fixture *f, gconstpointer data)
{
  guint n_fds = count_fds ();
  guint16 port = start (f);

  for (int i = 0; i < 50; i++)
    {
      int fd = dial (port);

      say (fd, GET ("/small.txt"));
      expect (fd, 200, "hello", 5);
      stop (f->server);
      close (fd);
      g_assert_no_error (try_start (f->server, port));
      g_assert_cmpuint (hp_http_server_get_port (f->server), ==, port);
    }
  stop (f->server);
  wait_for_fds (n_fds);
}

static void
test_start_errors (Fixture *f, gconstpointer data)
{
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, TRUE);
  g_autoptr (HpHttpServer) second = NULL;
  g_autoptr (HpHttpServer) missing = NULL;
  g_autoptr (HpHttpServer) plain = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *file = g_build_filename (f->folder, "small.txt", NULL);
  guint16 port = start (f);

  error = try_start (f->server, port);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PENDING);
  g_clear_error (&error);

  second = hp_http_server_new (f->engine, f->folder, options, f->queue);
  error = try_start (second, port);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_cmpuint (hp_http_server_get_port (second), ==, 0);
  g_clear_error (&error);
  g_assert_no_error (try_start (second, 0));
  stop (second);

  missing = hp_http_server_new (f->engine, "/nonexistent/folder", options, f->queue);
  error = try_start (missing, 0);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "/nonexistent/folder"));
  g_clear_error (&error);

  plain = hp_http_server_new (f->engine, file, options, f->queue);
  error = try_start (plain, 0);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY);
}

static void
test_forbidden_folder (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  if (geteuid () == 0)
    {
      g_test_skip ("root may open everything");
      return;
    }

  g_assert_no_errno (g_chmod (f->folder, 0));
  error = try_start (f->server, 0);
  g_assert_no_errno (g_chmod (f->folder, 0700));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
}

static void
test_stop_while_starting (Fixture *f, gconstpointer data)
{
  Outcome start_outcome = { 0 }, stop_outcome = { 0 }, cancel_outcome = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  hp_http_server_start_async (f->server, 0, NULL, started_cb, &start_outcome);
  hp_http_server_stop_async (f->server, stopped_cb, &stop_outcome);
  wait_for (&start_outcome);
  wait_for (&stop_outcome);
  g_assert_error (start_outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&start_outcome.error);
  g_assert_cmpuint (hp_http_server_get_port (f->server), ==, 0);

  hp_http_server_start_async (f->server, 0, cancellable, started_cb, &cancel_outcome);
  g_cancellable_cancel (cancellable);
  wait_for (&cancel_outcome);
  g_assert_error (cancel_outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&cancel_outcome.error);

  start (f);
}

/* Not the way to do it, but it must leave nothing behind. */
static void
test_drop_running (Fixture *f, gconstpointer data)
{
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, TRUE);
  guint n_fds = count_fds ();
  HpHttpServer *server = hp_http_server_new (f->engine, f->folder, options, f->queue);
  int fd, idle;

  write_sparse (f, "sparse", (goffset) 1024 * MIB);
  g_assert_no_error (try_start (server, 0));
  fd = dial_with (hp_http_server_get_port (server), 16384);
  idle = dial (hp_http_server_get_port (server));
  say (fd, GET ("/sparse"));
  g_free (read_head (fd));
  g_assert_finalize_object (server);

  expect_gone (idle);
  close (idle);
  g_assert_cmpuint (wait_record (f).flags, ==, HP_RECORD_ABORTED);
  close (fd);
  wait_for_fds (n_fds);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

/* --- crowds --- */

/* FALSE: the test was skipped. Client and server share the process, so a connection is three. */
static gboolean
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

static int
compare_times (const void *a, const void *b)
{
  gint64 first = *(const gint64 *) a, second = *(const gint64 *) b;

  return (first > second) - (first < second);
}

/* How long a lone client waits for small answers, in microseconds: which of 100 in order. */
static gint64
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

static const HpConnectionLimits crowd_limits = {
  .head = 2000,
  .idle = 60 * 1000,
  .stall = 30 * 1000,
  .linger = 1000,
  .progress = 1,
  .at_once = 6000,
  .answers = 512,
};

/* A thousand, half of which send a byte every now and then. */
static void
test_half_open_crowd (Fixture *f, gconstpointer data)
{
  int fds[1000];
  guint16 port;
  guint n_fds, n_open;
  gint64 began, opened;

  if (!need_fds (4000))
    return;

  port = start (f);
  n_fds = count_fds ();
  began = g_get_monotonic_time ();
  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      fds[i] = dial (port);
      say (fds[i], i % 2 ? "GET /small.txt HTTP/1.1\r\nHost: lo" : "G");
    }
  opened = g_get_monotonic_time ();

  do
    {
      /* Measuring takes its time, during which nobody looks who is gone. */
      if (g_get_monotonic_time () - opened < crowd_limits.head * 500)
        g_assert_cmpint (measure_latency (port, 50), <, 50 * 1000);
      n_open = 0;
      for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
        {
          char c;

          if (recv (fds[i], &c, 1, MSG_DONTWAIT | MSG_PEEK) < 0 && errno == EAGAIN)
            {
              n_open++;
              if (i % 2 == 0)
                send (fds[i], "E", 1, MSG_NOSIGNAL);
            }
        }
      if (n_open < G_N_ELEMENTS (fds))
        g_assert_cmpint (g_get_monotonic_time () - began, >=, crowd_limits.head * 1000);
      g_assert_cmpint (g_get_monotonic_time () - opened, <, PATIENCE);
      g_usleep (10 * 1000);
    }
  while (n_open > 0);

  /* The deadline, a sweep that just missed it, and a busy machine. */
  g_assert_cmpint (g_get_monotonic_time () - opened, <, (crowd_limits.head + 30000) * 1000);
  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);
  wait_for_fds (n_fds);
  assert_only_small (f);
}

/* 5,000 that were served once and stay cost the others nothing. */
static void
test_idle_crowd (Fixture *f, gconstpointer data)
{
  g_autofree int *fds = g_new (int, 5000);
  gint64 before[3], with[3];
  guint16 port;
  guint n_fds;

  if (!need_fds (16000))
    return;

  port = start (f);
  n_fds = count_fds ();
  for (gsize i = 0; i < G_N_ELEMENTS (before); i++)
    before[i] = measure_latency (port, 50);
  for (gsize i = 0; i < 5000; i++)
    {
      fds[i] = dial (port);
      say (fds[i], GET ("/small.txt"));
      expect (fds[i], 200, "hello", 5);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (with); i++)
    with[i] = measure_latency (port, 50);

  say (fds[0], GET ("/small.txt"));
  expect (fds[0], 200, "hello", 5);
  for (gsize i = 0; i < 5000; i++)
    close (fds[i]);
  wait_for_fds (n_fds + 1);

  qsort (before, G_N_ELEMENTS (before), sizeof before[0], compare_times);
  qsort (with, G_N_ELEMENTS (with), sizeof with[0], compare_times);
  g_test_message ("%d us without them, %d us with them", (int) before[1], (int) with[1]);
  g_assert_cmpint (with[1], <=, 3 * before[1]);
}

/* --- many servers --- */

#define N_SERVERS 200

typedef struct
{
  guint16 ports[N_SERVERS];
  int stop; /* atomic */
  int n_answers;
} Load;

/* Asks one after the other, on a new connection each time. */
static gpointer
run_load (gpointer data)
{
  Load *load = data;

  for (guint i = 0; !g_atomic_int_get (&load->stop); i = (i + 7) % N_SERVERS)
    {
      int fd = dial (load->ports[i]);
      guint status;

      say (fd, GET ("/small.txt"));
      g_assert_cmpuint (read_answer (fd, NULL), ==, 200);
      say (fd, GET ("/"));
      status = read_answer (fd, NULL);
      g_assert_true (status == 200 || status == 403); /* as the options are just now */
      close (fd);
      g_atomic_int_inc (&load->n_answers);
    }

  return NULL;
}

static void
wait_for_answers (Load *load, int n)
{
  gint64 limit = g_get_monotonic_time () + PATIENCE;

  while (g_atomic_int_get (&load->n_answers) < n)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, limit);
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
}

static void
test_many_servers (Fixture *f, gconstpointer data)
{
  g_autoptr (HpServerOptions) plain = hp_server_options_new (FALSE, TRUE);
  g_autoptr (HpServerOptions) other = hp_server_options_new (TRUE, FALSE);
  HpHttpServer *servers[N_SERVERS];
  Outcome outcomes[N_SERVERS] = { 0 };
  GThread *threads[4];
  Load load = { 0 };
  guint n_fds;
  gint64 began;

  if (!need_fds (4000))
    return;

  start (f);
  n_fds = count_fds ();
  for (guint i = 0; i < N_SERVERS; i++)
    {
      servers[i] = hp_http_server_new (f->engine, f->folder, plain, f->queue);
      hp_http_server_start_async (servers[i], 0, NULL, started_cb, &outcomes[i]);
    }
  for (guint i = 0; i < N_SERVERS; i++)
    {
      wait_for (&outcomes[i]);
      g_assert_no_error (outcomes[i].error);
      load.ports[i] = hp_http_server_get_port (servers[i]);
    }

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("load", run_load, &load);

  /* Options change while they are asked for. */
  for (guint round = 0; round < 20; round++)
    {
      for (guint i = 0; i < N_SERVERS; i++)
        hp_http_server_set_options (servers[i], (round + i) % 2 ? plain : other);
      wait_for_answers (&load, round * 20);
    }
  wait_for_answers (&load, 2 * N_SERVERS);

  g_atomic_int_set (&load.stop, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);

  /* All at once, with a client at each. */
  for (guint i = 0; i < N_SERVERS; i++)
    {
      int fd = dial (load.ports[i]);

      say (fd, GET ("/small.txt"));
      expect (fd, 200, "hello", 5);
      close (fd);
      outcomes[i] = (Outcome){ 0 };
      hp_http_server_set_options (servers[i], plain);
      hp_http_server_stop_async (servers[i], stopped_cb, &outcomes[i]);
      hp_http_server_set_options (servers[i], other);
    }
  began = g_get_monotonic_time ();
  for (guint i = 0; i < N_SERVERS; i++)
    {
      wait_for (&outcomes[i]);
      g_assert_finalize_object (servers[i]);
    }
  g_assert_cmpint (g_get_monotonic_time () - began, <, 60 * G_USEC_PER_SEC);
  wait_for_fds (n_fds);
}

/* Starts, stops and dropped servers while others are asked. */
static void
test_restarts_under_load (Fixture *f, gconstpointer data)
{
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, TRUE);
  guint16 port = start (f);
  GThread *threads[2];
  Load load = { 0 };

  for (guint i = 0; i < N_SERVERS; i++)
    load.ports[i] = port;
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("load", run_load, &load);

  for (guint i = 0; i < 60; i++)
    {
      HpHttpServer *server = hp_http_server_new (f->engine, f->folder, options, f->queue);
      int fd;

      g_assert_no_error (try_start (server, 0));
      fd = dial (hp_http_server_get_port (server));
      say (fd, i % 2 ? GET ("/big.bin") : GET ("/"));
      if (i % 3)
        stop (server);
      g_object_unref (server);
      close (fd);
    }
  wait_for_answers (&load, 50);

  g_atomic_int_set (&load.stop, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

typedef struct
{
  guint16 port;
  int stop; /* atomic */
} Download;

static gpointer
run_download (gpointer data)
{
  Download *download = data;
  g_autofree char *buffer = g_malloc (MIB);
  int fd = dial (download->port);

  say (fd, GET ("/sparse"));
  while (!g_atomic_int_get (&download->stop) && recv (fd, buffer, MIB, 0) > 0)
    continue;
  close (fd);

  return NULL;
}

/* Those who want little needn't wait for those who want much. */
static void
test_fast_download_starves_nobody (Fixture *f, gconstpointer data)
{
  Download download = { .port = start (f) };
  GThread *thread;
  gint64 alone, beside;

  write_sparse (f, "sparse", (goffset) 1024 * 1024 * MIB);
  measure_latency (download.port, 50);
  alone = measure_latency (download.port, 99);
  thread = g_thread_new ("download", run_download, &download);
  g_usleep (100 * 1000);
  beside = measure_latency (download.port, 99);
  g_atomic_int_set (&download.stop, TRUE);
  g_thread_join (thread);

  g_test_message ("p99 %d us alone, %d us beside a download", (int) alone, (int) beside);
  /* They share the processors as well; who starves waits for seconds. */
  g_assert_cmpint (beside, <, 20 * alone + 100 * 1000);
}

#define ADD(name, func) g_test_add ("/http-server/" name, Fixture, NULL, set_up, func, tear_down)
#define ADD_LIMITED(name, limits, func)                                                            \
  g_test_add ("/http-server/" name, Fixture, &limits, set_up_limited, func, tear_down_limited)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("keep-alive", test_keep_alive);
  ADD ("pipelining", test_pipelining);
  ADD ("pieces", test_pieces);
  ADD ("head", test_head);
  ADD ("exact-bytes", test_exact_bytes);
  ADD ("not-modified", test_not_modified);
  ADD ("last-request", test_last_request);
  ADD ("half-close", test_half_close);
  ADD ("options", test_options);
  ADD ("refusals", test_refusals);
  ADD ("odd-requests", test_odd_requests);
  ADD ("big-body", test_big_body);
  ADD ("client-goes", test_client_goes);
  ADD ("silent-clients", test_silent_clients);
  ADD ("resets", test_resets);
  ADD ("truncated-file", test_truncated_file);
  ADD ("deleted-file", test_deleted_file);
  ADD_LIMITED ("slow-heads", short_limits, test_slow_heads);
  ADD_LIMITED ("stalled-reader", short_limits, test_stalled_reader);
  ADD_LIMITED ("patient-reader", short_limits, test_patient_reader);
  ADD_LIMITED ("lingering", short_limits, test_lingering);
  ADD ("many-at-once", test_many_at_once);
  ADD ("no-leak", test_no_leak);
  ADD_LIMITED ("cap", few_limits, test_cap);
  ADD_LIMITED ("cap-busy", few_limits, test_cap_busy);
  ADD ("shortage", test_shortage);
  ADD ("slow-readers", test_slow_readers);
  ADD ("stop-idle", test_stop_idle);
  ADD ("stop-download", test_stop_download);
  ADD ("stop-gently", test_stop_gently);
  ADD ("restart", test_restart);
  ADD ("start-errors", test_start_errors);
  ADD ("forbidden-folder", test_forbidden_folder);
  ADD ("stop-while-starting", test_stop_while_starting);
  ADD ("drop-running", test_drop_running);
  ADD_LIMITED ("half-open-crowd", crowd_limits, test_half_open_crowd);
  ADD_LIMITED ("idle-crowd", crowd_limits, test_idle_crowd);
  ADD ("many-servers", test_many_servers);
  ADD ("restarts-under-load", test_restarts_under_load);
  ADD ("fast-download-starves-nobody", test_fast_download_starves_nobody);

  return g_test_run ();
}
