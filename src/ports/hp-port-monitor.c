/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ports/hp-port-monitor.h"

/* Between two searches for the owner of one port: a program that starts again and again must not
 * keep us busy. */
#define OWNER_INTERVAL (2 * G_USEC_PER_SEC)

/* Looking takes microseconds per port. Where it takes long (no SOCK_DIAG) we look less often, so
 * that it costs half a percent of a processor at most. */
#define LONG_LOOK   (5 * 1000)
#define LONG_FACTOR 200

#define FOCUSED_SECONDS   1
#define UNFOCUSED_SECONDS 3

struct _HpPortMonitor
{
  GObject parent_instance;

  GHashTable *watches; /* port → Watch */
  gboolean active;
  gboolean focused;
  guint timer;       /* 0 when nobody looks */
  gint64 not_before; /* the timer's next look, monotonic */

  GCancellable *search; /* the one search for an owner that runs; NULL: none does */
};

typedef struct
{
  guint n_watchers;
  HpPortVerdict verdict;
  HpPortOwner *owner;  /* nullable */
  HpPortOwner *shadow; /* nullable */
  gboolean wants_owner;
  gboolean wants_shadow;
  gint64 last_search; /* monotonic; 0: never */
} Watch;

/* A search that was begun: for this verdict. */
typedef struct
{
  HpPortMonitor *self; /* borrowed: not there any more when the search was cancelled */
  HpPortVerdict verdict;
  gboolean for_shadow; /* the verdict is that on [::1] */
} Search;

G_DEFINE_FINAL_TYPE (HpPortMonitor, hp_port_monitor, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ACTIVE,
  N_PROPS
};
static GParamSpec *properties[N_PROPS];

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void start_search (HpPortMonitor *self);

static void
watch_free (gpointer data)
{
  Watch *watch = data;

  hp_port_owner_free (watch->owner);
  hp_port_owner_free (watch->shadow);
  g_free (watch);
}

static Watch *
get_watch (HpPortMonitor *self, guint16 port)
{
  return g_hash_table_lookup (self->watches, GUINT_TO_POINTER (port));
}

static gboolean
is_same_holder (const HpPortVerdict *a, const HpPortVerdict *b)
{
  return a->state == b->state && a->inode == b->inode && a->uid == b->uid;
}

/* The verdict on [::1], as if it were one on 127.0.0.1. */
static HpPortVerdict
get_shadow_verdict (const HpPortVerdict *verdict)
{
  return (HpPortVerdict){
    .state = verdict->shadowed ? HP_PORT_TAKEN : HP_PORT_FREE,
    .port = verdict->port,
    .uid = verdict->shadow_uid,
    .inode = verdict->shadow_inode,
    .cgroup_id = verdict->shadow_cgroup_id,
  };
}

/* TRUE when something changed. */
static gboolean
look (Watch *watch, guint16 port)
{
  HpPortVerdict verdict;

  hp_port_check_glance (port, &verdict);
  if (hp_port_verdict_equal (&verdict, &watch->verdict))
    return FALSE;

  if (!is_same_holder (&verdict, &watch->verdict))
    {
      g_clear_pointer (&watch->owner, hp_port_owner_free);
      watch->wants_owner = verdict.state == HP_PORT_TAKEN;
    }
  if (verdict.shadow_inode != watch->verdict.shadow_inode)
    {
      g_clear_pointer (&watch->shadow, hp_port_owner_free);
      watch->wants_shadow = verdict.shadowed;
    }
  watch->verdict = verdict;
  return TRUE;
}

/* FALSE: the port has got into other hands during the search. */
static gboolean
accept_owner (Watch *watch, const Search *search, HpPortOwner *owner)
{
  HpPortVerdict shadow = get_shadow_verdict (&watch->verdict);
  HpPortOwner **field = search->for_shadow ? &watch->shadow : &watch->owner;

  if (!is_same_holder (search->for_shadow ? &shadow : &watch->verdict, &search->verdict))
    {
      hp_port_owner_free (owner);
      return FALSE;
    }
  hp_port_owner_free (*field);
  *field = owner;
  return TRUE;
}

static void
search_done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Search *search = user_data;
  g_autoptr (HpPortOwner) owner = hp_port_owner_find_finish (result, NULL);
  HpPortMonitor *self = search->self;
  guint16 port = search->verdict.port;
  Watch *watch;

  /* The only error is that the search was cancelled, and only dispose does that. */
  if (owner == NULL)
    return;

  g_object_ref (self);
  g_clear_object (&self->search);
  watch = get_watch (self, port);
  if (watch != NULL && accept_owner (watch, search, g_steal_pointer (&owner)))
    g_signal_emit (self, signals[CHANGED], 0, (guint) port);
  start_search (self);
  g_object_unref (self);
}

static void
begin_search (HpPortMonitor *self, Watch *watch)
{
  Search *search = g_new (Search, 1);

  /* The one on [::1] has its turn after the other. */
  *search = (Search){ .self = self, .for_shadow = !watch->wants_owner };
  search->verdict = search->for_shadow ? get_shadow_verdict (&watch->verdict) : watch->verdict;
  if (search->for_shadow)
    watch->wants_shadow = FALSE;
  else
    watch->wants_owner = FALSE;
  watch->last_search = g_get_monotonic_time ();
  self->search = g_cancellable_new ();
  hp_port_owner_find_async (&search->verdict, self->search, search_done_cb, search);
}

/* One search at a time. One that comes too early is begun by a later tick; without a timer there
 * are no ticks, but no quick changes either. */
static void
start_search (HpPortMonitor *self)
{
  gint64 now = g_get_monotonic_time ();
  GHashTableIter iter;
  gpointer value;

  if (self->search != NULL || self->watches == NULL)
    return;

  g_hash_table_iter_init (&iter, self->watches);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Watch *watch = value;

      if ((watch->wants_owner || watch->wants_shadow)
          && (self->timer == 0 || watch->last_search == 0
              || now - watch->last_search >= OWNER_INTERVAL))
        {
          begin_search (self, watch);
          return;
        }
    }
}

void
hp_port_monitor_refresh (HpPortMonitor *self)
{
  g_autoptr (GArray) changed = g_array_new (FALSE, FALSE, sizeof (guint));
  gint64 started = g_get_monotonic_time ();
  gint64 cost;
  GHashTableIter iter;
  gpointer key, value;
  guint i;

  g_return_if_fail (HP_IS_PORT_MONITOR (self));

  g_hash_table_iter_init (&iter, self->watches);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      guint port = GPOINTER_TO_UINT (key);

      if (look (value, (guint16) port))
        g_array_append_val (changed, port);
    }
  cost = g_get_monotonic_time () - started;
  self->not_before = cost > LONG_LOOK ? started + cost * LONG_FACTOR : 0;

  /* Only now, as a handler may well change what is watched. */
  g_object_ref (self);
  start_search (self);
  for (i = 0; i < changed->len; i++)
    g_signal_emit (self, signals[CHANGED], 0, g_array_index (changed, guint, i));
  g_object_unref (self);
}

static gboolean
tick_cb (gpointer user_data)
{
  HpPortMonitor *self = user_data;

  if (g_get_monotonic_time () >= self->not_before)
    hp_port_monitor_refresh (self);
  return G_SOURCE_CONTINUE;
}

static void
update_timer (HpPortMonitor *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->active && g_hash_table_size (self->watches) > 0)
    self->timer = g_timeout_add_seconds (self->focused ? FOCUSED_SECONDS : UNFOCUSED_SECONDS,
                                         tick_cb, self);
}

static void
hp_port_monitor_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HpPortMonitor *self = HP_PORT_MONITOR (object);

  switch (id)
    {
    case PROP_ACTIVE:
      g_value_set_boolean (value, hp_port_monitor_get_active (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_port_monitor_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HpPortMonitor *self = HP_PORT_MONITOR (object);

  switch (id)
    {
    case PROP_ACTIVE:
      hp_port_monitor_set_active (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_port_monitor_dispose (GObject *object)
{
  HpPortMonitor *self = HP_PORT_MONITOR (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->search != NULL)
    g_cancellable_cancel (self->search);
  g_clear_object (&self->search);
  g_hash_table_remove_all (self->watches);

  G_OBJECT_CLASS (hp_port_monitor_parent_class)->dispose (object);
}

static void
hp_port_monitor_finalize (GObject *object)
{
  HpPortMonitor *self = HP_PORT_MONITOR (object);

  g_hash_table_unref (self->watches);

  G_OBJECT_CLASS (hp_port_monitor_parent_class)->finalize (object);
}

static void
hp_port_monitor_class_init (HpPortMonitorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hp_port_monitor_get_property;
  object_class->set_property = hp_port_monitor_set_property;
  object_class->dispose = hp_port_monitor_dispose;
  object_class->finalize = hp_port_monitor_finalize;

  properties[PROP_ACTIVE] = g_param_spec_boolean ("active", NULL, NULL, FALSE,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                                                      | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CHANGED] = g_signal_new ("changed", HP_TYPE_PORT_MONITOR, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
hp_port_monitor_init (HpPortMonitor *self)
{
  self->watches = g_hash_table_new_full (NULL, NULL, NULL, watch_free);
  self->focused = TRUE;
}

HpPortMonitor *
hp_port_monitor_new (void)
{
  return g_object_new (HP_TYPE_PORT_MONITOR, NULL);
}

void
hp_port_monitor_watch (HpPortMonitor *self, guint16 port)
{
  Watch *watch;

  g_return_if_fail (HP_IS_PORT_MONITOR (self));

  watch = get_watch (self, port);
  if (watch == NULL)
    {
      watch = g_new0 (Watch, 1);
      g_hash_table_insert (self->watches, GUINT_TO_POINTER (port), watch);
      look (watch, port);
      start_search (self);
      if (self->timer == 0)
        update_timer (self);
    }
  watch->n_watchers++;
}

void
hp_port_monitor_unwatch (HpPortMonitor *self, guint16 port)
{
  Watch *watch;

  g_return_if_fail (HP_IS_PORT_MONITOR (self));

  watch = get_watch (self, port);
  g_return_if_fail (watch != NULL);

  if (--watch->n_watchers == 0)
    {
      g_hash_table_remove (self->watches, GUINT_TO_POINTER (port));
      if (g_hash_table_size (self->watches) == 0)
        update_timer (self);
    }
}

gboolean
hp_port_monitor_get_active (HpPortMonitor *self)
{
  g_return_val_if_fail (HP_IS_PORT_MONITOR (self), FALSE);

  return self->active;
}

void
hp_port_monitor_set_active (HpPortMonitor *self, gboolean active)
{
  g_return_if_fail (HP_IS_PORT_MONITOR (self));

  active = !!active;
  if (self->active == active)
    return;

  self->active = active;
  update_timer (self);
  if (active)
    hp_port_monitor_refresh (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE]);
}

void
hp_port_monitor_set_focused (HpPortMonitor *self, gboolean focused)
{
  g_return_if_fail (HP_IS_PORT_MONITOR (self));

  focused = !!focused;
  if (self->focused == focused)
    return;

  self->focused = focused;
  update_timer (self);
  if (self->active && focused)
    hp_port_monitor_refresh (self);
}

const HpPortVerdict *
hp_port_monitor_get_verdict (HpPortMonitor *self, guint16 port)
{
  Watch *watch;

  g_return_val_if_fail (HP_IS_PORT_MONITOR (self), NULL);

  watch = get_watch (self, port);
  return watch != NULL ? &watch->verdict : NULL;
}

const HpPortOwner *
hp_port_monitor_get_owner (HpPortMonitor *self, guint16 port)
{
  Watch *watch;

  g_return_val_if_fail (HP_IS_PORT_MONITOR (self), NULL);

  watch = get_watch (self, port);
  return watch != NULL ? watch->owner : NULL;
}

const HpPortOwner *
hp_port_monitor_get_shadow_owner (HpPortMonitor *self, guint16 port)
{
  Watch *watch;

  g_return_val_if_fail (HP_IS_PORT_MONITOR (self), NULL);

  watch = get_watch (self, port);
  return watch != NULL ? watch->shadow : NULL;
}
