/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "http/hp-directory-page.h"
#include "http/hp-target.h"
#include "test-folder.h"

static char *
make_page (TestFolder *folder, const char *path, gboolean show_hidden)
{
  g_autoptr (HpResponse) response = hp_response_new (200, HP_REASON_LISTING);
  int inner = openat (folder->fd, path[0] != '\0' ? path : ".", O_PATH | O_CLOEXEC);

  response->body = HP_BODY_GENERATOR;
  response->generator = hp_directory_page_generate;
  response->generator_data = hp_directory_page_new (dup (folder->fd), inner, path, 62893,
                                                    show_hidden);
  response->generator_data_free = (GDestroyNotify) hp_directory_page_free;
  hp_response_generate (response);

  g_assert_cmpint (response->body, ==, HP_BODY_BYTES);
  g_assert_cmpuint (response->status, ==, 200);

  return g_strndup (g_bytes_get_data (response->bytes, NULL), g_bytes_get_size (response->bytes));
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

  root = make_page (folder, "", FALSE);
  assert_has (root, "<title>Index of / — localhost:62893</title>");
  assert_has (root, "<a class=\"d\" href=\"./a/\">a/</a>");
  assert_has (root, "1 folder");
  g_assert_null (strstr (root, "href=\"../\""));

  inner = make_page (folder, "a/b", FALSE);
  assert_has (inner, "<title>Index of /a/b/ — localhost:62893</title>");
  assert_has (inner, "<a href=\"/\"><bdi>localhost:62893</bdi></a>");
  assert_has (inner, "<a href=\"/a/\"><bdi>a</bdi></a>");
  assert_has (inner, "href=\"../\"");
  assert_has (inner, "<a class=\"i\" href=\"./photo.jpg\">photo.jpg</a>");
  assert_has (inner, "<td>5 bytes<td>1994-11-0");
  assert_has (inner, "1 file<");
  g_assert_null (strstr (inner, ".hidden"));
  g_assert_null (strstr (inner, folder->base));
}

static void
test_empty (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *empty = make_page (folder, "", FALSE);
  g_autofree char *hidden = NULL;
  g_autofree char *shown = NULL;

  assert_has (empty, "This folder is empty.");

  test_folder_write (folder, ".only", "x");
  hidden = make_page (folder, "", FALSE);
  assert_has (hidden, "nothing in it but hidden files");
  g_assert_null (strstr (hidden, ".only"));
  shown = make_page (folder, "", TRUE);
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
  page = make_page (folder, "", FALSE);

  assert_has (page, "href=\"./link.txt\"");
  assert_has (page, "<span class=\"x\">pipe <small>(not a file)");
  assert_has (page, "<span class=\"x\">out.txt <small>(link out of the folder)");
  assert_has (page, "<span class=\"x\">broken.txt <small>(broken link)");
  g_assert_null (strstr (page, "passwd"));
}

/* Each link, resolved as a browser would, is the file it stands for. */
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
  guint n_links = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    test_folder_write (folder, names[i], "x");
  test_folder_write (folder, longest, "x");
  page = make_page (folder, "", TRUE);

  g_assert_true (g_utf8_validate (page, -1, NULL));
  g_assert_null (strstr (page, "<img"));
  g_assert_null (strstr (page, "\"onmouse"));
  g_assert_null (strstr (page, "\xe2\x80\xae"));
  g_assert_null (strstr (page, "new\nline"));

  for (const char *at = strstr (page, "href=\"./"); at != NULL; at = strstr (at, "href=\"./"))
    {
      const char *end;
      g_autofree char *raw = NULL;
      g_auto (HpTarget) target;

      at += strlen ("href=\".");
      end = strchr (at, '"');
      raw = g_strndup (at, end - at);
      g_assert_cmpint (hp_target_parse (&target, raw), ==, HP_REASON_NONE);
      g_assert_null (target.query);
      g_assert_cmpint (faccessat (folder->fd, target.path, R_OK, 0), ==, 0);
      n_links++;
    }
  g_assert_cmpuint (n_links, ==, G_N_ELEMENTS (names) + 1);
}

/* What was a folder at the look can't be read as one any more. */
static void
test_unreadable (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (HpResponse) response = hp_response_new (200, HP_REASON_LISTING);
  int file;

  test_folder_write (folder, "file", "x");
  file = openat (folder->fd, "file", O_PATH | O_CLOEXEC);

  response->body = HP_BODY_GENERATOR;
  response->generator = hp_directory_page_generate;
  response->generator_data = hp_directory_page_new (dup (folder->fd), file, "file", 1, FALSE);
  response->generator_data_free = (GDestroyNotify) hp_directory_page_free;
  hp_response_generate (response);

  g_assert_cmpint (response->body, ==, HP_BODY_BYTES);
  g_assert_cmpuint (response->status, ==, 404);
  g_assert_cmpint (response->reason, ==, HP_REASON_MISSING);
}

static void
test_many (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autofree char *page = NULL;
  gint64 start;

  for (int i = 0; i < 100000; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s-%d.html", i % 2 ? "Image" : "page", i);

      close (openat (folder->fd, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
    }

  start = g_get_monotonic_time ();
  page = make_page (folder, "", FALSE);
  g_test_message ("100,000 entries: %.0f ms, %.1f MB", (g_get_monotonic_time () - start) / 1000.0,
                  strlen (page) / 1e6);
  assert_has (page, "100000 files");
  assert_has (page, "href=\"./page-99998.html\"");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/directory-page/content", test_content);
  g_test_add_func ("/directory-page/empty", test_empty);
  g_test_add_func ("/directory-page/not-served", test_not_served);
  g_test_add_func ("/directory-page/hostile-names", test_hostile_names);
  g_test_add_func ("/directory-page/unreadable", test_unreadable);
  g_test_add_func ("/directory-page/many", test_many);

  return g_test_run ();
}
