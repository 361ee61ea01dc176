/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/hp-direction.h"
#include "ui/hp-log-trouble-bar.h"

struct _HpLogTroubleBar
{
  GtkBox parent_instance;

  HpServer *server;  /* owned */
  gulong trouble_id; /* 0 without a server */
  GtkLabel *label;   /* our child */
};

enum
{
  PROP_0,
  PROP_SERVER,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HpLogTroubleBar, hp_log_trouble_bar, GTK_TYPE_BOX)

static void
update (HpLogTroubleBar *self)
{
  const char *trouble = self->server ? hp_server_get_log_trouble (self->server) : NULL;

  hp_direction_set_text (self->label, trouble);
  gtk_widget_set_visible (GTK_WIDGET (self), trouble != NULL);
}

static void
set_server (HpLogTroubleBar *self, HpServer *server)
{
  if (self->server == server)
    return;
  if (self->server)
    g_clear_signal_handler (&self->trouble_id, self->server);
  g_set_object (&self->server, server);
  if (server)
    self->trouble_id = g_signal_connect_swapped (server, "notify::log-trouble", G_CALLBACK (update),
                                                 self);
}

static void
hp_log_trouble_bar_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HpLogTroubleBar *self = HP_LOG_TROUBLE_BAR (object);

  if (id != PROP_SERVER)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  set_server (self, g_value_get_object (value));
  update (self);
}

static void
hp_log_trouble_bar_dispose (GObject *object)
{
  set_server (HP_LOG_TROUBLE_BAR (object), NULL);
  G_OBJECT_CLASS (hp_log_trouble_bar_parent_class)->dispose (object);
}

static void
hp_log_trouble_bar_class_init (HpLogTroubleBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = hp_log_trouble_bar_set_property;
  object_class->dispose = hp_log_trouble_bar_dispose;
  properties[PROP_SERVER] = g_param_spec_object ("server", NULL, NULL, HP_TYPE_SERVER,
                                                 G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_ALERT);
}

static void
hp_log_trouble_bar_init (HpLogTroubleBar *self)
{
  GtkWidget *label = gtk_label_new (NULL);
  GtkWidget *button = gtk_button_new_with_label (_ ("Log File…"));

  self->label = GTK_LABEL (label);
  gtk_label_set_wrap (self->label, TRUE);
  gtk_label_set_wrap_mode (self->label, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (self->label, 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.log-file");
  gtk_box_set_spacing (GTK_BOX (self), 6);
  gtk_box_append (GTK_BOX (self), label);
  gtk_box_append (GTK_BOX (self), button);
  gtk_widget_add_css_class (GTK_WIDGET (self), "info-box");
  gtk_widget_add_css_class (GTK_WIDGET (self), "problem");
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
