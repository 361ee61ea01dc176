/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-log-rows.h"

static GArray *
new_rows (guint n)
{
  return g_array_sized_new (FALSE, FALSE, sizeof (guint64), n);
}

/* Without making a row object where the model is a view. */
static void
add_position (GArray *seqs, GListModel *model, guint position)
{
  g_autoptr (HpLogRow) row = NULL;
  guint64 seq;

  if (HP_IS_LOG_VIEW (model))
    seq = hp_log_view_get_seq (HP_LOG_VIEW (model), position);
  else
    {
      row = g_list_model_get_item (model, position);
      seq = hp_log_row_get_seq (row);
    }
  g_array_append_val (seqs, seq);
}

static GListModel *
get_model (GtkSelectionModel *selection)
{
  GListModel *below = GTK_IS_MULTI_SELECTION (selection)
                          ? gtk_multi_selection_get_model (GTK_MULTI_SELECTION (selection))
                          : NULL;

  return below ? below : G_LIST_MODEL (selection);
}

GArray *
hp_log_rows_dup_shown (GtkSelectionModel *selection)
{
  GListModel *model = get_model (selection);
  guint n = g_list_model_get_n_items (model);
  GArray *seqs = new_rows (n);

  for (guint i = 0; i < n; i++)
    add_position (seqs, model, i);
  return seqs;
}

GArray *
hp_log_rows_dup_selected (GtkSelectionModel *selection)
{
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (selection);
  GListModel *model = get_model (selection);
  GArray *seqs = new_rows (gtk_bitset_get_size (selected));
  GtkBitsetIter iter;
  guint position;

  for (gboolean more = gtk_bitset_iter_init_first (&iter, selected, &position); more;
       more = gtk_bitset_iter_next (&iter, &position))
    add_position (seqs, model, position);
  return seqs;
}

GArray *
hp_log_rows_dup_all (HpRequestLog *log)
{
  guint64 end = hp_request_log_get_next_seq (log);
  GArray *seqs = new_rows (end - hp_request_log_get_first_seq (log));
  guint n_kept = hp_request_log_get_n_kept (log);

  for (guint i = 0; i < n_kept; i++)
    {
      guint64 seq = hp_request_log_get_kept (log, i);

      g_array_append_val (seqs, seq);
    }
  for (guint64 seq = hp_request_log_get_first_seq (log); seq < end; seq++)
    g_array_append_val (seqs, seq);
  return seqs;
}
