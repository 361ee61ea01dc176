/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-log-pattern.h"
#include "log/hp-log-query.h"

G_BEGIN_DECLS

/* A text of a record, or the part of it that a key means. */
typedef enum
{
  HP_LOG_TEXT_METHOD,
  HP_LOG_TEXT_TARGET,
  HP_LOG_TEXT_PATH,  /* of the target, without its query string */
  HP_LOG_TEXT_QUERY, /* of the target, behind the "?" */
  HP_LOG_TEXT_TYPE,  /* without parameters */
  HP_LOG_TEXT_CLIENT,
  HP_LOG_TEXT_AGENT,
  HP_LOG_TEXT_REFERRER,
} HpLogText;

typedef enum
{
  HP_LOG_NUMBER_STATUS,
  HP_LOG_NUMBER_SIZE,
  HP_LOG_NUMBER_DURATION, /* microseconds */
  HP_LOG_NUMBER_TIME,     /* Unix time, microseconds */
} HpLogNumber;

typedef enum
{
  HP_LOG_IS_PROBLEM,
  HP_LOG_IS_NOISE,
  HP_LOG_IS_ABORTED,
  HP_LOG_IS_CACHED,
  HP_LOG_IS_REDIRECT,
  HP_LOG_IS_PINNED,
  HP_LOG_IS_PAGE,
  HP_LOG_IS_ASSET,
  HP_LOG_IS_REPEATED,
} HpLogIs;

typedef enum
{
  HP_LOG_NODE_AND, /* without children: matches everything */
  HP_LOG_NODE_OR,
  HP_LOG_NODE_NOT,
  HP_LOG_NODE_TEXT,
  HP_LOG_NODE_NUMBER,
  HP_LOG_NODE_IS,
  HP_LOG_NODE_HEADER,
} HpLogNodeKind;

typedef struct
{
  HpLogNodeKind kind;
  guint leaf;          /* counts the nodes that keep what they know of a text: TEXT, HEADER */
  GPtrArray *children; /* of HpLogNode: AND, OR, NOT */

  HpLogText text;
  HpLogPattern
      *pattern; /* TEXT; HEADER: of the value, or of the whole line without a name; or NULL */
  char *name;   /* HEADER, nullable */

  HpLogNumber number;
  gint64 min;
  gint64 max;

  HpLogIs is;
} HpLogNode;

struct _HpLogQuery
{
  gatomicrefcount ref_count;
  char *text;
  HpLogNode *root;
  guint n_leaves;
  gboolean needs_fields;
};

HpLogNode *hp_log_node_new (HpLogNodeKind kind);
HpLogNode *hp_log_node_new_text (HpLogText text, HpLogPatternKind kind, const char *value);
HpLogNode *hp_log_node_new_number (HpLogNumber number, gint64 min, gint64 max);
void hp_log_node_free (HpLogNode *self);
/* Takes the child. */
void hp_log_node_add (HpLogNode *self, HpLogNode *child);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpLogNode, hp_log_node_free)

/* What leaves answer, for a single record and for a scan alike. word: nullable. */
gboolean hp_log_node_matches_word (const HpLogNode *self, const char *word);
gboolean hp_log_node_matches_line (const HpLogNode *self, const char *line, gsize length);
gboolean hp_log_node_matches_is (const HpLogNode *self, const HpRequestRecord *record);

/* Parsing: text to nodes (hp-log-query-parse.c), a key's value to a node (hp-log-query-keys.c). */
HpLogNode *
hp_log_query_parse (const char *text, gint64 now_us, guint *error_offset, GError **error);

/* What stands between a key and its value. */
typedef enum
{
  HP_LOG_OP_COLON,
  HP_LOG_OP_EQUAL,
  HP_LOG_OP_LESS,
  HP_LOG_OP_LESS_EQUAL,
  HP_LOG_OP_GREATER,
  HP_LOG_OP_GREATER_EQUAL,
} HpLogOp;

/* Which values of a log a key is about: a HpLogText or one of these. */
typedef enum
{
  HP_LOG_SEEN_TEXTS = 0,
  HP_LOG_SEEN_NOTHING = 100,
  HP_LOG_SEEN_STATUS,
  HP_LOG_SEEN_HEADERS,
} HpLogSeen;

typedef struct _HpLogKey HpLogKey;

struct _HpLogKey
{
  const char *name;
  const char *example;            /* in the language, "status>=400" */
  const char *words;              /* what it is, to be translated */
  const char *const *values;      /* that there are, NULL-terminated; nullable */
  const char *const *value_words; /* what each means, to be translated; nullable */
  HpLogSeen seen;
  gboolean ordered; /* can be compared by < and > */
  HpLogNode *(*parse) (const HpLogKey *key,
                       HpLogOp op,
                       const char *value,
                       gboolean quoted,
                       gint64 now_us,
                       GError **error);
};

/* All of them, in the order of the help; ends with a key without a name. */
const HpLogKey *hp_log_keys_get (void);
/* Not case-sensitive; length: of the name in the text. */
const HpLogKey *hp_log_key_find (const char *name, gsize length);
/* (nullable): what may have been meant by a word that is none of the names. */
const char *hp_log_key_guess (const char *name, gsize length);

/* Values, each FALSE when it is none (hp-log-query-values.c). half: as far as another value may be
 * away to be written the same with as many digits; 0 for whole bytes. */
gboolean hp_log_value_parse_size (const char *text, gint64 *bytes, gint64 *half);
gboolean hp_log_value_parse_duration (const char *text, gint64 *us, gint64 *half);
/* A moment is as long as it is written: 14:02 takes a minute, first_us … last_us. */
gboolean
hp_log_value_parse_time (const char *text, gint64 now_us, gint64 *first_us, gint64 *last_us);
/* The nearest of the words, NULL-terminated, if it is near enough for a slip. */
const char *hp_log_value_guess (const char *const *words, const char *text, gsize length);

G_END_DECLS
