/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ports/hp-client-names.h"
#include "ports/hp-process.h"
#include "ports/hp-socket-holders.h"

/* A walk through /proc may take tens of milliseconds: it may cost a twentieth of a processor at
 * most, however many connections come. */
#define REST_FACTOR 20
#define MIN_REST_US (20 * 1000)

/* Of those that wait for a walk; more at once are a measurement, not somebody who reads a log. */
#define MAX_PENDING 512

typedef struct
{
  guint32 connection;
  guint32 inode;
} Pending;

/* A program that has been seen. */
typedef struct
{
  guint64 start_time;
  char *name; /* GRefString */
} Program;

struct _HpClientNames
{
  GObject parent_instance;

  GMutex mutex;
  GCond cond;
  /* under the mutex */
  GArray *pending;   /* of Pending */
  GHashTable *names; /* connection → GRefString */
  GQueue order;      /* of connection, oldest first */
  gboolean ending;
  guint named_source; /* an idle that will emit "named" */

  GThread *thread;      /* NULL until there was something to find */
  GHashTable *programs; /* pid → Program; of the thread */
};

enum
{
  NAMED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HpClientNames, hp_client_names, G_TYPE_OBJECT)

static void
program_free (gpointer data)
{
  Program *self = data;

  g_ref_string_release (self->name);
  g_free (self);
}

/* A GRefString, borrowed; NULL: the process has gone. */
static char *
find_program (HpClientNames *self, const HpSocketHolder *holder)
{
  gpointer key = GINT_TO_POINTER ((int) holder->pid);
  Program *program = g_hash_table_lookup (self->programs, key);
  HpProcess process = { NULL };

  if (program != NULL && program->start_time == holder->start_time)
    return program->name;
  if (!hp_process_read (holder->pid, holder->start_time, &process))
    return NULL;

  program = NULL;
  if (process.program != NULL)
    {
      program = g_new (Program, 1);
      program->start_time = holder->start_time;
      program->name = g_ref_string_new (process.program);
      if (g_hash_table_size (self->programs) > MAX_PENDING)
        g_hash_table_remove_all (self->programs);
      g_hash_table_replace (self->programs, key, program);
    }
  g_free (process.program);
  g_free (process.command);
  g_free (process.directory);
  return program != NULL ? program->name : NULL;
}

static gboolean
named_cb (gpointer user_data)
{
  HpClientNames *self = user_data;

  g_mutex_lock (&self->mutex);
  self->named_source = 0;
  g_mutex_unlock (&self->mutex);
  g_signal_emit (self, signals[NAMED], 0);
  return G_SOURCE_REMOVE;
}

/* Under the mutex. */
static void
store (HpClientNames *self, guint32 connection, char *name)
{
  if (g_hash_table_replace (self->names, GUINT_TO_POINTER (connection),
                            g_ref_string_acquire (name)))
    g_queue_push_tail (&self->order, GUINT_TO_POINTER (connection));
  if (self->order.length > HP_CLIENT_NAMES_MAX)
    g_hash_table_remove (self->names, g_queue_pop_head (&self->order));
  if (self->named_source == 0)
    self->named_source = g_idle_add (named_cb, self);
}

static void
find_names (HpClientNames *self, GArray *pending)
{
  g_autofree guint32 *inodes = g_new (guint32, pending->len);
  g_autofree HpSocketHolder *holders = g_new (HpSocketHolder, pending->len);
  guint i;

  for (i = 0; i < pending->len; i++)
    inodes[i] = g_array_index (pending, Pending, i).inode;
  hp_socket_holders_find (inodes, pending->len, holders);

  for (i = 0; i < pending->len; i++)
    {
      char *name = holders[i].pid != 0 ? find_program (self, &holders[i]) : NULL;

      if (name == NULL)
        continue;
      g_mutex_lock (&self->mutex);
      store (self, g_array_index (pending, Pending, i).connection, name);
      g_mutex_unlock (&self->mutex);
    }
}

/* Under the mutex, until there is something to find and the last search has been rested from: who
 * has nothing to do sleeps without a timer. FALSE: it is time to end. */
static gboolean
wait_for_work (HpClientNames *self, gint64 not_before)
{
  while (!self->ending && self->pending->len == 0)
    g_cond_wait (&self->cond, &self->mutex);
  while (!self->ending && g_cond_wait_until (&self->cond, &self->mutex, not_before))
    continue;
  return !self->ending;
}

static gpointer
run (gpointer user_data)
{
  HpClientNames *self = user_data;
  gint64 not_before = 0;

  g_mutex_lock (&self->mutex);
  while (wait_for_work (self, not_before))
    {
      g_autoptr (GArray) pending = g_steal_pointer (&self->pending);
      gint64 started, cost;

      self->pending = g_array_new (FALSE, FALSE, sizeof (Pending));
      g_mutex_unlock (&self->mutex);

      started = g_get_monotonic_time ();
      find_names (self, pending);
      cost = g_get_monotonic_time () - started;
      not_before = started + cost + MAX (cost * REST_FACTOR, MIN_REST_US);

      g_mutex_lock (&self->mutex);
    }
  g_mutex_unlock (&self->mutex);
  return NULL;
}

static void
hp_client_names_dispose (GObject *object)
{
  HpClientNames *self = HP_CLIENT_NAMES (object);

  g_mutex_lock (&self->mutex);
  self->ending = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
  g_clear_pointer (&self->thread, g_thread_join);
  g_clear_handle_id (&self->named_source, g_source_remove);

  G_OBJECT_CLASS (hp_client_names_parent_class)->dispose (object);
}

static void
hp_client_names_finalize (GObject *object)
{
  HpClientNames *self = HP_CLIENT_NAMES (object);

  g_array_unref (self->pending);
  g_hash_table_unref (self->names);
  g_hash_table_unref (self->programs);
  g_queue_clear (&self->order);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);

  G_OBJECT_CLASS (hp_client_names_parent_class)->finalize (object);
}

static void
hp_client_names_class_init (HpClientNamesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hp_client_names_dispose;
  object_class->finalize = hp_client_names_finalize;

  signals[NAMED] = g_signal_new ("named", HP_TYPE_CLIENT_NAMES, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
hp_client_names_init (HpClientNames *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->pending = g_array_new (FALSE, FALSE, sizeof (Pending));
  self->names = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ref_string_release);
  self->programs = g_hash_table_new_full (NULL, NULL, NULL, program_free);
  g_queue_init (&self->order);
}

HpClientNames *
hp_client_names_new (void)
{
  return g_object_new (HP_TYPE_CLIENT_NAMES, NULL);
}

void
hp_client_names_note (HpClientNames *self, guint32 connection, guint32 inode)
{
  Pending pending = { connection, inode };

  g_return_if_fail (HP_IS_CLIENT_NAMES (self));

  if (inode == 0)
    return;
  g_mutex_lock (&self->mutex);
  if (self->thread == NULL && !self->ending)
    self->thread = g_thread_new ("client-names", run, self);
  if (self->pending->len < MAX_PENDING)
    {
      g_array_append_val (self->pending, pending);
      g_cond_broadcast (&self->cond);
    }
  g_mutex_unlock (&self->mutex);
}

char *
hp_client_names_dup (HpClientNames *self, guint32 connection)
{
  char *name;

  g_return_val_if_fail (HP_IS_CLIENT_NAMES (self), NULL);

  g_mutex_lock (&self->mutex);
  name = g_strdup (g_hash_table_lookup (self->names, GUINT_TO_POINTER (connection)));
  g_mutex_unlock (&self->mutex);
  return name;
}
