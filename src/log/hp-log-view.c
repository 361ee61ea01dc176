/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "log/hp-log-view.h"

struct _HpLogRow
{
  GObject parent_instance;

  HpRequestLog *log; /* owned */
  guint64 seq;

  HpLogView *view; /* borrowed: NULL once either of the two is gone */
};

struct _HpLogView
{
  GObject parent_instance;

  HpRequestLog *log; /* owned */

  /* The rows in use, by their seq. Borrowed: a row takes itself out when it dies. */
  GHashTable *rows;

  /* What observers know. It changes only together with items-changed, however much further the log
   * is already. */
  guint64 first_seq;
  guint64 next_seq;
};

enum
{
  PROP_0,
  PROP_LOG,
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
  HpLogView *self = HP_LOG_VIEW (model);

  return self->next_seq - self->first_seq;
}

static gpointer
get_item (GListModel *model, guint position)
{
  HpLogView *self = HP_LOG_VIEW (model);
  guint64 seq = self->first_seq + position;
  HpLogRow *row;

  if (seq >= self->next_seq)
    return NULL;
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

/* Follows the log in two steps, each told at once: first what went at the front, then what came at
 * the end. It compares with the log as it is, not with the numbers of the signal, and looks again
 * after the first step: somebody who was told may have changed the log further. */
static void
log_changed_cb (HpLogView *self)
{
  guint64 first_seq = MIN (hp_request_log_get_first_seq (self->log), self->next_seq);
  guint64 next_seq;
  guint n_removed = first_seq - self->first_seq;
  guint n_added;

  if (n_removed > 0)
    {
      self->first_seq = first_seq;
      g_list_model_items_changed (G_LIST_MODEL (self), 0, n_removed, 0);
    }

  /* An empty view jumps over rows that came and went in the same batch. */
  if (self->first_seq == self->next_seq)
    self->first_seq = self->next_seq = hp_request_log_get_first_seq (self->log);
  next_seq = hp_request_log_get_next_seq (self->log);
  n_added = next_seq - self->next_seq;
  if (n_added > 0)
    {
      guint position = self->next_seq - self->first_seq;

      self->next_seq = next_seq;
      g_list_model_items_changed (G_LIST_MODEL (self), position, 0, n_added);
    }
}

static void
hp_log_view_constructed (GObject *object)
{
  HpLogView *self = HP_LOG_VIEW (object);

  G_OBJECT_CLASS (hp_log_view_parent_class)->constructed (object);

  self->first_seq = hp_request_log_get_first_seq (self->log);
  self->next_seq = hp_request_log_get_next_seq (self->log);
  g_signal_connect_object (self->log, "changed", G_CALLBACK (log_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
hp_log_view_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_LOG:
      g_value_set_object (value, HP_LOG_VIEW (object)->log);
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
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
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
  g_clear_object (&self->log);

  G_OBJECT_CLASS (hp_log_view_parent_class)->finalize (object);
}

static void
hp_log_view_class_init (HpLogViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = hp_log_view_constructed;
  object_class->get_property = hp_log_view_get_property;
  object_class->set_property = hp_log_view_set_property;
  object_class->finalize = hp_log_view_finalize;

  properties[PROP_LOG] = g_param_spec_object ("log", NULL, NULL, HP_TYPE_REQUEST_LOG,
                                              G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY
                                                  | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hp_log_view_init (HpLogView *self)
{
  self->rows = g_hash_table_new (g_int64_hash, g_int64_equal);
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
