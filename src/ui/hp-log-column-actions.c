/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "ui/hp-log-column-actions.h"

#define ARRIVAL "arrival"

static GAction *
lookup (GSimpleActionGroup *group, const char *name)
{
  return g_action_map_lookup_action (G_ACTION_MAP (group), name);
}

static void
set_state (GSimpleActionGroup *group, const char *name, GVariant *state)
{
  g_simple_action_set_state (G_SIMPLE_ACTION (lookup (group, name)), state);
}

static char *
format_order (HpLogColumnSet *set)
{
  HpLogColumn sort = hp_log_column_set_get_sort (set);

  if (sort == HP_LOG_COLUMN_NONE)
    return g_strdup (ARRIVAL);
  return g_strdup_printf ("%s:%s", hp_log_column_get_nick (sort),
                          hp_log_column_set_get_descending (set) ? "down" : "up");
}

static void
update (GSimpleActionGroup *group, HpLogColumnSet *set)
{
  HpLogColumn sort = hp_log_column_set_get_sort (set);
  g_autofree char *order = format_order (set);

  for (guint i = 0; i < HP_N_LOG_COLUMNS; i++)
    if (i != HP_LOG_COLUMN_PATH)
      {
        g_autofree char *name = g_strconcat ("show-", hp_log_column_get_nick (i), NULL);

        set_state (group, name, g_variant_new_boolean (hp_log_column_set_get_shown (set, i)));
      }
  set_state (
      group, "sort",
      g_variant_new_string (sort == HP_LOG_COLUMN_NONE ? ARRIVAL : hp_log_column_get_nick (sort)));
  set_state (group, "descending", g_variant_new_boolean (hp_log_column_set_get_descending (set)));
  set_state (group, "order", g_variant_new_string (order));
  g_simple_action_set_enabled (G_SIMPLE_ACTION (lookup (group, "descending")),
                               sort != HP_LOG_COLUMN_NONE);
}

/* What the actions do */

static void
show_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  const char *nick = g_action_get_name (G_ACTION (action)) + strlen ("show-");

  hp_log_column_set_set_shown (user_data, hp_log_column_from_nick (nick),
                               g_variant_get_boolean (value));
}

static void
sort_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  hp_log_column_set_set_sort (user_data,
                              hp_log_column_from_nick (g_variant_get_string (value, NULL)),
                              hp_log_column_set_get_descending (user_data));
}

static void
descending_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  hp_log_column_set_set_sort (user_data, hp_log_column_set_get_sort (user_data),
                              g_variant_get_boolean (value));
}

static void
order_cb (GSimpleAction *action, GVariant *value, gpointer user_data)
{
  g_auto (GStrv) words = g_strsplit (g_variant_get_string (value, NULL), ":", 2);
  HpLogColumn column = hp_log_column_from_nick (words[0]);

  hp_log_column_set_set_sort (user_data, column, words[0] && g_strcmp0 (words[1], "down") == 0);
}

/* Unknown words come from outside only: actions are on the bus. */
static gboolean
get_column (GVariant *parameter, HpLogColumn *column)
{
  *column = hp_log_column_from_nick (g_variant_get_string (parameter, NULL));
  return *column != HP_LOG_COLUMN_NONE;
}

static int
get_step_to_left (void)
{
  return gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL ? 1 : -1;
}

static void
move_left_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpLogColumn column;

  if (get_column (parameter, &column))
    hp_log_column_set_move (user_data, column, get_step_to_left ());
}

static void
move_right_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpLogColumn column;

  if (get_column (parameter, &column))
    hp_log_column_set_move (user_data, column, -get_step_to_left ());
}

static void
hide_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpLogColumn column;

  if (get_column (parameter, &column))
    hp_log_column_set_set_shown (user_data, column, FALSE);
}

static void
reset_width_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpLogColumn column;

  if (get_column (parameter, &column))
    hp_log_column_set_set_width (user_data, column, 0);
}

static void
reset_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  hp_log_column_set_reset (user_data);
}

GActionGroup *
hp_log_column_actions_new (HpLogColumnSet *set)
{
  const GActionEntry entries[] = {
    { "sort", NULL, "s", "'" ARRIVAL "'", sort_cb },
    { "descending", NULL, NULL, "false", descending_cb },
    { "order", NULL, "s", "'" ARRIVAL "'", order_cb },
    { "move-left", move_left_cb, "s" },
    { "move-right", move_right_cb, "s" },
    { "hide", hide_cb, "s" },
    { "reset-width", reset_width_cb, "s" },
    { "reset", reset_cb },
  };
  GSimpleActionGroup *group = g_simple_action_group_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), set);
  for (guint i = 0; i < HP_N_LOG_COLUMNS; i++)
    if (i != HP_LOG_COLUMN_PATH)
      {
        g_autofree char *name = g_strconcat ("show-", hp_log_column_get_nick (i), NULL);
        const GActionEntry entry = { name, NULL, NULL, "true", show_cb };

        g_action_map_add_action_entries (G_ACTION_MAP (group), &entry, 1, set);
      }

  /* The actions borrow the set, so the group keeps it. */
  g_object_set_data_full (G_OBJECT (group), "hp-log-column-set", g_object_ref (set),
                          g_object_unref);
  g_signal_connect_object (set, "changed", G_CALLBACK (update), group, G_CONNECT_SWAPPED);
  update (group, set);
  return G_ACTION_GROUP (group);
}

/* Menus */

static void
append (GMenu *menu, const char *label, const char *action, const char *target)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target_value (item, action,
                                           target ? g_variant_new_string (target) : NULL);
  g_menu_append_item (menu, item);
}

static void
append_section (GMenu *menu, const char *label, GMenu *section)
{
  g_menu_append_section (menu, label, G_MENU_MODEL (section));
}

GMenu *
hp_log_column_menu_new_shown (HpLogColumns *columns)
{
  GMenu *menu = g_menu_new ();

  for (guint i = 0; i < HP_N_LOG_COLUMNS; i++)
    {
      HpLogColumn column = columns ? hp_log_column_set_get_nth (columns->set, i) : i;
      const char *title = hp_log_column_get_title (column);
      g_autofree char *action = NULL;
      g_autofree char *label = NULL;

      if (column == HP_LOG_COLUMN_PATH)
        continue;
      action = g_strconcat ("columns.show-", hp_log_column_get_nick (column), NULL);
      if (columns && !columns->narrow && !columns->cells[column].visible
          && hp_log_column_set_get_shown (columns->set, column))
        /* Translators: the title of a column that the user wants, in a window that is too narrow.
         */
        label = g_strdup_printf (_ ("%s (No Room Now)"), title);
      append (menu, label ? label : title, action, NULL);
    }
  return menu;
}

static GMenu *
create_order_section (const char *nick)
{
  GMenu *section = g_menu_new ();
  g_autofree char *up = g_strconcat (nick, ":up", NULL);
  g_autofree char *down = g_strconcat (nick, ":down", NULL);

  append (section, _ ("Sort, Smallest First"), "columns.order", up);
  append (section, _ ("Sort, Largest First"), "columns.order", down);
  append (section, _ ("Order of Arrival"), "columns.order", ARRIVAL);
  return section;
}

static GMenu *
create_place_section (HpLogColumns *columns, HpLogColumn column)
{
  GMenu *section = g_menu_new ();
  const char *nick = hp_log_column_get_nick (column);
  int left = get_step_to_left ();

  if (hp_log_column_set_can_move (columns->set, column, left))
    append (section, _ ("Move Left"), "columns.move-left", nick);
  if (hp_log_column_set_can_move (columns->set, column, -left))
    append (section, _ ("Move Right"), "columns.move-right", nick);
  if (column != HP_LOG_COLUMN_PATH)
    {
      append (section, _ ("Fit to Contents"), "log.fit-column", nick);
      if (hp_log_column_set_get_width (columns->set, column) > 0)
        append (section, _ ("Default Width"), "columns.reset-width", nick);
      append (section, _ ("Hide"), "columns.hide", nick);
    }
  return section;
}

GMenu *
hp_log_column_menu_new_for_title (HpLogColumns *columns, HpLogColumn column)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) order = create_order_section (hp_log_column_get_nick (column));
  g_autoptr (GMenu) place = create_place_section (columns, column);
  g_autoptr (GMenu) shown = hp_log_column_menu_new_shown (columns);
  g_autoptr (GMenu) all = g_menu_new ();

  g_menu_append_submenu (all, _ ("Columns"), G_MENU_MODEL (shown));
  append (all, _ ("Reset Columns"), "columns.reset", NULL);
  append_section (menu, NULL, order);
  append_section (menu, NULL, place);
  append_section (menu, NULL, all);
  return menu;
}
