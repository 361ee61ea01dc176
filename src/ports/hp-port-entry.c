/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "ports/hp-port-entry.h"
#include "ports/hp-port-names.h"
#include "ports/hp-port-view.h"

struct _HpPortEntry
{
  GObject parent_instance;

  HpSocketInfo info;
  gboolean ours;

  /* owned */
  char *address;
  char *usual;        /* nullable */
  char *server_title; /* nullable */
  HpPortOwner *owner; /* NULL: not looked for yet */
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HpPortEntry, hp_port_entry, G_TYPE_OBJECT)

const char *
hp_port_scope_get_words (HpPortScope scope)
{
  /* Translators: who can reach a port. */
  return scope == HP_PORT_SCOPE_LOOPBACK ? _ ("This computer only")
                                         : _ ("Reachable from the network");
}

/* "fe80::1%eth0": the device is part of the address where it is needed to reach it. */
static char *
format_address (const HpSocketInfo *info)
{
  char text[INET6_ADDRSTRLEN] = "";
  char device[IF_NAMESIZE];

  inet_ntop (info->family, info->address.bytes, text, sizeof text);
  if (info->device != 0 && if_indextoname (info->device, device) != NULL)
    return g_strdup_printf ("%s%%%s", text, device);
  return g_strdup (text);
}

static void
hp_port_entry_finalize (GObject *object)
{
  HpPortEntry *self = HP_PORT_ENTRY (object);

  g_free (self->address);
  g_free (self->usual);
  g_free (self->server_title);
  hp_port_owner_free (self->owner);

  G_OBJECT_CLASS (hp_port_entry_parent_class)->finalize (object);
}

static void
hp_port_entry_class_init (HpPortEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hp_port_entry_finalize;

  signals[CHANGED] = g_signal_new ("changed", HP_TYPE_PORT_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
hp_port_entry_init (HpPortEntry *self)
{
}

HpPortEntry *
hp_port_entry_new (const HpSocketInfo *info, gboolean ours)
{
  HpPortEntry *self = g_object_new (HP_TYPE_PORT_ENTRY, NULL);

  self->info = *info;
  self->ours = ours;
  self->address = format_address (info);
  self->usual = hp_port_names_describe (info->protocol, info->port);
  return self;
}

const HpSocketInfo *
hp_port_entry_get_info (HpPortEntry *self)
{
  g_return_val_if_fail (HP_IS_PORT_ENTRY (self), NULL);
  return &self->info;
}

guint16
hp_port_entry_get_port (HpPortEntry *self)
{
  g_return_val_if_fail (HP_IS_PORT_ENTRY (self), 0);
  return self->info.port;
}

const char *
hp_port_entry_get_protocol (HpPortEntry *self)
{
  g_return_val_if_fail (HP_IS_PORT_ENTRY (self), NULL);
  return self->info.protocol == IPPROTO_UDP ? "udp" : "tcp";
}

int
hp_port_entry_get_family (HpPortEntry *self)
{
  g_return_val_if_fail (HP_IS_PORT_ENTRY (self), 0);
  return self->info.family == AF_INET6 ? 6 : 4;
}

const char *
hp_port_entry_get_address (HpPortEntry *self)
{
  g_return_val_if_fail (HP_IS_PORT_ENTRY (self), NULL);
  return self->address;
}

HpPortScope
hp_port_entry_get_scope (HpPortEntry *self)
{
  g_return_val_if_fail (HP_IS_PORT_ENTRY (self), HP_PORT_SCOPE_NETWORK);
  return hp_port_view_is_local (&self->info) ? HP_PORT_SCOPE_LOOPBACK : HP_PORT_SCOPE_NETWORK;
}

guint32
hp_port_entry_get_inode (HpPortEntry *self)
{
  g_return_val_if_fail (HP_IS_PORT_ENTRY (self), 0);
  return self->info.inode;
}

gboolean
hp_port_entry_get_ours (HpPortEntry *self)
{
  g_return_val_if_fail (HP_IS_PORT_ENTRY (self), FALSE);
  return self->ours;
}

/* The owner */

const HpPortOwner *
hp_port_entry_get_owner (HpPortEntry *self)
{
  g_return_val_if_fail (HP_IS_PORT_ENTRY (self), NULL);
  return self->owner;
}

static gboolean
is_same_owner (const HpPortOwner *a, const HpPortOwner *b)
{
  return a != NULL && a->pid == b->pid && a->start_time == b->start_time
         && g_strcmp0 (a->program, b->program) == 0 && g_strcmp0 (a->command, b->command) == 0
         && g_strcmp0 (a->directory, b->directory) == 0 && g_strcmp0 (a->user, b->user) == 0
         && g_strcmp0 (a->service, b->service) == 0;
}

void
hp_port_entry_take_owner (HpPortEntry *self, HpPortOwner *owner)
{
  g_return_if_fail (HP_IS_PORT_ENTRY (self));
  g_return_if_fail (owner != NULL);

  if (is_same_owner (self->owner, owner))
    {
      hp_port_owner_free (owner);
      return;
    }
  hp_port_owner_free (self->owner);
  self->owner = owner;
  g_signal_emit (self, signals[CHANGED], 0);
}

const char *
hp_port_entry_get_user (HpPortEntry *self)
{
  g_return_val_if_fail (HP_IS_PORT_ENTRY (self), NULL);
  return self->owner != NULL ? self->owner->user : NULL;
}

pid_t
hp_port_entry_get_pid (HpPortEntry *self)
{
  g_return_val_if_fail (HP_IS_PORT_ENTRY (self), 0);
  return self->owner != NULL ? self->owner->pid : 0;
}

guint64
hp_port_entry_get_start_time (HpPortEntry *self)
{
  g_return_val_if_fail (HP_IS_PORT_ENTRY (self), 0);
  return self->owner != NULL ? self->owner->start_time : 0;
}

const char *
hp_port_entry_get_program (HpPortEntry *self)
{
  g_return_val_if_fail (HP_IS_PORT_ENTRY (self), NULL);
  return self->owner != NULL ? self->owner->program : NULL;
}

const char *
hp_port_entry_get_command (HpPortEntry *self)
{
  g_return_val_if_fail (HP_IS_PORT_ENTRY (self), NULL);
  return self->owner != NULL ? self->owner->command : NULL;
}

const char *
hp_port_entry_get_folder (HpPortEntry *self)
{
  g_return_val_if_fail (HP_IS_PORT_ENTRY (self), NULL);
  return self->owner != NULL ? self->owner->directory : NULL;
}

const char *
hp_port_entry_get_service (HpPortEntry *self)
{
  g_return_val_if_fail (HP_IS_PORT_ENTRY (self), NULL);
  return self->owner != NULL ? self->owner->service : NULL;
}

const char *
hp_port_entry_get_app_id (HpPortEntry *self)
{
  g_return_val_if_fail (HP_IS_PORT_ENTRY (self), NULL);
  return self->owner != NULL ? self->owner->app_id : NULL;
}

gint64
hp_port_entry_get_since_us (HpPortEntry *self)
{
  g_return_val_if_fail (HP_IS_PORT_ENTRY (self), 0);
  return self->owner != NULL ? self->owner->started_us : 0;
}

gboolean
hp_port_entry_is_mine (HpPortEntry *self)
{
  g_return_val_if_fail (HP_IS_PORT_ENTRY (self), FALSE);
  return self->info.uid == geteuid ();
}

/* Guesses and words */

const char *
hp_port_entry_get_usual (HpPortEntry *self)
{
  g_return_val_if_fail (HP_IS_PORT_ENTRY (self), NULL);
  return self->usual;
}

/* Programs that hardly listen for anything but HTTP. */
static gboolean
is_web_program (const char *program)
{
  static const char *const programs[]
      = { "nginx", "apache2", "httpd", "caddy",   "lighttpd", "hugo", "jekyll",   "darkhttpd",
          "vite",  "esbuild", "puma",  "uvicorn", "gunicorn", "php",  "homeport", NULL };

  return program != NULL && g_strv_contains (programs, program);
}

gboolean
hp_port_entry_get_is_web (HpPortEntry *self)
{
  const char *command;

  g_return_val_if_fail (HP_IS_PORT_ENTRY (self), FALSE);

  if (self->info.protocol != IPPROTO_TCP)
    return FALSE;
  if (self->ours || hp_port_names_is_web (self->info.port))
    return TRUE;
  command = hp_port_entry_get_command (self);
  return is_web_program (hp_port_entry_get_program (self))
         || (command != NULL && strstr (command, "http.server") != NULL);
}

const char *
hp_port_entry_get_server_title (HpPortEntry *self)
{
  g_return_val_if_fail (HP_IS_PORT_ENTRY (self), NULL);
  return self->server_title;
}

void
hp_port_entry_set_server_title (HpPortEntry *self, const char *title)
{
  g_return_if_fail (HP_IS_PORT_ENTRY (self));

  if (g_strcmp0 (self->server_title, title) == 0)
    return;
  g_free (self->server_title);
  self->server_title = g_strdup (title);
  g_signal_emit (self, signals[CHANGED], 0);
}

char *
hp_port_entry_dup_command_line (HpPortEntry *self)
{
  g_return_val_if_fail (HP_IS_PORT_ENTRY (self), NULL);
  /* Only the administrator sees the programs of others. */
  return g_strdup_printf ("%sss -%clnp 'sport = :%u'", hp_port_entry_is_mine (self) ? "" : "sudo ",
                          self->info.protocol == IPPROTO_UDP ? 'u' : 't', self->info.port);
}

/* Whether a connection to localhost gets there: a browser tries both families. */
static gboolean
is_localhost (const HpSocketInfo *info)
{
  return hp_port_view_covers_loopback (info)
         || (info->family == AF_INET6
             && (memcmp (info->address.bytes, &in6addr_loopback, sizeof in6addr_loopback) == 0
                 || memcmp (info->address.bytes, &in6addr_any, sizeof in6addr_any) == 0));
}

char *
hp_port_entry_dup_url (HpPortEntry *self)
{
  const char *scheme;
  char address[INET6_ADDRSTRLEN] = "";

  g_return_val_if_fail (HP_IS_PORT_ENTRY (self), NULL);

  scheme = self->info.port == 443 || self->info.port == 8443 ? "https" : "http";
  if (is_localhost (&self->info))
    return g_strdup_printf ("%s://localhost:%u/", scheme, self->info.port);
  inet_ntop (self->info.family, self->info.address.bytes, address, sizeof address);
  return g_strdup_printf (self->info.family == AF_INET6 ? "%s://[%s]:%u/" : "%s://%s:%u/", scheme,
                          address, self->info.port);
}
