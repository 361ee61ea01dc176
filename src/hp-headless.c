/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#include "hp-headless.h"
#include "hp-printer.h"
#include "http/hp-http-server.h"
#include "log/hp-log-writer.h"
#include "log/hp-log-format.h"
#include "ports/hp-port-owner.h"
#include "ports/hp-port-rules.h"
#include "servers/hp-folder-settings.h"

#define QUEUE_CAPACITY 65536

/* How long somebody who reads slowly may take for the last requests. */
#define LAST_WORDS_MS 500

/* How long a slow disk may take for them. */
#define LAST_LINES_MS 5000

typedef struct
{
  GMainLoop *loop;
  HpHttpServer *server;
  HpRecordQueue *queue;
  HpPrinter *printer;  /* NULL until it serves */
  HpLogWriter *writer; /* NULL: no log file */
  char *trouble;       /* of the writer, as last told */
  const char *folder;
  HpLogQuery *filter; /* nullable */
  gboolean json;
  gboolean any_port; /* the port was our choice: a taken one is no reason to give up */
  guint16 port;
  gboolean ending;
  int exit_code;
} Headless;

static void
end (Headless *self, int exit_code)
{
  if (self->ending)
    return;
  self->ending = TRUE;
  self->exit_code = exit_code;
  g_main_loop_quit (self->loop);
}

/* Printing */

/* A reader that went away (a closed pipe) is one that has seen enough. */
static gboolean
print_failed_cb (gpointer data)
{
  Headless *self = data;
  int error = hp_printer_get_error (self->printer);

  if (error != EPIPE && !self->ending)
    g_printerr (_ ("%s: Requests can’t be printed any more: %s\n"), PROGRAM, g_strerror (error));
  end (self, error == EPIPE ? HP_EXIT_OK : HP_EXIT_FAILED);
  return G_SOURCE_REMOVE;
}

static void
start_printing (Headless *self)
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
      gboolean is_text = g_utf8_validate (self->folder, -1, NULL);

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "event");
      json_builder_add_string_value (builder, "serving");
      json_builder_set_member_name (builder, "url");
      json_builder_add_string_value (builder, url);
      json_builder_set_member_name (builder, "folder");
      json_builder_add_string_value (builder, is_text ? self->folder : folder);
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
  self->printer = hp_printer_new (line->str, self->queue, self->json, self->filter, print_failed_cb,
                                  self);
}

/* The log file */

static gboolean
writer_changed_cb (gpointer data)
{
  Headless *self = data;
  g_autofree char *trouble = hp_log_writer_dup_trouble (self->writer);

  if (trouble && g_strcmp0 (trouble, self->trouble) != 0)
    g_printerr ("%s: %s\n", PROGRAM, trouble);
  else if (!trouble && self->trouble)
    g_printerr (_ ("%s: The log file is written again.\n"), PROGRAM);
  g_free (self->trouble);
  self->trouble = g_steal_pointer (&trouble);
  return G_SOURCE_REMOVE;
}

/* A file that can't be written is told before anything is served. */
static gboolean
start_writing (Headless *self, HpEngine *engine, const HpLogFileOptions *options)
{
  g_autoptr (HpLogFile) file = NULL;
  g_autoptr (GError) error = NULL;

  if (!options)
    return TRUE;
  file = hp_log_file_new (options, "http://localhost");
  hp_log_file_set_programs (file, (HpLogProgramFunc) hp_client_names_dup,
                            g_object_ref (hp_engine_get_client_names (engine)), g_object_unref);
  if (!hp_log_file_open (file, &error))
    {
      g_printerr ("%s: %s\n", PROGRAM, error->message);
      return FALSE;
    }
  self->writer = hp_log_writer_new (g_steal_pointer (&file), writer_changed_cb, self);
  hp_record_queue_set_tee (self->queue, hp_log_writer_get_queue (self->writer));
  return TRUE;
}

static void
end_writing (Headless *self)
{
  if (self->writer)
    {
      hp_record_queue_set_tee (self->queue, NULL);
      hp_log_writer_end (self->writer, LAST_LINES_MS);
    }
  g_free (self->trouble);
}

/* Starting */

static void start (Headless *self);

/* FALSE: nobody has it any more. */
static gboolean
explain_port (guint16 port)
{
  HpPortVerdict verdict;
  g_autoptr (HpPortOwner) owner = NULL;
  g_autofree char *sentence = NULL;

  hp_port_check (port, &verdict);
  if (verdict.state == HP_PORT_FREE)
    return FALSE;
  owner = hp_port_owner_find (&verdict);
  sentence = hp_port_owner_describe (owner);
  g_printerr ("%s: %s\n", PROGRAM, sentence);
  return TRUE;
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
      start_printing (self);
      return;
    }

  if (is_port_trouble (error) && self->any_port && self->port < G_MAXUINT16)
    {
      self->port = hp_port_suggest (self->port + 1, NULL, NULL);
      start (self);
      return;
    }

  if (!is_port_trouble (error))
    {
      g_printerr ("%s: %s\n", PROGRAM, error->message);
      end (self, HP_EXIT_USAGE);
    }
  else if (explain_port (self->port))
    end (self, HP_EXIT_FAILED);
  else
    start (self);
}

static void
start (Headless *self)
{
  hp_http_server_start_async (self->server, self->port, NULL, started_cb, self);
}

/* What the words in the terminal ask for goes before what the folder says. */
static HpServerOptions *
merge_options (HpFolderSettings *settings, HpServerOptions *given)
{
  g_autoptr (HpServerOptions) defaults = hp_server_options_new (FALSE, TRUE);
  HpServerOptions *merged = hp_folder_settings_apply (settings, given);

  for (HpServerOption i = 0; i < HP_N_OPTIONS; i++)
    if (hp_server_options_get (given, i) != hp_server_options_get (defaults, i))
      {
        g_autoptr (HpServerOptions) old = merged;

        merged = hp_server_options_with (old, i, hp_server_options_get (given, i));
      }
  return merged;
}

/* What the folder says itself is told in one line, and used only when that is asked for. */
static HpServerOptions *
get_options (Headless *self, const HpCommandLine *command_line)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HpFolderSettings) settings = hp_folder_settings_read (self->folder, &error);
  g_autofree char *words = NULL;

  if (!settings)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        g_printerr (_ ("%s: “%s” is not used: %s\n"), PROGRAM, HP_FOLDER_SETTINGS_FILE,
                    error->message);
      return hp_server_options_ref (command_line->serving);
    }

  words = hp_folder_settings_describe (settings);
  if (!command_line->use_folder_settings)
    {
      if (*words)
        g_printerr (_ ("%s: The folder brings settings, which --use-folder-settings uses: %s\n"),
                    PROGRAM, words);
      return hp_server_options_ref (command_line->serving);
    }
  if (*words)
    g_printerr (_ ("%s: Using the settings of the folder: %s\n"), PROGRAM, words);
  if (settings->port && self->any_port)
    self->port = settings->port;
  return merge_options (settings, command_line->serving);
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

/* Then the end of the terminal is not ours. */
static gboolean
is_under_nohup (void)
{
  struct sigaction action;

  return sigaction (SIGHUP, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

int
hp_headless_run (const HpCommandLine *command_line)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (HpEngine) engine = hp_engine_new ();
  g_autoptr (HpRecordQueue) queue = hp_record_queue_new (QUEUE_CAPACITY);
  g_autoptr (HpHttpServer) server = NULL;
  g_autoptr (HpServerOptions) options = NULL;
  g_autofree char *here = g_get_current_dir ();
  const char *folder = command_line->folders[0] ? command_line->folders[0] : here;
  Headless self = {
    .loop = loop,
    .queue = queue,
    .folder = folder,
    .filter = command_line->filter,
    .json = command_line->json,
    .any_port = command_line->port < 0,
    .port = command_line->port < 0 ? hp_port_suggest (HP_PORT_FIRST, NULL, NULL)
                                   : command_line->port,
  };
  const int signals[] = { SIGINT, SIGTERM, SIGHUP };
  guint sources[G_N_ELEMENTS (signals)];
  guint n_signals = is_under_nohup () ? 2 : 3;

  if (!start_writing (&self, engine, command_line->log_file))
    return HP_EXIT_FAILED;
  options = get_options (&self, command_line);
  server = hp_http_server_new (engine, folder, options, queue);
  self.server = server;
  for (guint i = 0; i < n_signals; i++)
    sources[i] = g_unix_signal_add (signals[i], signal_cb, &self);

  start (&self);
  g_main_loop_run (loop);

  /* A second signal ends the program as it would without us. */
  for (guint i = 0; i < n_signals; i++)
    g_source_remove (sources[i]);
  hp_http_server_stop_async (server, stopped_cb, &self);
  g_main_loop_run (loop);
  if (self.printer)
    hp_printer_end (self.printer, LAST_WORDS_MS);
  end_writing (&self);
  while (g_source_remove_by_user_data (&self))
    ;

  return self.exit_code;
}
