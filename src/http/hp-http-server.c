/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <glib/gi18n-lib.h>

#include "http/hp-http-server.h"
#include "http/hp-listener.h"
#include "ports/hp-port-check.h"

/* How long running answers may take to end after a stop. */
#define GRACE_MS 2000

G_DEFINE_QUARK (hp - http - error - quark, hp_http_error)

typedef enum
{
  STATE_STOPPED,
  STATE_STARTING,
  STATE_RUNNING,
  STATE_STOPPING,
} State;

struct _HpHttpServer
{
  GObject parent_instance;

  /* owned */
  HpEngine *engine;
  char *folder;
  HpServerOptions *options;
  HpRecordQueue *queue;
  HpListener *listener; /* lives in the engine thread; NULL: there is none */
  GTask *start;         /* while STARTING */
  GPtrArray *stops;     /* GTask: wait until it is STOPPED */

  State state;
  guint16 port;
};

G_DEFINE_FINAL_TYPE (HpHttpServer, hp_http_server, G_TYPE_OBJECT)

/* A message from the engine thread to the one that uses the server. All references in it are
 * dropped there and not in the engine's, which must not be the one to drop the last on itself. */
typedef struct
{
  GMainContext *context;
  HpHttpServer *server;
  HpEngine *engine;
  HpListener *listener;
  GError *error;
} Letter;

static Letter *
letter_new (HpHttpServer *server, HpEngine *engine, HpListener *listener)
{
  Letter *self = g_new0 (Letter, 1);

  self->context = g_main_context_ref_thread_default ();
  self->server = server ? g_object_ref (server) : NULL;
  self->engine = hp_engine_ref (engine);
  self->listener = listener;

  return self;
}

static void
letter_free (gpointer data)
{
  Letter *self = data;

  g_clear_object (&self->server);
  g_clear_error (&self->error);
  hp_engine_unref (self->engine);
  g_main_context_unref (self->context);
  g_free (self);
}

static void
letter_send_back (Letter *self, GSourceFunc func)
{
  g_autoptr (GMainContext) context = g_main_context_ref (self->context);
  GSource *source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, self, letter_free);
  g_source_attach (source, context);
  g_source_unref (source);
}

/* --- stopping --- */

static void
return_stops (HpHttpServer *self)
{
  g_autoptr (GPtrArray) stops = g_steal_pointer (&self->stops);

  self->stops = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < stops->len; i++)
    g_task_return_boolean (stops->pdata[i], TRUE);
}

/* Using thread. */
static gboolean
stopped_cb (gpointer data)
{
  Letter *letter = data;
  HpHttpServer *self = letter->server;

  if (self == NULL)
    return G_SOURCE_REMOVE;

  self->listener = NULL;
  self->state = STATE_STOPPED;
  self->port = 0;

  if (self->start)
    {
      g_autoptr (GTask) start = g_steal_pointer (&self->start);

      if (letter->error)
        g_task_return_error (start, g_steal_pointer (&letter->error));
      else
        g_task_return_new_error (start, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s", _ ("Stopped."));
    }

  return_stops (self);

  return G_SOURCE_REMOVE;
}

/* Engine thread: the listener is gone. */
static gboolean
listener_done_cb (gpointer data)
{
  letter_send_back (data, stopped_cb);
  return G_SOURCE_REMOVE;
}

/* Engine thread. */
static gboolean
stop_gently_cb (gpointer data)
{
  hp_listener_stop (((Letter *) data)->listener, GRACE_MS, listener_done_cb, data);
  return G_SOURCE_REMOVE;
}

/* Engine thread. */
static gboolean
stop_now_cb (gpointer data)
{
  hp_listener_stop (((Letter *) data)->listener, 0, listener_done_cb, data);
  return G_SOURCE_REMOVE;
}

static void
begin_stop (HpHttpServer *self)
{
  self->state = STATE_STOPPING;
  self->port = 0;
  hp_engine_invoke (self->engine, stop_gently_cb, letter_new (self, self->engine, self->listener),
                    NULL);
}

void
hp_http_server_stop_async (HpHttpServer *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (HP_IS_HTTP_SERVER (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, hp_http_server_stop_async);

  if (self->state == STATE_STOPPED)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  /* A start that is under way ends first, and sees this task. */
  g_ptr_array_add (self->stops, g_steal_pointer (&task));
  if (self->state == STATE_RUNNING)
    begin_stop (self);
}

gboolean
hp_http_server_stop_finish (HpHttpServer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- starting --- */

static gboolean
check_folder (const char *folder, GError **error)
{
  g_autofree char *name = g_filename_display_name (folder);
  int saved = 0;
  int fd;

  fd = open (folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0 || faccessat (fd, ".", X_OK, 0) < 0)
    saved = errno;
  if (fd >= 0)
    close (fd);

  switch (saved)
    {
    case 0:
      return TRUE;
    case ENOENT:
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("The folder “%s” doesn’t exist."),
                   name);
      return FALSE;
    case ENOTDIR:
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY, _ ("“%s” is not a folder."), name);
      return FALSE;
    case EACCES:
    case EPERM:
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                   _ ("You don’t have permission to open the folder “%s”."), name);
      return FALSE;
    default:
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved),
                   _ ("The folder “%s” can’t be opened: %s"), name, g_strerror (saved));
      return FALSE;
    }
}

/* What a start gives to its worker thread, and gets back. */
typedef struct
{
  char *folder;
  guint16 port;
  int fd;
} Attempt;

static void
attempt_free (gpointer data)
{
  Attempt *self = data;

  if (self->fd >= 0)
    close (self->fd);
  g_free (self->folder);
  g_free (self);
}

static void
listen_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Attempt *attempt = data;
  guint16 wanted = attempt->port;
  GError *error = NULL;

  if (!check_folder (attempt->folder, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  attempt->fd = hp_port_listen (wanted, &attempt->port, &error);
  if (attempt->fd >= 0)
    {
      g_task_return_boolean (task, TRUE);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    {
      g_error_free (error);
      g_task_return_new_error (task, HP_HTTP_ERROR, HP_HTTP_ERROR_PORT_PRIVILEGED,
                               _ ("Port %u is reserved for the system administrator."), wanted);
    }
  else
    {
      g_task_return_error (task, error);
    }
}

/* Using thread: the listener accepts. */
static gboolean
started_cb (gpointer data)
{
  Letter *letter = data;
  HpHttpServer *self = letter->server;
  g_autoptr (GTask) start = NULL;

  self->state = STATE_RUNNING;

  if (self->stops->len > 0 || g_cancellable_is_cancelled (g_task_get_cancellable (self->start)))
    {
      begin_stop (self); /* returns the start as well */
      return G_SOURCE_REMOVE;
    }

  start = g_steal_pointer (&self->start);
  g_task_return_boolean (start, TRUE);

  return G_SOURCE_REMOVE;
}

/* Engine thread. */
static gboolean
start_listener_cb (gpointer data)
{
  Letter *letter = data;

  if (hp_listener_start (letter->listener, &letter->error))
    letter_send_back (letter, started_cb);
  else
    hp_listener_stop (letter->listener, 0, listener_done_cb, letter);

  return G_SOURCE_REMOVE;
}

static void
listened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HpHttpServer) self = user_data;
  GTask *task = G_TASK (result);
  Attempt *attempt = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (task, &error))
    {
      g_autoptr (GTask) start = g_steal_pointer (&self->start);

      self->state = STATE_STOPPED;
      g_task_return_error (start, g_steal_pointer (&error));
      return_stops (self);
      return;
    }

  self->port = attempt->port;
  self->listener = hp_listener_new (self->engine, attempt->fd, attempt->port, self->folder,
                                    self->options, self->queue);
  attempt->fd = -1;
  hp_engine_invoke (self->engine, start_listener_cb,
                    letter_new (self, self->engine, self->listener), NULL);
}

void
hp_http_server_start_async (HpHttpServer *self,
                            guint16 port,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) start = NULL;
  g_autoptr (GTask) listening = NULL;
  Attempt *attempt;

  g_return_if_fail (HP_IS_HTTP_SERVER (self));

  start = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (start, hp_http_server_start_async);

  if (self->state != STATE_STOPPED)
    {
      g_task_return_new_error (start, G_IO_ERROR, G_IO_ERROR_PENDING, "%s",
                               _ ("The server is already running."));
      return;
    }

  self->state = STATE_STARTING;
  self->start = g_steal_pointer (&start);

  attempt = g_new0 (Attempt, 1);
  attempt->folder = g_strdup (self->folder);
  attempt->port = port;
  attempt->fd = -1;

  /* The worker thread may be the last to let go of its task, so the task doesn't hold the server.
   */
  listening = g_task_new (NULL, cancellable, listened_cb, g_object_ref (self));
  g_task_set_task_data (listening, attempt, attempt_free);
  g_task_run_in_thread (listening, listen_thread);
}

gboolean
hp_http_server_start_finish (HpHttpServer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- the rest --- */

guint16
hp_http_server_get_port (HpHttpServer *self)
{
  g_return_val_if_fail (HP_IS_HTTP_SERVER (self), 0);

  return self->state == STATE_RUNNING ? self->port : 0;
}

typedef struct
{
  HpListener *listener;
  HpServerOptions *options;
} NewOptions;

static void
new_options_free (gpointer data)
{
  NewOptions *self = data;

  hp_server_options_unref (self->options);
  g_free (self);
}

/* Engine thread. */
static gboolean
set_options_cb (gpointer data)
{
  NewOptions *new_options = data;

  hp_listener_set_options (new_options->listener, new_options->options);
  return G_SOURCE_REMOVE;
}

void
hp_http_server_set_options (HpHttpServer *self, HpServerOptions *options)
{
  g_return_if_fail (HP_IS_HTTP_SERVER (self));
  g_return_if_fail (options != NULL);

  hp_server_options_ref (options);
  hp_server_options_unref (self->options);
  self->options = options;

  /* A listener that was told to stop may be gone before this arrives. */
  if (self->listener && self->state != STATE_STOPPING)
    {
      NewOptions *new_options = g_new (NewOptions, 1);

      *new_options = (NewOptions){ self->listener, hp_server_options_ref (options) };
      hp_engine_invoke (self->engine, set_options_cb, new_options, new_options_free);
    }
}

HpHttpServer *
hp_http_server_new (HpEngine *engine,
                    const char *folder,
                    HpServerOptions *options,
                    HpRecordQueue *queue)
{
  HpHttpServer *self;

  g_return_val_if_fail (engine != NULL, NULL);
  g_return_val_if_fail (folder != NULL, NULL);
  g_return_val_if_fail (options != NULL, NULL);
  g_return_val_if_fail (queue != NULL, NULL);

  self = g_object_new (HP_TYPE_HTTP_SERVER, NULL);
  self->engine = hp_engine_ref (engine);
  self->folder = g_strdup (folder);
  self->options = hp_server_options_ref (options);
  self->queue = hp_record_queue_ref (queue);

  return self;
}

/* A server that is starting or stopping is held by the tasks. */
static void
hp_http_server_dispose (GObject *object)
{
  HpHttpServer *self = HP_HTTP_SERVER (object);

  if (self->state == STATE_RUNNING)
    hp_engine_invoke (self->engine, stop_now_cb, letter_new (NULL, self->engine, self->listener),
                      NULL);
  self->state = STATE_STOPPED;
  self->listener = NULL;

  G_OBJECT_CLASS (hp_http_server_parent_class)->dispose (object);
}

static void
hp_http_server_finalize (GObject *object)
{
  HpHttpServer *self = HP_HTTP_SERVER (object);

  g_clear_pointer (&self->stops, g_ptr_array_unref);
  g_clear_pointer (&self->options, hp_server_options_unref);
  g_clear_pointer (&self->queue, hp_record_queue_unref);
  g_clear_pointer (&self->engine, hp_engine_unref);
  g_free (self->folder);

  G_OBJECT_CLASS (hp_http_server_parent_class)->finalize (object);
}

static void
hp_http_server_class_init (HpHttpServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hp_http_server_dispose;
  object_class->finalize = hp_http_server_finalize;
}

static void
hp_http_server_init (HpHttpServer *self)
{
  self->stops = g_ptr_array_new_with_free_func (g_object_unref);
}
