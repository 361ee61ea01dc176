/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "ui/hp-port-texts.h"

/* Its answer */

static GQuark
answer_quark (void)
{
  return g_quark_from_static_string ("hp-port-answer");
}

const HpPortAnswer *
hp_port_get_answer (HpPortEntry *entry)
{
  return g_object_get_qdata (G_OBJECT (entry), answer_quark ());
}

void
hp_port_take_answer (HpPortEntry *entry, HpPortAnswer *answer)
{
  g_object_set_qdata_full (G_OBJECT (entry), answer_quark (), answer,
                           (GDestroyNotify) hp_port_answer_free);
}

gboolean
hp_port_is_web (HpPortEntry *entry)
{
  const HpPortAnswer *answer = hp_port_get_answer (entry);

  if (answer && !answer->problem)
    return TRUE;
  return hp_port_entry_get_is_web (entry);
}

char *
hp_port_text_answer (HpPortEntry *entry)
{
  const HpPortAnswer *answer = hp_port_get_answer (entry);

  if (!answer)
    return NULL;
  if (answer->problem)
    return g_strdup (answer->problem);
  if (answer->title && answer->server)
    /* Translators: the title of a page and the name of a server: “Welcome” · nginx. */
    return g_strdup_printf (_ ("“%s” · %s"), answer->title, answer->server);
  if (answer->title)
    return g_strdup_printf (_ ("“%s”"), answer->title);
  if (answer->server)
    return g_strdup (answer->server);
  /* Translators: what a port answered; %u is a status such as 404. */
  return g_strdup_printf (_ ("Answers in HTTP, status %u"), answer->status);
}

/* Its holder */

char *
hp_port_text_path (const char *path)
{
  const char *home = g_get_home_dir ();
  gsize length = strlen (home);

  if (path && length > 1 && strncmp (path, home, length) == 0
      && (path[length] == '/' || path[length] == '\0'))
    return g_strconcat ("~", path + length, NULL);
  return g_strdup (path);
}

char *
hp_port_text_folder (HpPortEntry *entry)
{
  return hp_port_text_path (hp_port_entry_get_folder (entry));
}

char *
hp_port_text_name (HpPortEntry *entry)
{
  const HpPortOwner *owner = hp_port_entry_get_owner (entry);
  const char *title = hp_port_entry_get_server_title (entry);

  if (title)
    return g_strdup (title);
  if (hp_port_entry_get_ours (entry))
    return g_strdup (APP_NAME);
  if (!owner)
    /* Translators: in place of the name of a program, for the moment until it has been found. */
    return g_strdup (_ ("…"));
  if (owner->program)
    return g_strdup (owner->program);
  if (owner->service)
    return g_strdup (owner->service);
  if (owner->sandboxed)
    return g_strdup (owner->is_me ? _ ("Another program of yours")
                                  : _ ("Another user or the system"));
  if (owner->user && owner->uid != 0)
    return g_strdup_printf (_ ("A program of user %s"), owner->user);
  return g_strdup (owner->uid == 0 ? _ ("The system") : _ ("A program of another user"));
}

static void
add_detail (GString *details, const char *text)
{
  if (!text || !*text)
    return;
  if (details->len > 0)
    g_string_append (details, " · ");
  g_string_append (details, text);
}

char *
hp_port_text_details (HpPortEntry *entry)
{
  GString *details = g_string_new (NULL);
  g_autofree char *answer = hp_port_text_answer (entry);
  g_autofree char *folder = hp_port_text_folder (entry);

  if (hp_port_entry_get_server_title (entry))
    add_detail (details, _ ("served by Homeport"));
  add_detail (details, answer);
  if (!answer && !hp_port_entry_get_ours (entry))
    add_detail (details, hp_port_entry_get_usual (entry));
  if (hp_port_entry_get_program (entry))
    add_detail (details, hp_port_entry_get_service (entry));
  if (folder && !g_str_equal (folder, "/") && !hp_port_entry_get_ours (entry))
    add_detail (details, folder);
  return g_string_free (details, FALSE);
}

/* Its place */

const char *
hp_port_text_protocol (HpPortEntry *entry)
{
  gboolean udp = g_str_equal (hp_port_entry_get_protocol (entry), "udp");

  if (hp_port_entry_get_family (entry) == 6)
    return udp ? _ ("UDP, IPv6") : _ ("TCP, IPv6");
  return udp ? _ ("UDP") : _ ("TCP");
}

const char *
hp_port_text_address (HpPortEntry *entry)
{
  const char *address = hp_port_entry_get_address (entry);

  if (g_str_equal (address, "0.0.0.0") || g_str_equal (address, "::"))
    /* Translators: a program listens on each address that this computer has. */
    return _ ("any address");
  return address;
}

const char *
hp_port_text_short_scope (HpPortScope scope)
{
  return scope == HP_PORT_SCOPE_NETWORK ? C_ ("who can reach a port", "Network")
                                        : C_ ("who can reach a port", "Local");
}

char *
hp_port_text_label (HpPortEntry *entry)
{
  g_autofree char *name = hp_port_text_name (entry);
  g_autofree char *details = hp_port_text_details (entry);
  g_autofree char *pid = NULL;
  const char *user = hp_port_entry_get_user (entry);
  GString *label = g_string_new (NULL);

  /* Translators: a port, its protocol, and who listens there. */
  g_string_append_printf (label, _ ("Port %u, %s, %s"), hp_port_entry_get_port (entry),
                          hp_port_text_protocol (entry), name);
  if (hp_port_entry_get_pid (entry))
    pid = g_strdup_printf (_ ("pid %d"), (int) hp_port_entry_get_pid (entry));
  add_detail (label, pid);
  add_detail (label, user);
  add_detail (label, hp_port_scope_get_words (hp_port_entry_get_scope (entry)));
  add_detail (label, details);
  return g_string_free (label, FALSE);
}

char *
hp_port_text_copy (HpPortEntry *entry)
{
  g_autofree char *url = hp_port_entry_dup_url (entry);
  const char *start = strstr (url, "://");
  char *bare;

  if (hp_port_is_web (entry) || !start)
    return g_steal_pointer (&url);

  bare = g_strdup (start + strlen ("://"));
  if (g_str_has_suffix (bare, "/"))
    bare[strlen (bare) - 1] = '\0';
  return bare;
}

/* Searching */

char **
hp_port_fold_words (const char *search)
{
  g_autofree char *folded = g_utf8_casefold (search, -1);
  char **words = g_strsplit_set (folded, " \t", -1);
  gsize n = 0;

  for (gsize i = 0; words[i]; i++)
    if (*words[i])
      words[n++] = words[i];
    else
      g_free (words[i]);
  words[n] = NULL;
  return words;
}

gboolean
hp_port_matches (HpPortEntry *entry, const char *const *words)
{
  g_autofree char *label = NULL;
  g_autofree char *text = NULL;
  g_autofree char *folded = NULL;
  const char *command = hp_port_entry_get_command (entry);

  if (!*words)
    return TRUE;

  label = hp_port_text_label (entry);
  text = g_strjoin ("\n", label, hp_port_entry_get_address (entry), hp_port_text_address (entry),
                    command ? command : "", NULL);
  folded = g_utf8_casefold (text, -1);
  for (; *words; words++)
    if (!strstr (folded, *words))
      return FALSE;
  return TRUE;
}
