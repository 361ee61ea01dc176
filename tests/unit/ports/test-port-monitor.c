/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <unistd.h>

#include "port-fixture.h"
#include "ports/hp-port-monitor.h"

/* Two seconds are promised; the rest is for a busy machine. */
#define NOTICE_MS 2500

typedef struct
{
  HpPortMonitor *monitor;
  guint16 port;
  HpPortState wanted;
  guint n_changes;
} Context;

static void
changed_cb (HpPortMonitor *monitor, guint port, gpointer user_data)
{
  Context *context = user_data;

  g_assert_cmpuint (port, ==, context->port);
  context->n_changes++;
}

static void
set_up (Context *context, gconstpointer data)
{
  int fd;

  *context = (Context){ .monitor = hp_port_monitor_new () };
  fd = fixture_bind ("127.0.0.1", &context->port, FIXTURE_BOUND_ONLY);
  g_assert_cmpint (fd, >=, 0);
  close (fd);
  g_signal_connect (context->monitor, "changed", G_CALLBACK (changed_cb), context);
}

static void
tear_down (Context *context, gconstpointer data)
{
  g_assert_finalize_object (context->monitor);
}

static gboolean
has_state (gpointer user_data)
{
  Context *context = user_data;

  return hp_port_monitor_get_verdict (context->monitor, context->port)->state == context->wanted;
}

static gboolean
has_owner (gpointer user_data)
{
  Context *context = user_data;

  return hp_port_monitor_get_owner (context->monitor, context->port) != NULL;
}

/* Whether anything would wake the main loop by itself. */
static gboolean
has_timer (HpPortMonitor *monitor)
{
  GMainContext *context = g_main_context_default ();
  GPollFD fds[32];
  int timeout = -1;
  int priority;

  while (g_main_context_iteration (context, FALSE))
    ;
  g_assert_true (g_main_context_acquire (context));
  g_main_context_prepare (context, &priority);
  g_main_context_query (context, G_MAXINT, &timeout, fds, G_N_ELEMENTS (fds));
  g_main_context_release (context);
  g_assert_cmpint (timeout >= 0, ==,
                   g_main_context_find_source_by_user_data (context, monitor) != NULL);
  return timeout >= 0;
}

static void
test_comes_and_goes (Context *context, gconstpointer data)
{
  FixtureChild child;

  hp_port_monitor_watch (context->monitor, context->port);
  hp_port_monitor_set_active (context->monitor, TRUE);
  context->wanted = HP_PORT_FREE;
  g_assert_true (has_state (context));
  g_assert_cmpuint (context->n_changes, ==, 0);

  fixture_child_start (&child, "127.0.0.1", context->port, 0, geteuid ());
  context->wanted = HP_PORT_TAKEN;
  g_assert_true (fixture_wait (has_state, context, NOTICE_MS));
  g_assert_true (fixture_wait (has_owner, context, 10000));
  g_assert_cmpint (hp_port_monitor_get_owner (context->monitor, context->port)->pid, ==, child.pid);
  g_assert_cmpuint (context->n_changes, ==, 2);

  fixture_child_stop (&child);
  context->wanted = HP_PORT_FREE;
  g_assert_true (fixture_wait (has_state, context, NOTICE_MS));
  g_assert_null (hp_port_monitor_get_owner (context->monitor, context->port));
  g_assert_cmpuint (context->n_changes, ==, 3);

  hp_port_monitor_unwatch (context->monitor, context->port);
}

static void
test_timer (Context *context, gconstpointer data)
{
  g_assert_false (has_timer (context->monitor));

  /* Active, but there is nothing to look at. */
  hp_port_monitor_set_active (context->monitor, TRUE);
  g_assert_false (has_timer (context->monitor));

  hp_port_monitor_watch (context->monitor, context->port);
  g_assert_true (has_timer (context->monitor));
  hp_port_monitor_set_active (context->monitor, FALSE);
  g_assert_false (has_timer (context->monitor));
  hp_port_monitor_set_active (context->monitor, TRUE);
  g_assert_true (has_timer (context->monitor));

  hp_port_monitor_watch (context->monitor, context->port);
  hp_port_monitor_unwatch (context->monitor, context->port);
  g_assert_true (has_timer (context->monitor));
  hp_port_monitor_unwatch (context->monitor, context->port);
  g_assert_false (has_timer (context->monitor));
  g_assert_null (hp_port_monitor_get_verdict (context->monitor, context->port));
  g_assert_null (hp_port_monitor_get_owner (context->monitor, context->port));
}

/* A window that is only visible looks as well, and one that gets into use looks at once. */
static void
test_focused (Context *context, gconstpointer data)
{
  FixtureChild child;

  hp_port_monitor_watch (context->monitor, context->port);
  hp_port_monitor_set_focused (context->monitor, FALSE);
  g_assert_false (has_timer (context->monitor));
  hp_port_monitor_set_active (context->monitor, TRUE);
  g_assert_true (has_timer (context->monitor));

  fixture_child_start (&child, "127.0.0.1", context->port, 0, geteuid ());
  context->wanted = HP_PORT_TAKEN;
  g_assert_true (fixture_wait (has_state, context, 30000));

  fixture_child_stop (&child);
  context->wanted = HP_PORT_FREE;
  hp_port_monitor_set_focused (context->monitor, TRUE);
  g_assert_true (has_state (context));
  g_assert_true (has_timer (context->monitor));
  hp_port_monitor_set_active (context->monitor, FALSE);
}

/* While nobody looks nothing is noticed; then everything is at once. */
static void
test_refresh (Context *context, gconstpointer data)
{
  FixtureChild child;

  hp_port_monitor_watch (context->monitor, context->port);
  fixture_child_start (&child, "127.0.0.1", context->port, 0, geteuid ());
  context->wanted = HP_PORT_TAKEN;
  g_assert_false (has_timer (context->monitor));
  g_assert_false (has_state (context));

  hp_port_monitor_set_active (context->monitor, TRUE);
  g_assert_true (has_state (context));
  g_assert_cmpuint (context->n_changes, ==, 1);
  hp_port_monitor_set_active (context->monitor, FALSE);
  g_assert_true (fixture_wait (has_owner, context, 10000));
  g_assert_cmpuint (context->n_changes, ==, 2);

  fixture_child_stop (&child);
  context->wanted = HP_PORT_FREE;
  hp_port_monitor_refresh (context->monitor);
  g_assert_true (has_state (context));
  g_assert_cmpuint (context->n_changes, ==, 3);
  hp_port_monitor_refresh (context->monitor);
  g_assert_cmpuint (context->n_changes, ==, 3);
}

/* Already taken when the watch begins; the owner comes although the monitor isn't active. */
static void
test_owner (Context *context, gconstpointer data)
{
  FixtureChild child;

  fixture_child_start (&child, "127.0.0.1", context->port, 0, geteuid ());
  hp_port_monitor_watch (context->monitor, context->port);
  context->wanted = HP_PORT_TAKEN;
  g_assert_true (has_state (context));
  g_assert_null (hp_port_monitor_get_owner (context->monitor, context->port));
  g_assert_true (fixture_wait (has_owner, context, 10000));
  g_assert_cmpint (hp_port_monitor_get_owner (context->monitor, context->port)->pid, ==, child.pid);
  g_assert_cmpuint (context->n_changes, ==, 1);
  fixture_child_stop (&child);
}

static void
test_ours (Context *context, gconstpointer data)
{
  int fd = hp_port_listen (context->port, NULL, NULL);

  hp_port_monitor_watch (context->monitor, context->port);
  context->wanted = HP_PORT_OURS;
  g_assert_true (has_state (context));
  close (fd);
}

static gboolean
never (gpointer user_data)
{
  return FALSE;
}

/* The end comes while a search runs. */
static void
test_dispose_early (Context *context, gconstpointer data)
{
  HpPortMonitor *monitor = hp_port_monitor_new ();
  FixtureChild child;

  fixture_child_start (&child, "127.0.0.1", context->port, 0, geteuid ());
  hp_port_monitor_watch (monitor, context->port);
  hp_port_monitor_set_active (monitor, TRUE);
  g_assert_finalize_object (monitor);

  /* Long enough for the search to come back to nobody. */
  g_assert_false (fixture_wait (never, NULL, 300));
  fixture_child_stop (&child);
}

static void
unwatch_cb (HpPortMonitor *monitor, guint port, gpointer user_data)
{
  Context *context = user_data;

  g_signal_handlers_disconnect_by_data (monitor, context);
  hp_port_monitor_unwatch (monitor, (guint16) port);
}

static void
test_unwatch_in_handler (Context *context, gconstpointer data)
{
  int fd;

  g_signal_handlers_disconnect_by_data (context->monitor, context);
  g_signal_connect (context->monitor, "changed", G_CALLBACK (unwatch_cb), context);
  hp_port_monitor_watch (context->monitor, context->port);
  fd = fixture_bind ("127.0.0.1", &context->port, 0);
  hp_port_monitor_refresh (context->monitor);
  g_assert_null (hp_port_monitor_get_verdict (context->monitor, context->port));
  close (fd);
}

static void
count_notify_cb (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
test_property (Context *context, gconstpointer data)
{
  guint n = 0;
  gboolean active;

  g_signal_connect (context->monitor, "notify::active", G_CALLBACK (count_notify_cb), &n);
  g_object_set (context->monitor, "active", TRUE, NULL);
  g_object_set (context->monitor, "active", TRUE, NULL);
  g_assert_cmpuint (n, ==, 1);
  g_object_get (context->monitor, "active", &active, NULL);
  g_assert_true (active);
  hp_port_monitor_set_active (context->monitor, FALSE);
  g_assert_cmpuint (n, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_isolate ();

#define ADD(name, func) g_test_add ("/port-monitor/" name, Context, NULL, set_up, func, tear_down)
  ADD ("comes-and-goes", test_comes_and_goes);
  ADD ("timer", test_timer);
  ADD ("focused", test_focused);
  ADD ("refresh", test_refresh);
  ADD ("owner", test_owner);
  ADD ("ours", test_ours);
  ADD ("dispose-early", test_dispose_early);
  ADD ("unwatch-in-handler", test_unwatch_in_handler);
  ADD ("property", test_property);

  return g_test_run ();
}
