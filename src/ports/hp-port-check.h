/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ports/hp-sock-diag.h"

G_BEGIN_DECLS

typedef enum
{
  HP_PORT_FREE,
  HP_PORT_OURS,            /* a socket of this very process listens on it */
  HP_PORT_TAKEN,           /* another program listens */
  HP_PORT_RESERVED,        /* bound by a program that doesn't listen */
  HP_PORT_OPEN_CONNECTION, /* the local end of a program's connection */
  HP_PORT_LINGERING,       /* the kernel keeps it for some seconds after a connection */
  HP_PORT_PRIVILEGED,      /* below the kernel's limit for ordinary users */
  HP_PORT_UNKNOWN,         /* in use, and the kernel doesn't say by whom */
} HpPortState;

/* A verdict on 127.0.0.1:port. Plain data; copy freely. */
typedef struct
{
  HpPortState state;
  guint16 port;
  guint32 uid;        /* of the holder; valid when inode != 0 */
  guint32 inode;      /* of the holder's socket, 0 when there is none */
  guint64 cgroup_id;  /* of the holder, 0 when unknown */
  guint32 expires_ms; /* LINGERING: how long still */
  gboolean shadowed;  /* somebody else listens on [::1]:port, so "localhost" may go there */
  guint32 shadow_uid;
  guint32 shadow_inode;
  guint64 shadow_cgroup_id;
} HpPortVerdict;

gboolean hp_port_verdict_equal (const HpPortVerdict *a, const HpPortVerdict *b);

/* Says whether somebody listens on the port: FREE, OURS or TAKEN. Microseconds, any thread, no
 * trace left: made for the indicator. FREE here isn't a promise; only binding is. */
void hp_port_check_glance (guint16 port, HpPortVerdict *verdict);

/* Whether the port can be bound; it is, without listening, for an instant. Microseconds, any
 * thread. */
gboolean hp_port_can_bind (guint16 port);

/* The whole verdict; binds (without listening) for an instant and may dump sockets. Up to some tens
 * of milliseconds on a busy machine: not for the UI thread. */
void hp_port_check (guint16 port, HpPortVerdict *verdict);

/* Binds and listens on 127.0.0.1:port (0: any free port): SO_REUSEADDR, never SO_REUSEPORT,
 * non-blocking, close-on-exec, TCP_NODELAY, a backlog of 4096. Returns the descriptor, or -1 with
 * G_IO_ERROR_ADDRESS_IN_USE, G_IO_ERROR_PERMISSION_DENIED or another G_IO_ERROR. */
int hp_port_listen (guint16 port, guint16 *actual_port, GError **error);

G_END_DECLS
