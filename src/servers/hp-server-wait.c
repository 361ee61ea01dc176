/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "servers/hp-server-private.h"

/* Waiting for the port */

static void
let_go_cb (gpointer user_data)
{
  HpServer *self = user_data;

  g_clear_pointer (&self->waiter, hp_port_waiter_free);
  hp_server_step (self);
}

void
hp_server_wait (HpServer *self, guint16 port)
{
  self->target_port = port;
  self->persistent = TRUE;
  g_clear_pointer (&self->waiter, hp_port_waiter_free);
  self->waiter = hp_port_waiter_new (port, let_go_cb, self);
  hp_server_set_target_running (self, TRUE);
  hp_server_set_wanted (self, TRUE);
  hp_server_set_state (self, HP_SERVER_WAITING);
}

void
hp_server_end_waiting (HpServer *self)
{
  self->persistent = FALSE;
  g_clear_pointer (&self->waiter, hp_port_waiter_free);
  if (self->state == HP_SERVER_WAITING)
    hp_server_set_state (self, HP_SERVER_STOPPED);
}

void
hp_server_start_when_free (HpServer *self)
{
  g_return_if_fail (HP_IS_SERVER (self));

  if (hp_server_is_quiet (self))
    hp_server_wait (self, self->port);
}

void
hp_server_cancel_waiting (HpServer *self)
{
  g_return_if_fail (HP_IS_SERVER (self));

  if (self->state == HP_SERVER_WAITING)
    hp_server_stop (self);
}

/* Another server of ours that has the port */

void
hp_server_set_rival (HpServer *self, HpServer *rival)
{
  const char *title = rival ? hp_server_get_title (rival) : NULL;
  gboolean changed;

  g_return_if_fail (HP_IS_SERVER (self));
  g_return_if_fail (!rival || HP_IS_SERVER (rival));

  changed = g_set_weak_pointer (&self->rival, rival);
  if (!changed && g_strcmp0 (self->rival_title, title) == 0)
    return;

  g_free (self->rival_title);
  self->rival_title = g_strdup (title);
  hp_port_monitor_refresh (self->monitor);
  hp_server_port_changed (self, self->port, self->monitor);
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), hp_server_properties[PROP_RIVAL]);
}

HpServer *
hp_server_get_rival (HpServer *self)
{
  g_return_val_if_fail (HP_IS_SERVER (self), NULL);
  return self->rival;
}

/* Somebody else's [::1] */

/* An active port that isn't the assigned one has to be watched as well. */
static void
watch_active_port (HpServer *self)
{
  guint16 active = hp_server_get_active_port (self);
  guint16 wanted = active != self->port ? active : 0;

  if (self->watched_port == wanted)
    return;
  if (self->watched_port)
    hp_port_monitor_unwatch (self->monitor, self->watched_port);
  self->watched_port = wanted;
  if (self->watched_port)
    hp_port_monitor_watch (self->monitor, self->watched_port);
}

static char *
describe_shadow (guint16 port, const HpPortOwner *owner)
{
  g_autofree char *name = owner ? hp_port_owner_name (owner) : NULL;

  if (!name)
    return g_strdup_printf (_ ("Another program answers localhost:%u as well, over IPv6. Only "
                               "127.0.0.1:%u is sure to lead here."),
                            port, port);
  /* Translators: the second one is a program, as in “python3 (pid 2880, user ada)”. */
  return g_strdup_printf (_ ("localhost:%u may lead to %s, which listens there over IPv6. Only "
                             "127.0.0.1:%u is sure to lead here."),
                          port, name, port);
}

static void
set_shadow (HpServer *self, const HpPortOwner *owner, char *text)
{
  hp_port_owner_free (self->shadow);
  self->shadow = owner ? hp_port_owner_copy (owner) : NULL;
  if (g_strcmp0 (self->shadow_text, text) == 0)
    {
      g_free (text);
      return;
    }
  g_free (self->shadow_text);
  self->shadow_text = text;
  hp_server_update_words (self);
  g_object_notify_by_pspec (G_OBJECT (self), hp_server_properties[PROP_SHADOW_TEXT]);
}

void
hp_server_update_shadow (HpServer *self)
{
  guint16 port = hp_server_get_active_port (self);
  const HpPortVerdict *verdict;
  const HpPortOwner *owner;

  watch_active_port (self);
  verdict = port ? hp_port_monitor_get_verdict (self->monitor, port) : NULL;
  if (!verdict || !verdict->shadowed)
    {
      set_shadow (self, NULL, NULL);
      return;
    }
  owner = hp_port_monitor_get_shadow_owner (self->monitor, port);
  set_shadow (self, owner, describe_shadow (port, owner));
}

const HpPortOwner *
hp_server_get_shadow (HpServer *self)
{
  g_return_val_if_fail (HP_IS_SERVER (self), NULL);
  return self->shadow;
}

const char *
hp_server_get_shadow_text (HpServer *self)
{
  g_return_val_if_fail (HP_IS_SERVER (self), NULL);
  return self->shadow_text;
}
