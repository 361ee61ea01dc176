/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "servers/hp-server-private.h"

static void
show_rival (HpServer *self, guint16 port)
{
  char *text;

  if (hp_server_get_port (self->rival) == port)
    text = g_strdup_printf (_ ("Port %u is also assigned to “%s”, which is running now."), port,
                            self->rival_title);
  else
    text = g_strdup_printf (_ ("Port %u is in use: Homeport serves “%s” there."), port,
                            self->rival_title);
  hp_server_set_problem (self, HP_PROBLEM_PORT_IN_USE, text,
                         g_strdup_printf (_ ("%u used by “%s”"), port, self->rival_title));
}

void
hp_server_show_port_holder (HpServer *self, guint16 port, const HpPortOwner *owner)
{
  hp_port_owner_free (self->holder);
  self->holder = owner ? hp_port_owner_copy (owner) : NULL;
  if (self->rival)
    show_rival (self, port);
  else if (!owner)
    hp_server_set_problem (self, HP_PROBLEM_PORT_IN_USE,
                           g_strdup_printf (_ ("Port %u is used by another program."), port),
                           g_strdup_printf (_ ("%u used by another program"), port));
  else if (owner->state == HP_PORT_PRIVILEGED)
    hp_server_set_problem (self, HP_PROBLEM_PORT_PRIVILEGED, hp_port_owner_describe (owner),
                           g_strdup_printf (_ ("%u needs administrator rights"), port));
  else
    hp_server_set_problem (self, HP_PROBLEM_PORT_IN_USE, hp_port_owner_describe (owner),
                           owner->program
                               ? g_strdup_printf (_ ("%u used by %s"), port, owner->program)
                               : g_strdup_printf (_ ("%u used by another program"), port));
}

/* Shows a taken port before anybody tries to start, and clears the problem as soon as the port is
 * let go. A server that waits for that is told by its waiter. */
static void
look_at_assigned_port (HpServer *self)
{
  const HpPortVerdict *verdict = hp_port_monitor_get_verdict (self->monitor, self->port);

  if (verdict && (verdict->state == HP_PORT_TAKEN || verdict->state == HP_PORT_OURS))
    {
      self->explanation++;
      hp_server_show_port_holder (self, self->port,
                                  hp_port_monitor_get_owner (self->monitor, self->port));
    }
  else if (self->state != HP_SERVER_WAITING)
    {
      hp_server_clear_problem (self);
      hp_server_set_state (self, HP_SERVER_STOPPED);
    }
}

void
hp_server_port_changed (HpServer *self, guint port, HpPortMonitor *monitor)
{
  switch (self->state)
    {
    case HP_SERVER_RUNNING:
      if (port == hp_server_get_active_port (self))
        hp_server_update_shadow (self);
      break;
    case HP_SERVER_STOPPED:
    case HP_SERVER_FAILED:
    case HP_SERVER_WAITING:
      if (port == self->port
          && (self->problem == HP_PROBLEM_NONE || self->problem == HP_PROBLEM_PORT_IN_USE))
        look_at_assigned_port (self);
      break;
    case HP_SERVER_STARTING:
    case HP_SERVER_STOPPING:
    default:
      break;
    }
}

typedef struct
{
  HpServer *server;
  guint explanation;
  guint16 port;
} Explanation;

static void
explanation_free (Explanation *self)
{
  g_object_unref (self->server);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Explanation, explanation_free)

static gboolean
lingering_over_cb (gpointer data)
{
  Explanation *explanation = data;
  HpServer *self = explanation->server;

  if (explanation->explanation == self->explanation && self->state == HP_SERVER_FAILED)
    {
      hp_server_clear_problem (self);
      hp_server_set_state (self, HP_SERVER_STOPPED);
    }
  return G_SOURCE_REMOVE;
}

/* Whoever was in the way has gone before we could look who it was. */
static void
port_let_go (HpServer *self, guint16 port)
{
  if (self->state != HP_SERVER_FAILED)
    return;
  hp_server_clear_problem (self);
  hp_server_set_state (self, HP_SERVER_STOPPED);
  if (self->wanted)
    hp_server_start_on (self, port);
}

static void
explained_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Explanation) explanation = user_data;
  HpServer *self = explanation->server;
  g_autoptr (HpPortOwner) owner = hp_port_owner_check_finish (result, NULL);

  if (!owner || explanation->explanation != self->explanation || self->problem == HP_PROBLEM_NONE)
    return;

  if (owner->state == HP_PORT_FREE)
    {
      port_let_go (self, explanation->port);
      return;
    }
  hp_server_show_port_holder (self, explanation->port, owner);
  if (owner->state == HP_PORT_LINGERING)
    g_timeout_add_full (G_PRIORITY_DEFAULT, owner->expires_ms + 50, lingering_over_cb,
                        g_steal_pointer (&explanation), (GDestroyNotify) explanation_free);
}

/* Binding failed: the whole story takes a look at all sockets, and at /proc for the name. */
void
hp_server_explain_port (HpServer *self, guint16 port)
{
  Explanation *explanation = g_new0 (Explanation, 1);

  explanation->server = g_object_ref (self);
  explanation->explanation = ++self->explanation;
  explanation->port = port;
  hp_port_owner_check_async (port, self->cancellable, explained_cb, explanation);
}
