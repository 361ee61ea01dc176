/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "servers/hp-server-private.h"

static void
started_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HpServer) self = user_data;
  g_autoptr (GError) error = NULL;
  guint16 port = self->starting_port;

  if (hp_http_server_start_finish (HP_HTTP_SERVER (object), result, &error))
    {
      self->persistent = FALSE;
      hp_server_set_state (self, HP_SERVER_RUNNING);
      hp_port_monitor_refresh (self->monitor);
      hp_server_step (self);
      return;
    }

  /* A failure that nobody waits for any more. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !self->target_running
      || self->target_port != port)
    {
      hp_server_set_state (self, HP_SERVER_STOPPED);
      hp_server_step (self);
      return;
    }

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE)
      || g_error_matches (error, HP_HTTP_ERROR, HP_HTTP_ERROR_PORT_PRIVILEGED))
    {
      hp_server_show_port_holder (self, port, NULL);
      hp_server_explain_port (self, port);
      if (self->persistent)
        {
          hp_server_wait (self, port);
          return;
        }
    }
  else
    hp_server_show_folder_problem (self, error);
  self->persistent = FALSE;
  hp_server_set_target_running (self, FALSE);
  hp_server_set_state (self, HP_SERVER_FAILED);
}

static void
stopped_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HpServer) self = user_data;

  hp_http_server_stop_finish (HP_HTTP_SERVER (object), result, NULL);
  hp_server_set_state (self, HP_SERVER_STOPPED);
  hp_server_step (self);
  if (self->state == HP_SERVER_STOPPED)
    {
      hp_port_monitor_refresh (self->monitor);
      hp_server_port_changed (self, self->port, self->monitor);
    }
}

/* One step from where the server is to where it shall be. Every operation calls it again at its
 * end, so that a change of mind during an operation is carried out then. */
void
hp_server_step (HpServer *self)
{
  if (self->state == HP_SERVER_STARTING || self->state == HP_SERVER_STOPPING || self->waiter)
    return;

  if (self->state == HP_SERVER_RUNNING
      && (!self->target_running || self->target_port != hp_http_server_get_port (self->http)))
    {
      hp_server_set_state (self, HP_SERVER_STOPPING);
      hp_http_server_stop_async (self->http, stopped_cb, g_object_ref (self));
    }
  else if (self->state != HP_SERVER_RUNNING && self->target_running)
    {
      hp_server_clear_problem (self);
      if (!self->http)
        self->http = hp_http_server_new (self->engine, self->folder, self->options, self->queue);
      self->starting_port = self->target_port;
      hp_server_set_state (self, HP_SERVER_STARTING);
      hp_http_server_start_async (self->http, self->starting_port, self->cancellable, started_cb,
                                  g_object_ref (self));
    }
}

void
hp_server_set_wanted (HpServer *self, gboolean wanted)
{
  if (self->wanted == wanted)
    return;
  self->wanted = wanted;
  g_signal_emit (self, hp_server_signals[EDITED], 0);
}

void
hp_server_want (HpServer *self)
{
  g_return_if_fail (HP_IS_SERVER (self));

  hp_server_set_wanted (self, TRUE);
}

void
hp_server_start (HpServer *self)
{
  g_return_if_fail (HP_IS_SERVER (self));

  hp_server_start_on (self, self->port);
}

void
hp_server_start_on (HpServer *self, guint16 port)
{
  g_return_if_fail (HP_IS_SERVER (self));

  hp_server_end_waiting (self);
  self->target_port = port;
  hp_server_set_target_running (self, TRUE);
  hp_server_set_wanted (self, TRUE);
  hp_server_step (self);
}

void
hp_server_stop (HpServer *self)
{
  g_return_if_fail (HP_IS_SERVER (self));

  hp_server_set_wanted (self, FALSE);
  hp_server_shut_down (self);
}

void
hp_server_shut_down (HpServer *self)
{
  g_return_if_fail (HP_IS_SERVER (self));

  hp_server_set_target_running (self, FALSE);
  hp_server_end_waiting (self);
  hp_server_step (self);
}

gboolean
hp_server_is_quiet (HpServer *self)
{
  return self->state == HP_SERVER_STOPPED || self->state == HP_SERVER_FAILED;
}
