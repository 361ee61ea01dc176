/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "log/hp-log-format.h"
#include "servers/hp-server-private.h"

/* More than a second of the fastest traffic; the log takes a batch ten times in that time. */
#define QUEUE_CAPACITY 65536

GParamSpec *hp_server_properties[N_PROPS];
guint hp_server_signals[N_SIGNALS];

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
    { HP_SERVER_WAITING, "HP_SERVER_WAITING", "waiting" },
    { HP_SERVER_FAILED, "HP_SERVER_FAILED", "failed" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("HpServerState", values));
  return type;
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
    hp_server_clear_problem (self);
  hp_server_set_state (self, HP_SERVER_STOPPED);
  hp_server_update_title (self);
  g_object_notify_by_pspec (G_OBJECT (self), hp_server_properties[PROP_FOLDER]);
  g_signal_emit (self, hp_server_signals[EDITED], 0);
  hp_server_port_changed (self, self->port, self->monitor);
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
  g_object_notify_by_pspec (G_OBJECT (self), hp_server_properties[PROP_NAME]);
  hp_server_update_title (self);
  g_signal_emit (self, hp_server_signals[EDITED], 0);
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

GArray *
hp_server_get_former_ports (HpServer *self)
{
  g_return_val_if_fail (HP_IS_SERVER (self), NULL);
  return self->former_ports;
}

void
hp_server_set_former_ports (HpServer *self, GArray *ports)
{
  g_return_if_fail (HP_IS_SERVER (self));

  g_array_set_size (self->former_ports, 0);
  g_array_append_vals (self->former_ports, ports->data,
                       MIN (ports->len, HP_SERVER_MAX_FORMER_PORTS));
}

static void
forget_port (HpServer *self, guint16 port)
{
  for (guint i = self->former_ports->len; i > 0; i--)
    if (g_array_index (self->former_ports, guint16, i - 1) == port)
      g_array_remove_index (self->former_ports, i - 1);
}

static void
remember_port (HpServer *self, guint16 old, guint16 new)
{
  forget_port (self, old);
  forget_port (self, new);
  g_array_prepend_val (self->former_ports, old);
  if (self->former_ports->len > HP_SERVER_MAX_FORMER_PORTS)
    g_array_set_size (self->former_ports, HP_SERVER_MAX_FORMER_PORTS);
}

void
hp_server_set_port (HpServer *self, guint16 port)
{
  g_return_if_fail (HP_IS_SERVER (self));
  g_return_if_fail (port > 0);

  if (self->port == port)
    return;

  remember_port (self, self->port, port);
  hp_port_monitor_unwatch (self->monitor, self->port);
  self->port = port;
  hp_port_monitor_watch (self->monitor, self->port);

  if (self->problem == HP_PROBLEM_PORT_IN_USE || self->problem == HP_PROBLEM_PORT_PRIVILEGED)
    {
      hp_server_clear_problem (self);
      if (self->state == HP_SERVER_FAILED)
        hp_server_set_state (self, HP_SERVER_STOPPED);
    }
  hp_server_update_words (self);
  g_object_notify_by_pspec (G_OBJECT (self), hp_server_properties[PROP_PORT]);
  g_signal_emit (self, hp_server_signals[EDITED], 0);

  if (self->target_running)
    {
      hp_server_end_waiting (self);
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
  return g_strdup_printf ("http://127.0.0.1:%u/", hp_server_get_shown_port (self));
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

const HpPortOwner *
hp_server_get_holder (HpServer *self)
{
  g_return_val_if_fail (HP_IS_SERVER (self), NULL);
  return self->holder;
}

HpClientNames *
hp_server_get_client_names (HpServer *self)
{
  g_return_val_if_fail (HP_IS_SERVER (self), NULL);
  return hp_engine_get_client_names (self->engine);
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
  g_signal_emit (self, hp_server_signals[EDITED], 0);
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
    case PROP_RIVAL:
      g_value_set_object (value, self->rival);
      break;
    case PROP_SHADOW_TEXT:
      g_value_set_string (value, self->shadow_text);
      break;
    case PROP_LOG_TROUBLE:
      g_value_set_string (value, self->log_trouble);
      break;
    case PROP_SERVE_HIDDEN:
    case PROP_LIST_FOLDERS:
    case PROP_FOLLOW_LINKS:
    case PROP_REFUSE_OTHER_SITES:
    case PROP_ONLY_ME:
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
    case PROP_ONLY_ME:
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
  g_clear_pointer (&self->waiter, hp_port_waiter_free);
  g_clear_weak_pointer (&self->rival);
  if (self->monitor)
    {
      if (self->watched_port)
        hp_port_monitor_unwatch (self->monitor, self->watched_port);
      self->watched_port = 0;
      g_signal_handlers_disconnect_by_data (self->monitor, self);
      hp_port_monitor_unwatch (self->monitor, self->port);
    }
  g_clear_object (&self->monitor);
  if (self->log)
    hp_request_log_set_queue (self->log, NULL);
  g_clear_object (&self->log);
  g_clear_object (&self->http);
  hp_server_end_log_file (self);

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
  g_array_unref (self->former_ports);
  g_free (self->rival_title);
  hp_port_owner_free (self->holder);
  g_free (self->shadow_text);
  hp_port_owner_free (self->shadow);

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

  hp_server_properties[PROP_FOLDER] = g_param_spec_string ("folder", NULL, NULL, NULL,
                                                           write | G_PARAM_CONSTRUCT_ONLY);
  hp_server_properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, write);
  hp_server_properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, read);
  hp_server_properties[PROP_SUBTITLE] = g_param_spec_string ("subtitle", NULL, NULL, NULL, read);
  hp_server_properties[PROP_PORT] = g_param_spec_uint ("port", NULL, NULL, 1, G_MAXUINT16, 1,
                                                       write);
  hp_server_properties[PROP_ACTIVE_PORT] = g_param_spec_uint ("active-port", NULL, NULL, 0,
                                                              G_MAXUINT16, 0, read);
  hp_server_properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, HP_TYPE_SERVER_STATE,
                                                        HP_SERVER_STOPPED, read);
  hp_server_properties[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE, write);
  hp_server_properties[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL, read);
  hp_server_properties[PROP_PROBLEM] = g_param_spec_uint ("problem", NULL, NULL, HP_PROBLEM_NONE,
                                                          HP_PROBLEM_OTHER, HP_PROBLEM_NONE, read);
  hp_server_properties[PROP_PROBLEM_TEXT] = g_param_spec_string ("problem-text", NULL, NULL, NULL,
                                                                 read);
  hp_server_properties[PROP_RIVAL] = g_param_spec_object ("rival", NULL, NULL, HP_TYPE_SERVER,
                                                          read);
  hp_server_properties[PROP_SHADOW_TEXT] = g_param_spec_string ("shadow-text", NULL, NULL, NULL,
                                                                read);
  hp_server_properties[PROP_LOG_TROUBLE] = g_param_spec_string ("log-trouble", NULL, NULL, NULL,
                                                                read);
  hp_server_properties[PROP_SERVE_HIDDEN] = g_param_spec_boolean ("serve-hidden", NULL, NULL, FALSE,
                                                                  write);
  hp_server_properties[PROP_LIST_FOLDERS] = g_param_spec_boolean ("list-folders", NULL, NULL, TRUE,
                                                                  write);
  hp_server_properties[PROP_FOLLOW_LINKS] = g_param_spec_boolean ("follow-links", NULL, NULL, FALSE,
                                                                  write);
  hp_server_properties[PROP_REFUSE_OTHER_SITES] = g_param_spec_boolean ("refuse-other-sites", NULL,
                                                                        NULL, FALSE, write);
  hp_server_properties[PROP_ONLY_ME] = g_param_spec_boolean ("only-me", NULL, NULL, TRUE, write);
  g_object_class_install_properties (object_class, N_PROPS, hp_server_properties);

  hp_server_signals[EDITED] = g_signal_new ("edited", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                            0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hp_server_init (HpServer *self)
{
  self->cancellable = g_cancellable_new ();
  self->former_ports = g_array_new (FALSE, FALSE, sizeof (guint16));
  self->options = hp_server_options_new (FALSE, TRUE);
  self->queue = hp_record_queue_new (QUEUE_CAPACITY);
  self->log = hp_request_log_new_with_budget (hp_log_budget_get_default ());
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
  hp_server_update_title (self);
  hp_server_update_words (self);

  hp_port_monitor_watch (monitor, port);
  g_signal_connect_object (monitor, "changed", G_CALLBACK (hp_server_port_changed), self,
                           G_CONNECT_SWAPPED);
  return self;
}
