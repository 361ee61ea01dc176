/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <stdio.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#include "hp-headless.h"
#include "http/hp-http-server.h"
#include "log/hp-log-format.h"
#include "ports/hp-port-owner.h"
#include "ports/hp-port-rules.h"

#define QUEUE_CAPACITY 65536

typedef struct
{
  GMainLoop *loop;
  HpHttpServer *server;
  HpRecordQueue *queue;
  const char *folder;
  gboolean json;
  gboolean any_port; /* the port was our choice: a taken one is no reason to give up */
  guint16 port;
  gboolean ending;
  int exit_code;
} Headless;

/* Printing */

static void
end (Headless *self, int exit_code)
{
  if (self->ending)
    return;
  self->ending = TRUE;
  self->exit_code = exit_code;
  g_main_loop_quit (self->loop);
}

/* Each line is out before the next is made. A reader that went away (a closed pipe) ends the
 * program. */
static void
print_line (Headless *self, GString *line)
{
  if (fwrite (line->str, 1, line->len, stdout) != line->len || fflush (stdout) != 0)
    end (self, HP_EXIT_OK);
}

static void
print_records (Headless *self)
{
  g_autoptr (HpRecordBatch) batch = hp_record_queue_take (self->queue);
  g_autoptr (GString) text = g_string_new (NULL);
  HpRequestRecord record;
  gulong dropped;

  if (!batch)
    return;

  for (guint i = 0; i < hp_record_batch_get_length (batch); i++)
    {
      hp_record_batch_get (batch, i, &record);
      if (self->json)
        hp_log_format_json (text, &record);
      else
        hp_log_format_combined (text, &record);
    }
  print_line (self, text);

  dropped = hp_record_batch_get_dropped (batch);
  if (dropped > 0)
    g_printerr (ngettext ("%s: %lu request is missing here: they came faster than they could be "
                          "printed.\n",
                          "%s: %lu requests are missing here: they came faster than they could be "
                          "printed.\n",
                          dropped),
                PROGRAM, dropped);
}

static gboolean
print_records_cb (gpointer data)
{
  print_records (data);
  return G_SOURCE_REMOVE;
}

/* In the engine thread. */
static gboolean
records_wait_cb (gpointer data)
{
  g_idle_add (print_records_cb, data);
  return G_SOURCE_REMOVE;
}

static void
print_serving (Headless *self)
{
  guint16 port = hp_http_server_get_port (self->server);
  g_autofree char *url = g_strdup_printf ("http://localhost:%u/", port);
  g_autofree char *folder = hp_log_format_visible (self->folder, 0);
  g_autoptr (GString) line = g_string_new (NULL);

  if (self->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();
      g_autoptr (JsonNode) root = NULL;
      g_autofree char *text = NULL;

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "event");
      json_builder_add_string_value (builder, "serving");
      json_builder_set_member_name (builder, "url");
      json_builder_add_string_value (builder, url);
      json_builder_set_member_name (builder, "folder");
      json_builder_add_string_value (builder, folder);
      json_builder_set_member_name (builder, "port");
      json_builder_add_int_value (builder, port);
      json_builder_set_member_name (builder, "pid");
      json_builder_add_int_value (builder, getpid ());
      json_builder_end_object (builder);
      root = json_builder_get_root (builder);
      text = json_to_string (root, FALSE);
      g_string_append_printf (line, "%s\n", text);
    }
  else
    /* Not translated: scripts read it. */
    g_string_append_printf (line, "Serving %s at %s\n", folder, url);
  print_line (self, line);
}

/* Starting */

static void start (Headless *self);

static void
explain_port (guint16 port)
{
  HpPortVerdict verdict;
  g_autoptr (HpPortOwner) owner = NULL;
  g_autofree char *sentence = NULL;

  hp_port_check (port, &verdict);
  owner = hp_port_owner_find (&verdict);
  sentence = hp_port_owner_describe (owner);
  g_printerr ("%s: %s\n", PROGRAM, sentence);
}

static gboolean
is_port_trouble (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE)
         || g_error_matches (error, HP_HTTP_ERROR, HP_HTTP_ERROR_PORT_PRIVILEGED);
}

static void
started_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Headless *self = user_data;
  g_autoptr (GError) error = NULL;

  if (hp_http_server_start_finish (self->server, result, &error))
    {
      print_serving (self);
      return;
    }

  if (is_port_trouble (error) && self->any_port && self->port < G_MAXUINT16)
    {
      self->port = hp_port_suggest (self->port + 1, NULL, NULL);
      start (self);
      return;
    }

  if (is_port_trouble (error))
    explain_port (self->port);
  else
    g_printerr ("%s: %s\n", PROGRAM, error->message);
  end (self, is_port_trouble (error) ? HP_EXIT_FAILED : HP_EXIT_USAGE);
}

static void
start (Headless *self)
{
  hp_http_server_start_async (self->server, self->port, NULL, started_cb, self);
}

static gboolean
signal_cb (gpointer data)
{
  end (data, HP_EXIT_OK);
  return G_SOURCE_CONTINUE;
}

static void
stopped_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Headless *self = user_data;

  hp_http_server_stop_finish (self->server, result, NULL);
  g_main_loop_quit (self->loop);
}

int
hp_headless_run (const HpCommandLine *command_line)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (HpEngine) engine = hp_engine_new ();
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, TRUE);
  g_autoptr (HpRecordQueue) queue = hp_record_queue_new (QUEUE_CAPACITY);
  g_autoptr (HpHttpServer) server = NULL;
  g_autofree char *here = g_get_current_dir ();
  const char *folder = command_line->folders[0] ? command_line->folders[0] : here;
  Headless self = {
    .loop = loop,
    .queue = queue,
    .folder = folder,
    .json = command_line->json,
    .any_port = command_line->port < 0,
    .port = command_line->port < 0 ? hp_port_suggest (HP_PORT_FIRST, NULL, NULL)
                                   : command_line->port,
  };
  const int signals[] = { SIGINT, SIGTERM, SIGHUP };
  guint sources[G_N_ELEMENTS (signals)];

  server = hp_http_server_new (engine, folder, options, queue);
  self.server = server;
  hp_record_queue_set_notify (queue, records_wait_cb, &self);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    sources[i] = g_unix_signal_add (signals[i], signal_cb, &self);

  start (&self);
  g_main_loop_run (loop);

  /* A second signal ends the program as it would without us. */
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    g_source_remove (sources[i]);
  hp_http_server_stop_async (server, stopped_cb, &self);
  g_main_loop_run (loop);
  hp_record_queue_set_notify (queue, NULL, NULL);
  print_records (&self);
  while (g_source_remove_by_user_data (&self))
    ;

  return self.exit_code;
}
