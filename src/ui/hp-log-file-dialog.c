/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "log/hp-log-format.h"
#include "ui/hp-combo-row.h"
#include "ui/hp-direction.h"
#include "ui/hp-help.h"
#include "ui/hp-log-file-dialog.h"
#include "ui/hp-platform.h"

#define MEGABYTE 1000000

struct _HpLogFileDialog
{
  AdwWindow parent_instance;

  /* owned */
  HpServer *server;
  char *path;            /* NULL until one was chosen */
  GCancellable *chooser; /* of the question for a file; NULL unless it is open */

  /* template */
  AdwWindowTitle *title;
  GtkSwitch *active;
  AdwActionRow *switch_row;
  AdwActionRow *file_row;
  AdwComboRow *format_row;
  GtkWidget *size_row;
  GtkSpinButton *size_button;
  GtkWidget *problem_box;
  GtkLabel *problem_label;
};

G_DEFINE_FINAL_TYPE (HpLogFileDialog, hp_log_file_dialog, ADW_TYPE_WINDOW)

static HpLogFormat
get_format (HpLogFileDialog *self)
{
  guint format = adw_combo_row_get_selected (self->format_row);

  return format < HP_N_LOG_FORMATS ? format : HP_LOG_FORMAT_COMBINED;
}

static void
changed_cb (HpLogFileDialog *self)
{
  gboolean active = gtk_switch_get_active (self->active);
  g_autofree char *shown = hp_log_format_visible (self->path ? self->path : "", 0);

  adw_action_row_set_subtitle (self->file_row, self->path ? shown : _ ("None chosen"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->file_row), active);
  gtk_widget_set_sensitive (GTK_WIDGET (self->format_row), active);
  gtk_widget_set_sensitive (self->size_row, active);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "log-file.apply", !active || self->path);
}

/* "site.log" becomes "site.har"; a name with an ending of its own keeps it. */
static void
fit_ending (HpLogFileDialog *self)
{
  char *dot = self->path ? strrchr (self->path, '.') : NULL;

  for (HpLogFormat format = 0; dot && format < HP_N_LOG_FORMATS; format++)
    if (g_str_equal (dot + 1, hp_log_format_get_extension (format)))
      {
        char *fitting = g_strdup_printf ("%.*s%s", (int) (dot + 1 - self->path), self->path,
                                         hp_log_format_get_extension (get_format (self)));

        g_free (self->path);
        self->path = fitting;
        return;
      }
}

static void
format_changed_cb (HpLogFileDialog *self)
{
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->format_row),
                               hp_log_format_get_purpose (get_format (self)));
  fit_ending (self);
  changed_cb (self);
}

static void
trouble_changed_cb (HpLogFileDialog *self)
{
  const char *trouble = hp_server_get_log_trouble (self->server);

  hp_direction_set_text (self->problem_label, trouble);
  gtk_widget_set_visible (self->problem_box, trouble != NULL);
}

/* A name that ends as one of the formats does means that format. */
static void
fit_format (HpLogFileDialog *self)
{
  const char *dot = strrchr (self->path, '.');

  for (HpLogFormat format = 0; dot && format < HP_N_LOG_FORMATS; format++)
    if (g_str_equal (dot + 1, hp_log_format_get_extension (format)))
      adw_combo_row_set_selected (self->format_row, format);
}

/* Actions */

static void
chosen_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  HpLogFileDialog *self = HP_LOG_FILE_DIALOG (object);
  g_autoptr (GFile) file = hp_choose_finish_file (result);
  char *path = file ? g_file_get_path (file) : NULL;

  g_clear_object (&self->chooser);
  if (path)
    {
      g_free (self->path);
      self->path = g_steal_pointer (&path);
      fit_format (self);
      changed_cb (self);
    }
  g_free (path);
}

static void
choose (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HpLogFileDialog *self = HP_LOG_FILE_DIALOG (widget);
  g_autofree char *name = g_strdup_printf ("%s.%s", hp_server_get_title (self->server),
                                           hp_log_format_get_extension (get_format (self)));
  const HpChoice choice = {
    .kind = HP_CHOOSE_NEW_FILE,
    .title = _ ("Choose Log File"),
    .accept = _ ("C_hoose"),
    .name = g_strdelimit (name, "/", '-'),
  };

  if (self->chooser)
    return;
  self->chooser = g_cancellable_new ();
  hp_choose_async (GTK_WINDOW (self), &choice, self->chooser, chosen_cb, NULL);
}

static void
apply (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HpLogFileDialog *self = HP_LOG_FILE_DIALOG (widget);
  g_autoptr (HpLogFileOptions) options = NULL;

  if (gtk_switch_get_active (self->active))
    options = hp_log_file_options_new (self->path, get_format (self),
                                       (guint64) gtk_spin_button_get_value (self->size_button)
                                           * MEGABYTE);
  hp_server_set_log_file (self->server, options);
  gtk_window_close (GTK_WINDOW (self));
}

/* The object */

static void
hp_log_file_dialog_dispose (GObject *object)
{
  HpLogFileDialog *self = HP_LOG_FILE_DIALOG (object);

  g_cancellable_cancel (self->chooser);
  g_clear_object (&self->chooser);
  gtk_widget_dispose_template (GTK_WIDGET (self), HP_TYPE_LOG_FILE_DIALOG);
  g_clear_object (&self->server);
  g_clear_pointer (&self->path, g_free);
  G_OBJECT_CLASS (hp_log_file_dialog_parent_class)->dispose (object);
}

static void
hp_log_file_dialog_class_init (HpLogFileDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hp_log_file_dialog_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/homeport/Homeport/ui/hp-log-file-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HpLogFileDialog, title);
  gtk_widget_class_bind_template_child_full (widget_class, "switch", FALSE,
                                             G_STRUCT_OFFSET (HpLogFileDialog, active));
  gtk_widget_class_bind_template_child (widget_class, HpLogFileDialog, switch_row);
  gtk_widget_class_bind_template_child (widget_class, HpLogFileDialog, file_row);
  gtk_widget_class_bind_template_child (widget_class, HpLogFileDialog, format_row);
  gtk_widget_class_bind_template_child (widget_class, HpLogFileDialog, size_row);
  gtk_widget_class_bind_template_child (widget_class, HpLogFileDialog, size_button);
  gtk_widget_class_bind_template_child (widget_class, HpLogFileDialog, problem_box);
  gtk_widget_class_bind_template_child (widget_class, HpLogFileDialog, problem_label);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, format_changed_cb);
  gtk_widget_class_install_action (widget_class, "log-file.choose", NULL, choose);
  gtk_widget_class_install_action (widget_class, "log-file.apply", NULL, apply);
}

static void
hp_log_file_dialog_init (HpLogFileDialog *self)
{
  g_autoptr (GtkStringList) formats = gtk_string_list_new (NULL);
  GtkWidget *list;

  gtk_widget_init_template (GTK_WIDGET (self));
  /* A path is no markup. */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->file_row), FALSE);
  /* Without a name it would be read as "GtkListBox". */
  list = gtk_widget_get_ancestor (GTK_WIDGET (self->file_row), GTK_TYPE_LIST_BOX);
  if (list)
    hp_set_accessible_name (list, _ ("Log File"));
  for (HpLogFormat format = 0; format < HP_N_LOG_FORMATS; format++)
    gtk_string_list_append (formats, hp_log_format_get_name (format));
  hp_combo_row_show_whole (self->format_row);
  adw_combo_row_set_model (self->format_row, G_LIST_MODEL (formats));
}

HpLogFileDialog *
hp_log_file_dialog_new (GtkWindow *parent, HpServer *server)
{
  HpLogFileDialog *self = g_object_new (HP_TYPE_LOG_FILE_DIALOG, "transient-for", parent, NULL);
  const HpLogFileOptions *options = hp_server_get_log_file (server);

  self->server = g_object_ref (server);
  hp_help_set_page (GTK_WIDGET (self), "log#export");
  adw_window_title_set_subtitle (self->title, hp_server_get_title (server));
  adw_combo_row_set_selected (self->format_row, options ? options->format : HP_LOG_FORMAT_COMBINED);
  self->path = options ? g_strdup (options->path) : NULL;
  gtk_spin_button_set_value (self->size_button,
                             (options ? options->max_bytes : HP_LOG_FILE_SIZE) / MEGABYTE);
  gtk_switch_set_active (self->active, options != NULL);
  format_changed_cb (self);
  g_signal_connect_object (server, "notify::log-trouble", G_CALLBACK (trouble_changed_cb), self,
                           G_CONNECT_SWAPPED);
  trouble_changed_cb (self);
  return self;
}
