/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "http/hp-responder.h"
#include "test-folder.h"

#define DATE "Sun, 06 Nov 1994 08:49:37 GMT"

static HpResponder *
make_responder (TestFolder *folder)
{
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, TRUE);

  return hp_responder_new (folder->path, options);
}

static TestFolder *
make_site (void)
{
  TestFolder *folder = test_folder_new ();

  test_folder_write (folder, "index.html", "<h1>root</h1>");
  test_folder_write (folder, "hello.txt", "hello world");
  test_folder_write (folder, "empty", "");
  test_folder_write (folder, "picture.svgz", "zzz");
  test_folder_write (folder, ".env", "TOKEN=1");
  test_folder_mkdir (folder, "list");
  test_folder_write (folder, "list/a.js", "1");
  test_folder_mkdir (folder, "old");
  test_folder_write (folder, "old/index.htm", "old");
  test_folder_mkdir (folder, "both");
  test_folder_write (folder, "both/index.html", "html");
  test_folder_write (folder, "both/index.htm", "htm");
  test_folder_mkdir (folder, "s p/\xc3\xa4?#");
  test_folder_mkdir (folder, "index-out");
  test_folder_link (folder, "../../secret.txt", "index-out/index.html");
  test_folder_mkdir (folder, "index-in");
  test_folder_link (folder, "../index.html", "index-in/index.html");
  test_folder_mkdir (folder, "index-fifo");
  test_folder_fifo (folder, "index-fifo/index.html");
  test_folder_mkdir (folder, "index-folder/index.html");
  test_folder_mkdir (folder, "index-broken");
  test_folder_link (folder, "nothing", "index-broken/index.html");
  test_folder_link (folder, "hello.txt", "link.txt");
  test_folder_link (folder, "../secret.txt", "out.txt");
  test_folder_link (folder, "..", "out");
  test_folder_fifo (folder, "fifo");
  test_folder_settle ();

  return folder;
}

static HpRequest
make_request (const char *method, const char *target)
{
  const HpRequest request = {
    .method = method,
    .target = target,
    .minor_version = 1,
    .port = 62893,
    .host = "localhost:62893",
  };

  return request;
}

static HpResponse *
get (HpResponder *responder, const char *target)
{
  HpRequest request = make_request ("GET", target);

  return hp_responder_respond (responder, &request);
}

static char *
read_body (HpResponse *response)
{
  char *text = NULL;

  if (response->body == HP_BODY_GENERATOR)
    hp_response_generate (response);

  if (response->body == HP_BODY_BYTES)
    return g_strndup (g_bytes_get_data (response->bytes, NULL), g_bytes_get_size (response->bytes));

  if (response->body == HP_BODY_FILE)
    {
      text = g_malloc0 (response->length + 1);
      g_assert_cmpint (pread (response->fd, text, response->length, response->offset), ==,
                       response->length);
    }

  return text;
}

static const struct
{
  const char *method;
  const char *target;
  guint status;
  HpReason reason;
  const char *type; /* or Location */
  const char *body;
} rows[] = {
  { "GET", "/", 200, HP_REASON_INDEX, "text/html; charset=utf-8", "<h1>root</h1>" },
  { "GET", "//", 200, HP_REASON_INDEX, NULL, "<h1>root</h1>" },
  { "GET", "/?x=1", 200, HP_REASON_INDEX, NULL, "<h1>root</h1>" },
  { "GET", "/index.html", 200, HP_REASON_SERVED, "text/html; charset=utf-8", "<h1>root</h1>" },
  { "GET", "/hello.txt", 200, HP_REASON_SERVED, "text/plain; charset=utf-8", "hello world" },
  { "GET", "/%68ello.txt?v=2", 200, HP_REASON_SERVED, NULL, "hello world" },
  { "GET", "http://localhost:62893/hello.txt", 200, HP_REASON_SERVED, NULL, "hello world" },
  { "GET", "/link.txt", 200, HP_REASON_SERVED, "text/plain; charset=utf-8", "hello world" },
  { "GET", "/empty", 200, HP_REASON_SERVED, "application/octet-stream", NULL },
  { "GET", "/both/", 200, HP_REASON_INDEX, NULL, "html" },
  { "GET", "/old/", 200, HP_REASON_INDEX, "text/html; charset=utf-8", "old" },
  { "GET", "/index-in/", 200, HP_REASON_INDEX, NULL, "<h1>root</h1>" },
  { "GET", "/list/", 200, HP_REASON_LISTING, "text/html; charset=utf-8", NULL },
  { "GET", "/index-folder/", 200, HP_REASON_LISTING, NULL, NULL },
  { "GET", "/index-broken/", 200, HP_REASON_LISTING, NULL, NULL },
  { "HEAD", "/list/", 200, HP_REASON_LISTING, NULL, NULL },
  { "HEAD", "/hello.txt", 200, HP_REASON_SERVED, "text/plain; charset=utf-8", NULL },
  /* a slash for folders */
  { "GET", "/list", 301, HP_REASON_ADD_SLASH, "/list/", NULL },
  { "HEAD", "/list", 301, HP_REASON_ADD_SLASH, "/list/", NULL },
  { "GET", "/list?x=1&y=%zz", 301, HP_REASON_ADD_SLASH, "/list/?x=1&y=%zz", NULL },
  { "GET", "//list?a", 301, HP_REASON_ADD_SLASH, "/list/?a", NULL },
  { "GET", "/s%20p/%C3%A4%3F%23?q", 301, HP_REASON_ADD_SLASH, "/s%20p/%C3%A4%3F%23/?q", NULL },
  /* not there, or not to be had */
  { "GET", "/missing", 404, HP_REASON_MISSING, NULL, NULL },
  { "GET", "/missing/", 404, HP_REASON_MISSING, NULL, NULL },
  { "GET", "/hello.txt/", 404, HP_REASON_MISSING, NULL, NULL },
  { "GET", "/hello.txt/x", 404, HP_REASON_MISSING, NULL, NULL },
  { "GET", "/Hello.TXT", 404, HP_REASON_CASE_MISMATCH, NULL, NULL },
  { "GET", "/.env", 404, HP_REASON_HIDDEN, NULL, NULL },
  { "HEAD", "/.env", 404, HP_REASON_HIDDEN, NULL, NULL },
  { "GET", "/%2eenv", 404, HP_REASON_HIDDEN, NULL, NULL },
  { "GET", "/.missing", 404, HP_REASON_HIDDEN, NULL, NULL },
  { "GET", "//.env?x", 404, HP_REASON_HIDDEN, NULL, NULL },
  { "GET", "/out.txt", 403, HP_REASON_OUTSIDE_FOLDER, NULL, NULL },
  { "GET", "/out/secret.txt", 403, HP_REASON_OUTSIDE_FOLDER, NULL, NULL },
  { "GET", "/index-out/", 403, HP_REASON_OUTSIDE_FOLDER, NULL, NULL },
  { "GET", "/fifo", 404, HP_REASON_NOT_A_FILE, NULL, NULL },
  { "GET", "/index-fifo/", 404, HP_REASON_NOT_A_FILE, NULL, NULL },
  { "GET", "/..", 400, HP_REASON_BAD_TARGET, NULL, NULL },
  { "GET", "/%2e%2e/secret.txt", 400, HP_REASON_BAD_TARGET, NULL, NULL },
  { "GET", "/..%2fsecret.txt", 400, HP_REASON_BAD_TARGET, NULL, NULL },
  { "GET", "/%zz", 400, HP_REASON_BAD_TARGET, NULL, NULL },
  { "GET", "/%00", 400, HP_REASON_BAD_TARGET, NULL, NULL },
  { "GET", "*", 400, HP_REASON_BAD_TARGET, NULL, NULL },
  { "GET", "", 400, HP_REASON_BAD_TARGET, NULL, NULL },
  /* methods */
  { "OPTIONS", "/", 204, HP_REASON_OPTIONS, NULL, NULL },
  { "OPTIONS", "/missing", 204, HP_REASON_OPTIONS, NULL, NULL },
  { "OPTIONS", "*", 204, HP_REASON_OPTIONS, NULL, NULL },
  { "OPTIONS", "/..", 400, HP_REASON_BAD_TARGET, NULL, NULL },
  { "POST", "/", 405, HP_REASON_METHOD, NULL, NULL },
  { "PUT", "/hello.txt", 405, HP_REASON_METHOD, NULL, NULL },
  { "PATCH", "/", 405, HP_REASON_METHOD, NULL, NULL },
  { "DELETE", "/hello.txt", 405, HP_REASON_METHOD, NULL, NULL },
  { "TRACE", "/", 405, HP_REASON_METHOD, NULL, NULL },
  { "CONNECT", "localhost:80", 405, HP_REASON_METHOD, NULL, NULL },
  { "BREW", "/", 501, HP_REASON_METHOD, NULL, NULL },
  { "get", "/", 501, HP_REASON_METHOD, NULL, NULL },
  { "", "/", 501, HP_REASON_METHOD, NULL, NULL },
};

/* What must be true of every answer. */
static void
check_always (HpResponse *response)
{
  g_assert_cmpstr (hp_response_get_header (response, "X-Content-Type-Options"), ==, "nosniff");
  g_assert_cmpstr (hp_response_get_header (response, "Cross-Origin-Resource-Policy"), ==,
                   "same-site");
  g_assert_cmpstr (hp_response_get_header (response, "Cache-Control"), ==,
                   response->status >= 400 ? "no-store" : "no-cache");
  g_assert_null (hp_response_get_header (response, "Access-Control-Allow-Origin"));
  g_assert_cmpint (response->status == 405, ==,
                   response->status != 204 && response->status != 501
                       && hp_response_get_header (response, "Allow") != NULL);

  for (guint i = 0; i < response->headers->len; i++)
    {
      HpHeader *header = &g_array_index (response->headers, HpHeader, i);

      g_assert_null (strpbrk (header->value, "\r\n"));
      g_assert_true (hp_response_get_header (response, header->name) == header->value);
    }
  if (response->status >= 400)
    {
      g_assert_cmpint (response->body, ==, HP_BODY_BYTES);
      g_assert_nonnull (hp_response_get_header (response, "Content-Security-Policy"));
    }
}

static void
test_table (void)
{
  g_autoptr (TestFolder) folder = make_site ();
  g_autoptr (HpResponder) responder = make_responder (folder);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HpRequest request = make_request (rows[i].method, rows[i].target);
      g_autoptr (HpResponse) response = hp_responder_respond (responder, &request);
      g_autofree char *body = NULL;

      g_test_message ("%s %s: %u", rows[i].method, rows[i].target, response->status);
      g_assert_cmpuint (response->status, ==, rows[i].status);
      g_assert_cmpint (response->reason, ==, rows[i].reason);
      g_assert_cmpint (response->head, ==, g_str_equal (rows[i].method, "HEAD"));
      g_assert_false (response->close);
      if (rows[i].type != NULL)
        g_assert_cmpstr (
            hp_response_get_header (response, rows[i].status == 301 ? "Location" : "Content-Type"),
            ==, rows[i].type);
      check_always (response);

      body = read_body (response);
      if (rows[i].body != NULL)
        g_assert_cmpstr (body, ==, rows[i].body);
      if (body != NULL)
        {
          g_assert_null (strstr (body, folder->base));
          g_assert_null (strstr (body, "TOKEN"));
        }
    }
}

static void
test_file_headers (void)
{
  g_autoptr (TestFolder) folder = make_site ();
  g_autoptr (HpResponder) responder = make_responder (folder);
  g_autoptr (HpResponse) file = get (responder, "/hello.txt");
  g_autoptr (HpResponse) coded = get (responder, "/picture.svgz");

  g_assert_cmpstr (hp_response_get_header (file, "Last-Modified"), ==, DATE);
  g_assert_cmpstr (hp_response_get_header (file, "accept-ranges"), ==, "bytes");
  g_assert_nonnull (hp_response_get_header (file, "ETag"));
  g_assert_null (hp_response_get_header (file, "Content-Encoding"));
  g_assert_cmpint (file->length, ==, 11);

  g_assert_cmpstr (hp_response_get_header (coded, "Content-Encoding"), ==, "gzip");
  g_assert_cmpstr (hp_response_get_header (coded, "Content-Type"), ==,
                   "image/svg+xml; charset=utf-8");
}

static void
test_conditions (void)
{
  g_autoptr (TestFolder) folder = make_site ();
  g_autoptr (HpResponder) responder = make_responder (folder);
  g_autoptr (HpResponse) first = get (responder, "/hello.txt");
  const char *etag = hp_response_get_header (first, "ETag");
  const char *const methods[] = { "GET", "HEAD" };

  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      HpRequest request = make_request (methods[i], "/hello.txt");
      g_autoptr (HpResponse) unchanged = NULL;
      g_autoptr (HpResponse) since = NULL;
      g_autoptr (HpResponse) failed = NULL;

      request.if_none_match = etag;
      request.range = "bytes=0-1";
      unchanged = hp_responder_respond (responder, &request);
      g_assert_cmpuint (unchanged->status, ==, 304);
      g_assert_cmpint (unchanged->reason, ==, HP_REASON_NOT_MODIFIED);
      g_assert_cmpint (unchanged->body, ==, HP_BODY_NONE);
      g_assert_cmpstr (hp_response_get_header (unchanged, "ETag"), ==, etag);
      g_assert_cmpstr (hp_response_get_header (unchanged, "Last-Modified"), ==, DATE);
      check_always (unchanged);

      request.if_none_match = NULL;
      request.if_modified_since = DATE;
      since = hp_responder_respond (responder, &request);
      g_assert_cmpuint (since->status, ==, 304);

      request.if_match = "\"other\"";
      failed = hp_responder_respond (responder, &request);
      g_assert_cmpuint (failed->status, ==, 412);
      g_assert_cmpint (failed->reason, ==, HP_REASON_PRECONDITION);
      check_always (failed);
    }
}

/* Edits of the same length, made at once, always show. */
static void
test_edits_show (void)
{
  g_autoptr (TestFolder) folder = make_site ();
  g_autoptr (HpResponder) responder = make_responder (folder);

  for (int i = 0; i < 200; i++)
    {
      HpRequest request = make_request ("GET", "/hello.txt");
      g_autofree char *content = g_strdup_printf ("version %03d", i);
      g_autofree char *body = NULL;
      g_autofree char *etag = NULL;
      g_autoptr (HpResponse) before = get (responder, "/hello.txt");
      g_autoptr (HpResponse) after = NULL;

      test_folder_write (folder, "hello.txt", content);
      etag = g_strdup (hp_response_get_header (before, "ETag"));
      request.if_none_match = etag;
      after = hp_responder_respond (responder, &request);
      g_assert_cmpuint (after->status, ==, 200);
      body = read_body (after);
      g_assert_cmpstr (body, ==, content);
    }
}

static void
test_ranges (void)
{
  static const struct
  {
    const char *method;
    const char *range;
    const char *if_range;
    guint status;
    const char *content_range;
    const char *body;
  } ranges[] = {
    { "GET", "bytes=0-4", NULL, 206, "bytes 0-4/11", "hello" },
    { "GET", "bytes=6-", NULL, 206, "bytes 6-10/11", "world" },
    { "GET", "bytes=-5", NULL, 206, "bytes 6-10/11", "world" },
    { "GET", "bytes=5-1000", NULL, 206, "bytes 5-10/11", " world" },
    { "GET", "bytes=-1000", NULL, 206, "bytes 0-10/11", "hello world" },
    { "GET", "bytes=11-", NULL, 416, "bytes */11", NULL },
    { "GET", "bytes=-0", NULL, 416, "bytes */11", NULL },
    { "GET", "bytes=0-0,2-2", NULL, 200, NULL, "hello world" },
    { "GET", "bytes=x", NULL, 200, NULL, "hello world" },
    { "GET", "items=0-1", NULL, 200, NULL, "hello world" },
    { "HEAD", "bytes=0-4", NULL, 200, NULL, NULL },
    { "HEAD", "bytes=11-", NULL, 200, NULL, NULL },
    { "GET", "bytes=0-4", DATE, 206, "bytes 0-4/11", "hello" },
    { "GET", "bytes=0-4", "\"other\"", 200, NULL, "hello world" },
    { "GET", "bytes=11-", "\"other\"", 200, NULL, "hello world" },
    { "GET", "bytes=0-4", "Sun, 06 Nov 1994 08:49:38 GMT", 200, NULL, "hello world" },
  };
  g_autoptr (TestFolder) folder = make_site ();
  g_autoptr (HpResponder) responder = make_responder (folder);

  for (gsize i = 0; i < G_N_ELEMENTS (ranges); i++)
    {
      HpRequest request = make_request (ranges[i].method, "/hello.txt");
      g_autoptr (HpResponse) response = NULL;
      g_autofree char *body = NULL;

      request.range = ranges[i].range;
      request.if_range = ranges[i].if_range;
      response = hp_responder_respond (responder, &request);
      g_test_message ("%s %s", ranges[i].method, ranges[i].range);
      g_assert_cmpuint (response->status, ==, ranges[i].status);
      g_assert_cmpint (response->reason, ==,
                       response->status == 206   ? HP_REASON_PARTIAL
                       : response->status == 416 ? HP_REASON_RANGE
                                                 : HP_REASON_SERVED);
      g_assert_cmpstr (hp_response_get_header (response, "Content-Range"), ==,
                       ranges[i].content_range);
      g_assert_nonnull (hp_response_get_header (response, "ETag"));
      check_always (response);
      body = read_body (response);
      if (ranges[i].body != NULL)
        g_assert_cmpstr (body, ==, ranges[i].body);
    }
}

/* A foreign name learns nothing: not of files, not of what it asked for. */
static void
test_foreign_host (void)
{
  static const char *const targets[] = { "/", "/hello.txt", "/missing", "/list", "/%zz", "*" };
  g_autoptr (TestFolder) folder = make_site ();
  g_autoptr (HpResponder) responder = make_responder (folder);
  g_autofree char *first = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      HpRequest request = make_request ("GET", targets[i]);
      g_autoptr (HpResponse) response = NULL;
      g_autofree char *body = NULL;

      request.host = "evil.example:62893";
      response = hp_responder_respond (responder, &request);
      g_assert_cmpuint (response->status, ==, 421);
      g_assert_cmpint (response->reason, ==, HP_REASON_FOREIGN_HOST);
      check_always (response);
      body = read_body (response);
      g_assert_null (strstr (body, "evil"));
      g_assert_null (strstr (body, "hello"));
      if (first == NULL)
        first = g_strdup (body);
      g_assert_cmpstr (body, ==, first);
    }
}

static void
test_hosts (void)
{
  g_autoptr (TestFolder) folder = make_site ();
  g_autoptr (HpResponder) responder = make_responder (folder);
  HpRequest request = make_request ("GET", "/hello.txt");
  g_autoptr (HpResponse) none = NULL;
  g_autoptr (HpResponse) old = NULL;
  g_autoptr (HpResponse) foreign = NULL;
  g_autoptr (HpResponse) replaced = NULL;

  request.host = NULL;
  none = hp_responder_respond (responder, &request);
  g_assert_cmpuint (none->status, ==, 400);

  request.minor_version = 0;
  old = hp_responder_respond (responder, &request);
  g_assert_cmpuint (old->status, ==, 200);

  request = make_request ("GET", "http://evil.example/hello.txt");
  foreign = hp_responder_respond (responder, &request);
  g_assert_cmpuint (foreign->status, ==, 421);

  request = make_request ("GET", "http://127.0.0.1/hello.txt");
  request.host = "evil.example";
  replaced = hp_responder_respond (responder, &request);
  g_assert_cmpuint (replaced->status, ==, 200);
}

static void
test_refusals (void)
{
  static const struct
  {
    HpReason refusal;
    guint status;
  } refusals[] = {
    { HP_REASON_BODY, 413 },     { HP_REASON_TOO_LONG, 431 },  { HP_REASON_BAD_REQUEST, 400 },
    { HP_REASON_METHOD, 501 },   { HP_REASON_TIMEOUT, 408 },   { HP_REASON_BUSY, 503 },
    { HP_REASON_INTERNAL, 500 }, { HP_REASON_NO_LENGTH, 411 }, { HP_REASON_CODING, 501 },
    { HP_REASON_VERSION, 505 },
  };
  g_autoptr (TestFolder) folder = make_site ();
  g_autoptr (HpResponder) responder = make_responder (folder);
  g_autofree char *target = g_strnfill (20000, '/');
  g_autoptr (HpResponse) nothing = NULL;
  g_autoptr (HpResponse) endless = get (responder, target);
  HpRequest request = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      HpRequest refused = { .refusal = refusals[i].refusal, .method = i % 2 ? "GET" : NULL };
      g_autoptr (HpResponse) response = hp_responder_respond (responder, &refused);

      g_assert_cmpuint (response->status, ==, refusals[i].status);
      g_assert_cmpint (response->reason, ==, refusals[i].refusal);
      g_assert_true (response->close);
      check_always (response);
    }

  nothing = hp_responder_respond (responder, &request);
  g_assert_cmpuint (nothing->status, ==, 400);
  g_assert_true (nothing->close);

  g_assert_cmpuint (endless->status, ==, 414);
  g_assert_cmpint (endless->reason, ==, HP_REASON_TOO_LONG);
}

/* Every name that a folder can hold is served by its encoded form. */
static void
test_hostile_names (void)
{
  static const char *const names[] = {
    "new\nline", "a%2fb", "100%", "a?b", "a#b", "a+b", "a b",      "\\",
    "-",         "\xff",  "<x>",  "a;b", ":",   "...", "\x01\x7f", "\xc3\xa4",
  };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (HpResponder) responder = make_responder (folder);
  g_autofree char *longest = g_strnfill (255, 'n');
  g_autofree char *too_long = g_strnfill (256, 'n');
  g_autofree char *long_target = g_strconcat ("/", longest, NULL);
  g_autofree char *too_long_target = g_strconcat ("/", too_long, NULL);
  g_autoptr (HpResponse) found = NULL;
  g_autoptr (HpResponse) missing = NULL;
  g_autoptr (HpServerOptions) hidden = hp_server_options_new (TRUE, TRUE);

  hp_responder_set_options (responder, hidden);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *encoded = g_uri_escape_bytes ((const guint8 *) names[i], strlen (names[i]),
                                                     NULL);
      g_autofree char *target = g_strconcat ("/", encoded, NULL);
      g_autofree char *body = NULL;
      g_autoptr (HpResponse) response = NULL;

      test_folder_write (folder, names[i], names[i]);
      response = get (responder, target);
      g_test_message ("%s", target);
      g_assert_cmpuint (response->status, ==, 200);
      body = read_body (response);
      g_assert_cmpstr (body, ==, names[i]);
    }

  test_folder_write (folder, longest, "x");
  found = get (responder, long_target);
  g_assert_cmpuint (found->status, ==, 200);
  missing = get (responder, too_long_target);
  g_assert_cmpuint (missing->status, ==, 404);
}

static void
test_options (void)
{
  g_autoptr (TestFolder) folder = make_site ();
  g_autoptr (HpResponder) responder = make_responder (folder);
  g_autoptr (HpServerOptions) hidden = hp_server_options_new (TRUE, TRUE);
  g_autoptr (HpServerOptions) closed = hp_server_options_new (FALSE, FALSE);
  g_autoptr (HpResponse) shown = NULL;
  g_autoptr (HpResponse) refused = NULL;
  g_autoptr (HpResponse) index = NULL;
  g_autoptr (HpResponse) redirect = NULL;

  hp_responder_set_options (responder, hidden);
  shown = get (responder, "/.env");
  g_assert_cmpuint (shown->status, ==, 200);

  hp_responder_set_options (responder, closed);
  refused = get (responder, "/list/");
  g_assert_cmpuint (refused->status, ==, 403);
  g_assert_cmpint (refused->reason, ==, HP_REASON_NO_LISTING);
  index = get (responder, "/");
  g_assert_cmpuint (index->status, ==, 200);
  redirect = get (responder, "/list");
  g_assert_cmpuint (redirect->status, ==, 301);
}

static void
test_other_site (void)
{
  g_autoptr (TestFolder) folder = make_site ();
  g_autoptr (HpResponder) responder = make_responder (folder);
  g_autoptr (HpServerOptions) usual = hp_server_options_new (FALSE, TRUE);
  g_autoptr (HpServerOptions) strict = hp_server_options_with (usual, HP_OPTION_REFUSE_OTHER_SITES,
                                                               TRUE);
  static const char *const targets[] = { "/hello.txt", "/missing", "/.env", "/list/", "/.." };
  HpRequest request = make_request ("GET", "/hello.txt");
  g_autoptr (HpResponse) embedded = NULL;
  g_autoptr (HpResponse) opened = NULL;
  g_autoptr (HpResponse) other_client = NULL;

  request.sec_fetch_site = "cross-site";
  request.sec_fetch_mode = "no-cors";
  request.sec_fetch_dest = "image";
  embedded = hp_responder_respond (responder, &request);
  g_assert_cmpuint (embedded->status, ==, 200);
  g_assert_null (hp_response_get_header (embedded, "Vary"));

  /* The same answer whatever there is. */
  hp_responder_set_options (responder, strict);
  for (gsize i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autoptr (HpResponse) refused = NULL;
      g_autofree char *body = NULL;

      request.target = targets[i];
      refused = hp_responder_respond (responder, &request);
      body = read_body (refused);
      g_assert_cmpuint (refused->status, ==, 403);
      g_assert_cmpint (refused->reason, ==, HP_REASON_OTHER_SITE);
      g_assert_cmpstr (hp_response_get_header (refused, "Vary"), ==,
                       "Accept, Sec-Fetch-Site, Sec-Fetch-Mode, Sec-Fetch-Dest");
      g_assert_false (refused->close);
      g_assert_null (strstr (body, "hello"));
      g_assert_null (strstr (body, "missing"));
    }

  request.target = "/hello.txt";
  request.sec_fetch_mode = "navigate";
  request.sec_fetch_dest = "document";
  opened = hp_responder_respond (responder, &request);
  g_assert_cmpuint (opened->status, ==, 200);
  g_assert_cmpstr (hp_response_get_header (opened, "Vary"), ==,
                   "Sec-Fetch-Site, Sec-Fetch-Mode, Sec-Fetch-Dest");
  other_client = get (responder, "/hello.txt");
  g_assert_cmpuint (other_client->status, ==, 200);
}

static void
test_other_user (void)
{
  g_autoptr (TestFolder) folder = make_site ();
  g_autoptr (HpResponder) responder = make_responder (folder);
  static const char *const targets[] = { "/hello.txt", "/missing", "/list/", "/..", "*" };
  static const char *const methods[] = { "GET", "HEAD", "OPTIONS", "POST" };

  for (gsize i = 0; i < G_N_ELEMENTS (targets) * G_N_ELEMENTS (methods); i++)
    {
      HpRequest request = make_request (methods[i % 4], targets[i / 4]);
      g_autoptr (HpResponse) response = NULL;
      g_autofree char *body = NULL;

      request.other_user = TRUE;
      request.host = i % 3 ? "localhost:62893" : "evil.example";
      response = hp_responder_respond (responder, &request);
      body = read_body (response);
      g_assert_cmpuint (response->status, ==, 403);
      g_assert_cmpint (response->reason, ==, HP_REASON_OTHER_USER);
      g_assert_true (response->close);
      g_assert_null (strstr (body, "hello"));
    }
}

/* One address, two kinds of answer. */
static void
test_json (void)
{
  g_autoptr (TestFolder) folder = make_site ();
  g_autoptr (HpResponder) responder = make_responder (folder);
  HpRequest request = make_request ("GET", "/list/?filter=a");
  g_autoptr (HpResponse) page = NULL;
  g_autoptr (HpResponse) json = NULL;
  g_autofree char *text = NULL;
  g_autoptr (HpResponse) missing = NULL;
  g_autofree char *error = NULL;

  request.accept = "text/html,*/*;q=0.8";
  page = hp_responder_respond (responder, &request);
  g_assert_cmpstr (hp_response_get_header (page, "Content-Type"), ==, "text/html; charset=utf-8");
  g_assert_cmpstr (hp_response_get_header (page, "Vary"), ==, "Accept");

  request.accept = "application/json";
  json = hp_responder_respond (responder, &request);
  g_assert_cmpuint (json->status, ==, 200);
  g_assert_cmpint (json->reason, ==, HP_REASON_LISTING);
  g_assert_cmpstr (hp_response_get_header (json, "Content-Type"), ==, "application/json");
  g_assert_cmpstr (hp_response_get_header (json, "Vary"), ==, "Accept");
  g_assert_cmpstr (hp_response_get_header (json, "Cache-Control"), ==, "no-cache");
  g_assert_cmpstr (hp_response_get_header (json, "X-Content-Type-Options"), ==, "nosniff");
  g_assert_null (hp_response_get_header (json, "ETag"));
  text = read_body (json);
  g_assert_true (g_str_has_prefix (text, "{\"path\":\"/list/\",\"entries\":[\n"
                                         "{\"name\":\"a.js\",\"type\":\"file\",\"size\":1,"));

  request.target = "/missing";
  missing = hp_responder_respond (responder, &request);
  error = read_body (missing);
  g_assert_cmpuint (missing->status, ==, 404);
  g_assert_cmpstr (hp_response_get_header (missing, "Content-Type"), ==, "application/json");
  g_assert_true (g_str_has_prefix (error, "{\"status\":404,\"reason\":\"missing\",\"message\":"));
}

/* rm -rf dist && mkdir dist, as build tools do. */
static void
test_folder_gone_and_back (void)
{
  g_autoptr (TestFolder) folder = make_site ();
  g_autoptr (HpResponder) responder = make_responder (folder);
  g_autoptr (HpResponse) gone = NULL;
  g_autoptr (HpResponse) back = NULL;
  g_autofree char *body = NULL;

  test_folder_remove (folder->path);
  gone = get (responder, "/hello.txt");
  g_assert_cmpuint (gone->status, ==, 503);
  g_assert_cmpint (gone->reason, ==, HP_REASON_FOLDER_GONE);

  test_folder_mkdir (folder, "");
  test_folder_write (folder, "hello.txt", "again");
  back = get (responder, "/hello.txt");
  body = read_body (back);
  g_assert_cmpstr (body, ==, "again");
}

/* An index.html can be read in a folder that can't. */
static void
test_permission (void)
{
  g_autoptr (TestFolder) folder = make_site ();
  g_autoptr (HpResponder) responder = make_responder (folder);
  g_autofree char *both = test_folder_path (folder, "both");
  g_autofree char *list = test_folder_path (folder, "list");
  g_autofree char *file = test_folder_path (folder, "hello.txt");
  g_autoptr (HpResponse) index = NULL;
  g_autoptr (HpResponse) listing = NULL;
  g_autoptr (HpResponse) refused = NULL;

  if (geteuid () == 0)
    {
      g_test_skip ("root may read everything");
      return;
    }

  g_assert_cmpint (chmod (both, 0111) | chmod (list, 0111) | chmod (file, 0), ==, 0);
  index = get (responder, "/both/");
  listing = get (responder, "/list/");
  hp_response_generate (listing);
  refused = get (responder, "/hello.txt");
  g_assert_cmpint (chmod (both, 0755) | chmod (list, 0755), ==, 0);

  g_assert_cmpuint (index->status, ==, 200);
  g_assert_cmpuint (listing->status, ==, 403);
  g_assert_cmpint (listing->reason, ==, HP_REASON_NO_PERMISSION);
  g_assert_cmpuint (refused->status, ==, 403);
  g_assert_cmpint (refused->reason, ==, HP_REASON_NO_PERMISSION);
}

static void
test_header_values (void)
{
  g_autoptr (HpResponse) response = hp_response_new (200, HP_REASON_SERVED);

  hp_response_add_header (response, "X-Test", "a\r\nSet-Cookie: b\x7f");
  g_assert_cmpstr (hp_response_get_header (response, "x-test"), ==, "a  Set-Cookie: b ");
  g_assert_null (hp_response_get_header (response, "Set-Cookie"));
}

static int
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  int n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

static void
test_descriptors (void)
{
  g_autoptr (TestFolder) folder = make_site ();
  g_autoptr (HpResponder) responder = make_responder (folder);
  int n_before = count_descriptors ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      HpRequest request = make_request (rows[i].method, rows[i].target);

      hp_response_free (hp_responder_respond (responder, &request));
    }
  g_assert_cmpint (count_descriptors (), ==, n_before);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/responder/table", test_table);
  g_test_add_func ("/responder/file-headers", test_file_headers);
  g_test_add_func ("/responder/conditions", test_conditions);
  g_test_add_func ("/responder/edits-show", test_edits_show);
  g_test_add_func ("/responder/ranges", test_ranges);
  g_test_add_func ("/responder/foreign-host", test_foreign_host);
  g_test_add_func ("/responder/hosts", test_hosts);
  g_test_add_func ("/responder/refusals", test_refusals);
  g_test_add_func ("/responder/hostile-names", test_hostile_names);
  g_test_add_func ("/responder/options", test_options);
  g_test_add_func ("/responder/other-site", test_other_site);
  g_test_add_func ("/responder/other-user", test_other_user);
  g_test_add_func ("/responder/json", test_json);
  g_test_add_func ("/responder/folder-gone-and-back", test_folder_gone_and_back);
  g_test_add_func ("/responder/permission", test_permission);
  g_test_add_func ("/responder/header-values", test_header_values);
  g_test_add_func ("/responder/descriptors", test_descriptors);

  return g_test_run ();
}
