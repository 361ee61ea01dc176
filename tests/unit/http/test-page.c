/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "http/hp-page.h"

static void
test_names (void)
{
  static const struct
  {
    const char *name;
    const char *markup;
  } rows[] = {
    { "plain.txt", "plain.txt" },
    { "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;" },
    { "a&b\"c'd", "a&amp;b&quot;c&#39;d" },
    { "&lt;", "&amp;lt;" },
    { "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80" },
    { "a\xff"
      "b",
      "a\xef\xbf\xbd"
      "b" },
    { "a\nb", "a\xe2\x90\x8a"
              "b" },
    { "\x01\x1b\x7f", "\xe2\x90\x81\xe2\x90\x9b\xe2\x90\xa1" },
    /* U+202E, U+2066, U+200F, U+0085 */
    { "\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8f\xc2\x85",
      "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      hp_page_append_name (out, rows[i].name);
      g_assert_cmpstr (out->str, ==, rows[i].markup);
    }
}

static void
test_links (void)
{
  g_autoptr (GString) out = g_string_new (NULL);

  hp_page_append_link (out, "/a b/<\xff>/", "<x>");
  g_assert_cmpstr (out->str, ==, "<a href=\"/a%20b/%3C%FF%3E/\"><bdi>&lt;x&gt;</bdi></a>");

  g_string_truncate (out, 0);
  hp_page_append_link (out, "/", "root");
  g_assert_cmpstr (out->str, ==, "<a href=\"/\"><bdi>root</bdi></a>");
}

/* The policy allows exactly the style of the page, and no other. */
static void
test_policy (void)
{
  GString *out = g_string_new (NULL);
  g_autoptr (GBytes) page = NULL;
  g_autofree char *text = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *wanted = NULL;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;
  const char *start, *end;

  hp_page_begin (out, "title");
  page = hp_page_end (out);
  text = g_strndup (g_bytes_get_data (page, NULL), g_bytes_get_size (page));

  start = strstr (text, "<style>") + strlen ("<style>");
  end = strstr (start, "</style>");
  g_checksum_update (checksum, (const guchar *) start, end - start);
  g_checksum_get_digest (checksum, digest, &length);
  hash = g_base64_encode (digest, length);
  wanted = g_strdup_printf ("style-src 'sha256-%s';", hash);

  g_assert_nonnull (strstr (hp_page_get_policy (), wanted));
  g_assert_nonnull (strstr (hp_page_get_policy (), "default-src 'none';"));
  g_assert_null (strstr (hp_page_get_policy (), "unsafe"));
  g_assert_null (strstr (text, "<script"));
  g_assert_null (strstr (text, " style="));
  g_assert_true (g_str_has_prefix (text, "<!DOCTYPE html>\n"));
  g_assert_true (g_utf8_validate (text, -1, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/page/names", test_names);
  g_test_add_func ("/page/links", test_links);
  g_test_add_func ("/page/policy", test_policy);

  return g_test_run ();
}
