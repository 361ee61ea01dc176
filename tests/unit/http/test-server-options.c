/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "http/hp-server-options.h"

static void
test_values (void)
{
  g_autoptr (HpServerOptions) options = hp_server_options_new (TRUE, FALSE);
  HpServerOptions *again = hp_server_options_ref (options);

  g_assert_true (again == options);
  hp_server_options_unref (again);
  g_assert_true (options->serve_hidden);
  g_assert_false (options->list_folders);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/server-options/values", test_values);

  return g_test_run ();
}
