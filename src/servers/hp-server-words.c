/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "log/hp-log-format.h"
#include "servers/hp-server-private.h"

static void
replace_text (HpServer *self, char **field, char *text, int property)
{
  if (g_strcmp0 (*field, text) == 0)
    {
      g_free (text);
      return;
    }
  g_free (*field);
  *field = text;
  g_object_notify_by_pspec (G_OBJECT (self), hp_server_properties[property]);
}

void
hp_server_update_title (HpServer *self)
{
  char *title;

  if (self->name)
    title = hp_log_format_visible (self->name, 0);
  else
    {
      g_autofree char *base = g_path_get_basename (self->folder);
      title = hp_log_format_visible (base, 0);
    }
  replace_text (self, &self->title, title, PROP_TITLE);
}

guint16
hp_server_get_shown_port (HpServer *self)
{
  guint16 active = hp_server_get_active_port (self);

  return active ? active : self->port;
}

void
hp_server_update_words (HpServer *self)
{
  /* While somebody else's [::1] answers "localhost", only the number is sure to lead to us. */
  g_autofree char *host = g_strdup_printf ("%s:%u", self->shadow_text ? "127.0.0.1" : "localhost",
                                           hp_server_get_shown_port (self));
  char *subtitle;

  replace_text (self, &self->address, g_strdup_printf ("http://%s/", host), PROP_ADDRESS);
  if (self->state == HP_SERVER_WAITING)
    subtitle = g_strdup_printf (_ ("Waiting for port %u"), self->target_port);
  else
    subtitle = self->problem_short ? g_strdup (self->problem_short) : g_steal_pointer (&host);
  replace_text (self, &self->subtitle, subtitle, PROP_SUBTITLE);
}

void
hp_server_set_state (HpServer *self, HpServerState state)
{
  if (self->state == state)
    return;
  self->state = state;
  hp_server_update_shadow (self);
  hp_server_update_words (self);
  g_object_notify_by_pspec (G_OBJECT (self), hp_server_properties[PROP_STATE]);
  g_object_notify_by_pspec (G_OBJECT (self), hp_server_properties[PROP_ACTIVE_PORT]);
}

void
hp_server_set_target_running (HpServer *self, gboolean running)
{
  if (self->target_running == running)
    return;
  self->target_running = running;
  g_object_notify_by_pspec (G_OBJECT (self), hp_server_properties[PROP_RUNNING]);
}

/* (transfer full) for the two texts */
void
hp_server_set_problem (HpServer *self, HpProblem problem, char *text, char *short_text)
{
  gboolean changed = self->problem != problem;

  self->problem = problem;
  g_free (self->problem_short);
  self->problem_short = short_text;
  hp_server_update_words (self);
  replace_text (self, &self->problem_text, text, PROP_PROBLEM_TEXT);
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), hp_server_properties[PROP_PROBLEM]);
}

void
hp_server_clear_problem (HpServer *self)
{
  self->explanation++;
  g_clear_pointer (&self->holder, hp_port_owner_free);
  if (self->problem != HP_PROBLEM_NONE)
    hp_server_set_problem (self, HP_PROBLEM_NONE, NULL, NULL);
}
