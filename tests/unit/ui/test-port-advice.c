/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>
#include <unistd.h>

#include "ports/hp-port-rules.h"
#include "ui/hp-port-advice.h"

static void
test_parse (void)
{
  static const struct
  {
    const char *text;
    guint16 port;
  } cases[] = {
    { "1", 1 },      { "65535", 65535 },  { " 8080 ", 8080 },
    { "00080", 80 }, { "", 0 },           { "   ", 0 },
    { "0", 0 },      { "65536", 0 },      { "-1", 0 },
    { "+80", 0 },    { "80x", 0 },        { "8 0", 0 },
    { "0x50", 0 },   { "8.0", 0 },        { "８０", 0 },
    { "70000", 0 },  { "4294967376", 0 }, { "18446744073709551696", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *error = NULL;

      g_test_message ("“%s”", cases[i].text);
      g_assert_cmpuint (hp_port_parse (cases[i].text, &error), ==, cases[i].port);
      g_assert_cmpint (error == NULL, ==, cases[i].port != 0);
    }
}

typedef struct
{
  HpEngine *engine;
  HpServerList *list;
  HpServer *first;
  HpServer *second;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->engine = hp_engine_new ();
  self->list = hp_server_list_new (self->engine, NULL);
  self->first = hp_server_list_add (self->list, "/nowhere/first");
  self->second = hp_server_list_add (self->list, "/nowhere/second");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  hp_server_list_shut_down (self->list);
  g_assert_finalize_object (self->list);
  hp_engine_unref (self->engine);
}

static HpPortAdvice *
advise (Fixture *self, guint16 port, HpPortState state, const HpPortOwner *holder)
{
  HpPortVerdict verdict = { 0 };

  verdict.port = port;
  verdict.state = state;
  return hp_port_advise (self->list, self->first, &verdict, holder);
}

static void
test_levels (Fixture *self, gconstpointer data)
{
  guint16 own = hp_server_get_port (self->first);
  guint16 minimum = hp_port_get_unprivileged_min ();
  const struct
  {
    guint16 port;
    HpPortState state;
    HpAdviceLevel level;
    const char *word; /* in the text */
  } cases[] = {
    { own, HP_PORT_FREE, HP_ADVICE_NONE, NULL },
    { own, HP_PORT_OURS, HP_ADVICE_NONE, NULL },
    { hp_server_get_port (self->second), HP_PORT_FREE, HP_ADVICE_WARNING, "“second”" },
    { hp_server_get_port (self->second), HP_PORT_OURS, HP_ADVICE_WARNING, "“second”" },
    { 6000, HP_PORT_FREE, HP_ADVICE_WARNING, "6000 (" },
    { 10080, HP_PORT_FREE, HP_ADVICE_WARNING, "10080" },
    { 63999, HP_PORT_TAKEN, HP_ADVICE_WARNING, "another program" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HpPortAdvice) advice = advise (self, cases[i].port, cases[i].state, NULL);

      g_test_message ("port %u: %s", cases[i].port, advice->text);
      g_assert_cmpint (advice->level, ==, cases[i].level);
      g_assert_cmpint (advice->text == NULL, ==, cases[i].word == NULL);
      if (cases[i].word)
        g_assert_nonnull (strstr (advice->text, cases[i].word));
    }

  if (minimum > 1)
    {
      g_autoptr (HpPortAdvice) advice = advise (self, minimum - 1, HP_PORT_FREE, NULL);
      g_assert_cmpint (advice->level, ==, HP_ADVICE_ERROR);
    }
  else
    g_test_message ("this process may bind any port: no error to see");
}

/* A port from the kernel's own range is only worth a note. */
static void
test_ephemeral (Fixture *self, gconstpointer data)
{
  guint16 port = 0;
  g_autoptr (HpPortAdvice) advice = NULL;

  for (guint i = 1024; i < 65535 && port == 0; i++)
    if (hp_port_is_ephemeral (i) && !hp_port_is_browser_blocked (i))
      port = i;
  if (port == 0)
    {
      g_test_skip ("this kernel gives out no port by itself");
      return;
    }

  advice = advise (self, port, HP_PORT_FREE, NULL);
  g_assert_cmpint (advice->level, ==, HP_ADVICE_NOTE);
}

/* All there is to know is told, the worst of it sets the level. */
static void
test_several (Fixture *self, gconstpointer data)
{
  HpPortOwner holder = { 0 };
  g_autoptr (HpPortAdvice) advice = NULL;

  holder.state = HP_PORT_TAKEN;
  holder.port = 6000;
  holder.pid = 2880;
  holder.program = (char *) "x11-server";
  holder.uid = getuid ();
  holder.is_me = TRUE;

  advice = advise (self, 6000, HP_PORT_TAKEN, &holder);
  g_assert_cmpint (advice->level, ==, HP_ADVICE_WARNING);
  g_assert_nonnull (strstr (advice->text, "x11-server"));
  g_assert_nonnull (strstr (advice->text, "2880"));
  g_assert_nonnull (strstr (advice->text, "\n"));
  g_assert_nonnull (strstr (advice->text, "curl"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/port-advice/parse", test_parse);
  g_test_add ("/port-advice/levels", Fixture, NULL, set_up, test_levels, tear_down);
  g_test_add ("/port-advice/ephemeral", Fixture, NULL, set_up, test_ephemeral, tear_down);
  g_test_add ("/port-advice/several", Fixture, NULL, set_up, test_several, tear_down);
  return g_test_run ();
}
