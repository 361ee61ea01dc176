/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "http/hp-http-server.h"
#include "http/hp-request-head.h"
#include "fuzz.h"

/* The first byte says in pieces of which size the others are sent to a real server on a real
 * socket; then the client has nothing more to say and reads all that comes.
 *
 * How many answers there have to be, and for what, is known from the pure parser of heads: one for
 * each whole head up to the first that ends the connection, and none for what is left. */

#define SECRET "not for anybody"
#define FILE_A "aaaaaaaaaa"

/* What another client asks for at the same time. */
#define OTHER                                                                                      \
  "GET /d/b HTTP/1.1\r\nHost: localhost\r\n\r\n"                                                   \
  "GET /d/b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

static char *folder;
static guint16 port;

static void
write_file (const char *name, const char *content)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  if (!g_file_set_contents (path, content, -1, NULL))
    g_error ("Can't write %s", path);
}

static void
remove_folder (void)
{
  static const char *const names[] = { "index.html", "a", ".env", "d/b", "d", "l/c", "l" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      g_remove (path);
    }
  g_rmdir (folder);
}

static void
make_folder (void)
{
  g_autofree char *d = NULL;
  g_autofree char *l = NULL;

  folder = g_dir_make_tmp ("hp-fuzz-XXXXXX", NULL);
  if (folder == NULL)
    g_error ("There is no place for a folder");
  atexit (remove_folder);

  d = g_build_filename (folder, "d", NULL);
  l = g_build_filename (folder, "l", NULL);
  g_mkdir (d, 0700);
  g_mkdir (l, 0700);
  write_file ("index.html", "<!doctype html>");
  write_file ("a", FILE_A);
  write_file ("d/b", "other");
  write_file ("l/c", "c");
  write_file (".env", SECRET);
}

static void
started_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!hp_http_server_start_finish (HP_HTTP_SERVER (object), result, &error))
    g_error ("%s", error->message);
  port = hp_http_server_get_port (HP_HTTP_SERVER (object));
}

/* Once, for all inputs; it ends with the process. */
static void
start_server (void)
{
  static HpEngine *engine;
  static HpHttpServer *server;
  static HpServerOptions *options;
  static HpRecordQueue *queue;

  if (server != NULL)
    return;

  make_folder ();
  engine = hp_engine_new ();
  options = hp_server_options_new (FALSE, TRUE);
  queue = hp_record_queue_new (1);
  server = hp_http_server_new (engine, folder, options, queue);
  hp_http_server_start_async (server, 0, NULL, started_cb, NULL);
  while (port == 0)
    g_main_context_iteration (NULL, TRUE);
}

static int
dial (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  const struct timeval limit = { .tv_sec = 20 };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  FUZZ_CHECK (fd >= 0);
  FUZZ_CHECK (setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);
  FUZZ_CHECK (connect (fd, (struct sockaddr *) &address, sizeof address) == 0);

  return fd;
}

/* A server that has refused may be gone before all was sent. */
static void
say (int fd, const uint8_t *data, size_t size, size_t piece)
{
  for (size_t sent = 0; sent < size;)
    {
      /* The fuzzer has a timer, which interrupts. */
      ssize_t n = TEMP_FAILURE_RETRY (
          send (fd, data + sent, MIN (piece, size - sent), MSG_NOSIGNAL));

      if (n < 0)
        {
          FUZZ_CHECK (errno == EPIPE || errno == ECONNRESET);
          return;
        }
      sent += n;
    }
  shutdown (fd, SHUT_WR);
}

static GByteArray *
read_to_end (int fd)
{
  GByteArray *got = g_byte_array_new ();
  guint8 buffer[65536];

  for (;;)
    {
      ssize_t n = TEMP_FAILURE_RETRY (recv (fd, buffer, sizeof buffer, 0));

      /* It must not hang. */
      FUZZ_CHECK (n >= 0 || errno == ECONNRESET);
      if (n <= 0)
        return got;
      g_byte_array_append (got, buffer, n);
    }
}

/* The value of a field of an answer's head; NULL: not there. Twice is an error. */
static char *
get_field (const char *head, const char *name)
{
  g_autofree char *begin = g_strconcat ("\r\n", name, ": ", NULL);
  const char *found = strstr (head, begin);

  if (found == NULL)
    return NULL;
  found += strlen (begin);
  FUZZ_CHECK (strstr (found, begin) == NULL);

  return g_strndup (found, strcspn (found, "\r"));
}

static void
check_status (const HpRequestHead *request, HpHeadState state, guint status)
{
  FUZZ_CHECK (status >= 200 && status < 506);
  FUZZ_CHECK (status < 500 || status == 501 || status == 505);
  FUZZ_CHECK (state == HP_HEAD_COMPLETE || status >= 400);
  FUZZ_CHECK (status != 505 || request->refusal == HP_REASON_VERSION);
}

/* One answer at the begin of the text; returns its length. */
static gsize
check_answer (const HpRequestHead *request, HpHeadState state, const char *text, gsize size)
{
  const char *end = g_strstr_len (text, size, "\r\n\r\n");
  g_autofree char *head = NULL;
  g_autofree char *length = NULL;
  g_autofree char *connection = NULL;
  gboolean closes = state == HP_HEAD_REFUSED || !request->keep_alive;
  guint status;
  gsize body = 0;

  FUZZ_CHECK (end != NULL);
  head = g_strndup (text, end + 2 - text);
  FUZZ_CHECK (g_str_has_prefix (head, "HTTP/1.1 "));
  FUZZ_CHECK (g_str_is_ascii (head));
  status = strtoul (head + 9, NULL, 10);
  check_status (request, state, status);

  length = get_field (head, "Content-Length");
  connection = get_field (head, "Connection");
  FUZZ_CHECK ((g_strcmp0 (connection, "close") == 0) == closes);
  FUZZ_CHECK (strstr (head, "Transfer-Encoding") == NULL);
  if (status == 204 || status == 304)
    FUZZ_CHECK (length == NULL || strcmp (length, "0") != 0);
  else
    FUZZ_CHECK (length != NULL);
  if (status != 204 && status != 304 && g_strcmp0 (request->method, "HEAD") != 0)
    body = g_ascii_strtoull (length, NULL, 10);

  FUZZ_CHECK (size - (end + 4 - text) >= body);
  if (status == 200 && g_strcmp0 (request->target, "/a") == 0 && body > 0)
    FUZZ_CHECK (body == strlen (FILE_A) && memcmp (end + 4, FILE_A, body) == 0);

  return end + 4 - text + body;
}

static void
check_answers (const uint8_t *data, size_t size, GByteArray *got)
{
  gsize asked = 0, told = 0;
  gboolean on = TRUE;

  g_byte_array_append (got, (const guint8 *) "", 1);
  while (on)
    {
      g_auto (HpRequestHead) request = { 0 };
      g_autofree char *rest = g_memdup2 (data + asked, size - asked);
      HpHeadState state = hp_request_head_scan (&request, rest, size - asked);

      if (state == HP_HEAD_INCOMPLETE)
        break;
      told += check_answer (&request, state, (const char *) got->data + told, got->len - 1 - told);
      asked += request.length;
      on = state == HP_HEAD_COMPLETE && request.keep_alive;
    }

  FUZZ_CHECK (told == got->len - 1);
  FUZZ_CHECK (g_strstr_len ((const char *) got->data, got->len, SECRET) == NULL);
}

/* Whatever one client says, another gets what it asked for. */
static void
check_other (GByteArray *got)
{
  guint n_answers = 0;

  g_byte_array_append (got, (const guint8 *) "", 1);
  for (const char *text = (const char *) got->data; *text != '\0'; n_answers++)
    {
      const char *end = strstr (text, "\r\n\r\n");

      FUZZ_CHECK (g_str_has_prefix (text, "HTTP/1.1 200 OK\r\n") && end != NULL);
      FUZZ_CHECK (g_str_has_prefix (end + 4, "other"));
      text = end + 4 + strlen ("other");
    }
  FUZZ_CHECK (n_answers == 2);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GByteArray) got = NULL;
  g_autoptr (GByteArray) got_other = NULL;
  int fd, other;

  if (size < 1)
    return 0;

  start_server ();
  fd = dial ();
  other = dial ();
  say (other, (const uint8_t *) OTHER, strlen (OTHER), size);
  say (fd, data + 1, size - 1, data[0] == '0' || data[0] == 0 ? size : data[0]);
  got = read_to_end (fd);
  close (fd);
  got_other = read_to_end (other);
  close (other);
  check_answers (data + 1, size - 1, got);
  check_other (got_other);

  return 0;
}
