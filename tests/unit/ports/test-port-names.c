/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <netinet/in.h>

#include "ports/hp-port-names.h"

static void
test_usual (void)
{
  static const struct
  {
    int protocol;
    guint16 port;
    const char *name;
    gboolean is_web;
  } cases[] = {
    { IPPROTO_TCP, 5432, "often PostgreSQL", FALSE },
    { IPPROTO_UDP, 5432, NULL, FALSE },
    { IPPROTO_TCP, 5173, "often Vite", TRUE },
    { IPPROTO_UDP, 5353, "often mDNS", FALSE },
    { IPPROTO_TCP, 5353, NULL, FALSE },
    { IPPROTO_TCP, 53, "often DNS", FALSE },
    { IPPROTO_UDP, 53, "often DNS", FALSE },
    { IPPROTO_TCP, 21, "often FTP", FALSE },
    { IPPROTO_UDP, 51820, "often WireGuard", FALSE },
    { IPPROTO_TCP, 0, NULL, FALSE },
    { IPPROTO_TCP, 65535, NULL, FALSE },
    { IPPROTO_TCP, 62893, NULL, FALSE },
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = hp_port_names_describe (cases[i].protocol, cases[i].port);

      g_assert_cmpstr (name, ==, cases[i].name);
      g_assert_cmpint (hp_port_names_is_web (cases[i].port), ==, cases[i].is_web);
    }
}

/* A search in a table that isn't sorted would overlook entries. */
static void
test_sorted (void)
{
  guint n = 0;
  guint port;

  for (port = 0; port <= G_MAXUINT16; port++)
    n += hp_port_names_get_usual (IPPROTO_TCP, (guint16) port) != NULL
         || hp_port_names_get_usual (IPPROTO_UDP, (guint16) port) != NULL;
  g_assert_cmpuint (n, ==, 56);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/port-names/usual", test_usual);
  g_test_add_func ("/port-names/sorted", test_sorted);

  return g_test_run ();
}
