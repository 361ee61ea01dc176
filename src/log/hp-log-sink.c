/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "log/hp-log-format.h"
#include "log/hp-log-sink-private.h"

/* Written at once. */
#define CHUNK (256 * 1024)

struct _HpLogSink
{
  GFile *file;               /* NULL: a text */
  GFile *temporary;          /* NULL once it is the file */
  GFileOutputStream *stream; /* NULL for a text */
  GString *buffer;           /* NULL once it was stolen */
};

/* In words, with the place. (transfer full) for the cause. */
static void
explain (GError **error, GFile *file, GError *cause)
{
  g_autofree char *name = g_file_get_parse_name (file);
  g_autofree char *shown = hp_log_format_visible (name, 0);

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, cause);
      return;
    }
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    g_set_error (error, G_IO_ERROR, cause->code,
                 _ ("There is not enough room on the disk for “%s”."), shown);
  else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED)
           || g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_READ_ONLY))
    g_set_error (error, G_IO_ERROR, cause->code,
                 _ ("“%s” can’t be saved there: you may not write "
                    "to this folder."),
                 shown);
  else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    g_set_error (error, G_IO_ERROR, cause->code, _ ("“%s” can’t be saved: its folder is gone."),
                 shown);
  else
    g_set_error (error, cause->domain, cause->code, _ ("“%s” can’t be saved: %s"), shown,
                 cause->message);
  g_error_free (cause);
}

/* A name that nobody has: hidden, beside the file. */
static GFile *
make_temporary (GFile *file)
{
  g_autoptr (GFile) folder = g_file_get_parent (file);
  g_autofree char *name = g_strdup_printf (".homeport-%08x%08x", g_random_int (), g_random_int ());

  return folder != NULL ? g_file_get_child (folder, name) : NULL;
}

HpLogSink *
hp_log_sink_new (GFile *file, GCancellable *cancel, GError **error)
{
  g_autoptr (HpLogSink) self = g_new0 (HpLogSink, 1);
  g_autoptr (GFile) temporary = NULL;
  GError *cause = NULL;

  self->buffer = g_string_new (NULL);
  if (file == NULL)
    return g_steal_pointer (&self);

  self->file = g_object_ref (file);
  temporary = make_temporary (file);
  if (temporary == NULL || g_file_query_file_type (file, 0, cancel) == G_FILE_TYPE_DIRECTORY)
    {
      g_autofree char *name = g_file_get_parse_name (file);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY, _ ("“%s” is a folder."), name);
      return NULL;
    }
  self->stream = g_file_create (temporary, G_FILE_CREATE_PRIVATE, cancel, &cause);
  if (self->stream == NULL)
    {
      explain (error, file, cause);
      return NULL;
    }
  self->temporary = g_steal_pointer (&temporary);
  return g_steal_pointer (&self);
}

void
hp_log_sink_free (HpLogSink *self)
{
  if (self->stream != NULL)
    g_output_stream_close (G_OUTPUT_STREAM (self->stream), NULL, NULL);
  if (self->temporary != NULL)
    g_file_delete (self->temporary, NULL, NULL);
  g_clear_object (&self->stream);
  g_clear_object (&self->temporary);
  g_clear_object (&self->file);
  if (self->buffer != NULL)
    g_string_free (self->buffer, TRUE);
  g_free (self);
}

GString *
hp_log_sink_get_buffer (HpLogSink *self)
{
  return self->buffer;
}

static gboolean
write_buffer (HpLogSink *self, GCancellable *cancel, GError **error)
{
  GError *cause = NULL;

  if (!g_output_stream_write_all (G_OUTPUT_STREAM (self->stream), self->buffer->str,
                                  self->buffer->len, NULL, cancel, &cause))
    {
      explain (error, self->file, cause);
      return FALSE;
    }
  g_string_truncate (self->buffer, 0);
  return TRUE;
}

gboolean
hp_log_sink_drain (HpLogSink *self, GCancellable *cancel, GError **error)
{
  if (self->stream != NULL)
    return self->buffer->len < CHUNK || write_buffer (self, cancel, error);
  if (self->buffer->len <= HP_LOG_MAX_TEXT)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                       _ ("These are too many requests for the clipboard. Save them to a file."));
  return FALSE;
}

gboolean
hp_log_sink_finish (HpLogSink *self, GCancellable *cancel, GError **error)
{
  GError *cause = NULL;

  if (self->stream == NULL)
    return hp_log_sink_drain (self, cancel, error);
  if (!write_buffer (self, cancel, error))
    return FALSE;
  if (!g_output_stream_close (G_OUTPUT_STREAM (self->stream), cancel, &cause)
      || !g_file_move (self->temporary, self->file, G_FILE_COPY_OVERWRITE, cancel, NULL, NULL,
                       &cause))
    {
      explain (error, self->file, cause);
      return FALSE;
    }
  g_clear_object (&self->temporary);
  return TRUE;
}

char *
hp_log_sink_steal_text (HpLogSink *self)
{
  return self->stream == NULL ? g_string_free (g_steal_pointer (&self->buffer), FALSE) : NULL;
}
