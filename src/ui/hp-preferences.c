/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "ports/hp-port-rules.h"
#include "ui/hp-help.h"
#include "ui/hp-preferences.h"
#include "ui/hp-settings.h"

struct _HpPreferences
{
  AdwPreferencesWindow parent_instance;

  /* template */
  GtkSwitch *background;
  GtkSwitch *login;
  GtkSpinButton *first_port;
  GtkLabel *port_hint;
  GtkSwitch *hidden;
  GtkSwitch *listings;
  GtkSwitch *links;
  GtkSwitch *other_sites;
  GtkSpinButton *memory;
  GtkSwitch *only_me;
};

G_DEFINE_FINAL_TYPE (HpPreferences, hp_preferences, ADW_TYPE_PREFERENCES_WINDOW)

static void
port_changed_cb (HpPreferences *self)
{
  guint16 port = gtk_spin_button_get_value_as_int (self->first_port);

  gtk_widget_set_visible (GTK_WIDGET (self->port_hint), hp_port_is_browser_blocked (port));
}

static void
hp_preferences_class_init (HpPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/homeport/Homeport/ui/hp-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, HpPreferences, background);
  gtk_widget_class_bind_template_child (widget_class, HpPreferences, login);
  gtk_widget_class_bind_template_child (widget_class, HpPreferences, first_port);
  gtk_widget_class_bind_template_child (widget_class, HpPreferences, port_hint);
  gtk_widget_class_bind_template_child (widget_class, HpPreferences, hidden);
  gtk_widget_class_bind_template_child (widget_class, HpPreferences, listings);
  gtk_widget_class_bind_template_child (widget_class, HpPreferences, links);
  gtk_widget_class_bind_template_child (widget_class, HpPreferences, other_sites);
  gtk_widget_class_bind_template_child (widget_class, HpPreferences, memory);
  gtk_widget_class_bind_template_child (widget_class, HpPreferences, only_me);
  gtk_widget_class_bind_template_callback (widget_class, port_changed_cb);
}

static void
hp_preferences_init (HpPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  hp_settings_bind ("run-in-background", self->background, "active");
  hp_settings_bind ("start-at-login", self->login, "active");
  hp_settings_bind ("first-port", self->first_port, "value");
  hp_settings_bind ("new-serve-hidden", self->hidden, "active");
  hp_settings_bind ("new-list-folders", self->listings, "active");
  hp_settings_bind ("new-follow-links", self->links, "active");
  hp_settings_bind ("new-refuse-other-sites", self->other_sites, "active");
  hp_settings_bind ("log-memory", self->memory, "value");
  hp_settings_bind ("new-only-me", self->only_me, "active");
}

GtkWindow *
hp_preferences_new (GtkWindow *parent)
{
  HpPreferences *self = g_object_new (HP_TYPE_PREFERENCES, "transient-for", parent, "modal", TRUE,
                                      NULL);

  hp_help_set_page (GTK_WIDGET (self), "preferences");
  return GTK_WINDOW (self);
}
