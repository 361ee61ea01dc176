/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "servers/hp-server-private.h"

/* How long the last lines may take at the end. */
#define LAST_LINES_MS 500

static void
set_trouble (HpServer *self, char *trouble)
{
  if (g_strcmp0 (self->log_trouble, trouble) == 0)
    {
      g_free (trouble);
      return;
    }
  g_free (self->log_trouble);
  self->log_trouble = trouble;
  g_object_notify_by_pspec (G_OBJECT (self), hp_server_properties[PROP_LOG_TROUBLE]);
}

static gboolean
writer_changed_cb (gpointer data)
{
  HpServer *self = data;

  set_trouble (self, hp_log_writer_dup_trouble (self->log_writer));
  return G_SOURCE_REMOVE;
}

static void
end_writer (HpServer *self, guint limit_ms)
{
  if (!self->log_writer)
    return;
  hp_record_queue_set_tee (self->queue, NULL);
  hp_log_writer_end (self->log_writer, limit_ms);
  self->log_writer = NULL;
}

static void
start_writer (HpServer *self)
{
  g_autofree char *base = g_strdup_printf ("http://localhost:%u", self->port);

  HpLogFile *file = hp_log_file_new (self->log_file, base);

  hp_log_file_set_programs (file, (HpLogProgramFunc) hp_client_names_dup,
                            g_object_ref (hp_server_get_client_names (self)), g_object_unref);
  self->log_writer = hp_log_writer_new (file, writer_changed_cb, self);
  hp_record_queue_set_tee (self->queue, hp_log_writer_get_queue (self->log_writer));
}

const HpLogFileOptions *
hp_server_get_log_file (HpServer *self)
{
  g_return_val_if_fail (HP_IS_SERVER (self), NULL);
  return self->log_file;
}

/* The old file may still be at its last lines; nobody waits for that. */
void
hp_server_set_log_file (HpServer *self, const HpLogFileOptions *options)
{
  HpLogFileOptions *copy;

  g_return_if_fail (HP_IS_SERVER (self));

  if (hp_log_file_options_equal (self->log_file, options))
    return;

  copy = hp_log_file_options_copy (options);
  end_writer (self, 0);
  g_clear_pointer (&self->log_file, hp_log_file_options_free);
  self->log_file = copy;
  set_trouble (self, NULL);
  if (copy)
    start_writer (self);
  g_signal_emit (self, hp_server_signals[EDITED], 0);
}

const char *
hp_server_get_log_trouble (HpServer *self)
{
  g_return_val_if_fail (HP_IS_SERVER (self), NULL);
  return self->log_trouble;
}

void
hp_server_end_log_file (HpServer *self)
{
  end_writer (self, LAST_LINES_MS);
  g_clear_pointer (&self->log_file, hp_log_file_options_free);
  g_clear_pointer (&self->log_trouble, g_free);
}
