/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ports/hp-port-rules.h"
#include "ui/hp-port-advice.h"

guint16
hp_port_parse (const char *text, char **text_error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  guint64 port;

  *text_error = NULL;
  if (*stripped == '\0')
    *text_error = g_strdup (_ ("Enter a port from 1 to 65535."));
  else if (!g_ascii_string_to_unsigned (stripped, 10, 1, 65535, &port, NULL))
    *text_error = g_strdup (_ ("A port is a whole number from 1 to 65535."));
  else
    return port;
  return 0;
}

HpPortAdvice *
hp_port_advice_new_error (const char *text)
{
  HpPortAdvice *self = g_new0 (HpPortAdvice, 1);

  self->level = HP_ADVICE_ERROR;
  self->text = g_strdup (text);
  return self;
}

void
hp_port_advice_free (HpPortAdvice *self)
{
  g_free (self->text);
  g_free (self);
}

/* (transfer full) for the text */
static void
add_line (HpPortAdvice *self, HpAdviceLevel level, char *text)
{
  char *before = self->text;

  self->text = before ? g_strdup_printf ("%s\n%s", before, text) : g_strdup (text);
  self->level = MAX (self->level, level);
  g_free (before);
  g_free (text);
}

static char *
dup_browser_words (guint16 port)
{
  const char *use = hp_port_get_usual_use (port);

  if (use)
    /* Translators: the second placeholder says what the port is used for: “reserved for X11”. */
    return g_strdup_printf (_ ("Web browsers refuse to open port %u (%s). curl would work."), port,
                            use);
  return g_strdup_printf (_ ("Web browsers refuse to open port %u. curl would work."), port);
}

/* Another server of ours that listens on the port without owning it. */
static HpServer *
find_guest (HpServerList *list, guint16 port, HpServer *except)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (list));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (HpServer) server = g_list_model_get_item (G_LIST_MODEL (list), i);
      if (server != except && hp_server_get_active_port (server) == port)
        return server;
    }
  return NULL;
}

static void
add_holder (HpPortAdvice *self,
            HpServerList *list,
            HpServer *server,
            const HpPortVerdict *verdict,
            const HpPortOwner *holder)
{
  HpServer *other = hp_server_list_find_port (list, verdict->port, server);

  if (other)
    add_line (self, HP_ADVICE_WARNING,
              g_strdup_printf (_ ("“%s” has this port too; only one of them can run at a time."),
                               hp_server_get_title (other)));
  else if ((other = find_guest (list, verdict->port, server)))
    add_line (self, HP_ADVICE_WARNING,
              g_strdup_printf (_ ("“%s” is using this port at the moment."),
                               hp_server_get_title (other)));
  else if (verdict->state == HP_PORT_TAKEN && holder)
    add_line (self, HP_ADVICE_WARNING, hp_port_owner_describe (holder));
  else if (verdict->state == HP_PORT_TAKEN)
    add_line (self, HP_ADVICE_WARNING,
              g_strdup_printf (_ ("Port %u is used by another program."), verdict->port));
}

HpPortAdvice *
hp_port_advise (HpServerList *list,
                HpServer *server,
                const HpPortVerdict *verdict,
                const HpPortOwner *holder)
{
  HpPortAdvice *self = g_new0 (HpPortAdvice, 1);
  guint16 port = verdict->port;
  guint16 minimum = hp_port_get_unprivileged_min ();

  if (port < minimum)
    {
      add_line (self, HP_ADVICE_ERROR,
                g_strdup_printf (_ ("Ports below %u are kept for the administrator."), minimum));
      return self;
    }

  add_holder (self, list, server, verdict, holder);
  if (hp_port_is_browser_blocked (port))
    add_line (self, HP_ADVICE_WARNING, dup_browser_words (port));
  if (self->level == HP_ADVICE_NONE && hp_port_is_ephemeral (port))
    add_line (
        self, HP_ADVICE_NOTE,
        g_strdup_printf (_ ("Programs are given port %u for outgoing connections now and then, "
                            "so it may not always be free."),
                         port));
  return self;
}
