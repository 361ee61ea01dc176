/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "log/hp-log-store-private.h"

static GPtrArray *
new_segments (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) hp_log_segment_free);
}

HpLogStore *
hp_log_store_new (HpLogBudget *budget, void (*tell_robbed) (gpointer user_data), gpointer user_data)
{
  HpLogStore *self = g_new0 (HpLogStore, 1);

  self->segments = new_segments ();
  self->kept = new_segments ();
  self->budget = hp_log_budget_ref (budget);
  self->tell_robbed = tell_robbed;
  self->user_data = user_data;
  hp_log_budget_add (budget, self);
  return self;
}

void
hp_log_store_free (HpLogStore *self)
{
  hp_log_budget_account (self->budget, -(gssize) self->row_bytes, -(gssize) self->head_bytes);
  hp_log_budget_remove (self->budget, self);
  g_ptr_array_unref (self->segments);
  g_ptr_array_unref (self->kept);
  g_clear_pointer (&self->cleared, g_ptr_array_unref);
  g_clear_pointer (&self->cleared_kept, g_ptr_array_unref);
  hp_log_budget_unref (self->budget);
  g_free (self);
}

static void
account (HpLogStore *self, gssize row_bytes, gssize head_bytes)
{
  self->row_bytes += row_bytes;
  self->head_bytes += head_bytes;
  hp_log_budget_account (self->budget, row_bytes, head_bytes);
}

static void
account_open (HpLogStore *self, gsize row_bytes, gsize head_bytes)
{
  account (self, (gssize) row_bytes - (gssize) self->open_row_bytes,
           (gssize) head_bytes - (gssize) self->open_head_bytes);
  self->open_row_bytes = row_bytes;
  self->open_head_bytes = head_bytes;
}

static void
account_gone (HpLogStore *self, HpLogSegment *segment)
{
  account (self, -(gssize) hp_log_segment_get_bytes (segment),
           -(gssize) hp_log_segment_get_head_bytes (segment));
}

static HpLogSegment *
last_segment (HpLogStore *self)
{
  if (self->segments->len == 0)
    return NULL;
  return g_ptr_array_index (self->segments, self->segments->len - 1);
}

static gboolean
has_open_segment (HpLogStore *self)
{
  return self->open_row_bytes > 0;
}

/* Afterwards the segment is one of the closed ones for the account. */
static void
close_open (HpLogStore *self)
{
  HpLogSegment *segment = last_segment (self);

  if (!has_open_segment (self))
    return;
  hp_log_segment_close (segment);
  account_open (self, hp_log_segment_get_bytes (segment), hp_log_segment_get_head_bytes (segment));
  self->open_row_bytes = 0;
  self->open_head_bytes = 0;
}

static HpLogSegment *
ensure_open (HpLogStore *self)
{
  HpLogSegment *segment = last_segment (self);

  if (has_open_segment (self))
    {
      gsize size = self->open_row_bytes + self->open_head_bytes;

      if (!hp_log_segment_is_full (segment)
          && size < hp_log_budget_get_max_bytes (self->budget) / 8)
        return segment;
      close_open (self);
    }
  segment = hp_log_segment_new (self->next_seq);
  g_ptr_array_add (self->segments, segment);
  return segment;
}

void
hp_log_store_append (HpLogStore *self, const HpRequestRecord *record)
{
  HpLogSegment *segment = ensure_open (self);

  hp_log_segment_append (segment, record);
  self->next_seq++;
  account_open (self, hp_log_segment_get_bytes (segment), hp_log_segment_get_head_bytes (segment));
  hp_log_budget_enforce (self->budget, self);
}

/* The index of the first kept row at or behind seq. */
static guint
find_kept (GPtrArray *kept, guint64 seq)
{
  guint low = 0;
  guint high = kept->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (hp_log_segment_get_first_seq (g_ptr_array_index (kept, middle)) < seq)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* Keeps the pinned rows of a segment that is about to go. They are newer than all kept ones. */
static void
keep_pinned (HpLogStore *self, HpLogSegment *segment)
{
  if (hp_log_segment_get_n_pinned (segment) == 0)
    return;
  for (guint i = 0; i < hp_log_segment_get_length (segment); i++)
    if (hp_log_segment_peek (segment)[i].flags & HP_RECORD_PINNED)
      {
        HpLogSegment *row = hp_log_segment_extract (segment, i);

        account (self, hp_log_segment_get_bytes (row), hp_log_segment_get_head_bytes (row));
        g_ptr_array_add (self->kept, row);
      }
}

/* Takes out the kept rows that are not pinned any more. */
static GPtrArray *
take_unpinned (HpLogStore *self)
{
  GPtrArray *unpinned = new_segments ();

  for (guint i = 0; i < self->kept->len;)
    if (hp_log_segment_get_n_pinned (g_ptr_array_index (self->kept, i)) == 0)
      g_ptr_array_add (unpinned, g_ptr_array_steal_index (self->kept, i));
    else
      i++;
  return unpinned;
}

static void
account_all_gone (HpLogStore *self, GPtrArray *segments)
{
  for (guint i = 0; i < segments->len; i++)
    account_gone (self, g_ptr_array_index (segments, i));
}

void
hp_log_store_forget_cleared (HpLogStore *self)
{
  if (self->cleared == NULL)
    return;
  account_all_gone (self, self->cleared);
  account_all_gone (self, self->cleared_kept);
  g_clear_pointer (&self->cleared, g_ptr_array_unref);
  g_clear_pointer (&self->cleared_kept, g_ptr_array_unref);
}

void
hp_log_store_clear (HpLogStore *self)
{
  hp_log_store_forget_cleared (self);
  close_open (self);
  self->cleared_kept = take_unpinned (self);
  for (guint i = 0; i < self->segments->len; i++)
    keep_pinned (self, g_ptr_array_index (self->segments, i));
  self->cleared = g_steal_pointer (&self->segments);
  self->segments = new_segments ();
  self->first_seq = self->next_seq;
  self->n_headless = 0;
}

/* Kept rows that came from what was cleared are there again in their segments. */
static void
drop_kept_from (HpLogStore *self, guint64 seq)
{
  guint first = find_kept (self->kept, seq);

  for (guint i = first; i < self->kept->len; i++)
    account_gone (self, g_ptr_array_index (self->kept, i));
  g_ptr_array_set_size (self->kept, first);
}

gboolean
hp_log_store_undo_clear (HpLogStore *self)
{
  g_autoptr (GPtrArray) back = g_steal_pointer (&self->cleared);
  g_autoptr (GPtrArray) back_kept = g_steal_pointer (&self->cleared_kept);

  if (back == NULL)
    return FALSE;
  if (back->len > 0)
    {
      self->first_seq = hp_log_segment_get_first_seq (g_ptr_array_index (back, 0));
      drop_kept_from (self, self->first_seq);
    }
  for (guint i = 0; i < back->len; i++)
    g_ptr_array_insert (self->segments, i, g_ptr_array_index (back, i));
  g_ptr_array_set_free_func (back, NULL);
  for (guint i = 0; i < back_kept->len; i++)
    {
      HpLogSegment *row = g_ptr_array_index (back_kept, i);

      g_ptr_array_insert (self->kept, find_kept (self->kept, hp_log_segment_get_first_seq (row)),
                          row);
    }
  g_ptr_array_set_free_func (back_kept, NULL);
  self->n_headless = 0;
  return TRUE;
}

static HpLogSegment *
find_in (GPtrArray *segments, guint64 seq, guint *index)
{
  guint low = 0;
  guint high = segments->len;
  HpLogSegment *segment;

  if (segments->len == 0)
    return NULL;

  /* The newest that begins at or before seq. */
  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;

      if (hp_log_segment_get_first_seq (g_ptr_array_index (segments, middle)) <= seq)
        low = middle;
      else
        high = middle;
    }
  segment = g_ptr_array_index (segments, low);
  if (seq < hp_log_segment_get_first_seq (segment)
      || seq - hp_log_segment_get_first_seq (segment) >= hp_log_segment_get_length (segment))
    return NULL;
  *index = seq - hp_log_segment_get_first_seq (segment);
  return segment;
}

HpLogSegment *
hp_log_store_find (HpLogStore *self, guint64 seq, guint *index)
{
  return find_in (seq < self->first_seq ? self->kept : self->segments, seq, index);
}

gboolean
hp_log_store_find_next (HpLogStore *self, guint64 *seq)
{
  if (*seq < self->first_seq)
    {
      guint kept = find_kept (self->kept, *seq);

      *seq = kept < self->kept->len
                 ? hp_log_segment_get_first_seq (g_ptr_array_index (self->kept, kept))
                 : self->first_seq;
    }
  return *seq < self->next_seq;
}

gboolean
hp_log_store_set_pinned (HpLogStore *self, guint64 seq, gboolean pinned)
{
  guint index;
  HpLogSegment *segment = hp_log_store_find (self, seq, &index);

  if (segment == NULL
      || pinned == ((hp_log_segment_peek (segment)[index].flags & HP_RECORD_PINNED) != 0))
    return FALSE;
  hp_log_segment_set_pinned (segment, index, pinned);

  /* A row that was kept when its log was cleared comes back from there when that is undone. */
  if (self->cleared != NULL && seq < self->first_seq
      && (segment = find_in (self->cleared, seq, &index)) != NULL)
    hp_log_segment_set_pinned (segment, index, pinned);
  return TRUE;
}

guint64
hp_log_store_get_oldest (HpLogStore *self, gboolean heads, gboolean spare_open)
{
  guint n = self->segments->len - (spare_open && has_open_segment (self));
  guint i = 0;

  if (heads)
    {
      while (self->n_headless < n
             && hp_log_segment_get_head_bytes (g_ptr_array_index (self->segments, self->n_headless))
                    == 0)
        self->n_headless++;
      i = self->n_headless;
    }
  return i < n ? hp_log_segment_get_id (g_ptr_array_index (self->segments, i)) : G_MAXUINT64;
}

void
hp_log_store_drop_oldest (HpLogStore *self, gboolean heads)
{
  HpLogSegment *segment = g_ptr_array_index (self->segments, heads ? self->n_headless : 0);
  g_autoptr (GPtrArray) unpinned = NULL;

  if (segment == last_segment (self))
    close_open (self);
  if (heads)
    {
      account (self, 0, -(gssize) hp_log_segment_get_head_bytes (segment));
      hp_log_segment_drop_heads (segment);
      self->n_headless++;
      return;
    }

  unpinned = take_unpinned (self);
  account_all_gone (self, unpinned);
  keep_pinned (self, segment);
  account_gone (self, segment);
  self->first_seq += hp_log_segment_get_length (segment);
  g_ptr_array_remove_index (self->segments, 0);
  if (self->n_headless > 0)
    self->n_headless--;
}
