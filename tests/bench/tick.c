/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Serves a folder and, in the main thread, takes the log and ticks 60 times a second, as a window
 * does. Prints the port, and at SIGTERM how many ticks came and how late the latest was. */

#include "config.h"

#include <glib-unix.h>

#include "http/hp-http-server.h"
#include "log/hp-request-log.h"

#define TICK_US (G_USEC_PER_SEC / 60)

typedef struct
{
  GMainLoop *loop;
  HpHttpServer *server;
  gint64 began;
  gint64 last;
  gint64 worst;
  guint n_ticks;
} Ticker;

static gboolean
tick_cb (gpointer data)
{
  Ticker *self = data;
  gint64 now = g_get_monotonic_time ();

  self->worst = MAX (self->worst, now - self->last);
  self->last = now;
  self->n_ticks++;
  return G_SOURCE_CONTINUE;
}

static gboolean
terminate_cb (gpointer data)
{
  Ticker *self = data;
  gint64 wanted = (g_get_monotonic_time () - self->began) / TICK_US;

  g_print ("60 Hz tick in the main thread: %.1f %% of %d ticks came, longest gap %.1f ms\n",
           100.0 * self->n_ticks / wanted, (int) wanted, self->worst / 1000.0);
  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

static void
started_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Ticker *self = data;
  g_autoptr (GError) error = NULL;

  if (!hp_http_server_start_finish (self->server, result, &error))
    g_error ("%s", error->message);
  g_print ("%u\n", hp_http_server_get_port (self->server));
  self->began = self->last = g_get_monotonic_time ();
}

static gboolean
ready_time_cb (gpointer data)
{
  Ticker *self = data;
  GSource *source = g_main_current_source ();

  if (self->began)
    tick_cb (self);
  g_source_set_ready_time (source, g_source_get_ready_time (source) + TICK_US);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  return callback (data);
}

int
main (int argc, char **argv)
{
  static GSourceFuncs funcs = { .dispatch = dispatch };
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (HpEngine) engine = hp_engine_new ();
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, TRUE);
  g_autoptr (HpRecordQueue) queue = hp_record_queue_new (65536);
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  g_autoptr (HpHttpServer) server = hp_http_server_new (engine, argv[1], options, queue);
  g_autoptr (GSource) source = g_source_new (&funcs, sizeof (GSource));
  Ticker self = { .loop = loop, .server = server };

  hp_request_log_set_queue (log, queue);
  g_source_set_callback (source, ready_time_cb, &self, NULL);
  g_source_set_ready_time (source, g_get_monotonic_time ());
  g_source_set_priority (source, G_PRIORITY_HIGH_IDLE + 20); /* GDK redraws at this one */
  g_source_attach (source, NULL);
  g_unix_signal_add (SIGTERM, terminate_cb, &self);
  hp_http_server_start_async (server, 0, NULL, started_cb, &self);
  g_main_loop_run (loop);
  return 0;
}
