/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/hp-state-icon.h"

struct _HpStateIcon
{
  GtkWidget parent_instance;

  /* owned */
  HpServer *server;
  GSignalGroup *signals;
  GtkWidget *image;

  const char *style_class; /* static */
};

enum
{
  PROP_0,
  PROP_SERVER,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HpStateIcon, hp_state_icon, GTK_TYPE_WIDGET)

/* A server that runs on another port than its own has no problem to show. */
static gboolean
has_problem (HpServer *server)
{
  return hp_server_get_problem (server) != HP_PROBLEM_NONE && !hp_server_get_running (server);
}

const char *
hp_server_get_state_word (HpServer *server)
{
  g_return_val_if_fail (HP_IS_SERVER (server), NULL);

  if (has_problem (server))
    return C_ ("state of a server", "Problem");

  switch (hp_server_get_state (server))
    {
    case HP_SERVER_STARTING:
      return C_ ("state of a server", "Starting");
    case HP_SERVER_RUNNING:
      return C_ ("state of a server", "Running");
    case HP_SERVER_STOPPING:
      return C_ ("state of a server", "Stopping");
    case HP_SERVER_WAITING:
      return C_ ("state of a server", "Waiting");
    case HP_SERVER_STOPPED:
    case HP_SERVER_FAILED:
    default:
      return C_ ("state of a server", "Stopped");
    }
}

const char *
hp_server_get_state_class (HpServer *server)
{
  g_return_val_if_fail (HP_IS_SERVER (server), NULL);

  if (has_problem (server))
    return hp_server_get_problem (server) == HP_PROBLEM_PORT_IN_USE ? "warning" : "error";
  if (hp_server_get_state (server) == HP_SERVER_WAITING)
    return "warning";
  if (hp_server_get_state (server) == HP_SERVER_RUNNING)
    return "success";
  return "dim-label";
}

static const char *
get_icon_name (HpServer *server)
{
  if (has_problem (server))
    return "hp-state-problem-symbolic";

  switch (hp_server_get_state (server))
    {
    case HP_SERVER_STARTING:
    case HP_SERVER_STOPPING:
      return "hp-state-busy-symbolic";
    case HP_SERVER_WAITING:
      return "hp-state-waiting-symbolic";
    case HP_SERVER_RUNNING:
      return "hp-state-running-symbolic";
    case HP_SERVER_STOPPED:
    case HP_SERVER_FAILED:
    default:
      return "hp-state-stopped-symbolic";
    }
}

static void
update (HpStateIcon *self)
{
  const char *word;

  if (!self->server)
    return;

  word = hp_server_get_state_word (self->server);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->image), get_icon_name (self->server));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), word);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, word, -1);

  if (self->style_class)
    gtk_widget_remove_css_class (GTK_WIDGET (self), self->style_class);
  self->style_class = hp_server_get_state_class (self->server);
  gtk_widget_add_css_class (GTK_WIDGET (self), self->style_class);
}

HpServer *
hp_state_icon_get_server (HpStateIcon *self)
{
  g_return_val_if_fail (HP_IS_STATE_ICON (self), NULL);
  return self->server;
}

void
hp_state_icon_set_server (HpStateIcon *self, HpServer *server)
{
  g_return_if_fail (HP_IS_STATE_ICON (self));
  g_return_if_fail (!server || HP_IS_SERVER (server));

  if (!g_set_object (&self->server, server))
    return;

  g_signal_group_set_target (self->signals, server);
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SERVER]);
}

static void
hp_state_icon_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  HpStateIcon *self = HP_STATE_ICON (object);

  switch (prop_id)
    {
    case PROP_SERVER:
      g_value_set_object (value, hp_state_icon_get_server (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hp_state_icon_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  HpStateIcon *self = HP_STATE_ICON (object);

  switch (prop_id)
    {
    case PROP_SERVER:
      hp_state_icon_set_server (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hp_state_icon_dispose (GObject *object)
{
  HpStateIcon *self = HP_STATE_ICON (object);

  if (self->signals)
    g_signal_group_set_target (self->signals, NULL);
  g_clear_object (&self->signals);
  g_clear_object (&self->server);
  g_clear_pointer (&self->image, gtk_widget_unparent);
  G_OBJECT_CLASS (hp_state_icon_parent_class)->dispose (object);
}

static void
hp_state_icon_class_init (HpStateIconClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hp_state_icon_dispose;
  object_class->get_property = hp_state_icon_get_property;
  object_class->set_property = hp_state_icon_set_property;

  properties[PROP_SERVER] = g_param_spec_object ("server", NULL, NULL, HP_TYPE_SERVER,
                                                 G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                                                     | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "state");
}

static void
hp_state_icon_init (HpStateIcon *self)
{
  self->image = g_object_new (GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                              NULL);
  gtk_widget_set_parent (self->image, GTK_WIDGET (self));

  self->signals = g_signal_group_new (HP_TYPE_SERVER);
  g_signal_group_connect_swapped (self->signals, "notify::state", G_CALLBACK (update), self);
  g_signal_group_connect_swapped (self->signals, "notify::running", G_CALLBACK (update), self);
  g_signal_group_connect_swapped (self->signals, "notify::problem", G_CALLBACK (update), self);
}
