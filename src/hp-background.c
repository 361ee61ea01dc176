/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "hp-background.h"
#include "hp-portal.h"
#include "ui/hp-announce.h"
#include "ui/hp-preferences.h"
#include "ui/hp-settings.h"

#define NOTIFICATION "background"

struct _HpBackground
{
  GObject parent_instance;

  /* owned */
  HpServerList *servers;
  GCancellable *cancellable;
  /* borrowed: outlives us, see hp_background_end() */
  GtkApplication *application;

  guint n_shown;         /* the number in the notification; 0: none is shown */
  guint n_shown_waiting; /* of those, how many wait for their port */
  gboolean holding;
  gboolean asked; /* the desktop, whether we may */
};

G_DEFINE_FINAL_TYPE (HpBackground, hp_background, G_TYPE_OBJECT)

static gboolean
has_window (HpBackground *self)
{
  return gtk_application_get_windows (self->application) != NULL;
}

/* What only waits isn't served yet. */
static char *
dup_title (guint n, guint n_waiting)
{
  guint n_served = n - n_waiting;

  if (n_served == 0)
    return g_strdup_printf (ngettext ("%u folder is waiting for its port",
                                      "%u folders are waiting for their ports", n_waiting),
                            n_waiting);
  return g_strdup_printf (
      ngettext ("%u folder is still served", "%u folders are still served", n_served), n_served);
}

static char *
dup_body (guint n, guint n_waiting)
{
  g_autofree char *waiting = NULL;

  if (n_waiting == 0 || n_waiting == n)
    return g_strdup (_ ("Homeport keeps running in the background."));
  /* Translators: besides those that are served. */
  waiting = g_strdup_printf (ngettext ("%u more is waiting for its port.",
                                       "%u more are waiting for their ports.", n_waiting),
                             n_waiting);
  return g_strdup_printf ("%s\n%s", waiting, _ ("Homeport keeps running in the background."));
}

static void
show_number (HpBackground *self, guint n)
{
  guint n_waiting = n > 0 ? hp_server_list_get_n_waiting (self->servers) : 0;
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *title = NULL;
  g_autofree char *body = NULL;

  if (n == self->n_shown && n_waiting == self->n_shown_waiting)
    return;

  self->n_shown = n;
  self->n_shown_waiting = n_waiting;
  if (n == 0)
    {
      g_application_withdraw_notification (G_APPLICATION (self->application), NOTIFICATION);
      return;
    }

  title = dup_title (n, n_waiting);
  body = dup_body (n, n_waiting);
  notification = g_notification_new (title);
  g_notification_set_body (notification, body);
  g_notification_set_default_action (notification, "app.show");
  g_notification_add_button (notification, _ ("Stop All"), "app.stop-all");
  g_notification_add_button (notification, _ ("Show"), "app.show");
  g_application_send_notification (G_APPLICATION (self->application), NOTIFICATION, notification);
}

static void
set_holding (HpBackground *self, gboolean holding)
{
  if (holding == self->holding)
    return;

  self->holding = holding;
  if (holding)
    g_application_hold (G_APPLICATION (self->application));
  else
    g_application_release (G_APPLICATION (self->application)); /* may end the main loop */
}

static void
update (HpBackground *self)
{
  guint n = hp_server_list_get_n_running (self->servers);

  if (!hp_settings_get_boolean ("run-in-background", TRUE))
    n = 0;
  /* Only what was closed is told: a session that starts us in the background knows it. */
  if (n == 0 || has_window (self) || self->n_shown > 0)
    show_number (self, has_window (self) ? 0 : n);
  set_holding (self, n > 0);
}

static void
allowed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  /* No is an answer: closing the window is the end then, now and the next time. */
  if (!hp_portal_request_background_finish (result, &error)
      && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    hp_settings_set_boolean ("run-in-background", FALSE);
}

static void
window_removed_cb (HpBackground *self)
{
  if (has_window (self) || !self->holding)
    return;

  show_number (self, hp_server_list_get_n_running (self->servers));
  if (!self->asked && hp_portal_is_sandboxed ())
    {
      self->asked = TRUE;
      hp_portal_request_background_async (
          _ ("Folders are still served while the window is closed."), FALSE, self->cancellable,
          allowed_cb, NULL);
    }
}

/* Where the switch is that goes back. */
static void
tell_login_error (const GError *error)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *l = windows; l; l = l->next)
    if (HP_IS_PREFERENCES (l->data))
      {
        adw_preferences_window_add_toast (l->data, adw_toast_new (error->message));
        hp_announce (l->data, error->message);
      }
}

static void
login_asked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (hp_portal_request_background_finish (result, &error)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_message ("Start at login: %s", error->message);
  /* It goes back by the next line, about which the desktop is asked as well. */
  if (hp_settings_get_boolean ("start-at-login", FALSE))
    tell_login_error (error);
  hp_settings_set_boolean ("start-at-login", FALSE);
}

static void
login_changed_cb (HpBackground *self)
{
  hp_portal_request_background_async (_ ("Folders are to be served as soon as you have logged in."),
                                      hp_settings_get_boolean ("start-at-login", FALSE),
                                      self->cancellable, login_asked_cb, NULL);
}

void
hp_background_end (HpBackground *self)
{
  GSettings *settings = hp_settings_get_default ();

  g_return_if_fail (HP_IS_BACKGROUND (self));

  if (!self->application)
    return;

  g_cancellable_cancel (self->cancellable);
  g_signal_handlers_disconnect_by_data (self->application, self);
  g_signal_handlers_disconnect_by_data (self->servers, self);
  if (settings)
    g_signal_handlers_disconnect_by_data (settings, self);
  show_number (self, 0);
  set_holding (self, FALSE);
  self->application = NULL;
}

static void
hp_background_dispose (GObject *object)
{
  HpBackground *self = HP_BACKGROUND (object);

  hp_background_end (self);
  g_clear_object (&self->servers);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (hp_background_parent_class)->dispose (object);
}

static void
hp_background_class_init (HpBackgroundClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hp_background_dispose;
}

static void
hp_background_init (HpBackground *self)
{
  self->cancellable = g_cancellable_new ();
}

HpBackground *
hp_background_new (GtkApplication *application, HpServerList *servers)
{
  HpBackground *self = g_object_new (HP_TYPE_BACKGROUND, NULL);
  GSettings *settings = hp_settings_get_default ();

  self->application = application;
  self->servers = g_object_ref (servers);
  g_signal_connect_swapped (servers, "notify::n-running", G_CALLBACK (update), self);
  g_signal_connect_swapped (servers, "notify::n-waiting", G_CALLBACK (update), self);
  g_signal_connect_data (application, "window-removed", G_CALLBACK (window_removed_cb), self, NULL,
                         G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_data (application, "window-added", G_CALLBACK (update), self, NULL,
                         G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  if (settings)
    {
      g_signal_connect_swapped (settings, "changed::run-in-background", G_CALLBACK (update), self);
      g_signal_connect_swapped (settings, "changed::start-at-login", G_CALLBACK (login_changed_cb),
                                self);
    }
  update (self);

  return self;
}
