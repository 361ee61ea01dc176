/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <arpa/inet.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "ports/hp-port-rules.h"
#include "servers/hp-server-list.h"
#include "../ports/port-fixture.h"

#define LIMIT_US (60 * G_USEC_PER_SEC)

/* Runs the main loop until the condition holds; fails after a minute. */
#define WAIT_FOR(condition)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 limit = g_get_monotonic_time () + LIMIT_US;                                             \
    guint tick = g_timeout_add (20, keep_turning, NULL);                                           \
    while (!(condition) && g_get_monotonic_time () < limit)                                        \
      g_main_context_iteration (NULL, TRUE);                                                       \
    g_source_remove (tick);                                                                        \
    if (!(condition))                                                                              \
      g_error ("%s:%d: waited in vain for: %s", __FILE__, __LINE__, #condition);                   \
  }                                                                                                \
  G_STMT_END

static gboolean
keep_turning (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

typedef struct
{
  char *dir;
  char *file;
  HpEngine *engine;
  HpServerList *list;
} Fixture;

static char *
make_folder (Fixture *f, const char *name)
{
  char *path = g_build_filename (f->dir, name, NULL);
  g_autofree char *index = g_build_filename (path, "index.html", NULL);

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_assert_true (g_file_set_contents (index, name, -1, NULL));
  return path;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->dir = g_dir_make_tmp ("hp-list-XXXXXX", NULL);
  f->file = g_build_filename (f->dir, "servers.ini", NULL);
  f->engine = hp_engine_new ();
  f->list = hp_server_list_new (f->engine, f->file);
  hp_server_list_load_async (f->list, NULL, NULL);
  WAIT_FOR (hp_server_list_get_loaded (f->list));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", f->dir);

  hp_server_list_shut_down (f->list);
  g_assert_finalize_object (f->list);
  hp_engine_unref (f->engine);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (f->dir);
  g_free (f->file);
}

/* The body of http://127.0.0.1:PORT/, or NULL when nobody answers. */
static char *
ask (guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  const char *request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  g_autoptr (GString) answer = g_string_new (NULL);
  char buffer[4096];
  char *body;
  gssize n;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (connect (fd, (struct sockaddr *) &address, sizeof address) != 0)
    {
      close (fd);
      return NULL;
    }
  g_assert_cmpint (write (fd, request, strlen (request)), ==, strlen (request));
  while ((n = read (fd, buffer, sizeof buffer)) > 0)
    g_string_append_len (answer, buffer, n);
  close (fd);

  body = strstr (answer->str, "\r\n\r\n");
  g_assert_nonnull (body);
  return g_strdup (body + 4);
}

static void
assert_serves (guint16 port, const char *expected)
{
  g_autofree char *body = ask (port);

  g_assert_cmpstr (body, ==, expected);
}

/* Returns when the script has written a byte. */
static GPid
spawn_python (const char *script)
{
  const char *argv[] = { "/usr/bin/python3", "-E", "-c", script, NULL };
  g_autoptr (GError) error = NULL;
  char up;
  GPid pid;
  int out;

  g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid,
                            NULL, &out, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (read (out, &up, 1), ==, 1);
  close (out);
  return pid;
}

/* Another program that listens on the port; returns when it does. */
static GPid
spawn_holder (guint16 port)
{
  g_autofree char *script = g_strdup_printf (
      "import os,socket,time\n"
      "s=socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)\n"
      "s.bind(('127.0.0.1',%u)); s.listen(); os.write(1, b'!'); time.sleep(60)",
      port);

  return spawn_python (script);
}

static void
kill_holder (GPid pid)
{
  kill (pid, SIGKILL);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
}

static HpServer *
add_and_start (Fixture *f, const char *folder)
{
  HpServer *server = hp_server_list_add (f->list, folder);

  hp_server_start (server);
  WAIT_FOR (hp_server_get_state (server) == HP_SERVER_RUNNING);
  return server;
}

static void
test_add (Fixture *f, gconstpointer data)
{
  g_autofree char *a = make_folder (f, "a");
  g_autofree char *b = make_folder (f, "b");
  g_autofree char *same = g_strconcat (a, "/./", NULL);
  HpServer *first = add_and_start (f, a);
  HpServer *second = add_and_start (f, b);
  g_autofree char *address = g_strdup_printf ("http://localhost:%u/", hp_server_get_port (first));

  g_assert_cmpuint (hp_server_get_port (first), >=, HP_PORT_FIRST);
  g_assert_cmpuint (hp_server_get_port (second), >, hp_server_get_port (first));
  g_assert_cmpuint (hp_server_get_active_port (first), ==, hp_server_get_port (first));
  g_assert_cmpstr (hp_server_get_address (first), ==, address);
  g_assert_cmpstr (hp_server_get_title (first), ==, "a");
  assert_serves (hp_server_get_port (first), "a");
  assert_serves (hp_server_get_port (second), "b");
  WAIT_FOR (hp_request_log_get_n_requests (hp_server_get_log (first)) == 1);

  g_assert_true (hp_server_list_add (f->list, same) == first);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->list)), ==, 2);
  g_assert_cmpuint (hp_server_list_get_n_running (f->list), ==, 2);
}

static void
test_stop_and_start (Fixture *f, gconstpointer data)
{
  g_autofree char *a = make_folder (f, "a");
  HpServer *server = add_and_start (f, a);
  guint16 port = hp_server_get_port (server);

  hp_server_stop (server);
  WAIT_FOR (hp_server_get_state (server) == HP_SERVER_STOPPED);
  g_assert_null (ask (port));
  g_assert_cmpuint (hp_server_get_active_port (server), ==, 0);

  /* A change of mind during each operation ends where it was last told to. */
  hp_server_start (server);
  hp_server_stop (server);
  hp_server_start (server);
  WAIT_FOR (hp_server_get_state (server) == HP_SERVER_RUNNING);
  assert_serves (port, "a");
  hp_server_stop (server);
  hp_server_start (server);
  hp_server_stop (server);
  WAIT_FOR (hp_server_get_state (server) == HP_SERVER_STOPPED);
  g_assert_null (ask (port));
}

static void
test_port_taken (Fixture *f, gconstpointer data)
{
  g_autofree char *a = make_folder (f, "a");
  HpServer *server = hp_server_list_add (f->list, a);
  guint16 port = hp_server_get_port (server);
  GPid holder = spawn_holder (port);
  g_autofree char *pid = g_strdup_printf ("%d", (int) holder);
  guint16 other;

  hp_server_start (server);
  WAIT_FOR (hp_server_get_state (server) == HP_SERVER_FAILED);
  g_assert_cmpuint (hp_server_get_problem (server), ==, HP_PROBLEM_PORT_IN_USE);
  g_assert_false (hp_server_get_running (server));
  WAIT_FOR (strstr (hp_server_get_problem_text (server), "python3") != NULL);
  g_assert_nonnull (strstr (hp_server_get_problem_text (server), pid));
  g_assert_cmpint (hp_server_get_holder (server)->pid, ==, holder);
  g_assert_nonnull (strstr (hp_server_get_subtitle (server), "python3"));

  /* the way out that keeps the assigned port */
  other = hp_server_list_suggest_port (f->list, port + 1);
  g_assert_cmpuint (other, >, port);
  hp_server_start_on (server, other);
  WAIT_FOR (hp_server_get_state (server) == HP_SERVER_RUNNING);
  g_assert_cmpuint (hp_server_get_problem (server), ==, HP_PROBLEM_NONE);
  g_assert_cmpuint (hp_server_get_active_port (server), ==, other);
  g_assert_cmpuint (hp_server_get_port (server), ==, port);
  assert_serves (other, "a");

  kill_holder (holder);
}

/* Seen before anybody tries to start, and gone by itself. */
static void
test_port_taken_while_stopped (Fixture *f, gconstpointer data)
{
  g_autofree char *a = make_folder (f, "a");
  HpServer *server = hp_server_list_add (f->list, a);
  GPid holder;

  hp_server_list_set_watching (f->list, TRUE);
  holder = spawn_holder (hp_server_get_port (server));
  WAIT_FOR (hp_server_get_problem (server) == HP_PROBLEM_PORT_IN_USE);
  WAIT_FOR (strstr (hp_server_get_problem_text (server), "python3") != NULL);
  g_assert_cmpint (hp_server_get_state (server), ==, HP_SERVER_STOPPED);

  kill_holder (holder);
  WAIT_FOR (hp_server_get_problem (server) == HP_PROBLEM_NONE);
  g_assert_null (hp_server_get_problem_text (server));
  hp_server_list_set_watching (f->list, FALSE);
}

/* A socket of this program that listens. */
static int
hold_port (guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int on = 1;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), ==, 0);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (fd, 1), ==, 0);
  return fd;
}

static void
let_go_cb (HpServer *server, GParamSpec *pspec, int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

static void
count_again_cb (HpServerList *list, guint *n)
{
  (*n)++;
}

/* After sleep, when nobody looks: once, and without a timer. */
static void
test_look_again (Fixture *f, gconstpointer data)
{
  g_autofree char *a = make_folder (f, "a");
  HpServer *server = hp_server_list_add (f->list, a);
  int fd = hold_port (hp_server_get_port (server));
  guint n = 0;

  g_signal_connect (f->list, "look-again", G_CALLBACK (count_again_cb), &n);
  g_assert_cmpint (hp_server_get_problem (server), ==, HP_PROBLEM_NONE);
  hp_server_list_look_again (f->list);
  g_assert_cmpint (hp_server_get_problem (server), ==, HP_PROBLEM_PORT_IN_USE);
  g_assert_cmpuint (n, ==, 1);

  close (fd);
  hp_server_list_look_again (f->list);
  g_assert_cmpint (hp_server_get_problem (server), ==, HP_PROBLEM_NONE);
}

/* The holder ends before anybody could look who it is: then the server has the port. */
static void
test_port_let_go (Fixture *f, gconstpointer data)
{
  g_autofree char *a = make_folder (f, "a");
  HpServer *server = hp_server_list_add (f->list, a);
  int fd = hold_port (hp_server_get_port (server));

  g_signal_connect (server, "notify::problem", G_CALLBACK (let_go_cb), &fd);
  hp_server_start (server);
  WAIT_FOR (hp_server_get_state (server) == HP_SERVER_RUNNING);
  g_assert_cmpint (fd, ==, -1);
  g_assert_cmpuint (hp_server_get_problem (server), ==, HP_PROBLEM_NONE);
}

/* Another port is chosen while a start on a taken one is under way. */
static void
test_change_port_while_starting (Fixture *f, gconstpointer data)
{
  g_autofree char *a = make_folder (f, "a");
  HpServer *server = hp_server_list_add (f->list, a);
  guint16 taken = hp_server_get_port (server);
  guint16 other = hp_server_list_suggest_port (f->list, taken + 1);
  int fd = hold_port (taken);

  hp_server_start (server);
  hp_server_set_port (server, other);
  WAIT_FOR (hp_server_get_state (server) == HP_SERVER_RUNNING
            || hp_server_get_state (server) == HP_SERVER_FAILED);
  g_assert_cmpuint (hp_server_get_active_port (server), ==, other);
  close (fd);
}

static void
test_change_port (Fixture *f, gconstpointer data)
{
  g_autofree char *a = make_folder (f, "a");
  HpServer *server = add_and_start (f, a);
  guint16 old = hp_server_get_port (server);
  guint16 new = hp_server_list_suggest_port (f->list, old + 10);

  hp_server_set_port (server, new);
  WAIT_FOR (hp_server_get_active_port (server) == new);
  assert_serves (new, "a");
  g_assert_null (ask (old));
}

static void
test_same_port (Fixture *f, gconstpointer data)
{
  g_autofree char *a = make_folder (f, "a");
  g_autofree char *b = make_folder (f, "b");
  HpServer *first = add_and_start (f, a);
  HpServer *second = hp_server_list_add (f->list, b);

  hp_server_set_port (second, hp_server_get_port (first));
  hp_server_start (second);
  WAIT_FOR (hp_server_get_state (second) == HP_SERVER_FAILED);
  g_assert_nonnull (strstr (hp_server_get_problem_text (second), "“a”"));

  hp_server_stop (first);
  WAIT_FOR (hp_server_get_problem (second) == HP_PROBLEM_NONE);
}

static void
start_again (Fixture *f)
{
  hp_server_list_shut_down (f->list);
  g_assert_finalize_object (f->list);
  f->list = hp_server_list_new (f->engine, f->file);
  hp_server_list_load_async (f->list, NULL, NULL);
  WAIT_FOR (hp_server_list_get_loaded (f->list));
}

/* A folder that comes back gets its old port, also after the program was ended in between. */
static void
test_port_for_life (Fixture *f, gconstpointer data)
{
  g_autofree char *a = make_folder (f, "a");
  g_autofree char *b = make_folder (f, "b");
  g_autofree char *text = NULL;
  HpServer *server = hp_server_list_add (f->list, a);
  guint16 first = hp_server_get_port (server);
  guint16 port;
  GArray *former;

  hp_server_list_add (f->list, b);
  /* Far from where other tests look for theirs at the same time. */
  port = hp_server_list_suggest_port (f->list, (guint16) (15000 + getpid () % 10000));
  hp_server_set_port (server, port);
  former = hp_server_get_former_ports (server);
  g_assert_cmpuint (former->len, ==, 1);
  g_assert_cmpuint (g_array_index (former, guint16, 0), ==, first);
  g_object_unref (hp_server_list_remove (f->list, server, NULL));
  start_again (f);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->list)), ==, 1);
  server = hp_server_list_add (f->list, a);
  g_assert_cmpuint (hp_server_get_port (server), ==, port);
  former = hp_server_get_former_ports (server);
  g_assert_cmpuint (former->len, ==, 1);
  g_assert_cmpuint (g_array_index (former, guint16, 0), ==, first);

  /* It is in the list again, so it isn't among the removed ones. */
  start_again (f);
  g_assert_true (g_file_get_contents (f->file, &text, NULL, NULL));
  g_assert_null (strstr (text, "[removed-"));
  g_assert_nonnull (strstr (text, "former-ports="));
}

/* What was removed is offered again, and has all it had. */
static void
test_recent (Fixture *f, gconstpointer data)
{
  g_autofree char *a = make_folder (f, "a");
  g_autofree char *b = make_folder (f, "b");
  HpServer *server = hp_server_list_add (f->list, a);
  guint16 port = hp_server_get_port (server);
  g_autoptr (HpServerOptions) options = hp_server_options_new (TRUE, FALSE);
  g_autoptr (GPtrArray) recent = NULL;
  g_autoptr (GPtrArray) none = NULL;
  HpStoredServer *stored;

  hp_server_set_name (server, "First");
  hp_server_set_options (server, options);
  g_object_unref (hp_server_list_remove (f->list, server, NULL));
  g_object_unref (hp_server_list_remove (f->list, hp_server_list_add (f->list, b), NULL));
  start_again (f);

  recent = hp_server_list_get_recent (f->list, 8);
  g_assert_cmpuint (recent->len, ==, 2);
  stored = g_ptr_array_index (recent, 0);
  g_assert_cmpstr (stored->folder, ==, b);
  stored = g_ptr_array_index (recent, 1);
  g_assert_cmpstr (stored->folder, ==, a);
  g_assert_cmpstr (stored->name, ==, "First");
  g_assert_cmpuint (stored->port, ==, port);

  server = hp_server_list_add_again (f->list, a);
  g_assert_cmpstr (hp_server_get_name (server), ==, "First");
  g_assert_cmpuint (hp_server_get_port (server), ==, port);
  g_assert_true (hp_server_options_equal (hp_server_get_options (server), options));
  /* By the chooser it has its port again, and the options of a new one. */
  server = hp_server_list_add (f->list, b);
  g_assert_true (hp_server_get_options (server)->list_folders);
  none = hp_server_list_get_recent (f->list, 8);
  g_assert_cmpuint (none->len, ==, 0);
}

/* Started for a search only: nothing runs before it is woken, and nothing is forgotten. */
static void
test_asleep (Fixture *f, gconstpointer data)
{
  g_autofree char *a = make_folder (f, "a");
  g_autofree char *b = make_folder (f, "b");
  g_autoptr (HpServer) server = NULL;
  HpServer *first = hp_server_list_add (f->list, a);

  hp_server_list_add (f->list, b);
  hp_server_start (first);
  WAIT_FOR (hp_server_get_state (first) == HP_SERVER_RUNNING);
  hp_server_list_shut_down (f->list);
  g_assert_finalize_object (f->list);

  f->list = hp_server_list_new (f->engine, f->file);
  hp_server_list_sleep (f->list);
  hp_server_list_load_async (f->list, NULL, NULL);
  WAIT_FOR (hp_server_list_get_loaded (f->list));
  server = g_list_model_get_item (G_LIST_MODEL (f->list), 0);
  g_assert_false (hp_server_get_running (server));
  g_assert_true (hp_server_get_wanted (server));

  hp_server_list_wake (f->list);
  WAIT_FOR (hp_server_get_state (server) == HP_SERVER_RUNNING);
  g_assert_cmpuint (hp_server_list_get_n_running (f->list), ==, 1);
}

/* The port of a removed folder that another one has now can't be had. */
static void
test_port_gone (Fixture *f, gconstpointer data)
{
  g_autofree char *a = make_folder (f, "a");
  g_autofree char *b = make_folder (f, "b");
  HpServer *server = hp_server_list_add (f->list, a);
  guint16 port = hp_server_get_port (server);

  g_object_unref (hp_server_list_remove (f->list, server, NULL));
  hp_server_set_port (hp_server_list_add (f->list, b), port);
  g_assert_cmpuint (hp_server_get_port (hp_server_list_add (f->list, a)), !=, port);
}

/* The holder is killed: the server starts by itself, with nobody looking. */
static void
test_start_when_free (Fixture *f, gconstpointer data)
{
  g_autofree char *a = make_folder (f, "a");
  HpServer *server = hp_server_list_add (f->list, a);
  guint16 port = hp_server_get_port (server);
  GPid holder = spawn_holder (port);
  g_autofree char *waiting = g_strdup_printf ("Waiting for port %u", port);

  hp_server_start (server);
  WAIT_FOR (hp_server_get_state (server) == HP_SERVER_FAILED);
  hp_server_start_when_free (server);
  g_assert_cmpint (hp_server_get_state (server), ==, HP_SERVER_WAITING);
  g_assert_cmpstr (hp_server_get_subtitle (server), ==, waiting);
  g_assert_true (hp_server_get_running (server));
  g_assert_cmpuint (hp_server_list_get_n_running (f->list), ==, 1);
  g_assert_cmpuint (hp_server_get_problem (server), ==, HP_PROBLEM_PORT_IN_USE);
  WAIT_FOR (strstr (hp_server_get_problem_text (server), "python3") != NULL);

  kill_holder (holder);
  WAIT_FOR (hp_server_get_state (server) == HP_SERVER_RUNNING);
  g_assert_cmpuint (hp_server_get_problem (server), ==, HP_PROBLEM_NONE);
  g_assert_cmpuint (hp_server_get_active_port (server), ==, port);
  assert_serves (port, "a");
}

static void
test_cancel_waiting (Fixture *f, gconstpointer data)
{
  g_autofree char *a = make_folder (f, "a");
  HpServer *server = hp_server_list_add (f->list, a);
  guint16 port = hp_server_get_port (server);
  int fd = hold_port (port);

  hp_server_start_when_free (server);
  g_assert_cmpint (hp_server_get_state (server), ==, HP_SERVER_WAITING);
  hp_server_cancel_waiting (server);
  g_assert_cmpint (hp_server_get_state (server), ==, HP_SERVER_STOPPED);
  g_assert_false (hp_server_get_running (server));
  g_assert_false (hp_server_get_wanted (server));
  close (fd);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpint (hp_server_get_state (server), ==, HP_SERVER_STOPPED);

  /* Another port isn't waited for. */
  fd = hold_port (port);
  hp_server_start_when_free (server);
  hp_server_set_port (server, hp_server_list_suggest_port (f->list, port + 1));
  WAIT_FOR (hp_server_get_state (server) == HP_SERVER_RUNNING);
  close (fd);
}

static void
take_again_cb (HpServer *server, GParamSpec *pspec, int *fd)
{
  if (hp_server_get_state (server) == HP_SERVER_STARTING && *fd < 0)
    *fd = hold_port (hp_server_get_port (server));
}

/* Somebody else is faster once: then it waits for that one. */
static void
test_wait_again (Fixture *f, gconstpointer data)
{
  g_autofree char *a = make_folder (f, "a");
  HpServer *server = hp_server_list_add (f->list, a);
  int first = hold_port (hp_server_get_port (server));
  int second = -1;

  hp_server_start_when_free (server);
  g_signal_connect (server, "notify::state", G_CALLBACK (take_again_cb), &second);
  close (first);
  WAIT_FOR (second >= 0);
  WAIT_FOR (hp_server_get_state (server) == HP_SERVER_WAITING);
  close (second);
  WAIT_FOR (hp_server_get_state (server) == HP_SERVER_RUNNING);
}

static void
test_switch_to (Fixture *f, gconstpointer data)
{
  g_autofree char *a = make_folder (f, "a");
  g_autofree char *b = make_folder (f, "b");
  HpServer *first = add_and_start (f, a);
  HpServer *second = hp_server_list_add (f->list, b);
  guint16 port = hp_server_get_port (first);

  hp_server_set_port (second, port);
  g_assert_true (hp_server_get_rival (second) == first);
  g_assert_null (hp_server_get_rival (first));
  g_assert_nonnull (strstr (hp_server_get_problem_text (second), "also assigned to “a”"));
  hp_server_list_switch_to (f->list, second);
  WAIT_FOR (hp_server_get_state (second) == HP_SERVER_RUNNING);
  assert_serves (port, "b");
  WAIT_FOR (hp_server_get_rival (first) == second);
  g_assert_false (hp_server_get_wanted (first));
  g_assert_true (hp_server_get_wanted (second));
}

/* A socket of this program on [::1] is none of another's, so another program is needed. */
static GPid
spawn_shadow (guint16 port)
{
  g_autofree char *script = g_strdup_printf (
      "import os,socket,time\n"
      "s=socket.socket(socket.AF_INET6); s.bind(('::1',%u)); s.listen()\n"
      "os.write(1, b'!'); time.sleep(60)",
      port);

  return spawn_python (script);
}

static void
test_shadow (Fixture *f, gconstpointer data)
{
  g_autofree char *a = make_folder (f, "a");
  HpServer *server = add_and_start (f, a);
  guint16 port = hp_server_get_port (server);
  g_autofree char *address = g_strdup_printf ("http://127.0.0.1:%u/", port);
  g_autofree char *usual = g_strdup_printf ("http://localhost:%u/", port);
  g_autofree char *addresses = NULL;
  GPid shadow;

  if (!g_file_get_contents ("/proc/net/if_inet6", &addresses, NULL, NULL)
      || strstr (addresses, " lo\n") == NULL)
    {
      g_test_skip ("this system has no IPv6");
      return;
    }
  hp_server_list_set_watching (f->list, TRUE);
  g_assert_cmpstr (hp_server_get_address (server), ==, usual);
  g_assert_null (hp_server_get_shadow_text (server));
  shadow = spawn_shadow (port);
  WAIT_FOR (hp_server_get_shadow_text (server) != NULL);
  g_assert_cmpstr (hp_server_get_address (server), ==, address);
  WAIT_FOR (hp_server_get_shadow (server) != NULL);
  g_assert_cmpint (hp_server_get_shadow (server)->pid, ==, shadow);
  g_assert_nonnull (strstr (hp_server_get_shadow_text (server), "python3"));

  kill_holder (shadow);
  WAIT_FOR (hp_server_get_shadow_text (server) == NULL);
  g_assert_cmpstr (hp_server_get_address (server), ==, usual);
  hp_server_list_set_watching (f->list, FALSE);
}

/* The program at the other end of a connection is known by the connection's number in the log. */
static gboolean
has_name (HpClientNames *names, guint32 connection)
{
  g_autofree char *name = hp_client_names_dup (names, connection);

  return name != NULL;
}

static void
test_client_names (Fixture *f, gconstpointer data)
{
  g_autofree char *a = make_folder (f, "a");
  HpServer *server = add_and_start (f, a);
  HpClientNames *names = hp_server_get_client_names (server);
  HpRequestLog *log = hp_server_get_log (server);
  g_autofree char *name = NULL;
  g_autofree char *script = g_strdup_printf (
      "import os,socket,time\n"
      "s=socket.create_connection(('127.0.0.1',%u))\n"
      "s.sendall(b'GET / HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n')\n"
      "s.recv(1); os.write(1, b'!'); time.sleep(60)",
      hp_server_get_port (server));
  HpRequestRecord record = { 0 };
  GPid client;

  client = spawn_python (script);

  WAIT_FOR (hp_request_log_get_n_requests (log) == 1);
  g_assert_true (hp_request_log_get (log, hp_request_log_get_first_seq (log), &record));
  g_assert_cmpuint (record.connection, !=, 0);
  WAIT_FOR (has_name (names, record.connection));
  name = hp_client_names_dup (names, record.connection);
  g_assert_true (g_str_has_prefix (name, "python3"));
  kill_holder (client);
}

static void
test_remove_and_undo (Fixture *f, gconstpointer data)
{
  g_autofree char *a = make_folder (f, "a");
  g_autofree char *b = make_folder (f, "b");
  g_autoptr (HpServer) removed = NULL;
  g_autoptr (HpServer) front = NULL;
  HpServer *server = add_and_start (f, a);
  guint16 port = hp_server_get_port (server);
  guint position;

  add_and_start (f, b);
  removed = hp_server_list_remove (f->list, server, &position);
  g_assert_true (removed == server);
  g_assert_cmpuint (position, ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->list)), ==, 1);
  WAIT_FOR (hp_server_get_state (removed) == HP_SERVER_STOPPED);
  g_assert_null (ask (port));

  hp_server_list_restore (f->list, removed, position, TRUE);
  WAIT_FOR (hp_server_get_state (removed) == HP_SERVER_RUNNING);
  front = g_list_model_get_item (G_LIST_MODEL (f->list), 0);
  g_assert_true (front == removed);
  assert_serves (port, "a");
}

static void
test_rename_rival (Fixture *f, gconstpointer data)
{
  g_autofree char *a = make_folder (f, "a");
  g_autofree char *b = make_folder (f, "b");
  HpServer *first = add_and_start (f, a);
  HpServer *second = hp_server_list_add (f->list, b);

  hp_server_set_port (second, hp_server_get_port (first));
  hp_server_start (second);
  WAIT_FOR (hp_server_get_state (second) == HP_SERVER_FAILED);
  hp_server_set_name (first, "Shop");
  WAIT_FOR (strstr (hp_server_get_problem_text (second), "“Shop”") != NULL);
}

/* Sends a request whose answer is too long for the sockets, and takes nothing of it. */
static int
ask_and_wait (Fixture *f, HpServer *server)
{
  g_autofree char *file = g_build_filename (hp_server_get_folder (server), "big", NULL);
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_port = htons (hp_server_get_port (server)) };
  const char *request = "GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n";
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  char first;

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  g_assert_cmpint (truncate (file, 64 * 1024 * 1024), ==, 0);
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (write (fd, request, strlen (request)), ==, strlen (request));
  g_assert_cmpint (read (fd, &first, 1), ==, 1);
  return fd;
}

/* While a stop waits for an answer to end, the switch goes where it was moved last. */
static void
test_switch_while_stopping (Fixture *f, gconstpointer data)
{
  g_autofree char *a = make_folder (f, "a");
  HpServer *server = add_and_start (f, a);
  int fd = ask_and_wait (f, server);

  g_object_set (server, "running", FALSE, NULL);
  g_assert_cmpint (hp_server_get_state (server), ==, HP_SERVER_STOPPING);
  g_object_set (server, "running", TRUE, NULL);
  g_assert_true (hp_server_get_running (server));
  g_object_set (server, "running", FALSE, NULL);
  g_assert_false (hp_server_get_running (server));
  close (fd);
  WAIT_FOR (hp_server_get_state (server) != HP_SERVER_STOPPING);
  g_assert_cmpint (hp_server_get_state (server), ==, HP_SERVER_STOPPED);

  g_object_set (server, "running", TRUE, NULL);
  g_object_set (server, "running", FALSE, NULL);
  g_object_set (server, "running", TRUE, NULL);
  WAIT_FOR (hp_server_get_state (server) == HP_SERVER_RUNNING);
}

/* The end of the program waits for what was removed, too. */
static void
test_shut_down_after_remove (Fixture *f, gconstpointer data)
{
  g_autofree char *a = make_folder (f, "a");
  HpServer *server = add_and_start (f, a);
  int fd = ask_and_wait (f, server);

  g_object_add_weak_pointer (G_OBJECT (server), (gpointer *) &server);
  g_object_unref (hp_server_list_remove (f->list, server, NULL));
  g_assert_nonnull (server);
  hp_server_list_shut_down (f->list);
  g_assert_null (server);
  close (fd);
}

static void
test_move (Fixture *f, gconstpointer data)
{
  const char *names[] = { "a", "b", "c", "d" };
  HpServer *servers[4];

  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *folder = make_folder (f, names[i]);
      servers[i] = hp_server_list_add (f->list, folder);
    }
  hp_server_list_move (f->list, servers[0], 2);
  hp_server_list_move (f->list, servers[3], 0);
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (HpServer) server = g_list_model_get_item (G_LIST_MODEL (f->list), i);
      g_assert_cmpstr (hp_server_get_title (server), ==,
                       ((const char *[]){ "d", "b", "c", "a" })[i]);
    }
}

static HpServer *
nth (HpServerList *list, guint index)
{
  g_autoptr (HpServer) server = g_list_model_get_item (G_LIST_MODEL (list), index);

  return server;
}

/* What ran is running again at the next start; the rest is as it was. */
static void
test_next_start (Fixture *f, gconstpointer data)
{
  g_autofree char *a = make_folder (f, "a");
  g_autofree char *b = make_folder (f, "b");
  g_autofree char *c = make_folder (f, "c");
  g_autofree char *c_away = g_strconcat (c, "-away", NULL);
  g_autoptr (HpServerOptions) some = hp_server_options_new (TRUE, FALSE);
  g_autoptr (HpServerOptions) options = hp_server_options_with (some, HP_OPTION_FOLLOW_LINKS, TRUE);
  HpServer *first = add_and_start (f, a);
  HpServer *second = hp_server_list_add (f->list, b);
  HpServer *third = add_and_start (f, c);
  guint16 ports[] = { hp_server_get_port (first), hp_server_get_port (second),
                      hp_server_get_port (third) };

  hp_server_set_name (second, "My b");
  hp_server_set_options (second, options);
  hp_server_list_shut_down (f->list);
  g_assert_finalize_object (f->list);
  g_assert_cmpint (g_rename (c, c_away), ==, 0);

  f->list = hp_server_list_new (f->engine, f->file);
  hp_server_list_load_async (f->list, NULL, NULL);
  WAIT_FOR (hp_server_list_get_loaded (f->list));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->list)), ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (hp_server_get_port (nth (f->list, i)), ==, ports[i]);

  WAIT_FOR (hp_server_get_state (nth (f->list, 0)) == HP_SERVER_RUNNING);
  assert_serves (ports[0], "a");
  g_assert_cmpint (hp_server_get_state (nth (f->list, 1)), ==, HP_SERVER_STOPPED);
  g_assert_cmpstr (hp_server_get_title (nth (f->list, 1)), ==, "My b");
  g_assert_true (hp_server_options_equal (hp_server_get_options (nth (f->list, 1)), options));
  WAIT_FOR (hp_server_get_problem (nth (f->list, 2)) == HP_PROBLEM_FOLDER_MISSING);
  g_assert_cmpint (hp_server_get_state (nth (f->list, 2)), ==, HP_SERVER_FAILED);

  /* back again: seen at the next look */
  g_assert_cmpint (g_rename (c_away, c), ==, 0);
  hp_server_list_set_watching (f->list, TRUE);
  WAIT_FOR (hp_server_get_problem (nth (f->list, 2)) == HP_PROBLEM_NONE);
  hp_server_list_set_watching (f->list, FALSE);
}

static void
add_one_cb (guint *count)
{
  (*count)++;
}

/* Each option is a property of its own; only a change is told and kept. */
static void
test_options (Fixture *f, gconstpointer data)
{
  g_autofree char *folder = make_folder (f, "a");
  HpServer *server = hp_server_list_add (f->list, folder);
  guint n_edited = 0;

  g_signal_connect_swapped (server, "edited", G_CALLBACK (add_one_cb), &n_edited);
  for (HpServerOption option = 0; option < HP_N_OPTIONS; option++)
    {
      const char *name = hp_server_option_get_nick (option);
      g_autofree char *detailed = g_strconcat ("notify::", name, NULL);
      guint n_notified = 0;
      gboolean before, after;
      gulong id = g_signal_connect_swapped (server, detailed, G_CALLBACK (add_one_cb), &n_notified);

      g_object_get (server, name, &before, NULL);
      g_assert_cmpint (before, ==, option == HP_OPTION_LIST_FOLDERS || option == HP_OPTION_ONLY_ME);
      g_object_set (server, name, before, NULL);
      g_assert_cmpuint (n_notified, ==, 0);
      g_assert_cmpuint (n_edited, ==, option);

      g_object_set (server, name, !before, NULL);
      g_object_get (server, name, &after, NULL);
      g_assert_cmpint (after, ==, !before);
      g_assert_cmpint (hp_server_options_get (hp_server_get_options (server), option), ==, after);
      g_assert_cmpuint (n_notified, ==, 1);
      g_assert_cmpuint (n_edited, ==, option + 1);
      g_signal_handler_disconnect (server, id);
    }
}

static void
test_relocate (Fixture *f, gconstpointer data)
{
  g_autofree char *old = make_folder (f, "old");
  g_autofree char *other = make_folder (f, "other");
  g_autofree char *new = g_build_filename (f->dir, "new", NULL);
  g_autofree char *contents = NULL;
  HpServer *server = add_and_start (f, old);
  HpServer *neighbour = hp_server_list_add (f->list, other);
  guint16 port = hp_server_get_port (server);

  hp_server_stop (server);
  WAIT_FOR (hp_server_get_state (server) == HP_SERVER_STOPPED);
  g_assert_cmpint (g_rename (old, new), ==, 0);
  hp_server_start (server);
  WAIT_FOR (hp_server_get_problem (server) == HP_PROBLEM_FOLDER_MISSING);

  /* A folder of the list can't be there twice. */
  g_assert_true (hp_server_list_relocate (f->list, server, other) == neighbour);
  g_assert_cmpstr (hp_server_get_folder (server), ==, old);
  g_assert_cmpint (hp_server_get_problem (server), ==, HP_PROBLEM_FOLDER_MISSING);

  g_assert_null (hp_server_list_relocate (f->list, server, new));
  g_assert_cmpstr (hp_server_get_folder (server), ==, new);
  g_assert_cmpstr (hp_server_get_title (server), ==, "new");
  g_assert_cmpint (hp_server_get_problem (server), ==, HP_PROBLEM_NONE);
  g_assert_cmpuint (hp_server_get_port (server), ==, port);
  hp_server_start (server);
  WAIT_FOR (hp_server_get_state (server) == HP_SERVER_RUNNING);
  assert_serves (port, "old");

  hp_server_list_shut_down (f->list);
  g_assert_true (g_file_get_contents (f->file, &contents, NULL, NULL));
  g_assert_nonnull (strstr (contents, new));
  g_assert_null (strstr (contents, old));
}

static void
notice_cb (HpServerList *list, const char *text, gpointer user_data)
{
  *(char **) user_data = g_strdup (text);
}

static void
test_notice (Fixture *f, gconstpointer data)
{
  g_autoptr (HpServerList) list = NULL;
  g_autofree char *notice = NULL;

  g_assert_true (g_file_set_contents (f->file, "[server-1]\nport=oops\n", -1, NULL));
  list = hp_server_list_new (f->engine, f->file);
  g_signal_connect (list, "notice", G_CALLBACK (notice_cb), &notice);
  hp_server_list_load_async (list, NULL, NULL);
  WAIT_FOR (notice != NULL);
  g_assert_nonnull (strstr (notice, "1 entry"));
}

static guint n_notified;

static void
count_cb (void)
{
  n_notified++;
}

static void
test_properties (Fixture *f, gconstpointer data)
{
  g_autofree char *a = make_folder (f, "a");
  g_autofree char *label = NULL;
  g_autofree char *ip = NULL;
  HpServer *server = hp_server_list_add (f->list, a);

  g_signal_connect (server, "notify::title", count_cb, NULL);
  hp_server_set_name (server, "  Site  ");
  hp_server_set_name (server, "Site");
  g_assert_cmpstr (hp_server_get_title (server), ==, "Site");
  g_assert_cmpuint (n_notified, ==, 1);
  hp_server_set_name (server, "evil\n\xe2\x80\xae");
  g_assert_null (strchr (hp_server_get_title (server), '\n'));
  hp_server_set_name (server, " ");
  g_assert_null (hp_server_get_name (server));
  g_assert_cmpstr (hp_server_get_title (server), ==, "a");

  label = hp_server_dup_folder_label (server);
  g_assert_true (g_str_has_suffix (label, "/a"));
  ip = hp_server_dup_ip_address (server);
  g_assert_true (g_str_has_prefix (ip, "http://127.0.0.1:62"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  fixture_isolate ();

#define ADD(path, func) g_test_add ("/server-list/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("add", test_add);
  ADD ("stop-and-start", test_stop_and_start);
  ADD ("port-taken", test_port_taken);
  ADD ("port-taken-while-stopped", test_port_taken_while_stopped);
  ADD ("look-again", test_look_again);
  ADD ("port-let-go", test_port_let_go);
  ADD ("change-port-while-starting", test_change_port_while_starting);
  ADD ("change-port", test_change_port);
  ADD ("same-port", test_same_port);
  ADD ("port-for-life", test_port_for_life);
  ADD ("port-gone", test_port_gone);
  ADD ("recent", test_recent);
  ADD ("asleep", test_asleep);
  ADD ("start-when-free", test_start_when_free);
  ADD ("cancel-waiting", test_cancel_waiting);
  ADD ("wait-again", test_wait_again);
  ADD ("switch-to", test_switch_to);
  ADD ("shadow", test_shadow);
  ADD ("client-names", test_client_names);
  ADD ("remove-and-undo", test_remove_and_undo);
  ADD ("rename-rival", test_rename_rival);
  ADD ("switch-while-stopping", test_switch_while_stopping);
  ADD ("shut-down-after-remove", test_shut_down_after_remove);
  ADD ("move", test_move);
  ADD ("relocate", test_relocate);
  ADD ("next-start", test_next_start);
  ADD ("options", test_options);
  ADD ("notice", test_notice);
  ADD ("properties", test_properties);

  return g_test_run ();
}
