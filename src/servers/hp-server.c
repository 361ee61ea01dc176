/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "http/hp-http-server.h"
#include "log/hp-log-format.h"
#include "servers/hp-server.h"

/* More than a second of the fastest traffic; the log takes a batch ten times in that time. */
#define QUEUE_CAPACITY 65536

struct _HpServer
{
  GObject parent_instance;

  /* what is kept on disk */
  char *folder;
  char *name;
  guint16 port;
  gboolean wanted;
  HpServerOptions *options;

  /* owned */
  HpEngine *engine;
  HpPortMonitor *monitor;
  HpRecordQueue *queue;
  HpRequestLog *log;
  HpHttpServer *http; /* NULL until the first start */
  GCancellable *cancellable;

  /* Where it is and where it shall be; hp_server_step() leads from one to the other. */
  HpServerState state;
  gboolean target_running;
  guint16 target_port;
  guint16 starting_port; /* while STARTING; the target may have changed since */

  /* the trouble, in words */
  HpProblem problem;
  char *problem_text;
  char *problem_short;
  char *rival;
  guint explanation; /* counts attempts, so that a late answer to an old one is dropped */

  char *title;
  char *subtitle;
  char *address;
};

enum
{
  PROP_0,
  PROP_FOLDER,
  PROP_NAME,
  PROP_TITLE,
  PROP_SUBTITLE,
  PROP_PORT,
  PROP_ACTIVE_PORT,
  PROP_STATE,
  PROP_RUNNING,
  PROP_ADDRESS,
  PROP_PROBLEM,
  PROP_PROBLEM_TEXT,
  PROP_SERVE_HIDDEN,
  PROP_LIST_FOLDERS,
  PROP_FOLLOW_LINKS,
  PROP_REFUSE_OTHER_SITES,
  N_PROPS
};

enum
{
  EDITED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void hp_server_step (HpServer *self);

G_DEFINE_FINAL_TYPE (HpServer, hp_server, G_TYPE_OBJECT)

GType
hp_server_state_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { HP_SERVER_STOPPED, "HP_SERVER_STOPPED", "stopped" },
    { HP_SERVER_STARTING, "HP_SERVER_STARTING", "starting" },
    { HP_SERVER_RUNNING, "HP_SERVER_RUNNING", "running" },
    { HP_SERVER_STOPPING, "HP_SERVER_STOPPING", "stopping" },
    { HP_SERVER_FAILED, "HP_SERVER_FAILED", "failed" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("HpServerState", values));
  return type;
}

/* Words derived from the state */

static void
replace_text (HpServer *self, char **field, char *text, int property)
{
  if (g_strcmp0 (*field, text) == 0)
    {
      g_free (text);
      return;
    }
  g_free (*field);
  *field = text;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
update_title (HpServer *self)
{
  char *title;

  if (self->name)
    title = hp_log_format_visible (self->name, 0);
  else
    {
      g_autofree char *base = g_path_get_basename (self->folder);
      title = hp_log_format_visible (base, 0);
    }
  replace_text (self, &self->title, title, PROP_TITLE);
}

static guint16
shown_port (HpServer *self)
{
  guint16 active = hp_server_get_active_port (self);

  return active ? active : self->port;
}

static void
update_words (HpServer *self)
{
  g_autofree char *host = g_strdup_printf ("localhost:%u", shown_port (self));

  replace_text (self, &self->address, g_strdup_printf ("http://%s/", host), PROP_ADDRESS);
  replace_text (self, &self->subtitle,
                self->problem_short ? g_strdup (self->problem_short) : g_steal_pointer (&host),
                PROP_SUBTITLE);
}

static void
set_state (HpServer *self, HpServerState state)
{
  if (self->state == state)
    return;
  self->state = state;
  update_words (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE_PORT]);
}

static void
set_target_running (HpServer *self, gboolean running)
{
  if (self->target_running == running)
    return;
  self->target_running = running;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
}

/* (transfer full) for the two texts */
static void
set_problem (HpServer *self, HpProblem problem, char *text, char *short_text)
{
  gboolean changed = self->problem != problem;

  self->problem = problem;
  g_free (self->problem_short);
  self->problem_short = short_text;
  update_words (self);
  replace_text (self, &self->problem_text, text, PROP_PROBLEM_TEXT);
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

static void
clear_problem (HpServer *self)
{
  self->explanation++;
  if (self->problem != HP_PROBLEM_NONE)
    set_problem (self, HP_PROBLEM_NONE, NULL, NULL);
}

/* Who has the port */

static void
show_port_holder (HpServer *self, guint16 port, const HpPortOwner *owner)
{
  if (self->rival)
    set_problem (
        self, HP_PROBLEM_PORT_IN_USE,
        g_strdup_printf (_ ("Port %u is in use: Homeport serves “%s” there."), port, self->rival),
        g_strdup_printf (_ ("%u used by “%s”"), port, self->rival));
  else if (!owner)
    set_problem (self, HP_PROBLEM_PORT_IN_USE,
                 g_strdup_printf (_ ("Port %u is used by another program."), port),
                 g_strdup_printf (_ ("%u used by another program"), port));
  else if (owner->state == HP_PORT_PRIVILEGED)
    set_problem (self, HP_PROBLEM_PORT_PRIVILEGED, hp_port_owner_describe (owner),
                 g_strdup_printf (_ ("%u needs administrator rights"), port));
  else
    set_problem (self, HP_PROBLEM_PORT_IN_USE, hp_port_owner_describe (owner),
                 owner->program ? g_strdup_printf (_ ("%u used by %s"), port, owner->program)
                                : g_strdup_printf (_ ("%u used by another program"), port));
}

/* A glance at the assigned port of a server that doesn't listen: shows a taken port before anybody
 * tries to start, and clears the problem as soon as the port is let go. */
static void
port_changed_cb (HpServer *self, guint port, HpPortMonitor *monitor)
{
  const HpPortVerdict *verdict;

  if (port != self->port || (self->state != HP_SERVER_STOPPED && self->state != HP_SERVER_FAILED))
    return;
  if (self->problem != HP_PROBLEM_NONE && self->problem != HP_PROBLEM_PORT_IN_USE)
    return;

  verdict = hp_port_monitor_get_verdict (monitor, self->port);
  if (verdict && (verdict->state == HP_PORT_TAKEN || verdict->state == HP_PORT_OURS))
    {
      self->explanation++;
      show_port_holder (self, self->port, hp_port_monitor_get_owner (monitor, self->port));
    }
  else
    {
      clear_problem (self);
      set_state (self, HP_SERVER_STOPPED);
    }
}

typedef struct
{
  HpServer *server;
  guint explanation;
  guint16 port;
} Explanation;

static void
explanation_free (Explanation *self)
{
  g_object_unref (self->server);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Explanation, explanation_free)

static void
explain_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  HpPortVerdict verdict;

  hp_port_check (GPOINTER_TO_UINT (task_data), &verdict);
  g_task_return_pointer (task, hp_port_owner_find (&verdict), (GDestroyNotify) hp_port_owner_free);
}

static gboolean
lingering_over_cb (gpointer data)
{
  Explanation *explanation = data;
  HpServer *self = explanation->server;

  if (explanation->explanation == self->explanation && self->state == HP_SERVER_FAILED)
    {
      clear_problem (self);
      set_state (self, HP_SERVER_STOPPED);
    }
  return G_SOURCE_REMOVE;
}

/* Whoever was in the way has gone before we could look who it was. */
static void
port_let_go (HpServer *self, guint16 port)
{
  if (self->state != HP_SERVER_FAILED)
    return;
  clear_problem (self);
  set_state (self, HP_SERVER_STOPPED);
  if (self->wanted)
    hp_server_start_on (self, port);
}

static void
explained_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Explanation) explanation = user_data;
  HpServer *self = explanation->server;
  g_autoptr (HpPortOwner) owner = g_task_propagate_pointer (G_TASK (result), NULL);

  if (!owner || explanation->explanation != self->explanation || self->problem == HP_PROBLEM_NONE)
    return;

  if (owner->state == HP_PORT_FREE)
    {
      port_let_go (self, explanation->port);
      return;
    }
  show_port_holder (self, explanation->port, owner);
  if (owner->state == HP_PORT_LINGERING)
    g_timeout_add_full (G_PRIORITY_DEFAULT, owner->expires_ms + 50, lingering_over_cb,
                        g_steal_pointer (&explanation), (GDestroyNotify) explanation_free);
}

/* Binding failed: the whole story takes a look at all sockets, and at /proc for the name. */
static void
explain_port (HpServer *self, guint16 port)
{
  g_autoptr (GTask) task = NULL;
  Explanation *explanation = g_new0 (Explanation, 1);

  explanation->server = g_object_ref (self);
  explanation->explanation = ++self->explanation;
  explanation->port = port;

  task = g_task_new (self, self->cancellable, explained_cb, explanation);
  g_task_set_source_tag (task, explain_port);
  g_task_set_task_data (task, GUINT_TO_POINTER (port), NULL);
  g_task_run_in_thread (task, explain_in_thread);
}

void
hp_server_set_rival (HpServer *self, const char *title)
{
  g_return_if_fail (HP_IS_SERVER (self));

  if (g_strcmp0 (self->rival, title) == 0)
    return;
  g_free (self->rival);
  self->rival = g_strdup (title);
  hp_port_monitor_refresh (self->monitor);
  port_changed_cb (self, self->port, self->monitor);
}

/* The folder */

static void
show_folder_problem (HpServer *self, const GError *error)
{
  g_autofree char *label = hp_server_dup_folder_label (self);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY))
    set_problem (self, HP_PROBLEM_FOLDER_MISSING,
                 g_strdup_printf (_ ("The folder “%s” was not found."), label),
                 g_strdup (_ ("Folder not found")));
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    set_problem (self, HP_PROBLEM_FOLDER_DENIED,
                 g_strdup_printf (_ ("You may not read the folder “%s”."), label),
                 g_strdup (_ ("Folder can’t be read")));
  else
    set_problem (self, HP_PROBLEM_OTHER, g_strdup (error->message),
                 g_strdup (_ ("Can’t be served")));
}

static void
folder_checked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HpServer) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !hp_server_is_quiet (self)
      || !g_str_equal (g_file_peek_path (G_FILE (object)), self->folder))
    return;

  if (info && g_file_info_get_file_type (info) != G_FILE_TYPE_DIRECTORY)
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY, "");
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY))
    show_folder_problem (self, error);
  else if (!error && self->problem == HP_PROBLEM_FOLDER_MISSING)
    {
      clear_problem (self);
      set_state (self, HP_SERVER_STOPPED);
      port_changed_cb (self, self->port, self->monitor);
    }
}

void
hp_server_check_folder (HpServer *self)
{
  g_autoptr (GFile) file = NULL;

  g_return_if_fail (HP_IS_SERVER (self));

  if (self->state != HP_SERVER_STOPPED && self->state != HP_SERVER_FAILED)
    return;
  file = g_file_new_for_path (self->folder);
  g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE,
                           G_PRIORITY_DEFAULT, self->cancellable, folder_checked_cb,
                           g_object_ref (self));
}

/* Starting and stopping */

static void
started_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HpServer) self = user_data;
  g_autoptr (GError) error = NULL;
  guint16 port = self->starting_port;

  if (hp_http_server_start_finish (HP_HTTP_SERVER (object), result, &error))
    {
      set_state (self, HP_SERVER_RUNNING);
      hp_server_step (self);
      return;
    }

  /* A failure that nobody waits for any more. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !self->target_running
      || self->target_port != port)
    {
      set_state (self, HP_SERVER_STOPPED);
      hp_server_step (self);
      return;
    }

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE)
      || g_error_matches (error, HP_HTTP_ERROR, HP_HTTP_ERROR_PORT_PRIVILEGED))
    {
      show_port_holder (self, port, NULL);
      explain_port (self, port);
    }
  else
    show_folder_problem (self, error);
  set_target_running (self, FALSE);
  set_state (self, HP_SERVER_FAILED);
}

static void
stopped_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HpServer) self = user_data;

  hp_http_server_stop_finish (HP_HTTP_SERVER (object), result, NULL);
  set_state (self, HP_SERVER_STOPPED);
  hp_server_step (self);
  if (self->state == HP_SERVER_STOPPED)
    {
      hp_port_monitor_refresh (self->monitor);
      port_changed_cb (self, self->port, self->monitor);
    }
}

/* One step from where the server is to where it shall be. Every operation calls it again at its
 * end, so that a change of mind during an operation is carried out then. */
static void
hp_server_step (HpServer *self)
{
  if (self->state == HP_SERVER_STARTING || self->state == HP_SERVER_STOPPING)
    return;

  if (self->state == HP_SERVER_RUNNING
      && (!self->target_running || self->target_port != hp_http_server_get_port (self->http)))
    {
      set_state (self, HP_SERVER_STOPPING);
      hp_http_server_stop_async (self->http, stopped_cb, g_object_ref (self));
    }
  else if (self->state != HP_SERVER_RUNNING && self->target_running)
    {
      clear_problem (self);
      if (!self->http)
        self->http = hp_http_server_new (self->engine, self->folder, self->options, self->queue);
      self->starting_port = self->target_port;
      set_state (self, HP_SERVER_STARTING);
      hp_http_server_start_async (self->http, self->starting_port, self->cancellable, started_cb,
                                  g_object_ref (self));
    }
}

static void
set_wanted (HpServer *self, gboolean wanted)
{
  if (self->wanted == wanted)
    return;
  self->wanted = wanted;
  g_signal_emit (self, signals[EDITED], 0);
}

void
hp_server_start (HpServer *self)
{
  g_return_if_fail (HP_IS_SERVER (self));

  hp_server_start_on (self, self->port);
}

void
hp_server_start_on (HpServer *self, guint16 port)
{
  g_return_if_fail (HP_IS_SERVER (self));

  self->target_port = port;
  set_target_running (self, TRUE);
  set_wanted (self, TRUE);
  hp_server_step (self);
}

void
hp_server_stop (HpServer *self)
{
  g_return_if_fail (HP_IS_SERVER (self));

  set_wanted (self, FALSE);
  hp_server_shut_down (self);
}

void
hp_server_shut_down (HpServer *self)
{
  g_return_if_fail (HP_IS_SERVER (self));

  set_target_running (self, FALSE);
  hp_server_step (self);
}

gboolean
hp_server_is_quiet (HpServer *self)
{
  return self->state == HP_SERVER_STOPPED || self->state == HP_SERVER_FAILED;
}

/* Accessors */

const char *
hp_server_get_folder (HpServer *self)
{
  g_return_val_if_fail (HP_IS_SERVER (self), NULL);
  return self->folder;
}

void
hp_server_set_folder (HpServer *self, const char *folder)
{
  g_return_if_fail (HP_IS_SERVER (self));
  g_return_if_fail (folder != NULL && hp_server_is_quiet (self));

  if (g_str_equal (self->folder, folder))
    return;

  g_free (self->folder);
  self->folder = g_strdup (folder);
  /* It serves the old place; the next start makes a new one. */
  g_clear_object (&self->http);
  if (self->problem == HP_PROBLEM_FOLDER_MISSING || self->problem == HP_PROBLEM_FOLDER_DENIED)
    clear_problem (self);
  set_state (self, HP_SERVER_STOPPED);
  update_title (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLDER]);
  g_signal_emit (self, signals[EDITED], 0);
  port_changed_cb (self, self->port, self->monitor);
  hp_server_check_folder (self);
}

char *
hp_server_dup_folder_label (HpServer *self)
{
  const char *home = g_get_home_dir ();
  gsize length = strlen (home);
  g_autofree char *label = NULL;

  g_return_val_if_fail (HP_IS_SERVER (self), NULL);

  if (length > 1 && strncmp (self->folder, home, length) == 0
      && (self->folder[length] == '/' || self->folder[length] == '\0'))
    label = g_strconcat ("~", self->folder + length, NULL);
  return hp_log_format_visible (label ? label : self->folder, 0);
}

const char *
hp_server_get_name (HpServer *self)
{
  g_return_val_if_fail (HP_IS_SERVER (self), NULL);
  return self->name;
}

void
hp_server_set_name (HpServer *self, const char *name)
{
  g_autofree char *stripped = NULL;

  g_return_if_fail (HP_IS_SERVER (self));

  if (name && g_utf8_validate (name, -1, NULL))
    stripped = g_strstrip (g_strdup (name));
  if (stripped && *stripped == '\0')
    g_clear_pointer (&stripped, g_free);
  if (g_strcmp0 (self->name, stripped) == 0)
    return;

  g_free (self->name);
  self->name = g_steal_pointer (&stripped);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NAME]);
  update_title (self);
  g_signal_emit (self, signals[EDITED], 0);
}

const char *
hp_server_get_title (HpServer *self)
{
  g_return_val_if_fail (HP_IS_SERVER (self), NULL);
  return self->title;
}

const char *
hp_server_get_subtitle (HpServer *self)
{
  g_return_val_if_fail (HP_IS_SERVER (self), NULL);
  return self->subtitle;
}

guint16
hp_server_get_port (HpServer *self)
{
  g_return_val_if_fail (HP_IS_SERVER (self), 0);
  return self->port;
}

void
hp_server_set_port (HpServer *self, guint16 port)
{
  g_return_if_fail (HP_IS_SERVER (self));
  g_return_if_fail (port > 0);

  if (self->port == port)
    return;

  hp_port_monitor_unwatch (self->monitor, self->port);
  self->port = port;
  hp_port_monitor_watch (self->monitor, self->port);

  if (self->problem == HP_PROBLEM_PORT_IN_USE || self->problem == HP_PROBLEM_PORT_PRIVILEGED)
    {
      clear_problem (self);
      if (self->state == HP_SERVER_FAILED)
        set_state (self, HP_SERVER_STOPPED);
    }
  update_words (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PORT]);
  g_signal_emit (self, signals[EDITED], 0);

  if (self->target_running)
    {
      self->target_port = port;
      hp_server_step (self);
    }
  else
    hp_port_monitor_refresh (self->monitor);
}

guint16
hp_server_get_active_port (HpServer *self)
{
  g_return_val_if_fail (HP_IS_SERVER (self), 0);
  return self->state == HP_SERVER_RUNNING ? hp_http_server_get_port (self->http) : 0;
}

const char *
hp_server_get_address (HpServer *self)
{
  g_return_val_if_fail (HP_IS_SERVER (self), NULL);
  return self->address;
}

char *
hp_server_dup_ip_address (HpServer *self)
{
  g_return_val_if_fail (HP_IS_SERVER (self), NULL);
  return g_strdup_printf ("http://127.0.0.1:%u/", shown_port (self));
}

HpServerState
hp_server_get_state (HpServer *self)
{
  g_return_val_if_fail (HP_IS_SERVER (self), HP_SERVER_STOPPED);
  return self->state;
}

gboolean
hp_server_get_running (HpServer *self)
{
  g_return_val_if_fail (HP_IS_SERVER (self), FALSE);
  return self->target_running;
}

gboolean
hp_server_get_wanted (HpServer *self)
{
  g_return_val_if_fail (HP_IS_SERVER (self), FALSE);
  return self->wanted;
}

HpProblem
hp_server_get_problem (HpServer *self)
{
  g_return_val_if_fail (HP_IS_SERVER (self), HP_PROBLEM_NONE);
  return self->problem;
}

const char *
hp_server_get_problem_text (HpServer *self)
{
  g_return_val_if_fail (HP_IS_SERVER (self), NULL);
  return self->problem_text;
}

HpRequestLog *
hp_server_get_log (HpServer *self)
{
  g_return_val_if_fail (HP_IS_SERVER (self), NULL);
  return self->log;
}

HpServerOptions *
hp_server_get_options (HpServer *self)
{
  g_return_val_if_fail (HP_IS_SERVER (self), NULL);
  return self->options;
}

void
hp_server_set_options (HpServer *self, HpServerOptions *options)
{
  HpServerOptions *old = self->options;

  g_return_if_fail (HP_IS_SERVER (self));

  if (hp_server_options_equal (old, options))
    return;

  self->options = hp_server_options_ref (options);
  if (self->http)
    hp_http_server_set_options (self->http, options);
  for (HpServerOption option = 0; option < HP_N_OPTIONS; option++)
    if (hp_server_options_get (old, option) != hp_server_options_get (options, option))
      g_object_notify (G_OBJECT (self), hp_server_option_get_nick (option));
  hp_server_options_unref (old);
  g_signal_emit (self, signals[EDITED], 0);
}

/* The properties are in the order of the options. */
G_STATIC_ASSERT (N_PROPS - PROP_SERVE_HIDDEN == (int) HP_N_OPTIONS);

static HpServerOption
option_for_property (guint id)
{
  return HP_OPTION_SERVE_HIDDEN + (id - PROP_SERVE_HIDDEN);
}

static void
set_option (HpServer *self, HpServerOption option, gboolean value)
{
  g_autoptr (HpServerOptions) options = hp_server_options_with (self->options, option, value);

  hp_server_set_options (self, options);
}

/* GObject */

static void
hp_server_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HpServer *self = HP_SERVER (object);

  switch (id)
    {
    case PROP_FOLDER:
      g_value_set_string (value, self->folder);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_SUBTITLE:
      g_value_set_string (value, self->subtitle);
      break;
    case PROP_PORT:
      g_value_set_uint (value, self->port);
      break;
    case PROP_ACTIVE_PORT:
      g_value_set_uint (value, hp_server_get_active_port (self));
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_RUNNING:
      g_value_set_boolean (value, hp_server_get_running (self));
      break;
    case PROP_ADDRESS:
      g_value_set_string (value, self->address);
      break;
    case PROP_PROBLEM:
      g_value_set_uint (value, self->problem);
      break;
    case PROP_PROBLEM_TEXT:
      g_value_set_string (value, self->problem_text);
      break;
    case PROP_SERVE_HIDDEN:
    case PROP_LIST_FOLDERS:
    case PROP_FOLLOW_LINKS:
    case PROP_REFUSE_OTHER_SITES:
      g_value_set_boolean (value, hp_server_options_get (self->options, option_for_property (id)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_server_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HpServer *self = HP_SERVER (object);

  switch (id)
    {
    case PROP_FOLDER:
      self->folder = g_value_dup_string (value);
      break;
    case PROP_NAME:
      hp_server_set_name (self, g_value_get_string (value));
      break;
    case PROP_PORT:
      hp_server_set_port (self, g_value_get_uint (value));
      break;
    case PROP_RUNNING:
      if (g_value_get_boolean (value) == hp_server_get_running (self))
        break;
      if (g_value_get_boolean (value))
        hp_server_start (self);
      else
        hp_server_stop (self);
      break;
    case PROP_SERVE_HIDDEN:
    case PROP_LIST_FOLDERS:
    case PROP_FOLLOW_LINKS:
    case PROP_REFUSE_OTHER_SITES:
      set_option (self, option_for_property (id), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_server_dispose (GObject *object)
{
  HpServer *self = HP_SERVER (object);

  g_cancellable_cancel (self->cancellable);
  if (self->monitor)
    {
      g_signal_handlers_disconnect_by_data (self->monitor, self);
      hp_port_monitor_unwatch (self->monitor, self->port);
    }
  g_clear_object (&self->monitor);
  if (self->log)
    hp_request_log_set_queue (self->log, NULL);
  g_clear_object (&self->log);
  g_clear_object (&self->http);

  G_OBJECT_CLASS (hp_server_parent_class)->dispose (object);
}

static void
hp_server_finalize (GObject *object)
{
  HpServer *self = HP_SERVER (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->engine, hp_engine_unref);
  g_clear_pointer (&self->queue, hp_record_queue_unref);
  g_clear_pointer (&self->options, hp_server_options_unref);
  g_free (self->folder);
  g_free (self->name);
  g_free (self->title);
  g_free (self->subtitle);
  g_free (self->address);
  g_free (self->problem_text);
  g_free (self->problem_short);
  g_free (self->rival);

  G_OBJECT_CLASS (hp_server_parent_class)->finalize (object);
}

static void
hp_server_class_init (HpServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags write = read | G_PARAM_WRITABLE;

  object_class->get_property = hp_server_get_property;
  object_class->set_property = hp_server_set_property;
  object_class->dispose = hp_server_dispose;
  object_class->finalize = hp_server_finalize;

  properties[PROP_FOLDER] = g_param_spec_string ("folder", NULL, NULL, NULL,
                                                 write | G_PARAM_CONSTRUCT_ONLY);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, write);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, read);
  properties[PROP_SUBTITLE] = g_param_spec_string ("subtitle", NULL, NULL, NULL, read);
  properties[PROP_PORT] = g_param_spec_uint ("port", NULL, NULL, 1, G_MAXUINT16, 1, write);
  properties[PROP_ACTIVE_PORT] = g_param_spec_uint ("active-port", NULL, NULL, 0, G_MAXUINT16, 0,
                                                    read);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, HP_TYPE_SERVER_STATE,
                                              HP_SERVER_STOPPED, read);
  properties[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE, write);
  properties[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL, read);
  properties[PROP_PROBLEM] = g_param_spec_uint ("problem", NULL, NULL, HP_PROBLEM_NONE,
                                                HP_PROBLEM_OTHER, HP_PROBLEM_NONE, read);
  properties[PROP_PROBLEM_TEXT] = g_param_spec_string ("problem-text", NULL, NULL, NULL, read);
  properties[PROP_SERVE_HIDDEN] = g_param_spec_boolean ("serve-hidden", NULL, NULL, FALSE, write);
  properties[PROP_LIST_FOLDERS] = g_param_spec_boolean ("list-folders", NULL, NULL, TRUE, write);
  properties[PROP_FOLLOW_LINKS] = g_param_spec_boolean ("follow-links", NULL, NULL, FALSE, write);
  properties[PROP_REFUSE_OTHER_SITES] = g_param_spec_boolean ("refuse-other-sites", NULL, NULL,
                                                              FALSE, write);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[EDITED] = g_signal_new ("edited", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void
hp_server_init (HpServer *self)
{
  self->cancellable = g_cancellable_new ();
  self->options = hp_server_options_new (FALSE, TRUE);
  self->queue = hp_record_queue_new (QUEUE_CAPACITY);
  self->log = hp_request_log_new ();
  hp_request_log_set_queue (self->log, self->queue);
}

/**
 * hp_server_new:
 * @folder: an absolute path; it needn't exist
 */
HpServer *
hp_server_new (HpEngine *engine, HpPortMonitor *monitor, const char *folder, guint16 port)
{
  HpServer *self = g_object_new (HP_TYPE_SERVER, "folder", folder, NULL);

  self->engine = hp_engine_ref (engine);
  self->monitor = g_object_ref (monitor);
  self->port = port;
  update_title (self);
  update_words (self);

  hp_port_monitor_watch (monitor, port);
  g_signal_connect_object (monitor, "changed", G_CALLBACK (port_changed_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}
