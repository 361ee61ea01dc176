/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#define G_SETTINGS_ENABLE_BACKEND
#include <gio/gsettingsbackend.h>
#include <gtk/gtk.h>

#include "ui/hp-log-column-actions.h"
#include "ui/hp-log-column-set.h"

static void
count_cb (guint *count)
{
  ++*count;
}

static char *
print (HpLogColumnSet *set)
{
  g_autoptr (GVariant) variant = g_variant_ref_sink (hp_log_column_set_to_variant (set));

  return g_variant_print (variant, FALSE);
}

static void
test_order (void)
{
  g_autoptr (HpLogColumnSet) set = hp_log_column_set_new ();
  guint changes = 0;

  g_signal_connect_swapped (set, "changed", G_CALLBACK (count_cb), &changes);
  for (guint i = 0; i < HP_N_LOG_COLUMNS; i++)
    {
      g_assert_cmpint (hp_log_column_set_get_nth (set, i), ==, i);
      g_assert_true (hp_log_column_set_get_shown (set, i));
      g_assert_cmpint (hp_log_column_set_get_width (set, i), ==, 0);
    }

  g_assert_false (hp_log_column_set_move (set, HP_LOG_COLUMN_TIME, -1));
  g_assert_false (hp_log_column_set_can_move (set, HP_LOG_COLUMN_REFERRER, 1));
  g_assert_cmpuint (changes, ==, 0);

  /* Over what is hidden. */
  hp_log_column_set_set_shown (set, HP_LOG_COLUMN_METHOD, FALSE);
  g_assert_true (hp_log_column_set_move (set, HP_LOG_COLUMN_TIME, 1));
  g_assert_cmpint (hp_log_column_set_get_nth (set, 0), ==, HP_LOG_COLUMN_METHOD);
  g_assert_cmpint (hp_log_column_set_get_nth (set, 1), ==, HP_LOG_COLUMN_STATUS);
  g_assert_cmpint (hp_log_column_set_get_nth (set, 2), ==, HP_LOG_COLUMN_TIME);
  g_assert_false (hp_log_column_set_can_move (set, HP_LOG_COLUMN_STATUS, -1));
  g_assert_true (hp_log_column_set_move (set, HP_LOG_COLUMN_REFERRER, -100));
  g_assert_cmpint (hp_log_column_set_get_nth (set, 1), ==, HP_LOG_COLUMN_REFERRER);
  g_assert_cmpuint (changes, ==, 3);

  /* The path stays and has no width of its own. */
  hp_log_column_set_set_shown (set, HP_LOG_COLUMN_PATH, FALSE);
  hp_log_column_set_set_width (set, HP_LOG_COLUMN_PATH, 100);
  hp_log_column_set_set_width (set, HP_LOG_COLUMN_SIZE, -5);
  g_assert_cmpuint (changes, ==, 3);

  hp_log_column_set_reset (set);
  g_assert_cmpint (hp_log_column_set_get_nth (set, 0), ==, HP_LOG_COLUMN_TIME);
  g_assert_true (hp_log_column_set_get_shown (set, HP_LOG_COLUMN_METHOD));
}

static void
test_sort (void)
{
  g_autoptr (HpLogColumnSet) set = hp_log_column_set_new ();
  guint changes = 0;

  g_signal_connect_swapped (set, "sort-changed", G_CALLBACK (count_cb), &changes);
  g_assert_cmpint (hp_log_column_set_get_sort (set), ==, HP_LOG_COLUMN_NONE);

  hp_log_column_set_cycle_sort (set, HP_LOG_COLUMN_SIZE);
  g_assert_cmpint (hp_log_column_set_get_sort (set), ==, HP_LOG_COLUMN_SIZE);
  g_assert_false (hp_log_column_set_get_descending (set));
  hp_log_column_set_cycle_sort (set, HP_LOG_COLUMN_SIZE);
  g_assert_true (hp_log_column_set_get_descending (set));
  hp_log_column_set_cycle_sort (set, HP_LOG_COLUMN_SIZE);
  g_assert_cmpint (hp_log_column_set_get_sort (set), ==, HP_LOG_COLUMN_NONE);
  g_assert_false (hp_log_column_set_get_descending (set));

  hp_log_column_set_cycle_sort (set, HP_LOG_COLUMN_SIZE);
  hp_log_column_set_cycle_sort (set, HP_LOG_COLUMN_PATH);
  g_assert_cmpint (hp_log_column_set_get_sort (set), ==, HP_LOG_COLUMN_PATH);
  hp_log_column_set_reset (set);
  g_assert_cmpint (hp_log_column_set_get_sort (set), ==, HP_LOG_COLUMN_PATH);
  g_assert_cmpuint (changes, ==, 5);
}

/* What is kept may be of another version, or written by hand. */
static void
test_variant (void)
{
  const struct
  {
    const char *kept;
    const char *read;
  } cases[] = {
    { "[]",
      "[('time', true, 0), ('method', true, 0), ('status', true, 0), ('path', true, 0), ('type', "
      "true, 0), ('size', true, 0), ('duration', true, 0), ('client', true, 0), ('referrer', true, "
      "0)]" },
    { "[('client', true, 90), ('nonsense', true, 5), ('path', false, 70), ('client', false, 3), "
      "('time', false, -4), ('size', true, 2000000000)]",
      "[('client', true, 90), ('path', true, 0), ('time', false, 0), ('size', true, 20000), "
      "('method', true, 0), ('status', true, 0), ('type', true, 0), ('duration', true, 0), "
      "('referrer', true, 0)]" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HpLogColumnSet) set = hp_log_column_set_new ();
      g_autoptr (HpLogColumnSet) other = hp_log_column_set_new ();
      g_autoptr (GVariant) kept = g_variant_parse (G_VARIANT_TYPE ("a(sbi)"), cases[i].kept, NULL,
                                                   NULL, NULL);
      g_autoptr (GVariant) again = NULL;
      g_autofree char *read = NULL;
      g_autofree char *twice = NULL;

      hp_log_column_set_from_variant (set, kept);
      read = print (set);
      g_assert_cmpstr (read, ==, cases[i].read);
      again = g_variant_ref_sink (hp_log_column_set_to_variant (set));
      hp_log_column_set_from_variant (other, again);
      twice = print (other);
      g_assert_cmpstr (twice, ==, read);
    }
}

static void
test_settings (void)
{
  g_autoptr (GSettingsSchema) schema = g_settings_schema_source_lookup (
      g_settings_schema_source_get_default (), APP_ID, TRUE);
  g_autoptr (GSettingsBackend) backend = g_memory_settings_backend_new ();
  g_autoptr (GSettings) settings = NULL;
  HpLogColumnSet *set = hp_log_column_set_new ();
  g_autoptr (HpLogColumnSet) next = hp_log_column_set_new ();
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  g_assert_nonnull (schema);
  settings = g_settings_new_full (schema, backend, NULL);
  hp_log_column_set_bind (set, settings);
  hp_log_column_set_set_shown (set, HP_LOG_COLUMN_TYPE, FALSE);
  hp_log_column_set_set_width (set, HP_LOG_COLUMN_CLIENT, 123);
  hp_log_column_set_move (set, HP_LOG_COLUMN_SIZE, -3);
  hp_log_column_set_set_sort (set, HP_LOG_COLUMN_DURATION, TRUE);
  before = print (set);
  /* A window that is closed at once has kept it all the same. */
  g_assert_finalize_object (set);

  hp_log_column_set_bind (next, settings);
  after = print (next);
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpint (hp_log_column_set_get_sort (next), ==, HP_LOG_COLUMN_DURATION);
  g_assert_true (hp_log_column_set_get_descending (next));
}

static void
assert_state (GActionGroup *actions, const char *name, const char *state)
{
  g_autoptr (GVariant) value = g_action_group_get_action_state (actions, name);
  g_autofree char *text = g_variant_print (value, FALSE);

  g_assert_cmpstr (text, ==, state);
}

static void
test_actions (void)
{
  g_autoptr (HpLogColumnSet) set = hp_log_column_set_new ();
  GActionGroup *actions = hp_log_column_actions_new (set);

  assert_state (actions, "show-size", "true");
  g_action_group_change_action_state (actions, "show-size", g_variant_new_boolean (FALSE));
  g_assert_false (hp_log_column_set_get_shown (set, HP_LOG_COLUMN_SIZE));
  assert_state (actions, "show-size", "false");
  g_assert_false (g_action_group_has_action (actions, "show-path"));

  g_assert_false (g_action_group_get_action_enabled (actions, "descending"));
  g_action_group_activate_action (actions, "order", g_variant_new_string ("size:down"));
  g_assert_true (g_action_group_get_action_enabled (actions, "descending"));
  assert_state (actions, "sort", "'size'");
  assert_state (actions, "descending", "true");
  g_action_group_activate_action (actions, "sort", g_variant_new_string ("time"));
  assert_state (actions, "order", "'time:down'");
  g_action_group_activate_action (actions, "descending", NULL);
  assert_state (actions, "order", "'time:up'");
  g_action_group_activate_action (actions, "order", g_variant_new_string ("arrival"));
  g_assert_cmpint (hp_log_column_set_get_sort (set), ==, HP_LOG_COLUMN_NONE);

  g_action_group_activate_action (actions, "move-right", g_variant_new_string ("time"));
  g_assert_cmpint (hp_log_column_set_get_nth (set, 1), ==, HP_LOG_COLUMN_TIME);
  g_action_group_activate_action (actions, "move-left", g_variant_new_string ("time"));
  g_assert_cmpint (hp_log_column_set_get_nth (set, 0), ==, HP_LOG_COLUMN_TIME);
  g_action_group_activate_action (actions, "hide", g_variant_new_string ("nonsense"));
  g_action_group_activate_action (actions, "hide", g_variant_new_string ("client"));
  assert_state (actions, "show-client", "false");
  g_action_group_activate_action (actions, "reset", NULL);
  assert_state (actions, "show-client", "true");
  g_object_unref (actions);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-column-set/order", test_order);
  g_test_add_func ("/log-column-set/sort", test_sort);
  g_test_add_func ("/log-column-set/variant", test_variant);
  g_test_add_func ("/log-column-set/settings", test_settings);
  g_test_add_func ("/log-column-set/actions", test_actions);
  return g_test_run ();
}
