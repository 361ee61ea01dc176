/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http-fixture.h"
#include "http/hp-engine-private.h"
#include "http/hp-listener.h"

/* How answers are shared among a few sessions, and what the records of them say. */

/* --- in the engine thread --- */

typedef struct
{
  HpEngine *engine;
  guint n;
  int done; /* atomic */
} Count;

static gboolean
count_cb (gpointer data)
{
  Count *count = data;

  count->n = hp_session_pool_get_n_sessions (hp_engine_get_sessions (count->engine));
  g_atomic_int_set (&count->done, 1);

  return G_SOURCE_REMOVE;
}

static guint
count_sessions (Fixture *f)
{
  Count count = { .engine = f->engine };

  hp_engine_invoke (f->engine, count_cb, &count, NULL);
  while (!g_atomic_int_get (&count.done))
    g_usleep (100);

  return count.n;
}

static void
wait_for_sessions (Fixture *f, guint n)
{
  gint64 limit = g_get_monotonic_time () + PATIENCE;

  while (count_sessions (f) != n)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, limit);
      g_usleep (10 * 1000);
    }
}

static void
drop_records (Fixture *f)
{
  g_clear_pointer (&f->batch, hp_record_batch_free);
  f->batch = hp_record_queue_take (f->queue);
}

/* --- loans --- */

static void
test_one_is_enough (Fixture *f, gconstpointer data)
{
  guint16 port = start (f);
  int fds[50];

  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      fds[i] = dial (port);
      say (fds[i], GET ("/5000.bin"));
      expect (fds[i], 200, f->big, 5000);
    }
  g_assert_cmpuint (count_sessions (f), ==, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);
}

/* As many as there are answers at a time; afterwards one is left. */
static void
test_rest (Fixture *f, gconstpointer data)
{
  guint16 port = start (f);
  guint n_fds = count_fds ();
  int fds[20];

  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      fds[i] = dial_with (port, 16384);
      say (fds[i], GET ("/big.bin"));
      g_free (read_head (fds[i]));
    }
  g_assert_cmpuint (count_sessions (f), ==, G_N_ELEMENTS (fds));
  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      g_autofree guint8 *body = g_malloc (BIG_SIZE);

      read_exactly (fds[i], body, BIG_SIZE);
      g_assert_true (memcmp (body, f->big, BIG_SIZE) == 0);
    }
  wait_for_sessions (f, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    close (fds[i]);
  wait_for_fds (n_fds);
}

/* Whoever gets the session after one that was cut gets nothing of the answer before. */
static void
test_after_cut (Fixture *f, gconstpointer data)
{
  guint16 port = start (f);
  guint n_fds = count_fds ();
  int other = dial (port);

  for (guint i = 0; i < 60; i++)
    {
      struct linger linger = { 1, 0 };
      int fd = dial_with (port, 16384);

      say (fd, i % 3 ? GET ("/big.bin") GET ("/5000.bin") : GET ("/big.bin"));
      if (i % 2)
        g_free (read_head (fd));
      if (i % 4 < 2)
        setsockopt (fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
      close (fd);

      say (other, GET ("/5000.bin") GET ("/small.txt"));
      expect (other, 200, f->big, 5000);
      expect (other, 200, "hello", 5);
    }
  close (other);
  wait_for_sessions (f, 1);
  wait_for_fds (n_fds);
}

static const HpConnectionLimits two_answers = {
  .head = 10 * 1000,
  .idle = 75 * 1000,
  .stall = 30 * 1000,
  .linger = 5 * 1000,
  .progress = 1,
  .at_once = 100,
  .answers = 2,
};

/* In the order in which they came, except for those that lost patience. */
static void
test_waiting (Fixture *f, gconstpointer data)
{
  guint16 port = start (f);
  int busy[2], waiting[5];
  g_autofree guint8 *body = g_malloc (BIG_SIZE);

  for (gsize i = 0; i < G_N_ELEMENTS (busy); i++)
    {
      busy[i] = dial_with (port, 16384);
      say (busy[i], GET ("/big.bin"));
      g_free (read_head (busy[i]));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (waiting); i++)
    {
      waiting[i] = dial (port);
      say (waiting[i], GET ("/small.txt") GET ("/5000.bin"));
    }
  g_usleep (50 * 1000);
  assert_no_record (f);
  g_assert_cmpuint (count_sessions (f), ==, 2);

  close (waiting[0]);
  close (busy[0]);
  for (gsize i = 1; i < G_N_ELEMENTS (waiting); i++)
    {
      expect (waiting[i], 200, "hello", 5);
      expect (waiting[i], 200, f->big, 5000);
      close (waiting[i]);
    }
  read_exactly (busy[1], body, BIG_SIZE);
  g_assert_true (memcmp (body, f->big, BIG_SIZE) == 0);
  close (busy[1]);
}

/* Stopping a server with answers running and requests waiting. */
static void
test_stop_waiting (Fixture *f, gconstpointer data)
{
  guint16 port = start (f);
  guint n_fds = count_fds ();
  int fds[6];

  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      fds[i] = dial_with (port, 16384);
      say (fds[i], GET ("/big.bin"));
    }
  for (gsize i = 0; i < 2; i++)
    g_free (read_head (fds[i]));
  stop (f->server);
  for (gsize i = 0; i < G_N_ELEMENTS (fds); i++)
    {
      g_autoptr (GByteArray) rest = read_all (fds[i]);

      g_assert_cmpuint (rest->len, <, BIG_SIZE);
      close (fds[i]);
    }
  wait_for_fds (n_fds);
  drop_records (f);
  /* Requests that had not arrived by then are none. */
  g_assert_cmpuint (hp_record_batch_get_length (f->batch), >=, 2);
  g_assert_cmpuint (hp_record_batch_get_length (f->batch), <=, G_N_ELEMENTS (fds));
}

static const HpConnectionLimits much_progress = {
  .head = 10 * 1000,
  .idle = 75 * 1000,
  .stall = 600,
  .linger = 300,
  .progress = 4 * MIB,
  .at_once = 100,
  .answers = 100,
};

/* One that takes a little now and then, but not enough. */
static void
test_trickle (Fixture *f, gconstpointer data)
{
  int fd = dial_with (start (f), 16384);
  HpRequestRecord record;
  guint64 got = 0;
  char buffer[1024]; /* slow enough that a chunk takes longer than the limit */
  gssize n;

  write_sparse (f, "sparse", 64 * MIB);
  say (fd, GET ("/sparse"));
  while ((n = recv (fd, buffer, sizeof buffer, 0)) > 0)
    {
      got += n;
      g_usleep (20 * 1000);
      g_assert_cmpuint (got, <, 32 * MIB);
    }
  record = wait_record (f);
  g_assert_cmpuint (record.flags, ==, HP_RECORD_ABORTED);
  g_assert_cmpuint (record.reason, ==, HP_REASON_TIMEOUT);
  g_assert_true (hp_request_record_is_problem (&record));
  close (fd);
}

/* --- records --- */

static void
test_record (Fixture *f, gconstpointer data)
{
  int fd = dial (start (f));
  struct sockaddr_in own;
  socklen_t length = sizeof own;
  HpRequestRecord record;
  g_autofree char *head = NULL;
  guint32 number;

  g_assert_no_errno (getsockname (fd, (struct sockaddr *) &own, &length));
  say (fd, "\r\nGET /small.txt?q HTTP/1.1\r\n" HOST
           "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\nX-Odd:   spaces \r\n\r\n");
  expect (fd, 200, "hello", 5);
  record = wait_record (f);
  number = record.connection;
  g_assert_cmpuint (number, >, 0);
  g_assert_cmpuint (record.client_port, ==, ntohs (own.sin_port));
  g_assert_cmpuint (record.first_byte_us, >, 0);
  g_assert_cmpuint (record.first_byte_us, <=, record.duration_us + 1);
  g_assert_cmpuint (record.fetch_dest, ==, HP_FETCH_DEST_DOCUMENT);
  g_assert_cmpuint (record.flags, ==, HP_RECORD_NAVIGATION);
  g_assert_cmpstr (record.request_fields, ==,
                   "Host: localhost\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: document\n"
                   "X-Odd:   spaces \n");
  g_assert_cmpstr (record.file, ==, "small.txt");
  g_assert_null (record.body);

  say (fd, "HEAD /missing HTTP/1.1\r\n" HOST "Sec-Fetch-Dest: style\r\n\r\n");
  head = read_head (fd);
  record = wait_record (f);
  g_assert_cmpuint (record.connection, ==, number);
  g_assert_cmpuint (record.flags, ==, HP_RECORD_REUSED);
  g_assert_cmpuint (record.fetch_dest, ==, HP_FETCH_DEST_STYLE);
  g_assert_null (record.file);
  {
    /* Exactly what came over the wire, but for the line ends. */
    g_auto (GStrv) lines = g_strsplit (strchr (head, '\n') + 1, "\r\n", -1);
    g_autofree char *joined = g_strjoinv ("\n", lines);

    joined[strlen (joined) - 1] = '\0'; /* the empty line */
    g_assert_cmpstr (record.response_fields, ==, joined);
  }
  close (fd);

  fd = dial (hp_http_server_get_port (f->server));
  say (fd, GET ("/"));
  read_answer (fd, NULL);
  record = wait_record (f);
  g_assert_cmpuint (record.connection, >, number);
  g_assert_null (record.file); /* a list of files is none */
  close (fd);
}

/* A head larger than a record keeps is cut between two lines. */
static void
test_record_of_large_head (Fixture *f, gconstpointer data)
{
  int fd = dial (start (f));
  g_autoptr (GString) text = g_string_new ("GET /small.txt HTTP/1.1\r\n" HOST);
  g_autofree char *value = g_strnfill (6000, 'v');
  HpRequestRecord record;

  for (int i = 0; i < 4; i++)
    g_string_append_printf (text, "X-%d: %s\r\n", i, value);
  g_string_append (text, "\r\n");
  say (fd, text->str);
  expect (fd, 200, "hello", 5);
  record = wait_record (f);
  g_assert_cmpuint (strlen (record.request_fields), <=, HP_RECORD_MAX_HEAD);
  g_assert_true (g_str_has_suffix (record.request_fields, "vvv\n"));
  g_assert_nonnull (strstr (record.request_fields, "\nX-1: "));
  g_assert_null (strstr (record.request_fields, "\nX-2: "));
  close (fd);
}

static void
test_repeated (Fixture *f, gconstpointer data)
{
  int fd = dial (start (f));
  g_autofree char *text = g_strdup_printf ("GET /small.txt HTTP/1.1\r\n" HOST "%s: %s\r\n\r\n",
                                           HP_REPEAT_FIELD, hp_engine_get_repeat_token ());

  say (fd, text);
  expect (fd, 200, "hello", 5);
  g_assert_cmpuint (wait_record (f).flags, ==, HP_RECORD_REPEATED);

  /* Anybody can guess the name, but not the rest. */
  say (fd, "GET /small.txt HTTP/1.1\r\n" HOST HP_REPEAT_FIELD ": yes\r\n\r\n");
  expect (fd, 200, "hello", 5);
  g_assert_cmpuint (wait_record (f).flags, ==, HP_RECORD_REUSED);
  close (fd);
}

/* With the head or right after it, and not more than is kept. */
static void
test_refused_body (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *head;
    const char *now;
    const char *later;
  } cases[] = {
    { "POST /form HTTP/1.1\r\n" HOST "Content-Length: 9\r\n\r\n", "a=1&b=two", "" },
    { "POST /form HTTP/1.1\r\n" HOST "Content-Length: 9\r\n\r\n", "", "a=1&b=two" },
    { "PUT /x HTTP/1.1\r\n" HOST "Content-Length: 9\r\n\r\n", "a=1&", "b=two" },
  };
  guint16 port = start (f);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strconcat (cases[i].head, cases[i].now, NULL);
      HpRequestRecord record;
      int fd = dial (port);

      say (fd, text);
      if (*cases[i].later)
        say (fd, cases[i].later);
      g_assert_cmpuint (read_answer (fd, NULL), >=, 400);
      expect_end (fd);
      close (fd);
      record = wait_record (f);
      g_assert_cmpmem (record.body, record.body_length, "a=1&b=two", 9);
    }
}

static void
test_large_refused_body (Fixture *f, gconstpointer data)
{
  int fd = dial (start (f));
  HpRequestRecord record;

  say (fd, "POST /form HTTP/1.1\r\n" HOST "Content-Length: 8388608\r\n\r\n");
  for (gsize sent = 0; sent < BIG_SIZE; sent += MIB)
    if (send (fd, f->big + sent, MIB, MSG_NOSIGNAL) < 0)
      break;
  g_assert_cmpuint (read_answer (fd, NULL), >=, 400);
  close (fd);
  record = wait_record (f);
  g_assert_cmpuint (record.body_length, >, 0);
  g_assert_cmpmem (record.body, record.body_length, f->big, MIN (record.body_length, 4096u));
}

/* --- a connection that nobody accepted --- */

typedef struct
{
  Fixture *f;
  HpListener *listener;
  int fd;
  int done; /* atomic */
} Pair;

static gboolean
pair_done_cb (gpointer data)
{
  g_atomic_int_set (&((Pair *) data)->done, 1);
  return G_SOURCE_REMOVE;
}

static gboolean
begin_pair_cb (gpointer data)
{
  Pair *pair = data;
  const struct sockaddr_in nobody = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (hp_listener_start (pair->listener, &error));
  hp_listener_add (pair->listener, pair->fd, &nobody);
  return pair_done_cb (pair);
}

static gboolean
end_pair_cb (gpointer data)
{
  Pair *pair = data;

  hp_listener_stop (pair->listener, 0, pair_done_cb, pair);
  return G_SOURCE_REMOVE;
}

static void
invoke_and_wait (Pair *pair, GSourceFunc func)
{
  g_atomic_int_set (&pair->done, 0);
  hp_engine_invoke (pair->f->engine, func, pair, NULL);
  while (!g_atomic_int_get (&pair->done))
    g_usleep (100);
}

static void
test_socketpair (Fixture *f, gconstpointer data)
{
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, TRUE);
  int listening = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  Pair pair = { .f = f };
  int fds[2];

  g_assert_no_errno (listen (listening, 1));
  g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds));
  pair.fd = fds[1];
  pair.listener = hp_listener_new (f->engine, listening, 1, f->folder, options, f->queue);
  invoke_and_wait (&pair, begin_pair_cb);

  say (fds[0], GET ("/5000.bin") GET ("/small.txt"));
  expect (fds[0], 200, f->big, 5000);
  expect (fds[0], 200, "hello", 5);
  invoke_and_wait (&pair, end_pair_cb);
  expect_end (fds[0]);
  close (fds[0]);
}

#define ADD(name, func) g_test_add ("/session/" name, Fixture, NULL, set_up, func, tear_down)
#define ADD_LIMITED(name, limits, func)                                                            \
  g_test_add ("/session/" name, Fixture, &limits, set_up_limited, func, tear_down_limited)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("one-is-enough", test_one_is_enough);
  ADD ("rest", test_rest);
  ADD ("after-cut", test_after_cut);
  ADD_LIMITED ("waiting", two_answers, test_waiting);
  ADD_LIMITED ("stop-waiting", two_answers, test_stop_waiting);
  ADD_LIMITED ("trickle", much_progress, test_trickle);
  ADD ("record", test_record);
  ADD ("record-of-large-head", test_record_of_large_head);
  ADD ("repeated", test_repeated);
  ADD ("refused-body", test_refused_body);
  ADD ("large-refused-body", test_large_refused_body);
  ADD ("socketpair", test_socketpair);

  return g_test_run ();
}
