/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "ports/hp-port-check.h"
#include "servers/hp-server-check.h"
#include "servers/hp-server-list.h"
#include "../ports/port-fixture.h"

typedef struct
{
  char *folder;
  HpEngine *engine;
  HpServerList *list;
  HpServer *server;
  HpServerCheck *check;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("hp-check-XXXXXX", NULL);
  f->engine = hp_engine_new ();
  f->list = hp_server_list_new (f->engine, NULL);
  f->server = hp_server_list_add (f->list, f->folder);
  f->check = hp_server_check_new (f->server);
}

static char *
get_index (Fixture *f)
{
  return g_build_filename (f->folder, "index.html", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *index = get_index (f);

  /* What it has begun holds it a moment longer. */
  g_object_add_weak_pointer (G_OBJECT (f->check), (gpointer *) &f->check);
  g_object_unref (f->check);
  while (f->check)
    g_main_context_iteration (NULL, TRUE);
  hp_server_list_shut_down (f->list);
  g_assert_finalize_object (f->list);
  hp_engine_unref (f->engine);
  g_remove (index);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->folder);
}

static void
write_index (Fixture *f)
{
  g_autofree char *index = get_index (f);

  g_assert_true (g_file_set_contents (index, "<title>A <b> page</title>", -1, NULL));
}

static void
start (Fixture *f)
{
  hp_server_start (f->server);
  while (hp_server_get_state (f->server) == HP_SERVER_STARTING)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (hp_server_get_state (f->server), ==, HP_SERVER_RUNNING);
}

/* The whole chain; Meson ends a test that hangs. */
static void
run (Fixture *f)
{
  hp_server_check_run (f->check);
  while (hp_server_check_get_conclusion (f->check) == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
assert_result (Fixture *f, HpCheck check, HpCheckResult expected)
{
  HpCheckResult result = hp_server_check_get_result (f->check, check);

  if (result != expected)
    g_error ("%s: got %d, expected %d: %s", hp_server_check_get_title (check), result, expected,
             hp_server_check_get_text (f->check, check));
}

static void
test_good (Fixture *f, gconstpointer data)
{
  write_index (f);
  start (f);
  run (f);
  for (HpCheck i = HP_CHECK_SERVING; i < HP_N_CHECKS; i++)
    if (i != HP_CHECK_NAME && i != HP_CHECK_LOCALHOST) /* a machine's own matter */
      assert_result (f, i, HP_CHECK_GOOD);
  g_assert_nonnull (strstr (hp_server_check_get_text (f->check, HP_CHECK_PAGE), "A <b> page"));
  if (hp_server_check_get_result (f->check, HP_CHECK_NAME) == HP_CHECK_GOOD
      && hp_server_check_get_result (f->check, HP_CHECK_LOCALHOST) == HP_CHECK_GOOD)
    g_assert_cmpint (hp_server_check_get_remedy (f->check), ==, HP_REMEDY_OPEN);
}

static void
test_stopped (Fixture *f, gconstpointer data)
{
  run (f);
  assert_result (f, HP_CHECK_SERVING, HP_CHECK_BAD);
  assert_result (f, HP_CHECK_PAGE, HP_CHECK_SKIPPED);
  g_assert_cmpint (hp_server_check_get_remedy (f->check), ==, HP_REMEDY_START);

  /* And again, when that was done. */
  write_index (f);
  start (f);
  run (f);
  assert_result (f, HP_CHECK_SERVING, HP_CHECK_GOOD);
  assert_result (f, HP_CHECK_PAGE, HP_CHECK_GOOD);
}

static void
test_no_page (Fixture *f, gconstpointer data)
{
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, FALSE);

  hp_server_set_options (f->server, options);
  start (f);
  run (f);
  assert_result (f, HP_CHECK_NUMBER, HP_CHECK_GOOD);
  assert_result (f, HP_CHECK_PAGE, HP_CHECK_WARNING);
  g_assert_nonnull (strstr (hp_server_check_get_conclusion (f->check), "index.html"));
}

static void
test_taken (Fixture *f, gconstpointer data)
{
  guint16 port;
  int holder = hp_port_listen (0, &port, NULL);

  g_assert_cmpint (holder, >=, 0);
  hp_server_set_port (f->server, port);
  hp_server_start (f->server);
  while (hp_server_get_state (f->server) == HP_SERVER_STARTING)
    g_main_context_iteration (NULL, TRUE);
  run (f);
  assert_result (f, HP_CHECK_SERVING, HP_CHECK_BAD);
  g_assert_cmpint (hp_server_check_get_remedy (f->check), ==, HP_REMEDY_CHANGE_PORT);
  close (holder);
}

/* In the middle of it. */
static void
test_given_up (Fixture *f, gconstpointer data)
{
  write_index (f);
  start (f);
  hp_server_check_run (f->check);
  hp_server_check_run (f->check);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_isolate ();

  g_test_add ("/server-check/good", Fixture, NULL, set_up, test_good, tear_down);
  g_test_add ("/server-check/stopped", Fixture, NULL, set_up, test_stopped, tear_down);
  g_test_add ("/server-check/no-page", Fixture, NULL, set_up, test_no_page, tear_down);
  g_test_add ("/server-check/taken", Fixture, NULL, set_up, test_taken, tear_down);
  g_test_add ("/server-check/given-up", Fixture, NULL, set_up, test_given_up, tear_down);

  return g_test_run ();
}
