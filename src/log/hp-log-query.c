/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "log/hp-log-query-private.h"

HpLogNode *
hp_log_node_new (HpLogNodeKind kind)
{
  HpLogNode *self = g_new0 (HpLogNode, 1);

  self->kind = kind;
  if (kind == HP_LOG_NODE_AND || kind == HP_LOG_NODE_OR || kind == HP_LOG_NODE_NOT)
    self->children = g_ptr_array_new_with_free_func ((GDestroyNotify) hp_log_node_free);
  return self;
}

HpLogNode *
hp_log_node_new_text (HpLogText text, HpLogPatternKind kind, const char *value)
{
  HpLogNode *self = hp_log_node_new (HP_LOG_NODE_TEXT);

  self->text = text;
  self->pattern = hp_log_pattern_new (kind, value);
  return self;
}

HpLogNode *
hp_log_node_new_number (HpLogNumber number, gint64 min, gint64 max)
{
  HpLogNode *self = hp_log_node_new (HP_LOG_NODE_NUMBER);

  self->number = number;
  self->min = min;
  self->max = max;
  return self;
}

void
hp_log_node_free (HpLogNode *self)
{
  g_clear_pointer (&self->children, g_ptr_array_unref);
  g_clear_pointer (&self->pattern, hp_log_pattern_free);
  g_free (self->name);
  g_free (self);
}

void
hp_log_node_add (HpLogNode *self, HpLogNode *child)
{
  g_ptr_array_add (self->children, child);
}

gboolean
hp_log_node_matches_word (const HpLogNode *self, const char *word)
{
  const char *end;
  gsize length;

  if (word == NULL)
    return FALSE;
  switch (self->text)
    {
    case HP_LOG_TEXT_PATH:
      length = strcspn (word, "?");
      break;
    case HP_LOG_TEXT_QUERY:
      end = strchr (word, '?');
      if (end == NULL)
        return FALSE;
      word = end + 1;
      length = strlen (word);
      break;
    case HP_LOG_TEXT_TYPE:
      length = strcspn (word, "; ");
      break;
    default:
      length = strlen (word);
    }
  return hp_log_pattern_matches (self->pattern, word, length);
}

/* A line is "Name: value", as it went over the wire. */
gboolean
hp_log_node_matches_line (const HpLogNode *self, const char *line, gsize length)
{
  gsize name_length;
  const char *value;
  const char *end = line + length;

  if (self->name == NULL)
    return hp_log_pattern_matches (self->pattern, line, length);

  name_length = strlen (self->name);
  if (length <= name_length || line[name_length] != ':'
      || g_ascii_strncasecmp (line, self->name, name_length) != 0)
    return FALSE;
  if (self->pattern == NULL)
    return TRUE;
  value = line + name_length + 1;
  while (value < end && (*value == ' ' || *value == '\t'))
    value++;
  while (end > value && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
    end--;
  return hp_log_pattern_matches (self->pattern, value, end - value);
}

/* Clients that don't say what they want it for (curl, old browsers) are judged by what they got; an
 * error page says nothing. */
static gboolean
has_known_type (const HpRequestRecord *record)
{
  return record->media_type != NULL && record->status < 400;
}

/* A page is what a person goes to. */
static gboolean
is_page (const HpRequestRecord *record)
{
  static const char html[] = "text/html";

  if (record->fetch_dest != HP_FETCH_DEST_UNKNOWN)
    return record->fetch_dest == HP_FETCH_DEST_DOCUMENT;
  if (record->flags & HP_RECORD_NAVIGATION)
    return TRUE;
  return has_known_type (record)
         && g_ascii_strncasecmp (record->media_type, html, strlen (html)) == 0;
}

static gboolean
is_asset (const HpRequestRecord *record)
{
  if (record->fetch_dest != HP_FETCH_DEST_UNKNOWN)
    return record->fetch_dest >= HP_FETCH_DEST_STYLE;
  return has_known_type (record) && !is_page (record);
}

gboolean
hp_log_node_matches_is (const HpLogNode *self, const HpRequestRecord *record)
{
  switch (self->is)
    {
    case HP_LOG_IS_PROBLEM:
      return hp_request_record_is_problem (record);
    case HP_LOG_IS_NOISE:
      return (record->flags & HP_RECORD_NOISE) != 0;
    case HP_LOG_IS_ABORTED:
      return (record->flags & HP_RECORD_ABORTED) != 0;
    case HP_LOG_IS_CACHED:
      return record->status == 304;
    case HP_LOG_IS_REDIRECT:
      return record->status >= 300 && record->status <= 399 && record->status != 304;
    case HP_LOG_IS_PINNED:
      return (record->flags & HP_RECORD_PINNED) != 0;
    case HP_LOG_IS_PAGE:
      return is_page (record);
    case HP_LOG_IS_ASSET:
      return is_asset (record);
    case HP_LOG_IS_REPEATED:
      return (record->flags & HP_RECORD_REPEATED) != 0;
    default:
      g_return_val_if_reached (FALSE);
    }
}

static const char *
get_word (const HpRequestRecord *record, HpLogText text)
{
  switch (text)
    {
    case HP_LOG_TEXT_METHOD:
      return record->method;
    case HP_LOG_TEXT_TARGET:
    case HP_LOG_TEXT_PATH:
    case HP_LOG_TEXT_QUERY:
      return record->target;
    case HP_LOG_TEXT_TYPE:
      return record->media_type;
    case HP_LOG_TEXT_CLIENT:
      return record->client;
    case HP_LOG_TEXT_AGENT:
      return record->user_agent;
    case HP_LOG_TEXT_REFERRER:
      return record->referrer;
    default:
      g_return_val_if_reached (NULL);
    }
}

static gint64
get_number (const HpRequestRecord *record, HpLogNumber number)
{
  switch (number)
    {
    case HP_LOG_NUMBER_STATUS:
      return record->status;
    case HP_LOG_NUMBER_SIZE:
      return MIN (record->bytes, G_MAXINT64);
    case HP_LOG_NUMBER_DURATION:
      return record->duration_us;
    case HP_LOG_NUMBER_TIME:
      return record->time_us;
    default:
      g_return_val_if_reached (0);
    }
}

static gboolean
any_line_matches (const HpLogNode *node, const char *fields)
{
  while (fields != NULL && *fields != '\0')
    {
      gsize length = strcspn (fields, "\n");

      if (hp_log_node_matches_line (node, fields, length))
        return TRUE;
      fields += length + (fields[length] == '\n');
    }
  return FALSE;
}

static gboolean
node_matches (const HpLogNode *node, const HpRequestRecord *record)
{
  gint64 number;

  switch (node->kind)
    {
    case HP_LOG_NODE_AND:
      for (guint i = 0; i < node->children->len; i++)
        if (!node_matches (g_ptr_array_index (node->children, i), record))
          return FALSE;
      return TRUE;
    case HP_LOG_NODE_OR:
      for (guint i = 0; i < node->children->len; i++)
        if (node_matches (g_ptr_array_index (node->children, i), record))
          return TRUE;
      return FALSE;
    case HP_LOG_NODE_NOT:
      return !node_matches (g_ptr_array_index (node->children, 0), record);
    case HP_LOG_NODE_TEXT:
      return hp_log_node_matches_word (node, get_word (record, node->text));
    case HP_LOG_NODE_NUMBER:
      number = get_number (record, node->number);
      return number >= node->min && number <= node->max;
    case HP_LOG_NODE_IS:
      return hp_log_node_matches_is (node, record);
    case HP_LOG_NODE_HEADER:
      return any_line_matches (node, record->request_fields)
             || any_line_matches (node, record->response_fields);
    default:
      g_return_val_if_reached (FALSE);
    }
}

static void
count_leaves (HpLogQuery *self, HpLogNode *node)
{
  if (node->kind == HP_LOG_NODE_TEXT || node->kind == HP_LOG_NODE_HEADER)
    node->leaf = self->n_leaves++;
  if (node->kind == HP_LOG_NODE_HEADER)
    self->needs_fields = TRUE;
  for (guint i = 0; node->children != NULL && i < node->children->len; i++)
    count_leaves (self, g_ptr_array_index (node->children, i));
}

HpLogQuery *
hp_log_query_new (const char *text, guint *error_offset, GError **error)
{
  HpLogNode *root;
  HpLogQuery *self;

  g_return_val_if_fail (text != NULL, NULL);

  root = hp_log_query_parse (text, g_get_real_time (), error_offset, error);
  if (root == NULL)
    return NULL;
  self = g_new0 (HpLogQuery, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->text = g_strdup (text);
  self->root = root;
  count_leaves (self, root);
  return self;
}

HpLogQuery *
hp_log_query_ref (HpLogQuery *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
hp_log_query_unref (HpLogQuery *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  hp_log_node_free (self->root);
  g_free (self->text);
  g_free (self);
}

const char *
hp_log_query_get_text (HpLogQuery *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->text;
}

gboolean
hp_log_query_is_empty (HpLogQuery *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return self->root->kind == HP_LOG_NODE_AND && self->root->children->len == 0;
}

gboolean
hp_log_query_needs_fields (HpLogQuery *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->needs_fields;
}

gboolean
hp_log_query_matches (HpLogQuery *self, const HpRequestRecord *record)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (record != NULL, FALSE);

  return node_matches (self->root, record);
}
