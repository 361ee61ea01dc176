/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "servers/hp-server-exchange.h"
#include "ui/hp-direction.h"
#include "ui/hp-export-toast.h"
#include "ui/hp-help.h"
#include "ui/hp-platform.h"
#include "ui/hp-window-private.h"

/* The list of folders goes to a file, or comes from one. */

#define MAX_NOTES 100

static void
add_note (GtkWidget *box, const char *text)
{
  g_autofree char *shown = hp_direction_mend (text);
  GtkWidget *label = gtk_label_new (shown);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_box_append (GTK_BOX (box), label);
}

static GtkWidget *
create_notes (GPtrArray *notes)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  for (guint i = 0; i < MIN (notes->len, MAX_NOTES); i++)
    add_note (box, g_ptr_array_index (notes, i));
  if (notes->len > MAX_NOTES)
    add_note (box, "…");
  return box;
}

static void
response_cb (HpWindow *self, const char *response, GtkWidget *dialog)
{
  guint id = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (dialog), "undo"));

  if (g_str_equal (response, "undo"))
    hp_window_undo (self, id);
}

/* What is not as the file has it must not be missed: that is a dialog, all well is a toast. */
static void
show_notes (HpWindow *self, const char *heading, GPtrArray *notes, guint undo)
{
  const HpAnswer answers[] = {
    { "close", _ ("_Close") },
    { undo ? "undo" : NULL, _ ("_Undo") },
    { NULL },
  };
  GObject *dialog = hp_ask (GTK_WINDOW (self), heading, NULL, create_notes (notes), answers);

  hp_help_set_page (GTK_WIDGET (dialog), "first-steps#move");
  g_object_set_data (dialog, "undo", GUINT_TO_POINTER (undo));
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), self, G_CONNECT_SWAPPED);
}

static void
imported_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HpWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HpServerImport) import = hp_server_exchange_import_finish (result, &error);
  g_autofree char *text = NULL;
  guint undo = 0;
  guint n;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (!import)
    {
      text = g_strdup_printf (_ ("The list could not be imported: %s"), error->message);
      hp_window_toast (self, text);
      return;
    }

  n = import->added->len;
  text = g_strdup_printf (ngettext ("Imported %u folder", "Imported %u folders", n), n);
  if (n > 0)
    undo = hp_window_imported (self, import->added, text);
  if (import->notes->len > 0)
    show_notes (self, text, import->notes, undo);
  else if (n == 0)
    hp_window_toast (self, text);
}

void
hp_window_import_list (HpWindow *self, GFile *file)
{
  g_return_if_fail (HP_IS_WINDOW (self));

  hp_server_exchange_import_async (self->servers, file, self->cancellable, imported_cb,
                                   g_object_ref (self));
}

static void
exported_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GPtrArray) held = user_data;
  HpWindow *self = g_ptr_array_index (held, 0);
  GFile *file = g_ptr_array_index (held, 1);
  g_autoptr (GError) error = NULL;
  gssize n = hp_server_exchange_export_finish (result, &error);
  g_autofree char *text = NULL;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (n < 0)
    {
      text = g_strdup_printf (_ ("The list could not be exported: %s"), error->message);
      hp_window_toast (self, text);
      return;
    }
  text = g_strdup_printf (ngettext ("Exported %u folder", "Exported %u folders", (guint) n),
                          (guint) n);
  hp_export_toast_show (self->toasts, text, file);
}

static void
export_list (HpWindow *self, GFile *file)
{
  GPtrArray *held = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (held, g_object_ref (self));
  g_ptr_array_add (held, g_object_ref (file));
  hp_server_exchange_export_async (self->servers, file, self->cancellable, exported_cb, held);
}

/* Choosing the file */

static void
export_chosen_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  HpWindow *self = HP_WINDOW (object);
  g_autoptr (GFile) file = hp_choose_finish_file (result);

  g_clear_object (&self->chooser);
  if (file)
    export_list (self, file);
}

static void
import_chosen_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  HpWindow *self = HP_WINDOW (object);
  g_autoptr (GFile) file = hp_choose_finish_file (result);

  g_clear_object (&self->chooser);
  if (file)
    hp_window_import_list (self, file);
}

static void
choose (HpWindow *self, HpChooseKind kind, const char *title, const char *accept)
{
  gboolean save = kind == HP_CHOOSE_NEW_FILE;
  g_autoptr (GListStore) filters = g_list_store_new (GTK_TYPE_FILE_FILTER);
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
  const HpChoice choice = {
    .kind = kind,
    .title = title,
    .accept = accept,
    .name = save ? "homeport.json" : NULL,
    .filters = G_LIST_MODEL (filters),
  };

  if (self->chooser)
    return;
  gtk_file_filter_set_name (filter, _ ("Lists of folders (JSON)"));
  gtk_file_filter_add_suffix (filter, "json");
  g_list_store_append (filters, filter);
  self->chooser = g_cancellable_new ();
  hp_choose_async (GTK_WINDOW (self), &choice, self->chooser,
                   save ? export_chosen_cb : import_chosen_cb, NULL);
}

static void
export_list_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  choose (user_data, HP_CHOOSE_NEW_FILE, _ ("Export List"), _ ("_Export"));
}

static void
import_list_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  choose (user_data, HP_CHOOSE_FILE, _ ("Import List"), _ ("_Import"));
}

void
hp_window_exchange_init (HpWindow *self)
{
  const GActionEntry entries[] = {
    { "export-list", export_list_cb },
    { "import-list", import_list_cb },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}
