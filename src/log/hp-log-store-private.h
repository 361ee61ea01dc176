/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-log-budget.h"
#include "log/hp-log-segment-private.h"

G_BEGIN_DECLS

/* The rows of one log: what HpRequestLog tells others about, without telling. */
typedef struct _HpLogStore HpLogStore;

struct _HpLogStore
{
  /* The rows first_seq … next_seq - 1, in segments, oldest first; the last one is open. */
  GPtrArray *segments;
  guint64 first_seq;
  guint64 next_seq;

  /* Rows before first_seq that were pinned when the others went: closed segments of one row each,
   * by seq. One that is not pinned any more goes with the next that do. */
  GPtrArray *kept;

  /* What can come back: segments that end at the first row of all segments, and kept rows. NULL
   * when there is nothing. */
  GPtrArray *cleared;
  GPtrArray *cleared_kept;

  HpLogBudget *budget; /* owned */
  gsize row_bytes;     /* as the budget knows it */
  gsize head_bytes;
  gsize open_row_bytes; /* of these, the open segment's */
  gsize open_head_bytes;
  guint n_headless; /* so many segments at the front have no heads */

  /* Rows went because another log needed room. */
  gboolean robbed;
  void (*tell_robbed) (gpointer user_data);
  gpointer user_data;
};

HpLogStore *hp_log_store_new (HpLogBudget *budget,
                              void (*tell_robbed) (gpointer user_data),
                              gpointer user_data);
void hp_log_store_free (HpLogStore *self);

void hp_log_store_append (HpLogStore *self, const HpRequestRecord *record);

/* Puts everything but pinned rows aside. */
void hp_log_store_clear (HpLogStore *self);
gboolean hp_log_store_undo_clear (HpLogStore *self);
void hp_log_store_forget_cleared (HpLogStore *self);

/* (nullable): the segment with the row, and its index there. */
HpLogSegment *hp_log_store_find (HpLogStore *self, guint64 seq, guint *index);
/* The first row at or behind seq; FALSE: there is none. */
gboolean hp_log_store_find_next (HpLogStore *self, guint64 *seq);
/* FALSE: there is no such row, or it was so already. */
gboolean hp_log_store_set_pinned (HpLogStore *self, guint64 seq, gboolean pinned);

/* For the budget. The number of the oldest segment that could go, G_MAXUINT64: none can. */
guint64 hp_log_store_get_oldest (HpLogStore *self, gboolean heads, gboolean spare_open);
void hp_log_store_drop_oldest (HpLogStore *self, gboolean heads);

/* What a budget knows of its stores (hp-log-budget.c). */
void hp_log_budget_add (HpLogBudget *self, HpLogStore *store);
void hp_log_budget_remove (HpLogBudget *self, HpLogStore *store);
void hp_log_budget_account (HpLogBudget *self, gssize row_bytes, gssize head_bytes);
/* Drops until all fits. current: who appends; its open segment stays. */
void hp_log_budget_enforce (HpLogBudget *self, HpLogStore *current);
/* Lets the logs tell of what they lost to another one. */
void hp_log_budget_tell (HpLogBudget *self);

G_END_DECLS
