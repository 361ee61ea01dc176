/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "log/hp-log-segment-private.h"
#include "log/hp-request-log.h"

#define DEFAULT_MAX_BYTES (64 * 1024 * 1024)

/* A segment never takes more than a good part of this. */
#define MIN_MAX_BYTES (1024 * 1024)

/* While a queue feeds the log it tells of news at most this often. */
#define PUBLISH_INTERVAL_US (100 * 1000)

typedef struct
{
  guint64 n_requests;
  guint64 bytes_sent;
  guint64 n_problems;
  guint64 n_dropped;
} Totals;

/* What observers know; they are told the difference. */
typedef struct
{
  guint64 first_seq;
  guint64 next_seq;
  Totals totals;
} State;

struct _HpRequestLog
{
  GObject parent_instance;

  GPtrArray *segments; /* of HpLogSegment, oldest first; the last one is open */
  gsize closed_bytes;  /* of all segments but the open one */
  gsize max_bytes;
  State state;

  HpLogSecond traffic[HP_LOG_SECONDS];   /* at the second modulo 60 … */
  gint64 traffic_second[HP_LOG_SECONDS]; /* … if it is the one that is named here */

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
  N_PROPS
};

enum
{
  CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HpRequestLog, hp_request_log, G_TYPE_OBJECT)

/* Tells what became different, rows first: who asks for totals then sees rows that fit. */
static void
publish (HpRequestLog *self, const State *before)
{
  const State now = self->state;

  if (now.first_seq != before->first_seq || now.next_seq != before->next_seq)
    {
      guint64 n_removed = MIN (now.first_seq, before->next_seq) - before->first_seq;
      guint64 n_added = now.next_seq - MAX (now.first_seq, before->next_seq);

      g_signal_emit (self, signals[CHANGED], 0, n_removed, n_added);
    }
  if (now.totals.n_requests != before->totals.n_requests)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_REQUESTS]);
  if (now.totals.bytes_sent != before->totals.bytes_sent)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BYTES_SENT]);
  if (now.totals.n_problems != before->totals.n_problems)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_PROBLEMS]);
  if (now.totals.n_dropped != before->totals.n_dropped)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_DROPPED]);
}

static HpLogSegment *
last_segment (HpRequestLog *self)
{
  if (self->segments->len == 0)
    return NULL;
  return g_ptr_array_index (self->segments, self->segments->len - 1);
}

/* Lets whole segments go: the list that shows the log then rebuilds its rows once in some thousand
 * requests, not with every one of them. */
static void
drop_oldest (HpRequestLog *self)
{
  while (self->segments->len > 1 && hp_request_log_get_used_bytes (self) > self->max_bytes)
    {
      HpLogSegment *oldest = g_ptr_array_index (self->segments, 0);

      self->state.first_seq += hp_log_segment_get_length (oldest);
      self->closed_bytes -= hp_log_segment_get_bytes (oldest);
      g_ptr_array_remove_index (self->segments, 0);
    }
}

static HpLogSegment *
ensure_open_segment (HpRequestLog *self)
{
  HpLogSegment *segment = last_segment (self);

  if (segment != NULL)
    {
      if (!hp_log_segment_is_full (segment)
          && hp_log_segment_get_bytes (segment) < self->max_bytes / 8)
        return segment;
      hp_log_segment_close (segment);
      self->closed_bytes += hp_log_segment_get_bytes (segment);
    }
  segment = hp_log_segment_new (self->state.next_seq);
  g_ptr_array_add (self->segments, segment);
  return segment;
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
  gint64 second = second_of (record->time_us + record->duration_us);
  guint slot = slot_of (second);

  if (self->traffic_second[slot] != second)
    {
      self->traffic_second[slot] = second;
      self->traffic[slot] = (HpLogSecond){ 0 };
    }
  self->traffic[slot].requests++;
  self->traffic[slot].problems += is_problem;
}

static void
append_one (HpRequestLog *self, const HpRequestRecord *record)
{
  gboolean is_problem = hp_request_record_is_problem (record);

  hp_log_segment_append (ensure_open_segment (self), record);
  self->state.next_seq++;
  self->state.totals.n_requests++;
  self->state.totals.bytes_sent += record->bytes;
  self->state.totals.n_problems += is_problem;
  count_traffic (self, record, is_problem);
  drop_oldest (self);
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

/* The source has no time set, and so costs nothing, until the queue stops being empty. */
static gboolean
feed_cb (gpointer user_data)
{
  g_autoptr (HpRequestLog) self = g_object_ref (HP_REQUEST_LOG (user_data));
  gint64 due = self->last_publish + PUBLISH_INTERVAL_US;

  if (self->last_publish != 0 && g_get_monotonic_time () < due)
    g_source_set_ready_time (self->feed, due);
  else
    hp_request_log_flush (self);
  return G_SOURCE_CONTINUE;
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
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hp_request_log_dispose (GObject *object)
{
  hp_request_log_set_queue (HP_REQUEST_LOG (object), NULL);

  G_OBJECT_CLASS (hp_request_log_parent_class)->dispose (object);
}

static void
hp_request_log_finalize (GObject *object)
{
  HpRequestLog *self = HP_REQUEST_LOG (object);

  g_ptr_array_unref (self->segments);

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
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT64, G_TYPE_UINT64);
}

static void
hp_request_log_init (HpRequestLog *self)
{
  self->segments = g_ptr_array_new_with_free_func ((GDestroyNotify) hp_log_segment_free);
  self->max_bytes = DEFAULT_MAX_BYTES;
}

HpRequestLog *
hp_request_log_new (void)
{
  return g_object_new (HP_TYPE_REQUEST_LOG, NULL);
}

void
hp_request_log_set_queue (HpRequestLog *self, HpRecordQueue *queue)
{
  g_autoptr (GMainContext) context = NULL;

  g_return_if_fail (HP_IS_REQUEST_LOG (self));

  if (queue == self->queue)
    return;
  if (self->queue != NULL)
    {
      hp_record_queue_set_notify (self->queue, NULL, NULL);
      g_source_destroy (self->feed);
      g_clear_pointer (&self->feed, g_source_unref);
      g_clear_pointer (&self->queue, hp_record_queue_unref);
    }
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
  g_autoptr (HpRecordBatch) batch = NULL;

  g_return_if_fail (HP_IS_REQUEST_LOG (self));

  if (self->queue == NULL)
    return;

  /* In this order: a push after the look-up sets the time again. */
  g_source_set_ready_time (self->feed, -1);
  batch = hp_record_queue_take (self->queue);
  if (batch == NULL)
    return;
  self->last_publish = g_get_monotonic_time ();
  hp_request_log_append_batch (self, batch);
}

void
hp_request_log_append (HpRequestLog *self, const HpRequestRecord *record)
{
  State before;

  g_return_if_fail (HP_IS_REQUEST_LOG (self));
  g_return_if_fail (record != NULL);

  before = self->state;
  append_one (self, record);
  publish (self, &before);
}

void
hp_request_log_append_batch (HpRequestLog *self, HpRecordBatch *batch)
{
  State before;
  guint n;

  g_return_if_fail (HP_IS_REQUEST_LOG (self));
  g_return_if_fail (batch != NULL);

  before = self->state;
  n = hp_record_batch_get_length (batch);
  for (guint i = 0; i < n; i++)
    {
      HpRequestRecord record;

      hp_record_batch_get (batch, i, &record);
      append_one (self, &record);
    }
  self->state.totals.n_dropped += hp_record_batch_get_dropped (batch);
  publish (self, &before);
}

void
hp_request_log_clear (HpRequestLog *self)
{
  State before;

  g_return_if_fail (HP_IS_REQUEST_LOG (self));

  before = self->state;
  g_ptr_array_set_size (self->segments, 0);
  self->closed_bytes = 0;
  self->state.first_seq = self->state.next_seq;
  self->state.totals = (Totals){ 0 };
  for (guint i = 0; i < HP_LOG_SECONDS; i++)
    self->traffic[i] = (HpLogSecond){ 0 };
  publish (self, &before);
}

void
hp_request_log_set_max_bytes (HpRequestLog *self, gsize max_bytes)
{
  State before;

  g_return_if_fail (HP_IS_REQUEST_LOG (self));

  before = self->state;
  self->max_bytes = MAX (max_bytes, MIN_MAX_BYTES);
  drop_oldest (self);
  publish (self, &before);
}

gsize
hp_request_log_get_used_bytes (HpRequestLog *self)
{
  HpLogSegment *open;

  g_return_val_if_fail (HP_IS_REQUEST_LOG (self), 0);

  open = last_segment (self);
  return self->closed_bytes + (open != NULL ? hp_log_segment_get_bytes (open) : 0);
}

guint64
hp_request_log_get_first_seq (HpRequestLog *self)
{
  g_return_val_if_fail (HP_IS_REQUEST_LOG (self), 0);

  return self->state.first_seq;
}

guint64
hp_request_log_get_next_seq (HpRequestLog *self)
{
  g_return_val_if_fail (HP_IS_REQUEST_LOG (self), 0);

  return self->state.next_seq;
}

/* The newest segment that begins at or before seq. */
static HpLogSegment *
find_segment (HpRequestLog *self, guint64 seq)
{
  guint low = 0;
  guint high = self->segments->len;

  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;

      if (hp_log_segment_get_first_seq (g_ptr_array_index (self->segments, middle)) <= seq)
        low = middle;
      else
        high = middle;
    }
  return g_ptr_array_index (self->segments, low);
}

gboolean
hp_request_log_get (HpRequestLog *self, guint64 seq, HpRequestRecord *record)
{
  HpLogSegment *segment;

  g_return_val_if_fail (HP_IS_REQUEST_LOG (self), FALSE);
  g_return_val_if_fail (record != NULL, FALSE);

  if (seq < self->state.first_seq || seq >= self->state.next_seq)
    return FALSE;
  segment = find_segment (self, seq);
  hp_log_segment_get (segment, seq - hp_log_segment_get_first_seq (segment), record);
  return TRUE;
}

guint64
hp_request_log_get_n_requests (HpRequestLog *self)
{
  g_return_val_if_fail (HP_IS_REQUEST_LOG (self), 0);

  return self->state.totals.n_requests;
}

guint64
hp_request_log_get_bytes_sent (HpRequestLog *self)
{
  g_return_val_if_fail (HP_IS_REQUEST_LOG (self), 0);

  return self->state.totals.bytes_sent;
}

guint64
hp_request_log_get_n_problems (HpRequestLog *self)
{
  g_return_val_if_fail (HP_IS_REQUEST_LOG (self), 0);

  return self->state.totals.n_problems;
}

guint64
hp_request_log_get_n_dropped (HpRequestLog *self)
{
  g_return_val_if_fail (HP_IS_REQUEST_LOG (self), 0);

  return self->state.totals.n_dropped;
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

      seconds[i] = self->traffic_second[slot] == second ? self->traffic[slot] : (HpLogSecond){ 0 };
    }
}
