/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <dirent.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ports/hp-port-view.h"
#include "ports/hp-proc-net.h"

/* Sockets of this user whose belonging to us is remembered. */
#define MAX_REMEMBERED 256

/* A glance at many ports reads /proc/net once. */
#define PROC_MAX_AGE (G_USEC_PER_SEC / 10)

typedef struct
{
  HpSockDiag *diag; /* NULL until it can be opened */
  GHashTable *ours; /* inode → whether it is ours; an inode never changes hands */

  gboolean use_proc;
  GArray *proc_listeners; /* nullable */
  gint64 proc_time;
} View;

static void
view_free (gpointer data)
{
  View *self = data;

  hp_sock_diag_free (self->diag);
  g_hash_table_unref (self->ours);
  g_clear_pointer (&self->proc_listeners, g_array_unref);
  g_free (self);
}

static GPrivate thread_view = G_PRIVATE_INIT (view_free);

static View *
get_view (void)
{
  View *self = g_private_get (&thread_view);

  if (self == NULL)
    {
      self = g_new0 (View, 1);
      self->use_proc = !hp_sock_diag_is_usable ();
      self->ours = g_hash_table_new (NULL, NULL);
      g_private_set (&thread_view, self);
    }
  if (self->diag == NULL && !self->use_proc)
    self->diag = hp_sock_diag_new (NULL);
  return self;
}

static gboolean
is_all_zero (const HpSocketAddress *address, gsize size)
{
  static const HpSocketAddress zero;

  return memcmp (address->bytes, zero.bytes, size) == 0;
}

/* The IPv4 address of a socket, also of an IPv6 socket with a mapped one. */
static gboolean
get_ipv4 (const HpSocketInfo *info, guint32 *address)
{
  static const guint8 mapped[12] = { [10] = 0xff, [11] = 0xff };

  if (info->family == AF_INET)
    memcpy (address, info->address.bytes, sizeof *address);
  else if (memcmp (info->address.bytes, mapped, sizeof mapped) == 0)
    memcpy (address, info->address.bytes + sizeof mapped, sizeof *address);
  else
    return FALSE;
  return TRUE;
}

/* How well a listener fits 127.0.0.1 or [::1]; 0: not at all. The kernel takes the best one. */
static int
rank_listener (const HpSocketInfo *info, int family)
{
  guint32 ipv4;

  if (family == AF_INET6)
    {
      if (info->family != AF_INET6)
        return 0;
      if (memcmp (info->address.bytes, &in6addr_loopback, sizeof in6addr_loopback) == 0)
        return 2;
      return is_all_zero (&info->address, 16) ? 1 : 0;
    }
  if (!hp_port_view_covers_loopback (info))
    return 0;
  if (!get_ipv4 (info, &ipv4))
    return 1;
  return ipv4 == htonl (INADDR_LOOPBACK) ? 3 : 2;
}

static gboolean
find_listener_in_proc (View *self, int family, guint16 port, HpSocketInfo *info)
{
  gint64 now = g_get_monotonic_time ();
  int best = 0;
  guint i;

  if (self->proc_listeners == NULL || now - self->proc_time > PROC_MAX_AGE)
    {
      g_clear_pointer (&self->proc_listeners, g_array_unref);
      self->proc_listeners = hp_proc_net_read (IPPROTO_TCP, 1 << TCP_LISTEN, 0);
      self->proc_time = now;
    }

  for (i = 0; i < self->proc_listeners->len; i++)
    {
      const HpSocketInfo *candidate = &g_array_index (self->proc_listeners, HpSocketInfo, i);
      int rank = candidate->port == port ? rank_listener (candidate, family) : 0;

      if (rank > best)
        {
          best = rank;
          *info = *candidate;
        }
    }
  return best > 0;
}

gboolean
hp_port_view_find_listener (int family, guint16 port, HpSocketInfo *info)
{
  View *self = get_view ();

  if (self->use_proc)
    return find_listener_in_proc (self, family, port, info);
  return self->diag != NULL && hp_sock_diag_lookup_listener (self->diag, family, port, info, NULL);
}

void
hp_port_view_forget (void)
{
  g_clear_pointer (&get_view ()->proc_listeners, g_array_unref);
}

static void
append (GArray *sockets, GArray *part)
{
  if (part != NULL && part->len > 0)
    g_array_append_vals (sockets, part->data, part->len);
}

/* Both families; through /proc where SOCK_DIAG, or its part for the protocol, is missing. */
static void
append_dump (View *self, GArray *sockets, int protocol, guint32 states, guint16 port)
{
  const int families[] = { AF_INET, AF_INET6 };
  g_autoptr (GArray) dumps = g_array_new (FALSE, FALSE, sizeof (HpSocketInfo));
  gboolean complete = self->diag != NULL;
  gsize i;

  for (i = 0; complete && i < G_N_ELEMENTS (families); i++)
    {
      g_autoptr (GArray) part = hp_sock_diag_dump (self->diag, families[i], protocol, states, port,
                                                   NULL);

      complete = part != NULL;
      append (dumps, part);
    }
  if (!complete)
    {
      g_array_unref (dumps);
      dumps = hp_proc_net_read (protocol, states, port);
    }
  append (sockets, dumps);
}

GArray *
hp_port_view_list (guint16 port)
{
  GArray *sockets = g_array_new (FALSE, FALSE, sizeof (HpSocketInfo));

  append_dump (get_view (), sockets, IPPROTO_TCP, HP_SOCKET_ALL_STATES, port);
  return sockets;
}

int
hp_port_view_compare (const HpSocketInfo *a, const HpSocketInfo *b)
{
  int order;

  if (a->port != b->port)
    return a->port < b->port ? -1 : 1;
  if (a->protocol != b->protocol)
    return a->protocol < b->protocol ? -1 : 1;
  if (a->family != b->family)
    return a->family < b->family ? -1 : 1;
  order = memcmp (a->address.bytes, b->address.bytes, sizeof a->address.bytes);
  if (order != 0 || a->inode == b->inode)
    return order;
  return a->inode < b->inode ? -1 : 1;
}

static int
compare_sockets (gconstpointer a, gconstpointer b)
{
  return hp_port_view_compare (a, b);
}

GArray *
hp_port_view_list_listening (void)
{
  GArray *sockets = g_array_new (FALSE, FALSE, sizeof (HpSocketInfo));
  View *self = get_view ();

  append_dump (self, sockets, IPPROTO_TCP, 1 << TCP_LISTEN, 0);
  /* A UDP socket that isn't connected is "closed" to the kernel. */
  append_dump (self, sockets, IPPROTO_UDP, 1 << TCP_CLOSE, 0);
  g_array_sort (sockets, compare_sockets);
  return sockets;
}

/* Reads the links only: to stat a descriptor can hang when it is on a dead network mount. */
static gboolean
scan_own_descriptors (DIR *directory, guint32 inode)
{
  const struct dirent *entry;
  gboolean found = FALSE;
  char wanted[32];

  g_snprintf (wanted, sizeof wanted, "socket:[%u]", inode);
  while (!found && (entry = readdir (directory)) != NULL)
    {
      char target[32];
      gssize length = readlinkat (dirfd (directory), entry->d_name, target, sizeof target);

      found = length == (gssize) strlen (wanted) && memcmp (target, wanted, length) == 0;
    }
  return found;
}

gboolean
hp_port_view_is_ours (const HpSocketInfo *info)
{
  View *self = get_view ();
  gpointer key = GUINT_TO_POINTER (info->inode);
  gpointer known;
  gboolean ours;
  DIR *directory;

  if (info->inode == 0 || info->uid != geteuid ())
    return FALSE;
  if (g_hash_table_lookup_extended (self->ours, key, NULL, &known))
    return GPOINTER_TO_INT (known);

  directory = opendir ("/proc/self/fd");
  if (directory == NULL)
    return FALSE;
  ours = scan_own_descriptors (directory, info->inode);
  closedir (directory);

  if (g_hash_table_size (self->ours) >= MAX_REMEMBERED)
    g_hash_table_remove_all (self->ours);
  g_hash_table_insert (self->ours, key, GINT_TO_POINTER (ours));
  return ours;
}

gboolean
hp_port_view_covers_loopback (const HpSocketInfo *info)
{
  guint32 ipv4;

  if (get_ipv4 (info, &ipv4))
    return ipv4 == htonl (INADDR_LOOPBACK) || ipv4 == htonl (INADDR_ANY);
  return is_all_zero (&info->address, 16) && !info->v6only;
}

static gboolean
is_loopback_device (guint32 device)
{
  static gsize loopback; /* plus one, as 0 means not asked yet */

  if (g_once_init_enter (&loopback))
    g_once_init_leave (&loopback, (gsize) if_nametoindex ("lo") + 1);
  return device != 0 && device + 1 == loopback;
}

gboolean
hp_port_view_is_local (const HpSocketInfo *info)
{
  guint32 ipv4;

  if (is_loopback_device (info->device))
    return TRUE;
  /* All of 127.0.0.0/8. */
  if (get_ipv4 (info, &ipv4))
    return ntohl (ipv4) >> 24 == IN_LOOPBACKNET;
  return memcmp (info->address.bytes, &in6addr_loopback, sizeof in6addr_loopback) == 0;
}

void
hp_port_view_set_use_proc (gboolean use_proc)
{
  View *self = get_view ();

  hp_port_view_forget ();
  self->use_proc = use_proc || !hp_sock_diag_is_usable ();
  if (self->use_proc)
    g_clear_pointer (&self->diag, hp_sock_diag_free);
}
