/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "log/hp-log-export.h"
#include "log/hp-log-format.h"
#include "ui/hp-client-label.h"
#include "ui/hp-combo-row.h"
#include "ui/hp-direction.h"
#include "ui/hp-export-dialog.h"
#include "ui/hp-help.h"
#include "ui/hp-log-rows.h"
#include "ui/hp-platform.h"

#define MAX_NAME_CHARS 60

typedef enum
{
  ROWS_SHOWN,
  ROWS_SELECTED,
  ROWS_ALL,
} Rows;

struct _HpExportDialog
{
  AdwWindow parent_instance;

  /* owned */
  HpLogTable *table;
  char *base;
  char *name;
  GArray *choices;           /* of Rows, in step with rows_row */
  GCancellable *chooser;     /* of the question for a file; NULL unless it is open */
  GCancellable *cancellable; /* NULL unless an export runs */
  HpLogExport *export;       /* as above */
  GFile *file;               /* as above; NULL: to the clipboard */

  /* template */
  GtkWidget *group;
  AdwComboRow *rows_row;
  AdwComboRow *format_row;
  GtkWidget *secrets_row;
  GtkSwitch *secrets_switch;
  GtkWidget *problem_box;
  GtkLabel *problem_label;
  GtkStack *stack;
  GtkProgressBar *progress;
  GtkLabel *progress_label;
};

enum
{
  EXPORTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HpExportDialog, hp_export_dialog, ADW_TYPE_WINDOW)

static HpLogFormat
get_format (HpExportDialog *self)
{
  return adw_combo_row_get_selected (self->format_row);
}

static GArray *
dup_rows (HpExportDialog *self)
{
  GtkSelectionModel *selection = hp_log_table_get_selection (self->table);
  guint choice = adw_combo_row_get_selected (self->rows_row);

  switch (g_array_index (self->choices, Rows, choice))
    {
    case ROWS_SELECTED:
      return hp_log_rows_dup_selected (selection);
    case ROWS_ALL:
      return hp_log_rows_dup_all (hp_log_table_get_log (self->table));
    case ROWS_SHOWN:
    default:
      return hp_log_rows_dup_shown (selection);
    }
}

static void
show_problem (HpExportDialog *self, const char *text)
{
  hp_direction_set_text (self->problem_label, text);
  gtk_widget_set_visible (self->problem_box, text != NULL);
}

static void
set_running (HpExportDialog *self, gboolean running)
{
  gtk_widget_set_sensitive (self->group, !running);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "export.save", !running);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "export.copy", !running);
  gtk_stack_set_visible_child_name (self->stack, running ? "progress" : "choose");
}

/* The export */

static void
progress_cb (HpExportDialog *self)
{
  gulong n_done = hp_log_export_get_n_done (self->export);
  gulong n_rows = hp_log_export_get_n_rows (self->export);
  /* Translators: “12,000 of 100,000” requests. */
  g_autofree char *text = g_strdup_printf (_ ("%'lu of %'lu"), n_done, n_rows);

  gtk_label_set_text (self->progress_label, text);
  gtk_progress_bar_set_fraction (self->progress, n_rows ? (double) n_done / n_rows : 0);
}

static char *
describe_done (HpExportDialog *self)
{
  gulong n_missing = hp_log_export_get_n_missing (self->export);
  gulong n = hp_log_export_get_n_rows (self->export) - n_missing;
  g_autofree char *name = NULL;
  g_autofree char *shown = NULL;

  if (n_missing > 0)
    return g_strdup_printf (ngettext ("Exported; %'lu request had already left the log",
                                      "Exported; %'lu requests had already left the log",
                                      n_missing),
                            n_missing);
  if (!self->file)
    return g_strdup_printf (ngettext ("Copied %'lu request", "Copied %'lu requests", n), n);
  name = g_file_get_basename (self->file);
  shown = hp_log_format_visible (name, MAX_NAME_CHARS);
  /* Translators: the name of a file. */
  return g_strdup_printf (_ ("Saved %s"), shown);
}

static void
finish (HpExportDialog *self)
{
  g_clear_object (&self->export);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->file);
}

static void
exported_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HpExportDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  set_running (self, FALSE);
  if (!hp_log_export_finish (HP_LOG_EXPORT (object), result, &text, &error))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        show_problem (self, error->message);
      finish (self);
      return;
    }

  if (text)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  if (!g_cancellable_is_cancelled (self->cancellable))
    {
      g_autofree char *message = describe_done (self);

      g_signal_emit (self, signals[EXPORTED], 0, message, self->file);
    }
  finish (self);
  gtk_window_close (GTK_WINDOW (self));
}

/* file: (transfer none) (nullable) */
static void
start (HpExportDialog *self, GFile *file)
{
  show_problem (self, NULL);
  self->cancellable = g_cancellable_new ();
  self->export = hp_log_export_new (hp_log_table_get_log (self->table), dup_rows (self),
                                    get_format (self), self->base,
                                    gtk_switch_get_active (self->secrets_switch));
  if (hp_client_label_get_names ())
    hp_log_export_set_programs (self->export, (HpLogProgramFunc) hp_client_names_dup,
                                g_object_ref (hp_client_label_get_names ()), g_object_unref);
  g_set_object (&self->file, file);
  g_signal_connect_object (self->export, "notify::n-done", G_CALLBACK (progress_cb), self,
                           G_CONNECT_SWAPPED);
  progress_cb (self);
  set_running (self, TRUE);
  hp_log_export_run_async (self->export, file, self->cancellable, exported_cb, g_object_ref (self));
}

/* Actions */

static void
chosen_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  HpExportDialog *self = HP_EXPORT_DIALOG (object);
  g_autoptr (GFile) file = hp_choose_finish_file (result);

  g_clear_object (&self->chooser);
  if (file && !self->export)
    start (self, file);
}

/* "my-website 2026-11-29.har" */
static char *
suggest_name (HpExportDialog *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = g_date_time_format (now, "%Y-%m-%d");
  g_autofree char *name = g_strdup_printf ("%s %s.%s", self->name, date,
                                           hp_log_format_get_extension (get_format (self)));

  return g_strdelimit (g_steal_pointer (&name), "/", '-');
}

static void
save (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HpExportDialog *self = HP_EXPORT_DIALOG (widget);
  g_autofree char *name = suggest_name (self);
  const HpChoice choice = {
    .kind = HP_CHOOSE_NEW_FILE,
    .title = _ ("Save Log"),
    .accept = _ ("_Save"),
    .name = name,
  };

  if (self->chooser)
    return;
  self->chooser = g_cancellable_new ();
  hp_choose_async (GTK_WINDOW (self), &choice, self->chooser, chosen_cb, NULL);
}

static void
copy (GtkWidget *widget, const char *action, GVariant *parameter)
{
  start (HP_EXPORT_DIALOG (widget), NULL);
}

/* First the export, then the dialog. */
static void
cancel (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HpExportDialog *self = HP_EXPORT_DIALOG (widget);

  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  else
    gtk_window_close (GTK_WINDOW (self));
}

/* Only these two have the fields of heads. */
static void
format_changed_cb (HpExportDialog *self)
{
  HpLogFormat format = get_format (self);

  if (format >= HP_N_LOG_FORMATS)
    return;
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->format_row),
                               hp_log_format_get_purpose (format));
  gtk_widget_set_visible (self->secrets_row,
                          format == HP_LOG_FORMAT_HAR || format == HP_LOG_FORMAT_JSON_LINES);
}

/* The object */

static void
hp_export_dialog_dispose (GObject *object)
{
  HpExportDialog *self = HP_EXPORT_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_cancellable_cancel (self->chooser);
  g_clear_object (&self->chooser);
  gtk_widget_dispose_template (GTK_WIDGET (self), HP_TYPE_EXPORT_DIALOG);
  g_clear_object (&self->table);
  finish (self);
  G_OBJECT_CLASS (hp_export_dialog_parent_class)->dispose (object);
}

static void
hp_export_dialog_finalize (GObject *object)
{
  HpExportDialog *self = HP_EXPORT_DIALOG (object);

  g_free (self->base);
  g_free (self->name);
  g_array_unref (self->choices);
  G_OBJECT_CLASS (hp_export_dialog_parent_class)->finalize (object);
}

/* Closed in whatever way, it stops. */
static gboolean
hp_export_dialog_close_request (GtkWindow *window)
{
  g_cancellable_cancel (HP_EXPORT_DIALOG (window)->cancellable);
  return GTK_WINDOW_CLASS (hp_export_dialog_parent_class)->close_request (window);
}

static void
hp_export_dialog_class_init (HpExportDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hp_export_dialog_dispose;
  object_class->finalize = hp_export_dialog_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = hp_export_dialog_close_request;

  signals[EXPORTED] = g_signal_new ("exported", HP_TYPE_EXPORT_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_FILE);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/homeport/Homeport/ui/hp-export-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HpExportDialog, group);
  gtk_widget_class_bind_template_child (widget_class, HpExportDialog, rows_row);
  gtk_widget_class_bind_template_child (widget_class, HpExportDialog, format_row);
  gtk_widget_class_bind_template_child (widget_class, HpExportDialog, secrets_row);
  gtk_widget_class_bind_template_child (widget_class, HpExportDialog, secrets_switch);
  gtk_widget_class_bind_template_child (widget_class, HpExportDialog, problem_box);
  gtk_widget_class_bind_template_child (widget_class, HpExportDialog, problem_label);
  gtk_widget_class_bind_template_child (widget_class, HpExportDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, HpExportDialog, progress);
  gtk_widget_class_bind_template_child (widget_class, HpExportDialog, progress_label);
  gtk_widget_class_bind_template_callback (widget_class, format_changed_cb);
  gtk_widget_class_install_action (widget_class, "export.save", NULL, save);
  gtk_widget_class_install_action (widget_class, "export.copy", NULL, copy);
  gtk_widget_class_install_action (widget_class, "export.cancel", NULL, cancel);
}

static void
hp_export_dialog_init (HpExportDialog *self)
{
  g_autoptr (GtkStringList) formats = gtk_string_list_new (NULL);
  GtkWidget *list;

  self->choices = g_array_new (FALSE, FALSE, sizeof (Rows));
  gtk_widget_init_template (GTK_WIDGET (self));
  /* Without a name it would be read as "GtkListBox". */
  list = gtk_widget_get_ancestor (GTK_WIDGET (self->rows_row), GTK_TYPE_LIST_BOX);
  if (list)
    hp_set_accessible_name (list, _ ("What to export"));
  for (HpLogFormat format = 0; format < HP_N_LOG_FORMATS; format++)
    gtk_string_list_append (formats, hp_log_format_get_name (format));
  hp_combo_row_show_whole (self->rows_row);
  hp_combo_row_show_whole (self->format_row);
  adw_combo_row_set_model (self->format_row, G_LIST_MODEL (formats));
  format_changed_cb (self);
}

/* The choices */

static guint
get_n_rows (HpExportDialog *self, Rows rows)
{
  switch (rows)
    {
    case ROWS_SHOWN:
      return hp_log_table_get_n_shown (self->table);
    case ROWS_SELECTED:
      return hp_log_table_get_n_selected (self->table);
    case ROWS_ALL:
    default:
      return hp_log_table_get_n_rows (self->table);
    }
}

static char *
format_choice (HpExportDialog *self, Rows rows)
{
  const char *formats[] = {
    /* Translators: the number of requests that the filter lets through. */
    [ROWS_SHOWN] = _ ("Shown (%s)"),
    [ROWS_SELECTED] = _ ("Selected (%s)"),
    [ROWS_ALL] = _ ("All (%s)"),
  };
  g_autofree char *number = g_strdup_printf ("%'u", get_n_rows (self, rows));
  GString *text = g_string_new (formats[rows]);

  g_string_replace (text, "%s", number, 1);
  return g_string_free (text, FALSE);
}

static void
add_choice (HpExportDialog *self, GtkStringList *list, Rows rows)
{
  gtk_string_list_take (list, format_choice (self, rows));
  g_array_append_val (self->choices, rows);
}

/* Several selected rows were selected for something. */
static void
add_choices (HpExportDialog *self)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  guint n_selected = get_n_rows (self, ROWS_SELECTED);

  if (get_n_rows (self, ROWS_SHOWN) < get_n_rows (self, ROWS_ALL))
    add_choice (self, list, ROWS_SHOWN);
  add_choice (self, list, ROWS_ALL);
  if (n_selected > 0)
    add_choice (self, list, ROWS_SELECTED);
  adw_combo_row_set_model (self->rows_row, G_LIST_MODEL (list));
  adw_combo_row_set_selected (self->rows_row, n_selected > 1 ? self->choices->len - 1 : 0);
}

/* Requests go on to come, and what is exported is what is there when it starts. */
static void
update_choices (HpExportDialog *self)
{
  GtkStringList *list = GTK_STRING_LIST (adw_combo_row_get_model (self->rows_row));
  guint selected = adw_combo_row_get_selected (self->rows_row);

  if (self->export)
    return;
  for (guint i = 0; i < self->choices->len; i++)
    {
      g_autofree char *text = format_choice (self, g_array_index (self->choices, Rows, i));
      const char *texts[] = { text, NULL };

      if (!g_str_equal (gtk_string_list_get_string (list, i), text))
        gtk_string_list_splice (list, i, 1, texts);
    }
  adw_combo_row_set_selected (self->rows_row, selected);
}

HpExportDialog *
hp_export_dialog_new (GtkWindow *parent, HpLogTable *table, const char *base, const char *name)
{
  HpExportDialog *self;

  g_return_val_if_fail (hp_log_table_get_log (table) != NULL, NULL);

  self = g_object_new (HP_TYPE_EXPORT_DIALOG, "transient-for", parent, NULL);
  hp_help_set_page (GTK_WIDGET (self), "log#export");
  self->table = g_object_ref (table);
  self->base = g_strdup (base);
  self->name = g_strdup (name);
  add_choices (self);
  g_signal_connect_object (table, "rows-changed", G_CALLBACK (update_choices), self,
                           G_CONNECT_SWAPPED);
  return self;
}
