/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <json-glib/json-glib.h>

#include "http/hp-directory-page.h"
#include "http/hp-folder-entries.h"
#include "http/hp-target.h"
#include "test-folder.h"

static char *
make (TestFolder *folder,
      const char *path,
      const char *query,
      gboolean show_hidden,
      HpDirectoryFormat format)
{
  g_autoptr (HpServerOptions) options = hp_server_options_new (show_hidden, TRUE);
  const HpTarget target = { .path = (char *) path, .query = (char *) query, .folder = TRUE };
  g_autoptr (HpResponse) response = hp_response_new (200, HP_REASON_LISTING);
  int inner = openat (folder->fd, path[0] != '\0' ? path : ".", O_PATH | O_CLOEXEC);

  response->body = HP_BODY_GENERATOR;
  response->generator = hp_directory_page_generate;
  response->generator_data = hp_directory_page_new (dup (folder->fd), inner, &target, 62893,
                                                    options, format);
  response->generator_data_free = (GDestroyNotify) hp_directory_page_free;
  hp_response_generate (response);

  g_assert_cmpint (response->body, ==, HP_BODY_BYTES);
  g_assert_cmpuint (response->status, ==, 200);

  return g_strndup (g_bytes_get_data (response->bytes, NULL), g_bytes_get_size (response->bytes));
}

static char *
make_page (TestFolder *folder, const char *path, const char *query)
{
  return make (folder, path, query, FALSE, HP_DIRECTORY_HTML);
}

static void
assert_has (const char *page, const char *text)
{
  if (strstr (page, text) == NULL)
    g_error ("“%s” is not in %s", text, strstr (page, "<main>"));
}

static void
test_content (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *root = NULL;
  g_autofree char *inner = NULL;

  test_folder_mkdir (folder, "a/b");
  test_folder_write (folder, "a/b/photo.jpg", "12345");
  test_folder_write (folder, "a/b/.hidden", "x");

  root = make_page (folder, "", NULL);
  assert_has (root, "<title>Index of / — localhost:62893</title>");
  assert_has (root, "<a class=\"d\" href=\"./a/\">a/</a>");
  assert_has (root, "1 folder");
  g_assert_null (strstr (root, "href=\"../\""));

  inner = make_page (folder, "a/b", NULL);
  assert_has (inner, "<title>Index of /a/b/ — localhost:62893</title>");
  assert_has (inner, "<a href=\"/\"><bdi>localhost:62893</bdi></a>");
  assert_has (inner, "<a href=\"/a/\"><bdi>a</bdi></a>");
  assert_has (inner, "href=\"../\"");
  assert_has (inner, "<a class=\"i\" href=\"./photo.jpg\">photo.jpg</a>");
  assert_has (inner, "<td>5 bytes<td><time datetime=\"1994-11-06T08:49:37Z\">1994-11-0");
  assert_has (inner, "1 file<");
  g_assert_null (strstr (inner, ".hidden"));
  g_assert_null (strstr (inner, folder->base));
}

static void
test_empty (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *empty = make_page (folder, "", NULL);
  g_autofree char *hidden = NULL;
  g_autofree char *shown = NULL;

  assert_has (empty, "This folder is empty.");

  test_folder_write (folder, ".only", "x");
  hidden = make_page (folder, "", NULL);
  assert_has (hidden, "nothing in it but hidden files");
  g_assert_null (strstr (hidden, ".only"));
  shown = make (folder, "", NULL, TRUE, HP_DIRECTORY_HTML);
  assert_has (shown, "href=\"./.only\"");
}

static void
test_not_served (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *page = NULL;

  test_folder_write (folder, "in.txt", "x");
  test_folder_fifo (folder, "pipe");
  test_folder_link (folder, "in.txt", "link.txt");
  test_folder_link (folder, "/etc/passwd", "out.txt");
  test_folder_link (folder, "nothing", "broken.txt");
  page = make_page (folder, "", NULL);

  assert_has (page, "href=\"./link.txt\"");
  assert_has (page, "<span class=\"x\">pipe <small>(not a file)");
  assert_has (page, "<span class=\"x\">out.txt <small>(link out of the folder)");
  assert_has (page, "<span class=\"x\">broken.txt <small>(broken link)");
  g_assert_null (strstr (page, "passwd"));
}

/* Each link, resolved as a browser would, is the file it stands for. */
static void
assert_links_lead_to_files (TestFolder *folder, const char *page, guint n_expected)
{
  guint n_links = 0;

  for (const char *at = strstr (page, "href=\"./"); at != NULL; at = strstr (at, "href=\"./"))
    {
      const char *end;
      g_autofree char *raw = NULL;
      g_auto (HpTarget) target = { 0 };

      at += strlen ("href=\".");
      end = strchr (at, '"');
      raw = g_strndup (at, end - at);
      if (strcmp (raw, "/") == 0)
        continue;

      g_assert_cmpint (hp_target_parse (&target, raw), ==, HP_REASON_NONE);
      g_assert_null (target.query);
      g_assert_cmpint (faccessat (folder->fd, target.path, R_OK, 0), ==, 0);
      n_links++;
    }
  g_assert_cmpuint (n_links, ==, n_expected);
}

static void
test_hostile_names (void)
{
  static const char *const names[] = {
    "<img src=x onerror=alert(1)>.txt",
    "\"onmouseover=\"x",
    "'single'",
    "a&amp;b",
    "javascript:x",
    "new\nline",
    "cr\rlf",
    "%2e%2e",
    "100%",
    "a?b=c",
    "a#b",
    "a b",
    "+",
    "-rf",
    "back\\slash",
    "\xff\xfe",
    "\xe2\x80\xae"
    "cod.exe",
    "..x",
    "~",
    "C:",
    "a;b=c",
  };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *longest = g_strnfill (255, 'n');
  g_autofree char *page = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    test_folder_write (folder, names[i], "x");
  test_folder_write (folder, longest, "x");
  page = make (folder, "", NULL, TRUE, HP_DIRECTORY_HTML);

  g_assert_true (g_utf8_validate (page, -1, NULL));
  g_assert_null (strstr (page, "<img"));
  g_assert_null (strstr (page, "\"onmouse"));
  g_assert_null (strstr (page, "\xe2\x80\xae"));
  g_assert_null (strstr (page, "new\nline"));
  assert_links_lead_to_files (folder, page, G_N_ELEMENTS (names) + 1);
}

/* What a click on a column does; the order is told by aria-sort, and by an arrow drawn from that.
 */
static void
test_sorting (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *usual = NULL;
  g_autofree char *by_size = NULL;
  g_autofree char *by_date = NULL;

  test_folder_write (folder, "a.txt", "1");
  test_folder_write (folder, "b.txt", "22");

  usual = make_page (folder, "", "?unknown=1");
  assert_has (usual, "<th scope=\"col\" aria-sort=\"ascending\">"
                     "<a href=\"?sort=name&amp;order=desc\">Name</a>");
  assert_has (usual, "<th scope=\"col\"><a href=\"?sort=size&amp;order=desc\">Size</a>");
  assert_has (usual, "<th scope=\"col\"><a href=\"?sort=modified&amp;order=desc\">Modified</a>");
  g_assert_true (strstr (usual, ">a.txt<") < strstr (usual, ">b.txt<"));

  by_size = make_page (folder, "", "?sort=size&order=desc&filter=t");
  assert_has (by_size, "<th scope=\"col\"><a href=\"?filter=t\">Name</a>");
  assert_has (by_size, "<th scope=\"col\" aria-sort=\"descending\">"
                       "<a href=\"?sort=size&amp;order=asc&amp;filter=t\">Size</a>");
  g_assert_true (strstr (by_size, ">a.txt<") > strstr (by_size, ">b.txt<"));

  by_date = make_page (folder, "", "?sort=modified");
  assert_has (by_date, "<th scope=\"col\"><a href=\"./\">Name</a>");
  assert_has (by_date, "<a href=\"?sort=modified&amp;order=desc\">Modified</a>");
}

static void
test_filter (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *usual = NULL;
  g_autofree char *one = NULL;
  g_autofree char *none = NULL;
  g_autofree char *hostile = NULL;

  test_folder_mkdir (folder, "alpha");
  test_folder_write (folder, "alpine.txt", "1");
  test_folder_write (folder, "beta.txt", "22");

  usual = make_page (folder, "", "?sort=size&order=desc");
  assert_has (usual, "<form role=\"search\">");
  assert_has (usual, "<input type=\"hidden\" name=\"sort\" value=\"size\">");
  assert_has (usual, "<input type=\"hidden\" name=\"order\" value=\"desc\">");
  assert_has (usual, "name=\"filter\"");
  g_assert_null (strstr (usual, "shown"));

  one = make_page (folder, "", "?sort=size&order=desc&filter=ALP");
  assert_has (one, "2 of 3 shown");
  assert_has (one, "value=\"ALP\"");
  assert_has (one, "<a href=\"?sort=size&amp;order=desc\">Show all</a>");
  assert_has (one, "href=\"./alpha/\"");
  assert_has (one, "href=\"./alpine.txt\"");
  assert_has (one, "1 folder · 1 file<");
  g_assert_null (strstr (one, "beta"));

  none = make_page (folder, "", "?filter=gamma");
  assert_has (none, "0 of 3 shown");
  assert_has (none, "<a href=\"./\">Show all</a>");
  assert_has (none, "No name in this folder");
  assert_has (none, "<form");
  g_assert_null (strstr (none, "<table"));

  hostile = make_page (folder, "", "?filter=%22%3E%3Cscript%3E%FF");
  g_assert_null (strstr (hostile, "<script"));
  g_assert_null (strstr (hostile, "\"\">"));
  g_assert_true (g_utf8_validate (hostile, -1, NULL));
}

static void
assert_entry (JsonObject *entry, const char *name, const char *type, const char *href)
{
  g_assert_cmpstr (json_object_get_string_member (entry, "name"), ==, name);
  g_assert_cmpstr (json_object_get_string_member (entry, "type"), ==, type);
  g_assert_cmpint (json_object_get_null_member (entry, "size"), ==, strcmp (type, "file") != 0);
  g_assert_cmpint (json_object_get_null_member (entry, "modified"), ==, href == NULL);
  if (href != NULL)
    g_assert_cmpstr (json_object_get_string_member (entry, "href"), ==, href);
  else
    g_assert_true (json_object_get_null_member (entry, "href"));
}

static JsonObject *
parse_json (JsonParser *parser, const char *text)
{
  g_autoptr (GError) error = NULL;

  json_parser_load_from_data (parser, text, -1, &error);
  g_assert_no_error (error);

  return json_node_get_object (json_parser_get_root (parser));
}

static void
test_json (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *text = NULL;
  g_autofree char *filtered = NULL;
  g_autofree char *empty = NULL;
  JsonObject *root, *file;
  JsonArray *entries;

  test_folder_mkdir (folder, "q\"/sub: x");
  test_folder_mkdir (folder, "q\"/empty");
  test_folder_write (folder, "q\"/a\n\\\xff.txt", "12345");
  test_folder_link (folder, "nothing", "q\"/broken");

  text = make (folder, "q\"", NULL, FALSE, HP_DIRECTORY_JSON);
  root = parse_json (parser, text);
  g_assert_cmpstr (json_object_get_string_member (root, "path"), ==, "/q\"/");
  g_assert_false (json_object_get_boolean_member (root, "truncated"));
  entries = json_object_get_array_member (root, "entries");
  g_assert_cmpuint (json_array_get_length (entries), ==, 4);
  assert_entry (json_array_get_object_element (entries, 0), "empty", "folder", "./empty/");
  assert_entry (json_array_get_object_element (entries, 1), "sub: x", "folder", "./sub:%20x/");
  file = json_array_get_object_element (entries, 2);
  assert_entry (file, "a\n\\\xef\xbf\xbd.txt", "file", "./a%0A%5C%FF.txt");
  g_assert_cmpint (json_object_get_int_member (file, "size"), ==, 5);
  g_assert_cmpstr (json_object_get_string_member (file, "modified"), ==, "1994-11-06T08:49:37Z");
  assert_entry (json_array_get_object_element (entries, 3), "broken", "other", NULL);

  filtered = make (folder, "q\"", "?filter=B&order=desc", FALSE, HP_DIRECTORY_JSON);
  entries = json_object_get_array_member (parse_json (parser, filtered), "entries");
  g_assert_cmpuint (json_array_get_length (entries), ==, 2);
  assert_entry (json_array_get_object_element (entries, 0), "sub: x", "folder", "./sub:%20x/");

  empty = make (folder, "q\"/empty", NULL, FALSE, HP_DIRECTORY_JSON);
  entries = json_object_get_array_member (parse_json (parser, empty), "entries");
  g_assert_cmpuint (json_array_get_length (entries), ==, 0);
}

/* What was a folder at the look can't be read as one any more. */
static void
check_unreadable (HpDirectoryFormat format, const char *expected)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, TRUE);
  g_autoptr (HpResponse) response = hp_response_new (200, HP_REASON_LISTING);
  const HpTarget target = { .path = (char *) "file" };
  g_autofree char *text = NULL;
  int file;

  test_folder_write (folder, "file", "x");
  file = openat (folder->fd, "file", O_PATH | O_CLOEXEC);

  response->body = HP_BODY_GENERATOR;
  response->generator = hp_directory_page_generate;
  response->generator_data = hp_directory_page_new (dup (folder->fd), file, &target, 1, options,
                                                    format);
  response->generator_data_free = (GDestroyNotify) hp_directory_page_free;
  hp_response_generate (response);

  g_assert_cmpint (response->body, ==, HP_BODY_BYTES);
  g_assert_cmpuint (response->status, ==, 404);
  g_assert_cmpint (response->reason, ==, HP_REASON_MISSING);
  text = g_strndup (g_bytes_get_data (response->bytes, NULL), g_bytes_get_size (response->bytes));
  g_assert_true (g_str_has_prefix (text, expected));
}

static void
test_unreadable (void)
{
  check_unreadable (HP_DIRECTORY_HTML, "<!DOCTYPE html>");
  check_unreadable (HP_DIRECTORY_JSON, "{\"status\":404,\"reason\":\"missing\",\"message\":\"");
}

static void
make_many (TestFolder *folder, int n)
{
  for (int i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s-%d.html", i % 2 ? "Image" : "page", i);

      close (openat (folder->fd, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    }
}

static guint
count (const char *page, const char *text)
{
  guint n = 0;

  while ((page = strstr (page, text)) != NULL)
    {
      n++;
      page += strlen (text);
    }

  return n;
}

static void
test_many (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *page = NULL;
  g_autofree char *by_date = NULL;
  g_autofree char *json = NULL;

  make_many (folder, 2050);
  page = make_page (folder, "", NULL);
  assert_has (page, "2050 files");
  assert_has (page, "href=\"./page-2048.html\"");
  g_assert_cmpuint (count (page, "<tr><td>"), ==, 2050);

  /* Drawn in groups, all but the last of the same size. */
  g_assert_cmpuint (count (page, "<tbody class=\"g\">\n"), ==, 10);
  g_assert_cmpuint (count (page, "<tbody>\n"), ==, 1);

  by_date = make_page (folder, "", "?sort=modified&order=desc&filter=G");
  assert_has (by_date, "2050 of 2050 shown");
  json = make (folder, "", "?sort=size", FALSE, HP_DIRECTORY_JSON);
  g_assert_true (g_str_has_suffix (json, "\n],\"truncated\":false}\n"));
}

/* A list that isn't whole says so, and the rest can be filtered out of it. */
static void
test_truncated (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  const guint usual = hp_folder_entries_max;
  g_autofree char *page = NULL;
  g_autofree char *filtered = NULL;
  g_autofree char *json = NULL;

  make_many (folder, 30);
  hp_folder_entries_max = 20;
  page = make_page (folder, "", NULL);
  assert_has (page, "more entries than this page can show: 20 are here");
  g_assert_cmpuint (count (page, "<tr><td>"), ==, 20);
  json = make (folder, "", NULL, FALSE, HP_DIRECTORY_JSON);
  g_assert_true (g_str_has_suffix (json, "\n],\"truncated\":true}\n"));

  filtered = make_page (folder, "", "?filter=image");
  g_assert_null (strstr (filtered, "more entries"));
  g_assert_cmpuint (count (filtered, "<tr><td>"), ==, 15);
  hp_folder_entries_max = usual;
}

/* Clients that read slowly can't make the pages of large folders fill the memory. */
static void
test_held (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, TRUE);
  const HpTarget target = { .path = (char *) "", .folder = TRUE };
  const gsize usual = hp_directory_page_max_held;
  HpResponse *responses[4];

  /* Names that fill the page with few files. */
  for (int i = 0; i < 2200; i++)
    {
      g_autofree char *name = g_strdup_printf ("%0200d", i);

      close (openat (folder->fd, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    }
  hp_directory_page_max_held = 2 * 1024 * 1024;
  for (gsize i = 0; i < G_N_ELEMENTS (responses); i++)
    {
      responses[i] = hp_response_new (200, HP_REASON_LISTING);
      responses[i]->body = HP_BODY_GENERATOR;
      responses[i]->generator = hp_directory_page_generate;
      responses[i]->generator_data = hp_directory_page_new (dup (folder->fd), dup (folder->fd),
                                                            &target, 1, options, HP_DIRECTORY_HTML);
      responses[i]->generator_data_free = (GDestroyNotify) hp_directory_page_free;
      hp_response_generate (responses[i]);

      /* Two are still being read, the third waits until one has gone. */
      g_assert_cmpuint (responses[i]->status, ==, i == 2 ? 503 : 200);
      g_assert_cmpuint (g_bytes_get_size (responses[i]->bytes) > 1024 * 1024, ==, i != 2);
      if (i == 2)
        {
          g_assert_cmpint (responses[i]->reason, ==, HP_REASON_BUSY);
          g_clear_pointer (&responses[0], hp_response_free);
          g_clear_pointer (&responses[1], hp_response_free);
        }
    }
  hp_response_free (responses[2]);
  hp_response_free (responses[3]);
  hp_directory_page_max_held = usual;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/directory-page/content", test_content);
  g_test_add_func ("/directory-page/empty", test_empty);
  g_test_add_func ("/directory-page/not-served", test_not_served);
  g_test_add_func ("/directory-page/hostile-names", test_hostile_names);
  g_test_add_func ("/directory-page/sorting", test_sorting);
  g_test_add_func ("/directory-page/filter", test_filter);
  g_test_add_func ("/directory-page/json", test_json);
  g_test_add_func ("/directory-page/unreadable", test_unreadable);
  g_test_add_func ("/directory-page/many", test_many);
  g_test_add_func ("/directory-page/truncated", test_truncated);
  g_test_add_func ("/directory-page/held", test_held);

  return g_test_run ();
}
