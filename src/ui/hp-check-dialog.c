/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "ui/hp-announce.h"
#include "ui/hp-check-dialog.h"
#include "ui/hp-direction.h"
#include "ui/hp-help.h"
#include "ui/hp-wrap-box.h"

typedef struct
{
  AdwActionRow *row;
  GtkImage *icon;
  GtkSpinner *spinner;
} Line;

struct _HpCheckDialog
{
  AdwWindow parent_instance;

  /* owned */
  HpServerCheck *check;

  /* template */
  AdwWindowTitle *title;
  GtkWidget *again_button;
  GtkLabel *conclusion;
  GtkButton *remedy_button;
  GtkListBox *list;

  Line lines[HP_N_CHECKS];
};

G_DEFINE_FINAL_TYPE (HpCheckDialog, hp_check_dialog, ADW_TYPE_WINDOW)

static guint remedy_signal;

static const struct
{
  const char *icon;
  const char *style_class;
  const char *words;
} looks[] = {
  [HP_CHECK_PENDING] = { NULL, NULL, N_ ("Not done yet") },
  [HP_CHECK_GOOD] = { "hp-check-symbolic", "success", N_ ("Good") },
  [HP_CHECK_WARNING] = { "hp-state-problem-symbolic", "warning", N_ ("Worth a look") },
  [HP_CHECK_BAD] = { "hp-state-problem-symbolic", "error", N_ ("Wrong") },
  [HP_CHECK_SKIPPED] = { "hp-state-stopped-symbolic", "dim-label", N_ ("Not looked at") },
};

static void
update_line (HpCheckDialog *self, HpCheck check)
{
  Line *line = &self->lines[check];
  HpCheckResult result = hp_server_check_get_result (self->check, check);
  const char *text = hp_server_check_get_text (self->check, check);
  const char *words = _ (looks[result].words);
  gboolean pending = result == HP_CHECK_PENDING;
  g_autofree char *shown = hp_direction_mend (text ? text : words);

  gtk_widget_set_visible (GTK_WIDGET (line->spinner), pending);
  gtk_spinner_set_spinning (line->spinner, pending);
  gtk_widget_set_visible (GTK_WIDGET (line->icon), !pending);
  gtk_image_set_from_icon_name (line->icon, looks[result].icon);
  gtk_widget_set_css_classes (GTK_WIDGET (line->icon),
                              (const char *[]){ looks[result].style_class, NULL });
  gtk_widget_set_tooltip_text (GTK_WIDGET (line->icon), words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (line->icon), GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                  -1);
  adw_action_row_set_subtitle (line->row, shown);
}

static void
update_remedy (HpCheckDialog *self)
{
  static const char *const labels[] = {
    [HP_REMEDY_NONE] = NULL,
    [HP_REMEDY_START] = N_ ("_Start"),
    [HP_REMEDY_CHANGE_PORT] = N_ ("_Change Port…"),
    [HP_REMEDY_COPY_NUMBER] = N_ ("_Copy 127.0.0.1 Address"),
    [HP_REMEDY_OPEN] = N_ ("_Open in Browser"),
  };
  const char *label = labels[hp_server_check_get_remedy (self->check)];
  gboolean done = hp_server_check_get_conclusion (self->check) != NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->remedy_button), done && label);
  if (label)
    gtk_button_set_label (self->remedy_button, _ (label));
}

static void
update (HpCheckDialog *self)
{
  const char *conclusion = hp_server_check_get_conclusion (self->check);
  g_autofree char *shown = hp_direction_mend (conclusion ? conclusion : _ ("Looking…"));

  for (guint i = 0; i < HP_N_CHECKS; i++)
    update_line (self, i);
  if (conclusion && g_strcmp0 (gtk_label_get_text (self->conclusion), shown) != 0)
    hp_announce (GTK_WIDGET (self), conclusion);
  gtk_label_set_text (self->conclusion, shown);
  gtk_widget_set_sensitive (self->again_button, conclusion != NULL);
  update_remedy (self);
}

static void
again_cb (HpCheckDialog *self)
{
  hp_server_check_run (self->check);
}

static void
remedy_cb (HpCheckDialog *self)
{
  g_signal_emit (self, remedy_signal, 0, (guint) hp_server_check_get_remedy (self->check));
  gtk_window_close (GTK_WINDOW (self));
}

static void
add_line (HpCheckDialog *self, HpCheck check)
{
  Line *line = &self->lines[check];
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title = hp_direction_mend (hp_server_check_get_title (check));

  line->row = ADW_ACTION_ROW (row);
  line->icon = GTK_IMAGE (gtk_image_new ());
  line->spinner = GTK_SPINNER (gtk_spinner_new ());
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_add_prefix (line->row, GTK_WIDGET (line->icon));
  adw_action_row_add_prefix (line->row, GTK_WIDGET (line->spinner));
  gtk_list_box_append (self->list, row);
}

static void
hp_check_dialog_dispose (GObject *object)
{
  HpCheckDialog *self = HP_CHECK_DIALOG (object);

  if (self->check)
    g_signal_handlers_disconnect_by_data (self->check, self);
  g_clear_object (&self->check);

  G_OBJECT_CLASS (hp_check_dialog_parent_class)->dispose (object);
}

static void
hp_check_dialog_class_init (HpCheckDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hp_check_dialog_dispose;

  remedy_signal = g_signal_new ("remedy", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);

  g_type_ensure (HP_TYPE_WRAP_BOX);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/homeport/Homeport/ui/hp-check-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HpCheckDialog, title);
  gtk_widget_class_bind_template_child (widget_class, HpCheckDialog, again_button);
  gtk_widget_class_bind_template_child (widget_class, HpCheckDialog, conclusion);
  gtk_widget_class_bind_template_child (widget_class, HpCheckDialog, remedy_button);
  gtk_widget_class_bind_template_child (widget_class, HpCheckDialog, list);
  gtk_widget_class_bind_template_callback (widget_class, again_cb);
  gtk_widget_class_bind_template_callback (widget_class, remedy_cb);
}

static void
hp_check_dialog_init (HpCheckDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < HP_N_CHECKS; i++)
    add_line (self, i);
}

HpCheckDialog *
hp_check_dialog_new (GtkWindow *parent, HpServer *server)
{
  /* The actions of the application are for its windows. */
  HpCheckDialog *self = g_object_new (HP_TYPE_CHECK_DIALOG, "transient-for", parent, "application",
                                      gtk_window_get_application (parent), NULL);

  hp_help_set_page (GTK_WIDGET (self), "browser-error");
  adw_window_title_set_subtitle (self->title, hp_server_get_title (server));
  self->check = hp_server_check_new (server);
  g_signal_connect_swapped (self->check, "changed", G_CALLBACK (update), self);
  hp_server_check_run (self->check);

  return self;
}
