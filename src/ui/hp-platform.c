/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-direction.h"
#include "ui/hp-platform.h"

/* Guarded by what it is built with; the floors stay what the compiler checks everywhere else. */
G_GNUC_BEGIN_IGNORE_DEPRECATIONS

/* Choosing files */

#if GTK_CHECK_VERSION(4, 10, 0)

static GListModel *
finish_choice (GtkFileDialog *dialog, GAsyncResult *result, HpChooseKind kind, GError **error)
{
  GListStore *files;
  GFile *file = NULL;

  switch (kind)
    {
    case HP_CHOOSE_FOLDERS:
      return gtk_file_dialog_select_multiple_folders_finish (dialog, result, error);
    case HP_CHOOSE_FOLDER:
      file = gtk_file_dialog_select_folder_finish (dialog, result, error);
      break;
    case HP_CHOOSE_NEW_FILE:
      file = gtk_file_dialog_save_finish (dialog, result, error);
      break;
    case HP_CHOOSE_FILE:
      file = gtk_file_dialog_open_finish (dialog, result, error);
      break;
    }
  if (!file)
    return NULL;
  files = g_list_store_new (G_TYPE_FILE);
  g_list_store_append (files, file);
  g_object_unref (file);
  return G_LIST_MODEL (files);
}

static void
chosen_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  HpChooseKind kind = GPOINTER_TO_INT (g_task_get_task_data (task));
  g_autoptr (GError) error = NULL;
  GListModel *files = finish_choice (GTK_FILE_DIALOG (object), result, kind, &error);

  if (files)
    g_task_return_pointer (task, files, g_object_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
start_choice (GtkWindow *parent, const HpChoice *choice, GTask *task)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  GCancellable *cancellable = g_task_get_cancellable (task);

  gtk_file_dialog_set_title (dialog, choice->title);
  gtk_file_dialog_set_accept_label (dialog, choice->accept);
  if (choice->folder)
    gtk_file_dialog_set_initial_folder (dialog, choice->folder);
  if (choice->name)
    gtk_file_dialog_set_initial_name (dialog, choice->name);
  if (choice->filters)
    gtk_file_dialog_set_filters (dialog, choice->filters);

  switch (choice->kind)
    {
    case HP_CHOOSE_FOLDERS:
      gtk_file_dialog_select_multiple_folders (dialog, parent, cancellable, chosen_cb, task);
      break;
    case HP_CHOOSE_FOLDER:
      gtk_file_dialog_select_folder (dialog, parent, cancellable, chosen_cb, task);
      break;
    case HP_CHOOSE_NEW_FILE:
      gtk_file_dialog_save (dialog, parent, cancellable, chosen_cb, task);
      break;
    case HP_CHOOSE_FILE:
      gtk_file_dialog_open (dialog, parent, cancellable, chosen_cb, task);
      break;
    }
}

#else /* GTK 4.8 */

static void
end_choice (GTask *task, GtkNativeDialog *dialog)
{
  g_signal_handlers_disconnect_by_data (dialog, task);
  if (g_task_get_cancellable (task))
    g_signal_handlers_disconnect_by_data (g_task_get_cancellable (task), task);
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
  g_object_unref (task);
}

static void
response_cb (GtkNativeDialog *dialog, int response, GTask *task)
{
  GListModel *files = response == GTK_RESPONSE_ACCEPT
                          ? gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog))
                          : NULL;

  if (files && g_list_model_get_n_items (files) > 0)
    g_task_return_pointer (task, g_steal_pointer (&files), g_object_unref);
  else
    g_task_return_pointer (task, NULL, NULL);
  g_clear_object (&files);
  end_choice (task, dialog);
}

static void
cancelled_cb (GCancellable *cancellable, GTask *task)
{
  g_task_return_error_if_cancelled (task);
  end_choice (task, g_object_get_data (G_OBJECT (task), "dialog"));
}

static void
add_filters (GtkFileChooser *chooser, GListModel *filters)
{
  for (guint i = 0; filters && i < g_list_model_get_n_items (filters); i++)
    {
      g_autoptr (GtkFileFilter) filter = g_list_model_get_item (filters, i);

      gtk_file_chooser_add_filter (chooser, filter);
    }
}

static void
start_choice (GtkWindow *parent, const HpChoice *choice, GTask *task)
{
  static const GtkFileChooserAction actions[] = {
    [HP_CHOOSE_FILE] = GTK_FILE_CHOOSER_ACTION_OPEN,
    [HP_CHOOSE_FOLDER] = GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
    [HP_CHOOSE_FOLDERS] = GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
    [HP_CHOOSE_NEW_FILE] = GTK_FILE_CHOOSER_ACTION_SAVE,
  };
  GtkFileChooserNative *native = gtk_file_chooser_native_new (
      choice->title, parent, actions[choice->kind], choice->accept, NULL);
  GtkFileChooser *chooser = GTK_FILE_CHOOSER (native);

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (native), TRUE);
  gtk_file_chooser_set_select_multiple (chooser, choice->kind == HP_CHOOSE_FOLDERS);
  if (choice->folder)
    gtk_file_chooser_set_current_folder (chooser, choice->folder, NULL);
  if (choice->name)
    gtk_file_chooser_set_current_name (chooser, choice->name);
  add_filters (chooser, choice->filters);

  g_object_set_data (G_OBJECT (task), "dialog", native);
  g_signal_connect (native, "response", G_CALLBACK (response_cb), task);
  /* Not g_cancellable_connect(): its handler may not be disconnected while it runs. */
  if (g_task_get_cancellable (task))
    g_signal_connect (g_task_get_cancellable (task), "cancelled", G_CALLBACK (cancelled_cb), task);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (native));
}

#endif

void
hp_choose_async (GtkWindow *parent,
                 const HpChoice *choice,
                 GCancellable *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer user_data)
{
  GTask *task = g_task_new (parent, cancellable, callback, user_data);

  g_task_set_source_tag (task, hp_choose_async);
  g_task_set_task_data (task, GINT_TO_POINTER (choice->kind), NULL);
  start_choice (parent, choice, task);
}

GListModel *
hp_choose_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

GFile *
hp_choose_finish_file (GAsyncResult *result)
{
  g_autoptr (GListModel) files = hp_choose_finish (result);

  return files ? g_list_model_get_item (files, 0) : NULL;
}

/* Asking */

#if ADW_CHECK_VERSION(1, 5, 0)

GObject *
hp_ask (GtkWindow *parent,
        const char *heading,
        const char *body,
        GtkWidget *more,
        const HpAnswer *answers)
{
  g_autofree char *shown_heading = hp_direction_mend (heading);
  g_autofree char *shown_body = hp_direction_take (g_strdup (body));
  AdwDialog *dialog = adw_alert_dialog_new (shown_heading, shown_body);
  AdwAlertDialog *alert = ADW_ALERT_DIALOG (dialog);

  adw_alert_dialog_set_default_response (alert, answers->id);
  adw_alert_dialog_set_close_response (alert, answers->id);
  for (const HpAnswer *answer = answers; answer->id; answer++)
    if (answer->label)
      {
        adw_alert_dialog_add_response (alert, answer->id, answer->label);
        adw_alert_dialog_set_response_appearance (alert, answer->id, answer->appearance);
      }
    else
      {
        adw_alert_dialog_set_close_response (alert, answer->id);
      }
  if (more)
    adw_alert_dialog_set_extra_child (alert, more);
  adw_dialog_present (dialog, GTK_WIDGET (parent));
  return G_OBJECT (dialog);
}

gboolean
hp_is_inner_dialog (GtkWidget *widget)
{
  return ADW_IS_DIALOG (widget);
}

#else

GObject *
hp_ask (GtkWindow *parent,
        const char *heading,
        const char *body,
        GtkWidget *more,
        const HpAnswer *answers)
{
  g_autofree char *shown_heading = hp_direction_mend (heading);
  g_autofree char *shown_body = hp_direction_take (g_strdup (body));
  GtkWidget *dialog = adw_message_dialog_new (parent, shown_heading, shown_body);
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG (dialog);

  adw_message_dialog_set_default_response (message, answers->id);
  adw_message_dialog_set_close_response (message, answers->id);
  for (const HpAnswer *answer = answers; answer->id; answer++)
    if (answer->label)
      {
        adw_message_dialog_add_response (message, answer->id, answer->label);
        adw_message_dialog_set_response_appearance (message, answer->id, answer->appearance);
      }
    else
      {
        adw_message_dialog_set_close_response (message, answer->id);
      }
  if (more)
    adw_message_dialog_set_extra_child (message, more);
  gtk_window_present (GTK_WINDOW (dialog));
  return G_OBJECT (dialog);
}

gboolean
hp_is_inner_dialog (GtkWidget *widget)
{
  return FALSE;
}

#endif

/* Names */

void
hp_set_accessible_name (GtkWidget *widget, const char *name)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE (widget);

  gtk_accessible_reset_relation (accessible, GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

#if GTK_CHECK_VERSION(4, 10, 0)

/* The class of the items is GTK's own, their text is a property. */
static void
name_items (GtkWidget *widget)
{
  g_autofree char *text = NULL;

  if (g_str_equal (G_OBJECT_TYPE_NAME (widget), "GtkModelButton"))
    {
      g_object_get (widget, "text", &text, NULL);
      if (text && *text)
        hp_set_accessible_name (widget, text);
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    name_items (child);
}

void
hp_name_menu_items (GtkWidget *menu)
{
  g_signal_connect (menu, "map", G_CALLBACK (name_items), NULL);
}

#else

void
hp_name_menu_items (GtkWidget *menu)
{
}

#endif

G_GNUC_END_IGNORE_DEPRECATIONS
