/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "port-fixture.h"
#include "ports/hp-sock-diag-private.h"

static HpSockDiag *
new_diag (void)
{
  g_autoptr (GError) error = NULL;
  HpSockDiag *diag = hp_sock_diag_new (&error);

  g_assert_no_error (error);
  return diag;
}

static gboolean
need_sock_diag (void)
{
  if (hp_sock_diag_is_usable ())
    return TRUE;
  g_test_skip ("this system has no SOCK_DIAG");
  return FALSE;
}

static void
test_lookup (void)
{
  static const struct
  {
    const char *address;
    FixtureFlags flags;
    gboolean answers_ipv4;
    gboolean answers_ipv6;
  } cases[] = {
    { "127.0.0.1", 0, TRUE, FALSE },
    { "0.0.0.0", 0, TRUE, FALSE },
    { "127.0.0.2", 0, FALSE, FALSE },
    { "127.0.0.1", FIXTURE_REUSEPORT, TRUE, FALSE },
    { "127.0.0.1", FIXTURE_BOUND_ONLY, FALSE, FALSE },
    { "::1", 0, FALSE, TRUE },
    { "::", FIXTURE_V6ONLY, FALSE, TRUE },
    { "::", 0, TRUE, TRUE },
    { "::ffff:127.0.0.1", 0, TRUE, FALSE },
  };
  g_autoptr (HpSockDiag) diag = NULL;
  gsize i;

  if (!need_sock_diag ())
    return;

  diag = new_diag ();
  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      guint16 port = 0;
      HpSocketInfo info;
      int fd;

      if (strchr (cases[i].address, ':') != NULL && !fixture_has_ipv6 ())
        continue;
      fd = fixture_bind (cases[i].address, &port, cases[i].flags);
      g_assert_cmpint (fd, >=, 0);
      g_test_message ("%s, flags %x", cases[i].address, cases[i].flags);

      g_assert_cmpint (hp_sock_diag_lookup_listener (diag, AF_INET, port, &info, &error), ==,
                       cases[i].answers_ipv4);
      g_assert_no_error (error);
      if (cases[i].answers_ipv4)
        {
          g_assert_cmpuint (info.inode, ==, fixture_get_inode (fd));
          g_assert_cmpuint (info.port, ==, port);
          g_assert_cmpuint (info.uid, ==, geteuid ());
          g_assert_cmpuint (info.state, ==, TCP_LISTEN);
        }

      g_assert_cmpint (hp_sock_diag_lookup_listener (diag, AF_INET6, port, &info, &error), ==,
                       cases[i].answers_ipv6);
      g_assert_no_error (error);
      if (cases[i].answers_ipv6)
        {
          g_assert_cmpuint (info.inode, ==, fixture_get_inode (fd));
          /* An address of its own leaves IPv4 alone without being asked to. */
          g_assert_cmpint (info.v6only, ==, !cases[i].answers_ipv4);
        }
      close (fd);
      g_assert_false (hp_sock_diag_lookup_listener (diag, AF_INET, port, &info, &error));
      g_assert_no_error (error);
    }
}

static void
test_lookup_on_device (void)
{
  g_autoptr (HpSockDiag) diag = NULL;
  guint16 port = 0;
  HpSocketInfo info;
  int fd;

  if (!need_sock_diag ())
    return;

  fd = fixture_bind ("127.0.0.1", &port, 0);
  if (setsockopt (fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3) != 0)
    g_test_skip ("not allowed to bind to a device");
  else
    {
      diag = new_diag ();
      g_assert_true (hp_sock_diag_lookup_listener (diag, AF_INET, port, &info, NULL));
      g_assert_cmpuint (info.inode, ==, fixture_get_inode (fd));
    }
  close (fd);
}

static void
set_loopback (HpSocketAddress *address)
{
  const guint8 bytes[4] = { 127, 0, 0, 1 };

  memset (address, 0, sizeof *address);
  memcpy (address->bytes, bytes, sizeof bytes);
}

static void
test_connection (void)
{
  g_autoptr (HpSockDiag) diag = NULL;
  g_autoptr (GError) error = NULL;
  HpSocketAddress loopback;
  guint16 port = 0;
  guint16 client_port;
  HpSocketInfo info;
  int listener, client, server, stranger;

  if (!need_sock_diag ())
    return;

  diag = new_diag ();
  set_loopback (&loopback);
  listener = fixture_bind ("127.0.0.1", &port, 0);
  fixture_connect (listener, &client, &client_port, &server);

  g_assert_true (hp_sock_diag_lookup_connection (diag, AF_INET, &loopback, client_port, &loopback,
                                                 port, &info, &error));
  g_assert_cmpuint (info.inode, ==, fixture_get_inode (client));
  g_assert_cmpuint (info.remote_port, ==, port);
  g_assert_true (hp_sock_diag_lookup_connection (diag, AF_INET, &loopback, port, &loopback,
                                                 client_port, &info, &error));
  g_assert_cmpuint (info.inode, ==, fixture_get_inode (server));

  /* The end of the client is gone; a stranger who listens on its port isn't it. */
  close (server);
  close (client);
  close (listener);
  stranger = fixture_bind ("127.0.0.1", &port, FIXTURE_REUSEADDR);
  if (stranger >= 0)
    {
      g_assert_false (hp_sock_diag_lookup_connection (diag, AF_INET, &loopback, port, &loopback, 1,
                                                      &info, &error));
      close (stranger);
    }
  g_assert_no_error (error);
}

static guint
count_inode (GArray *sockets, guint32 inode)
{
  guint n = 0;
  guint i;

  for (i = 0; i < sockets->len; i++)
    n += g_array_index (sockets, HpSocketInfo, i).inode == inode;
  return n;
}

static void
test_dump (void)
{
  g_autoptr (HpSockDiag) diag = NULL;
  int listeners[200];
  guint16 ports[200];
  gsize i;

  if (!need_sock_diag ())
    return;

  /* Enough for an answer in several datagrams. */
  for (i = 0; i < G_N_ELEMENTS (listeners); i++)
    {
      ports[i] = 0;
      listeners[i] = fixture_bind ("127.0.0.1", &ports[i], 0);
      g_assert_cmpint (listeners[i], >=, 0);
    }

  diag = new_diag ();
  for (i = 0; i < G_N_ELEMENTS (listeners); i += 50)
    {
      guint32 inode = fixture_get_inode (listeners[i]);
      g_autoptr (GArray) all = hp_sock_diag_dump (diag, AF_INET, IPPROTO_TCP, 1 << TCP_LISTEN, 0,
                                                  NULL);
      g_autoptr (GArray) one = hp_sock_diag_dump (diag, AF_INET, IPPROTO_TCP, 1 << TCP_LISTEN,
                                                  ports[i], NULL);
      g_autoptr (GArray) other_state = hp_sock_diag_dump (diag, AF_INET, IPPROTO_TCP,
                                                          1 << TCP_ESTABLISHED, ports[i], NULL);
      g_autoptr (GArray) other_family = hp_sock_diag_dump (diag, AF_INET6, IPPROTO_TCP,
                                                           1 << TCP_LISTEN, ports[i], NULL);

      g_assert_cmpuint (all->len, >=, G_N_ELEMENTS (listeners));
      g_assert_cmpuint (count_inode (all, inode), ==, 1);
      g_assert_cmpuint (one->len, ==, 1);
      g_assert_cmpuint (count_inode (one, inode), ==, 1);
      g_assert_cmpuint (other_state->len, ==, 0);
      g_assert_cmpuint (other_family->len, ==, 0);
    }
  for (i = 0; i < G_N_ELEMENTS (listeners); i++)
    close (listeners[i]);
}

static void
test_dump_error (void)
{
  g_autoptr (HpSockDiag) diag = NULL;
  g_autoptr (GError) error = NULL;

  if (!need_sock_diag ())
    return;

  diag = new_diag ();
  g_assert_null (hp_sock_diag_dump (diag, AF_INET, 250, HP_SOCKET_ALL_STATES, 0, &error));
  g_assert_nonnull (error);
  /* And the client still works. */
  g_clear_error (&error);
  g_array_unref (hp_sock_diag_dump (diag, AF_INET, IPPROTO_TCP, 1 << TCP_LISTEN, 0, &error));
  g_assert_no_error (error);
}

/* Messages that the kernel could send, and some that it had better not. */

typedef struct
{
  _Alignas(8) guint8 bytes[1024];
  gsize length;
} Datagram;

static void
add_message (
    Datagram *self, guint16 type, guint16 flags, guint32 sequence, const void *body, gsize size)
{
  struct nlmsghdr header = {
    .nlmsg_len = NLMSG_LENGTH (size),
    .nlmsg_type = type,
    .nlmsg_flags = flags,
    .nlmsg_seq = sequence,
  };

  g_assert_cmpuint (self->length + NLMSG_SPACE (size), <=, sizeof self->bytes);
  memcpy (self->bytes + self->length, &header, sizeof header);
  memcpy (self->bytes + self->length + NLMSG_HDRLEN, body, size);
  self->length += NLMSG_SPACE (size);
}

typedef struct
{
  struct inet_diag_msg message;
  struct rtattr cgroup_header;
  guint64 cgroup;
  struct rtattr v6only_header;
  guint8 v6only;
} __attribute__ ((packed)) SocketBody;

static void
fill_body (SocketBody *body, guint8 family)
{
  memset (body, 0, sizeof *body);
  body->message.idiag_family = family;
  body->message.idiag_state = TCP_LISTEN;
  body->message.id.idiag_sport = htons (8080);
  body->message.idiag_uid = 1000;
  body->message.idiag_inode = 4711;
  body->message.idiag_timer = 3;
  body->message.idiag_expires = 1234;
  body->cgroup_header.rta_type = INET_DIAG_CGROUP_ID;
  body->cgroup_header.rta_len = RTA_LENGTH (sizeof body->cgroup);
  body->cgroup = 0x123456789abcull;
  body->v6only_header.rta_type = INET_DIAG_SKV6ONLY;
  body->v6only_header.rta_len = RTA_LENGTH (1);
  body->v6only = 1;
}

static gboolean
parse (const Datagram *datagram, GArray *sockets, int *kernel_error)
{
  return hp_sock_diag_parse (datagram->bytes, datagram->length, 7, IPPROTO_TCP, sockets,
                             kernel_error);
}

static void
test_parse (void)
{
  g_autoptr (GArray) sockets = g_array_new (FALSE, FALSE, sizeof (HpSocketInfo));
  const HpSocketInfo *info;
  Datagram datagram = { .length = 0 };
  SocketBody body;
  int done = 0;
  int kernel_error;

  /* A part of a dump; what belongs to another question is skipped; the end comes later. */
  fill_body (&body, AF_INET6);
  add_message (&datagram, SOCK_DIAG_BY_FAMILY, NLM_F_MULTI, 7, &body, sizeof body);
  add_message (&datagram, SOCK_DIAG_BY_FAMILY, NLM_F_MULTI, 6, &body, sizeof body);
  add_message (&datagram, NLMSG_NOOP, 0, 7, &done, sizeof done);
  g_assert_false (parse (&datagram, sockets, &kernel_error));
  g_assert_cmpuint (sockets->len, ==, 1);

  info = &g_array_index (sockets, HpSocketInfo, 0);
  g_assert_cmpuint (info->port, ==, 8080);
  g_assert_cmpuint (info->uid, ==, 1000);
  g_assert_cmpuint (info->inode, ==, 4711);
  g_assert_cmpuint (info->cgroup_id, ==, 0x123456789abcull);
  g_assert_cmpuint (info->expires_ms, ==, 1234);
  g_assert_true (info->v6only);

  add_message (&datagram, NLMSG_DONE, NLM_F_MULTI, 7, &done, sizeof done);
  g_assert_true (parse (&datagram, sockets, &kernel_error));
  g_assert_cmpint (kernel_error, ==, 0);

  /* A look-up is answered by one message. */
  datagram.length = 0;
  add_message (&datagram, SOCK_DIAG_BY_FAMILY, 0, 7, &body, sizeof body);
  g_assert_true (parse (&datagram, sockets, &kernel_error));
}

static void
test_parse_errors (void)
{
  static const struct
  {
    guint16 type;
    int value;
    gsize size;
    int expected;
  } cases[] = {
    { NLMSG_ERROR, -ENOENT, sizeof (int), ENOENT },
    { NLMSG_ERROR, 0, sizeof (int), 0 },
    { NLMSG_ERROR, 0, 0, EBADMSG },
    { NLMSG_ERROR, 0, 2, EBADMSG },
    { NLMSG_DONE, 0, sizeof (int), 0 },
    { NLMSG_DONE, -EINVAL, sizeof (int), EINVAL },
    { NLMSG_DONE, 0, 0, 0 },
    { NLMSG_OVERRUN, 0, 0, ENOBUFS },
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GArray) sockets = g_array_new (FALSE, FALSE, sizeof (HpSocketInfo));
      Datagram datagram = { .length = 0 };
      int kernel_error = -1;

      add_message (&datagram, cases[i].type, 0, 7, &cases[i].value, cases[i].size);
      g_assert_true (parse (&datagram, sockets, &kernel_error));
      g_assert_cmpint (kernel_error, ==, cases[i].expected);
      g_assert_cmpuint (sockets->len, ==, 0);
    }
}

/* Every shorter form of a good datagram, and every single wrong byte in its head: no crash, no
 * reading beyond the end (the copy has exactly its length, so that a sanitizer would see it). */
static void
test_parse_broken (void)
{
  g_autoptr (GArray) sockets = g_array_new (FALSE, FALSE, sizeof (HpSocketInfo));
  Datagram datagram = { .length = 0 };
  SocketBody body;
  int kernel_error;
  gsize length, i;

  fill_body (&body, AF_INET);
  add_message (&datagram, SOCK_DIAG_BY_FAMILY, NLM_F_MULTI, 7, &body, sizeof body);
  add_message (&datagram, NLMSG_ERROR, 0, 7, &kernel_error, sizeof kernel_error);
  for (length = 0; length <= datagram.length; length++)
    {
      g_autofree guint8 *copy = g_memdup2 (datagram.bytes, length);

      hp_sock_diag_parse (copy, length, 7, IPPROTO_TCP, sockets, &kernel_error);
    }
  for (i = 0; i < datagram.length * 256; i++)
    {
      g_autofree guint8 *copy = g_memdup2 (datagram.bytes, datagram.length);

      copy[i / 256] = i % 256;
      hp_sock_diag_parse (copy, datagram.length, 7, IPPROTO_TCP, sockets, &kernel_error);
      g_array_set_size (sockets, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fixture_isolate ();

  g_test_add_func ("/sock-diag/lookup", test_lookup);
  g_test_add_func ("/sock-diag/lookup-on-device", test_lookup_on_device);
  g_test_add_func ("/sock-diag/connection", test_connection);
  g_test_add_func ("/sock-diag/dump", test_dump);
  g_test_add_func ("/sock-diag/dump-error", test_dump_error);
  g_test_add_func ("/sock-diag/parse", test_parse);
  g_test_add_func ("/sock-diag/parse-errors", test_parse_errors);
  g_test_add_func ("/sock-diag/parse-broken", test_parse_broken);

  return g_test_run ();
}
