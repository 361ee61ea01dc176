/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "log/hp-log-format.h"
#include "log/hp-log-short.h"
#include "ui/hp-log-cell-text.h"
#include "ui/hp-log-table-private.h"

/* What can be done with rows: copying, pinning, filtering by them, and the keys. */

/* More than that is a file: formatting it would be felt, and so would who pastes it. */
#define MAX_COPIED 100000

typedef void (*AddFunc) (HpLogTable *self, GString *text, const HpRequestRecord *record);

void
hp_log_table_tell (HpLogTable *self, const char *message)
{
  g_signal_emit (self, hp_log_table_signals[HP_LOG_TABLE_MESSAGE], 0, message);
}

guint
hp_log_table_get_n_selected (HpLogTable *self)
{
  g_return_val_if_fail (HP_IS_LOG_TABLE (self), 0);

  return hp_log_selection_get_n_selected (self->selection);
}

/* Copying */

static char *
dup_selected (HpLogTable *self, AddFunc add)
{
  g_autoptr (GArray) seqs = hp_log_selection_dup_seqs (self->selection);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < seqs->len; i++)
    {
      HpRequestRecord record;

      if (hp_request_log_get (self->log, g_array_index (seqs, guint64, i), &record))
        add (self, text, &record);
    }
  return g_string_free (text, text->len == 0);
}

static void
add_row (HpLogTable *self, GString *text, const HpRequestRecord *record)
{
  hp_log_format_combined (text, record);
}

static void
add_path (HpLogTable *self, GString *text, const HpRequestRecord *record)
{
  g_autofree char *path = hp_log_format_visible (record->target, 0);

  if (text->len > 0)
    g_string_append_c (text, '\n');
  g_string_append (text, path);
}

/* The columns that are shown, in their order. */
static void
add_cells (HpLogTable *self, GString *text, const HpRequestRecord *record)
{
  HpLogColumnSet *set = self->columns->set;
  gboolean first = TRUE;

  for (guint i = 0; i < HP_N_LOG_COLUMNS; i++)
    {
      HpLogColumn column = hp_log_column_set_get_nth (set, i);
      g_autofree char *value = NULL;

      if (!hp_log_column_set_get_shown (set, column))
        continue;
      value = record ? hp_log_cell_format_plain (column, record)
                     : g_strdup (hp_log_column_get_title (column));
      g_string_append_printf (text, "%s%s", first ? "" : "\t", value);
      first = FALSE;
    }
  g_string_append_c (text, '\n');
}

/* Takes the message. */
static void
copy (HpLogTable *self, const char *text, char *message)
{
  if (text)
    {
      gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
      hp_log_table_tell (self, message);
    }
  g_free (message);
}

static gboolean
is_too_much (HpLogTable *self)
{
  if (hp_log_table_get_n_selected (self) <= MAX_COPIED)
    return FALSE;
  hp_log_table_tell (self, _ ("Too many to copy; save them to a file"));
  return TRUE;
}

static void
copy_rows (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HpLogTable *self = HP_LOG_TABLE (widget);
  guint n = hp_log_table_get_n_selected (self);
  g_autofree char *text = is_too_much (self) ? NULL : dup_selected (self, add_row);

  copy (self, text, g_strdup_printf (ngettext ("Copied %'u request", "Copied %'u requests", n), n));
}

static void
copy_table (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HpLogTable *self = HP_LOG_TABLE (widget);
  guint n = hp_log_table_get_n_selected (self);
  g_autofree char *text = is_too_much (self) ? NULL : hp_log_table_dup_selection_table (self);

  copy (self, text,
        g_strdup_printf (
            ngettext ("Copied %'u request as a table", "Copied %'u requests as a table", n), n));
}

static void
copy_path (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HpLogTable *self = HP_LOG_TABLE (widget);
  guint n = hp_log_table_get_n_selected (self);
  g_autofree char *text = is_too_much (self) ? NULL : dup_selected (self, add_path);

  copy (self, text,
        n == 1 ? g_strdup_printf (_ ("Copied %s"), text)
               : g_strdup_printf (ngettext ("Copied %'u path", "Copied %'u paths", n), n));
}

char *
hp_log_table_dup_selection_text (HpLogTable *self)
{
  g_return_val_if_fail (HP_IS_LOG_TABLE (self), NULL);

  return self->log ? dup_selected (self, add_row) : NULL;
}

char *
hp_log_table_dup_selection_table (HpLogTable *self)
{
  g_autofree char *rows = NULL;
  GString *text;

  g_return_val_if_fail (HP_IS_LOG_TABLE (self), NULL);

  rows = self->log ? dup_selected (self, add_cells) : NULL;
  if (!rows)
    return NULL;
  text = g_string_new (NULL);
  add_cells (self, text, NULL);
  g_string_append (text, rows);
  return g_string_free (text, FALSE);
}

/* Pinning */

gboolean
hp_log_table_get_all_pinned (HpLogTable *self)
{
  g_autoptr (GArray) seqs = NULL;

  g_return_val_if_fail (HP_IS_LOG_TABLE (self), FALSE);

  seqs = hp_log_selection_dup_seqs (self->selection);
  for (guint i = 0; i < seqs->len; i++)
    {
      HpRequestRecord record;

      if (hp_request_log_get (self->log, g_array_index (seqs, guint64, i), &record)
          && !(record.flags & HP_RECORD_PINNED))
        return FALSE;
    }
  return seqs->len > 0;
}

static void
pin (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HpLogTable *self = HP_LOG_TABLE (widget);
  g_autoptr (GArray) seqs = hp_log_selection_dup_seqs (self->selection);
  gboolean pinned = !hp_log_table_get_all_pinned (self);

  for (guint i = 0; i < seqs->len; i++)
    hp_request_log_set_pinned (self->log, g_array_index (seqs, guint64, i), pinned);
}

/* Filtering */

static char *
dup_filter_value (const char *key, const HpRequestRecord *record)
{
  if (g_str_equal (key, "path"))
    return g_strndup (record->target, strcspn (record->target, "?"));
  if (g_str_equal (key, "status"))
    return g_strdup_printf ("%u", record->status);
  return hp_log_short_client_word (record->user_agent);
}

/* All that have the same as the selected one. */
static void
filter_by (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HpLogTable *self = HP_LOG_TABLE (widget);
  const char *key = g_variant_get_string (parameter, NULL);
  g_autofree char *value = NULL;
  HpRequestRecord record;
  guint64 seq;

  if (!hp_log_selection_get_single (self->selection, &seq)
      || !hp_request_log_get (self->log, seq, &record))
    return;
  value = dup_filter_value (key, &record);
  if (*value)
    g_signal_emit (self, hp_log_table_signals[HP_LOG_TABLE_FILTER], 0, key,
                   g_str_equal (key, "path") ? "=" : ":", value);
}

/* Keys */

/* The list binds End itself and would move without following; it still gets the key. */
static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint key,
                guint code,
                GdkModifierType modifiers,
                HpLogTable *self)
{
  if ((key == GDK_KEY_End || key == GDK_KEY_KP_End)
      && !(modifiers & gtk_accelerator_get_default_mod_mask ()) && !hp_log_table_get_sorted (self))
    hp_log_table_set_follow (self, TRUE);
  return GDK_EVENT_PROPAGATE;
}

void
hp_log_table_actions_update (HpLogTable *self)
{
  static const char *const actions[] = {
    "log.copy-rows",
    "log.copy-table",
    "log.copy-path",
    "log.pin",
  };
  gboolean any = hp_log_table_get_n_selected (self) > 0;

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), actions[i], any);
}

void
hp_log_table_actions_install (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "log.copy-rows", NULL, copy_rows);
  gtk_widget_class_install_action (widget_class, "log.copy-table", NULL, copy_table);
  gtk_widget_class_install_action (widget_class, "log.copy-path", NULL, copy_path);
  gtk_widget_class_install_action (widget_class, "log.pin", NULL, pin);
  gtk_widget_class_install_action (widget_class, "log.filter-by", "s", filter_by);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "log.copy-rows",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_p, 0, "log.pin", NULL);
}

void
hp_log_table_actions_connect (HpLogTable *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self, 0);
  gtk_widget_add_controller (self->list, keys);

  g_signal_connect_object (self->selection, "selection-changed",
                           G_CALLBACK (hp_log_table_actions_update), self, G_CONNECT_SWAPPED);
  hp_log_table_actions_update (self);
}
