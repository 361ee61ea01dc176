/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include "ports/hp-port-owner.h"
#include "ports/hp-sock-diag.h"

G_BEGIN_DECLS

/* Who can reach a listening socket. */
typedef enum
{
  HP_PORT_SCOPE_LOOPBACK, /* this computer only */
  HP_PORT_SCOPE_NETWORK,  /* other computers as well, unless a firewall is in the way */
} HpPortScope;

/* "This computer only", "Reachable from the network" */
const char *hp_port_scope_get_words (HpPortScope scope);

/* One listening socket of this computer. What the kernel says of it never changes; who holds it is
 * found out in the background and may arrive later: signal "changed". Main thread. */
#define HP_TYPE_PORT_ENTRY (hp_port_entry_get_type ())
G_DECLARE_FINAL_TYPE (HpPortEntry, hp_port_entry, HP, PORT_ENTRY, GObject)

HpPortEntry *hp_port_entry_new (const HpSocketInfo *info, gboolean ours);
const HpSocketInfo *hp_port_entry_get_info (HpPortEntry *self);

guint16 hp_port_entry_get_port (HpPortEntry *self);
const char *hp_port_entry_get_protocol (HpPortEntry *self); /* "tcp", "udp" */
int hp_port_entry_get_family (HpPortEntry *self);           /* 4 or 6 */
const char *hp_port_entry_get_address (HpPortEntry *self);  /* "127.0.0.1", "::" */
HpPortScope hp_port_entry_get_scope (HpPortEntry *self);
/* The same socket as long as this, the protocol, the address and the port are the same. */
guint32 hp_port_entry_get_inode (HpPortEntry *self);
/* Whether a file descriptor of this process is the socket. */
gboolean hp_port_entry_get_ours (HpPortEntry *self);

/* NULL until it has been looked for. */
const HpPortOwner *hp_port_entry_get_owner (HpPortEntry *self);
void hp_port_entry_take_owner (HpPortEntry *self, HpPortOwner *owner);

/* Of the owner; 0 or NULL while it isn't known, and where it can't be known. */
const char *hp_port_entry_get_user (HpPortEntry *self);
pid_t hp_port_entry_get_pid (HpPortEntry *self);
guint64 hp_port_entry_get_start_time (HpPortEntry *self);
const char *hp_port_entry_get_program (HpPortEntry *self);
const char *hp_port_entry_get_command (HpPortEntry *self);
const char *hp_port_entry_get_folder (HpPortEntry *self); /* of own programs only */
const char *hp_port_entry_get_service (HpPortEntry *self);
const char *hp_port_entry_get_app_id (HpPortEntry *self);
gint64 hp_port_entry_get_since_us (HpPortEntry *self); /* start of the program, Unix time */
/* Whether the user is the one who looks. */
gboolean hp_port_entry_is_mine (HpPortEntry *self);

/* "often PostgreSQL"; NULL: nothing usual. */
const char *hp_port_entry_get_usual (HpPortEntry *self);
/* A guess: whether a browser would get a page there. */
gboolean hp_port_entry_get_is_web (HpPortEntry *self);

/* For our own: what is served there. Emits "changed". */
const char *hp_port_entry_get_server_title (HpPortEntry *self);
void hp_port_entry_set_server_title (HpPortEntry *self, const char *title);

/* What to type into a terminal to learn more. (transfer full) */
char *hp_port_entry_dup_command_line (HpPortEntry *self);
/* "http://localhost:8080/", or with the socket's own address where localhost doesn't lead there.
 * (transfer full) */
char *hp_port_entry_dup_url (HpPortEntry *self);

G_END_DECLS
