/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <sys/types.h>

#include <glib.h>

G_BEGIN_DECLS

/* A process that has a socket open. The start time tells it from a later one with the same pid. */
typedef struct
{
  pid_t pid; /* 0: none was found among those that we may look into */
  guint64 start_time;
} HpSocketHolder;

/* The processes that hold these sockets: one walk through /proc for all that aren't remembered,
 * none when all are. Remembered answers are checked again, which costs microseconds; that a socket
 * has no holder to be found is believed for some seconds. Blocking, some tens of milliseconds: any
 * thread but the UI's. `holders` has room for n. */
void hp_socket_holders_find (const guint32 *inodes, gsize n, HpSocketHolder *holders);

/* How many walks there were so far, for tests and measurements. */
guint hp_socket_holders_get_n_walks (void);

G_END_DECLS
