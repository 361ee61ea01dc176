/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <sys/types.h>

#include <glib.h>

G_BEGIN_DECLS

/* What /proc tells of a process. All of it blocks: not for the UI thread. */
typedef struct
{
  char *program;   /* "python3"; NULL: unknown */
  char *command;   /* "python3 -m http.server 8000"; NULL: unknown */
  char *directory; /* working directory; NULL: unknown or not ours to know */
} HpProcess;

/* The process that has the socket open, 0 when none is found among those that we may look into.
 * *start_time tells it from a later process with the same pid. See hp_socket_holders_find(). */
pid_t hp_process_find_holder (guint32 inode, guint64 *start_time);

/* When it was started, in microseconds of Unix time, from its start time as above. */
gint64 hp_process_get_started (guint64 start_time);

/* FALSE when there is no such process. */
gboolean hp_process_get_start_time (pid_t pid, guint64 *start_time);

/* The user of a process. */
gboolean hp_process_get_uid (pid_t pid, uid_t *uid);

/* Whether the process runs the very program that we are; FALSE also when that can't be seen. */
gboolean hp_process_is_own_program (pid_t pid);

/* Fills in text that is safe to show. FALSE, and nothing filled in, when the process has gone. */
gboolean hp_process_read (pid_t pid, guint64 start_time, HpProcess *process);

/* "python3" from its parts, each nullable: the comm field, the base name of the executable and the
 * first argument. (transfer full) (nullable) */
char *hp_process_choose_name (const char *comm, const char *executable, const char *argument);

/* Valid UTF-8 of at most max_chars characters; what could forge or reorder text is escaped. */
char *hp_process_escape (const char *text, gsize length, guint max_chars);

G_END_DECLS
