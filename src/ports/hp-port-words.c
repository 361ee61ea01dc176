/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "ports/hp-port-owner.h"
#include "ports/hp-port-rules.h"

/* How much is known of a holder. Each sentence below is whole for each case, because languages
 * bend words in different ways. */
typedef enum
{
  KNOWN_PROGRAM,
  KNOWN_SERVICE,
  KNOWN_MINE,   /* in a sandbox: another program of this user */
  KNOWN_OTHERS, /* in a sandbox: not this user's */
  KNOWN_USER,
  KNOWN_NOTHING, /* no program at all: the kernel itself */
} Knowledge;

static Knowledge
get_knowledge (const HpPortOwner *self)
{
  if (self->program != NULL)
    return KNOWN_PROGRAM;
  if (self->service != NULL)
    return KNOWN_SERVICE;
  if (self->sandboxed)
    return self->is_me ? KNOWN_MINE : KNOWN_OTHERS;
  return self->user != NULL || self->uid != 0 ? KNOWN_USER : KNOWN_NOTHING;
}

/* The user's name, or else number. (transfer full) */
static char *
get_user (const HpPortOwner *self)
{
  return self->user != NULL ? g_strdup (self->user) : g_strdup_printf ("%u", self->uid);
}

char *
hp_port_owner_name (const HpPortOwner *self)
{
  g_autofree char *user = get_user (self);

  if (self->state == HP_PORT_OURS)
    return g_strdup (C_ ("port holder", "Homeport itself"));

  switch (get_knowledge (self))
    {
    case KNOWN_PROGRAM:
      /* Translators: who holds a port: program name, process id, user name. */
      return g_strdup_printf (C_ ("port holder", "%s (pid %d, user %s)"), self->program,
                              (int) self->pid, user);
    case KNOWN_SERVICE:
      /* Translators: who holds a port: system service, user name. */
      return g_strdup_printf (C_ ("port holder", "%s (user %s)"), self->service, user);
    case KNOWN_MINE:
      return g_strdup (C_ ("port holder", "another program of yours"));
    case KNOWN_OTHERS:
      return g_strdup (C_ ("port holder", "another user or the system"));
    case KNOWN_USER:
      return g_strdup_printf (C_ ("port holder", "a program of user %s"), user);
    case KNOWN_NOTHING:
    default:
      return g_strdup (C_ ("port holder", "the system"));
    }
}

/* "~/shop": where a program of this user was started. (transfer full) (nullable) */
static char *
get_folder (const HpPortOwner *self)
{
  const char *home = g_get_home_dir ();
  gsize length = strlen (home);

  if (self->directory == NULL || !self->is_me)
    return NULL;
  if (length > 1 && strncmp (self->directory, home, length) == 0
      && (self->directory[length] == '/' || self->directory[length] == '\0'))
    return g_strconcat ("~", self->directory + length, NULL);
  return g_strdup (self->directory);
}

static char *
describe_age (const HpPortOwner *self)
{
  gint64 minutes = (g_get_real_time () - self->started_us) / G_TIME_SPAN_MINUTE;
  guint n;

  if (minutes < 1)
    return g_strdup (_ ("It was started less than a minute ago."));
  if (minutes < 60)
    {
      n = (guint) minutes;
      return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "It was started %u minute ago.",
                                           "It was started %u minutes ago.", n),
                              n);
    }
  if (minutes < 48 * 60)
    {
      n = (guint) (minutes / 60);
      return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "It was started %u hour ago.",
                                           "It was started %u hours ago.", n),
                              n);
    }
  n = (guint) (minutes / 60 / 24);
  return g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE, "It was started %u day ago.", "It was started %u days ago.", n),
      n);
}

static char *
describe_program (const HpPortOwner *self, const char *user)
{
  g_autofree char *folder = get_folder (self);
  g_autofree char *sentence = NULL;
  g_autofree char *age = NULL;

  if (folder != NULL)
    /* Translators: the last one is the folder in which the program works, such as ~/shop. */
    sentence = g_strdup_printf (_ ("Port %u is used by %s (pid %d, in %s)."), self->port,
                                self->program, (int) self->pid, folder);
  else
    sentence = g_strdup_printf (_ ("Port %u is used by %s (pid %d, user %s)."), self->port,
                                self->program, (int) self->pid, user);
  if (self->started_us == 0)
    return g_steal_pointer (&sentence);

  age = describe_age (self);
  /* Translators: two whole sentences, one after the other. */
  return g_strdup_printf (C_ ("sentences", "%s %s"), sentence, age);
}

static char *
describe_taken (const HpPortOwner *self)
{
  g_autofree char *user = get_user (self);

  switch (get_knowledge (self))
    {
    case KNOWN_PROGRAM:
      return describe_program (self, user);
    case KNOWN_SERVICE:
      return g_strdup_printf (_ ("Port %u is used by %s (user %s)."), self->port, self->service,
                              user);
    case KNOWN_MINE:
      return g_strdup_printf (_ ("Port %u is used by another program of yours. Homeport runs in a "
                                 "sandbox and can’t see which one."),
                              self->port);
    case KNOWN_OTHERS:
      return g_strdup_printf (_ ("Port %u is used by another user or by the system."), self->port);
    case KNOWN_USER:
      if (self->is_me)
        return g_strdup_printf (_ ("Port %u is used by a program of user %s."), self->port, user);
      return g_strdup_printf (
          _ ("Port %u is used by a program of user %s. Its name is visible only "
             "to that user and the administrator."),
          self->port, user);
    case KNOWN_NOTHING:
    default:
      return g_strdup_printf (_ ("Port %u is used by the system itself, not by a program."),
                              self->port);
    }
}

static char *
describe_reserved (const HpPortOwner *self)
{
  g_autofree char *user = get_user (self);

  switch (get_knowledge (self))
    {
    case KNOWN_PROGRAM:
      return g_strdup_printf (
          _ ("Port %u is held by %s (pid %d, user %s), although nothing answers "
             "there yet."),
          self->port, self->program, (int) self->pid, user);
    case KNOWN_SERVICE:
      return g_strdup_printf (_ ("Port %u is held by %s (user %s), although nothing answers there "
                                 "yet."),
                              self->port, self->service, user);
    case KNOWN_MINE:
      return g_strdup_printf (
          _ ("Port %u is held by another program of yours, although nothing "
             "answers there yet. Homeport runs in a sandbox and can’t see which "
             "one."),
          self->port);
    case KNOWN_OTHERS:
      return g_strdup_printf (
          _ ("Port %u is held by another user or by the system, although nothing "
             "answers there yet."),
          self->port);
    case KNOWN_USER:
      return g_strdup_printf (
          _ ("Port %u is held by a program of user %s, although nothing answers "
             "there yet."),
          self->port, user);
    case KNOWN_NOTHING:
    default:
      return g_strdup_printf (_ ("Port %u is held by the system itself, although nothing answers "
                                 "there."),
                              self->port);
    }
}

static char *
describe_connection (const HpPortOwner *self)
{
  g_autofree char *user = get_user (self);

  switch (get_knowledge (self))
    {
    case KNOWN_PROGRAM:
      return g_strdup_printf (_ ("Port %u is in use for a connection of %s (pid %d, user %s)."),
                              self->port, self->program, (int) self->pid, user);
    case KNOWN_SERVICE:
      return g_strdup_printf (_ ("Port %u is in use for a connection of %s (user %s)."), self->port,
                              self->service, user);
    case KNOWN_MINE:
      return g_strdup_printf (_ ("Port %u is in use for a connection of another program of yours. "
                                 "Homeport runs in a sandbox and can’t see which one."),
                              self->port);
    case KNOWN_OTHERS:
      return g_strdup_printf (_ ("Port %u is in use for a connection of another user or of the "
                                 "system."),
                              self->port);
    case KNOWN_USER:
      return g_strdup_printf (_ ("Port %u is in use for a connection of a program of user %s."),
                              self->port, user);
    case KNOWN_NOTHING:
    default:
      return g_strdup_printf (_ ("Port %u is in use for a connection of the system itself."),
                              self->port);
    }
}

static char *
describe_lingering (const HpPortOwner *self)
{
  guint seconds = self->expires_ms / 1000 + (self->expires_ms % 1000 != 0);

  if (seconds == 0)
    return g_strdup_printf (
        _ ("Port %u is free again soon: the system keeps it for a while after a "
           "connection."),
        self->port);
  return g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE,
                   "Port %u is free again in %u second: the system keeps it for a "
                   "while after a connection.",
                   "Port %u is free again in %u seconds: the system keeps it for a "
                   "while after a connection.",
                   seconds),
      self->port, seconds);
}

static char *
describe_privileged (const HpPortOwner *self)
{
  guint limit = hp_port_get_unprivileged_min ();

  /* A security policy may forbid other ports as well. */
  if (self->port >= limit)
    return g_strdup_printf (_ ("Homeport isn’t allowed to use port %u."), self->port);
  return g_strdup_printf (_ ("Ports below %u need administrator rights."), limit);
}

char *
hp_port_owner_describe (const HpPortOwner *self)
{
  switch (self->state)
    {
    case HP_PORT_FREE:
      return g_strdup_printf (_ ("Port %u is free."), self->port);
    case HP_PORT_OURS:
      return g_strdup_printf (_ ("Port %u is used by Homeport itself."), self->port);
    case HP_PORT_TAKEN:
      return describe_taken (self);
    case HP_PORT_RESERVED:
      return describe_reserved (self);
    case HP_PORT_OPEN_CONNECTION:
      return describe_connection (self);
    case HP_PORT_LINGERING:
      return describe_lingering (self);
    case HP_PORT_PRIVILEGED:
      return describe_privileged (self);
    case HP_PORT_UNKNOWN:
    default:
      return g_strdup_printf (_ ("Port %u can’t be used right now, and the system doesn’t say who "
                                 "has it."),
                              self->port);
    }
}
