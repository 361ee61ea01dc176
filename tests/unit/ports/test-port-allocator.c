/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <unistd.h>

#include "port-fixture.h"
#include "ports/hp-port-allocator.h"
#include "ports/hp-port-check.h"

/* Other tests, which run at the same time, begin at the usual one. */
static guint16
get_first (void)
{
  return (guint16) (12000 + getpid () % 18000);
}

static gboolean
is_claimed (guint16 port, gpointer user_data)
{
  return port == GPOINTER_TO_UINT (user_data);
}

/* What is held can't be had by anybody else, on either address, and is free again afterwards. */
static void
test_hold (void)
{
  g_autoptr (HpPortHold) hold = hp_port_allocator_hold (get_first (), NULL, NULL);
  guint16 port;
  int fd;

  g_assert_nonnull (hold);
  port = hp_port_hold_get_port (hold);
  g_assert_cmpuint (port, >=, get_first ());
  g_assert_false (hp_port_is_browser_blocked (port));
  g_assert_false (hp_port_is_ephemeral (port));

  g_assert_false (hp_port_can_bind (port));
  g_assert_cmpint (fixture_bind ("127.0.0.1", &port, FIXTURE_REUSEADDR), ==, -1);
  g_assert_null (hp_port_allocator_hold_exact (port));
  if (fixture_has_ipv6 ())
    g_assert_cmpint (fixture_bind ("::1", &port, FIXTURE_REUSEADDR), ==, -1);

  hp_port_hold_free (g_steal_pointer (&hold));
  fd = fixture_bind ("127.0.0.1", &port, FIXTURE_REUSEADDR);
  g_assert_cmpint (fd, >=, 0);
  close (fd);
}

/* Two dialogs at the same time get two ports; what another folder has isn't offered. */
static void
test_others (void)
{
  g_autoptr (HpPortHold) first = hp_port_allocator_hold (get_first (), NULL, NULL);
  guint16 port = hp_port_hold_get_port (first);
  g_autoptr (HpPortHold) second = hp_port_allocator_hold (port, NULL, NULL);
  g_autoptr (HpPortHold) third = NULL;

  g_assert_cmpuint (hp_port_hold_get_port (second), !=, port);
  hp_port_hold_free (g_steal_pointer (&first));
  third = hp_port_allocator_hold (port, is_claimed, GUINT_TO_POINTER (port));
  g_assert_cmpuint (hp_port_hold_get_port (third), !=, port);
  g_assert_cmpuint (hp_port_hold_get_port (third), !=, hp_port_hold_get_port (second));
}

/* Who connects meanwhile is served by whoever gets the socket. */
static void
test_steal (void)
{
  g_autoptr (HpPortHold) hold = hp_port_allocator_hold (get_first (), NULL, NULL);
  guint16 port = hp_port_hold_get_port (hold);
  guint16 client_port;
  int fd = hp_port_hold_steal_fd (hold);
  int client, server;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (hp_port_hold_steal_fd (hold), ==, -1);
  hp_port_hold_free (g_steal_pointer (&hold));
  g_assert_false (hp_port_can_bind (port));
  fixture_connect (fd, &client, &client_port, &server);
  close (client);
  close (server);
  close (fd);
}

/* [::1] alone in other hands is reason enough. */
static void
test_shadowed (void)
{
  guint16 port = 0;
  int fd;

  if (!fixture_has_ipv6 ())
    {
      g_test_skip ("this system has no IPv6");
      return;
    }
  fd = fixture_bind ("::1", &port, 0);
  g_assert_null (hp_port_allocator_hold_exact (port));
  /* Nothing is left of the attempt. */
  g_assert_true (hp_port_can_bind (port));
  close (fd);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_isolate ();

  g_test_add_func ("/port-allocator/hold", test_hold);
  g_test_add_func ("/port-allocator/others", test_others);
  g_test_add_func ("/port-allocator/steal", test_steal);
  g_test_add_func ("/port-allocator/shadowed", test_shadowed);

  return g_test_run ();
}
