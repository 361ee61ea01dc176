/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ports/hp-process.h"
#include "ports/hp-socket-holders.h"

#define MAX_PROGRAM_CHARS 64
#define MAX_COMMAND_CHARS 300
#define MAX_PATH_CHARS    1024

/* The kernel cuts the comm field to this. */
#define COMM_LENGTH 15

static gboolean
read_small_file (pid_t pid, const char *name, char *buffer, gsize size, gsize *length)
{
  char path[64];
  gssize n;
  int fd;

  g_snprintf (path, sizeof path, "/proc/%d/%s", (int) pid, name);
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return FALSE;
  n = read (fd, buffer, size - 1);
  close (fd);
  if (n < 0)
    return FALSE;

  buffer[n] = '\0';
  *length = (gsize) n;
  return TRUE;
}

/* (transfer full) (nullable) */
static char *
read_link (pid_t pid, const char *name)
{
  char path[64];
  char target[PATH_MAX];
  gssize length;

  g_snprintf (path, sizeof path, "/proc/%d/%s", (int) pid, name);
  length = readlink (path, target, sizeof target);
  return length > 0 ? g_strndup (target, length) : NULL;
}

gboolean
hp_process_get_start_time (pid_t pid, guint64 *start_time)
{
  char text[1024];
  gsize length;
  const char *field;
  int i;

  if (!read_small_file (pid, "stat", text, sizeof text, &length))
    return FALSE;

  /* The second field is a name in brackets that may itself hold brackets and spaces; the time is
   * field 22. */
  field = strrchr (text, ')');
  for (i = 2; field != NULL && i < 22; i++)
    {
      field = strchr (field, ' ');
      if (field != NULL)
        field++;
    }
  if (field == NULL)
    return FALSE;
  *start_time = g_ascii_strtoull (field, NULL, 10);
  return TRUE;
}

gboolean
hp_process_get_uid (pid_t pid, uid_t *uid)
{
  char path[64];
  struct stat status;

  g_snprintf (path, sizeof path, "/proc/%d", (int) pid);
  if (stat (path, &status) != 0)
    return FALSE;
  *uid = status.st_uid;
  return TRUE;
}

pid_t
hp_process_find_holder (guint32 inode, guint64 *start_time)
{
  HpSocketHolder holder;

  hp_socket_holders_find (&inode, 1, &holder);
  *start_time = holder.start_time;
  return holder.pid;
}

gint64
hp_process_get_started (guint64 start_time)
{
  struct timespec since_boot;
  gint64 age;

  if (clock_gettime (CLOCK_BOOTTIME, &since_boot) != 0)
    return 0;
  age = since_boot.tv_sec * G_USEC_PER_SEC + since_boot.tv_nsec / 1000
        - (gint64) (start_time * G_USEC_PER_SEC / (guint64) sysconf (_SC_CLK_TCK));
  return g_get_real_time () - age;
}

static gboolean
is_visible (gunichar c)
{
  /* Marks that turn the direction of the text around them. */
  if (c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e)
      || (c >= 0x2066 && c <= 0x2069))
    return FALSE;
  /* Line and paragraph separators. */
  if (c == 0x2028 || c == 0x2029)
    return FALSE;
  return !g_unichar_iscntrl (c);
}

char *
hp_process_escape (const char *text, gsize length, guint max_chars)
{
  g_autofree char *valid = g_utf8_make_valid (text, (gssize) length);
  GString *out = g_string_new (NULL);
  const char *p;
  guint n_chars;

  for (p = valid, n_chars = 0; *p != '\0'; p = g_utf8_next_char (p), n_chars++)
    {
      gunichar c = g_utf8_get_char (p);

      if (n_chars == max_chars)
        {
          g_string_append (out, "…");
          break;
        }
      if (is_visible (c))
        g_string_append_unichar (out, c);
      else if (c < 0x100)
        g_string_append_printf (out, "\\x%02x", c);
      else
        g_string_append_printf (out, "\\u{%04x}", c);
    }
  return g_string_free (out, FALSE);
}

/* Whether the kernel made `comm` from this name. */
static gboolean
is_comm_of (const char *comm, const char *name)
{
  return comm != NULL && strncmp (comm, name, COMM_LENGTH) == 0;
}

char *
hp_process_choose_name (const char *comm, const char *executable, const char *argument)
{
  const char *slash = argument != NULL ? strrchr (argument, '/') : NULL;
  const char *called = slash != NULL ? slash + 1 : argument;

  if (called != NULL && *called == '\0')
    called = NULL;

  /* The name by which it was called is the one that people know: python3 rather than python3.11,
   * httpd rather than busybox. But programs may write over it, and over comm as well. */
  if (called != NULL
      && (is_comm_of (comm, called)
          || (executable != NULL && g_str_has_prefix (executable, called))))
    return g_strdup (called);
  if (executable != NULL && *executable != '\0')
    return g_strdup (executable);
  return comm != NULL && *comm != '\0' ? g_strdup (comm) : NULL;
}

/* The base name of /proc/PID/exe, which only the same user may read. */
static char *
read_executable (pid_t pid)
{
  static const char deleted[] = " (deleted)";
  g_autofree char *path = read_link (pid, "exe");

  if (path == NULL)
    return NULL;
  if (g_str_has_suffix (path, deleted))
    path[strlen (path) - strlen (deleted)] = '\0';
  return g_path_get_basename (path);
}

gboolean
hp_process_is_own_program (pid_t pid)
{
  g_autofree char *own = read_link (getpid (), "exe");
  g_autofree char *other = read_link (pid, "exe");

  return own != NULL && g_strcmp0 (own, other) == 0;
}

/* Arguments end in NUL; a program that wrote its own title there may leave many of them. */
static char *
format_command (const char *program, const char *arguments, gsize length)
{
  g_autoptr (GString) joined = g_string_new (NULL);
  const char *end = arguments + length;
  const char *p;

  while (end > arguments && (end[-1] == '\0' || end[-1] == ' '))
    end--;
  for (p = arguments; p < end; p += strlen (p) + 1)
    {
      if (p > arguments)
        g_string_append_c (joined, ' ');
      /* The path of the program is left away, but not the title that it gave itself. */
      if (p == arguments && program != NULL && strchr (p, ' ') == NULL
          && g_str_has_suffix (p, program))
        g_string_append (joined, program);
      else
        g_string_append_len (joined, p, (gssize) MIN (strlen (p), (gsize) (end - p)));
    }
  if (joined->len == 0)
    return NULL;
  return hp_process_escape (joined->str, joined->len, MAX_COMMAND_CHARS);
}

gboolean
hp_process_read (pid_t pid, guint64 start_time, HpProcess *process)
{
  g_autofree char *executable = read_executable (pid);
  g_autofree char *directory = read_link (pid, "cwd");
  g_autofree char *name = NULL;
  char comm[64] = "";
  char arguments[4096] = "";
  gsize comm_length = 0;
  gsize length = 0;
  guint64 start_now;

  read_small_file (pid, "cmdline", arguments, sizeof arguments, &length);
  if (read_small_file (pid, "comm", comm, sizeof comm, &comm_length))
    g_strchomp (comm);

  /* All of it is about another process if the pid was used again meanwhile. */
  if (!hp_process_get_start_time (pid, &start_now) || start_now != start_time)
    return FALSE;

  name = hp_process_choose_name (comm, executable, arguments);
  process->program = name ? hp_process_escape (name, strlen (name), MAX_PROGRAM_CHARS) : NULL;
  process->command = format_command (name, arguments, length);
  process->directory = directory ? hp_process_escape (directory, strlen (directory), MAX_PATH_CHARS)
                                 : NULL;
  return TRUE;
}
