/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include <glib.h>
#include <json-glib/json-glib.h>

#include "log/hp-log-address.h"
#include "log/hp-log-format.h"
#include "log/hp-log-formatter.h"

/* 2026-11-24 13:02:11.300123 UTC */
#define TIME_US G_GINT64_CONSTANT (1795525331300123)
#define BASE    "http://localhost:62893"

static const HpRequestRecord plain = {
  .time_us = TIME_US,
  .bytes = 4123,
  .duration_us = 1300,
  .first_byte_us = 300,
  .status = 200,
  .reason = HP_REASON_SERVED,
  .flags = HP_RECORD_REUSED,
  .method = "GET",
  .target = "/a.html?x=1&y=%20z",
  .client = "127.0.0.1",
  .client_port = 40000,
  .connection = 7,
  .fetch_dest = HP_FETCH_DEST_DOCUMENT,
  .referrer = "http://localhost:62893/",
  .user_agent = "ua",
  .media_type = "text/html",
  .request_fields = "Host: localhost:62893\nUser-Agent: ua\nReferer: http://localhost:62893/\n"
                    "Cookie: a=1; b=2\nConnection: keep-alive\n",
  .response_fields = "Content-Type: text/html\nContent-Length: 4123\n",
  .file = "a.html",
  .program = "firefox",
};

/* What a line, a cell, a string or a word could be broken with. */
static const char *const hostile[] = {
  "'",
  "''",
  "\"",
  "\\",
  "\\n",
  "$(touch /tmp/pwned)",
  "`id`",
  "!!",
  "%s%n%d\\x41",
  "a\tb",
  "a\rX-Forged: 1",
  "\x1b[2J\x07",
  "\x7f",
  "\xff\xfe",
  "\xc3",
  "\xe2\x80\xae.txt",
  "\xc2\x9b",
  "\xe2\x80\xa8",
  "=1+1",
  "+1",
  "-1",
  "@SUM(A1)",
  " =1",
  "\t=1",
  "＝1",
  "a,b;c",
  "\",\"forged",
  "-- \r\n127.0.0.1 - - [forged]",
  "]}}",
  "<script>",
  "\xf0\x9f\x8f\xa0",
  "@/etc/passwd",
  "'\\''",
};

/* Fields are lines, so that a newline can't be part of one. */
static char *
make_fields (const char *value)
{
  char *fields = g_strdup_printf ("Host: localhost:62893\nX-Test: %s\nUser-Agent: %s\n", value,
                                  value);

  for (char *p = fields + strlen ("Host: localhost:62893\nX-Test: "); *p != '\0'; p++)
    if (*p == '\n' && !g_str_has_prefix (p, "\nUser-Agent: ") && p[1] != '\0')
      *p = '\r';
  return fields;
}

static HpRequestRecord
make_hostile (const char *text, char **fields)
{
  HpRequestRecord record = plain;

  *fields = make_fields (text);
  record.method = record.target = record.client = text;
  record.referrer = record.user_agent = record.media_type = record.file = record.program = text;
  record.request_fields = record.response_fields = *fields;
  record.body = text;
  record.body_length = strlen (text);
  return record;
}

/* No byte that moves a cursor or ends a line but those of the format itself. */
static void
assert_calm (const char *text, gsize length, const char *allowed)
{
  g_assert_true (g_utf8_validate (text, length, NULL));
  for (const char *p = text; p < text + length; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (hp_log_is_hidden (c) && (c > 0x7f || strchr (allowed, c) == NULL))
        g_error ("U+%04X in “%s”", c, text);
    }
}

static void
test_har_entry (void)
{
  g_autoptr (GString) out = g_string_new (NULL);

  hp_log_format_har_entry (out, &plain, BASE, FALSE);
  g_assert_cmpstr (
      out->str, ==,
      "{\"startedDateTime\":\"2026-11-24T13:02:11.300123Z\",\"time\":1.3,"
      "\"request\":{\"method\":\"GET\",\"url\":\"http://localhost:62893/a.html?x=1&y=%20z\","
      "\"httpVersion\":\"HTTP/1.1\",\"cookies\":[],"
      "\"headers\":[{\"name\":\"Host\",\"value\":\"localhost:62893\"},"
      "{\"name\":\"User-Agent\",\"value\":\"ua\"},"
      "{\"name\":\"Referer\",\"value\":\"http://localhost:62893/\"},"
      "{\"name\":\"Connection\",\"value\":\"keep-alive\"}],"
      "\"queryString\":[{\"name\":\"x\",\"value\":\"1\"},{\"name\":\"y\",\"value\":\"%20z\"}],"
      "\"headersSize\":-1,\"bodySize\":0},"
      "\"response\":{\"status\":200,\"statusText\":\"OK\",\"httpVersion\":\"HTTP/1.1\","
      "\"cookies\":[],\"headers\":[{\"name\":\"Content-Type\",\"value\":\"text/html\"},"
      "{\"name\":\"Content-Length\",\"value\":\"4123\"}],"
      "\"content\":{\"size\":4123,\"mimeType\":\"text/html\"},\"redirectURL\":\"\","
      "\"headersSize\":-1,\"bodySize\":4123},\"cache\":{},"
      "\"timings\":{\"blocked\":-1,\"dns\":-1,\"connect\":-1,\"send\":0,\"wait\":0.3,"
      "\"receive\":1.0,\"ssl\":-1},\"connection\":\"7\",\"_client\":\"firefox\","
      "\"_homeport\":{\"reason\":\"served\",\"reused\":true,\"fetchDest\":\"document\","
      "\"file\":\"a.html\",\"client\":\"127.0.0.1\",\"clientPort\":40000,\"firstByteUs\":300}}");
}

static void
test_secrets (void)
{
  HpRequestRecord record = plain;

  record.request_fields = "cookie: a=SECRET; b=2\nAUTHORIZATION: Basic SECRET\nX: y\n";
  record.response_fields = "Set-Cookie: c=SECRET\nX: y\n";
  for (HpLogFormat format = 0; format < HP_N_LOG_FORMATS; format++)
    for (guint secrets = 0; secrets < 2; secrets++)
      {
        g_autoptr (HpLogFormatter) formatter = hp_log_formatter_new (format, BASE, secrets);
        g_autoptr (GString) out = g_string_new (NULL);
        gboolean has_heads = format == HP_LOG_FORMAT_HAR || format == HP_LOG_FORMAT_JSON_LINES;

        hp_log_formatter_add (formatter, out, &record);
        g_assert_true ((strstr (out->str, "SECRET") != NULL) == (secrets && has_heads));
        if (format == HP_LOG_FORMAT_HAR && secrets)
          g_assert_nonnull (strstr (out->str, "\"cookies\":[{\"name\":\"a\",\"value\":\"SECRET\"},"
                                              "{\"name\":\"b\",\"value\":\"2\"}]"));
      }
}

static char *
dup_program_cb (gpointer data, guint32 connection)
{
  return connection == 7 ? g_strdup (data) : NULL;
}

/* A name that is found out later, only for records that don't bring their own and are no others'.
 */
static void
test_programs (void)
{
  static const struct
  {
    guint32 connection;
    const char *program;
    HpRecordFlags flags;
    const char *expected;
  } cases[] = {
    { 7, NULL, 0, "\"la\"\"ter\"\r\n" },
    { 8, NULL, 0, ",\"a.html\",\r\n" },
    { 0, NULL, 0, ",\"a.html\",\r\n" },
    { 7, "own", 0, ",\"own\"\r\n" },
    { 7, NULL, HP_RECORD_SAVED, ",\"a.html\",\r\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HpLogFormatter *formatter = hp_log_formatter_new (HP_LOG_FORMAT_CSV, BASE, FALSE);
      g_autoptr (GString) out = g_string_new (NULL);
      HpRequestRecord record = plain;

      record.connection = cases[i].connection;
      record.program = cases[i].program;
      record.flags = cases[i].flags;
      hp_log_formatter_set_programs (formatter, dup_program_cb, g_strdup ("la\"ter"), g_free);
      hp_log_formatter_add (formatter, out, &record);
      g_assert_true (g_str_has_suffix (out->str, cases[i].expected));
      hp_log_formatter_free (formatter);
    }
}

/* One record is one line (or one entry), whatever it holds, and what reads JSON gets it back. */
static void
test_hostile_json (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      g_autofree char *fields = NULL;
      HpRequestRecord record = make_hostile (hostile[i], &fields);
      g_autofree char *valid = g_utf8_make_valid (hostile[i], -1);
      g_autoptr (GString) line = g_string_new (NULL);
      g_autoptr (GString) entry = g_string_new (NULL);
      g_autoptr (JsonNode) line_node = NULL;
      g_autoptr (JsonNode) entry_node = NULL;
      JsonObject *extras;

      hp_log_format_json (line, &record);
      assert_calm (line->str, line->len, "\n");
      g_assert_true (strchr (line->str, '\n') == line->str + line->len - 1);
      line_node = json_from_string (line->str, NULL);
      g_assert_nonnull (line_node);
      g_assert_cmpstr (json_object_get_string_member (json_node_get_object (line_node), "target"),
                       ==, valid);
      g_assert_cmpstr (json_object_get_string_member (json_node_get_object (line_node), "file"), ==,
                       valid);

      hp_log_format_har_entry (entry, &record, BASE, TRUE);
      assert_calm (entry->str, entry->len, "");
      entry_node = json_from_string (entry->str, NULL);
      g_assert_nonnull (entry_node);
      extras = json_object_get_object_member (json_node_get_object (entry_node), "_homeport");
      g_assert_cmpstr (json_object_get_string_member (extras, "file"), ==, valid);
      g_assert_cmpuint (json_object_get_size (json_node_get_object (entry_node)), ==, 9);
    }
}

static void
test_hostile_combined (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      g_autofree char *fields = NULL;
      HpRequestRecord record = make_hostile (hostile[i], &fields);
      g_autoptr (GString) line = g_string_new (NULL);

      hp_log_format_combined (line, &record);
      assert_calm (line->str, line->len, "\n");
      g_assert_true (strchr (line->str, '\n') == line->str + line->len - 1);
    }
}

/* A strict reader of RFC 4180: the cells of one line, which must be all of the text. */
static GPtrArray *
read_csv (const char *text)
{
  GPtrArray *cells = g_ptr_array_new_with_free_func (g_free);
  const char *p = text;

  while (TRUE)
    {
      GString *cell = g_string_new (NULL);

      if (*p == '"')
        {
          for (p++; *p != '"' || p[1] == '"'; p++)
            {
              g_assert_true (*p != '\0');
              g_string_append_c (cell, *p);
              if (*p == '"')
                p++;
            }
          p++;
        }
      else
        for (; *p != ',' && *p != '\r'; p++)
          {
            g_assert_true (*p != '\0' && *p != '"' && *p != '\n');
            g_string_append_c (cell, *p);
          }
      g_ptr_array_add (cells, g_string_free (cell, FALSE));
      if (*p == '\r')
        break;
      g_assert_cmpint (*p, ==, ',');
      p++;
    }
  g_assert_cmpstr (p, ==, "\r\n");
  return cells;
}

static void
test_csv (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GPtrArray) names = NULL;
  HpRequestRecord empty = { .time_us = TIME_US };

  hp_log_format_csv_head (out);
  names = read_csv (out->str);
  g_assert_cmpuint (names->len, ==, 17);

  g_string_truncate (out, 0);
  hp_log_format_csv (out, &plain);
  g_assert_cmpstr (out->str, ==,
                   "2026-11-24T13:02:11.300Z,\"GET\",\"/a.html?x=1&y=%20z\",200,4123,1.3,0.3,"
                   "\"text/html\",\"127.0.0.1\",40000,7,\"http://localhost:62893/\",\"ua\","
                   "\"served\",false,\"a.html\",\"firefox\"\r\n");

  g_string_truncate (out, 0);
  hp_log_format_csv (out, &empty);
  g_assert_cmpstr (out->str, ==, "2026-11-24T13:02:11.300Z,,,,0,0.0,,,,,,,,,false,,\r\n");
}

static void
test_hostile_csv (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      g_autofree char *fields = NULL;
      HpRequestRecord record = make_hostile (hostile[i], &fields);
      g_autofree char *visible = hp_log_format_visible (hostile[i], 0);
      g_autoptr (GString) line = g_string_new (NULL);
      g_autoptr (GPtrArray) cells = NULL;
      const char *target;

      hp_log_format_csv (line, &record);
      assert_calm (line->str, line->len, "\r\n");
      cells = read_csv (line->str);
      g_assert_cmpuint (cells->len, ==, 17);
      target = g_ptr_array_index (cells, 2);
      g_assert_true (g_str_has_suffix (target, visible));
      for (guint n = 0; n < cells->len; n++)
        g_assert_null (strchr ("=+-@\t", *(char *) g_ptr_array_index (cells, n) ?: 'x'));
    }
}

/* The words a shell makes of the command, without "curl" itself. */
static GPtrArray *
read_words (const char *shell, const char *command, GBytes **input)
{
  g_autofree char *script = g_strconcat ("curl () { printf '%s\\0' \"$@\"; if [ \"$PIPED\" ]; then "
                                         "printf '\\n'; cat; fi; }\n",
                                         command, "\n", NULL);
  const char *argv[] = { shell, "-c", script, NULL };
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GBytes) output = NULL;
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  const char *data;
  gsize size;
  gsize n;

  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C.UTF-8", TRUE);
  g_subprocess_launcher_setenv (launcher, "PIPED", g_str_has_prefix (command, "printf") ? "1" : "",
                                TRUE);
  process = g_subprocess_launcher_spawnv (launcher, argv, NULL);
  g_assert_nonnull (process);
  g_assert_true (g_subprocess_communicate (process, NULL, NULL, &output, NULL, NULL));
  g_assert_true (g_subprocess_get_successful (process));

  data = g_bytes_get_data (output, &size);
  for (n = 0; n < size && data[n] != '\n'; n += strlen (data + n) + 1)
    g_ptr_array_add (words, g_strdup (data + n));
  if (input != NULL)
    *input = g_bytes_new (data + n + 1, n < size ? size - n - 1 : 0);
  return words;
}

static gboolean
has_words (GPtrArray *words, const char *option, const char *value)
{
  for (guint i = 0; i + 1 < words->len; i++)
    if (g_str_equal (g_ptr_array_index (words, i), option)
        && g_str_equal (g_ptr_array_index (words, i + 1), value))
      return TRUE;
  return FALSE;
}

static void
test_curl (void)
{
  static const struct
  {
    HpRequestRecord record;
    const char *command;
  } cases[] = {
    { { .method = "GET", .target = "/a?b[]={c}", .user_agent = "it's", .referrer = "" },
      "curl --globoff --path-as-is 'http://localhost:62893/a?b[]={c}' \\\n"
      "  -H 'User-Agent: it'\\''s'" },
    { { .method = "HEAD",
        .target = "/",
        .request_fields = "Host: 127.0.0.1:62893\nAccept: */*\nUser-Agent:\nConnection: close\n"
                          "Accept-Encoding: gzip\n" },
      "curl --globoff --path-as-is 'http://127.0.0.1:62893/' --head \\\n"
      "  -H 'Accept: */*' \\\n  -H 'User-Agent;' \\\n  -H 'Accept-Encoding: gzip' \\\n"
      "  --compressed" },
    { { .method = "POST",
        .target = "/form",
        .body = "a=1",
        .body_length = 3,
        .request_fields = "Host: evil.example\nContent-Length: 3\n@/etc/passwd: x\n" },
      "curl --globoff --path-as-is 'http://localhost:62893/form' \\\n"
      "  -H 'Host: evil.example' \\\n  -H 'User-Agent:' \\\n  -H 'Accept:' \\\n"
      "  -H 'Content-Type:' \\\n  --data-raw 'a=1'" },
    { { .method = "PUT", .target = "/b", .body = "\x00-'%", .body_length = 4 },
      "printf '\\000-\\047%%' | curl --globoff --path-as-is 'http://localhost:62893/b' \\\n"
      "  -X 'PUT' \\\n  --data-binary @-" },
    { { .method = "OPTIONS", .target = "*" },
      "curl --globoff --path-as-is 'http://localhost:62893/*' \\\n  -X 'OPTIONS' \\\n"
      "  --request-target '*'" },
    { { .method = "GET", .target = "/a b#\xff!" },
      "curl --globoff --path-as-is 'http://localhost:62893/a%20b%23%FF!' \\\n"
      "  --request-target \"$(printf '/a b#\\377\\041')\"" },
    { { .method = "GET", .target = "http://localhost:1/x" },
      "curl --globoff --path-as-is 'http://localhost:1/x'" },
    { { 0 }, "curl --globoff --path-as-is 'http://localhost:62893/'" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      hp_log_format_curl (out, &cases[i].record, BASE);
      g_assert_cmpstr (out->str, ==, cases[i].command);
    }
}

/* What arrives in the program is what the request held, and nothing else has been run. */
static void
test_hostile_curl (gconstpointer shell)
{
  g_autofree char *path = g_find_program_in_path (shell);

  if (path == NULL)
    {
      g_test_skip ("no such shell");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      g_autofree char *fields = NULL;
      HpRequestRecord record = make_hostile (hostile[i], &fields);
      g_autoptr (GString) out = g_string_new (NULL);
      g_autoptr (GPtrArray) words = NULL;
      g_autoptr (GBytes) input = NULL;
      g_autofree char *stripped = g_strdup (hostile[i]);
      g_autofree char *field = NULL;
      g_autofree char *method = g_strndup (hostile[i], strcspn (hostile[i], "\r\n"));

      hp_log_format_curl (out, &record, BASE);
      for (gsize n = 0; n < out->len; n++)
        g_assert_true (g_ascii_isprint (out->str[n]) || out->str[n] == '\n');

      words = read_words (path, out->str, &input);
      /* A field's value has no blanks around it, and no line of its own. */
      g_strstrip (g_strdelimit (stripped, "\r\n", ' '));
      field = g_strconcat ("X-Test: ", stripped, NULL);
      g_assert_true (has_words (words, "-H", field));
      g_assert_true (has_words (words, "-X", method));
      if (g_bytes_get_size (input) > 0)
        g_assert_cmpmem (g_bytes_get_data (input, NULL), g_bytes_get_size (input), hostile[i],
                         strlen (hostile[i]));
      else
        g_assert_true (has_words (words, "--data-raw", hostile[i]));
    }
}

static void
test_address (void)
{
  static const struct
  {
    const char *address;
    const char *target;
  } cases[] = {
    { "http://localhost:62893/a?b#c", "/a?b" },
    { "http://LOCALHOST/", "/" },
    { "http://127.0.0.1:1", "/" },
    { "http://[::1]:1/x", "/x" },
    { "http://app.localhost:1/x", "/x" },
    { "http://localhost?x", "/?x" },
    { "http://localhost.evil.example/x", "http://localhost.evil.example/x" },
    { "http://.localhost/", "http://.localhost/" },
    { "https://localhost/x#y", "https://localhost/x" },
    { "http://example.com/", "http://example.com/" },
    { "data:text/plain,x", "data:text/plain,x" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *target = hp_log_address_dup_target (cases[i].address);

      g_assert_cmpstr (target, ==, cases[i].target);
    }
}

static void
test_fields (void)
{
  const char *fields = "\nA: 1\nno-colon\n:x\nEmpty:\r\n  Odd :\t2 \nlast:end";
  static const char *const expected[] = { "A",     "1", "no-colon", "",  "",     "x",
                                          "Empty", "",  "  Odd ",   "2", "last", "end" };
  HpLogField field;
  guint n = 0;

  for (; hp_log_fields_next (&fields, &field); n += 2)
    {
      g_autofree char *name = g_strndup (field.name, field.name_length);
      g_autofree char *value = g_strndup (field.value, field.value_length);

      g_assert_cmpuint (n, <, G_N_ELEMENTS (expected));
      g_assert_cmpstr (name, ==, expected[n]);
      g_assert_cmpstr (value, ==, expected[n + 1]);
    }
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (expected));
  g_assert_false (hp_log_fields_find (NULL, "A", &field));
  g_assert_true (hp_log_fields_find ("B: 1\nA: 2", "a", &field));
}

static void
test_nicks (void)
{
  for (HpLogFormat format = 0; format < HP_N_LOG_FORMATS; format++)
    {
      HpLogFormat found;

      g_assert_true (hp_log_format_from_nick (hp_log_format_get_nick (format), &found));
      g_assert_cmpint (found, ==, format);
    }
  g_assert_false (hp_log_format_from_nick ("HAR", &(HpLogFormat){ 0 }));
  for (guint i = 1; i < HP_N_FETCH_DESTS; i++)
    g_assert_cmpint (hp_fetch_dest_from_nick (hp_fetch_dest_get_nick (i)), ==, i);
  for (guint i = 0; i < HP_N_REASONS; i++)
    g_assert_cmpint (hp_reason_from_nick (hp_reason_get_nick (i)), ==, i);
  g_assert_cmpint (hp_reason_from_nick (NULL), ==, HP_REASON_NONE);
  g_assert_cmpint (hp_fetch_dest_from_nick (NULL), ==, HP_FETCH_DEST_UNKNOWN);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-exporters/har-entry", test_har_entry);
  g_test_add_func ("/log-exporters/secrets", test_secrets);
  g_test_add_func ("/log-exporters/programs", test_programs);
  g_test_add_func ("/log-exporters/hostile-json", test_hostile_json);
  g_test_add_func ("/log-exporters/hostile-combined", test_hostile_combined);
  g_test_add_func ("/log-exporters/csv", test_csv);
  g_test_add_func ("/log-exporters/hostile-csv", test_hostile_csv);
  g_test_add_func ("/log-exporters/curl", test_curl);
  g_test_add_data_func ("/log-exporters/hostile-curl/sh", "sh", test_hostile_curl);
  g_test_add_data_func ("/log-exporters/hostile-curl/bash", "bash", test_hostile_curl);
  g_test_add_data_func ("/log-exporters/hostile-curl/dash", "dash", test_hostile_curl);
  g_test_add_func ("/log-exporters/address", test_address);
  g_test_add_func ("/log-exporters/fields", test_fields);
  g_test_add_func ("/log-exporters/nicks", test_nicks);
  return g_test_run ();
}
