/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "port-fixture.h"
#include "ports/hp-port-list-merge.h"
#include "ports/hp-port-check.h"
#include "ports/hp-port-list.h"
#include "ports/hp-port-view.h"
#include "ports/hp-process-stop.h"

#define LIMIT_MS 30000

/* The program has a network of its own. */
static gboolean isolated;

/* A port may be listed more than once: this one is at 127.0.0.1 over TCP, unless said otherwise. */
static HpPortEntry *
find (GListModel *list, const char *protocol, const char *address, guint16 port)
{
  guint i;

  for (i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (HpPortEntry) entry = g_list_model_get_item (list, i);

      if (hp_port_entry_get_port (entry) == port
          && g_str_equal (hp_port_entry_get_protocol (entry), protocol)
          && g_str_equal (hp_port_entry_get_address (entry), address))
        return entry;
    }
  return NULL;
}

typedef struct
{
  HpPortList *list;
  guint n_refreshed;
} Fixture;

static void
refreshed_cb (HpPortList *list, gpointer user_data)
{
  guint *n = user_data;

  (*n)++;
}

static gboolean
was_refreshed (gpointer user_data)
{
  Fixture *f = user_data;

  return f->n_refreshed > 0;
}

static void
look (Fixture *f)
{
  f->n_refreshed = 0;
  hp_port_list_refresh (f->list);
  g_assert_true (fixture_wait (was_refreshed, f, LIMIT_MS));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->list = hp_port_list_new ();
  f->n_refreshed = 0;
  g_signal_connect (f->list, "refreshed", G_CALLBACK (refreshed_cb), &f->n_refreshed);
}

static gboolean
is_gone (gpointer user_data)
{
  return *(gpointer *) user_data == NULL;
}

/* A look that is under way holds the list until its thread has ended. */
static void
tear_down (Fixture *f, gconstpointer data)
{
  gpointer weak = f->list;

  g_object_add_weak_pointer (G_OBJECT (f->list), &weak);
  g_object_unref (f->list);
  g_assert_true (fixture_wait (is_gone, &weak, LIMIT_MS));
  g_assert_false (fixture_has_timer ());
}

static void
test_entries (Fixture *f, gconstpointer data)
{
  FixtureChild child;
  HpPortEntry *own, *other;
  g_autofree char *url = NULL;
  g_autofree char *command = NULL;
  g_autofree char *expected = NULL;
  guint16 port = 0;
  int fd;

  fixture_child_start (&child, "0.0.0.0", 0, 0, geteuid ());
  fd = fixture_bind ("127.0.0.1", &port, 0);
  g_assert_true (hp_port_list_get_loading (f->list));
  look (f);
  g_assert_false (hp_port_list_get_loading (f->list));

  own = find (G_LIST_MODEL (f->list), "tcp", "127.0.0.1", port);
  g_assert_nonnull (own);
  g_assert_true (hp_port_entry_get_ours (own));
  g_assert_true (hp_port_entry_is_mine (own));
  g_assert_true (hp_port_entry_get_is_web (own));
  g_assert_cmpint (hp_port_entry_get_family (own), ==, 4);
  g_assert_cmpint (hp_port_entry_get_scope (own), ==, HP_PORT_SCOPE_LOOPBACK);
  g_assert_cmpuint (hp_port_entry_get_inode (own), ==, fixture_get_inode (fd));
  g_assert_cmpint (hp_port_entry_get_pid (own), ==, getpid ());
  g_assert_cmpstr (hp_port_entry_get_program (own), ==, "test-port-list");
  url = hp_port_entry_dup_url (own);
  expected = g_strdup_printf ("http://localhost:%u/", port);
  g_assert_cmpstr (url, ==, expected);

  other = find (G_LIST_MODEL (f->list), "tcp", "0.0.0.0", child.port);
  g_assert_nonnull (other);
  g_assert_false (hp_port_entry_get_ours (other));
  g_assert_cmpint (hp_port_entry_get_scope (other), ==, HP_PORT_SCOPE_NETWORK);
  g_assert_cmpint (hp_port_entry_get_pid (other), ==, child.pid);
  g_assert_cmpuint (hp_port_entry_get_start_time (other), !=, 0);
  g_assert_true (g_path_is_absolute (hp_port_entry_get_folder (other)));
  g_assert_cmpint (hp_port_entry_get_since_us (other), <=, g_get_real_time () + G_USEC_PER_SEC);
  g_assert_cmpint (hp_port_entry_get_since_us (other), >,
                   g_get_real_time () - 60 * G_TIME_SPAN_MINUTE);
  command = hp_port_entry_dup_command_line (other);
  g_free (expected);
  expected = g_strdup_printf ("ss -tlnp 'sport = :%u'", child.port);
  g_assert_cmpstr (command, ==, expected);

  fixture_child_stop (&child);
  close (fd);
}

/* What stays keeps its object, and its owner isn't looked for again. */
static void
test_identity (Fixture *f, gconstpointer data)
{
  FixtureChild first, second;
  g_autoptr (HpPortEntry) kept = NULL;

  fixture_child_start (&first, "127.0.0.1", 0, 0, geteuid ());
  look (f);
  kept = g_object_ref (find (G_LIST_MODEL (f->list), "tcp", "127.0.0.1", first.port));
  g_assert_cmpint (hp_port_entry_get_pid (kept), ==, first.pid);

  fixture_child_start (&second, "127.0.0.1", 0, 0, geteuid ());
  look (f);
  g_assert_true (kept == find (G_LIST_MODEL (f->list), "tcp", "127.0.0.1", first.port));
  g_assert_nonnull (find (G_LIST_MODEL (f->list), "tcp", "127.0.0.1", second.port));

  fixture_child_stop (&first);
  look (f);
  g_assert_null (find (G_LIST_MODEL (f->list), "tcp", "127.0.0.1", first.port));
  fixture_child_stop (&second);
}

static void
test_udp (Fixture *f, gconstpointer data)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  HpPortEntry *entry;

  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &address, &length), ==, 0);
  look (f);
  entry = find (G_LIST_MODEL (f->list), "udp", "127.0.0.1", ntohs (address.sin_port));
  g_assert_nonnull (entry);
  g_assert_false (hp_port_entry_get_is_web (entry));
  close (fd);
}

/* FALSE: the kernel can't, or we may not. */
static gboolean
run_ip (const char *arguments)
{
  g_autofree char *command = g_strconcat ("ip ", arguments, NULL);
  int status = -1;

  return g_spawn_command_line_sync (command, NULL, NULL, &status, NULL)
         && g_spawn_check_wait_status (status, NULL);
}

/* A socket of the kernel itself: no program has it, and none is to be made up. Its port is free for
 * us, as UDP is another matter. */
static void
test_kernel (Fixture *f, gconstpointer data)
{
  const guint16 port = 14789;
  HpPortVerdict verdict;
  HpPortEntry *entry;

  if (!isolated || !run_ip ("link add hp0 type vxlan id 42 dstport 14789 local 127.0.0.1 dev lo"))
    {
      g_test_skip ("no network of our own in which the kernel opens a vxlan tunnel");
      return;
    }
  g_assert_true (run_ip ("link set hp0 up"));
  look (f);
  entry = find (G_LIST_MODEL (f->list), "udp", "0.0.0.0", port);
  g_assert_nonnull (entry);
  g_assert_cmpuint (hp_port_entry_get_inode (entry), !=, 0);
  g_assert_nonnull (hp_port_entry_get_owner (entry));
  g_assert_cmpuint (hp_port_entry_get_owner (entry)->uid, ==, 0);
  g_assert_cmpint (hp_port_entry_get_pid (entry), ==, 0);
  g_assert_null (hp_port_entry_get_program (entry));
  g_assert_null (hp_port_entry_get_service (entry));
  g_assert_null (hp_port_entry_get_folder (entry));
  g_assert_false (hp_port_entry_get_ours (entry));
  g_assert_false (hp_process_stop_is_allowed (0, 0));

  hp_port_check (port, &verdict);
  g_assert_cmpint (verdict.state, ==, HP_PORT_FREE);
  g_assert_true (run_ip ("link del hp0"));
  look (f);
  g_assert_null (find (G_LIST_MODEL (f->list), "udp", "0.0.0.0", port));
}

static gboolean
has_grown (gpointer user_data)
{
  Fixture *f = user_data;

  return f->n_refreshed > 1;
}

/* It looks by itself while somebody watches, and has no timer otherwise. */
static void
test_watching (Fixture *f, gconstpointer data)
{
  hp_port_list_set_watching (f->list, TRUE);
  g_assert_true (fixture_wait (has_grown, f, LIMIT_MS));
  hp_port_list_set_watching (f->list, FALSE);
}

static char *
title_cb (guint16 port, gpointer user_data)
{
  return port == *(guint16 *) user_data ? g_strdup ("photos") : NULL;
}

static void
test_title (Fixture *f, gconstpointer data)
{
  guint16 port = 0;
  int fd = fixture_bind ("127.0.0.1", &port, 0);

  hp_port_list_set_title_func (f->list, title_cb, &port);
  look (f);
  g_assert_cmpstr (
      hp_port_entry_get_server_title (find (G_LIST_MODEL (f->list), "tcp", "127.0.0.1", port)), ==,
      "photos");
  hp_port_list_set_title_func (f->list, NULL, NULL);
  close (fd);
}

/* Merging, without sockets */

typedef struct
{
  GPtrArray *seen; /* what somebody knows who only listens to items-changed */
  GListStore *model;
  GPtrArray *entries;
} Mirror;

static void
mirror_cb (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  Mirror *mirror = user_data;
  guint i;

  if (removed > 0)
    g_ptr_array_remove_range (mirror->seen, position, removed);
  for (i = 0; i < added; i++)
    g_ptr_array_insert (mirror->seen, position + i,
                        g_ptr_array_index (mirror->entries, position + i));
}

static void
test_merge (void)
{
  const guint sizes[] = { 0, 1, 5, 40, 1000 };
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) seen = g_ptr_array_new ();
  g_autoptr (GListStore) model = g_list_store_new (HP_TYPE_PORT_ENTRY);
  Mirror mirror = { seen, model, entries };
  guint round, i;

  g_signal_connect (model, "items-changed", G_CALLBACK (mirror_cb), &mirror);
  for (round = 0; round < 200; round++)
    {
      guint n = sizes[g_test_rand_int_range (0, G_N_ELEMENTS (sizes))];
      g_autoptr (GHashTable) before = g_hash_table_new (NULL, NULL);
      g_autofree HpSocketInfo *sockets = g_new0 (HpSocketInfo, n + 1);
      g_autofree gboolean *ours = g_new0 (gboolean, n + 1);
      guint port = 1;

      for (i = 0; i < entries->len; i++)
        g_hash_table_insert (
            before, GUINT_TO_POINTER (hp_port_entry_get_port (g_ptr_array_index (entries, i))),
            g_ptr_array_index (entries, i));
      for (i = 0; i < n; i++)
        {
          port += (guint) g_test_rand_int_range (1, 4);
          sockets[i] = (HpSocketInfo){ .family = AF_INET, .protocol = IPPROTO_TCP, .port = port };
        }

      hp_port_list_merge (G_LIST_MODEL (model), entries, sockets, ours, n);
      g_assert_cmpuint (entries->len, ==, n);
      g_assert_cmpuint (seen->len, ==, n);
      for (i = 0; i < n; i++)
        {
          gpointer entry = g_ptr_array_index (entries, i);
          gpointer old = g_hash_table_lookup (before, GUINT_TO_POINTER (sockets[i].port));

          g_assert_cmpuint (hp_port_entry_get_port (entry), ==, sockets[i].port);
          g_assert_true (old == NULL || old == entry);
          g_assert_true (g_ptr_array_index (seen, i) == entry);
        }
      g_assert_false (hp_port_list_merge (G_LIST_MODEL (model), entries, sockets, ours, n));
    }
}

static gboolean
has_row (GArray *sockets, int protocol, const char *address, guint16 port)
{
  guint i;

  for (i = 0; i < sockets->len; i++)
    {
      const HpSocketInfo *info = &g_array_index (sockets, HpSocketInfo, i);
      char text[INET6_ADDRSTRLEN] = "";

      inet_ntop (info->family, info->address.bytes, text, sizeof text);
      if (info->protocol == protocol && info->port == port && g_str_equal (text, address))
        return TRUE;
    }
  return FALSE;
}

/* The same through /proc/net, where SOCK_DIAG is missing. */
static void
test_backends (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  int udp = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  guint16 port = 0;
  int tcp = fixture_bind ("127.0.0.1", &port, 0);
  int use_proc;

  g_assert_cmpint (bind (udp, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (getsockname (udp, (struct sockaddr *) &address, &length), ==, 0);
  for (use_proc = FALSE; use_proc <= TRUE; use_proc++)
    {
      g_autoptr (GArray) sockets = NULL;

      hp_port_view_set_use_proc (use_proc);
      sockets = hp_port_view_list_listening ();
      g_assert_true (has_row (sockets, IPPROTO_TCP, "127.0.0.1", port));
      g_assert_true (has_row (sockets, IPPROTO_UDP, "127.0.0.1", ntohs (address.sin_port)));
      g_assert_false (has_row (sockets, IPPROTO_UDP, "127.0.0.2", port));
    }
  hp_port_view_set_use_proc (FALSE);
  close (udp);
  close (tcp);
}

static void
test_scope (void)
{
  static const struct
  {
    const char *address;
    HpPortScope scope;
    const char *url;
  } cases[] = {
    { "127.0.0.1", HP_PORT_SCOPE_LOOPBACK, "http://localhost:8080/" },
    { "127.0.0.53", HP_PORT_SCOPE_LOOPBACK, "http://127.0.0.53:8080/" },
    { "0.0.0.0", HP_PORT_SCOPE_NETWORK, "http://localhost:8080/" },
    { "192.168.1.2", HP_PORT_SCOPE_NETWORK, "http://192.168.1.2:8080/" },
    { "::1", HP_PORT_SCOPE_LOOPBACK, "http://localhost:8080/" },
    { "::", HP_PORT_SCOPE_NETWORK, "http://localhost:8080/" },
    { "::ffff:127.0.0.1", HP_PORT_SCOPE_LOOPBACK, "http://localhost:8080/" },
    { "fd00::7", HP_PORT_SCOPE_NETWORK, "http://[fd00::7]:8080/" },
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HpSocketInfo info = { .protocol = IPPROTO_TCP, .port = 8080 };
      g_autoptr (HpPortEntry) entry = NULL;
      g_autofree char *url = NULL;

      info.family = strchr (cases[i].address, ':') ? AF_INET6 : AF_INET;
      g_assert_cmpint (inet_pton (info.family, cases[i].address, info.address.bytes), ==, 1);
      entry = hp_port_entry_new (&info, FALSE);
      url = hp_port_entry_dup_url (entry);
      g_assert_cmpstr (hp_port_entry_get_address (entry), ==, cases[i].address);
      g_assert_cmpint (hp_port_entry_get_scope (entry), ==, cases[i].scope);
      g_assert_cmpstr (url, ==, cases[i].url);
      g_assert_cmpstr (hp_port_entry_get_usual (entry), ==, "often Tomcat, HTTP proxy");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  isolated = fixture_isolate ();

  g_test_add ("/port-list/entries", Fixture, NULL, set_up, test_entries, tear_down);
  g_test_add ("/port-list/identity", Fixture, NULL, set_up, test_identity, tear_down);
  g_test_add ("/port-list/udp", Fixture, NULL, set_up, test_udp, tear_down);
  g_test_add ("/port-list/kernel", Fixture, NULL, set_up, test_kernel, tear_down);
  g_test_add ("/port-list/watching", Fixture, NULL, set_up, test_watching, tear_down);
  g_test_add ("/port-list/title", Fixture, NULL, set_up, test_title, tear_down);
  g_test_add_func ("/port-list/merge", test_merge);
  g_test_add_func ("/port-list/scope", test_scope);
  g_test_add_func ("/port-list/backends", test_backends);

  return g_test_run ();
}
