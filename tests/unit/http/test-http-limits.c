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
#include "http/hp-chunk.h"

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

static void
wait_let_go (int n_before)
{
  gint64 limit = g_get_monotonic_time () + PATIENCE;

  while (g_atomic_int_get (&hp_chunk_n_let_go) == n_before)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, limit);
      g_usleep (10 * 1000);
    }
}

/* What libsoup had of the file is given back each time the client stops, and is read again. */
static void
test_let_go (Fixture *f, gconstpointer data)
{
  int n = g_atomic_int_get (&hp_chunk_n_let_go);
  g_autofree char *path = g_build_filename (f->folder, "big.bin", NULL);
  g_autofree guint8 *got = g_malloc (BIG_SIZE);
  int fd = dial_with (start (f), 16384);
  int file = open (path, O_RDONLY | O_CLOEXEC);
  g_autofree char *head = NULL;

  say (fd, GET ("/big.bin"));
  head = read_head (fd);
  for (guint round = 0; round < 2; round++)
    {
      wait_let_go (n);
      n = g_atomic_int_get (&hp_chunk_n_let_go);
      /* The second time from the disk, where there is one: by a thread. */
      if (round == 1)
        g_assert_true (fsync (file) == 0 && posix_fadvise (file, 0, 0, POSIX_FADV_DONTNEED) == 0);
      read_exactly (fd, got + round * MIB, MIB);
    }
  read_exactly (fd, got + 2 * MIB, BIG_SIZE - 2 * MIB);
  g_assert_cmpmem (got, BIG_SIZE, f->big, BIG_SIZE);
  g_assert_cmpuint (wait_record (f).flags, ==, 0);

  /* The connection is as good as before. */
  say (fd, GET ("/small.txt"));
  expect (fd, 200, "hello", 5);
  close (file);
  close (fd);
}

static void
test_let_go_truncated (Fixture *f, gconstpointer data)
{
  int n = g_atomic_int_get (&hp_chunk_n_let_go);
  g_autofree char *path = g_build_filename (f->folder, "big.bin", NULL);
  int fd = dial_with (start (f), 16384);
  g_autoptr (GByteArray) rest = NULL;
  g_autofree char *head = NULL;
  HpRequestRecord record;

  say (fd, GET ("/big.bin"));
  head = read_head (fd);
  wait_let_go (n);
  g_assert_no_errno (truncate (path, 1000));

  rest = read_all (fd);
  close (fd);
  g_assert_cmpuint (rest->len, <, BIG_SIZE);
  g_assert_cmpmem (rest->data, rest->len, f->big, rest->len);
  record = wait_record (f);
  g_assert_cmpuint (record.reason, ==, HP_REASON_READ_ERROR);
  g_assert_cmpuint (record.flags, ==, HP_RECORD_ABORTED);
  g_assert_cmpuint (record.bytes, ==, rest->len);
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
  /* The quickest of three, as other tests run meanwhile. A look at each of them costs far more. */
  g_test_message ("%d us without them, %d us with them", (int) before[0], (int) with[0]);
  g_assert_cmpint (with[0], <=, 5 * before[0]);
}

#define ADD(name, func) g_test_add ("/http-limits/" name, Fixture, NULL, set_up, func, tear_down)
#define ADD_LIMITED(name, limits, func)                                                            \
  g_test_add ("/http-limits/" name, Fixture, &limits, set_up_limited, func, tear_down_limited)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

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
  ADD ("let-go", test_let_go);
  ADD ("let-go-truncated", test_let_go_truncated);
  ADD_LIMITED ("half-open-crowd", crowd_limits, test_half_open_crowd);
  ADD_LIMITED ("idle-crowd", crowd_limits, test_idle_crowd);

  return g_test_run ();
}
