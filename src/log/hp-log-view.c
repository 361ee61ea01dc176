/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "log/hp-log-view-private.h"

/* Below what draws the window, above what may wait. */
#define WORK_PRIORITY (G_PRIORITY_HIGH_IDLE + 30)

struct _HpLogRow
{
  GObject parent_instance;

  HpRequestLog *log; /* owned */
  guint64 seq;

  HpLogView *view; /* borrowed: NULL once either of the two is gone */
};

enum
{
  PROP_0,
  PROP_LOG,
  PROP_BUSY,
  PROP_PAUSED,
  PROP_N_WAITING,
  PROP_N_MATCHES,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE (HpLogRow, hp_log_row, G_TYPE_OBJECT)
G_DEFINE_FINAL_TYPE_WITH_CODE (HpLogView,
                               hp_log_view,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
hp_log_row_dispose (GObject *object)
{
  HpLogRow *self = HP_LOG_ROW (object);

  if (self->view != NULL)
    g_hash_table_remove (self->view->rows, &self->seq);
  self->view = NULL;

  G_OBJECT_CLASS (hp_log_row_parent_class)->dispose (object);
}

static void
hp_log_row_finalize (GObject *object)
{
  g_object_unref (HP_LOG_ROW (object)->log);

  G_OBJECT_CLASS (hp_log_row_parent_class)->finalize (object);
}

static void
hp_log_row_class_init (HpLogRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hp_log_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = hp_log_row_finalize;
}

static void
hp_log_row_init (HpLogRow *self)
{
}

guint64
hp_log_row_get_seq (HpLogRow *self)
{
  g_return_val_if_fail (HP_IS_LOG_ROW (self), 0);

  return self->seq;
}

gboolean
hp_log_row_get_record (HpLogRow *self, HpRequestRecord *record)
{
  g_return_val_if_fail (HP_IS_LOG_ROW (self), FALSE);

  return hp_request_log_get (self->log, self->seq, record);
}

static GType
get_item_type (GListModel *model)
{
  return HP_TYPE_LOG_ROW;
}

static guint
get_n_items (GListModel *model)
{
  return HP_LOG_VIEW (model)->shown->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  HpLogView *self = HP_LOG_VIEW (model);
  HpLogRow *row;
  guint64 seq;

  if (position >= self->shown->len)
    return NULL;
  seq = hp_log_view_get_seq (self, position);
  row = g_hash_table_lookup (self->rows, &seq);
  if (row != NULL)
    return g_object_ref (row);

  row = g_object_new (HP_TYPE_LOG_ROW, NULL);
  row->log = g_object_ref (self->log);
  row->seq = seq;
  row->view = self;
  g_hash_table_insert (self->rows, &row->seq, row);
  return row;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

void
hp_log_view_tell_counts (HpLogView *self)
{
  g_autoptr (HpLogView) hold = g_object_ref (self);
  gboolean matches = self->told_matches != self->shown->len;
  gboolean waiting = self->told_waiting != self->waiting->len;
  gboolean busy = self->told_busy != (self->job != NULL);

  self->told_matches = self->shown->len;
  self->told_waiting = self->waiting->len;
  self->told_busy = self->job != NULL;
  if (matches)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_MATCHES]);
  if (waiting)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_WAITING]);
  if (busy)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

/* One slice of what is to do. FALSE: there is nothing more, for now. */
static gboolean
work (HpLogView *self, gint64 deadline)
{
  if (self->job != NULL)
    hp_log_view_run_job (self, deadline);
  if (hp_log_view_is_sorting (self))
    return FALSE;
  return self->job != NULL || !hp_log_view_take_fresh (self, deadline);
}

static gboolean
work_cb (gpointer user_data)
{
  g_autoptr (HpLogView) self = g_object_ref (HP_LOG_VIEW (user_data));
  gboolean more = work (self, g_get_monotonic_time () + HP_LOG_VIEW_SLICE_US);

  if (!more)
    self->work_source = 0;
  hp_log_view_tell_counts (self);
  return more ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

void
hp_log_view_schedule (HpLogView *self)
{
  if (self->work_source != 0)
    return;
  self->work_source = g_idle_add_full (WORK_PRIORITY, work_cb, self, NULL);
  g_source_set_name_by_id (self->work_source, "[homeport] log view");
}

/* Does the first slice at once: mostly it is the only one. */
static void
work_now (HpLogView *self)
{
  g_autoptr (HpLogView) hold = g_object_ref (self);

  if (work (self, g_get_monotonic_time () + HP_LOG_VIEW_SLICE_US))
    hp_log_view_schedule (self);
  hp_log_view_tell_counts (self);
}

/* It compares with the log as it is, not with the numbers of the signal: somebody who was told
 * before may have changed the log further. */
static void
log_changed_cb (HpLogView *self)
{
  guint64 first_seq = hp_request_log_get_first_seq (self->log);

  if (first_seq > self->first_seq)
    hp_log_view_remove_gone (self);
  self->first_seq = hp_request_log_get_first_seq (self->log);
  work_now (self);
}

/* Rows may be gone from anywhere, or be back. */
static void
log_cleared_cb (HpLogView *self)
{
  self->first_seq = hp_request_log_get_first_seq (self->log);
  hp_log_view_start_job (self);
  work_now (self);
}

static void
log_row_changed_cb (HpLogView *self, guint64 seq)
{
  hp_log_view_check_row (self, seq);
  work_now (self);
}

static void
hp_log_view_constructed (GObject *object)
{
  HpLogView *self = HP_LOG_VIEW (object);

  G_OBJECT_CLASS (hp_log_view_parent_class)->constructed (object);

  self->first_seq = hp_request_log_get_first_seq (self->log);
  hp_log_view_start_job (self);
  hp_log_view_run_job (self, G_MAXINT64); /* without a query this is nothing much */
  self->told_matches = self->shown->len;
  g_signal_connect_object (self->log, "changed", G_CALLBACK (log_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->log, "cleared", G_CALLBACK (log_cleared_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->log, "row-changed", G_CALLBACK (log_row_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
hp_log_view_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  HpLogView *self = HP_LOG_VIEW (object);

  switch (prop_id)
    {
    case PROP_LOG:
      g_value_set_object (value, self->log);
      break;
    case PROP_BUSY:
      g_value_set_boolean (value, hp_log_view_get_busy (self));
      break;
    case PROP_PAUSED:
      g_value_set_boolean (value, self->paused);
      break;
    case PROP_N_WAITING:
      g_value_set_uint (value, hp_log_view_get_n_waiting (self));
      break;
    case PROP_N_MATCHES:
      g_value_set_uint (value, self->shown->len);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hp_log_view_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_LOG:
      HP_LOG_VIEW (object)->log = g_value_dup_object (value);
      break;
    case PROP_PAUSED:
      hp_log_view_set_paused (HP_LOG_VIEW (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hp_log_view_dispose (GObject *object)
{
  HpLogView *self = HP_LOG_VIEW (object);

  g_clear_handle_id (&self->work_source, g_source_remove);
  hp_log_view_cancel_job (self);

  G_OBJECT_CLASS (hp_log_view_parent_class)->dispose (object);
}

static void
hp_log_view_finalize (GObject *object)
{
  HpLogView *self = HP_LOG_VIEW (object);
  GHashTableIter iter;
  gpointer row;

  /* Rows that outlive the view go on knowing their record. */
  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    HP_LOG_ROW (row)->view = NULL;
  g_hash_table_unref (self->rows);
  g_clear_pointer (&self->scan, hp_log_scan_free);
  g_clear_pointer (&self->query, hp_log_query_unref);
  g_array_unref (self->shown);
  g_array_unref (self->fresh);
  g_array_unref (self->waiting);
  g_clear_object (&self->log);

  G_OBJECT_CLASS (hp_log_view_parent_class)->finalize (object);
}

static void
hp_log_view_class_init (HpLogViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->constructed = hp_log_view_constructed;
  object_class->get_property = hp_log_view_get_property;
  object_class->set_property = hp_log_view_set_property;
  object_class->dispose = hp_log_view_dispose;
  object_class->finalize = hp_log_view_finalize;

  properties[PROP_LOG] = g_param_spec_object ("log", NULL, NULL, HP_TYPE_REQUEST_LOG,
                                              G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY
                                                  | G_PARAM_STATIC_STRINGS);
  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, flags);
  properties[PROP_PAUSED] = g_param_spec_boolean ("paused", NULL, NULL, FALSE,
                                                  flags | G_PARAM_WRITABLE);
  properties[PROP_N_WAITING] = g_param_spec_uint ("n-waiting", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_N_MATCHES] = g_param_spec_uint ("n-matches", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_signal_new ("replacing", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
  g_signal_new ("replaced", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
}

static void
hp_log_view_init (HpLogView *self)
{
  self->rows = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->shown = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->fresh = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->waiting = g_array_new (FALSE, FALSE, sizeof (guint32));
}

HpLogView *
hp_log_view_new (HpRequestLog *log)
{
  g_return_val_if_fail (HP_IS_REQUEST_LOG (log), NULL);

  return g_object_new (HP_TYPE_LOG_VIEW, "log", log, NULL);
}

HpRequestLog *
hp_log_view_get_log (HpLogView *self)
{
  g_return_val_if_fail (HP_IS_LOG_VIEW (self), NULL);

  return self->log;
}

void
hp_log_view_set_query (HpLogView *self, HpLogQuery *query)
{
  g_return_if_fail (HP_IS_LOG_VIEW (self));

  if (query != NULL && hp_log_query_is_empty (query))
    query = NULL;
  if (query == self->query)
    return;
  g_clear_pointer (&self->query, hp_log_query_unref);
  if (query != NULL)
    self->query = hp_log_query_ref (query);
  hp_log_view_start_job (self);
  work_now (self);
}

void
hp_log_view_set_sort (HpLogView *self, HpLogSort sort, gboolean descending)
{
  g_return_if_fail (HP_IS_LOG_VIEW (self));
  g_return_if_fail (sort < HP_N_LOG_SORTS);

  descending = descending && sort != HP_LOG_SORT_NONE;
  if (sort == self->sort && descending == self->descending)
    return;
  self->sort = sort;
  self->descending = descending;
  hp_log_view_start_job (self);
  work_now (self);
}

HpLogSort
hp_log_view_get_sort (HpLogView *self, gboolean *descending)
{
  g_return_val_if_fail (HP_IS_LOG_VIEW (self), HP_LOG_SORT_NONE);

  if (descending != NULL)
    *descending = self->descending;
  return self->sort;
}

void
hp_log_view_set_paused (HpLogView *self, gboolean paused)
{
  g_return_if_fail (HP_IS_LOG_VIEW (self));

  if (paused == self->paused)
    return;
  self->paused = paused;
  self->paused_seq = hp_request_log_get_next_seq (self->log);
  if (!paused)
    {
      g_array_append_vals (self->fresh, self->waiting->data, self->waiting->len);
      g_array_set_size (self->waiting, 0);
    }
  if (self->job != NULL)
    hp_log_view_start_job (self); /* it parts the rows by what waits */
  work_now (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAUSED]);
}

gboolean
hp_log_view_get_paused (HpLogView *self)
{
  g_return_val_if_fail (HP_IS_LOG_VIEW (self), FALSE);

  return self->paused;
}

guint
hp_log_view_get_n_waiting (HpLogView *self)
{
  g_return_val_if_fail (HP_IS_LOG_VIEW (self), 0);

  return self->waiting->len;
}

gboolean
hp_log_view_get_busy (HpLogView *self)
{
  g_return_val_if_fail (HP_IS_LOG_VIEW (self), FALSE);

  return self->job != NULL;
}

gboolean
hp_log_view_find (HpLogView *self, guint64 seq, guint *position)
{
  g_return_val_if_fail (HP_IS_LOG_VIEW (self), FALSE);
  g_return_val_if_fail (position != NULL, FALSE);

  return seq >= self->base && seq - self->base <= G_MAXUINT32
         && hp_log_view_search (self, seq - self->base, position);
}

guint64
hp_log_view_get_seq (HpLogView *self, guint position)
{
  g_return_val_if_fail (HP_IS_LOG_VIEW (self), 0);
  g_return_val_if_fail (position < self->shown->len, 0);

  return self->base + g_array_index (self->shown, guint32, position);
}
