/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "http/hp-target.h"

typedef struct
{
  const char *raw;
  const char *path; /* NULL: refused */
  gboolean folder;
  const char *query;
  const char *authority;
} Row;

static const Row rows[] = {
  /* plain */
  { "/", "", TRUE },
  { "/a", "a", FALSE },
  { "/a/", "a", TRUE },
  { "/a/b/c.txt", "a/b/c.txt", FALSE },
  { "/index.html", "index.html", FALSE },
  { "/.hidden", ".hidden", FALSE },
  { "/...", "...", FALSE },
  { "/..a", "..a", FALSE },
  { "/a..", "a..", FALSE },
  { "/.a/.b", ".a/.b", FALSE },
  /* empty segments collapse */
  { "//", "", TRUE },
  { "///", "", TRUE },
  { "//a", "a", FALSE },
  { "/a//b", "a/b", FALSE },
  { "/a//", "a", TRUE },
  { "//evil.example/x", "evil.example/x", FALSE },
  /* the query is what follows the first question mark, untouched */
  { "/?", "", TRUE, "?" },
  { "/a?x=1&y=%zz", "a", FALSE, "?x=1&y=%zz" },
  { "/a?b?c", "a", FALSE, "?b?c" },
  { "/a/?/../x", "a", TRUE, "?/../x" },
  { "/a?%00%2f%0d%0a", "a", FALSE, "?%00%2f%0d%0a" },
  { "/a%3Fb?c", "a?b", FALSE, "?c" },
  { "/\?\?a", "", TRUE, "?\?a" },
  /* decoded exactly once */
  { "/a%20b", "a b", FALSE },
  { "/%41%6a%4A", "AjJ", FALSE },
  { "/%25", "%", FALSE },
  { "/%2525", "%25", FALSE },
  { "/%252e%252e/", "%2e%2e", TRUE },
  { "/%252f", "%2f", FALSE },
  { "/%23", "#", FALSE },
  { "/%0a", "\n", FALSE },
  { "/%0d%0a", "\r\n", FALSE },
  { "/%7f%01", "\x7f\x01", FALSE },
  { "/%ff%fe", "\xff\xfe", FALSE },
  { "/\xc3\xa4", "\xc3\xa4", FALSE },
  { "/%C3%A4", "\xc3\xa4", FALSE },
  { "/+", "+", FALSE },
  { "/a+b%2Bc", "a+b+c", FALSE },
  { "/-rf", "-rf", FALSE },
  { "/a:b", "a:b", FALSE },
  { "/a;v=1", "a;v=1", FALSE },
  { "/a=b&c", "a=b&c", FALSE },
  { "/\"<>'", "\"<>'", FALSE },
  { "/~user/@x", "~user/@x", FALSE },
  { "/\\", "\\", FALSE },
  { "/%5c", "\\", FALSE },
  { "/\\..\\..\\x", "\\..\\..\\x", FALSE },
  { "/..%5c..", "..\\..", FALSE },
  { "/%C0%AE%C0%AE", "\xc0\xae\xc0\xae", FALSE },
  /* absolute form */
  { "http://localhost", "", TRUE, NULL, "localhost" },
  { "http://localhost/", "", TRUE, NULL, "localhost" },
  { "http://localhost:62893/a/b?c", "a/b", FALSE, "?c", "localhost:62893" },
  { "HTTP://LOCALHOST/a", "a", FALSE, NULL, "LOCALHOST" },
  { "http://localhost?x", "", TRUE, "?x", "localhost" },
  { "http://u@evil.example:1/", "", TRUE, NULL, "u@evil.example:1" },
  { "http:///a", "a", FALSE, NULL, "" },
  { "http://[::1]:80/a", "a", FALSE, NULL, "[::1]:80" },
  /* refused: dot segments, in any spelling */
  { "/." },
  { "/.." },
  { "/./" },
  { "/../" },
  { "/a/.." },
  { "/a/../b" },
  { "/a/./b" },
  { "/%2e" },
  { "/%2e%2e" },
  { "/.%2e/" },
  { "/%2E./x" },
  { "/a/%2e%2E/b" },
  { "//.." },
  { "/..?x" },
  /* encoded slash, NUL */
  { "/%2f" },
  { "/a%2Fb" },
  { "/..%2f..%2fetc/passwd" },
  { "/%00" },
  { "/a%00.html" },
  /* bad escapes */
  { "/%" },
  { "/%a" },
  { "/%zz" },
  { "/%%20" },
  { "/a%2" },
  { "/a%2/b" },
  { "/%2?0" },
  { "/%+1" },
  { "/%u0041" },
  /* what can't stand in a request line */
  { "/a#b" },
  { "/a?b#c" },
  { "/a b" },
  { "/a\tb" },
  { "/a\nb" },
  { "/a\x7f" },
  { "/a?b c" },
  { "/a?b\r\nX: y" },
  { "http://localhost#x", NULL, FALSE, NULL, "localhost" },
  { "http://evil.example/..", NULL, FALSE, NULL, "evil.example" },
  /* other forms */
  { "" },
  { "*" },
  { "a" },
  { "?a" },
  { "localhost:443" },
  { "https://localhost/" },
  { "ftp://localhost/" },
  { "file:///etc/passwd" },
  { "http:/a" },
  { "javascript:alert(1)" },
};

static void
test_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (HpTarget) target;
      HpReason verdict = hp_target_parse (&target, rows[i].raw);
      g_autofree char *escaped = g_strescape (rows[i].raw, NULL);

      g_test_message ("row %" G_GSIZE_FORMAT ": %s", i, escaped);
      g_assert_cmpint (verdict, ==, rows[i].path ? HP_REASON_NONE : HP_REASON_BAD_TARGET);
      g_assert_cmpstr (target.path, ==, rows[i].path);
      g_assert_cmpstr (target.query, ==, rows[i].query);
      g_assert_cmpstr (target.authority, ==, rows[i].authority);
      if (rows[i].path != NULL)
        g_assert_cmpint (target.folder, ==, rows[i].folder);
    }
}

static void
test_length (void)
{
  g_autofree char *raw = g_malloc (HP_TARGET_MAX + 2);
  HpTarget target;

  memset (raw, 'a', HP_TARGET_MAX + 1);
  raw[0] = '/';
  raw[HP_TARGET_MAX + 1] = '\0';
  g_assert_cmpint (hp_target_parse (&target, raw), ==, HP_REASON_TOO_LONG);
  g_assert_null (target.path);
  hp_target_clear (&target);

  raw[HP_TARGET_MAX] = '\0';
  g_assert_cmpint (hp_target_parse (&target, raw), ==, HP_REASON_NONE);
  g_assert_cmpuint (strlen (target.path), ==, HP_TARGET_MAX - 1);
  hp_target_clear (&target);
}

static void
test_location (void)
{
  static const struct
  {
    const char *raw;
    const char *location;
  } locations[] = {
    { "/a", "/a/" },
    { "/a/b?x=1", "/a/b/?x=1" },
    { "//evil.example?x", "/evil.example/?x" },
    { "///evil.example//..%5c", NULL },
    { "/%5cevil.example", "/%5Cevil.example/" },
    { "/\\evil.example", "/%5Cevil.example/" },
    { "/%09/evil", "/%09/evil/" },
    { "/a%0d%0aX:%20y", "/a%0D%0AX:%20y/" },
    { "/%E4?\xe4", "/%E4/?%E4" },
    { "/a%3fb%23c%25", "/a%3Fb%23c%25/" },
    { "/%22%3c%3e%27", "/%22%3C%3E%27/" },
    { "http://localhost/a?b", "/a/?b" },
    { "/", "/" },
    { "/?q", "/?q" },
    { "/a?\"><b>%zz", "/a/?%22%3E%3Cb%3E%zz" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (locations); i++)
    {
      g_auto (HpTarget) target;
      g_autofree char *location = NULL;

      g_test_message ("row %" G_GSIZE_FORMAT, i);
      hp_target_parse (&target, locations[i].raw);
      g_assert_nonnull (target.path);
      location = hp_target_get_folder_location (&target);
      if (locations[i].location != NULL)
        g_assert_cmpstr (location, ==, locations[i].location);
      g_assert_true (location[0] == '/' && location[1] != '/' && location[1] != '\\');
    }
}

/* Every name that a folder can hold is reached by its encoded form. */
static void
test_every_byte (void)
{
  for (int c = 1; c < 256; c++)
    {
      const char name[] = { 'x', (char) c, '\0' };
      g_autoptr (GString) raw = g_string_new ("/");
      g_auto (HpTarget) target;

      if (c == '/')
        continue;
      hp_target_append_encoded (raw, name);
      g_assert_cmpint (hp_target_parse (&target, raw->str), ==, HP_REASON_NONE);
      g_assert_cmpstr (target.path, ==, name);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/target/table", test_table);
  g_test_add_func ("/target/length", test_length);
  g_test_add_func ("/target/location", test_location);
  g_test_add_func ("/target/every-byte", test_every_byte);

  return g_test_run ();
}
