/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <string.h>

#include "ui/hp-port-texts.h"

static HpPortEntry *
create_entry (guint8 family, guint8 protocol, const char *address, guint16 port, gboolean ours)
{
  HpSocketInfo info = { .family = family, .protocol = protocol, .port = port, .inode = 7 };

  info.state = protocol == IPPROTO_TCP ? TCP_LISTEN : TCP_CLOSE;
  g_assert_cmpint (inet_pton (family, address, info.address.bytes), ==, 1);
  return hp_port_entry_new (&info, ours);
}

static HpPortEntry *
create_node (void)
{
  HpPortEntry *entry = create_entry (AF_INET, IPPROTO_TCP, "0.0.0.0", 5432, FALSE);
  HpPortOwner *owner = g_new0 (HpPortOwner, 1);

  owner->state = HP_PORT_TAKEN;
  owner->port = 5432;
  owner->pid = 4312;
  owner->program = g_strdup ("node");
  owner->command = g_strdup ("node server.js");
  owner->directory = g_build_filename (g_get_home_dir (), "Läden", NULL);
  owner->user = g_strdup ("ada");
  owner->uid = 12345;
  hp_port_entry_take_owner (entry, owner);
  return entry;
}

static void
test_words (void)
{
  g_autoptr (HpPortEntry) node = create_node ();
  g_autoptr (HpPortEntry) udp = create_entry (AF_INET6, IPPROTO_UDP, "::1", 5353, FALSE);
  g_autoptr (HpPortEntry) ours = create_entry (AF_INET, IPPROTO_TCP, "127.0.0.1", 62893, TRUE);
  g_autofree char *name = hp_port_text_name (node);
  g_autofree char *details = hp_port_text_details (node);
  g_autofree char *label = hp_port_text_label (node);
  g_autofree char *unknown = hp_port_text_name (udp);
  g_autofree char *title = NULL;

  g_assert_cmpstr (name, ==, "node");
  /* The usual name stands beside the real owner, never instead of it. */
  g_assert_cmpstr (details, ==, "often PostgreSQL · ~/Läden");
  g_assert_cmpstr (label, ==,
                   "Port 5432, TCP, node · pid 4312 · ada · Reachable from the network · often "
                   "PostgreSQL · ~/Läden");
  g_assert_cmpstr (hp_port_text_address (node), ==, "any address");
  g_assert_cmpstr (hp_port_text_protocol (udp), ==, "UDP, IPv6");
  g_assert_cmpstr (hp_port_text_address (udp), ==, "::1");
  g_assert_cmpstr (unknown, ==, "…");

  hp_port_entry_set_server_title (ours, "Shop");
  title = hp_port_text_name (ours);
  g_assert_cmpstr (title, ==, "Shop");
}

/* What has no program: the kernel, or one of the administrator's that we can't see. */
static void
test_system (void)
{
  g_autoptr (HpPortEntry) entry = create_entry (AF_INET, IPPROTO_UDP, "0.0.0.0", 4789, FALSE);
  HpPortOwner *owner = g_new0 (HpPortOwner, 1);
  g_autofree char *name = NULL;

  owner->state = HP_PORT_TAKEN;
  owner->port = 4789;
  owner->user = g_strdup ("root");
  hp_port_entry_take_owner (entry, owner);
  name = hp_port_text_name (entry);
  g_assert_cmpstr (name, ==, "The system");
}

static void
test_answer (void)
{
  static const struct
  {
    guint status;
    const char *server;
    const char *title;
    const char *problem;
    const char *words;
    gboolean is_web;
  } cases[] = {
    { 200, "nginx", "Welcome", NULL, "“Welcome” · nginx", TRUE },
    { 200, NULL, "Welcome", NULL, "“Welcome”", TRUE },
    { 404, "nginx", NULL, NULL, "nginx", TRUE },
    { 404, NULL, NULL, NULL, "Answers in HTTP, status 404", TRUE },
    { 0, NULL, NULL, "No answer in HTTP", "No answer in HTTP", FALSE },
  };
  g_autoptr (HpPortEntry) entry = create_node ();
  g_autofree char *before = hp_port_text_copy (entry);

  g_assert_cmpstr (before, ==, "localhost:5432");
  g_assert_null (hp_port_text_answer (entry));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HpPortAnswer *answer = g_new0 (HpPortAnswer, 1);
      g_autofree char *words = NULL;
      g_autofree char *copy = NULL;

      answer->status = cases[i].status;
      answer->server = g_strdup (cases[i].server);
      answer->title = g_strdup (cases[i].title);
      answer->problem = g_strdup (cases[i].problem);
      hp_port_take_answer (entry, answer);
      words = hp_port_text_answer (entry);
      copy = hp_port_text_copy (entry);
      g_assert_cmpstr (words, ==, cases[i].words);
      g_assert_cmpint (hp_port_is_web (entry), ==, cases[i].is_web);
      g_assert_cmpstr (copy, ==, cases[i].is_web ? "http://localhost:5432/" : "localhost:5432");
    }
}

static void
test_search (void)
{
  static const struct
  {
    const char *search;
    gboolean found;
  } cases[] = {
    { "", TRUE },          { "  ", TRUE },           { "543", TRUE },        { "NODE", TRUE },
    { "ada 54", TRUE },    { "läden", TRUE },        { "LÄDEN node", TRUE }, { "postgres", TRUE },
    { "server.js", TRUE }, { "4312", TRUE },         { "network", TRUE },    { "0.0.0.0", TRUE },
    { "nodes", FALSE },    { "node python", FALSE }, { "udp", FALSE },       { "%", FALSE },
  };
  g_autoptr (HpPortEntry) entry = create_node ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) words = hp_port_fold_words (cases[i].search);

      g_test_message ("“%s”", cases[i].search);
      g_assert_cmpint (hp_port_matches (entry, (const char *const *) words), ==, cases[i].found);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/port-texts/words", test_words);
  g_test_add_func ("/port-texts/system", test_system);
  g_test_add_func ("/port-texts/answer", test_answer);
  g_test_add_func ("/port-texts/search", test_search);
  return g_test_run ();
}
