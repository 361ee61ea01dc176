/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "log/hp-log-view-private.h"

/* New rows that find their places in a sorted list at once. */
#define MAX_BATCH 1024

/* From so many on, and a good part of the list, sorting all anew is quicker. */
#define MANY_ROWS 4096

static guint32
get_row (GArray *rows, guint i)
{
  return g_array_index (rows, guint32, i);
}

HpLogSegment *
hp_log_view_get_record (HpLogView *self, guint32 row, guint *index)
{
  return hp_log_store_find (hp_request_log_peek_store (self->log), self->base + row, index);
}

/* Appends the rows from seq on, those that match. */
static void
append_matches (GArray *rows, guint32 row, guint n, const guint8 *matches)
{
  guint32 *out;
  guint length = rows->len;

  if (n == 0)
    return;
  g_array_set_size (rows, length + n);
  out = &g_array_index (rows, guint32, length);
  for (guint i = 0; i < n; i++)
    {
      *out = row + i;
      out += matches == NULL || matches[i] != 0;
    }
  g_array_set_size (rows, out - (guint32 *) rows->data);
}

gboolean
hp_log_view_collect (HpLogView *self,
                     HpLogScan *scan,
                     guint64 *seq,
                     GArray *rows,
                     guint64 other_seq,
                     GArray *other_rows,
                     gint64 deadline)
{
  HpLogStore *store = hp_request_log_peek_store (self->log);
  guint8 matches[HP_LOG_SEGMENT_RECORDS];

  while (hp_log_store_find_next (store, seq))
    {
      guint from;
      HpLogSegment *segment = hp_log_store_find (store, *seq, &from);
      guint n = hp_log_segment_get_length (segment) - from;
      guint n_rows = *seq < other_seq ? MIN (n, other_seq - *seq) : 0;
      guint32 row = *seq - self->base;

      if (scan != NULL)
        hp_log_scan_run (scan, segment, from, n, matches);
      append_matches (rows, row, n_rows, scan != NULL ? matches : NULL);
      append_matches (other_rows, row + n_rows, n - n_rows, scan != NULL ? matches + n_rows : NULL);
      *seq += n;
      /* Without a query it is over before anybody could look at the clock. */
      if (scan != NULL && g_get_monotonic_time () > deadline)
        return !hp_log_store_find_next (store, seq);
    }
  return TRUE;
}

static gboolean
is_there (HpLogView *self, guint32 row)
{
  guint64 seq = self->base + row;
  guint index;

  return seq >= self->first_seq || hp_log_view_get_record (self, row, &index) != NULL;
}

void
hp_log_view_prune (HpLogView *self, GArray *rows)
{
  guint n = 0;

  for (guint i = 0; i < rows->len; i++)
    if (is_there (self, get_row (rows, i)))
      g_array_index (rows, guint32, n++) = get_row (rows, i);
  g_array_set_size (rows, n);
}

void
hp_log_view_tell (HpLogView *self, guint position, guint removed, guint added)
{
  self->serial++;
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static void
take (HpLogView *self, GArray *rows)
{
  g_array_unref (self->shown);
  self->shown = g_array_ref (rows);
  if (self->job == NULL)
    {
      self->shown_sort = self->sort;
      self->shown_descending = self->descending;
    }
}

void
hp_log_view_replace (HpLogView *self, GArray *rows)
{
  const guint32 *old = (const guint32 *) self->shown->data;
  const guint32 *new = (const guint32 *) rows->data;
  guint most = MIN (self->shown->len, rows->len);
  guint serial = self->serial;
  guint begin = 0;
  guint end = 0;
  guint removed, added;

  while (begin < most && old[begin] == new[begin])
    begin++;
  while (end < most - begin && old[self->shown->len - 1 - end] == new[rows->len - 1 - end])
    end++;
  removed = self->shown->len - begin - end;
  added = rows->len - begin - end;
  if (removed > 0 && added > 0)
    g_signal_emit_by_name (self, "replacing");
  if (self->serial == serial)
    {
      take (self, rows);
      if (removed > 0 || added > 0)
        hp_log_view_tell (self, begin, removed, added);
    }
  else
    hp_log_view_start_job (self); /* the log was changed meanwhile, against the rules */
  if (removed > 0 && added > 0)
    g_signal_emit_by_name (self, "replaced");
}

/* Where the run of rows that are gone ends and begins which ends at or before *end. */
static gboolean
find_gone (HpLogView *self, guint *begin, guint *end)
{
  guint i = *end;

  while (i > 0 && is_there (self, get_row (self->shown, i - 1)))
    i--;
  *end = i;
  while (i > 0 && !is_there (self, get_row (self->shown, i - 1)))
    i--;
  *begin = i;
  return *begin < *end;
}

/* Unsorted, only rows before the log's first one can have gone. */
static guint
count_candidates (HpLogView *self)
{
  guint n = self->shown->len;

  if (self->shown_sort == HP_LOG_SORT_NONE && self->first_seq > self->base)
    hp_log_view_search (self, MIN (self->first_seq - self->base, G_MAXUINT32), &n);
  return n;
}

static guint
count_gone_runs (HpLogView *self)
{
  guint begin;
  guint end = count_candidates (self);
  guint n = 0;

  for (; n <= HP_LOG_VIEW_MAX_RUNS && find_gone (self, &begin, &end); end = begin)
    n++;
  return n;
}

void
hp_log_view_remove_gone (HpLogView *self)
{
  guint begin;
  guint end;

  self->first_seq = hp_request_log_get_first_seq (self->log);
  hp_log_view_prune (self, self->fresh);
  hp_log_view_prune (self, self->waiting);

  if (count_gone_runs (self) > HP_LOG_VIEW_MAX_RUNS)
    {
      g_autoptr (GArray) rows = g_array_copy (self->shown);

      hp_log_view_prune (self, rows);
      hp_log_view_replace (self, rows);
      return;
    }
  for (end = count_candidates (self); find_gone (self, &begin, &end); end = begin)
    {
      guint serial = self->serial;

      g_array_remove_range (self->shown, begin, end - begin);
      hp_log_view_tell (self, begin, end - begin, 0);
      if (self->serial != serial + 1)
        return; /* somebody who was told changed the log further: that did the rest, too */
    }
}

static int
compare (HpLogView *self, guint32 a, guint32 b)
{
  guint a_index, b_index;
  HpLogSegment *x, *y;
  int order = 0;

  if (self->shown_sort != HP_LOG_SORT_NONE)
    {
      x = hp_log_view_get_record (self, a, &a_index);
      y = hp_log_view_get_record (self, b, &b_index);
      if (x != NULL && y != NULL)
        order = hp_log_sort_compare (self->shown_sort, x, a_index, y, b_index);
      if (self->shown_descending)
        order = -order;
    }
  return order != 0 ? order : (a > b) - (a < b);
}

gboolean
hp_log_view_search (HpLogView *self, guint32 row, guint *position)
{
  guint low = 0;
  guint high = self->shown->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (compare (self, get_row (self->shown, middle), row) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  *position = low;
  return low < self->shown->len && get_row (self->shown, low) == row;
}

static int
compare_cb (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return compare (user_data, *(const guint32 *) a, *(const guint32 *) b);
}

/* Many new rows in many places: told as one. */
static void
merge_all (HpLogView *self, guint n, const guint *positions)
{
  GArray *rows = g_array_sized_new (FALSE, FALSE, sizeof (guint32), self->shown->len + n);
  guint from = 0;

  for (guint i = 0; i < n; i++)
    {
      g_array_append_vals (rows, &g_array_index (self->shown, guint32, from), positions[i] - from);
      from = positions[i];
      g_array_append_val (rows, g_array_index (self->fresh, guint32, i));
    }
  g_array_append_vals (rows, &g_array_index (self->shown, guint32, from), self->shown->len - from);
  g_array_remove_range (self->fresh, 0, n);
  hp_log_view_replace (self, rows);
  g_array_unref (rows);
}

/* Some new rows, run by run from the end: the positions before stay right. */
static void
merge_runs (HpLogView *self, guint n, const guint *positions)
{
  while (n > 0)
    {
      guint begin = n - 1;
      guint position = positions[begin];
      guint serial = self->serial;

      while (begin > 0 && positions[begin - 1] == position)
        begin--;
      g_array_insert_vals (self->shown, position, &g_array_index (self->fresh, guint32, begin),
                           n - begin);
      g_array_remove_range (self->fresh, begin, n - begin);
      hp_log_view_tell (self, position, 0, n - begin);
      if (self->serial != serial + 1)
        return; /* the positions may be wrong by now; the other rows are still fresh */
      n = begin;
    }
}

/* Puts the first rows of the fresh ones into the sorted list. */
static void
merge_some (HpLogView *self)
{
  guint positions[MAX_BATCH];
  guint n = MIN (self->fresh->len, MAX_BATCH);
  guint n_runs = 0;

  g_qsort_with_data (self->fresh->data, n, sizeof (guint32), compare_cb, self);
  for (guint i = 0; i < n; i++)
    {
      hp_log_view_search (self, get_row (self->fresh, i), &positions[i]);
      n_runs += i == 0 || positions[i] != positions[i - 1];
    }
  if (n_runs > HP_LOG_VIEW_MAX_RUNS)
    merge_all (self, n, positions);
  else
    merge_runs (self, n, positions);
}

static void
append_fresh (HpLogView *self)
{
  guint position = self->shown->len;
  guint n = self->fresh->len;

  if (n == 0)
    return;
  g_array_append_vals (self->shown, self->fresh->data, n);
  g_array_set_size (self->fresh, 0);
  hp_log_view_tell (self, position, 0, n);
}

gboolean
hp_log_view_take_fresh (HpLogView *self, gint64 deadline)
{
  gboolean all;

  if (hp_request_log_get_next_seq (self->log) - self->base > G_MAXUINT32)
    {
      hp_log_view_start_job (self); /* with a new base */
      return FALSE;
    }
  all = hp_log_view_collect (self, self->scan, &self->scanned_seq, self->fresh,
                             self->paused ? self->paused_seq : G_MAXUINT64, self->waiting,
                             deadline);
  if (self->shown_sort == HP_LOG_SORT_NONE)
    append_fresh (self);
  else if (self->fresh->len > MANY_ROWS && self->fresh->len > self->shown->len / 4)
    hp_log_view_start_job (self);
  else
    do
      if (self->fresh->len > 0)
        merge_some (self);
    while (self->fresh->len > 0 && self->job == NULL && g_get_monotonic_time () < deadline);
  return all && self->fresh->len == 0 && self->job == NULL;
}

static gboolean
matches (HpLogView *self, guint64 seq)
{
  guint index;
  HpLogSegment *segment = hp_log_view_get_record (self, seq - self->base, &index);
  guint8 match = TRUE;

  if (segment == NULL)
    return FALSE;
  if (self->scan != NULL)
    hp_log_scan_run (self->scan, segment, index, 1, &match);
  return match;
}

/* The index of a row in an array that is not sorted by it, or its length. */
static guint
find_row (GArray *rows, guint32 row)
{
  guint i = 0;

  while (i < rows->len && get_row (rows, i) != row)
    i++;
  return i;
}

/* Rows that wait are in their order. */
static void
check_waiting (HpLogView *self, guint32 row, gboolean match)
{
  guint i = 0;

  while (i < self->waiting->len && get_row (self->waiting, i) < row)
    i++;
  if (i < self->waiting->len && get_row (self->waiting, i) == row)
    {
      if (!match)
        g_array_remove_index (self->waiting, i);
    }
  else if (match)
    g_array_insert_val (self->waiting, i, row);
}

void
hp_log_view_check_row (HpLogView *self, guint64 seq)
{
  guint32 row = seq - self->base;
  gboolean match;
  guint position;

  if (self->query == NULL || seq < self->base)
    return;
  if (self->job != NULL)
    {
      hp_log_view_start_job (self);
      return;
    }
  if (seq >= self->scanned_seq)
    return;

  match = matches (self, seq);
  position = find_row (self->fresh, row);
  if (position < self->fresh->len)
    g_array_remove_index (self->fresh, position);
  if (self->paused && seq >= self->paused_seq)
    check_waiting (self, row, match);
  else if (hp_log_view_search (self, row, &position))
    {
      if (match)
        return;
      g_array_remove_index (self->shown, position);
      hp_log_view_tell (self, position, 1, 0);
    }
  else if (match)
    {
      g_array_insert_val (self->shown, position, row);
      hp_log_view_tell (self, position, 0, 1);
    }
}
