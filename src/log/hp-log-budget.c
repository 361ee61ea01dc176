/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "log/hp-log-store-private.h"

/* A segment never takes more than a good part of this. */
#define MIN_MAX_BYTES (1024 * 1024)

/* What heads may take before rows go: one part of so many. */
#define HEADS_SHARE 4

struct _HpLogBudget
{
  grefcount ref_count;
  gsize max_bytes;
  gsize row_bytes;
  gsize head_bytes;
  GPtrArray *stores; /* of HpLogStore, borrowed: they take themselves out */
  gboolean robbed;   /* a store has to tell */
};

HpLogBudget *
hp_log_budget_new (gsize max_bytes)
{
  HpLogBudget *self = g_new0 (HpLogBudget, 1);

  g_ref_count_init (&self->ref_count);
  self->max_bytes = MAX (max_bytes, MIN_MAX_BYTES);
  self->stores = g_ptr_array_new ();
  return self;
}

HpLogBudget *
hp_log_budget_ref (HpLogBudget *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_ref_count_inc (&self->ref_count);
  return self;
}

void
hp_log_budget_unref (HpLogBudget *self)
{
  g_return_if_fail (self != NULL);

  if (!g_ref_count_dec (&self->ref_count))
    return;
  g_ptr_array_unref (self->stores);
  g_free (self);
}

HpLogBudget *
hp_log_budget_get_default (void)
{
  static HpLogBudget *budget;

  if (budget == NULL)
    budget = hp_log_budget_new (HP_LOG_BUDGET_DEFAULT);
  return budget;
}

void
hp_log_budget_set_max_bytes (HpLogBudget *self, gsize max_bytes)
{
  g_return_if_fail (self != NULL);

  self->max_bytes = MAX (max_bytes, MIN_MAX_BYTES);
  hp_log_budget_enforce (self, NULL);
  hp_log_budget_tell (self);
}

gsize
hp_log_budget_get_max_bytes (HpLogBudget *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->max_bytes;
}

gsize
hp_log_budget_get_used_bytes (HpLogBudget *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->row_bytes + self->head_bytes;
}

void
hp_log_budget_add (HpLogBudget *self, HpLogStore *store)
{
  g_ptr_array_add (self->stores, store);
}

void
hp_log_budget_remove (HpLogBudget *self, HpLogStore *store)
{
  g_ptr_array_remove (self->stores, store);
}

void
hp_log_budget_account (HpLogBudget *self, gssize row_bytes, gssize head_bytes)
{
  self->row_bytes += row_bytes;
  self->head_bytes += head_bytes;
}

static gboolean
is_over (HpLogBudget *self)
{
  return self->row_bytes + self->head_bytes > self->max_bytes;
}

static void
forget_cleared (HpLogBudget *self, HpLogStore *current)
{
  for (guint i = 0; i < self->stores->len && is_over (self); i++)
    {
      HpLogStore *store = g_ptr_array_index (self->stores, i);

      if (store->cleared == NULL)
        continue;
      hp_log_store_forget_cleared (store);
      if (store != current)
        self->robbed = store->robbed = TRUE;
    }
}

static gboolean
drop_oldest (HpLogBudget *self, HpLogStore *current, gboolean heads)
{
  HpLogStore *oldest = NULL;
  guint64 least = G_MAXUINT64;

  for (guint i = 0; i < self->stores->len; i++)
    {
      HpLogStore *store = g_ptr_array_index (self->stores, i);
      guint64 id = hp_log_store_get_oldest (store, heads, store == current);

      if (id < least)
        {
          least = id;
          oldest = store;
        }
    }
  if (oldest == NULL)
    return FALSE;
  hp_log_store_drop_oldest (oldest, heads);
  if (!heads && oldest != current)
    self->robbed = oldest->robbed = TRUE;
  return TRUE;
}

void
hp_log_budget_enforce (HpLogBudget *self, HpLogStore *current)
{
  if (G_LIKELY (!is_over (self)))
    return;
  forget_cleared (self, current);
  while (is_over (self))
    {
      gboolean heads = self->head_bytes > self->max_bytes / HEADS_SHARE;

      if (!drop_oldest (self, current, heads) && !drop_oldest (self, current, !heads))
        break;
    }
}

void
hp_log_budget_tell (HpLogBudget *self)
{
  /* Whoever is told may do anything, also let logs go. */
  while (self->robbed)
    {
      HpLogStore *robbed = NULL;

      for (guint i = 0; i < self->stores->len && robbed == NULL; i++)
        if (((HpLogStore *) g_ptr_array_index (self->stores, i))->robbed)
          robbed = g_ptr_array_index (self->stores, i);
      if (robbed == NULL)
        {
          self->robbed = FALSE;
          break;
        }
      robbed->robbed = FALSE;
      robbed->tell_robbed (robbed->user_data);
    }
}
