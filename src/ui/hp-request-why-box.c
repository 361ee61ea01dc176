/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "http/hp-request-why.h"
#include "ui/hp-direction.h"
#include "ui/hp-request-actions.h"
#include "ui/hp-request-why-box.h"

struct _HpRequestWhyBox
{
  GtkWidget parent_instance;

  /* owned: our child */
  GtkWidget *box;
  /* borrowed: below it */
  GtkWidget *sentence;
  GtkWidget *advice;
  GtkWidget *button;

  /* owned */
  HpServer *server;
  GSignalGroup *server_signals;
  GCancellable *cancellable; /* NULL unless a look is under way */
  HpRequestLook *look;       /* NULL until there was one */
  HpRequestWhy *why;

  /* owned: what of the record is needed again when the look is over */
  HpRequestRecord record;
};

G_DEFINE_FINAL_TYPE (HpRequestWhyBox, hp_request_why_box, GTK_TYPE_WIDGET)

static void
clear_record (HpRequestWhyBox *self)
{
  g_free ((char *) self->record.method);
  g_free ((char *) self->record.target);
  g_free ((char *) self->record.referrer);
  g_free ((char *) self->record.request_fields);
  g_free ((char *) self->record.response_fields);
  g_free ((char *) self->record.file);
  self->record = (HpRequestRecord){ 0 };
}

static void
keep_record (HpRequestWhyBox *self, const HpRequestRecord *record)
{
  clear_record (self);
  self->record.status = record->status;
  self->record.reason = record->reason;
  self->record.flags = record->flags;
  self->record.method = g_strdup (record->method);
  self->record.target = g_strdup (record->target);
  self->record.referrer = g_strdup (record->referrer);
  self->record.request_fields = g_strdup (record->request_fields);
  self->record.response_fields = g_strdup (record->response_fields);
  self->record.file = g_strdup (record->file);
}

static void
update (HpRequestWhyBox *self)
{
  HpServerOptions *options = self->server ? hp_server_get_options (self->server) : NULL;
  g_autofree char *sentence = NULL;
  g_autofree char *advice = NULL;

  if (!self->record.target)
    return;

  g_clear_pointer (&self->why, hp_request_why_free);
  self->why = hp_request_why_new (&self->record, options, self->look);
  sentence = hp_direction_mend (self->why->sentence);
  advice = hp_direction_mend (self->why->advice ? self->why->advice : "");
  gtk_label_set_text (GTK_LABEL (self->sentence), sentence);
  gtk_label_set_text (GTK_LABEL (self->advice), advice);
  gtk_widget_set_visible (self->advice, self->why->advice != NULL);
  gtk_widget_set_visible (self->button, self->why->button != NULL);
  if (self->why->button)
    gtk_button_set_label (GTK_BUTTON (self->button), self->why->button);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HpRequestWhyBox) self = user_data;
  g_autoptr (GError) error = NULL;
  HpRequestLook *look = hp_request_look_finish (result, &error);

  if (!look)
    return;
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->look, hp_request_look_free);
  self->look = look;
  update (self);
}

static void
stop_looking (HpRequestWhyBox *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->look, hp_request_look_free);
}

void
hp_request_why_box_show (HpRequestWhyBox *self, HpServer *server, const HpRequestRecord *record)
{
  g_return_if_fail (HP_IS_REQUEST_WHY_BOX (self));
  g_return_if_fail (!server || HP_IS_SERVER (server));

  stop_looking (self);
  g_set_object (&self->server, server);
  g_signal_group_set_target (self->server_signals, server);
  keep_record (self, record);
  update (self);

  if (!server || !hp_request_look_is_useful (record->reason))
    return;
  self->cancellable = g_cancellable_new ();
  hp_request_look_async (hp_server_get_folder (server), record->target,
                         hp_server_get_options (server), self->cancellable, looked_cb,
                         g_object_ref (self));
}

static void
button_clicked_cb (HpRequestWhyBox *self)
{
  g_autoptr (HpServerOptions) options = NULL;

  if (self->why->other_target)
    {
      hp_request_open_target (GTK_WIDGET (self), self->server, self->why->other_target);
      return;
    }
  /* The button goes with what it mends: the focus stays in the pane. */
  gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_BACKWARD);
  options = hp_server_options_with (hp_server_get_options (self->server), self->why->option,
                                    self->why->option_value);
  hp_server_set_options (self->server, options);
}

static void
hp_request_why_box_dispose (GObject *object)
{
  HpRequestWhyBox *self = HP_REQUEST_WHY_BOX (object);

  stop_looking (self);
  if (self->server_signals)
    g_signal_group_set_target (self->server_signals, NULL);
  g_clear_object (&self->server_signals);
  g_clear_object (&self->server);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (hp_request_why_box_parent_class)->dispose (object);
}

static void
hp_request_why_box_finalize (GObject *object)
{
  HpRequestWhyBox *self = HP_REQUEST_WHY_BOX (object);

  g_clear_pointer (&self->why, hp_request_why_free);
  clear_record (self);
  G_OBJECT_CLASS (hp_request_why_box_parent_class)->finalize (object);
}

static void
hp_request_why_box_class_init (HpRequestWhyBoxClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hp_request_why_box_dispose;
  G_OBJECT_CLASS (klass)->finalize = hp_request_why_box_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "whybox");
}

static GtkWidget *
add_label (HpRequestWhyBox *self, const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (css_class)
    gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (self->box), label);
  return label;
}

static void
hp_request_why_box_init (HpRequestWhyBox *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_add_css_class (self->box, "why");
  add_label (self, _ ("Why this answer?"), "caption-heading");
  self->sentence = add_label (self, NULL, NULL);
  self->advice = add_label (self, NULL, "fact-name");
  gtk_label_set_selectable (GTK_LABEL (self->sentence), TRUE);
  gtk_label_set_selectable (GTK_LABEL (self->advice), TRUE);
  self->button = gtk_button_new ();
  gtk_widget_set_halign (self->button, GTK_ALIGN_START);
  gtk_widget_set_margin_top (self->button, 4);
  g_signal_connect_object (self->button, "clicked", G_CALLBACK (button_clicked_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self->box), self->button);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));

  self->server_signals = g_signal_group_new (HP_TYPE_SERVER);
  for (HpServerOption option = 0; option < HP_N_OPTIONS; option++)
    {
      g_autofree char *detailed = g_strconcat ("notify::", hp_server_option_get_nick (option),
                                               NULL);

      g_signal_group_connect_swapped (self->server_signals, detailed, G_CALLBACK (update), self);
    }
}

GtkWidget *
hp_request_why_box_new (void)
{
  return g_object_new (HP_TYPE_REQUEST_WHY_BOX, NULL);
}
