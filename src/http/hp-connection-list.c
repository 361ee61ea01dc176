/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "http/hp-connection-list.h"
#include "http/hp-exchange.h"
#include "http/hp-listener.h"

/* How late a deadline may be noticed. */
#define SWEEP_MS 250

/* A head that takes longer than this to arrive can better be missed than a client that was served
 * once and may come back: no program dawdles so. */
#define DAWDLING_US G_USEC_PER_SEC

/* Descriptors for everything but connections and answers. */
#define SPARE_DESCRIPTORS 16

/* Each answer may need two: for a context and for a file. So they get at most a quarter. */
#define ANSWERS_PART 8

struct _HpConnectionList
{
  GMainContext *context;  /* borrowed */
  HpDownloads *downloads; /* likewise */
  GSource *sweep;         /* only while there are connections */

  GQueue states[HP_N_CONNECTION_STATES]; /* by hp_connection_get_link(), holds references */
  GQueue waiting;                        /* HpListener, borrowed */

  guint n_connections;
  guint32 last_number;
  rlim_t max_fd;
};

HpConnectionList *
hp_connection_list_new (GMainContext *context, HpDownloads *downloads)
{
  HpConnectionList *self = g_new0 (HpConnectionList, 1);

  self->context = context;
  self->downloads = downloads;
  hp_connection_list_read_limit (self);

  return self;
}

static void
stop_sweep (HpConnectionList *self)
{
  if (self->sweep)
    g_source_destroy (self->sweep);
  g_clear_pointer (&self->sweep, g_source_unref);
}

void
hp_connection_list_free (HpConnectionList *self)
{
  g_assert (self->n_connections == 0);

  stop_sweep (self);
  g_queue_clear (&self->waiting);
  g_free (self);
}

/* Whether all in it have the same time from the moment they came into it. */
static gboolean
is_in_order (guint state)
{
  return state == HP_CONNECTION_ASKING || state == HP_CONNECTION_IDLE;
}

static guint
count_downloads (HpConnectionList *self, gint64 now)
{
  guint n = 0;

  for (GList *link = self->states[HP_CONNECTION_ANSWERING].head; link != NULL; link = link->next)
    {
      HpExchange *exchange = hp_connection_get_exchange (link->data);

      n += exchange != NULL && hp_exchange_is_download (exchange, now);
    }

  return n;
}

static gboolean
sweep_cb (gpointer user_data)
{
  HpConnectionList *self = user_data;
  gint64 now = g_get_monotonic_time ();

  for (guint state = 0; state < HP_N_CONNECTION_STATES; state++)
    {
      GList *link, *next;

      for (link = self->states[state].head; link != NULL; link = next)
        {
          next = link->next;
          if (!hp_connection_check_deadline (link->data, now) && is_in_order (state))
            break;
        }
    }

  hp_downloads_report (self->downloads, count_downloads (self, now));

  return G_SOURCE_CONTINUE;
}

static void
start_sweep (HpConnectionList *self)
{
  if (self->sweep)
    return;

  self->sweep = g_timeout_source_new (SWEEP_MS);
  g_source_set_callback (self->sweep, sweep_cb, self, NULL);
  g_source_attach (self->sweep, self->context);
}

static void
push (HpConnectionList *self, HpConnection *connection, HpConnectionState state)
{
  g_queue_push_tail_link (&self->states[state], hp_connection_get_link (connection));
  hp_connection_set_state (connection, state);
}

static void
unlink_connection (HpConnectionList *self, HpConnection *connection)
{
  g_queue_unlink (&self->states[hp_connection_get_state (connection)],
                  hp_connection_get_link (connection));
}

guint32
hp_connection_list_add (HpConnectionList *self, HpConnection *connection)
{
  push (self, connection, HP_CONNECTION_ASKING);
  self->n_connections++;
  start_sweep (self);

  if (++self->last_number == 0)
    self->last_number = 1;
  return self->last_number;
}

/* There is room, or somebody who can make it. */
static void
resume_waiting (HpConnectionList *self)
{
  GQueue waiting = self->waiting;

  g_queue_init (&self->waiting);
  for (GList *link = waiting.head; link != NULL; link = link->next)
    hp_listener_resume (link->data);
  g_queue_clear (&waiting);
}

void
hp_connection_list_move (HpConnectionList *self, HpConnection *connection, HpConnectionState state)
{
  unlink_connection (self, connection);
  push (self, connection, state);
  if (state == HP_CONNECTION_IDLE)
    resume_waiting (self);
}

void
hp_connection_list_remove (HpConnectionList *self, HpConnection *connection)
{
  unlink_connection (self, connection);
  self->n_connections--;
  if (self->n_connections == 0)
    {
      stop_sweep (self);
      hp_downloads_report (self->downloads, 0);
    }
  hp_connection_unref (connection);
  resume_waiting (self);
}

/* --- how many --- */

gboolean
hp_connection_list_is_full (HpConnectionList *self)
{
  return self->n_connections >= hp_connection_limits.at_once;
}

static HpConnection *
find_victim (HpConnectionList *self)
{
  HpConnection *asking = g_queue_peek_head (&self->states[HP_CONNECTION_ASKING]);
  HpConnection *idle = g_queue_peek_head (&self->states[HP_CONNECTION_IDLE]);

  if (asking != NULL && g_get_monotonic_time () - hp_connection_get_since (asking) > DAWDLING_US)
    return asking;

  return idle != NULL ? idle : asking;
}

gboolean
hp_connection_list_evict (HpConnectionList *self)
{
  HpConnection *victim = find_victim (self);

  if (victim == NULL)
    return FALSE;

  hp_connection_close (victim);
  return TRUE;
}

void
hp_connection_list_wait (HpConnectionList *self, HpListener *listener)
{
  hp_connection_list_forget (self, listener);
  g_queue_push_tail (&self->waiting, listener);
}

void
hp_connection_list_forget (HpConnectionList *self, HpListener *listener)
{
  g_queue_remove (&self->waiting, listener);
}

void
hp_connection_list_read_limit (HpConnectionList *self)
{
  struct rlimit limit;

  self->max_fd = getrlimit (RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 1024;
}

rlim_t
hp_connection_list_get_max_fd (HpConnectionList *self)
{
  return self->max_fd;
}

guint
hp_connection_list_get_max_answers (HpConnectionList *self)
{
  return CLAMP (self->max_fd / ANSWERS_PART, 1, hp_connection_limits.answers);
}

/* The kernel gives the lowest number that is free, so a number tells how many are in use. */
gboolean
hp_connection_list_is_short (HpConnectionList *self, int fd)
{
  rlim_t spare = 2 * hp_connection_list_get_max_answers (self) + SPARE_DESCRIPTORS;

  return (rlim_t) fd + spare > self->max_fd;
}

void
hp_connection_list_foreach (HpConnectionList *self,
                            HpListener *listener,
                            void (*func) (HpConnection *connection))
{
  for (guint state = 0; state < HP_N_CONNECTION_STATES; state++)
    {
      GList *link, *next;

      for (link = self->states[state].head; link != NULL; link = next)
        {
          next = link->next;
          if (hp_connection_get_listener (link->data) == listener)
            func (link->data);
        }
    }
}
