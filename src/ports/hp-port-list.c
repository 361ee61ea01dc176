/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ports/hp-port-list-merge.h"
#include "ports/hp-port-list.h"
#include "ports/hp-port-view.h"
#include "ports/hp-process.h"

#define WATCH_MS 2000

/* Nothing has changed for so long: then less often. */
#define QUIET_US       (60 * G_USEC_PER_SEC)
#define QUIET_WATCH_MS 5000

/* A look that takes long (many thousand sockets, no SOCK_DIAG) is taken less often, so that it
 * costs half a percent of a processor at most. */
#define COST_FACTOR 200

struct _HpPortList
{
  GObject parent_instance;

  GPtrArray *entries; /* of HpPortEntry, in the order of hp_port_view_compare() */
  HpPortListTitleFunc title_func;
  gpointer title_data;

  gboolean watching;
  gboolean loading;
  guint timer;         /* 0 when nobody looks, and while a look is under way */
  gint64 last_change;  /* monotonic */
  gint64 cost;         /* of the last dump, microseconds */
  GCancellable *look;  /* of the one look under way; NULL: none is */
  gboolean look_again; /* asked for while one was under way */
};

enum
{
  PROP_0,
  PROP_WATCHING,
  PROP_LOADING,
  N_PROPS
};

enum
{
  REFRESHED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void list_model_init (GListModelInterface *iface);
static void start_look (HpPortList *self);

G_DEFINE_FINAL_TYPE_WITH_CODE (HpPortList,
                               hp_port_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

/* The first half of a look: what the kernel says. */

typedef struct
{
  GArray *sockets; /* of HpSocketInfo */
  GArray *ours;    /* of gboolean, for each */
  gint64 cost;
} Dump;

static void
dump_free (gpointer data)
{
  Dump *self = data;

  g_array_unref (self->sockets);
  g_array_unref (self->ours);
  g_free (self);
}

static void
dump_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Dump *dump = g_new0 (Dump, 1);
  gint64 started = g_get_monotonic_time ();
  guint i;

  dump->sockets = hp_port_view_list_listening ();
  dump->cost = g_get_monotonic_time () - started;
  dump->ours = g_array_sized_new (FALSE, FALSE, sizeof (gboolean), dump->sockets->len);
  for (i = 0; i < dump->sockets->len; i++)
    {
      gboolean ours = hp_port_view_is_ours (&g_array_index (dump->sockets, HpSocketInfo, i));

      g_array_append_val (dump->ours, ours);
    }
  g_task_return_pointer (task, dump, dump_free);
}

/* The second half: who holds those sockets whose owner isn't known, or isn't there any more. */

typedef struct
{
  GPtrArray *entries; /* of HpPortEntry; touched in the main thread only */
  GArray *verdicts;   /* of HpPortVerdict, for each */
  GArray *holders;    /* of Holder, for each */
} Search;

typedef struct
{
  pid_t pid; /* 0: not looked for yet */
  guint64 start_time;
} Holder;

static void
search_free (gpointer data)
{
  Search *self = data;

  g_ptr_array_unref (self->entries);
  g_array_unref (self->verdicts);
  g_array_unref (self->holders);
  g_free (self);
}

static gboolean
is_alive (const Holder *holder)
{
  guint64 start_time;

  return hp_process_get_start_time (holder->pid, &start_time) && start_time == holder->start_time;
}

/* Returns an owner for each entry, NULL where what is known still holds. */
static void
search_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Search *search = task_data;
  g_autoptr (GArray) wanted = g_array_new (FALSE, FALSE, sizeof (HpPortVerdict));
  g_autoptr (GPtrArray) found = NULL;
  g_autofree gboolean *asked = g_new0 (gboolean, search->verdicts->len);
  GPtrArray *owners = g_ptr_array_new_with_free_func ((GDestroyNotify) hp_port_owner_free);
  guint i, next;

  for (i = 0; i < search->verdicts->len; i++)
    {
      const Holder *holder = &g_array_index (search->holders, Holder, i);

      asked[i] = holder->pid == 0 || !is_alive (holder);
      if (asked[i])
        g_array_append_val (wanted, g_array_index (search->verdicts, HpPortVerdict, i));
    }
  found = hp_port_owner_find_many ((const HpPortVerdict *) (void *) wanted->data, wanted->len);

  for (i = next = 0; i < search->verdicts->len; i++)
    g_ptr_array_add (owners,
                     asked[i] ? hp_port_owner_copy (g_ptr_array_index (found, next++)) : NULL);
  g_task_return_pointer (task, owners, (GDestroyNotify) g_ptr_array_unref);
}

static Search *
make_search (HpPortList *self)
{
  Search *search = g_new0 (Search, 1);
  guint i;

  search->entries = g_ptr_array_new_with_free_func (g_object_unref);
  search->verdicts = g_array_new (FALSE, FALSE, sizeof (HpPortVerdict));
  search->holders = g_array_new (FALSE, FALSE, sizeof (Holder));
  for (i = 0; i < self->entries->len; i++)
    {
      HpPortEntry *entry = g_ptr_array_index (self->entries, i);
      const HpSocketInfo *info = hp_port_entry_get_info (entry);
      Holder holder = { hp_port_entry_get_pid (entry), hp_port_entry_get_start_time (entry) };
      HpPortVerdict verdict = {
        .state = hp_port_entry_get_ours (entry) ? HP_PORT_OURS : HP_PORT_TAKEN,
        .port = info->port,
        .uid = info->uid,
        .inode = info->inode,
        .cgroup_id = info->cgroup_id,
      };

      /* One that was looked for in vain isn't looked for again. */
      if (hp_port_entry_get_owner (entry) != NULL && holder.pid == 0)
        continue;
      g_ptr_array_add (search->entries, g_object_ref (entry));
      g_array_append_val (search->verdicts, verdict);
      g_array_append_val (search->holders, holder);
    }
  return search;
}

/* A look */

static gboolean
timer_cb (gpointer user_data)
{
  HpPortList *self = user_data;

  self->timer = 0;
  start_look (self);
  return G_SOURCE_REMOVE;
}

static guint
choose_interval (HpPortList *self)
{
  gboolean quiet = g_get_monotonic_time () - self->last_change > QUIET_US;
  gint64 by_cost = self->cost * COST_FACTOR / 1000;

  return (guint) CLAMP (by_cost, quiet ? QUIET_WATCH_MS : WATCH_MS, 60 * 1000);
}

static void
end_look (HpPortList *self)
{
  g_clear_object (&self->look);
  if (self->look_again)
    start_look (self);
  else if (self->watching)
    self->timer = g_timeout_add (choose_interval (self), timer_cb, self);
  g_signal_emit (self, signals[REFRESHED], 0);
}

static void
searched_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  HpPortList *self = HP_PORT_LIST (object);
  Search *search = g_task_get_task_data (G_TASK (result));
  g_autoptr (GPtrArray) owners = g_task_propagate_pointer (G_TASK (result), NULL);
  guint i;

  /* The only error is that the list is gone for good. */
  if (owners == NULL)
    return;

  for (i = 0; i < owners->len; i++)
    if (g_ptr_array_index (owners, i) != NULL)
      {
        hp_port_entry_take_owner (g_ptr_array_index (search->entries, i),
                                  g_steal_pointer (&g_ptr_array_index (owners, i)));
        self->last_change = g_get_monotonic_time ();
      }
  end_look (self);
}

static void
update_titles (HpPortList *self)
{
  guint i;

  for (i = 0; self->title_func != NULL && i < self->entries->len; i++)
    {
      HpPortEntry *entry = g_ptr_array_index (self->entries, i);
      g_autofree char *title = NULL;

      if (!hp_port_entry_get_ours (entry))
        continue;
      title = self->title_func (hp_port_entry_get_port (entry), self->title_data);
      hp_port_entry_set_server_title (entry, title);
    }
}

static void
dumped_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  HpPortList *self = HP_PORT_LIST (object);
  Dump *dump = g_task_propagate_pointer (G_TASK (result), NULL);
  g_autoptr (GTask) task = NULL;

  if (dump == NULL)
    return;

  self->cost = dump->cost;
  if (hp_port_list_merge (G_LIST_MODEL (self), self->entries,
                          (const HpSocketInfo *) (void *) dump->sockets->data,
                          (const gboolean *) (void *) dump->ours->data, dump->sockets->len))
    self->last_change = g_get_monotonic_time ();
  dump_free (dump);
  update_titles (self);
  if (self->loading)
    {
      self->loading = FALSE;
      g_object_notify_by_pspec (object, properties[PROP_LOADING]);
    }
  if (self->look == NULL)
    return;

  task = g_task_new (self, self->look, searched_cb, NULL);
  g_task_set_source_tag (task, dumped_cb);
  g_task_set_task_data (task, make_search (self), search_free);
  g_task_run_in_thread (task, search_in_thread);
}

static void
start_look (HpPortList *self)
{
  g_autoptr (GTask) task = NULL;

  g_clear_handle_id (&self->timer, g_source_remove);
  self->look_again = self->look != NULL;
  if (self->look_again)
    return;

  self->look = g_cancellable_new ();
  task = g_task_new (self, self->look, dumped_cb, NULL);
  g_task_set_source_tag (task, start_look);
  g_task_run_in_thread (task, dump_in_thread);
}

/* GListModel */

static GType
hp_port_list_get_item_type (GListModel *model)
{
  return HP_TYPE_PORT_ENTRY;
}

static guint
hp_port_list_get_n_items (GListModel *model)
{
  return HP_PORT_LIST (model)->entries->len;
}

static gpointer
hp_port_list_get_item (GListModel *model, guint position)
{
  const GPtrArray *entries = HP_PORT_LIST (model)->entries;

  return position < entries->len ? g_object_ref (g_ptr_array_index (entries, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = hp_port_list_get_item_type;
  iface->get_n_items = hp_port_list_get_n_items;
  iface->get_item = hp_port_list_get_item;
}

/* GObject */

static void
hp_port_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HpPortList *self = HP_PORT_LIST (object);

  switch (id)
    {
    case PROP_WATCHING:
      g_value_set_boolean (value, self->watching);
      break;
    case PROP_LOADING:
      g_value_set_boolean (value, self->loading);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_port_list_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_WATCHING:
      hp_port_list_set_watching (HP_PORT_LIST (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_port_list_dispose (GObject *object)
{
  HpPortList *self = HP_PORT_LIST (object);

  self->watching = FALSE;
  self->look_again = FALSE;
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->look != NULL)
    g_cancellable_cancel (self->look);
  g_clear_object (&self->look);
  g_ptr_array_set_size (self->entries, 0);

  G_OBJECT_CLASS (hp_port_list_parent_class)->dispose (object);
}

static void
hp_port_list_finalize (GObject *object)
{
  g_ptr_array_unref (HP_PORT_LIST (object)->entries);

  G_OBJECT_CLASS (hp_port_list_parent_class)->finalize (object);
}

static void
hp_port_list_class_init (HpPortListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = hp_port_list_get_property;
  object_class->set_property = hp_port_list_set_property;
  object_class->dispose = hp_port_list_dispose;
  object_class->finalize = hp_port_list_finalize;

  properties[PROP_WATCHING] = g_param_spec_boolean ("watching", NULL, NULL, FALSE,
                                                    read | G_PARAM_WRITABLE);
  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, TRUE, read);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[REFRESHED] = g_signal_new ("refreshed", HP_TYPE_PORT_LIST, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 0);
}

static void
hp_port_list_init (HpPortList *self)
{
  self->entries = g_ptr_array_new_with_free_func (g_object_unref);
  self->loading = TRUE;
  self->last_change = g_get_monotonic_time ();
}

HpPortList *
hp_port_list_new (void)
{
  return g_object_new (HP_TYPE_PORT_LIST, NULL);
}

void
hp_port_list_set_watching (HpPortList *self, gboolean watching)
{
  g_return_if_fail (HP_IS_PORT_LIST (self));

  watching = !!watching;
  if (self->watching == watching)
    return;

  self->watching = watching;
  self->last_change = g_get_monotonic_time ();
  if (watching)
    start_look (self);
  else
    g_clear_handle_id (&self->timer, g_source_remove);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WATCHING]);
}

void
hp_port_list_refresh (HpPortList *self)
{
  g_return_if_fail (HP_IS_PORT_LIST (self));

  self->last_change = g_get_monotonic_time ();
  start_look (self);
}

gboolean
hp_port_list_get_loading (HpPortList *self)
{
  g_return_val_if_fail (HP_IS_PORT_LIST (self), FALSE);
  return self->loading;
}

void
hp_port_list_set_title_func (HpPortList *self, HpPortListTitleFunc func, gpointer user_data)
{
  g_return_if_fail (HP_IS_PORT_LIST (self));

  self->title_func = func;
  self->title_data = user_data;
  update_titles (self);
}
