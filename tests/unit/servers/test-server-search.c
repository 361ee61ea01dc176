/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "servers/hp-server-search.h"

typedef struct
{
  const char *terms[4];
  gboolean found;
} Case;

static void
test_words (void)
{
  const Case cases[] = {
    { { "shop" }, TRUE },         { { "SHOP" }, TRUE },     { { "my", "sh" }, TRUE },
    { { "my", "other" }, FALSE }, { { "projects" }, TRUE }, { { "/srv/projects/web" }, TRUE },
    { { "51234" }, TRUE },        { { "512" }, TRUE },      { { "localhost:51234" }, TRUE },
    { { "51235" }, FALSE },       { { "CAFÉ" }, TRUE },     { { "cafe\xcc\x81" }, TRUE },
    { { " shop " }, TRUE },       { { "" }, FALSE },        { { NULL }, FALSE },
    { { "\xff" }, FALSE },        { { "p\nl" }, FALSE },
  };
  HpEngine *engine = hp_engine_new ();
  g_autoptr (HpPortMonitor) monitor = hp_port_monitor_new ();
  g_autoptr (HpServer) server = hp_server_new (engine, monitor, "/srv/Projects/web", 51234);

  hp_server_set_name (server, "My Shop Café");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HpServerSearch) search = hp_server_search_new (cases[i].terms);

      g_test_message ("%s", cases[i].terms[0]);
      g_assert_cmpint (hp_server_search_matches (search, server), ==, cases[i].found);
    }
  hp_server_shut_down (server);
  hp_engine_unref (engine);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server-search/words", test_words);
  return g_test_run ();
}
