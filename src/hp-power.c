/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "hp-power.h"

#define LOGIN1_NAME      "org.freedesktop.login1"
#define LOGIN1_PATH      "/org/freedesktop/login1"
#define LOGIN1_INTERFACE "org.freedesktop.login1.Manager"

struct _HpPower
{
  GObject parent_instance;

  /* owned */
  HpServerList *servers;
  HpDownloads *downloads;
  GCancellable *cancellable;
  GDBusConnection *bus; /* nullable: of the system */
  /* borrowed: outlives us, see hp_power_end() */
  GtkApplication *application;

  guint subscription;
  guint inhibitor; /* 0: the computer may sleep */
};

G_DEFINE_FINAL_TYPE (HpPower, hp_power, G_TYPE_OBJECT)

static void
update_inhibitor (HpPower *self)
{
  gboolean active = hp_downloads_get_active (self->downloads);

  if (active && self->inhibitor == 0)
    self->inhibitor = gtk_application_inhibit (
        self->application, gtk_application_get_active_window (self->application),
        GTK_APPLICATION_INHIBIT_SUSPEND,
        /* Translators: why the computer doesn't go to sleep; the desktop shows it. */
        _ ("Somebody is downloading from a served folder"));
  else if (!active && self->inhibitor != 0)
    {
      gtk_application_uninhibit (self->application, self->inhibitor);
      self->inhibitor = 0;
    }
}

static void
sleep_cb (GDBusConnection *bus,
          const char *sender,
          const char *path,
          const char *interface,
          const char *signal,
          GVariant *parameters,
          gpointer user_data)
{
  HpPower *self = user_data;
  gboolean begins;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;

  g_variant_get (parameters, "(b)", &begins);
  if (!begins)
    hp_server_list_look_again (self->servers);
}

/* No bus: nobody tells, and whoever looks at the window sees it a second later. */
static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, NULL);
  HpPower *self = user_data;

  if (bus && !g_cancellable_is_cancelled (self->cancellable))
    {
      self->bus = g_steal_pointer (&bus);
      self->subscription = g_dbus_connection_signal_subscribe (
          self->bus, LOGIN1_NAME, LOGIN1_INTERFACE, "PrepareForSleep", LOGIN1_PATH, NULL,
          G_DBUS_SIGNAL_FLAGS_NONE, sleep_cb, self, NULL);
      g_dbus_connection_set_exit_on_close (self->bus, FALSE);
    }
  g_object_unref (self);
}

void
hp_power_end (HpPower *self)
{
  g_return_if_fail (HP_IS_POWER (self));

  if (!self->application)
    return;

  g_cancellable_cancel (self->cancellable);
  g_signal_handlers_disconnect_by_data (self->downloads, self);
  if (self->inhibitor != 0)
    gtk_application_uninhibit (self->application, self->inhibitor);
  self->inhibitor = 0;
  if (self->bus)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  g_clear_object (&self->bus);
  self->application = NULL;
}

static void
hp_power_dispose (GObject *object)
{
  HpPower *self = HP_POWER (object);

  hp_power_end (self);
  g_clear_object (&self->servers);
  g_clear_object (&self->downloads);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (hp_power_parent_class)->dispose (object);
}

static void
hp_power_class_init (HpPowerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hp_power_dispose;
}

static void
hp_power_init (HpPower *self)
{
  self->cancellable = g_cancellable_new ();
}

HpPower *
hp_power_new (GtkApplication *application, HpEngine *engine, HpServerList *servers)
{
  HpPower *self = g_object_new (HP_TYPE_POWER, NULL);

  self->application = application;
  self->servers = g_object_ref (servers);
  self->downloads = g_object_ref (hp_engine_get_downloads (engine));
  g_signal_connect_swapped (self->downloads, "notify::active", G_CALLBACK (update_inhibitor), self);
  g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, connected_cb, g_object_ref (self));

  return self;
}
