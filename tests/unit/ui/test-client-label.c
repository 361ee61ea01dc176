/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ui/hp-client-label.h"

#define FIREFOX "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

static void
test_without_names (void)
{
  static const struct
  {
    const char *agent;
    HpReason reason;
    const char *client;
    const char *label;
    const char *full;
  } cases[] = {
    { FIREFOX, HP_REASON_SERVED, "127.0.0.1", "Firefox 140", FIREFOX "\n127.0.0.1:40000" },
    { NULL, HP_REASON_SERVED, "127.0.0.1", "", "127.0.0.1:40000" },
    { NULL, HP_REASON_OTHER_USER, "ada@127.0.0.1", "ada", "ada@127.0.0.1:40000" },
    { NULL, HP_REASON_OTHER_USER, "127.0.0.1", "", "127.0.0.1:40000" },
    { "\u202ex\n", HP_REASON_SERVED, "1\u202e", "\\u{202e}x\\x0a",
      "\\u{202e}x\\x0a\n1\\u{202e}:40000" },
    { NULL, HP_REASON_OTHER_USER, "a\u202e\n@1", "a\\u{202e}\\x0a", "a\\u{202e}\\x0a@1:40000" },
    { "x@y", HP_REASON_SERVED, "ada@127.0.0.1", "x@y", "x@y\nada@127.0.0.1:40000" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HpRequestRecord record = { .user_agent = cases[i].agent,
                                 .reason = cases[i].reason,
                                 .client = cases[i].client,
                                 .client_port = 40000,
                                 .connection = 1 };
      g_autofree char *label = hp_client_label_format (&record);
      g_autofree char *full = hp_client_label_format_full (&record, 500);

      g_assert_cmpstr (label, ==, cases[i].label);
      g_assert_cmpstr (full, ==, cases[i].full);
    }
}

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* A connection of this very program gets its name. */
static void
name_connection (HpClientNames *names, guint32 connection)
{
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  gint64 limit = g_get_monotonic_time () + 30 * G_TIME_SPAN_SECOND;
  g_autofree char *name = NULL;
  struct stat status;
  guint wake = g_timeout_add (10, wake_cb, NULL);

  g_assert_cmpint (fstat (fd, &status), ==, 0);
  hp_client_names_note (names, connection, (guint32) status.st_ino);
  while (name == NULL && g_get_monotonic_time () < limit)
    {
      g_main_context_iteration (NULL, TRUE);
      name = hp_client_names_dup (names, connection);
    }
  g_source_remove (wake);
  close (fd);
  g_assert_cmpstr (name, ==, "test-client-label");
}

static void
assert_program (const HpRequestRecord *record, const char *expected)
{
  g_autofree char *program = hp_client_label_dup_program (record);

  g_assert_cmpstr (program, ==, expected);
}

static void
test_with_names (void)
{
  static const struct
  {
    const char *agent;
    guint32 connection;
    const char *label;
    const char *full;
  } cases[] = {
    /* Anything may call itself Firefox. */
    { FIREFOX, 7, "test-client-label", FIREFOX "\nProgram: test-client-label\n127.0.0.1" },
    { FIREFOX, 8, "Firefox 140", FIREFOX "\n127.0.0.1" },
    { NULL, 7, "test-client-label", "Program: test-client-label\n127.0.0.1" },
    /* One that says more of the same program. */
    { "Test/1.5", 7, "Test 1.5", "Test/1.5\nProgram: test-client-label\n127.0.0.1" },
    { "Te/1.5", 7, "test-client-label", "Te/1.5\nProgram: test-client-label\n127.0.0.1" },
  };
  g_autoptr (HpClientNames) names = hp_client_names_new ();

  name_connection (names, 7);
  hp_client_label_set_names (names);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HpRequestRecord record = { .user_agent = cases[i].agent,
                                 .reason = HP_REASON_SERVED,
                                 .client = "127.0.0.1",
                                 .connection = cases[i].connection };
      g_autofree char *label = hp_client_label_format (&record);
      g_autofree char *full = hp_client_label_format_full (&record, 500);

      g_assert_cmpstr (label, ==, cases[i].label);
      g_assert_cmpstr (full, ==, cases[i].full);
    }

  /* The numbers of a file are those of another run. */
  {
    HpRequestRecord record = { .user_agent = FIREFOX, .client = "", .connection = 7 };

    record.flags = HP_RECORD_SAVED;
    g_assert_null (hp_client_label_dup_program (&record));
    record.program = "curl\n";
    assert_program (&record, "curl\\x0a");
  }
  hp_client_label_set_names (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/client-label/without-names", test_without_names);
  g_test_add_func ("/client-label/with-names", test_with_names);

  return g_test_run ();
}
