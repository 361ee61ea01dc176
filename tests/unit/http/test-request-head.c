/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "http/hp-request-head.h"

#define H "Host: localhost\r\n"

typedef struct
{
  const char *head;
  HpHeadState state;
  HpReason refusal;
  const char *method; /* NULL: must be NULL */
  const char *target;
} Case;

#define FINE(text, method, target)                                                                 \
  {                                                                                                \
    text, HP_HEAD_COMPLETE, HP_REASON_NONE, method, target                                         \
  }
#define BAD(text, method, target)                                                                  \
  {                                                                                                \
    text, HP_HEAD_REFUSED, HP_REASON_BAD_REQUEST, method, target                                   \
  }
#define REFUSED(text, method, target, reason)                                                      \
  {                                                                                                \
    text, HP_HEAD_REFUSED, HP_REASON_##reason, method, target                                      \
  }
#define BODY(text, method) REFUSED (text, method, "/", BODY)
#define CHUNKED(codings)                                                                           \
  REFUSED ("GET / HTTP/1.1\r\n" H codings "\r\n0\r\n\r\n", "GET", "/", NO_LENGTH)
#define CODING(codings) REFUSED ("GET / HTTP/1.1\r\n" H codings "\r\n", "GET", "/", CODING)
#define MORE(text)                                                                                 \
  {                                                                                                \
    text, HP_HEAD_INCOMPLETE, HP_REASON_NONE, NULL, NULL                                           \
  }

static const Case cases[] = {
  /* as it should be */
  FINE ("GET / HTTP/1.1\r\n" H "\r\n", "GET", "/"),
  FINE ("HEAD / HTTP/1.1\r\n" H "\r\n", "HEAD", "/"),
  FINE ("GET / HTTP/1.0\r\n\r\n", "GET", "/"),
  FINE ("GET / HTTP/1.0\r\n" H "\r\n", "GET", "/"),
  FINE ("GET / HTTP/1.9\r\n" H "\r\n", "GET", "/"),
  FINE ("\r\nGET / HTTP/1.1\r\n" H "\r\n", "GET", "/"),
  FINE ("\r\n\r\n\r\nGET / HTTP/1.1\r\n" H "\r\n", "GET", "/"),
  FINE ("GET /a%20b?x=1#y HTTP/1.1\r\n" H "\r\n", "GET", "/a%20b?x=1#y"),
  FINE ("GET http://localhost:1/a HTTP/1.1\r\n" H "\r\n", "GET", "http://localhost:1/a"),
  FINE ("OPTIONS * HTTP/1.1\r\n" H "\r\n", "OPTIONS", "*"),
  FINE ("CONNECT a:1 HTTP/1.1\r\n" H "\r\n", "CONNECT", "a:1"),
  FINE ("get / HTTP/1.1\r\n" H "\r\n", "get", "/"),
  FINE ("BREW / HTTP/1.1\r\n" H "\r\n", "BREW", "/"),
  FINE ("M-SEARCH / HTTP/1.1\r\n" H "\r\n", "M-SEARCH", "/"),
  FINE ("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF / HTTP/1.1\r\n" H "\r\n",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF",
        "/"),
  FINE ("GET /\xc3\xa4\xff HTTP/1.1\r\n" H "\r\n", "GET", "/\xc3\xa4\xff"),
  FINE ("GET nonsense HTTP/1.1\r\n" H "\r\n", "GET", "nonsense"),
  FINE ("GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET", "/"),
  FINE ("GET / HTTP/1.1\r\nHOST:localhost\r\n\r\n", "GET", "/"),
  FINE ("GET / HTTP/1.1\r\n" H "A:\r\n\r\n", "GET", "/"),
  FINE ("GET / HTTP/1.1\r\n" H "A: \t \r\n\r\n", "GET", "/"),
  FINE ("GET / HTTP/1.1\r\n" H "A: b\tc \xff\r\n\r\n", "GET", "/"),
  FINE ("GET / HTTP/1.1\r\n" H "A: b\r\nA: c\r\n\r\n", "GET", "/"),
  FINE ("GET / HTTP/1.1\r\n" H "!#$%&'*+-.^_`|~: x\r\n\r\n", "GET", "/"),
  FINE ("GET / HTTP/1.1\r\n" H "A: b: c\r\n\r\n", "GET", "/"),
  FINE ("GET / HTTP/1.1\r\n" H "Content-Length: 0\r\n\r\n", "GET", "/"),
  FINE ("POST / HTTP/1.1\r\n" H "content-length:0 \r\n\r\n", "POST", "/"),
  FINE ("GET / HTTP/1.1\r\n" H "\r\nGET / HTTP/1.1\r\nnonsense", "GET", "/"),
  FINE ("GET / HTTP/1.1\r\n" H "Expect: 100-continue\r\n\r\n", "GET", "/"),
  FINE ("GET / HTTP/1.1\r\n" H "Content-Lengthy: 5\r\n\r\n", "GET", "/"),

  /* not whole yet */
  MORE (""),
  MORE ("\r"),
  MORE ("\r\n"),
  MORE ("\r\n\r\n"),
  MORE ("G"),
  MORE ("GET / HTTP/1.1"),
  MORE ("GET / HTTP/1.1\r"),
  MORE ("GET / HTTP/1.1\r\n"),
  MORE ("GET / HTTP/1.1\r\n" H),
  MORE ("GET / HTTP/1.1\r\n" H "\r"),
  MORE ("GET / HTTP/1.1\r\n" H "Content-Length: 5\r\n"),

  /* request lines */
  BAD ("GET /\r\n", "GET", "/"),
  BAD ("GET\r\n", NULL, NULL),
  BAD ("GET \r\n", "GET", NULL),
  BAD ("GET  / HTTP/1.1\r\n" H "\r\n", "GET", NULL),
  BAD ("GET /  HTTP/1.1\r\n" H "\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1 \r\n" H "\r\n", "GET", "/"),
  BAD (" GET / HTTP/1.1\r\n" H "\r\n", NULL, NULL),
  BAD ("GET\t/ HTTP/1.1\r\n" H "\r\n", NULL, NULL),
  BAD ("GET /a b HTTP/1.1\r\n" H "\r\n", "GET", "/a"),
  BAD ("GET /a\tb HTTP/1.1\r\n" H "\r\n", "GET", "/a\tb"),
  BAD ("GET /a\x7f HTTP/1.1\r\n" H "\r\n", "GET", "/a\x7f"),
  BAD ("GET /a\rb HTTP/1.1\r\n" H "\r\n", "GET", "/a"),
  REFUSED ("GET / HTTP/2.0\r\n" H "\r\n", "GET", "/", VERSION),
  REFUSED ("GET / HTTP/3.0\r\n" H "\r\n", "GET", "/", VERSION),
  REFUSED ("GET / HTTP/9.9\r\n" H "\r\n", "GET", "/", VERSION),
  REFUSED ("GET / HTTP/0.9\r\n" H "\r\n", "GET", "/", VERSION),
  REFUSED ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "PRI", "*", VERSION),
  BAD ("GET / HTTP/2\r\n" H "\r\n", "GET", "/"),
  BAD ("GET / HTTP/2,0\r\n" H "\r\n", "GET", "/"),
  BAD ("GET / HTTP/x.1\r\n" H "\r\n", "GET", "/"),
  BAD ("GET / HTTP/1\r\n" H "\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.\r\n" H "\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.x\r\n" H "\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.10\r\n" H "\r\n", "GET", "/"),
  BAD ("GET / HTTP/01.1\r\n" H "\r\n", "GET", "/"),
  BAD ("GET / http/1.1\r\n" H "\r\n", "GET", "/"),
  BAD ("GET / HTTPS/1.1\r\n" H "\r\n", "GET", "/"),
  BAD ("G@T / HTTP/1.1\r\n" H "\r\n", NULL, NULL),
  BAD ("G(T / HTTP/1.1\r\n" H "\r\n", NULL, NULL),
  { "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG / HTTP/1.1\r\n" H "\r\n", HP_HEAD_REFUSED, HP_REASON_METHOD,
    NULL, NULL },
  BAD ("\x16\x03\x01", NULL, NULL),
  BAD ("\x80", NULL, NULL),
  BAD ("{\"a\": 1}", NULL, NULL),

  /* line ends */
  BAD ("GET / HTTP/1.1\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\n" H "\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\nHost: localhost\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "\n", "GET", "/"),
  BAD ("\nGET / HTTP/1.1\r\n" H "\r\n", NULL, NULL),
  BAD ("\r\n\nGET / HTTP/1.1\r\n" H "\r\n", NULL, NULL),
  BAD ("\r\r\nGET / HTTP/1.1\r\n" H "\r\n", NULL, NULL),

  /* fields */
  BAD ("GET / HTTP/1.1\r\n" H "A : b\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "A\t: b\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H " A: b\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "A: b\r\n c\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "A: b\r\n\tc\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n A: b\r\n" H "\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "A\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H ": b\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "A(b): c\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "A: b\rc\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "A: b\r\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "A: b\x01\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "A: b\x7f\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "\rA: b\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "\xc3\xa4: b\r\n\r\n", "GET", "/"),

  /* hosts */
  BAD ("GET / HTTP/1.1\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\nA: b\r\n\r\n", "GET", "/"),
  BAD ("GET http://localhost/ HTTP/1.1\r\n\r\n", "GET", "http://localhost/"),
  BAD ("GET / HTTP/1.1\r\n" H H "\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "hOST: evil\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.0\r\n" H H "\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\nHost : localhost\r\n\r\n", "GET", "/"),

  /* bodies */
  BODY ("POST / HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nhello", "POST"),
  BODY ("GET / HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nhello", "GET"),
  BODY ("GET / HTTP/1.1\r\n" H "Content-Length: 00\r\n\r\n", "GET"),
  BODY ("GET / HTTP/1.1\r\n" H "Content-Length: 99999999999999999999\r\n\r\n", "GET"),
  CHUNKED ("Transfer-Encoding: chunked\r\n"),
  CHUNKED ("transfer-encoding:CHUNKED \t\r\n"),
  CHUNKED ("Transfer-Encoding: ,chunked, \r\n"),
  CODING ("Transfer-Encoding: gzip, chunked\r\n"),
  CODING ("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"),
  CODING ("Transfer-Encoding: chunkedx\r\n"),
  CODING ("Transfer-Encoding: xchunked\r\n"),
  CODING ("Transfer-Encoding: identity\r\n"),
  CODING ("Transfer-Encoding: foo;bar=1\r\n"),
  BAD ("GET / HTTP/1.1\r\n" H "Transfer-Encoding:\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "Transfer-Encoding: ,\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "Transfer-Encoding: chunked, gzip\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "Transfer-Encoding: chunked, chunked\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n",
       "GET",
       "/"),
  BAD ("GET / HTTP/1.1\r\n" H "Transfer-Encoding: chunked;x=1\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "Transfer-Encoding: \"chunked\"\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.0\r\n" H "Transfer-Encoding: chunked\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "Content-Length: 0\r\nContent-Length: 0\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "Content-Length: 5, 5\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "Content-Length: -1\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "Content-Length: +0\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "Content-Length: 0x5\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "Content-Length:\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "Content-Length : 5\r\n\r\n", "GET", "/"),
  BAD (
      "GET / HTTP/1.1\r\n" H "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", "GET", "/"),
  BAD ("GET / HTTP/1.1\r\n" H "Transfer-Encoding : chunked\r\n\r\n", "GET", "/"),
};

static void
say (const char *head)
{
  g_autofree char *escaped = g_strescape (head, NULL);

  g_test_message ("%s", escaped);
}

static void
check (const Case *expected, const HpRequestHead *head, HpHeadState state)
{
  g_assert_cmpint (state, ==, expected->state);
  g_assert_cmpint (head->refusal, ==, expected->refusal);
  g_assert_cmpstr (head->method, ==, expected->method);
  g_assert_cmpstr (head->target, ==, expected->target);
  if (state == HP_HEAD_COMPLETE)
    g_assert_cmpmem (expected->head + head->length - 4, 4, "\r\n\r\n", 4);
  if (state != HP_HEAD_INCOMPLETE)
    g_assert_cmpuint (head->length, <=, strlen (expected->head));
}

static void
test_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (HpRequestHead) head = { 0 };

      say (cases[i].head);
      check (&cases[i], &head, hp_request_head_scan (&head, cases[i].head, strlen (cases[i].head)));
    }
}

/* However the bytes come, the verdict is the same. Each time they are in memory of just their size,
 * so that a sanitizer sees a look too far. */
static void
test_byte_by_byte (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (HpRequestHead) head = { 0 };
      HpHeadState state = HP_HEAD_INCOMPLETE;
      Case expected = cases[i];

      say (cases[i].head);
      for (gsize n = 0; n <= strlen (cases[i].head) && state == HP_HEAD_INCOMPLETE; n++)
        {
          g_autofree char *data = g_memdup2 (cases[i].head, n);

          state = hp_request_head_scan (&head, data, n);
        }

      /* Nonsense is known by its first byte, before there is a target. */
      if (head.target == NULL)
        expected.target = NULL;
      check (&expected, &head, state);
    }
}

static void
test_nul (void)
{
  static const struct
  {
    const char *head;
    gsize length;
    HpReason refusal;
    const char *target;
  } nuls[] = {
#define NUL(text, target) { text, sizeof text - 1, HP_REASON_BAD_REQUEST, target }
    NUL ("\0", NULL),
    NUL ("G\0T / HTTP/1.1\r\n" H "\r\n", NULL),
    NUL ("GET /a\0b HTTP/1.1\r\n" H "\r\n", "/a"),
    NUL ("GET / HTTP/1.1\r\n" H "A: b\0c\r\n\r\n", "/"),
    NUL ("GET / HTTP/1.1\r\n" H "A\0: b\r\n\r\n", "/"),
    NUL ("GET / HTTP/1.1\r\n" H "\0\r\n\r\n", "/"),
    NUL ("GET / HTTP/1.1\0\r\n" H "\r\n", "/"),
#undef NUL
  };

  for (gsize i = 0; i < G_N_ELEMENTS (nuls); i++)
    {
      g_auto (HpRequestHead) head = { 0 };

      g_assert_cmpint (hp_request_head_scan (&head, nuls[i].head, nuls[i].length), ==,
                       HP_HEAD_REFUSED);
      g_assert_cmpint (head.refusal, ==, nuls[i].refusal);
      g_assert_cmpstr (head.target, ==, nuls[i].target);
    }
}

static void
test_limits (void)
{
  static const struct
  {
    int target; /* length */
    int fields;
    int value; /* length of each */
    HpHeadState state;
  } limits[] = {
    { HP_HEAD_MAX_LINE - 13, 0, 0, HP_HEAD_COMPLETE },
    { HP_HEAD_MAX_LINE - 12, 0, 0, HP_HEAD_REFUSED },
    { 2 * HP_HEAD_MAX_SIZE, 0, 0, HP_HEAD_REFUSED },
    { 1, 1, HP_HEAD_MAX_LINE - 4, HP_HEAD_COMPLETE },
    { 1, 1, HP_HEAD_MAX_LINE - 3, HP_HEAD_REFUSED },
    { 1, HP_HEAD_MAX_FIELDS - 1, 10, HP_HEAD_COMPLETE },
    { 1, HP_HEAD_MAX_FIELDS, 10, HP_HEAD_REFUSED },
    { 1, 4, 8000, HP_HEAD_COMPLETE },
    { 1, 5, 8000, HP_HEAD_REFUSED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      g_auto (HpRequestHead) head = { 0 };
      g_autoptr (GString) text = g_string_new ("GET ");

      /* The target's own bytes: "GET " and " HTTP/1.1" are 13 more. */
      for (int n = 0; n < limits[i].target; n++)
        g_string_append_c (text, '/');
      g_string_append (text, " HTTP/1.1\r\n" H);
      for (int n = 0; n < limits[i].fields; n++)
        g_string_append_printf (text, "A:  %0*d\r\n", limits[i].value, n);
      g_string_append (text, "\r\n");

      g_assert_cmpint (hp_request_head_scan (&head, text->str, text->len), ==, limits[i].state);
      g_assert_cmpint (head.refusal, ==,
                       limits[i].state == HP_HEAD_REFUSED ? HP_REASON_TOO_LONG : HP_REASON_NONE);
      g_assert_cmpstr (head.method, ==, "GET");
      g_assert_nonnull (head.target);
      g_assert_cmpuint (strlen (head.target), <=, HP_HEAD_MAX_LINE);
    }
}

/* A line that never ends is refused as soon as it is too long. */
static void
test_endless (void)
{
  g_auto (HpRequestHead) line = { 0 };
  g_auto (HpRequestHead) lines = { 0 };
  g_autoptr (GString) text = g_string_new ("GET /");
  HpHeadState state = HP_HEAD_INCOMPLETE;

  while (state == HP_HEAD_INCOMPLETE)
    {
      state = hp_request_head_scan (&line, text->str, text->len);
      g_string_append_c (text, 'a');
      g_assert_cmpuint (text->len, <, HP_HEAD_MAX_LINE + 10);
    }
  g_assert_cmpint (line.refusal, ==, HP_REASON_TOO_LONG);

  state = HP_HEAD_INCOMPLETE;
  g_string_truncate (text, 0);
  while (state == HP_HEAD_INCOMPLETE)
    {
      g_string_append (text, "\r\n");
      state = hp_request_head_scan (&lines, text->str, text->len);
      g_assert_cmpuint (text->len, <, HP_HEAD_MAX_SIZE + 10);
    }
  g_assert_cmpint (lines.refusal, ==, HP_REASON_TOO_LONG);
}

static void
test_fields (void)
{
  static const char text[] = "GET /x HTTP/1.1\r\n"
                             "host:  localhost:80 \r\n"
                             "Range: bytes=0-1\r\n"
                             "If-None-Match: \"a\"\r\n"
                             "X-Other: y\r\n"
                             "if-none-match:\"b\"\t\r\n"
                             "If-None-Match: W/\"c\"\r\n"
                             "Referer: http://localhost/\xc3\xa4\r\n"
                             "User-Agent: me\tand you\r\n"
                             "\r\nGET /next";
  g_auto (HpRequestHead) head = { 0 };

  g_assert_cmpint (hp_request_head_scan (&head, text, sizeof text - 1), ==, HP_HEAD_COMPLETE);
  g_assert_cmpstr (text + head.length, ==, "GET /next");
  g_assert_cmpstr (head.target, ==, "/x");
  g_assert_cmpint (head.minor_version, ==, 1);
  g_assert_cmpstr (head.fields[HP_FIELD_HOST], ==, "localhost:80");
  g_assert_cmpstr (head.fields[HP_FIELD_RANGE], ==, "bytes=0-1");
  g_assert_cmpstr (head.fields[HP_FIELD_IF_NONE_MATCH], ==, "\"a\", \"b\", W/\"c\"");
  g_assert_cmpstr (head.fields[HP_FIELD_REFERER], ==, "http://localhost/\xc3\xa4");
  g_assert_cmpstr (head.fields[HP_FIELD_USER_AGENT], ==, "me\tand you");
  g_assert_null (head.fields[HP_FIELD_IF_MATCH]);
  g_assert_null (head.fields[HP_FIELD_CONNECTION]);
  g_assert_true (head.keep_alive);

  hp_request_head_clear (&head);
  g_assert_null (head.text);
  g_assert_null (head.fields[HP_FIELD_HOST]);
}

static void
test_keep_alive (void)
{
  static const struct
  {
    int minor_version;
    const char *connection;
    gboolean keep_alive;
  } connections[] = {
    { 1, "A: b", TRUE },
    { 1, "Connection: keep-alive", TRUE },
    { 1, "Connection: close", FALSE },
    { 1, "connection: CLOSE", FALSE },
    { 1, "Connection: upgrade, close", FALSE },
    { 1, "Connection: ,\t close ,", FALSE },
    { 1, "Connection: closed", TRUE },
    { 1, "Connection: not-close", TRUE },
    { 1, "Connection: keep-alive\r\nConnection: close", FALSE },
    { 0, "A: b", FALSE },
    { 0, "Connection: keep-alive", TRUE },
    { 0, "Connection: Keep-Alive, close", FALSE },
    { 0, "Connection: close", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (connections); i++)
    {
      g_auto (HpRequestHead) head = { 0 };
      g_autofree char *text = g_strdup_printf ("GET / HTTP/1.%d\r\n" H "%s\r\n\r\n",
                                               connections[i].minor_version,
                                               connections[i].connection);

      g_assert_cmpint (hp_request_head_scan (&head, text, strlen (text)), ==, HP_HEAD_COMPLETE);
      g_assert_cmpint (head.minor_version, ==, connections[i].minor_version);
      g_assert_cmpint (head.keep_alive, ==, connections[i].keep_alive);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/request-head/table", test_table);
  g_test_add_func ("/request-head/byte-by-byte", test_byte_by_byte);
  g_test_add_func ("/request-head/nul", test_nul);
  g_test_add_func ("/request-head/limits", test_limits);
  g_test_add_func ("/request-head/endless", test_endless);
  g_test_add_func ("/request-head/fields", test_fields);
  g_test_add_func ("/request-head/keep-alive", test_keep_alive);

  return g_test_run ();
}
