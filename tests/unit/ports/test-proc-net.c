/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "port-fixture.h"
#include "ports/hp-proc-net.h"

#define HEAD                                                                                       \
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"

#if G_BYTE_ORDER == G_LITTLE_ENDIAN
#define LOOPBACK4 "0100007F"
#define LOOPBACK6 "00000000000000000000000001000000"
#else
#define LOOPBACK4 "7F000001"
#define LOOPBACK6 "00000000000000000000000000000001"
#endif

static const char listener4[] = HEAD
    "   0: " LOOPBACK4 ":1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  "
    "1000        0 12345 1 0000000000000000 100 0 0 10 0\n";

static void
test_table (void)
{
  static const struct
  {
    const char *name;
    const char *text;
    int family;
    guint n;
  } cases[] = {
    { "a listener", listener4, AF_INET, 1 },
    { "in the other table", listener4, AF_INET6, 0 },
    { "IPv6",
      HEAD " 12: " LOOPBACK6 ":1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 "
           "00:00000000 00000000 0 0 7 1 x\n",
      AF_INET6, 1 },
    { "nothing", "", AF_INET, 0 },
    { "the head only", HEAD, AF_INET, 0 },
    { "no newline at the end", "0: 00000000:1F90 00000000:0000 0A 0:0 00:00000000 00000000 0 0 7",
      AF_INET, 1 },
    { "cut off", "0: 00000000:1F90 00000000:0000 0A 0:0 00:00000000 0000", AF_INET, 0 },
    { "no port", "0: 00000000 00000000:0000 0A 0:0 00:00000000 00000000 0 0 7\n", AF_INET, 0 },
    { "an address too short", "0: 00000:1F90 00000000:0000 0A 0:0 00:00000000 00000000 0 0 7\n",
      AF_INET, 0 },
    { "no hexadecimal", "0: 0000000G:1F90 00000000:0000 0A 0:0 00:00000000 00000000 0 0 7\n",
      AF_INET, 0 },
    { "empty lines around", "\n\n0: 00000000:1F90 00000000:0000 0A 0:0 00:0 0 0 0 7\n\n", AF_INET,
      1 },
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GArray) sockets = hp_proc_net_parse (cases[i].text, cases[i].family, IPPROTO_TCP,
                                                      HP_SOCKET_ALL_STATES, 0);

      g_test_message ("%s", cases[i].name);
      g_assert_cmpuint (sockets->len, ==, cases[i].n);
    }
}

static void
test_fields (void)
{
  static const char lingering[] = HEAD
      "   5: " LOOPBACK4 ":1F90 " LOOPBACK4
      ":C351 06 00000000:00000000 03:000016A1 00000000     0        0 0 3 x\n";
  const guint8 loopback[4] = { 127, 0, 0, 1 };
  g_autoptr (GArray) sockets = NULL;
  const HpSocketInfo *info;

  sockets = hp_proc_net_parse (listener4, AF_INET, IPPROTO_TCP, HP_SOCKET_ALL_STATES, 8080);
  g_assert_cmpuint (sockets->len, ==, 1);
  info = &g_array_index (sockets, HpSocketInfo, 0);
  g_assert_cmpuint (info->state, ==, TCP_LISTEN);
  g_assert_cmpuint (info->port, ==, 8080);
  g_assert_cmpuint (info->uid, ==, 1000);
  g_assert_cmpuint (info->inode, ==, 12345);
  g_assert_cmpuint (info->expires_ms, ==, 0);
  g_assert_cmpmem (info->address.bytes, 4, loopback, 4);

  g_array_unref (sockets);
  sockets = hp_proc_net_parse (lingering, AF_INET, IPPROTO_TCP, 1 << TCP_TIME_WAIT, 8080);
  g_assert_cmpuint (sockets->len, ==, 1);
  info = &g_array_index (sockets, HpSocketInfo, 0);
  g_assert_cmpuint (info->remote_port, ==, 0xc351);
  g_assert_cmpuint (info->expires_ms, ==, 0x16a1 * 1000 / sysconf (_SC_CLK_TCK));
}

static void
test_filters (void)
{
  static const struct
  {
    guint32 states;
    guint16 port;
    guint n;
  } cases[] = {
    { HP_SOCKET_ALL_STATES, 0, 1 },  { HP_SOCKET_ALL_STATES, 8080, 1 },
    { HP_SOCKET_ALL_STATES, 80, 0 }, { 1 << TCP_LISTEN, 8080, 1 },
    { 1 << TCP_ESTABLISHED, 0, 0 },
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GArray) sockets = hp_proc_net_parse (listener4, AF_INET, IPPROTO_TCP,
                                                      cases[i].states, cases[i].port);

      g_assert_cmpuint (sockets->len, ==, cases[i].n);
    }
}

/* A line that is longer than any the kernel writes is skipped, those around it are not. */
static void
test_long_line (void)
{
  g_autofree char *filler = g_strnfill (5000, 'x');
  g_autofree char *text = g_strconcat (listener4, filler, "\n", listener4, filler, NULL);
  g_autoptr (GArray) sockets = hp_proc_net_parse (text, AF_INET, IPPROTO_TCP, HP_SOCKET_ALL_STATES,
                                                  0);

  g_assert_cmpuint (sockets->len, ==, 2);
}

static void
test_real (void)
{
  guint16 port = 0;
  int fd = fixture_bind ("127.0.0.1", &port, 0);
  g_autoptr (GArray) sockets = hp_proc_net_read (IPPROTO_TCP, 1 << TCP_LISTEN, port);

  g_assert_cmpuint (sockets->len, ==, 1);
  g_assert_cmpuint (g_array_index (sockets, HpSocketInfo, 0).inode, ==, fixture_get_inode (fd));
  close (fd);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_isolate ();

  g_test_add_func ("/proc-net/table", test_table);
  g_test_add_func ("/proc-net/fields", test_fields);
  g_test_add_func ("/proc-net/filters", test_filters);
  g_test_add_func ("/proc-net/long-line", test_long_line);
  g_test_add_func ("/proc-net/real", test_real);

  return g_test_run ();
}
