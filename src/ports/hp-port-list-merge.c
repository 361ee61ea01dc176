/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ports/hp-port-list-merge.h"
#include "ports/hp-port-view.h"

/* Beyond that, one message that everything is different is cheaper for all. */
#define MAX_RUNS 200

/* Some neighbouring entries that go, and the sockets that come instead. */
typedef struct
{
  guint position; /* in the old entries */
  guint n_removed;
  guint first; /* of the sockets */
  guint n_added;
} Run;

static int
compare (GPtrArray *entries, guint position, const HpSocketInfo *socket)
{
  if (position == entries->len)
    return 1;
  return hp_port_view_compare (hp_port_entry_get_info (g_ptr_array_index (entries, position)),
                               socket);
}

/* An entry stays when its socket does, and is or isn't ours as before. */
static gboolean
stays (GPtrArray *entries, guint position, const HpSocketInfo *socket, gboolean ours)
{
  return compare (entries, position, socket) == 0
         && hp_port_entry_get_ours (g_ptr_array_index (entries, position)) == ours;
}

/* (transfer full): of Run */
static GArray *
find_runs (GPtrArray *entries, const HpSocketInfo *sockets, const gboolean *ours, guint n_sockets)
{
  GArray *runs = g_array_new (FALSE, FALSE, sizeof (Run));
  guint old = 0;
  guint new = 0;

  while (old < entries->len || new < n_sockets)
    {
      Run run = { .position = old, .first = new };

      while ((old < entries->len || new < n_sockets)
             && (new == n_sockets || !stays (entries, old, &sockets[new], ours[new])))
        {
          int order = new < n_sockets ? compare (entries, old, &sockets[new]) : -1;

          old += order <= 0;
          new += order >= 0;
        }
      run.n_removed = old - run.position;
      run.n_added = new - run.first;
      if (run.n_removed + run.n_added > 0)
        g_array_append_val (runs, run);

      while (old < entries->len && new < n_sockets
             && stays (entries, old, &sockets[new], ours[new]))
        {
          old++;
          new ++;
        }
    }
  return runs;
}

static void
apply (GPtrArray *entries, const Run *run, const HpSocketInfo *sockets, const gboolean *ours)
{
  guint i;

  if (run->n_removed > 0)
    g_ptr_array_remove_range (entries, run->position, run->n_removed);
  for (i = 0; i < run->n_added; i++)
    g_ptr_array_insert (entries, (int) (run->position + i),
                        hp_port_entry_new (&sockets[run->first + i], ours[run->first + i]));
}

gboolean
hp_port_list_merge (GListModel *model,
                    GPtrArray *entries,
                    const HpSocketInfo *sockets,
                    const gboolean *ours,
                    guint n_sockets)
{
  g_autoptr (GArray) runs = find_runs (entries, sockets, ours, n_sockets);
  gboolean one_by_one = runs->len <= MAX_RUNS;
  guint n_before = entries->len;
  guint i;

  /* From the end, so that positions stay right. */
  for (i = runs->len; i > 0; i--)
    {
      const Run *run = &g_array_index (runs, Run, i - 1);

      apply (entries, run, sockets, ours);
      if (one_by_one)
        g_list_model_items_changed (model, run->position, run->n_removed, run->n_added);
    }
  if (!one_by_one)
    g_list_model_items_changed (model, 0, n_before, entries->len);
  return runs->len > 0;
}
