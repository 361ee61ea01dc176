/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "log/hp-log-query-private.h"

/* Says what is wrong with a value. Returns NULL. */
static HpLogNode *
reject (GError **error, char *sentence)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, sentence);
  g_free (sentence);
  return NULL;
}

/* ":" looks for a part, "=" for the whole; a star always stands for the rest. */
static HpLogPatternKind
pattern_kind (HpLogOp op, const char *value, gboolean quoted)
{
  if (!quoted && strchr (value, '*') != NULL)
    return HP_LOG_PATTERN_GLOB;
  return op == HP_LOG_OP_EQUAL ? HP_LOG_PATTERN_EXACT : HP_LOG_PATTERN_CONTAINS;
}

/* Calls the function for each of "a,b,c" and joins what it gives by "or". */
typedef HpLogNode *(*ParseOne) (HpLogOp op, const char *value, gboolean quoted, GError **error);

static HpLogNode *
parse_each (ParseOne parse_one, HpLogOp op, const char *value, gboolean quoted, GError **error)
{
  g_auto (GStrv) values = quoted ? NULL : g_strsplit (value, ",", -1);
  g_autoptr (HpLogNode) any = NULL;

  if (values == NULL || values[0] == NULL || values[1] == NULL)
    return parse_one (op, value, quoted, error);
  any = hp_log_node_new (HP_LOG_NODE_OR);
  for (guint i = 0; values[i] != NULL; i++)
    {
      HpLogNode *node = parse_one (op, values[i], FALSE, error);

      if (node == NULL)
        return NULL;
      hp_log_node_add (any, node);
    }
  return g_steal_pointer (&any);
}

/* For the keys whose values are one text of the record, the one that "seen" names. */
static HpLogNode *
parse_text (const HpLogKey *key,
            HpLogOp op,
            const char *value,
            gboolean quoted,
            gint64 now_us,
            GError **error)
{
  return hp_log_node_new_text ((HpLogText) key->seen, pattern_kind (op, value, quoted), value);
}

/* The address or the program. */
static HpLogNode *
parse_client (const HpLogKey *key,
              HpLogOp op,
              const char *value,
              gboolean quoted,
              gint64 now_us,
              GError **error)
{
  HpLogNode *any = hp_log_node_new (HP_LOG_NODE_OR);
  HpLogPatternKind kind = pattern_kind (op, value, quoted);

  hp_log_node_add (any, hp_log_node_new_text (HP_LOG_TEXT_CLIENT, kind, value));
  hp_log_node_add (any, hp_log_node_new_text (HP_LOG_TEXT_AGENT, kind, value));
  return any;
}

/* A method is meant as a whole: "ge" is none. */
static HpLogNode *
parse_one_method (HpLogOp op, const char *value, gboolean quoted, GError **error)
{
  return hp_log_node_new_text (HP_LOG_TEXT_METHOD, pattern_kind (HP_LOG_OP_EQUAL, value, quoted),
                               value);
}

static HpLogNode *
parse_method (const HpLogKey *key,
              HpLogOp op,
              const char *value,
              gboolean quoted,
              gint64 now_us,
              GError **error)
{
  return parse_each (parse_one_method, op, value, quoted, error);
}

/* Words for groups of media types; patterns of RFC 9110 types without parameters. */
static const struct
{
  const char *name;
  const char *patterns[6];
} types[] = {
  { "html", { "text/html", "application/xhtml+xml" } },
  { "style", { "text/css" } },
  { "script", { "*/javascript", "*/x-javascript", "*/ecmascript", "application/wasm" } },
  { "json", { "application/json", "*+json", "text/json", "application/x-ndjson" } },
  { "image", { "image/*" } },
  { "font",
    { "font/*", "application/font-*", "application/x-font-*", "application/vnd.ms-fontobject" } },
  { "media", { "audio/*", "video/*" } },
};

static const char *const type_names[] = { "html",  "style", "script", "json",
                                          "image", "font",  "media",  NULL };

G_STATIC_ASSERT (G_N_ELEMENTS (type_names) == G_N_ELEMENTS (types) + 1);

static HpLogNode *
parse_one_type (HpLogOp op, const char *value, gboolean quoted, GError **error)
{
  HpLogNode *any;

  for (guint i = 0; i < G_N_ELEMENTS (types) && !quoted; i++)
    if (g_ascii_strcasecmp (value, types[i].name) == 0)
      {
        any = hp_log_node_new (HP_LOG_NODE_OR);
        for (guint p = 0; p < G_N_ELEMENTS (types[i].patterns) && types[i].patterns[p] != NULL; p++)
          hp_log_node_add (any, hp_log_node_new_text (HP_LOG_TEXT_TYPE, HP_LOG_PATTERN_GLOB,
                                                      types[i].patterns[p]));
        return any;
      }
  return hp_log_node_new_text (HP_LOG_TEXT_TYPE, pattern_kind (op, value, quoted), value);
}

static HpLogNode *
parse_type (const HpLogKey *key,
            HpLogOp op,
            const char *value,
            gboolean quoted,
            gint64 now_us,
            GError **error)
{
  return parse_each (parse_one_type, op, value, quoted, error);
}

/* Everything that is in the relation to the values first … last. */
static HpLogNode *
compare (HpLogNumber number, HpLogOp op, gint64 first, gint64 last)
{
  switch (op)
    {
    case HP_LOG_OP_LESS:
      return hp_log_node_new_number (number, G_MININT64, first - 1);
    case HP_LOG_OP_LESS_EQUAL:
      return hp_log_node_new_number (number, G_MININT64, last);
    case HP_LOG_OP_GREATER:
      return hp_log_node_new_number (number, last + 1, G_MAXINT64);
    case HP_LOG_OP_GREATER_EQUAL:
      return hp_log_node_new_number (number, first, G_MAXINT64);
    case HP_LOG_OP_COLON:
    case HP_LOG_OP_EQUAL:
    default:
      return hp_log_node_new_number (number, first, last);
    }
}

/* "404", "4xx" */
static gboolean
read_status (const char *text, gint64 *first, gint64 *last)
{
  guint64 value;

  if (strlen (text) == 3 && text[0] >= '1' && text[0] <= '9'
      && (g_ascii_strcasecmp (text + 1, "xx") == 0 || strcmp (text + 1, "**") == 0))
    {
      *first = (text[0] - '0') * 100;
      *last = *first + 99;
      return TRUE;
    }
  if (!g_ascii_string_to_unsigned (text, 10, 0, 999, &value, NULL))
    return FALSE;
  *first = *last = value;
  return TRUE;
}

typedef gboolean (*ReadValue) (const char *text, gint64 *first, gint64 *last);

/* "a..b" or one value. */
static gboolean
read_range (ReadValue read, const char *text, gint64 *first, gint64 *last)
{
  const char *dots = strstr (text, "..");
  g_autofree char *begin = NULL;
  gint64 ignored;

  if (dots == NULL)
    return read (text, first, last);
  begin = g_strndup (text, dots - text);
  return read (begin, first, &ignored) && read (dots + 2, &ignored, last) && *first <= *last;
}

static HpLogNode *
parse_one_status (HpLogOp op, const char *value, gboolean quoted, GError **error)
{
  gint64 first, last;

  if (!read_range (read_status, value, &first, &last))
    return reject (error, g_strdup_printf (_ ("“%s” is not a status. Write it like 404, 4xx, "
                                              "400..499 or >=400."),
                                           value));
  return compare (HP_LOG_NUMBER_STATUS, op, first, last);
}

static HpLogNode *
parse_status (const HpLogKey *key,
              HpLogOp op,
              const char *value,
              gboolean quoted,
              gint64 now_us,
              GError **error)
{
  return parse_each (parse_one_status, op, value, quoted, error);
}

static gboolean
read_exact_size (const char *text, gint64 *first, gint64 *last)
{
  gint64 half;

  if (!hp_log_value_parse_size (text, first, &half))
    return FALSE;
  *last = *first;
  return TRUE;
}

static gboolean
read_exact_duration (const char *text, gint64 *first, gint64 *last)
{
  gint64 half;

  if (!hp_log_value_parse_duration (text, first, &half))
    return FALSE;
  *last = *first;
  return TRUE;
}

/* Without a comparison a value means all that look the same with its digits: nobody knows the
 * bytes of a file of 1.2 MB. */
static void
widen (gint64 half, HpLogOp op, gint64 *first, gint64 *last)
{
  if ((op != HP_LOG_OP_COLON && op != HP_LOG_OP_EQUAL) || half == 0)
    return;
  *first -= half;
  *last += half - 1;
}

static HpLogNode *
parse_size (const HpLogKey *key,
            HpLogOp op,
            const char *value,
            gboolean quoted,
            gint64 now_us,
            GError **error)
{
  gint64 first, last, half;

  if (!read_range (read_exact_size, value, &first, &last))
    return reject (error, g_strdup_printf (_ ("“%s” is not a size. Write it like 500, 10kB, "
                                              "1.5MB or 1kB..1MB."),
                                           value));
  if (hp_log_value_parse_size (value, &first, &half))
    widen (half, op, &first, &last);
  return compare (HP_LOG_NUMBER_SIZE, op, first, last);
}

static HpLogNode *
parse_duration (const HpLogKey *key,
                HpLogOp op,
                const char *value,
                gboolean quoted,
                gint64 now_us,
                GError **error)
{
  gint64 first, last, half;

  if (!read_range (read_exact_duration, value, &first, &last))
    return reject (error, g_strdup_printf (_ ("“%s” is not a duration. Write it like 50ms, 1.5s, "
                                              "2min or 10ms..1s."),
                                           value));
  if (hp_log_value_parse_duration (value, &first, &half))
    widen (half, op, &first, &last);
  return compare (HP_LOG_NUMBER_DURATION, op, first, last);
}

static HpLogNode *
reject_time (GError **error, const char *value)
{
  return reject (error, g_strdup_printf (_ ("“%s” is not a time. Write it like 14:02, 14:02:11, "
                                            "2026-11-25, 2026-11-25T14:02 or 5m (five minutes "
                                            "ago)."),
                                         value));
}

static HpLogNode *
parse_since (const HpLogKey *key,
             HpLogOp op,
             const char *value,
             gboolean quoted,
             gint64 now_us,
             GError **error)
{
  gint64 first, last;

  if (!hp_log_value_parse_time (value, now_us, &first, &last))
    return reject_time (error, value);
  return hp_log_node_new_number (HP_LOG_NUMBER_TIME, first, G_MAXINT64);
}

static HpLogNode *
parse_until (const HpLogKey *key,
             HpLogOp op,
             const char *value,
             gboolean quoted,
             gint64 now_us,
             GError **error)
{
  gint64 first, last;

  if (!hp_log_value_parse_time (value, now_us, &first, &last))
    return reject_time (error, value);
  return hp_log_node_new_number (HP_LOG_NUMBER_TIME, G_MININT64, last);
}

static const char *const conditions[] = {
  [HP_LOG_IS_PROBLEM] = "problem",   [HP_LOG_IS_NOISE] = "noise",
  [HP_LOG_IS_ABORTED] = "aborted",   [HP_LOG_IS_CACHED] = "cached",
  [HP_LOG_IS_REDIRECT] = "redirect", [HP_LOG_IS_PINNED] = "pinned",
  [HP_LOG_IS_PAGE] = "page",         [HP_LOG_IS_ASSET] = "asset",
  [HP_LOG_IS_REPEATED] = "repeated", [HP_LOG_IS_REPEATED + 1] = NULL,
};

static const char *const condition_words[] = {
  [HP_LOG_IS_PROBLEM] = N_ ("Failed, and not noise"),
  [HP_LOG_IS_NOISE] = N_ ("What browsers ask for by themselves, such as favicon.ico"),
  [HP_LOG_IS_ABORTED] = N_ ("Broken off before the end"),
  [HP_LOG_IS_CACHED] = N_ ("Not sent again, as the client has it (304)"),
  [HP_LOG_IS_REDIRECT] = N_ ("Redirected to another address"),
  [HP_LOG_IS_PINNED] = N_ ("Pinned in this log"),
  [HP_LOG_IS_PAGE] = N_ ("What a person goes to"),
  [HP_LOG_IS_ASSET] = N_ ("What a page needs: styles, scripts, images, fonts"),
  [HP_LOG_IS_REPEATED] = N_ ("Sent again by Homeport"),
};

static HpLogNode *
parse_one_condition (HpLogOp op, const char *value, gboolean quoted, GError **error)
{
  const char *guess = hp_log_value_guess (conditions, value, strlen (value));
  g_autofree char *all = NULL;

  for (guint i = 0; conditions[i] != NULL; i++)
    if (g_ascii_strcasecmp (value, conditions[i]) == 0)
      {
        HpLogNode *node = hp_log_node_new (HP_LOG_NODE_IS);

        node->is = i;
        return node;
      }
  if (guess != NULL)
    return reject (error, g_strdup_printf (_ ("Unknown condition “is:%s”. Did you mean “is:%s”?"),
                                           value, guess));
  all = g_strjoinv (", ", (char **) conditions);
  /* Translators: the second %s is a list of words that are not translated. */
  return reject (error,
                 g_strdup_printf (_ ("Unknown condition “is:%s”. There are: %s."), value, all));
}

static HpLogNode *
parse_is (const HpLogKey *key,
          HpLogOp op,
          const char *value,
          gboolean quoted,
          gint64 now_us,
          GError **error)
{
  return parse_each (parse_one_condition, op, value, quoted, error);
}

static gboolean
is_field_name (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && strchr ("!#$%&'*+-.^_`|~", text[i]) == NULL)
      return FALSE;
  return length > 0;
}

/* header:NAME, header:NAME=VALUE, header:"text anywhere in a line". */
static HpLogNode *
parse_header (const HpLogKey *key,
              HpLogOp op,
              const char *value,
              gboolean quoted,
              gint64 now_us,
              GError **error)
{
  gsize length = strcspn (value, "=:");
  HpLogNode *node;
  const char *wanted;

  if (!quoted && !is_field_name (value, length))
    return reject (error, g_strdup_printf (_ ("“%s” is not the name of a header field. Write it "
                                              "like header:accept or header:accept=html, or put "
                                              "a text in quotes."),
                                           value));
  node = hp_log_node_new (HP_LOG_NODE_HEADER);
  if (quoted)
    {
      node->pattern = hp_log_pattern_new (HP_LOG_PATTERN_CONTAINS, value);
      return node;
    }
  node->name = g_strndup (value, length);
  wanted = value + length + (value[length] != '\0');
  if (*wanted != '\0')
    node->pattern = hp_log_pattern_new (pattern_kind (HP_LOG_OP_COLON, wanted, FALSE), wanted);
  return node;
}

static HpLogNode *
parse_host (const HpLogKey *key,
            HpLogOp op,
            const char *value,
            gboolean quoted,
            gint64 now_us,
            GError **error)
{
  HpLogNode *node = hp_log_node_new (HP_LOG_NODE_HEADER);

  node->name = g_strdup ("Host");
  node->pattern = hp_log_pattern_new (pattern_kind (op, value, quoted), value);
  return node;
}

static const char *const methods[] = { "GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", NULL };
static const char *const statuses[] = { "2xx", "3xx", "4xx", "5xx", "200", "304", "404", NULL };

static const HpLogKey keys[] = {
  { "path", "path:/img/*.png", N_ ("The path, without what follows “?”"), NULL, NULL,
    (HpLogSeen) HP_LOG_TEXT_PATH, FALSE, parse_text },
  { "query", "query:id=5", N_ ("What follows “?”"), NULL, NULL, (HpLogSeen) HP_LOG_TEXT_QUERY,
    FALSE, parse_text },
  { "method", "method:GET", N_ ("The method"), methods, NULL, (HpLogSeen) HP_LOG_TEXT_METHOD, FALSE,
    parse_method },
  { "status", "status>=400", N_ ("The status: 404, 4xx, 400..499, >=400"), statuses, NULL,
    HP_LOG_SEEN_STATUS, TRUE, parse_status },
  { "type", "type:image",
    N_ ("html, style, script, json, image, font, media, or a part of the media type"), type_names,
    NULL, (HpLogSeen) HP_LOG_TEXT_TYPE, FALSE, parse_type },
  { "size", "size>1MB", N_ ("Bytes sent: B, kB, MB, GB, KiB, MiB, GiB"), NULL, NULL,
    HP_LOG_SEEN_NOTHING, TRUE, parse_size },
  { "duration", "duration>=50ms", N_ ("The time it took: us, ms, s, min"), NULL, NULL,
    HP_LOG_SEEN_NOTHING, TRUE, parse_duration },
  { "client", "client:Firefox", N_ ("The client’s address or program"), NULL, NULL,
    (HpLogSeen) HP_LOG_TEXT_AGENT, FALSE, parse_client },
  { "referrer", "referrer:/index.html", N_ ("The page that asked for it"), NULL, NULL,
    (HpLogSeen) HP_LOG_TEXT_REFERRER, FALSE, parse_text },
  { "header", "header:accept=html",
    N_ ("A header field of request or answer; a text in quotes is looked for in all of them"), NULL,
    NULL, HP_LOG_SEEN_HEADERS, FALSE, parse_header },
  { "host", "host:localhost", N_ ("The name of the server that was asked for"), NULL, NULL,
    HP_LOG_SEEN_NOTHING, FALSE, parse_host },
  { "is", "is:problem",
    N_ ("problem, noise, aborted, cached, redirect, pinned, page, asset, repeated"), conditions,
    condition_words, HP_LOG_SEEN_NOTHING, FALSE, parse_is },
  { "since", "since:14:02", N_ ("From this time on: 14:02, 14:02:11, 5m (ago), 2026-11-25"), NULL,
    NULL, HP_LOG_SEEN_NOTHING, FALSE, parse_since },
  { "until", "until:2026-11-25", N_ ("Up to this time"), NULL, NULL, HP_LOG_SEEN_NOTHING, FALSE,
    parse_until },
  { NULL },
};

const HpLogKey *
hp_log_keys_get (void)
{
  return keys;
}

const HpLogKey *
hp_log_key_find (const char *name, gsize length)
{
  /* As HTTP spells it. */
  if (length == strlen ("referer") && g_ascii_strncasecmp (name, "referer", length) == 0)
    return hp_log_key_find ("referrer", strlen ("referrer"));
  for (const HpLogKey *key = keys; key->name != NULL; key++)
    if (strlen (key->name) == length && g_ascii_strncasecmp (key->name, name, length) == 0)
      return key;
  return NULL;
}

const char *
hp_log_key_guess (const char *name, gsize length)
{
  /* Other words for the same in other programs. */
  static const char *const others[][2] = {
    { "url", "path" },     { "uri", "path" },          { "code", "status" },
    { "mime", "type" },    { "content-type", "type" }, { "time", "duration" },
    { "bytes", "size" },   { "length", "size" },       { "ip", "client" },
    { "agent", "client" }, { "browser", "client" },    { "from", "referrer" },
    { "before", "until" }, { "after", "since" },
  };
  const char *names[G_N_ELEMENTS (keys)];

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (strlen (others[i][0]) == length && g_ascii_strncasecmp (others[i][0], name, length) == 0)
      return others[i][1];
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    names[i] = keys[i].name;
  return hp_log_value_guess (names, name, length);
}

#define DESCRIBE_WIDTH  80
#define DESCRIBE_INDENT 26

static void
append_spaces (GString *out, guint n)
{
  g_string_append_printf (out, "%*s", (int) n, "");
}

/* An example, and beside it what it means, in as many lines as that needs. */
static void
append_entry (GString *out, const char *example, const char *words)
{
  g_auto (GStrv) parts = g_strsplit (words, " ", -1);
  guint column = 2 + g_utf8_strlen (example, -1);

  g_string_append_printf (out, "  %s", example);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      guint width = g_utf8_strlen (parts[i], -1);

      if (column > DESCRIBE_INDENT && column + 1 + width > DESCRIBE_WIDTH)
        {
          g_string_append_c (out, '\n');
          column = 0;
        }
      append_spaces (out, column < DESCRIBE_INDENT ? DESCRIBE_INDENT - column : 1);
      column = MAX (column + 1, DESCRIBE_INDENT) + width;
      g_string_append (out, parts[i]);
    }
  g_string_append_c (out, '\n');
}

char *
hp_log_query_describe (void)
{
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "%s\n\n", _ ("A filter is made of words and conditions:"));
  append_entry (out, "logo", _ ("A word: in the address, the type, the method or the status"));
  append_entry (out, "\"two words\"", _ ("In quotes: spaces and signs mean themselves"));
  append_entry (out, "*.png", _ ("A star stands for anything; the rest must fit as a whole"));
  append_entry (out, "a b", _ ("Both"));
  append_entry (out, "a OR b", _ ("One of them"));
  append_entry (out, "-a", _ ("Not this one"));
  append_entry (out, "(a OR b) -c", _ ("Parentheses keep together"));
  g_string_append_printf (out, "\n%s\n\n", _ ("Conditions are a key, a sign and a value:"));
  for (const HpLogKey *key = keys; key->name != NULL; key++)
    append_entry (out, key->example, _ (key->words));
  g_string_append_printf (
      out, "\n%s\n",
      _ ("Signs: “:” contains, “=” is exactly, and for numbers “>”, “>=”, “<” and “<=”.\n"
         "Capital and small letters are the same, but OR is written in capitals.\n"
         "Several values are separated by commas: status:404,500."));
  return g_string_free (out, FALSE);
}
