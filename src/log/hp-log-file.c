/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "log/hp-log-file.h"
#include "log/hp-log-format.h"

/* Written at once. */
#define CHUNK (64 * 1024)

/* Looked at to find out what a file is. */
#define GLANCE 4096

/* How long a file that another writer has is waited for. */
#define LOCK_TRIES   20
#define LOCK_WAIT_US 50000

struct _HpLogFile
{
  HpLogFileOptions *options; /* owned */
  HpLogFormatter *formatter; /* owned */
  char *shown;               /* the path for people */

  int fd; /* -1: not open */
  dev_t device;
  ino_t inode;
  guint64 size; /* without the tail */
  gboolean has_records;
};

HpLogFileOptions *
hp_log_file_options_new (const char *path, HpLogFormat format, guint64 max_bytes)
{
  HpLogFileOptions *self = g_new0 (HpLogFileOptions, 1);

  self->path = g_strdup (path);
  self->format = format;
  self->max_bytes = max_bytes;
  return self;
}

HpLogFileOptions *
hp_log_file_options_copy (const HpLogFileOptions *self)
{
  return self != NULL ? hp_log_file_options_new (self->path, self->format, self->max_bytes) : NULL;
}

gboolean
hp_log_file_options_equal (const HpLogFileOptions *a, const HpLogFileOptions *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return g_str_equal (a->path, b->path) && a->format == b->format && a->max_bytes == b->max_bytes;
}

void
hp_log_file_options_free (HpLogFileOptions *self)
{
  g_free (self->path);
  g_free (self);
}

HpLogFile *
hp_log_file_new (const HpLogFileOptions *options, const char *base)
{
  HpLogFile *self;

  g_return_val_if_fail (options != NULL, NULL);

  self = g_new0 (HpLogFile, 1);
  self->options = hp_log_file_options_copy (options);
  self->formatter = hp_log_formatter_new (options->format, base, FALSE);
  self->shown = hp_log_format_visible (options->path, 0);
  self->fd = -1;
  return self;
}

static void
close_file (HpLogFile *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

void
hp_log_file_set_programs (HpLogFile *self,
                          HpLogProgramFunc function,
                          gpointer data,
                          GDestroyNotify destroy)
{
  g_return_if_fail (self != NULL);

  hp_log_formatter_set_programs (self->formatter, function, data, destroy);
}

void
hp_log_file_free (HpLogFile *self)
{
  close_file (self);
  hp_log_formatter_free (self->formatter);
  hp_log_file_options_free (self->options);
  g_free (self->shown);
  g_free (self);
}

static gboolean
fail (HpLogFile *self, int code, GError **error)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _ ("“%s” can’t be written: %s"),
               self->shown, g_strerror (code));
  return FALSE;
}

/* Writing */

static gboolean
write_at (int fd, const char *text, gsize length, guint64 offset)
{
  while (length > 0)
    {
      gssize n = pwrite (fd, text, length, offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      text += n;
      length -= n;
      offset += n;
    }
  return TRUE;
}

/* The text takes the place of the tail, which follows it. When there is no room for all of it, the
 * file gets its old end back. */
static gboolean
append (HpLogFile *self, GString *text, GError **error)
{
  const char *tail = hp_log_formatter_get_tail (self->formatter);
  gsize length = text->len;

  g_string_append (text, tail);
  if (!write_at (self->fd, text->str, text->len, self->size))
    {
      int code = errno;

      if (ftruncate (self->fd, self->size) == 0 && self->size > 0)
        write_at (self->fd, tail, strlen (tail), self->size);
      close_file (self);
      return fail (self, code, error);
    }
  self->size += length;
  g_string_truncate (text, 0);
  return TRUE;
}

/* Opening */

static gboolean
begin (HpLogFile *self, GError **error)
{
  g_autoptr (GString) head = g_string_new (NULL);

  self->size = 0;
  self->has_records = FALSE;
  hp_log_formatter_begin (self->formatter, head);
  return head->len == 0 || append (self, head, error);
}

static char *
read_part (HpLogFile *self, guint64 offset, gsize length)
{
  char *text = g_malloc0 (length + 1);
  gssize n = pread (self->fd, text, length, offset);

  text[MAX (n, 0)] = '\0';
  return text;
}

/* Whether the file begins as one of ours does: nothing is appended to somebody's letters. */
static gboolean
is_ours (HpLogFile *self, const char *start)
{
  g_autoptr (GString) head = g_string_new (NULL);
  g_autofree char *line = g_strndup (start, strcspn (start, "\r\n"));
  const char *har = "{\"log\":{\"version\":\"1.2\",\"creator\":{\"name\":\"Homeport\",";

  switch (self->options->format)
    {
    case HP_LOG_FORMAT_HAR:
      return g_str_has_prefix (start, har);
    case HP_LOG_FORMAT_CSV:
      hp_log_format_csv_head (head);
      return g_str_has_prefix (start, head->str);
    case HP_LOG_FORMAT_JSON_LINES:
      return g_str_has_prefix (start, "{\"");
    case HP_LOG_FORMAT_COMBINED:
    default:
      return g_regex_match_simple ("^\\S+ \\S+ \\S+ \\[[^]]+\\] \"", line, 0, 0);
    }
}

/* FALSE: its end was lost, and nothing can be appended. */
static gboolean
find_end (HpLogFile *self)
{
  const char *tail = hp_log_formatter_get_tail (self->formatter);
  gsize length = strlen (tail);
  g_autofree char *end = NULL;

  if (self->size <= length)
    return FALSE;
  end = read_part (self, self->size - length - 1, length + 1);
  if (!g_str_equal (end + 1, tail))
    return FALSE;
  self->size -= length;
  self->has_records = length == 0 || *end == '}';
  hp_log_formatter_resume (self->formatter, self->has_records);
  return TRUE;
}

/* A line that was cut, by a full disk or a sudden end, is ended. */
static gboolean
end_last_line (HpLogFile *self, GError **error)
{
  g_autofree char *last = NULL;
  g_autoptr (GString) newline = g_string_new ("\n");

  if (self->options->format == HP_LOG_FORMAT_HAR)
    return TRUE;
  last = read_part (self, self->size - 1, 1);
  return *last == '\n' || append (self, newline, error);
}

static gboolean rotate (HpLogFile *self, GError **error);

static gboolean
take_up (HpLogFile *self, GError **error)
{
  g_autofree char *start = read_part (self, 0, GLANCE);

  if (!is_ours (self, start))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                   /* Translators: the first is a file, the second a format, say “Table (CSV)”. */
                   _ ("“%s” exists and is not a log in this format: %s"), self->shown,
                   hp_log_format_get_name (self->options->format));
      close_file (self);
      return FALSE;
    }
  if (!find_end (self))
    return rotate (self, error);
  return end_last_line (self, error);
}

/* A program that has just ended, or a server whose settings have just changed, may still be at its
 * last lines. */
static gboolean
lock_file (int fd)
{
  for (guint i = 0; flock (fd, LOCK_EX | LOCK_NB) != 0; i++)
    {
      if (errno != EWOULDBLOCK)
        return TRUE; /* a file system without locks */
      if (i == LOCK_TRIES)
        return FALSE;
      g_usleep (LOCK_WAIT_US);
    }
  return TRUE;
}

static gboolean
open_regular (HpLogFile *self, GError **error)
{
  struct stat info;
  int fd = open (self->options->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);

  if (fd < 0)
    return fail (self, errno, error);
  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    {
      close (fd);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _ ("“%s” is not a file."),
                   self->shown);
      return FALSE;
    }
  if (!lock_file (fd))
    {
      close (fd);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                   _ ("Another log is being written to “%s” already."), self->shown);
      return FALSE;
    }
  self->fd = fd;
  self->device = info.st_dev;
  self->inode = info.st_ino;
  self->size = info.st_size;
  return TRUE;
}

gboolean
hp_log_file_open (HpLogFile *self, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  if (self->fd >= 0)
    return TRUE;
  if (!open_regular (self, error))
    return FALSE;
  return self->size == 0 ? begin (self, error) : take_up (self, error);
}

/* Rotation */

/* "NAME.3.EXT": a program that opens files by their ending still can. */
static char *
dup_numbered (HpLogFile *self, guint number)
{
  const char *path = self->options->path;
  const char *base = strrchr (path, '/');
  const char *dot = strrchr (path, '.');

  if (dot == NULL || (base != NULL && dot <= base + 1) || dot == path)
    dot = path + strlen (path);
  return g_strdup_printf ("%.*s.%u%s", (int) (dot - path), path, number, dot);
}

static gboolean
rotate (HpLogFile *self, GError **error)
{
  g_autofree char *first = dup_numbered (self, 1);

  for (guint i = HP_LOG_FILE_KEEP - 1; i > 0; i--)
    {
      g_autofree char *from = dup_numbered (self, i);
      g_autofree char *to = dup_numbered (self, i + 1);

      if (g_rename (from, to) != 0 && errno != ENOENT)
        return fail (self, errno, error);
    }
  if (g_rename (self->options->path, first) != 0 && errno != ENOENT)
    return fail (self, errno, error);
  close_file (self);
  return hp_log_file_open (self, error);
}

static gboolean
is_full (HpLogFile *self, gsize more)
{
  return self->options->max_bytes > 0 && self->has_records
         && self->size + more > self->options->max_bytes;
}

/* Somebody has moved or deleted it: a log rotator, or a person. */
static gboolean
has_gone (HpLogFile *self)
{
  struct stat info;

  return self->fd >= 0
         && (stat (self->options->path, &info) != 0 || info.st_ino != self->inode
             || info.st_dev != self->device);
}

static gboolean
add (HpLogFile *self, GString *text, const HpRequestRecord *record, GError **error)
{
  gsize before = text->len;

  hp_log_formatter_add (self->formatter, text, record);
  if (is_full (self, text->len))
    {
      g_string_truncate (text, before);
      if ((before > 0 && !append (self, text, error)) || !rotate (self, error))
        return FALSE;
      hp_log_formatter_add (self->formatter, text, record);
    }
  self->has_records = TRUE;
  return text->len < CHUNK || append (self, text, error);
}

static gboolean
write_batch (HpLogFile *self, HpRecordBatch *batch, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = hp_record_batch_get_length (batch);

  for (guint i = 0; i < n; i++)
    {
      HpRequestRecord record;

      hp_record_batch_get (batch, i, &record);
      if (!add (self, text, &record, error))
        return FALSE;
    }
  return text->len == 0 || append (self, text, error);
}

gboolean
hp_log_file_write (HpLogFile *self, HpRecordBatch *batch, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (batch != NULL, FALSE);

  if (has_gone (self))
    close_file (self);
  if (!hp_log_file_open (self, error))
    return FALSE;
  if (write_batch (self, batch, error))
    return TRUE;
  /* Opened again next time, with what is really in it. */
  close_file (self);
  return FALSE;
}
