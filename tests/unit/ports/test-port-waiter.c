/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <unistd.h>

#include "port-fixture.h"
#include "ports/hp-port-check.h"
#include "ports/hp-port-waiter.h"

#define LIMIT_MS 30000

typedef struct
{
  guint n_calls;
  gint64 when; /* monotonic */
  guint16 port;
  HpPortWaiter **freed; /* what to free in the call; nullable */
} Waiting;

static void
free_cb (gpointer user_data)
{
  Waiting *self = user_data;

  self->n_calls++;
  self->when = g_get_monotonic_time ();
  if (self->freed != NULL)
    g_clear_pointer (self->freed, hp_port_waiter_free);
}

static gboolean
was_called (gpointer user_data)
{
  Waiting *self = user_data;

  return self->n_calls > 0;
}

/* Turns the main loop until everything that was due has happened. */
static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

/* The event comes, not the timer of ten seconds: the whole test would take far longer than the
 * limit of the test program with that. */
static void
test_killed (void)
{
  guint i;

  for (i = 0; i < 20; i++)
    {
      FixtureChild child;
      Waiting waiting = { 0 };
      HpPortWaiter *waiter;
      gint64 stopped;

      fixture_child_start (&child, "127.0.0.1", 0, FIXTURE_REUSEADDR, geteuid ());
      waiter = hp_port_waiter_new (child.port, free_cb, &waiting);
      waiting.freed = &waiter;
      settle ();
      g_assert_cmpuint (waiting.n_calls, ==, 0);

      stopped = g_get_monotonic_time ();
      fixture_child_stop (&child);
      g_assert_true (fixture_wait (was_called, &waiting, LIMIT_MS));
      g_assert_true (hp_port_can_bind (child.port));
      g_test_message ("%.1f ms", (double) (waiting.when - stopped) / 1000);
      settle ();
      g_assert_cmpuint (waiting.n_calls, ==, 1);
      g_assert_null (waiter);
    }
}

/* Of a socket on another address, and one of another port, nobody is told. */
static void
test_bystanders (void)
{
  FixtureChild holder, other;
  Waiting waiting = { 0 };
  HpPortWaiter *waiter;

  fixture_child_start (&holder, "127.0.0.1", 0, 0, geteuid ());
  fixture_child_start (&other, "127.0.0.2", holder.port, 0, geteuid ());
  waiter = hp_port_waiter_new (holder.port, free_cb, &waiting);
  settle ();
  fixture_child_stop (&other);
  settle ();
  g_assert_cmpuint (waiting.n_calls, ==, 0);
  fixture_child_stop (&holder);
  g_assert_true (fixture_wait (was_called, &waiting, LIMIT_MS));
  hp_port_waiter_free (waiter);
}

static void
test_free_already (void)
{
  guint16 port = 0;
  int fd = fixture_bind ("127.0.0.1", &port, FIXTURE_BOUND_ONLY);
  Waiting waiting = { 0 };
  HpPortWaiter *waiter;

  close (fd);
  waiter = hp_port_waiter_new (port, free_cb, &waiting);
  g_assert_cmpuint (waiting.n_calls, ==, 0);
  g_assert_true (fixture_wait (was_called, &waiting, LIMIT_MS));
  hp_port_waiter_free (waiter);
  g_assert_false (fixture_has_timer ());
}

static void
test_cancelled (void)
{
  FixtureChild child;
  Waiting waiting = { 0 };
  HpPortWaiter *waiter;

  fixture_child_start (&child, "127.0.0.1", 0, 0, geteuid ());
  waiter = hp_port_waiter_new (child.port, free_cb, &waiting);
  settle ();
  hp_port_waiter_free (waiter);
  fixture_child_stop (&child);
  settle ();
  g_assert_cmpuint (waiting.n_calls, ==, 0);
  g_assert_false (fixture_has_timer ());
}

/* The holder of a connection without a listener lets go too. */
static void
test_connection (void)
{
  guint16 port = 0;
  guint16 client_port;
  int listener = fixture_bind ("127.0.0.1", &port, 0);
  Waiting waiting = { 0 };
  HpPortWaiter *waiter;
  int client, server;

  fixture_connect (listener, &client, &client_port, &server);
  waiter = hp_port_waiter_new (client_port, free_cb, &waiting);
  settle ();
  g_assert_cmpuint (waiting.n_calls, ==, 0);

  /* The other side closes first, so nothing lingers on the client's port. */
  close (server);
  close (client);
  g_assert_true (fixture_wait (was_called, &waiting, LIMIT_MS));
  hp_port_waiter_free (waiter);
  close (listener);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_isolate ();

  g_test_add_func ("/port-waiter/killed", test_killed);
  g_test_add_func ("/port-waiter/bystanders", test_bystanders);
  g_test_add_func ("/port-waiter/free-already", test_free_already);
  g_test_add_func ("/port-waiter/cancelled", test_cancelled);
  g_test_add_func ("/port-waiter/connection", test_connection);

  return g_test_run ();
}
