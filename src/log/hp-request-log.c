/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "log/hp-request-log-private.h"

/* While a queue feeds the log it tells of news at most this often. */
#define PUBLISH_INTERVAL_US (100 * 1000)

typedef struct
{
  guint64 n_requests;
  guint64 bytes_sent;
  guint64 n_problems;
  guint64 n_dropped;
} Totals;

typedef struct
{
  HpLogSecond seconds[HP_LOG_SECONDS]; /* at the second modulo 60 … */
  gint64 numbers[HP_LOG_SECONDS];      /* … if it is the one that is named here */
} Traffic;

/* What observers know; they are told the difference. */
typedef struct
{
  guint64 first_seq;
  guint64 next_seq;
  guint n_clears; /* and undone ones */
  gboolean can_undo;
  Totals totals;
} State;

struct _HpRequestLog
{
  GObject parent_instance;

  HpLogStore *store;
  Totals totals;
  Traffic traffic;
  guint n_clears;
  State told;

  /* Of what was cleared. */
  Totals cleared_totals;
  Traffic cleared_traffic;

  HpRecordQueue *queue; /* owned, nullable */
  GSource *feed;        /* owned, while there is a queue */
  gint64 last_publish;  /* monotonic */
};

enum
{
  PROP_0,
  PROP_N_REQUESTS,
  PROP_BYTES_SENT,
  PROP_N_PROBLEMS,
  PROP_N_DROPPED,
  PROP_CAN_UNDO_CLEAR,
  N_PROPS
};

enum
{
  CHANGED,
  CLEARED,
  ROW_CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HpRequestLog, hp_request_log, G_TYPE_OBJECT)

static State
get_state (HpRequestLog *self)
{
  return (State){
    .first_seq = self->store->first_seq,
    .next_seq = self->store->next_seq,
    .n_clears = self->n_clears,
    .can_undo = self->store->cleared != NULL,
    .totals = self->totals,
  };
}

static void
publish_rows (HpRequestLog *self, const State *before, const State *now)
{
  gboolean cleared = now->n_clears != before->n_clears;
  guint64 first_seq = MAX (now->first_seq, before->first_seq);

  if (cleared || now->first_seq != before->first_seq || now->next_seq != before->next_seq)
    {
      guint64 n_removed = MIN (first_seq, before->next_seq) - before->first_seq;
      guint64 n_added = now->next_seq - MAX (first_seq, before->next_seq);

      g_signal_emit (self, signals[CHANGED], 0, n_removed, n_added);
    }
  if (cleared)
    g_signal_emit (self, signals[CLEARED], 0);
}

/* Tells what became different, rows first: who asks for totals then sees rows that fit. Whoever is
 * told may change the log further: that is then told from here on. */
static void
publish (HpRequestLog *self)
{
  g_autoptr (HpRequestLog) hold = g_object_ref (self);
  const State before = self->told;
  const State now = get_state (self);
  const gboolean changed[N_PROPS] = {
    [PROP_N_REQUESTS] = now.totals.n_requests != before.totals.n_requests,
    [PROP_BYTES_SENT] = now.totals.bytes_sent != before.totals.bytes_sent,
    [PROP_N_PROBLEMS] = now.totals.n_problems != before.totals.n_problems,
    [PROP_N_DROPPED] = now.totals.n_dropped != before.totals.n_dropped,
    [PROP_CAN_UNDO_CLEAR] = now.can_undo != before.can_undo,
  };

  self->told = now;
  publish_rows (self, &before, &now);
  for (guint i = PROP_0 + 1; i < N_PROPS; i++)
    if (changed[i])
      g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
  hp_log_budget_tell (self->store->budget);
}

/* Another log needed room. */
static void
robbed_cb (gpointer user_data)
{
  publish (user_data);
}

static gint64
second_of (gint64 time_us)
{
  return time_us / G_USEC_PER_SEC - (time_us % G_USEC_PER_SEC < 0);
}

static guint
slot_of (gint64 second)
{
  return (guint64) second % HP_LOG_SECONDS;
}

/* A request counts in the second in which it ended, as that is when it gets here. */
static void
count_traffic (HpRequestLog *self, const HpRequestRecord *record, gboolean is_problem)
{
  Traffic *traffic = &self->traffic;
  gint64 second = second_of (record->time_us + record->duration_us);
  guint slot = slot_of (second);

  if (traffic->numbers[slot] != second)
    {
      traffic->numbers[slot] = second;
      traffic->seconds[slot] = (HpLogSecond){ 0 };
    }
  traffic->seconds[slot].requests++;
  traffic->seconds[slot].problems += is_problem;
}

static void
append_one (HpRequestLog *self, const HpRequestRecord *record)
{
  gboolean is_problem = hp_request_record_is_problem (record);

  hp_log_store_append (self->store, record);
  self->totals.n_requests++;
  self->totals.bytes_sent += record->bytes;
  self->totals.n_problems += is_problem;
  count_traffic (self, record, is_problem);
}

/* In the pushing thread, while the queue's promise keeps the source alive. */
static gboolean
queue_notify_cb (gpointer user_data)
{
  GSource *feed = user_data;

  g_source_set_ready_time (feed, 0);
  return G_SOURCE_REMOVE;
}

static gboolean
feed_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs feed_funcs = { .dispatch = feed_dispatch };

static void
append_all (HpRequestLog *self, HpRecordBatch *batch)
{
  guint n = hp_record_batch_get_length (batch);

  for (guint i = 0; i < n; i++)
    {
      HpRequestRecord record;

      hp_record_batch_get (batch, i, &record);
      append_one (self, &record);
    }
  self->totals.n_dropped += hp_record_batch_get_dropped (batch);
}

static gboolean
has_untold (HpRequestLog *self)
{
  return self->store->next_seq != self->told.next_seq
         || self->totals.n_dropped != self->told.totals.n_dropped;
}

/* FALSE: nothing has come. */
static gboolean
take (HpRequestLog *self)
{
  g_autoptr (HpRecordBatch) batch = hp_record_queue_take (self->queue);

  if (batch == NULL)
    return FALSE;
  append_all (self, batch);
  return TRUE;
}

/* So that a flood doesn't fill the queue with more than the processor's cache holds. New rows can
 * wait until they are told of; that old ones went can't. */
static void
take_early (HpRequestLog *self)
{
  if (take (self)
      && (self->store->first_seq != self->told.first_seq
          || (self->store->cleared != NULL) != self->told.can_undo))
    publish (self);
  else
    hp_log_budget_tell (self->store->budget);
}

/* The source has no time set, and so costs nothing, until the queue stops being empty. */
static gboolean
feed_cb (gpointer user_data)
{
  g_autoptr (HpRequestLog) self = g_object_ref (HP_REQUEST_LOG (user_data));
  gint64 due = self->last_publish + PUBLISH_INTERVAL_US;

  if (self->last_publish == 0 || g_get_monotonic_time () >= due)
    hp_request_log_flush (self);
  else
    {
      g_source_set_ready_time (self->feed, due);
      if (hp_record_queue_is_long (self->queue))
        take_early (self);
    }
  return G_SOURCE_CONTINUE;
}

static void
drop_queue (HpRequestLog *self)
{
  if (self->queue == NULL)
    return;
  hp_record_queue_set_notify (self->queue, NULL, NULL);
  g_source_destroy (self->feed);
  g_clear_pointer (&self->feed, g_source_unref);
  g_clear_pointer (&self->queue, hp_record_queue_unref);
}

static void
hp_request_log_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  HpRequestLog *self = HP_REQUEST_LOG (object);

  switch (prop_id)
    {
    case PROP_N_REQUESTS:
      g_value_set_uint64 (value, hp_request_log_get_n_requests (self));
      break;
    case PROP_BYTES_SENT:
      g_value_set_uint64 (value, hp_request_log_get_bytes_sent (self));
      break;
    case PROP_N_PROBLEMS:
      g_value_set_uint64 (value, hp_request_log_get_n_problems (self));
      break;
    case PROP_N_DROPPED:
      g_value_set_uint64 (value, hp_request_log_get_n_dropped (self));
      break;
    case PROP_CAN_UNDO_CLEAR:
      g_value_set_boolean (value, hp_request_log_can_undo_clear (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hp_request_log_dispose (GObject *object)
{
  drop_queue (HP_REQUEST_LOG (object));

  G_OBJECT_CLASS (hp_request_log_parent_class)->dispose (object);
}

static void
hp_request_log_finalize (GObject *object)
{
  HpRequestLog *self = HP_REQUEST_LOG (object);

  hp_log_store_free (self->store);

  G_OBJECT_CLASS (hp_request_log_parent_class)->finalize (object);
}

static GParamSpec *
total_spec (const char *name)
{
  return g_param_spec_uint64 (name, NULL, NULL, 0, G_MAXUINT64, 0,
                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
}

static void
hp_request_log_class_init (HpRequestLogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hp_request_log_get_property;
  object_class->dispose = hp_request_log_dispose;
  object_class->finalize = hp_request_log_finalize;

  properties[PROP_N_REQUESTS] = total_spec ("n-requests");
  properties[PROP_BYTES_SENT] = total_spec ("bytes-sent");
  properties[PROP_N_PROBLEMS] = total_spec ("n-problems");
  properties[PROP_N_DROPPED] = total_spec ("n-dropped");
  properties[PROP_CAN_UNDO_CLEAR] = g_param_spec_boolean ("can-undo-clear", NULL, NULL, FALSE,
                                                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS
                                                              | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT64, G_TYPE_UINT64);
  signals[CLEARED] = g_signal_new ("cleared", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[ROW_CHANGED] = g_signal_new ("row-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);
}

static void
hp_request_log_init (HpRequestLog *self)
{
}

HpRequestLog *
hp_request_log_new (void)
{
  g_autoptr (HpLogBudget) budget = hp_log_budget_new (HP_LOG_BUDGET_DEFAULT);

  return hp_request_log_new_with_budget (budget);
}

HpRequestLog *
hp_request_log_new_with_budget (HpLogBudget *budget)
{
  HpRequestLog *self;

  g_return_val_if_fail (budget != NULL, NULL);

  self = g_object_new (HP_TYPE_REQUEST_LOG, NULL);
  self->store = hp_log_store_new (budget, robbed_cb, self);
  return self;
}

HpLogBudget *
hp_request_log_get_budget (HpRequestLog *self)
{
  g_return_val_if_fail (HP_IS_REQUEST_LOG (self), NULL);

  return self->store->budget;
}

void
hp_request_log_set_queue (HpRequestLog *self, HpRecordQueue *queue)
{
  g_autoptr (GMainContext) context = NULL;

  g_return_if_fail (HP_IS_REQUEST_LOG (self));

  if (queue == self->queue)
    return;
  drop_queue (self);
  if (has_untold (self))
    publish (self);
  if (queue == NULL)
    return;

  self->queue = hp_record_queue_ref (queue);
  self->feed = g_source_new (&feed_funcs, sizeof (GSource));
  g_source_set_static_name (self->feed, "[homeport] request log");
  g_source_set_callback (self->feed, feed_cb, self, NULL);
  context = g_main_context_ref_thread_default ();
  g_source_attach (self->feed, context);
  hp_record_queue_set_notify (queue, queue_notify_cb, self->feed);
  g_source_set_ready_time (self->feed, 0); /* for what waits already */
}

void
hp_request_log_flush (HpRequestLog *self)
{
  g_return_if_fail (HP_IS_REQUEST_LOG (self));

  if (self->queue == NULL)
    return;

  /* In this order: a push after the look-up sets the time again. */
  g_source_set_ready_time (self->feed, -1);
  if (!take (self) && !has_untold (self))
    return;
  self->last_publish = g_get_monotonic_time ();
  publish (self);
}

void
hp_request_log_append (HpRequestLog *self, const HpRequestRecord *record)
{
  g_return_if_fail (HP_IS_REQUEST_LOG (self));
  g_return_if_fail (record != NULL);

  append_one (self, record);
  publish (self);
}

void
hp_request_log_append_batch (HpRequestLog *self, HpRecordBatch *batch)
{
  g_return_if_fail (HP_IS_REQUEST_LOG (self));
  g_return_if_fail (batch != NULL);

  append_all (self, batch);
  publish (self);
}

static gboolean
has_something_to_clear (HpRequestLog *self)
{
  static const Totals none = { 0 };

  return self->store->segments->len > 0 || self->store->kept->len > 0
         || memcmp (&self->totals, &none, sizeof none) != 0;
}

void
hp_request_log_clear (HpRequestLog *self)
{
  g_return_if_fail (HP_IS_REQUEST_LOG (self));

  if (!has_something_to_clear (self))
    return;
  hp_log_store_clear (self->store);
  self->cleared_totals = self->totals;
  self->cleared_traffic = self->traffic;
  self->totals = (Totals){ 0 };
  self->traffic = (Traffic){ 0 };
  self->n_clears++;
  publish (self);
}

gboolean
hp_request_log_can_undo_clear (HpRequestLog *self)
{
  g_return_val_if_fail (HP_IS_REQUEST_LOG (self), FALSE);

  return self->store->cleared != NULL;
}

/* Of both what is newer in each slot. */
static void
merge_traffic (Traffic *traffic, const Traffic *cleared)
{
  for (guint i = 0; i < HP_LOG_SECONDS; i++)
    if (traffic->numbers[i] == cleared->numbers[i])
      {
        traffic->seconds[i].requests += cleared->seconds[i].requests;
        traffic->seconds[i].problems += cleared->seconds[i].problems;
      }
    else if (traffic->numbers[i] < cleared->numbers[i])
      {
        traffic->numbers[i] = cleared->numbers[i];
        traffic->seconds[i] = cleared->seconds[i];
      }
}

gboolean
hp_request_log_undo_clear (HpRequestLog *self)
{
  g_return_val_if_fail (HP_IS_REQUEST_LOG (self), FALSE);

  if (!hp_log_store_undo_clear (self->store))
    return FALSE;
  self->totals.n_requests += self->cleared_totals.n_requests;
  self->totals.bytes_sent += self->cleared_totals.bytes_sent;
  self->totals.n_problems += self->cleared_totals.n_problems;
  self->totals.n_dropped += self->cleared_totals.n_dropped;
  merge_traffic (&self->traffic, &self->cleared_traffic);
  self->n_clears++;
  publish (self);
  return TRUE;
}

void
hp_request_log_forget_cleared (HpRequestLog *self)
{
  g_return_if_fail (HP_IS_REQUEST_LOG (self));

  hp_log_store_forget_cleared (self->store);
  publish (self);
}

void
hp_request_log_set_max_bytes (HpRequestLog *self, gsize max_bytes)
{
  g_return_if_fail (HP_IS_REQUEST_LOG (self));

  hp_log_budget_set_max_bytes (self->store->budget, max_bytes);
}

gsize
hp_request_log_get_used_bytes (HpRequestLog *self)
{
  g_return_val_if_fail (HP_IS_REQUEST_LOG (self), 0);

  return self->store->row_bytes + self->store->head_bytes;
}

guint64
hp_request_log_get_first_seq (HpRequestLog *self)
{
  g_return_val_if_fail (HP_IS_REQUEST_LOG (self), 0);

  return self->told.first_seq;
}

guint64
hp_request_log_get_next_seq (HpRequestLog *self)
{
  g_return_val_if_fail (HP_IS_REQUEST_LOG (self), 0);

  return self->told.next_seq;
}

HpLogStore *
hp_request_log_peek_store (HpRequestLog *self)
{
  return self->store;
}

gboolean
hp_request_log_get (HpRequestLog *self, guint64 seq, HpRequestRecord *record)
{
  HpLogSegment *segment;
  guint index;

  g_return_val_if_fail (HP_IS_REQUEST_LOG (self), FALSE);
  g_return_val_if_fail (record != NULL, FALSE);

  segment = hp_log_store_find (self->store, seq, &index);
  if (segment == NULL)
    return FALSE;
  hp_log_segment_get (segment, index, record);
  return TRUE;
}

guint
hp_request_log_get_n_kept (HpRequestLog *self)
{
  g_return_val_if_fail (HP_IS_REQUEST_LOG (self), 0);

  return self->store->kept->len;
}

guint64
hp_request_log_get_kept (HpRequestLog *self, guint index)
{
  g_return_val_if_fail (HP_IS_REQUEST_LOG (self), 0);
  g_return_val_if_fail (index < self->store->kept->len, 0);

  return hp_log_segment_get_first_seq (g_ptr_array_index (self->store->kept, index));
}

HpRequestDetails *
hp_request_log_dup_details (HpRequestLog *self, guint64 seq)
{
  HpLogSegment *segment;
  guint index;

  g_return_val_if_fail (HP_IS_REQUEST_LOG (self), NULL);

  segment = hp_log_store_find (self->store, seq, &index);
  return segment != NULL ? hp_log_segment_dup_details (segment, index) : NULL;
}

void
hp_request_log_set_pinned (HpRequestLog *self, guint64 seq, gboolean pinned)
{
  g_return_if_fail (HP_IS_REQUEST_LOG (self));

  if (hp_log_store_set_pinned (self->store, seq, pinned))
    g_signal_emit (self, signals[ROW_CHANGED], 0, seq);
}

guint64
hp_request_log_get_n_requests (HpRequestLog *self)
{
  g_return_val_if_fail (HP_IS_REQUEST_LOG (self), 0);

  return self->told.totals.n_requests;
}

guint64
hp_request_log_get_bytes_sent (HpRequestLog *self)
{
  g_return_val_if_fail (HP_IS_REQUEST_LOG (self), 0);

  return self->told.totals.bytes_sent;
}

guint64
hp_request_log_get_n_problems (HpRequestLog *self)
{
  g_return_val_if_fail (HP_IS_REQUEST_LOG (self), 0);

  return self->told.totals.n_problems;
}

guint64
hp_request_log_get_n_dropped (HpRequestLog *self)
{
  g_return_val_if_fail (HP_IS_REQUEST_LOG (self), 0);

  return self->told.totals.n_dropped;
}

void
hp_request_log_get_traffic (HpRequestLog *self, gint64 now_us, HpLogSecond seconds[HP_LOG_SECONDS])
{
  gint64 oldest = second_of (now_us) - (HP_LOG_SECONDS - 1);

  g_return_if_fail (HP_IS_REQUEST_LOG (self));

  for (guint i = 0; i < HP_LOG_SECONDS; i++)
    {
      gint64 second = oldest + i;
      guint slot = slot_of (second);

      seconds[i] = self->traffic.numbers[slot] == second ? self->traffic.seconds[slot]
                                                         : (HpLogSecond){ 0 };
    }
}
