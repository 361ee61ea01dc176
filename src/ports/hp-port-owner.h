/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include "ports/hp-port-check.h"

G_BEGIN_DECLS

/* Who holds a port, as far as this user may know. */
typedef struct
{
  HpPortState state;
  guint16 port;
  pid_t pid;          /* 0: unknown */
  guint64 start_time; /* tells it from a later process with the same pid */
  gint64 started_us;  /* when it was started, Unix time; 0: unknown */
  char *program;      /* "python3"; NULL: unknown */
  char *command;      /* "python3 -m http.server 8000", escaped for display; NULL: unknown */
  char *directory;    /* working directory of an own program; NULL: unknown */
  char *service;      /* "postgresql.service", "Docker container 0123…"; NULL: unknown */
  char *app_id;       /* of its desktop file: "org.gnome.Builder"; NULL: unknown */
  guint32 uid;
  char *user;         /* "ada"; NULL: the uid has no name */
  gboolean is_me;     /* uid is this user's */
  gboolean sandboxed; /* we look from inside a sandbox, so names can't be known */
  guint32 expires_ms;
} HpPortOwner;

#define HP_TYPE_PORT_OWNER (hp_port_owner_get_type ())
GType hp_port_owner_get_type (void);

HpPortOwner *hp_port_owner_copy (const HpPortOwner *self);
void hp_port_owner_free (HpPortOwner *self);

/* Blocking: scans /proc. Any thread but the UI's. Never fails: what can't be known stays unset. */
HpPortOwner *hp_port_owner_find (const HpPortVerdict *verdict);

/* The same for many at once, with one walk through /proc. (transfer full) (element-type
 * HpPortOwner)
 */
GPtrArray *hp_port_owner_find_many (const HpPortVerdict *verdicts, gsize n);

/* The same in a worker thread. */
void hp_port_owner_find_async (const HpPortVerdict *verdict,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
HpPortOwner *hp_port_owner_find_finish (GAsyncResult *result, GError **error);

/* The whole verdict on a port and its holder, both in a worker thread: for a field that judges
 * while somebody types, and to explain why a port can't be bound. state FREE: it can be had. */
void hp_port_owner_check_async (guint16 port,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
HpPortOwner *hp_port_owner_check_finish (GAsyncResult *result, GError **error);

/* The holder as a phrase to put after "by": "python3 (pid 2880, user ada)",
 * "postgresql.service (user postgres)", "a program of user ada". */
char *hp_port_owner_name (const HpPortOwner *self);

/* One sentence for people: "Port 8080 is used by python3 (pid 2880, user ada)." */
char *hp_port_owner_describe (const HpPortOwner *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpPortOwner, hp_port_owner_free)

G_END_DECLS
