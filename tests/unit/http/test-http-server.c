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
  int stop;  /* atomic */
  guint mib; /* how many came */
} Download;

static gpointer
run_download (gpointer data)
{
  Download *download = data;
  g_autofree char *buffer = g_malloc (MIB);
  int fd = dial (download->port);
  guint64 got = 0;
  gssize n;

  say (fd, GET ("/sparse"));
  while (!g_atomic_int_get (&download->stop) && (n = recv (fd, buffer, MIB, 0)) > 0)
    got += n;
  download->mib = got / MIB;
  close (fd);

  return NULL;
}

/* Those who want little needn't wait for those who want much. */
static void
test_fast_download_starves_nobody (Fixture *f, gconstpointer data)
{
  Download download = { .port = start (f) };
  GThread *thread;
  guint n_answers = 300;

  write_sparse (f, "sparse", (goffset) 1024 * 1024 * MIB);
  thread = g_thread_new ("download", run_download, &download);
  g_usleep (100 * 1000);
  measure_latency (download.port, 99);
  g_atomic_int_set (&download.stop, TRUE);
  g_thread_join (thread);

  /* A turn is a megabyte. Who starves waits for gigabytes. */
  g_test_message ("%u MiB beside %u answers", download.mib, n_answers);
  g_assert_cmpuint (download.mib / n_answers, <, 100);
}

#define ADD(name, func) g_test_add ("/http-server/" name, Fixture, NULL, set_up, func, tear_down)

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
  ADD ("stop-idle", test_stop_idle);
  ADD ("stop-download", test_stop_download);
  ADD ("stop-gently", test_stop_gently);
  ADD ("restart", test_restart);
  ADD ("start-errors", test_start_errors);
  ADD ("forbidden-folder", test_forbidden_folder);
  ADD ("stop-while-starting", test_stop_while_starting);
  ADD ("drop-running", test_drop_running);
  ADD ("many-servers", test_many_servers);
  ADD ("restarts-under-load", test_restarts_under_load);
  ADD ("fast-download-starves-nobody", test_fast_download_starves_nobody);

  return g_test_run ();
}
