/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "port-fixture.h"
#include "ports/hp-process-stop.h"
#include "ports/hp-process.h"

#define LIMIT_MS 30000
#define STRANGER 23456
#define ORDINARY 12345

/* A program that does nothing, and may ignore being asked to end. */
static pid_t
start_program (gboolean stubborn, guint64 *start_time)
{
  sigset_t blocked;
  pid_t pid;

  /* Whoever is asked before it could say that it doesn't listen would end. */
  sigemptyset (&blocked);
  sigaddset (&blocked, SIGTERM);
  g_assert_cmpint (sigprocmask (SIG_BLOCK, &blocked, NULL), ==, 0);
  pid = fork ();
  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      signal (SIGTERM, stubborn ? SIG_IGN : SIG_DFL);
      sigprocmask (SIG_UNBLOCK, &blocked, NULL);
      sleep (120);
      _exit (0);
    }
  g_assert_cmpint (sigprocmask (SIG_UNBLOCK, &blocked, NULL), ==, 0);
  g_assert_true (hp_process_get_start_time (pid, start_time));
  return pid;
}

static int
reap (pid_t pid)
{
  int status;

  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFSIGNALED (status));
  return WTERMSIG (status);
}

typedef struct
{
  HpProcessStop *stop;
  HpProcessStopState state;
} Expected;

static gboolean
has_state (gpointer user_data)
{
  Expected *expected = user_data;

  return hp_process_stop_get_state (expected->stop) == expected->state;
}

static void
wait_for_state (HpProcessStop *stop, HpProcessStopState state)
{
  Expected expected = { stop, state };

  g_assert_true (fixture_wait (has_state, &expected, LIMIT_MS));
}

static void
test_asked (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HpProcessStop) stop = NULL;
  guint64 start_time;
  pid_t pid = start_program (FALSE, &start_time);

  stop = hp_process_stop_new (pid, start_time, "node", &error);
  g_assert_no_error (error);
  g_assert_cmpint (hp_process_stop_get_state (stop), ==, HP_PROCESS_ASKED);
  wait_for_state (stop, HP_PROCESS_GONE);
  g_assert_cmpint (reap (pid), ==, SIGTERM);
  hp_process_stop_force (stop);
  g_assert_cmpint (hp_process_stop_get_state (stop), ==, HP_PROCESS_GONE);
  g_assert_false (fixture_has_timer ());
}

static void
test_stubborn (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HpProcessStop) stop = NULL;
  guint64 start_time;
  pid_t pid = start_program (TRUE, &start_time);

  hp_process_stop_set_patience (50);
  stop = hp_process_stop_new (pid, start_time, "node", &error);
  g_assert_no_error (error);
  wait_for_state (stop, HP_PROCESS_CAN_FORCE);
  hp_process_stop_force (stop);
  g_assert_cmpint (hp_process_stop_get_state (stop), ==, HP_PROCESS_FORCED);
  wait_for_state (stop, HP_PROCESS_GONE);
  g_assert_cmpint (reap (pid), ==, SIGKILL);
  hp_process_stop_set_patience (3000);
}

/* The pid has gone to another process: that one isn't touched. */
static void
test_reused (void)
{
  g_autoptr (GError) error = NULL;
  guint64 start_time;
  pid_t pid = start_program (FALSE, &start_time);

  g_assert_null (hp_process_stop_new (pid, start_time - 1, "node", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_cmpstr (error->message, ==, "“node” isn’t running any more.");
  g_clear_error (&error);
  g_assert_cmpint (waitpid (pid, NULL, WNOHANG), ==, 0);

  kill (pid, SIGKILL);
  g_assert_cmpint (reap (pid), ==, SIGKILL);
  g_assert_null (hp_process_stop_new (pid, start_time, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_cmpstr (error->message, ==, "This program isn’t running any more.");
}

static void
test_forbidden (void)
{
  const pid_t pids[] = { getpid (), 1 };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (pids); i++)
    {
      g_autoptr (GError) error = NULL;
      guint64 start_time = 0;

      g_assert_true (hp_process_get_start_time (pids[i], &start_time));
      g_assert_null (hp_process_stop_new (pids[i], start_time, "init", &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
      g_assert_false (hp_process_stop_is_allowed (pids[i], geteuid ()));
    }
  g_assert_false (hp_process_stop_is_allowed (0, geteuid ()));
  g_assert_false (hp_process_stop_is_allowed (G_MAXINT, geteuid () + 1));
  g_assert_true (hp_process_stop_is_allowed (G_MAXINT, geteuid ()));
}

/* An ordinary user, and a program of root's and of a stranger's. */
static void
test_others_subprocess (void)
{
  const uid_t users[] = { 0, STRANGER };
  FixtureChild children[G_N_ELEMENTS (users)];
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (users); i++)
    fixture_child_start (&children[i], "127.0.0.1", 0, 0, users[i]);
  fixture_become (ORDINARY);
  for (i = 0; i < G_N_ELEMENTS (users); i++)
    {
      g_autoptr (GError) error = NULL;
      guint64 start_time;

      g_assert_true (hp_process_get_start_time (children[i].pid, &start_time));
      g_assert_null (hp_process_stop_new (children[i].pid, start_time, "nginx", &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
    }
}

static void
test_others (void)
{
  if (geteuid () != 0)
    {
      g_test_skip ("only the administrator can become somebody else");
      return;
    }
  g_test_trap_subprocess ("/process-stop/others/subprocess", 0, 0);
  g_test_trap_assert_passed ();
}

/* Nobody waits for the end any more: it comes all the same. */
static void
test_dropped (void)
{
  HpProcessStop *stop;
  guint64 start_time;
  pid_t pid = start_program (FALSE, &start_time);

  stop = hp_process_stop_new (pid, start_time, "node", NULL);
  g_assert_finalize_object (stop);
  g_assert_cmpint (reap (pid), ==, SIGTERM);
  g_assert_false (fixture_has_timer ());
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_isolate ();

  g_test_add_func ("/process-stop/asked", test_asked);
  g_test_add_func ("/process-stop/stubborn", test_stubborn);
  g_test_add_func ("/process-stop/reused", test_reused);
  g_test_add_func ("/process-stop/forbidden", test_forbidden);
  g_test_add_func ("/process-stop/others", test_others);
  g_test_add_func ("/process-stop/others/subprocess", test_others_subprocess);
  g_test_add_func ("/process-stop/dropped", test_dropped);

  return g_test_run ();
}
