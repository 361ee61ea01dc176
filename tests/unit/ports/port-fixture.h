/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Gives the program a network of its own, with a loopback interface and nobody else on it, so that
 * no other program's ports get into a test. Takes an administrator; FALSE: it stays where it is. To
 * be called before there are threads. */
gboolean fixture_isolate (void);

typedef enum
{
  FIXTURE_REUSEADDR = 1 << 0,
  FIXTURE_REUSEPORT = 1 << 1,
  FIXTURE_V6ONLY = 1 << 2,
  FIXTURE_BOUND_ONLY = 1 << 3, /* don't listen */
} FixtureFlags;

/* A TCP socket on an address such as "127.0.0.1" or "::"; port 0: any, told in *port. -1 and errno
 * when that fails. */
int fixture_bind (const char *address, guint16 *port, FixtureFlags flags);

/* A pair of connected sockets on 127.0.0.1. The client is bound to a port of its own first. */
void fixture_connect (int listener, int *client, guint16 *client_port, int *server);

gboolean fixture_has_ipv6 (void);
guint32 fixture_get_inode (int fd);

/* Another process that holds a port; a user other than this one's takes an administrator. */
typedef struct
{
  pid_t pid;
  guint16 port;
  int control;
} FixtureChild;

void fixture_child_start (
    FixtureChild *child, const char *address, guint16 port, FixtureFlags flags, uid_t uid);
void fixture_child_stop (FixtureChild *child);

/* Becomes an ordinary user for good. */
void fixture_become (uid_t uid);

typedef gboolean (*FixturePredicate) (gpointer user_data);

/* Runs the main context until the predicate holds; FALSE after limit_ms. */
gboolean fixture_wait (FixturePredicate predicate, gpointer user_data, guint limit_ms);

/* Whether a timer waits in the main context, which would wake an idle program up. */
gboolean fixture_has_timer (void);

G_END_DECLS
