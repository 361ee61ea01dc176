/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-log-selection.h"

/* So many are looked up in the view one by one; of more it is cheaper to walk through the view. */
#define FEW 32

struct _HpLogSelection
{
  GObject parent_instance;

  /* owned */
  HpLogView *view;
  GtkBitset *seqs; /* as numbers from base on */
  guint64 base;

  guint n_selected;
  gboolean counted; /* n_selected is right */
};

enum
{
  BEFORE_CHANGE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void list_model_init (GListModelInterface *iface);
static void selection_model_init (GtkSelectionModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HpLogSelection,
                               hp_log_selection,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init)
                                   G_IMPLEMENT_INTERFACE (GTK_TYPE_SELECTION_MODEL,
                                                          selection_model_init))

/* Numbers that are kept at the same time are less than 2^32 apart. */
static guint
pack (HpLogSelection *self, guint64 seq)
{
  return (guint) (seq - self->base);
}

static guint64
unpack (HpLogSelection *self, guint packed)
{
  return self->base + packed;
}

static guint
get_n_rows (HpLogSelection *self)
{
  return self->view ? g_list_model_get_n_items (G_LIST_MODEL (self->view)) : 0;
}

static guint
seq_at (HpLogSelection *self, guint position)
{
  return pack (self, hp_log_view_get_seq (self->view, position));
}

/* Whether the rows are numbered through, as they are without filter and sorting. */
static gboolean
is_run (HpLogSelection *self, guint position, guint n)
{
  return n > 0 && hp_log_view_get_sort (self->view, NULL) == HP_LOG_SORT_NONE
         && !hp_log_view_get_busy (self->view)
         && seq_at (self, position + n - 1) - seq_at (self, position) == n - 1;
}

/* As a list model */

static GType
get_item_type (GListModel *model)
{
  return HP_TYPE_LOG_ROW;
}

static guint
get_n_items (GListModel *model)
{
  return get_n_rows (HP_LOG_SELECTION (model));
}

static gpointer
get_item (GListModel *model, guint position)
{
  HpLogSelection *self = HP_LOG_SELECTION (model);

  return self->view ? g_list_model_get_item (G_LIST_MODEL (self->view), position) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* As a selection model */

static gboolean
is_selected (GtkSelectionModel *model, guint position)
{
  HpLogSelection *self = HP_LOG_SELECTION (model);

  return position < get_n_rows (self) && gtk_bitset_contains (self->seqs, seq_at (self, position));
}

/* Calls the function for each selected row of the view; not in its order when they are few. */
static void
for_each_selected (HpLogSelection *self,
                   guint position,
                   guint n,
                   void (*function) (guint position, gpointer data),
                   gpointer data)
{
  GtkBitsetIter iter;
  guint packed;

  if (gtk_bitset_get_size (self->seqs) > FEW)
    {
      for (guint i = 0; i < n; i++)
        if (gtk_bitset_contains (self->seqs, seq_at (self, position + i)))
          function (position + i, data);
      return;
    }

  for (gboolean more = gtk_bitset_iter_init_first (&iter, self->seqs, &packed); more;
       more = gtk_bitset_iter_next (&iter, &packed))
    {
      guint found;

      if (hp_log_view_find (self->view, unpack (self, packed), &found) && found >= position
          && found - position < n)
        function (found, data);
    }
}

static void
add_position (guint position, gpointer data)
{
  gtk_bitset_add (data, position);
}

static GtkBitset *
get_selection_in_range (GtkSelectionModel *model, guint position, guint n)
{
  HpLogSelection *self = HP_LOG_SELECTION (model);
  GtkBitset *selected = gtk_bitset_new_empty ();
  guint n_rows = get_n_rows (self);

  if (position < n_rows && !gtk_bitset_is_empty (self->seqs))
    for_each_selected (self, position, MIN (n, n_rows - position), add_position, selected);
  return selected;
}

static void
changed (HpLogSelection *self, guint position, guint n)
{
  self->counted = FALSE;
  if (n > 0)
    gtk_selection_model_selection_changed (GTK_SELECTION_MODEL (self), position, n);
}

static gboolean
select_range (GtkSelectionModel *model, guint position, guint n, gboolean unselect_rest)
{
  HpLogSelection *self = HP_LOG_SELECTION (model);

  n = MIN (n, get_n_rows (self) - MIN (position, get_n_rows (self)));
  if (unselect_rest)
    gtk_bitset_remove_all (self->seqs);
  if (is_run (self, position, n))
    gtk_bitset_add_range (self->seqs, seq_at (self, position), n);
  else
    for (guint i = 0; i < n; i++)
      gtk_bitset_add (self->seqs, seq_at (self, position + i));

  if (unselect_rest)
    changed (self, 0, get_n_rows (self));
  else
    changed (self, position, n);
  return TRUE;
}

static gboolean
unselect_range (GtkSelectionModel *model, guint position, guint n)
{
  HpLogSelection *self = HP_LOG_SELECTION (model);

  n = MIN (n, get_n_rows (self) - MIN (position, get_n_rows (self)));
  for (guint i = 0; i < n; i++)
    gtk_bitset_remove (self->seqs, seq_at (self, position + i));
  changed (self, position, n);
  return TRUE;
}

static gboolean
select_item (GtkSelectionModel *model, guint position, gboolean unselect_rest)
{
  return select_range (model, position, 1, unselect_rest);
}

static gboolean
unselect_item (GtkSelectionModel *model, guint position)
{
  return unselect_range (model, position, 1);
}

static gboolean
select_all (GtkSelectionModel *model)
{
  return select_range (model, 0, get_n_rows (HP_LOG_SELECTION (model)), TRUE);
}

static gboolean
unselect_all (GtkSelectionModel *model)
{
  return select_range (model, 0, 0, TRUE);
}

static gboolean
set_selection (GtkSelectionModel *model, GtkBitset *selected, GtkBitset *mask)
{
  HpLogSelection *self = HP_LOG_SELECTION (model);
  guint n = get_n_rows (self);
  GtkBitsetIter iter;
  guint position;

  for (gboolean more = gtk_bitset_iter_init_first (&iter, mask, &position); more && position < n;
       more = gtk_bitset_iter_next (&iter, &position))
    {
      if (gtk_bitset_contains (selected, position))
        gtk_bitset_add (self->seqs, seq_at (self, position));
      else
        gtk_bitset_remove (self->seqs, seq_at (self, position));
    }
  changed (self, 0, n);
  return TRUE;
}

static void
selection_model_init (GtkSelectionModelInterface *iface)
{
  iface->is_selected = is_selected;
  iface->get_selection_in_range = get_selection_in_range;
  iface->select_item = select_item;
  iface->unselect_item = unselect_item;
  iface->select_range = select_range;
  iface->unselect_range = unselect_range;
  iface->select_all = select_all;
  iface->unselect_all = unselect_all;
  iface->set_selection = set_selection;
}

/* The object */

static void
items_changed_cb (HpLogSelection *self, guint position, guint n_removed, guint n_added)
{
  /* What comes at the end is new and not selected. */
  if (n_removed > 0 || position + n_added != get_n_rows (self))
    self->counted = FALSE;
  g_signal_emit (self, signals[BEFORE_CHANGE], 0, position, n_removed, n_added);
  g_list_model_items_changed (G_LIST_MODEL (self), position, n_removed, n_added);
}

static void
disconnect (HpLogSelection *self)
{
  if (self->view)
    g_signal_handlers_disconnect_by_func (self->view, items_changed_cb, self);
  g_clear_object (&self->view);
}

static void
hp_log_selection_dispose (GObject *object)
{
  disconnect (HP_LOG_SELECTION (object));
  G_OBJECT_CLASS (hp_log_selection_parent_class)->dispose (object);
}

static void
hp_log_selection_finalize (GObject *object)
{
  gtk_bitset_unref (HP_LOG_SELECTION (object)->seqs);
  G_OBJECT_CLASS (hp_log_selection_parent_class)->finalize (object);
}

static void
hp_log_selection_class_init (HpLogSelectionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hp_log_selection_dispose;
  G_OBJECT_CLASS (klass)->finalize = hp_log_selection_finalize;

  signals[BEFORE_CHANGE] = g_signal_new ("before-change", HP_TYPE_LOG_SELECTION, G_SIGNAL_RUN_LAST,
                                         0, NULL, NULL, NULL, G_TYPE_NONE, 3, G_TYPE_UINT,
                                         G_TYPE_UINT, G_TYPE_UINT);
}

static void
hp_log_selection_init (HpLogSelection *self)
{
  self->seqs = gtk_bitset_new_empty ();
}

HpLogSelection *
hp_log_selection_new (void)
{
  return g_object_new (HP_TYPE_LOG_SELECTION, NULL);
}

void
hp_log_selection_set_view (HpLogSelection *self, HpLogView *view)
{
  guint n_before;

  g_return_if_fail (HP_IS_LOG_SELECTION (self));
  g_return_if_fail (!view || HP_IS_LOG_VIEW (view));

  if (self->view == view)
    return;

  n_before = get_n_rows (self);
  disconnect (self);
  gtk_bitset_remove_all (self->seqs);
  self->counted = FALSE;
  if (view)
    {
      self->view = g_object_ref (view);
      self->base = hp_request_log_get_first_seq (hp_log_view_get_log (view));
      g_signal_connect_swapped (view, "items-changed", G_CALLBACK (items_changed_cb), self);
    }
  g_signal_emit (self, signals[BEFORE_CHANGE], 0, 0, n_before, get_n_rows (self));
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, get_n_rows (self));
}

static void
count (guint position, gpointer data)
{
  ++*(guint *) data;
}

guint
hp_log_selection_get_n_selected (HpLogSelection *self)
{
  guint n = get_n_rows (self);

  g_return_val_if_fail (HP_IS_LOG_SELECTION (self), 0);

  if (!self->counted)
    {
      self->n_selected = 0;
      if (gtk_bitset_is_empty (self->seqs))
        ;
      else if (is_run (self, 0, n))
        self->n_selected = gtk_bitset_get_size_in_range (self->seqs, seq_at (self, 0),
                                                         seq_at (self, n - 1));
      else
        for_each_selected (self, 0, n, count, &self->n_selected);
      self->counted = TRUE;
    }
  return self->n_selected;
}

GArray *
hp_log_selection_dup_seqs (HpLogSelection *self)
{
  GArray *seqs = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GtkBitset) positions = NULL;
  GtkBitsetIter iter;
  guint position;

  g_return_val_if_fail (HP_IS_LOG_SELECTION (self), seqs);

  positions = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self));
  for (gboolean more = gtk_bitset_iter_init_first (&iter, positions, &position); more;
       more = gtk_bitset_iter_next (&iter, &position))
    {
      guint64 seq = hp_log_view_get_seq (self->view, position);

      g_array_append_val (seqs, seq);
    }
  return seqs;
}

static void
find_least (guint position, gpointer data)
{
  *(guint *) data = MIN (*(guint *) data, position);
}

gboolean
hp_log_selection_get_first (HpLogSelection *self, guint *position)
{
  g_return_val_if_fail (HP_IS_LOG_SELECTION (self), FALSE);

  *position = GTK_INVALID_LIST_POSITION;
  if (hp_log_selection_get_n_selected (self) > 0)
    for_each_selected (self, 0, get_n_rows (self), find_least, position);
  return *position != GTK_INVALID_LIST_POSITION;
}

gboolean
hp_log_selection_get_single (HpLogSelection *self, guint64 *seq)
{
  guint position;

  g_return_val_if_fail (HP_IS_LOG_SELECTION (self), FALSE);

  if (hp_log_selection_get_n_selected (self) != 1 || !hp_log_selection_get_first (self, &position))
    return FALSE;
  *seq = hp_log_view_get_seq (self->view, position);
  return TRUE;
}
