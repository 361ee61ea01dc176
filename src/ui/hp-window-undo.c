/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/hp-window-private.h"

#define MAX_UNDOS    20
#define UNDO_SECONDS 8

typedef struct
{
  guint id;
  HpServer *server; /* owned */

  /* removed from here */
  gboolean removed;
  guint position;
  gboolean ran;

  /* or had this port */
  guint16 old_port;

  /* or came with these, all at once */
  GPtrArray *imported; /* owned, nullable */

  /* or had its log cleared */
  gboolean cleared;
} HpUndo;

/* What nobody can bring back any more need not be kept. */
static void
hp_undo_free (HpUndo *self)
{
  if (self->cleared)
    hp_request_log_forget_cleared (hp_server_get_log (self->server));
  g_object_unref (self->server);
  g_clear_pointer (&self->imported, g_ptr_array_unref);
  g_free (self);
}

void
hp_window_forget_undos (HpWindow *self)
{
  g_queue_clear_full (&self->undos, (GDestroyNotify) hp_undo_free);
}

gboolean
hp_window_can_undo (HpWindow *self)
{
  return !g_queue_is_empty (&self->undos);
}

static HpUndo *
push_undo (HpWindow *self, HpServer *server)
{
  HpUndo *undo = g_new0 (HpUndo, 1);

  undo->id = ++self->last_undo_id;
  undo->server = g_object_ref (server);
  g_queue_push_head (&self->undos, undo);
  if (g_queue_get_length (&self->undos) > MAX_UNDOS)
    hp_undo_free (g_queue_pop_tail (&self->undos));
  hp_window_actions_update (self);
  return undo;
}

static void
show_undo_toast (HpWindow *self, HpUndo *undo, const char *text)
{
  hp_toast_area_show_with_button (self->toasts, text, UNDO_SECONDS, _ ("Undo"), "win.undo",
                                  g_variant_new_uint32 (undo->id));
}

void
hp_window_remove (HpWindow *self, HpServer *server)
{
  gboolean ran = hp_server_get_running (server);
  gboolean focus_row = hp_window_row_has_focus (self);
  g_autoptr (HpServer) removed = NULL;
  g_autofree char *text = NULL;
  HpUndo *undo;
  guint position;

  removed = hp_server_list_remove (self->servers, server, &position);
  if (!removed)
    return;

  /* The focus went with the row, and alone in the window the page of another folder would surprise.
   */
  if (hp_navigation_get_folded (self->navigation))
    hp_window_show_sidebar (self);
  else if (focus_row)
    hp_window_focus_row (self);

  undo = push_undo (self, removed);
  undo->removed = TRUE;
  undo->position = position;
  undo->ran = ran;

  text = g_strdup_printf (_ ("Removed “%s”"), hp_server_get_title (removed));
  show_undo_toast (self, undo, text);
}

void
hp_window_port_changed (HpWindow *self, HpServer *server, guint16 old_port)
{
  g_autofree char *text = NULL;
  HpUndo *undo = push_undo (self, server);

  undo->old_port = old_port;
  /* Translators: the name of a folder and an address. */
  text = g_strdup_printf (_ ("“%s” is now at http://localhost:%u/"), hp_server_get_title (server),
                          hp_server_get_port (server));
  show_undo_toast (self, undo, text);
}

guint
hp_window_imported (HpWindow *self, GPtrArray *servers, const char *text)
{
  HpServer *first = g_ptr_array_index (servers, 0);
  HpUndo *undo = push_undo (self, first);

  undo->imported = g_ptr_array_ref (servers);
  hp_window_select (self, first, FALSE);
  show_undo_toast (self, undo, text);
  return undo->id;
}

/* A log brings back only what was cleared last. */
static void
drop_older_clear (HpWindow *self, HpServer *server)
{
  for (GList *link = self->undos.head; link; link = link->next)
    {
      HpUndo *undo = link->data;

      if (undo->cleared && undo->server == server)
        {
          g_queue_delete_link (&self->undos, link);
          hp_undo_free (undo);
          return;
        }
    }
}

void
hp_window_clear_log (HpWindow *self, HpServer *server)
{
  HpRequestLog *log = hp_server_get_log (server);
  guint n = hp_log_table_get_n_rows (hp_server_page_get_log_table (hp_window_get_page (self)));
  g_autofree char *text = NULL;
  HpUndo *undo;

  if (n == 0)
    return;
  drop_older_clear (self, server);
  hp_request_log_clear (log);
  undo = push_undo (self, server);
  undo->cleared = TRUE;
  n -= MIN (n, hp_request_log_get_n_kept (log));
  text = g_strdup_printf (ngettext ("Cleared %'u request", "Cleared %'u requests", n), n);
  show_undo_toast (self, undo, text);
}

static int
compare_id (gconstpointer undo, gconstpointer id)
{
  return ((const HpUndo *) undo)->id != GPOINTER_TO_UINT (id);
}

void
hp_window_undo (HpWindow *self, guint id)
{
  GList *link = id == 0 ? self->undos.head
                        : g_queue_find_custom (&self->undos, GUINT_TO_POINTER (id), compare_id);
  HpUndo *undo;

  if (!link)
    return;
  undo = link->data;
  g_queue_delete_link (&self->undos, link);
  hp_toast_area_dismiss_button (self->toasts);

  if (undo->cleared)
    {
      if (!hp_request_log_undo_clear (hp_server_get_log (undo->server)))
        hp_window_toast (self, _ ("These requests are gone: their memory was needed"));
      undo->cleared = FALSE;
    }
  else if (undo->imported)
    hp_server_list_remove_all (self->servers, undo->imported);
  else if (undo->removed)
    hp_server_list_restore (self->servers, undo->server, undo->position, undo->ran);
  else
    hp_server_set_port (undo->server, undo->old_port);

  hp_window_select (self, undo->server, FALSE);
  hp_undo_free (undo);
  hp_window_actions_update (self);
}
