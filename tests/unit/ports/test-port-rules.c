/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <stdio.h>
#include <unistd.h>

#include "port-fixture.h"
#include "ports/hp-port-rules.h"

#define ORDINARY 12345

/* Fetch standard, "Port blocking". */
static const guint16 blocked[]
    = { 0,    1,    7,    9,    11,   13,   15,   17,   19,   20,   21,   22,   23,   25,
        37,   42,   43,   53,   69,   77,   79,   87,   95,   101,  102,  103,  104,  109,
        110,  111,  113,  115,  117,  119,  123,  135,  137,  139,  143,  161,  179,  389,
        427,  465,  512,  513,  514,  515,  526,  530,  531,  532,  540,  548,  554,  556,
        563,  587,  601,  636,  989,  990,  993,  995,  1719, 1720, 1723, 2049, 3659, 4045,
        4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080 };

static void
test_blocked (void)
{
  gsize next = 0;
  guint port;

  g_assert_cmpuint (G_N_ELEMENTS (blocked), ==, 83);
  for (port = 0; port <= G_MAXUINT16; port++)
    {
      gboolean expected = next < G_N_ELEMENTS (blocked) && blocked[next] == port;

      if (expected)
        next++;
      g_assert_cmpint (hp_port_is_browser_blocked ((guint16) port), ==, expected);
      if (!expected)
        g_assert_null (hp_port_get_usual_use ((guint16) port));
    }
  g_assert_cmpuint (next, ==, G_N_ELEMENTS (blocked));
}

static void
test_usual_use (void)
{
  static const struct
  {
    guint16 port;
    const char *use;
  } cases[] = {
    { 6000, "reserved for X11" },
    { 22, "reserved for SSH" },
    { 6667, "reserved for IRC" },
    { 2049, "reserved for NFS" },
    { 10080, "reserved for Amanda" },
    { 0, NULL },
    { 87, NULL },
    { 8080, NULL },
    { 62893, NULL },
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (hp_port_get_usual_use (cases[i].port), ==, cases[i].use);
}

static guint
read_limit (void)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents ("/proc/sys/net/ipv4/ip_unprivileged_port_start", &text, NULL, NULL))
    return 1024;
  return (guint) g_ascii_strtoull (text, NULL, 10);
}

static void
test_unprivileged_min_subprocess (void)
{
  fixture_become (ORDINARY);
  g_assert_cmpuint (hp_port_get_unprivileged_min (), ==, read_limit ());
}

/* As who runs the test, and, when that is the administrator, as somebody else too. The truth is
 * what bind() does. */
static void
test_unprivileged_min (void)
{
  guint16 limit = hp_port_get_unprivileged_min ();
  gboolean may = FALSE;
  guint16 port;

  for (port = 700; port < 800 && !may; port++)
    {
      guint16 candidate = port;
      int fd = fixture_bind ("127.0.0.1", &candidate, FIXTURE_BOUND_ONLY);

      may = fd >= 0;
      if (fd >= 0)
        close (fd);
    }
  g_assert_cmpint (limit <= 700, ==, may);

  if (geteuid () != 0)
    return;
  g_test_trap_subprocess ("/port-rules/unprivileged-min/subprocess", 0, 0);
  g_test_trap_assert_passed ();
}

static void
test_ephemeral (void)
{
  g_autofree char *text = NULL;
  guint low = 0;
  guint high = 0;
  guint port;

  if (!g_file_get_contents ("/proc/sys/net/ipv4/ip_local_port_range", &text, NULL, NULL))
    {
      g_test_skip ("the kernel's range can't be read");
      return;
    }
  g_assert_cmpint (sscanf (text, "%u %u", &low, &high), ==, 2);
  for (port = 0; port <= G_MAXUINT16; port++)
    g_assert_cmpint (hp_port_is_ephemeral ((guint16) port), ==, port >= low && port <= high);
}

static gboolean
is_in_list (guint16 port, gpointer user_data)
{
  const guint16 *list = user_data;

  for (; *list != 0; list++)
    {
      if (*list == port)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_any (guint16 port, gpointer user_data)
{
  return TRUE;
}

static gboolean
is_not_ephemeral (guint16 port, gpointer user_data)
{
  return !hp_port_is_ephemeral (port);
}

/* Three free ports in a row, outside the kernel's range. */
static guint16
find_quiet_ports (void)
{
  guint16 start = 20000;

  for (;;)
    {
      guint16 first = hp_port_suggest (start, NULL, NULL);

      g_assert_cmpuint (first, !=, 0);
      if (hp_port_suggest (first + 1, NULL, NULL) == first + 1
          && hp_port_suggest (first + 2, NULL, NULL) == first + 2)
        return first;
      start = first + 1;
    }
}

static void
test_suggest (void)
{
  guint16 first = find_quiet_ports ();
  guint16 claimed[] = { first, 0 };
  guint16 taken = first + 1;
  guint16 suggestion;
  int fd;

  g_assert_cmpuint (hp_port_suggest (first, NULL, NULL), ==, first);
  g_assert_cmpuint (hp_port_suggest (first, is_in_list, claimed), ==, first + 1);

  fd = fixture_bind ("127.0.0.1", &taken, 0);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpuint (hp_port_suggest (first, is_in_list, claimed), ==, first + 2);
  close (fd);

  /* Nobody listens, but it can't be bound. */
  fd = fixture_bind ("127.0.0.1", &taken, FIXTURE_BOUND_ONLY);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpuint (hp_port_suggest (first, is_in_list, claimed), ==, first + 2);
  close (fd);

  /* A port where "localhost" might go to somebody else isn't good enough. */
  if (fixture_has_ipv6 ())
    {
      FixtureChild child;

      fixture_child_start (&child, "::1", taken, 0, geteuid ());
      g_assert_cmpuint (hp_port_suggest (first, is_in_list, claimed), ==, first + 2);
      fixture_child_stop (&child);
    }

  /* X11's is skipped, and so are all below 1024. */
  g_assert_cmpuint (hp_port_suggest (6000, NULL, NULL), >, 6000);
  g_assert_cmpuint (hp_port_suggest (0, NULL, NULL), >=, 1024);
  g_assert_cmpuint (hp_port_suggest (80, NULL, NULL), >=, 1024);

  /* The end of the numbers isn't the end of the search. */
  claimed[0] = 65535;
  suggestion = hp_port_suggest (65535, is_in_list, claimed);
  g_assert_cmpuint (suggestion, >=, 1024);
  g_assert_cmpuint (suggestion, <, 65535);

  /* An automatic port only when there is no other. */
  g_assert_false (hp_port_is_ephemeral (hp_port_suggest (40000, NULL, NULL)));
  g_assert_true (hp_port_is_ephemeral (hp_port_suggest (1024, is_not_ephemeral, NULL)));
  g_assert_cmpuint (hp_port_suggest (1024, is_any, NULL), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_isolate ();

  g_test_add_func ("/port-rules/blocked", test_blocked);
  g_test_add_func ("/port-rules/usual-use", test_usual_use);
  g_test_add_func ("/port-rules/unprivileged-min", test_unprivileged_min);
  g_test_add_func ("/port-rules/unprivileged-min/subprocess", test_unprivileged_min_subprocess);
  g_test_add_func ("/port-rules/ephemeral", test_ephemeral);
  g_test_add_func ("/port-rules/suggest", test_suggest);

  return g_test_run ();
}
