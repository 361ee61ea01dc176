/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "port-fixture.h"
#include "ports/hp-cgroup.h"
#include "ports/hp-port-owner.h"
#include "ports/hp-port-rules.h"

/* Users without a name. */
#define STRANGER 23456
#define ORDINARY 12345

#define PYTHON "/usr/bin/python3"

static const char listen_script[] = "import socket,sys\n"
                                    "s=socket.create_server(('127.0.0.1',0))\n"
                                    "print(s.getsockname()[1],flush=True)\n"
                                    "sys.stdin.read()\n";

/* The user's name, or number where it has none. */
static char *
get_own_name (void)
{
  const struct passwd *entry = getpwuid (geteuid ());

  return entry != NULL ? g_strdup (entry->pw_name) : g_strdup_printf ("%u", geteuid ());
}

static GSubprocess *
start_python (guint16 *port)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDIN_PIPE);
  g_autoptr (GDataInputStream) output = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  GSubprocess *python;

  g_subprocess_launcher_set_cwd (launcher, "/");
  python = g_subprocess_launcher_spawn (launcher, &error, PYTHON, "-c", listen_script, "a\nb",
                                        NULL);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (python));
  line = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  *port = (guint16) g_ascii_strtoull (line, NULL, 10);
  return python;
}

static void
test_python (void)
{
  g_autoptr (GSubprocess) python = NULL;
  g_autoptr (HpPortOwner) owner = NULL;
  g_autoptr (HpPortOwner) later = NULL;
  g_autofree char *sentence = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *name = NULL;
  g_autofree char *user = get_own_name ();
  HpPortVerdict verdict;
  guint16 port;

  if (!g_file_test (PYTHON, G_FILE_TEST_IS_EXECUTABLE))
    {
      g_test_skip (PYTHON " is missing");
      return;
    }

  python = start_python (&port);
  hp_port_check (port, &verdict);
  g_assert_cmpint (verdict.state, ==, HP_PORT_TAKEN);

  owner = hp_port_owner_find (&verdict);
  g_assert_cmpint (owner->state, ==, HP_PORT_TAKEN);
  g_assert_cmpuint (owner->port, ==, port);
  g_assert_cmpint (owner->pid, ==, atoi (g_subprocess_get_identifier (python)));
  g_assert_cmpstr (owner->program, ==, "python3");
  g_assert_true (g_str_has_prefix (owner->command, "python3 -c import socket,sys\\x0a"));
  g_assert_true (g_str_has_suffix (owner->command, " a\\x0ab"));
  g_assert_cmpstr (owner->directory, ==, "/");
  g_assert_cmpstr (owner->user ? owner->user : user, ==, user);
  g_assert_true (owner->is_me);

  name = hp_port_owner_name (owner);
  sentence = hp_port_owner_describe (owner);
  expected = g_strdup_printf ("Port %u is used by python3 (pid %d, in /). It was started ", port,
                              (int) owner->pid);
  g_assert_true (g_str_has_prefix (sentence, expected));
  g_free (expected);
  expected = g_strdup_printf ("python3 (pid %d, user %s)", (int) owner->pid, user);
  g_assert_cmpstr (name, ==, expected);

  /* What was true a moment ago isn't told when it isn't any more. */
  g_subprocess_force_exit (python);
  g_subprocess_wait (python, NULL, NULL);
  later = hp_port_owner_find (&verdict);
  g_assert_cmpint (later->pid, ==, 0);
  g_assert_null (later->program);
}

static void
test_ours (void)
{
  g_autoptr (HpPortOwner) owner = NULL;
  g_autofree char *sentence = NULL;
  g_autofree char *expected = NULL;
  HpPortVerdict verdict;
  guint16 port = 0;
  int fd = hp_port_listen (0, &port, NULL);

  hp_port_check (port, &verdict);
  owner = hp_port_owner_find (&verdict);
  g_assert_cmpint (owner->pid, ==, getpid ());
  sentence = hp_port_owner_describe (owner);
  expected = g_strdup_printf ("Port %u is used by Homeport itself.", port);
  g_assert_cmpstr (sentence, ==, expected);
  close (fd);
}

static void
test_no_holder (void)
{
  const HpPortVerdict verdict = { .state = HP_PORT_LINGERING, .port = 8080, .expires_ms = 41001 };
  g_autoptr (HpPortOwner) owner = hp_port_owner_find (&verdict);
  g_autofree char *sentence = hp_port_owner_describe (owner);

  /* The kernel says uid 0 of such sockets; they aren't root's. */
  g_assert_null (owner->user);
  g_assert_false (owner->is_me);
  g_assert_cmpstr (sentence, ==,
                   "Port 8080 is free again in 42 seconds: the system keeps it for a while after a "
                   "connection.");
}

static void
keep_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}

static gboolean
is_set (gpointer user_data)
{
  return *(gpointer *) user_data != NULL;
}

static void
test_async (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) cancelled = NULL;
  g_autoptr (HpPortOwner) owner = NULL;
  g_autoptr (GError) error = NULL;
  FixtureChild child;
  HpPortVerdict verdict;

  fixture_child_start (&child, "127.0.0.1", 0, 0, geteuid ());
  hp_port_check (child.port, &verdict);
  hp_port_owner_find_async (&verdict, NULL, keep_result_cb, &result);
  g_assert_true (fixture_wait (is_set, &result, 10000));
  owner = hp_port_owner_find_finish (result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (owner->pid, ==, child.pid);
  g_assert_cmpstr (owner->program, ==, "test-port-owner");

  hp_port_owner_find_async (&verdict, cancellable, keep_result_cb, &cancelled);
  g_cancellable_cancel (cancellable);
  g_assert_true (fixture_wait (is_set, &cancelled, 10000));
  g_assert_null (hp_port_owner_find_finish (cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fixture_child_stop (&child);
}

static void
test_copy (void)
{
  HpPortOwner owner = {
    .state = HP_PORT_TAKEN,
    .port = 8080,
    .pid = 2880,
    .program = (char *) "python3",
    .user = (char *) "ada",
  };
  g_autoptr (HpPortOwner) copy = g_boxed_copy (HP_TYPE_PORT_OWNER, &owner);
  g_autofree char *first = hp_port_owner_describe (&owner);
  g_autofree char *second = hp_port_owner_describe (copy);

  g_assert_true (copy->program != owner.program);
  g_assert_cmpstr (first, ==, second);
}

/* Ordinary users see who, but not what; the administrator sees all. */
static void
test_stranger_subprocess (void)
{
  g_autoptr (HpPortOwner) seen_by_root = NULL;
  g_autoptr (HpPortOwner) owner = NULL;
  g_autofree char *sentence = NULL;
  g_autofree char *expected = NULL;
  FixtureChild child;
  HpPortVerdict verdict;

  fixture_child_start (&child, "127.0.0.1", 0, 0, STRANGER);
  hp_port_check (child.port, &verdict);
  g_assert_cmpuint (verdict.uid, ==, STRANGER);
  seen_by_root = hp_port_owner_find (&verdict);
  g_assert_cmpint (seen_by_root->pid, ==, child.pid);
  g_assert_null (seen_by_root->directory);
  g_assert_null (seen_by_root->user);
  g_assert_false (seen_by_root->is_me);

  fixture_become (ORDINARY);
  owner = hp_port_owner_find (&verdict);
  g_assert_cmpint (owner->pid, ==, 0);
  g_assert_null (owner->program);
  g_assert_cmpuint (owner->uid, ==, STRANGER);
  sentence = hp_port_owner_describe (owner);
  expected = g_strdup_printf (
      "Port %u is used by a program of user 23456. Its name is visible only "
      "to that user and the administrator.",
      child.port);
  g_assert_cmpstr (sentence, ==, expected);
}

static gboolean
write_file (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  FILE *file = fopen (path, "w");
  gboolean written = file != NULL && fputs (text, file) >= 0;

  return file != NULL && fclose (file) == 0 && written;
}

/* A stranger's service is named through its control group, and its process when it is alone. */
static void
check_service (const char *folder)
{
  g_autoptr (HpPortOwner) owner = NULL;
  g_autofree char *sentence = NULL;
  g_autofree char *expected = NULL;
  FixtureChild child, second;
  HpPortVerdict verdict;

  g_assert_true (write_file (folder, "cgroup.procs", "0"));
  fixture_child_start (&child, "127.0.0.1", 0, 0, STRANGER);
  fixture_child_start (&second, "127.0.0.1", 0, 0, STRANGER);
  g_assert_true (write_file (folder, "../cgroup.procs", "0"));
  fixture_become (ORDINARY);

  hp_port_check (child.port, &verdict);
  if (verdict.cgroup_id == 0)
    {
      g_test_skip ("this kernel doesn't tell the control group of a socket");
      return;
    }
  owner = hp_port_owner_find (&verdict);
  g_assert_cmpstr (owner->service, ==, "homeport-test.service");
  g_assert_cmpint (owner->pid, ==, 0);
  sentence = hp_port_owner_describe (owner);
  expected = g_strdup_printf ("Port %u is used by homeport-test.service (user 23456).", child.port);
  g_assert_cmpstr (sentence, ==, expected);
}

static void
check_lone_service (const char *folder)
{
  g_autoptr (HpPortOwner) owner = NULL;
  FixtureChild child;
  HpPortVerdict verdict;

  g_assert_true (write_file (folder, "cgroup.procs", "0"));
  fixture_child_start (&child, "127.0.0.1", 0, 0, STRANGER);
  g_assert_true (write_file (folder, "../cgroup.procs", "0"));
  fixture_become (ORDINARY);

  hp_port_check (child.port, &verdict);
  owner = hp_port_owner_find (&verdict);
  if (verdict.cgroup_id != 0)
    {
      g_assert_cmpstr (owner->service, ==, "homeport-test.service");
      g_assert_cmpint (owner->pid, ==, child.pid);
      g_assert_cmpstr (owner->program, ==, "test-port-owner");
    }
}

#define GROUP_VARIABLE "HOMEPORT_TEST_CGROUP"

static void
test_service_subprocess (void)
{
  check_service (g_getenv (GROUP_VARIABLE));
}

static void
test_lone_service_subprocess (void)
{
  check_lone_service (g_getenv (GROUP_VARIABLE));
}

static gboolean
remove_group (gpointer user_data)
{
  return g_rmdir (user_data) == 0;
}

static void
test_as_stranger (void)
{
  if (geteuid () != 0)
    {
      g_test_skip ("only the administrator can become somebody else");
      return;
    }
  g_test_trap_subprocess ("/port-owner/stranger/subprocess", 0, 0);
  g_test_trap_assert_passed ();
}

static void
test_service (void)
{
  g_autofree char *mounts = NULL;
  g_autofree char *root = NULL;
  g_autofree char *folder = NULL;

  if (g_file_get_contents ("/proc/self/mountinfo", &mounts, NULL, NULL))
    root = hp_cgroup_parse_mounts (mounts);
  if (geteuid () != 0 || root == NULL)
    {
      g_test_skip ("no control groups, or not the administrator");
      return;
    }
  folder = g_build_filename (root, "homeport-test.service", NULL);
  if (g_mkdir (folder, 0755) != 0)
    {
      g_test_skip ("no control group can be made");
      return;
    }

  g_setenv (GROUP_VARIABLE, folder, TRUE);
  g_test_trap_subprocess ("/port-owner/service/subprocess", 0, 0);
  g_assert_true (fixture_wait (remove_group, folder, 5000));
  g_test_trap_assert_passed ();

  g_assert_cmpint (g_mkdir (folder, 0755), ==, 0);
  g_test_trap_subprocess ("/port-owner/service/lone/subprocess", 0, 0);
  g_assert_true (fixture_wait (remove_group, folder, 5000));
  g_test_trap_assert_passed ();
}

typedef struct
{
  HpPortOwner *owner;
} Checked;

static void
checked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Checked *checked = user_data;

  checked->owner = hp_port_owner_check_finish (result, NULL);
  g_assert_nonnull (checked->owner);
}

static gboolean
is_checked (gpointer user_data)
{
  return ((Checked *) user_data)->owner != NULL;
}

/* The whole verdict, without any of it in the calling thread. */
static void
test_check (void)
{
  guint16 port = 0;
  int fd = fixture_bind ("127.0.0.1", &port, FIXTURE_BOUND_ONLY | FIXTURE_REUSEADDR);
  Checked checked = { NULL };

  hp_port_owner_check_async (port, NULL, checked_cb, &checked);
  g_assert_null (checked.owner);
  g_assert_true (fixture_wait (is_checked, &checked, 30000));
  g_assert_cmpint (checked.owner->state, ==, HP_PORT_FREE);
  g_clear_pointer (&checked.owner, hp_port_owner_free);

  g_assert_cmpint (listen (fd, 1), ==, 0);
  hp_port_owner_check_async (port, NULL, checked_cb, &checked);
  g_assert_true (fixture_wait (is_checked, &checked, 30000));
  g_assert_cmpint (checked.owner->state, ==, HP_PORT_OURS);
  g_assert_cmpint (checked.owner->pid, ==, getpid ());
  g_clear_pointer (&checked.owner, hp_port_owner_free);
  close (fd);
}

static void
test_age (void)
{
  static const struct
  {
    gint64 minutes;
    const char *sentence;
  } cases[] = {
    { 0, "It was started less than a minute ago." }, { 1, "It was started 1 minute ago." },
    { 59, "It was started 59 minutes ago." },        { 60, "It was started 1 hour ago." },
    { 119, "It was started 1 hour ago." },           { 47 * 60, "It was started 47 hours ago." },
    { 48 * 60, "It was started 2 days ago." },
  };
  g_autofree char *folder = g_build_filename (g_get_home_dir (), "shop", NULL);
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HpPortOwner owner = {
        .state = HP_PORT_TAKEN,
        .port = 8080,
        .pid = 4312,
        .program = (char *) "node",
        .directory = folder,
        .is_me = TRUE,
        .started_us = g_get_real_time () - cases[i].minutes * G_TIME_SPAN_MINUTE
                      - 10 * G_TIME_SPAN_SECOND,
      };
      g_autofree char *sentence = hp_port_owner_describe (&owner);
      g_autofree char *expected = g_strconcat ("Port 8080 is used by node (pid 4312, in ~/shop). ",
                                               cases[i].sentence, NULL);

      g_assert_cmpstr (sentence, ==, expected);
    }
}

typedef struct
{
  HpPortState state;
  const char *program;
  const char *service;
  const char *user;
  guint32 uid;
  gboolean is_me;
  gboolean sandboxed;
  guint32 expires_ms;
  const char *name;
  const char *sentence;
} SentenceCase;

static const SentenceCase sentences[] = {
  { HP_PORT_FREE, NULL, NULL, NULL, 0, FALSE, FALSE, 0, NULL, "Port 8080 is free." },
  { HP_PORT_OURS, "homeport", NULL, "ada", 1000, TRUE, FALSE, 0, "Homeport itself",
    "Port 8080 is used by Homeport itself." },
  { HP_PORT_TAKEN, "python3", NULL, "ada", 1000, TRUE, FALSE, 0, "python3 (pid 2880, user ada)",
    "Port 8080 is used by python3 (pid 2880, user ada)." },
  { HP_PORT_TAKEN, "python3", "app-x.scope", NULL, 1001, FALSE, FALSE, 0,
    "python3 (pid 2880, user 1001)", "Port 8080 is used by python3 (pid 2880, user 1001)." },
  { HP_PORT_TAKEN, NULL, "postgresql.service", "postgres", 110, FALSE, FALSE, 0,
    "postgresql.service (user postgres)",
    "Port 8080 is used by postgresql.service (user postgres)." },
  { HP_PORT_TAKEN, NULL, NULL, "ada", 1000, FALSE, FALSE, 0, "a program of user ada",
    "Port 8080 is used by a program of user ada. Its name is visible only to that user and the "
    "administrator." },
  { HP_PORT_TAKEN, NULL, NULL, "ada", 1000, TRUE, FALSE, 0, "a program of user ada",
    "Port 8080 is used by a program of user ada." },
  { HP_PORT_TAKEN, NULL, NULL, NULL, 0, FALSE, FALSE, 0, "the system",
    "Port 8080 is used by the system itself, not by a program." },
  { HP_PORT_TAKEN, NULL, NULL, "ada", 1000, TRUE, TRUE, 0, "another program of yours",
    "Port 8080 is used by another program of yours. Homeport runs in a sandbox and can’t see which "
    "one." },
  { HP_PORT_TAKEN, NULL, NULL, NULL, 65534, FALSE, TRUE, 0, "another user or the system",
    "Port 8080 is used by another user or by the system." },
  { HP_PORT_RESERVED, "python3", NULL, "ada", 1000, TRUE, FALSE, 0, "python3 (pid 2880, user ada)",
    "Port 8080 is held by python3 (pid 2880, user ada), although nothing answers there yet." },
  { HP_PORT_RESERVED, NULL, "x.service", "ada", 1000, FALSE, FALSE, 0, "x.service (user ada)",
    "Port 8080 is held by x.service (user ada), although nothing answers there yet." },
  { HP_PORT_RESERVED, NULL, NULL, "ada", 1000, FALSE, FALSE, 0, "a program of user ada",
    "Port 8080 is held by a program of user ada, although nothing answers there yet." },
  { HP_PORT_RESERVED, NULL, NULL, NULL, 0, FALSE, FALSE, 0, "the system",
    "Port 8080 is held by the system itself, although nothing answers there." },
  { HP_PORT_RESERVED, NULL, NULL, "ada", 1000, TRUE, TRUE, 0, "another program of yours",
    "Port 8080 is held by another program of yours, although nothing answers there yet. Homeport "
    "runs in a sandbox and can’t see which one." },
  { HP_PORT_RESERVED, NULL, NULL, NULL, 65534, FALSE, TRUE, 0, "another user or the system",
    "Port 8080 is held by another user or by the system, although nothing answers there yet." },
  { HP_PORT_OPEN_CONNECTION, "curl", NULL, "ada", 1000, TRUE, FALSE, 0, "curl (pid 2880, user ada)",
    "Port 8080 is in use for a connection of curl (pid 2880, user ada)." },
  { HP_PORT_OPEN_CONNECTION, NULL, "x.service", "ada", 1000, FALSE, FALSE, 0,
    "x.service (user ada)", "Port 8080 is in use for a connection of x.service (user ada)." },
  { HP_PORT_OPEN_CONNECTION, NULL, NULL, "ada", 1000, FALSE, FALSE, 0, "a program of user ada",
    "Port 8080 is in use for a connection of a program of user ada." },
  { HP_PORT_OPEN_CONNECTION, NULL, NULL, NULL, 0, FALSE, FALSE, 0, "the system",
    "Port 8080 is in use for a connection of the system itself." },
  { HP_PORT_OPEN_CONNECTION, NULL, NULL, "ada", 1000, TRUE, TRUE, 0, "another program of yours",
    "Port 8080 is in use for a connection of another program of yours. Homeport runs in a sandbox "
    "and can’t see which one." },
  { HP_PORT_OPEN_CONNECTION, NULL, NULL, NULL, 65534, FALSE, TRUE, 0, "another user or the system",
    "Port 8080 is in use for a connection of another user or of the system." },
  { HP_PORT_LINGERING, NULL, NULL, NULL, 0, FALSE, FALSE, 42000, "the system",
    "Port 8080 is free again in 42 seconds: the system keeps it for a while after a connection." },
  { HP_PORT_LINGERING, NULL, NULL, NULL, 0, FALSE, TRUE, 300, NULL,
    "Port 8080 is free again in 1 second: the system keeps it for a while after a connection." },
  { HP_PORT_LINGERING, NULL, NULL, NULL, 0, FALSE, FALSE, 0, NULL,
    "Port 8080 is free again soon: the system keeps it for a while after a connection." },
  { HP_PORT_UNKNOWN, NULL, NULL, NULL, 0, FALSE, FALSE, 0, NULL,
    "Port 8080 can’t be used right now, and the system doesn’t say who has it." },
  { HP_PORT_PRIVILEGED, NULL, NULL, NULL, 0, FALSE, FALSE, 0, NULL,
    "Homeport isn’t allowed to use port 8080." },
};

static void
test_sentences (void)
{
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (sentences); i++)
    {
      const SentenceCase *c = &sentences[i];
      HpPortOwner owner = {
        .state = c->state,
        .port = 8080,
        .pid = c->program != NULL ? 2880 : 0,
        .program = (char *) c->program,
        .service = (char *) c->service,
        .user = (char *) c->user,
        .uid = c->uid,
        .is_me = c->is_me,
        .sandboxed = c->sandboxed,
        .expires_ms = c->expires_ms,
      };
      g_autofree char *sentence = hp_port_owner_describe (&owner);
      g_autofree char *name = hp_port_owner_name (&owner);

      g_assert_cmpstr (sentence, ==, c->sentence);
      if (c->name != NULL)
        g_assert_cmpstr (name, ==, c->name);
      g_assert_true (g_utf8_validate (sentence, -1, NULL));
    }
}

static void
test_privileged_subprocess (void)
{
  const HpPortOwner owner = { .state = HP_PORT_PRIVILEGED, .port = 80 };
  g_autofree char *expected = NULL;
  g_autofree char *sentence = NULL;

  fixture_become (ORDINARY);
  if (hp_port_get_unprivileged_min () <= 80)
    return;
  sentence = hp_port_owner_describe (&owner);
  expected = g_strdup_printf ("Ports below %u need administrator rights.",
                              hp_port_get_unprivileged_min ());
  g_assert_cmpstr (sentence, ==, expected);
}

static void
test_privileged (void)
{
  if (geteuid () != 0)
    {
      g_test_skip ("only the administrator can become somebody else");
      return;
    }
  g_test_trap_subprocess ("/port-owner/privileged/subprocess", 0, 0);
  g_test_trap_assert_passed ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_isolate ();

  g_test_add_func ("/port-owner/python", test_python);
  g_test_add_func ("/port-owner/ours", test_ours);
  g_test_add_func ("/port-owner/no-holder", test_no_holder);
  g_test_add_func ("/port-owner/async", test_async);
  g_test_add_func ("/port-owner/copy", test_copy);
  g_test_add_func ("/port-owner/stranger", test_as_stranger);
  g_test_add_func ("/port-owner/stranger/subprocess", test_stranger_subprocess);
  g_test_add_func ("/port-owner/service", test_service);
  g_test_add_func ("/port-owner/service/subprocess", test_service_subprocess);
  g_test_add_func ("/port-owner/service/lone/subprocess", test_lone_service_subprocess);
  g_test_add_func ("/port-owner/sentences", test_sentences);
  g_test_add_func ("/port-owner/age", test_age);
  g_test_add_func ("/port-owner/check", test_check);
  g_test_add_func ("/port-owner/privileged", test_privileged);
  g_test_add_func ("/port-owner/privileged/subprocess", test_privileged_subprocess);

  return g_test_run ();
}
