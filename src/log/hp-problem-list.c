/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "log/hp-log-reader-private.h"
#include "log/hp-request-problem-private.h"

struct _HpProblemList
{
  GObject parent_instance;

  HpLogReader *reader; /* owned */

  GPtrArray *problems; /* of HpRequestProblem, in the order in which they first happened */
  GHashTable *by_key;  /* of those, by reason and path */

  guint n_told; /* of the problems; the others came since */
};

static guint caught_up_signal;

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HpProblemList,
                               hp_problem_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *model)
{
  return HP_TYPE_REQUEST_PROBLEM;
}

static guint
get_n_items (GListModel *model)
{
  return HP_PROBLEM_LIST (model)->n_told;
}

static gpointer
get_item (GListModel *model, guint position)
{
  HpProblemList *self = HP_PROBLEM_LIST (model);

  if (position >= self->n_told)
    return NULL;
  return g_object_ref (g_ptr_array_index (self->problems, self->n_told - 1 - position));
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static guint
problem_hash (gconstpointer key)
{
  const HpRequestProblem *problem = key;

  return g_str_hash (problem->path) * 31 + problem->reason;
}

static gboolean
problem_equal (gconstpointer a, gconstpointer b)
{
  const HpRequestProblem *first = a;
  const HpRequestProblem *second = b;

  return first->reason == second->reason && strcmp (first->path, second->path) == 0;
}

static HpRequestProblem *
ensure_problem (HpProblemList *self, const HpRequestRecord *record)
{
  g_autofree char *path = g_strndup (record->target, strcspn (record->target, "?#"));
  const HpRequestProblem key = { .path = path, .reason = record->reason };
  HpRequestProblem *problem = g_hash_table_lookup (self->by_key, &key);

  if (problem == NULL)
    {
      problem = hp_request_problem_new (path, record->reason);
      g_hash_table_add (self->by_key, problem);
      g_ptr_array_add (self->problems, problem);
    }
  return problem;
}

/* What observers don't know yet goes without a word. */
static void
remove_at (HpProblemList *self, guint index)
{
  gboolean told = index < self->n_told;
  guint position = self->n_told - 1 - index;

  g_hash_table_remove (self->by_key, g_ptr_array_index (self->problems, index));
  if (told)
    self->n_told--;
  g_ptr_array_remove_index (self->problems, index);
  if (told)
    g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

static void
remove_one (HpProblemList *self)
{
  guint oldest = 0;

  for (guint i = 1; i < self->problems->len; i++)
    {
      HpRequestProblem *a = g_ptr_array_index (self->problems, oldest);
      HpRequestProblem *b = g_ptr_array_index (self->problems, i);

      if (b->last_seq < a->last_seq)
        oldest = i;
    }
  remove_at (self, oldest);
}

static void
take (gpointer owner, guint64 seq, const HpRequestRecord *record)
{
  HpProblemList *self = owner;

  if (!hp_request_record_is_problem (record))
    return;
  hp_request_problem_add (ensure_problem (self, record), seq, record);
  if (self->problems->len > HP_PROBLEM_LIST_MAX)
    remove_one (self);
}

static void
reset (gpointer owner)
{
  HpProblemList *self = owner;
  guint n_told = self->n_told;

  self->n_told = 0;
  g_hash_table_remove_all (self->by_key);
  g_ptr_array_set_size (self->problems, 0);
  if (n_told > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n_told, 0);
}

/* Nothing could be shown of a problem whose last request has left the log. */
static void
remove_gone (HpProblemList *self)
{
  for (guint i = self->problems->len; i > 0; i--)
    {
      HpRequestProblem *problem = g_ptr_array_index (self->problems, i - 1);
      HpRequestRecord record;

      if (!hp_request_log_get (hp_log_reader_get_log (self->reader), problem->last_seq, &record))
        remove_at (self, i - 1);
    }
}

static void
settle (gpointer owner, gboolean rows_left)
{
  HpProblemList *self = owner;
  guint n_new;

  if (rows_left)
    remove_gone (self);
  for (guint i = 0; i < self->n_told; i++)
    hp_request_problem_tell (g_ptr_array_index (self->problems, i));

  n_new = self->problems->len - self->n_told;
  for (guint i = self->n_told; i < self->problems->len; i++)
    ((HpRequestProblem *) g_ptr_array_index (self->problems, i))->touched = FALSE;
  self->n_told += n_new;
  if (n_new > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, n_new);
}

static void
caught_up (gpointer owner)
{
  g_signal_emit (owner, caught_up_signal, 0);
}

static void
hp_problem_list_dispose (GObject *object)
{
  g_clear_pointer (&HP_PROBLEM_LIST (object)->reader, hp_log_reader_free);

  G_OBJECT_CLASS (hp_problem_list_parent_class)->dispose (object);
}

static void
hp_problem_list_finalize (GObject *object)
{
  HpProblemList *self = HP_PROBLEM_LIST (object);

  g_hash_table_unref (self->by_key);
  g_ptr_array_unref (self->problems);

  G_OBJECT_CLASS (hp_problem_list_parent_class)->finalize (object);
}

static void
hp_problem_list_class_init (HpProblemListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hp_problem_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = hp_problem_list_finalize;

  caught_up_signal = g_signal_new ("caught-up", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hp_problem_list_init (HpProblemList *self)
{
  self->problems = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_key = g_hash_table_new (problem_hash, problem_equal);
}

HpProblemList *
hp_problem_list_new (HpRequestLog *log)
{
  static const HpLogReaderFuncs funcs = { reset, take, settle, caught_up };
  HpProblemList *self;

  g_return_val_if_fail (HP_IS_REQUEST_LOG (log), NULL);

  self = g_object_new (HP_TYPE_PROBLEM_LIST, NULL);
  self->reader = hp_log_reader_new (log, &funcs, self);
  return self;
}

gboolean
hp_problem_list_is_reading (HpProblemList *self)
{
  g_return_val_if_fail (HP_IS_PROBLEM_LIST (self), FALSE);

  return hp_log_reader_is_behind (self->reader);
}
