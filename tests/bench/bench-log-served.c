/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the window costs the engine while it follows: two servers of one engine serve the same file,
 * one with its log in a table on screen, the other with nobody who takes its log. wrk asks them by
 * turns. Prints the median of the ratios. */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <adwaita.h>
#include <glib/gstdio.h>

#include "bench-log.h"
#include "http/hp-http-server.h"
#include "ui/hp-log-table.h"

#define ROUNDS     9
#define FILE_BYTES 4096

typedef struct
{
  HpHttpServer *server;
  HpRecordQueue *queue;
  gboolean ready;
} Served;

static void
started_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Served *self = data;
  g_autoptr (GError) error = NULL;

  if (!hp_http_server_start_finish (self->server, result, &error))
    g_error ("%s", error->message);
  self->ready = TRUE;
}

static void
serve (Served *self, HpEngine *engine, const char *folder, guint queue_size)
{
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, TRUE);

  self->queue = hp_record_queue_new (queue_size);
  self->server = hp_http_server_new (engine, folder, options, self->queue);
  hp_http_server_start_async (self->server, 0, NULL, started_cb, self);
  while (!self->ready)
    g_main_context_iteration (NULL, TRUE);
}

static void
load_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  char **output = data;

  if (!g_subprocess_communicate_utf8_finish (G_SUBPROCESS (object), result, output, NULL, NULL)
      || *output == NULL)
    *output = g_strdup ("");
}

/* Requests per second. */
static double
load (Served *self)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/file.txt",
                                          hp_http_server_get_port (self->server));
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) wrk = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "wrk",
                                                  "-t1", "-c64", "-d3s", url, NULL);
  g_autofree char *output = NULL;
  const char *rate;

  if (wrk == NULL)
    g_error ("%s", error->message);
  g_subprocess_communicate_utf8_async (wrk, NULL, NULL, load_cb, &output);
  while (output == NULL)
    g_main_context_iteration (NULL, TRUE);

  rate = strstr (output, "Requests/sec:");
  return rate ? g_ascii_strtod (rate + strlen ("Requests/sec:"), NULL) : 0;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static GtkWidget *
show_log (HpRecordQueue *queue)
{
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  GtkWidget *window = gtk_window_new ();
  GtkWidget *table = hp_log_table_new ();

  hp_request_log_set_queue (log, queue);
  hp_log_table_set_log (HP_LOG_TABLE (table), log);
  hp_log_table_set_follow (HP_LOG_TABLE (table), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (window), 1150, 700);
  gtk_window_set_child (GTK_WINDOW (window), table);
  gtk_window_present (GTK_WINDOW (window));

  return window;
}

int
main (void)
{
  g_autofree char *folder = g_dir_make_tmp ("hp-bench-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "file.txt", NULL);
  g_autofree char *text = g_strnfill (FILE_BYTES, 'x');
  HpEngine *engine = hp_engine_new ();
  Served watched = { 0 }, unwatched = { 0 };
  double ratios[ROUNDS];
  GtkWidget *window;

  adw_init ();
  g_file_set_contents (path, text, -1, NULL);
  serve (&watched, engine, folder, 65536);
  serve (&unwatched, engine, folder, 1);
  window = show_log (watched.queue);

  load (&watched);
  for (guint i = 0; i < ROUNDS; i++)
    {
      double without = load (&unwatched);

      ratios[i] = load (&watched) / MAX (without, 1);
    }
  qsort (ratios, ROUNDS, sizeof *ratios, compare);
  bench_row ("requests/s with the table following, of those without", 100 * ratios[ROUNDS / 2], "%",
             ">= 97");

  gtk_window_destroy (GTK_WINDOW (window));
  g_remove (path);
  g_rmdir (folder);
  return 0; /* the servers end with the program */
}
