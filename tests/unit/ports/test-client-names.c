/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>
#include <unistd.h>

#include "port-fixture.h"
#include "ports/hp-client-names.h"
#include "ports/hp-port-check.h"

#define LIMIT_MS 30000

typedef struct
{
  HpClientNames *names;
  guint32 connection;
  guint n_named;
} Fixture;

static void
named_cb (HpClientNames *names, gpointer user_data)
{
  Fixture *f = user_data;

  f->n_named++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->names = hp_client_names_new ();
  g_signal_connect (f->names, "named", G_CALLBACK (named_cb), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->names);
}

static gboolean
is_named (gpointer user_data)
{
  Fixture *f = user_data;
  g_autofree char *name = hp_client_names_dup (f->names, f->connection);

  return name != NULL && f->n_named > 0;
}

static guint32
find_inode (guint16 port)
{
  HpPortVerdict verdict;

  hp_port_check_glance (port, &verdict);
  g_assert_cmpuint (verdict.inode, !=, 0);
  return verdict.inode;
}

static void
test_named (Fixture *f, gconstpointer data)
{
  g_autofree char *name = NULL;
  FixtureChild child;

  fixture_child_start (&child, "127.0.0.1", 0, 0, geteuid ());
  hp_client_names_note (f->names, 7, find_inode (child.port));
  f->connection = 7;
  g_assert_true (fixture_wait (is_named, f, LIMIT_MS));
  name = hp_client_names_dup (f->names, 7);
  g_assert_cmpstr (name, ==, "test-client-names");
  g_assert_null (hp_client_names_dup (f->names, 8));

  /* It is told after the program has ended, too. */
  fixture_child_stop (&child);
  g_assert_true (is_named (f));
}

/* A socket that is gone, or was never there, gets no name; those around it do. */
static void
test_unknown (Fixture *f, gconstpointer data)
{
  FixtureChild gone, there;
  guint32 inode;

  fixture_child_start (&gone, "127.0.0.1", 0, 0, geteuid ());
  fixture_child_start (&there, "127.0.0.1", 0, 0, geteuid ());
  inode = find_inode (gone.port);
  fixture_child_stop (&gone);
  hp_client_names_note (f->names, 1, 0);
  hp_client_names_note (f->names, 2, inode);
  hp_client_names_note (f->names, 3, find_inode (there.port));
  f->connection = 3;
  g_assert_true (fixture_wait (is_named, f, LIMIT_MS));
  g_assert_null (hp_client_names_dup (f->names, 1));
  g_assert_null (hp_client_names_dup (f->names, 2));
  fixture_child_stop (&there);
}

/* Many connections of one program in one go: the inode is the same, the numbers are not. */
static void
test_many (Fixture *f, gconstpointer data)
{
  FixtureChild child;
  guint32 inode;

  fixture_child_start (&child, "127.0.0.1", 0, 0, geteuid ());
  inode = find_inode (child.port);
  for (f->connection = 1; f->connection <= 50; f->connection++)
    hp_client_names_note (f->names, f->connection, inode);
  for (f->connection = 1; f->connection <= 50; f->connection++)
    g_assert_true (fixture_wait (is_named, f, LIMIT_MS));
  fixture_child_stop (&child);
}

static void
test_idle (Fixture *f, gconstpointer data)
{
  hp_client_names_note (f->names, 1, 0);
  g_assert_false (fixture_has_timer ());
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/client-names/named", Fixture, NULL, set_up, test_named, tear_down);
  g_test_add ("/client-names/unknown", Fixture, NULL, set_up, test_unknown, tear_down);
  g_test_add ("/client-names/many", Fixture, NULL, set_up, test_many, tear_down);
  g_test_add ("/client-names/idle", Fixture, NULL, set_up, test_idle, tear_down);

  return g_test_run ();
}
