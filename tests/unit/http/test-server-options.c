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
  g_assert_false (options->follow_links);
  g_assert_false (options->refuse_other_sites);
  g_assert_true (options->only_me);
}

static void
test_with (void)
{
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, TRUE);

  for (HpServerOption changed = 0; changed < HP_N_OPTIONS; changed++)
    {
      gboolean value = !hp_server_options_get (options, changed);
      g_autoptr (HpServerOptions) other = hp_server_options_with (options, changed, value);
      g_autoptr (HpServerOptions) same = hp_server_options_with (other, changed, value);
      g_autoptr (HpServerOptions) back = hp_server_options_with (other, changed, !value);

      g_assert_true (other != options);
      g_assert_true (same == other);
      g_assert_true (hp_server_options_equal (back, options));
      g_assert_false (hp_server_options_equal (other, options));
      for (HpServerOption option = 0; option < HP_N_OPTIONS; option++)
        g_assert_cmpint (hp_server_options_get (other, option)
                             == hp_server_options_get (options, option),
                         ==, option != changed);
    }
}

/* They are keys on the disk and names of properties. */
static void
test_nicks (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (HpServerOption option = 0; option < HP_N_OPTIONS; option++)
    {
      const char *nick = hp_server_option_get_nick (option);

      g_assert_nonnull (nick);
      g_assert_true (g_hash_table_add (seen, (gpointer) nick));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/server-options/values", test_values);
  g_test_add_func ("/server-options/with", test_with);
  g_test_add_func ("/server-options/nicks", test_nicks);

  return g_test_run ();
}
