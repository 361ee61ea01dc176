/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "log/hp-log-scan-private.h"

/* Answers are found again by the offset of their text, here modulo this. */
#define N_ANSWERS 4096

typedef struct
{
  guint32 offsets[N_ANSWERS]; /* 0: none yet */
  guint8 answers[N_ANSWERS];
} Memory;

struct _HpLogScan
{
  HpLogQuery *query; /* owned */
  guint64 segment;   /* the id of the one that the memories are about */
  Memory *words;     /* by leaf */
  Memory *lines;     /* by leaf: lines of heads; NULL when the query does not ask for them */
};

/* What is looked at, for all nodes. */
typedef struct
{
  HpLogScan *scan;
  HpLogSegment *segment;
  const HpLogPacked *records; /* from the first one that is asked about */
  guint from;
  guint n;
} Range;

HpLogScan *
hp_log_scan_new (HpLogQuery *query)
{
  HpLogScan *self = g_new0 (HpLogScan, 1);

  self->query = hp_log_query_ref (query);
  self->segment = G_MAXUINT64;
  self->words = g_new0 (Memory, query->n_leaves);
  if (query->needs_fields)
    self->lines = g_new0 (Memory, query->n_leaves);
  return self;
}

void
hp_log_scan_free (HpLogScan *self)
{
  hp_log_query_unref (self->query);
  g_free (self->words);
  g_free (self->lines);
  g_free (self);
}

static void
forget (Memory *memory, guint n_leaves)
{
  for (guint i = 0; memory != NULL && i < n_leaves; i++)
    memset (memory[i].offsets, 0, sizeof memory[i].offsets);
}

/* The place for the answer; offset is not 0. TRUE: it is there already. */
static inline gboolean
recall (Memory *memory, guint32 offset, guint8 **answer)
{
  guint slot = offset % N_ANSWERS;

  *answer = &memory->answers[slot];
  if (memory->offsets[slot] == offset)
    return TRUE;
  memory->offsets[slot] = offset;
  return FALSE;
}

/* All nodes take away from the matches what is none: what is 0 already is not looked at. */
static void
scan_text (const Range *range, const HpLogNode *node, guint8 *matches)
{
  Memory *memory = &range->scan->words[node->leaf];
  const char *arena = hp_log_segment_peek_arena (range->segment);

  for (guint i = 0; i < range->n; i++)
    if (matches[i] != 0)
      {
        guint32 word = hp_log_packed_get_word (&range->records[i], node->text);
        guint8 *answer;

        if (word == 0)
          {
            matches[i] = 0;
            continue;
          }
        if (!recall (memory, word, &answer))
          *answer = hp_log_node_matches_word (node, arena + word);
        matches[i] = *answer;
      }
}

static inline gint64
get_number (const HpLogPacked *record, HpLogNumber number)
{
  switch (number)
    {
    case HP_LOG_NUMBER_STATUS:
      return record->status;
    case HP_LOG_NUMBER_SIZE:
      return record->bytes;
    case HP_LOG_NUMBER_DURATION:
      return record->duration_us;
    case HP_LOG_NUMBER_TIME:
    default:
      return record->time_us;
    }
}

static void
scan_number (const Range *range, const HpLogNode *node, guint8 *matches)
{
  for (guint i = 0; i < range->n; i++)
    {
      gint64 number = get_number (&range->records[i], node->number);

      matches[i] &= number >= node->min && number <= node->max;
    }
}

static void
scan_is (const Range *range, const HpLogNode *node, guint8 *matches)
{
  for (guint i = 0; i < range->n; i++)
    if (matches[i] != 0)
      {
        HpRequestRecord record;

        hp_log_segment_get (range->segment, range->from + i, &record);
        matches[i] = hp_log_node_matches_is (node, &record);
      }
}

static gboolean
list_matches (const Range *range, const HpLogNode *node, HpHeadStore *heads, guint32 list)
{
  guint n_lines;
  const guint32 *lines;

  if (list == 0)
    return FALSE;
  lines = hp_head_store_get_lines (heads, list, &n_lines);
  for (guint i = 0; i < n_lines; i++)
    {
      guint8 *answer;

      if (!recall (&range->scan->lines[node->leaf], lines[i], &answer))
        {
          const char *line = hp_head_store_get_line (heads, lines[i]);

          *answer = hp_log_node_matches_line (node, line, strlen (line));
        }
      if (*answer != 0)
        return TRUE;
    }
  return FALSE;
}

static void
scan_header (const Range *range, const HpLogNode *node, guint8 *matches)
{
  HpHeadStore *heads = hp_log_segment_peek_heads (range->segment);
  Memory *memory = &range->scan->words[node->leaf];

  if (heads == NULL)
    {
      memset (matches, 0, range->n);
      return;
    }
  for (guint i = 0; i < range->n; i++)
    if (matches[i] != 0)
      {
        guint32 lists[2];

        hp_head_store_get_lists (heads, range->from + i, &lists[0], &lists[1]);
        matches[i] = 0;
        for (guint l = 0; l < G_N_ELEMENTS (lists) && matches[i] == 0; l++)
          {
            guint8 *answer;

            if (lists[l] == 0)
              continue;
            if (!recall (memory, lists[l], &answer))
              *answer = list_matches (range, node, heads, lists[l]);
            matches[i] = *answer;
          }
      }
}

static void scan_node (const Range *range, const HpLogNode *node, guint8 *matches);

static void
scan_or (const Range *range, const HpLogNode *node, guint8 *matches)
{
  guint8 left[HP_LOG_SEGMENT_RECORDS];
  guint8 found[HP_LOG_SEGMENT_RECORDS];

  memcpy (left, matches, range->n);
  memset (matches, 0, range->n);
  for (guint c = 0; c < node->children->len; c++)
    {
      memcpy (found, left, range->n);
      scan_node (range, g_ptr_array_index (node->children, c), found);
      for (guint i = 0; i < range->n; i++)
        {
          matches[i] |= found[i];
          left[i] &= found[i] ^ 1;
        }
    }
}

static void
scan_not (const Range *range, const HpLogNode *node, guint8 *matches)
{
  guint8 found[HP_LOG_SEGMENT_RECORDS];

  memcpy (found, matches, range->n);
  scan_node (range, g_ptr_array_index (node->children, 0), found);
  for (guint i = 0; i < range->n; i++)
    matches[i] &= found[i] ^ 1;
}

static void
scan_node (const Range *range, const HpLogNode *node, guint8 *matches)
{
  switch (node->kind)
    {
    case HP_LOG_NODE_AND:
      for (guint c = 0; c < node->children->len; c++)
        scan_node (range, g_ptr_array_index (node->children, c), matches);
      break;
    case HP_LOG_NODE_OR:
      scan_or (range, node, matches);
      break;
    case HP_LOG_NODE_NOT:
      scan_not (range, node, matches);
      break;
    case HP_LOG_NODE_TEXT:
      scan_text (range, node, matches);
      break;
    case HP_LOG_NODE_NUMBER:
      scan_number (range, node, matches);
      break;
    case HP_LOG_NODE_IS:
      scan_is (range, node, matches);
      break;
    case HP_LOG_NODE_HEADER:
      scan_header (range, node, matches);
      break;
    default:
      g_assert_not_reached ();
    }
}

void
hp_log_scan_run (HpLogScan *self, HpLogSegment *segment, guint from, guint n, guint8 *matches)
{
  Range range = { .scan = self, .segment = segment, .from = from, .n = n };

  g_return_if_fail (n <= HP_LOG_SEGMENT_RECORDS);
  g_return_if_fail (from + n <= hp_log_segment_get_length (segment));

  if (self->segment != hp_log_segment_get_id (segment))
    {
      forget (self->words, self->query->n_leaves);
      forget (self->lines, self->query->n_leaves);
      self->segment = hp_log_segment_get_id (segment);
    }
  range.records = hp_log_segment_peek (segment) + from;
  memset (matches, 1, n);
  scan_node (&range, self->query->root, matches);
}
