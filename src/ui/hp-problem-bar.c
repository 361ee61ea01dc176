/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/hp-problem-bar.h"
#include "ui/hp-wrap-box.h"

struct _HpProblemBar
{
  GtkBox parent_instance;

  /* owned */
  HpServer *server;
  HpServerList *list;
  GSignalGroup *signals;

  /* template */
  GtkLabel *text;
  GtkButton *use_once_button;
  GtkWidget *change_port_button;
  GtkWidget *locate_button;
  GtkWidget *try_again_button;
  GtkWidget *remove_button;

  guint16 offered_port;
};

enum
{
  PROP_0,
  PROP_SERVER,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HpProblemBar, hp_problem_bar, GTK_TYPE_BOX)

static void
set_css_class (GtkWidget *widget, const char *css_class, gboolean set)
{
  if (set)
    gtk_widget_add_css_class (widget, css_class);
  else
    gtk_widget_remove_css_class (widget, css_class);
}

static void
offer_port (HpProblemBar *self, gboolean offer)
{
  self->offered_port = 0;
  if (offer && self->list)
    self->offered_port = hp_server_list_suggest_port (self->list,
                                                      hp_server_get_port (self->server));
  if (self->offered_port)
    {
      g_autofree char *label = g_strdup_printf (_ ("Use %u Once"), self->offered_port);
      gtk_button_set_label (self->use_once_button, label);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->use_once_button), self->offered_port != 0);
}

static void
update (HpProblemBar *self)
{
  HpProblem problem = self->server ? hp_server_get_problem (self->server) : HP_PROBLEM_NONE;
  gboolean show = problem != HP_PROBLEM_NONE && !hp_server_get_running (self->server);
  gboolean in_use = problem == HP_PROBLEM_PORT_IN_USE;
  gboolean missing = problem == HP_PROBLEM_FOLDER_MISSING;
  const char *text = show ? hp_server_get_problem_text (self->server) : NULL;

  gtk_label_set_text (self->text, text ? text : "");
  offer_port (self, show && in_use);
  gtk_widget_set_visible (self->change_port_button,
                          in_use || problem == HP_PROBLEM_PORT_PRIVILEGED);
  gtk_widget_set_visible (self->locate_button, missing);
  gtk_widget_set_visible (self->try_again_button, problem != HP_PROBLEM_PORT_PRIVILEGED);
  gtk_widget_set_visible (self->remove_button, missing);
  set_css_class (GTK_WIDGET (self), "in-use", in_use);
  set_css_class (GTK_WIDGET (self), "problem", show);
  gtk_widget_set_visible (GTK_WIDGET (self), show);
}

guint16
hp_problem_bar_get_offered_port (HpProblemBar *self)
{
  g_return_val_if_fail (HP_IS_PROBLEM_BAR (self), 0);
  return self->offered_port;
}

void
hp_problem_bar_set_list (HpProblemBar *self, HpServerList *list)
{
  g_return_if_fail (HP_IS_PROBLEM_BAR (self));

  if (g_set_object (&self->list, list))
    update (self);
}

void
hp_problem_bar_set_server (HpProblemBar *self, HpServer *server)
{
  g_return_if_fail (HP_IS_PROBLEM_BAR (self));
  g_return_if_fail (!server || HP_IS_SERVER (server));

  if (!g_set_object (&self->server, server))
    return;
  g_signal_group_set_target (self->signals, server);
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SERVER]);
}

static void
hp_problem_bar_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HpProblemBar *self = HP_PROBLEM_BAR (object);

  switch (id)
    {
    case PROP_SERVER:
      g_value_set_object (value, self->server);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_problem_bar_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_SERVER:
      hp_problem_bar_set_server (HP_PROBLEM_BAR (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_problem_bar_dispose (GObject *object)
{
  HpProblemBar *self = HP_PROBLEM_BAR (object);

  if (self->signals)
    g_signal_group_set_target (self->signals, NULL);
  g_clear_object (&self->signals);
  gtk_widget_dispose_template (GTK_WIDGET (self), HP_TYPE_PROBLEM_BAR);
  g_clear_object (&self->server);
  g_clear_object (&self->list);
  G_OBJECT_CLASS (hp_problem_bar_parent_class)->dispose (object);
}

static void
hp_problem_bar_class_init (HpProblemBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hp_problem_bar_dispose;
  object_class->get_property = hp_problem_bar_get_property;
  object_class->set_property = hp_problem_bar_set_property;

  properties[PROP_SERVER] = g_param_spec_object ("server", NULL, NULL, HP_TYPE_SERVER,
                                                 G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                                                     | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (HP_TYPE_WRAP_BOX);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/homeport/Homeport/ui/hp-problem-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, HpProblemBar, text);
  gtk_widget_class_bind_template_child (widget_class, HpProblemBar, use_once_button);
  gtk_widget_class_bind_template_child (widget_class, HpProblemBar, change_port_button);
  gtk_widget_class_bind_template_child (widget_class, HpProblemBar, locate_button);
  gtk_widget_class_bind_template_child (widget_class, HpProblemBar, try_again_button);
  gtk_widget_class_bind_template_child (widget_class, HpProblemBar, remove_button);
}

static void
hp_problem_bar_init (HpProblemBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->signals = g_signal_group_new (HP_TYPE_SERVER);
  g_signal_group_connect_swapped (self->signals, "notify", G_CALLBACK (update), self);
}
