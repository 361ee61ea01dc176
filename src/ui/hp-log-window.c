/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "log/hp-har-reader.h"
#include "log/hp-log-format.h"
#include "ui/hp-direction.h"
#include "ui/hp-export-dialog.h"
#include "ui/hp-export-toast.h"
#include "ui/hp-help.h"
#include "ui/hp-log-filter-bar.h"
#include "ui/hp-log-filter-help.h"
#include "ui/hp-log-pages.h"
#include "ui/hp-log-table.h"
#include "ui/hp-log-window.h"
#include "ui/hp-platform.h"

#define TOAST_SECONDS 3

struct _HpLogWindow
{
  AdwApplicationWindow parent_instance;

  /* owned */
  GFile *file;
  HpRequestLog *log;
  GCancellable *cancellable;
  char *name; /* of the file, for people */

  /* template */
  HpToastArea *toasts;
  AdwWindowTitle *title;
  GtkWidget *problem_box;
  GtkLabel *problem_label;
  GtkStack *stack;
  GtkProgressBar *progress;
  HpLogFilterBar *filter_bar;
  HpLogTable *table;
  HpLogPages *pages;
};

G_DEFINE_FINAL_TYPE (HpLogWindow, hp_log_window, ADW_TYPE_APPLICATION_WINDOW)

static void
show_problem (HpLogWindow *self, const char *text)
{
  hp_direction_set_text (self->problem_label, text);
  gtk_widget_set_visible (self->problem_box, TRUE);
}

/* Reading */

static void
progress_cb (goffset current, goffset total, gpointer user_data)
{
  HpLogWindow *self = user_data;

  if (total > 0)
    gtk_progress_bar_set_fraction (self->progress, MIN (1, (double) current / total));
}

static void
show_log (HpLogWindow *self)
{
  gulong n = hp_request_log_get_next_seq (self->log) - hp_request_log_get_first_seq (self->log);
  g_autofree char *text = g_strdup_printf (ngettext ("%'lu request", "%'lu requests", n), n);

  adw_window_title_set_subtitle (self->title, text);
  g_simple_action_set_enabled (
      G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), "export-log")), n > 0);
  if (n == 0)
    {
      gtk_stack_set_visible_child_name (self->stack, "empty");
      return;
    }
  hp_log_table_set_log (self->table, self->log);
  hp_log_pages_set_saved_log (self->pages, self->log);
  /* Nothing comes any more: one begins to read at the top. */
  hp_log_table_set_follow (self->table, FALSE);
  gtk_stack_set_visible_child_name (self->stack, "log");
  gtk_widget_grab_focus (GTK_WIDGET (self->table));
}

static void
tell_left_out (HpLogWindow *self, guint64 n_entries)
{
  guint64 n_kept = hp_request_log_get_next_seq (self->log)
                   - hp_request_log_get_first_seq (self->log);
  gulong n = n_entries - n_kept;
  g_autofree char *text = NULL;

  if (n_kept >= n_entries)
    return;
  text = g_strdup_printf (
      ngettext (
          "This file has more requests than fit here. %'lu request at the beginning is not shown.",
          "This file has more requests than fit here. %'lu requests at the beginning are not shown.",
          n),
      n);
  show_problem (self, text);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HpLogWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  guint64 n_entries;
  gboolean ok = hp_har_read_finish (result, &n_entries, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  show_log (self);
  if (ok)
    tell_left_out (self, n_entries);
  else
    {
      /* Translators: the name of a file, and a sentence about what is wrong with it. */
      g_autofree char *text = g_strdup_printf (_ ("“%s” can’t be read. %s"), self->name,
                                               error->message);

      show_problem (self, text);
    }
}

/* Actions */

static void
exported_cb (HpLogWindow *self, const char *message, GFile *file)
{
  hp_export_toast_show (self->toasts, message, file);
}

static void
export_log_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  HpLogWindow *self = user_data;
  g_autofree char *base = g_file_get_basename (self->file);
  char *dot = strrchr (base, '.');
  HpExportDialog *dialog;

  if (dot && dot > base)
    *dot = '\0';
  dialog = hp_export_dialog_new (GTK_WINDOW (self), self->table, NULL, base);
  g_signal_connect_object (dialog, "exported", G_CALLBACK (exported_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
filter_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  hp_log_filter_bar_focus_entry (((HpLogWindow *) user_data)->filter_bar);
}

static void
filter_help_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  hp_log_filter_help_show (GTK_WINDOW (user_data));
}

static void
next_problem_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_widget_activate_action (GTK_WIDGET (((HpLogWindow *) user_data)->table), "log.next-problem",
                              NULL);
}

static void
previous_problem_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_widget_activate_action (GTK_WIDGET (((HpLogWindow *) user_data)->table),
                              "log.previous-problem", NULL);
}

static const GActionEntry actions[] = {
  { "export-log", export_log_cb },
  { "filter", filter_cb },
  { "filter-help", filter_help_cb },
  { "next-problem", next_problem_cb },
  { "previous-problem", previous_problem_cb },
};

/* The object */

static void
hp_log_window_dispose (GObject *object)
{
  HpLogWindow *self = HP_LOG_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), HP_TYPE_LOG_WINDOW);
  g_clear_object (&self->log);
  G_OBJECT_CLASS (hp_log_window_parent_class)->dispose (object);
}

static void
hp_log_window_finalize (GObject *object)
{
  HpLogWindow *self = HP_LOG_WINDOW (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->file);
  g_free (self->name);
  G_OBJECT_CLASS (hp_log_window_parent_class)->finalize (object);
}

static void
hp_log_window_class_init (HpLogWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hp_log_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = hp_log_window_finalize;

  g_type_ensure (HP_TYPE_TOAST_AREA);
  g_type_ensure (HP_TYPE_LOG_FILTER_BAR);
  g_type_ensure (HP_TYPE_LOG_PAGES);
  g_type_ensure (HP_TYPE_LOG_TABLE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/homeport/Homeport/ui/hp-log-window.ui");
  gtk_widget_class_bind_template_child (widget_class, HpLogWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, HpLogWindow, title);
  gtk_widget_class_bind_template_child (widget_class, HpLogWindow, problem_box);
  gtk_widget_class_bind_template_child (widget_class, HpLogWindow, problem_label);
  gtk_widget_class_bind_template_child (widget_class, HpLogWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, HpLogWindow, progress);
  gtk_widget_class_bind_template_child (widget_class, HpLogWindow, filter_bar);
  gtk_widget_class_bind_template_child (widget_class, HpLogWindow, table);
  gtk_widget_class_bind_template_child (widget_class, HpLogWindow, pages);
  hp_export_toast_install (widget_class);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_e, GDK_CONTROL_MASK, "win.export-log",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, GDK_CONTROL_MASK, "win.filter",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_g, GDK_CONTROL_MASK,
                                       "win.next-problem", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_g, GDK_CONTROL_MASK | GDK_SHIFT_MASK,
                                       "win.previous-problem", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close",
                                       NULL);
}

static void
hp_log_window_init (HpLogWindow *self)
{
  self->cancellable = g_cancellable_new ();
  self->log = hp_request_log_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  g_simple_action_set_enabled (
      G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), "export-log")), FALSE);
  hp_log_filter_bar_set_finished (self->filter_bar);
  g_signal_connect_object (self->table, "message", G_CALLBACK (hp_log_window_toast), self,
                           G_CONNECT_SWAPPED);
}

HpLogWindow *
hp_log_window_new (GtkApplication *application, GFile *file)
{
  HpLogWindow *self = g_object_new (HP_TYPE_LOG_WINDOW, "application", application, NULL);
  g_autofree char *name = g_file_get_basename (file);

  hp_help_set_page (GTK_WIDGET (self), "log");
  self->file = g_object_ref (file);
  self->name = hp_log_format_visible (name, 0);
  adw_window_title_set_title (self->title, self->name);
  gtk_window_set_title (GTK_WINDOW (self), self->name);
  hp_har_read_async (file, self->log, self->cancellable, progress_cb, self, read_cb,
                     g_object_ref (self));
  return self;
}

void
hp_log_window_toast (HpLogWindow *self, const char *text)
{
  g_return_if_fail (HP_IS_LOG_WINDOW (self));

  hp_toast_area_show (self->toasts, text, TOAST_SECONDS);
}

GFile *
hp_log_window_get_file (HpLogWindow *self)
{
  g_return_val_if_fail (HP_IS_LOG_WINDOW (self), NULL);
  return self->file;
}

gboolean
hp_log_window_can_open (GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *folded = name ? g_ascii_strdown (name, -1) : NULL;

  return folded && g_str_has_suffix (folded, ".har");
}

void
hp_log_window_open (GtkApplication *application, GFile *file)
{
  for (GList *l = gtk_application_get_windows (application); l; l = l->next)
    if (HP_IS_LOG_WINDOW (l->data)
        && g_file_equal (file, hp_log_window_get_file (HP_LOG_WINDOW (l->data))))
      {
        gtk_window_present (GTK_WINDOW (l->data));
        return;
      }
  gtk_window_present (GTK_WINDOW (hp_log_window_new (application, file)));
}

/* Choosing a file */

static void
chosen_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkApplication) application = user_data;
  g_autoptr (GFile) file = hp_choose_finish_file (result);

  if (file)
    hp_log_window_open (application, file);
}

static GListModel *
create_filters (void)
{
  GListStore *filters = g_list_store_new (GTK_TYPE_FILE_FILTER);
  g_autoptr (GtkFileFilter) archives = gtk_file_filter_new ();
  g_autoptr (GtkFileFilter) all = gtk_file_filter_new ();

  gtk_file_filter_set_name (archives, _ ("HTTP Archives (HAR)"));
  gtk_file_filter_add_suffix (archives, "har");
  gtk_file_filter_set_name (all, _ ("All files"));
  gtk_file_filter_add_pattern (all, "*");
  g_list_store_append (filters, archives);
  g_list_store_append (filters, all);
  return G_LIST_MODEL (filters);
}

void
hp_log_window_choose (GtkApplication *application, GtkWindow *parent)
{
  g_autoptr (GListModel) filters = create_filters ();
  const HpChoice choice = {
    .kind = HP_CHOOSE_FILE,
    .title = _ ("Open Log File"),
    .accept = _ ("_Open"),
    .filters = filters,
  };

  hp_choose_async (parent, &choice, NULL, chosen_cb, g_object_ref (application));
}
