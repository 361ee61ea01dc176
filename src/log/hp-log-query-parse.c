/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "log/hp-log-query-private.h"

/* Nobody writes more; each bounds what one key press can cost. */
#define MAX_LENGTH 4096
#define MAX_TERMS  64
#define MAX_DEPTH  24

typedef struct
{
  const char *text;
  const char *at;
  gint64 now_us;
  guint depth;
  guint n_parentheses; /* open ones */
  guint n_terms;

  GError **error;
  const char *error_at;
} Parser;

static HpLogNode *parse_or (Parser *self);
static HpLogNode *parse_unary (Parser *self);

/* Takes the sentence. Returns NULL. */
static HpLogNode *
fail_at (Parser *self, const char *where, char *sentence)
{
  self->error_at = where;
  g_set_error_literal (self->error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, sentence);
  g_free (sentence);
  return NULL;
}

static void
skip_space (Parser *self)
{
  while (g_ascii_isspace (*self->at))
    self->at++;
}

static gboolean
ends_word (const char *at)
{
  return *at == '\0' || g_ascii_isspace (*at) || *at == '(' || *at == ')';
}

/* An operator in words, in capitals and by itself. */
static gboolean
is_at_operator (Parser *self, const char *operator)
{
  gsize length = strlen (operator);

  return strncmp (self->at, operator, length) == 0 && ends_word (self->at + length);
}

/* "…", with \" and \\ inside; self->at is at the opening one. */
static char *
read_quoted (Parser *self)
{
  const char *start = self->at++;
  g_autoptr (GString) text = g_string_new (NULL);

  for (; *self->at != '"'; self->at++)
    {
      if (*self->at == '\\' && (self->at[1] == '"' || self->at[1] == '\\'))
        self->at++;
      if (*self->at == '\0')
        {
          fail_at (self, start, g_strdup (_ ("This quotation mark is never closed.")));
          return NULL;
        }
      g_string_append_c (text, *self->at);
    }
  self->at++;
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Up to the next space, or the parenthesis that closes a group. Pairs of parentheses belong to the
 * word: "photo(1).png". */
static char *
read_bare (Parser *self)
{
  const char *start = self->at;
  guint depth = 0;

  for (; *self->at != '\0' && !g_ascii_isspace (*self->at); self->at++)
    {
      if (*self->at == '(')
        depth++;
      else if (*self->at == ')' && depth > 0)
        depth--;
      else if (*self->at == ')' && self->n_parentheses > 0)
        break;
    }
  return g_strndup (start, self->at - start);
}

static char *
read_value (Parser *self, gboolean *quoted)
{
  *quoted = *self->at == '"';
  return *quoted ? read_quoted (self) : read_bare (self);
}

/* A word without a key: in the address or type, or the whole method, status or client. */
static HpLogNode *
make_plain (const char *word, gboolean quoted)
{
  HpLogNode *any = hp_log_node_new (HP_LOG_NODE_OR);
  guint64 status;

  if (!quoted && strchr (word, '*') != NULL)
    {
      hp_log_node_add (any, hp_log_node_new_text (HP_LOG_TEXT_TARGET, HP_LOG_PATTERN_GLOB, word));
      hp_log_node_add (any, hp_log_node_new_text (HP_LOG_TEXT_PATH, HP_LOG_PATTERN_GLOB, word));
      hp_log_node_add (any, hp_log_node_new_text (HP_LOG_TEXT_TYPE, HP_LOG_PATTERN_GLOB, word));
      return any;
    }
  hp_log_node_add (any, hp_log_node_new_text (HP_LOG_TEXT_TARGET, HP_LOG_PATTERN_CONTAINS, word));
  hp_log_node_add (any, hp_log_node_new_text (HP_LOG_TEXT_TYPE, HP_LOG_PATTERN_CONTAINS, word));
  hp_log_node_add (any, hp_log_node_new_text (HP_LOG_TEXT_METHOD, HP_LOG_PATTERN_EXACT, word));
  hp_log_node_add (any, hp_log_node_new_text (HP_LOG_TEXT_CLIENT, HP_LOG_PATTERN_EXACT, word));
  if (strlen (word) == 3 && g_ascii_string_to_unsigned (word, 10, 100, 999, &status, NULL))
    hp_log_node_add (any, hp_log_node_new_number (HP_LOG_NUMBER_STATUS, status, status));
  return any;
}

static gboolean
read_op (const char **at, HpLogOp *op)
{
  static const struct
  {
    const char *text;
    HpLogOp op;
  } ops[] = {
    { ">=", HP_LOG_OP_GREATER_EQUAL }, { "<=", HP_LOG_OP_LESS_EQUAL }, { ">", HP_LOG_OP_GREATER },
    { "<", HP_LOG_OP_LESS },           { "=", HP_LOG_OP_EQUAL },       { ":", HP_LOG_OP_COLON },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ops); i++)
    if (g_str_has_prefix (*at, ops[i].text))
      {
        *at += strlen (ops[i].text);
        *op = ops[i].op;
        return TRUE;
      }
  return FALSE;
}

/* The length of a key at the begin of the text, 0 when an operator does not follow one. */
static gsize
find_key_length (const char *text)
{
  gsize length = 0;

  while (g_ascii_isalpha (text[length]) || (length > 0 && text[length] == '-'))
    length++;
  return text[length] != '\0' && strchr (":=<>", text[length]) != NULL ? length : 0;
}

/* A sign behind what is no key: an address ("http://…"), a parameter ("id=5"), or a slip. */
static gboolean
is_plain_after_all (const char *word, gsize length, const char *guess)
{
  if (g_str_has_prefix (word + length, "://"))
    return TRUE;
  return word[length] == '=' && (guess == NULL || length < 4);
}

static HpLogNode *
fail_unknown_key (Parser *self, const char *start, gsize length, const char *guess)
{
  g_autofree char *name = g_strndup (start, length);

  if (guess != NULL)
    return fail_at (self, start,
                    g_strdup_printf (_ ("Unknown key “%s”. Did you mean “%s”?"), name, guess));
  return fail_at (self, start,
                  g_strdup_printf (_ ("Unknown key “%s”. Put the text in quotes to look for it as "
                                      "it is."),
                                   name));
}

static HpLogNode *
parse_condition (Parser *self, const HpLogKey *key, gsize length)
{
  const char *start = self->at;
  const char *value_at;
  g_autofree char *value = NULL;
  gboolean quoted;
  HpLogNode *node;
  HpLogOp op = HP_LOG_OP_COLON;

  self->at += length;
  read_op (&self->at, &op);
  if (op == HP_LOG_OP_COLON && key->ordered)
    read_op (&self->at, &op); /* status:>=400 */
  if (!key->ordered && op != HP_LOG_OP_COLON && op != HP_LOG_OP_EQUAL)
    return fail_at (
        self, start + length,
        g_strdup_printf (_ ("“%s” can’t be compared. Write it like %s."), key->name, key->example));

  value_at = self->at;
  value = read_value (self, &quoted);
  if (value == NULL)
    return NULL;
  if (*value == '\0')
    {
      g_autofree char *name = g_strndup (start, value_at - start);

      return fail_at (
          self, value_at,
          g_strdup_printf (_ ("Nothing follows “%s”. Write it like %s."), name, key->example));
    }
  node = key->parse (key, op, value, quoted, self->now_us, self->error);
  if (node == NULL)
    self->error_at = value_at;
  return node;
}

static HpLogNode *
parse_term (Parser *self)
{
  const char *start = self->at;
  gsize length = find_key_length (start);
  const HpLogKey *key = length > 0 ? hp_log_key_find (start, length) : NULL;
  g_autofree char *word = NULL;
  gboolean quoted;

  if (++self->n_terms > MAX_TERMS)
    return fail_at (self, start,
                    g_strdup (_ ("The filter has too many words. It can have 64 of them.")));
  if (key != NULL)
    return parse_condition (self, key, length);
  if (length > 0)
    {
      const char *guess = hp_log_key_guess (start, length);

      if (!is_plain_after_all (start, length, guess))
        return fail_unknown_key (self, start, length, guess);
    }

  word = read_value (self, &quoted);
  if (word == NULL)
    return NULL;
  if (*word == '\0')
    return fail_at (self, start, g_strdup (_ ("There is nothing between the quotation marks.")));
  return make_plain (word, quoted);
}

static HpLogNode *
parse_group (Parser *self)
{
  const char *start = self->at++;
  g_autoptr (HpLogNode) node = NULL;

  self->n_parentheses++;
  skip_space (self);
  if (*self->at == ')')
    return fail_at (self, start, g_strdup (_ ("There is nothing in the parentheses.")));
  node = parse_or (self);
  if (node == NULL)
    return NULL;
  if (*self->at != ')')
    return fail_at (self, start, g_strdup (_ ("This parenthesis is never closed.")));
  self->at++;
  self->n_parentheses--;
  return g_steal_pointer (&node);
}

/* Counts how deep the query nests, so that no text can use up the stack. */
static gboolean
enter (Parser *self)
{
  if (self->depth == MAX_DEPTH)
    {
      fail_at (self, self->at, g_strdup (_ ("The filter is nested too deeply.")));
      return FALSE;
    }
  self->depth++;
  return TRUE;
}

static HpLogNode *
parse_not (Parser *self, const char *operator)
{
  const char *start = self->at;
  HpLogNode *child;
  HpLogNode *node;

  if (!enter (self))
    return NULL;
  self->at += strlen (operator);
  if (strcmp (operator, "-") != 0)
    skip_space (self);
  if (*self->at == '\0' || g_ascii_isspace (*self->at) || *self->at == ')')
    return fail_at (
        self, start,
        g_strdup_printf (
            _ ("Nothing follows “%s”. Write what is not to be shown right after it."), operator));
  child = parse_unary (self);
  if (child == NULL)
    return NULL;
  self->depth--;
  node = hp_log_node_new (HP_LOG_NODE_NOT);
  hp_log_node_add (node, child);
  return node;
}

static HpLogNode *
parse_unary (Parser *self)
{
  if (*self->at == '-')
    return parse_not (self, "-");
  if (is_at_operator (self, "NOT"))
    return parse_not (self, "NOT");
  if (*self->at == '(')
    return parse_group (self);
  return parse_term (self);
}

static HpLogNode *
parse_and (Parser *self)
{
  g_autoptr (HpLogNode) all = hp_log_node_new (HP_LOG_NODE_AND);
  const char *start = self->at;

  for (skip_space (self); *self->at != '\0' && !is_at_operator (self, "OR"); skip_space (self))
    {
      HpLogNode *node;

      if (*self->at == ')' && self->n_parentheses > 0)
        break;
      if (*self->at == ')')
        return fail_at (self, self->at, g_strdup (_ ("This parenthesis was never opened.")));
      if (is_at_operator (self, "AND") && all->children->len > 0)
        {
          self->at += strlen ("AND");
          skip_space (self);
          if (*self->at == '\0' || *self->at == ')' || is_at_operator (self, "OR"))
            return fail_at (self, self->at, g_strdup (_ ("Nothing follows “AND”.")));
        }
      node = parse_unary (self);
      if (node == NULL)
        return NULL;
      hp_log_node_add (all, node);
    }
  if (all->children->len == 0 && *start != '\0' && *self->at != '\0' && *self->at != ')')
    return fail_at (self, self->at, g_strdup (_ ("Nothing stands before “OR”.")));
  return g_steal_pointer (&all);
}

/* One node less where there is nothing to combine. */
static HpLogNode *
simplify (HpLogNode *node)
{
  HpLogNode *child;

  if (node->kind == HP_LOG_NODE_NOT || node->children->len != 1)
    return node;
  child = g_ptr_array_steal_index (node->children, 0);
  hp_log_node_free (node);
  return child;
}

static HpLogNode *
parse_or (Parser *self)
{
  g_autoptr (HpLogNode) any = hp_log_node_new (HP_LOG_NODE_OR);

  if (!enter (self))
    return NULL;
  for (;;)
    {
      HpLogNode *all = parse_and (self);

      if (all == NULL)
        return NULL;
      if (all->children->len == 0 && any->children->len > 0)
        {
          hp_log_node_free (all);
          return fail_at (self, self->at, g_strdup (_ ("Nothing follows “OR”.")));
        }
      hp_log_node_add (any, simplify (all));
      if (!is_at_operator (self, "OR"))
        break;
      self->at += strlen ("OR");
    }
  self->depth--;
  return simplify (g_steal_pointer (&any));
}

HpLogNode *
hp_log_query_parse (const char *text, gint64 now_us, guint *error_offset, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  Parser self = { .text = text, .at = text, .now_us = now_us, .error = &local_error };
  HpLogNode *root = NULL;
  const char *invalid;

  if (strlen (text) > MAX_LENGTH)
    fail_at (&self, text, g_strdup (_ ("The filter is too long.")));
  else if (!g_utf8_validate (text, -1, &invalid))
    fail_at (&self, invalid, g_strdup (_ ("The filter has characters that are not UTF-8.")));
  else
    root = parse_or (&self);
  if (root == NULL)
    {
      if (error_offset != NULL)
        *error_offset = g_utf8_strlen (text, self.error_at - text);
      g_propagate_error (error, g_steal_pointer (&local_error));
    }
  return root;
}
