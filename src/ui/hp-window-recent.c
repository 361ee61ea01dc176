/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "log/hp-log-format.h"
#include "ui/hp-lazy-menu.h"
#include "ui/hp-window-private.h"

/* Folders that were in the list before: a click serves one again, with its name, port and options.
 */

#define MAX_RECENT     8
#define MAX_NAME_CHARS 40

/* In a menu an underscore marks the letter to press. */
static char *
dup_label (HpStoredServer *stored)
{
  g_autofree char *base = g_path_get_basename (stored->folder);
  g_autofree char *visible = hp_log_format_visible (
      stored->name && *stored->name ? stored->name : base, MAX_NAME_CHARS);
  g_auto (GStrv) parts = g_strsplit (visible, "_", -1);
  g_autofree char *escaped = g_strjoinv ("__", parts);

  /* Translators: the name of a folder and its port. */
  return g_strdup_printf (C_ ("recent folder", "%s (%u)"), escaped, (guint) stored->port);
}

void
hp_window_recent_update (HpWindow *self)
{
  g_autoptr (GPtrArray) recent = hp_server_list_get_recent (self->servers, MAX_RECENT);

  g_menu_remove_all (self->recent);
  for (guint i = 0; i < recent->len; i++)
    {
      HpStoredServer *stored = g_ptr_array_index (recent, i);
      g_autofree char *uri = g_filename_to_uri (stored->folder, NULL, NULL);
      g_autofree char *label = dup_label (stored);
      g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

      g_menu_item_set_action_and_target (item, "win.add-recent", "s", uri);
      g_menu_append_item (self->recent, item);
    }
}

static void
add_recent_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GFile) folder = g_file_new_for_uri (g_variant_get_string (parameter, NULL));

  hp_window_add_again (user_data, folder);
}

void
hp_window_recent_init (HpWindow *self)
{
  const GActionEntry entries[] = { { "add-recent", add_recent_cb, "s" } };

  self->recent = g_menu_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  hp_menu_button_set_changing_menu (self->recent_button, G_MENU_MODEL (self->recent));
}
