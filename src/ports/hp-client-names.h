/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Which program is at the other end of a connection. Found out in a thread of its own, which sleeps
 * while there is nothing to find; a connection that is closed before that stays without a name, and
 * so does one of another user. Keeps the last HP_CLIENT_NAMES_MAX.
 *
 * Signal "named" (in the main thread): some more are known now; for many at once. */
#define HP_TYPE_CLIENT_NAMES (hp_client_names_get_type ())
G_DECLARE_FINAL_TYPE (HpClientNames, hp_client_names, HP, CLIENT_NAMES, GObject)

#define HP_CLIENT_NAMES_MAX 65536

HpClientNames *hp_client_names_new (void);

/* Asks for the name of a connection (any number that isn't used again), whose client's socket has
 * this inode. Any thread, never waits. */
void hp_client_names_note (HpClientNames *self, guint32 connection, guint32 inode);

/* "firefox"; NULL: not known (yet). Any thread. (transfer full) (nullable) */
char *hp_client_names_dup (HpClientNames *self, guint32 connection);

G_END_DECLS
