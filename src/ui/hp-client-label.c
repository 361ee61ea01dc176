/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "log/hp-log-format.h"
#include "log/hp-log-short.h"
#include "ui/hp-client-label.h"

/* Characters of a user's name; a saved log may say anything. */
#define MAX_USER 64

static HpClientNames *client_names;

void
hp_client_label_set_names (HpClientNames *names)
{
  g_set_object (&client_names, names);
}

HpClientNames *
hp_client_label_get_names (void)
{
  return client_names;
}

char *
hp_client_label_dup_program (const HpRequestRecord *record)
{
  g_autofree char *name = NULL;

  if (record->program)
    return hp_log_format_visible (record->program, HP_RECORD_MAX_PROGRAM);
  if (!client_names || record->connection == 0 || (record->flags & HP_RECORD_SAVED))
    return NULL;
  /* A program may call itself anything, too. */
  name = hp_client_names_dup (client_names, record->connection);
  return name ? hp_log_format_visible (name, HP_RECORD_MAX_PROGRAM) : NULL;
}

/* "ada" of "ada@127.0.0.1", the client of a connection that was turned away. */
static char *
dup_user (const HpRequestRecord *record)
{
  const char *at = record->client ? strchr (record->client, '@') : NULL;

  g_autofree char *user = NULL;

  if (record->reason != HP_REASON_OTHER_USER || !at)
    return NULL;
  user = g_strndup (record->client, at - record->client);
  return hp_log_format_visible (user, MAX_USER);
}

/* Whether what a client says of itself fits its program: "Firefox 140" is "firefox-bin", and tells
 * more. Anything may call itself Firefox. */
static gboolean
fits (const char *agent, const char *program)
{
  gsize length = strcspn (agent, " /");

  return length >= 3 && g_ascii_strncasecmp (agent, program, length) == 0;
}

char *
hp_client_label_format (const HpRequestRecord *record)
{
  g_autofree char *agent = NULL;
  g_autofree char *program = NULL;
  char *user = dup_user (record);

  if (user)
    return user;
  agent = hp_log_short_client (record->user_agent);
  program = hp_client_label_dup_program (record);
  return program && !fits (agent, program) ? g_steal_pointer (&program) : g_steal_pointer (&agent);
}

char *
hp_client_label_format_full (const HpRequestRecord *record, guint max_chars)
{
  g_autofree char *agent = hp_log_format_visible (record->user_agent, max_chars);
  g_autofree char *program = hp_client_label_dup_program (record);
  g_autofree char *client = hp_log_format_visible (record->client, max_chars);
  g_autoptr (GString) text = g_string_new (agent);

  if (program)
    {
      if (text->len > 0)
        g_string_append_c (text, '\n');
      /* Translators: the program that sent a request, such as “firefox”. */
      g_string_append_printf (text, _ ("Program: %s"), program);
    }
  if (*client)
    {
      if (text->len > 0)
        g_string_append_c (text, '\n');
      g_string_append (text, client);
      if (record->client_port != 0)
        g_string_append_printf (text, ":%u", record->client_port);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
