/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "http/hp-guard.h"

#define OK      HP_REASON_NONE
#define BAD     HP_REASON_BAD_REQUEST
#define FOREIGN HP_REASON_FOREIGN_HOST

static const struct
{
  const char *host;
  HpReason verdict;
} rows[] = {
  { "localhost", OK },
  { "localhost:62893", OK },
  { "LocalHost:62893", OK },
  { "LOCALHOST", OK },
  { "localhost:", OK },
  { "localhost:1", OK },
  { "localhost:65535", OK },
  { "localhost:08080", OK },
  { "127.0.0.1", OK },
  { "127.0.0.1:62893", OK },
  { "[::1]", OK },
  { "[::1]:62893", OK },
  { "app.localhost", OK },
  { "a.b-c.d_e.localhost:80", OK },
  { "App.LOCALHOST", OK },
  /* another machine, or what could be one */
  { "evil.example", FOREIGN },
  { "evil.example:62893", FOREIGN },
  { "localhost.evil.example", FOREIGN },
  { "localhost.", FOREIGN },
  { "app.localhost.", FOREIGN },
  { "xlocalhost", FOREIGN },
  { "localhostx", FOREIGN },
  { "evil.examplelocalhost", FOREIGN },
  { ".localhost", FOREIGN },
  { "..localhost", FOREIGN },
  { "a..localhost", FOREIGN },
  { "a.localhost.com", FOREIGN },
  { "a%2elocalhost", FOREIGN },
  { "a;b.localhost", FOREIGN },
  { "local%68ost", FOREIGN },
  { "127.0.0.1.evil.example", FOREIGN },
  { "127.0.0.1.", FOREIGN },
  { "127.0.0.2", FOREIGN },
  { "127.1", FOREIGN },
  { "2130706433", FOREIGN },
  { "0x7f.0.0.1", FOREIGN },
  { "0177.0.0.1", FOREIGN },
  { "0.0.0.0", FOREIGN },
  { "192.168.0.1", FOREIGN },
  { "[::]", FOREIGN },
  { "[::2]", FOREIGN },
  { "[0:0:0:0:0:0:0:1]", FOREIGN },
  { "[::ffff:127.0.0.1]", FOREIGN },
  { "127.0.0.1.nip.io", FOREIGN },
  /* malformed */
  { "", BAD },
  { " ", BAD },
  { " localhost", BAD },
  { "localhost ", BAD },
  { "localhost:80 ", BAD },
  { ":62893", BAD },
  { "localhost:0", BAD },
  { "localhost:65536", BAD },
  { "localhost:99999999999999999999", BAD },
  { "localhost:-1", BAD },
  { "localhost:+80", BAD },
  { "localhost:80a", BAD },
  { "localhost:80:80", BAD },
  { "localhost/", BAD },
  { "localhost/evil", BAD },
  { "localhost\\", BAD },
  { "localhost?", BAD },
  { "localhost#", BAD },
  { "http://localhost/", BAD },
  { "user@localhost", BAD },
  { "evil.example@localhost", BAD },
  { "localhost@evil.example", BAD },
  { "localhost, localhost", BAD },
  { "localhost,evil.example", BAD },
  { "localhost evil.example", BAD },
  { "::1", BAD },
  { "[::1", BAD },
  { "[]", BAD },
  { "[::1]x", BAD },
  { "[::1%25lo]", BAD },
  { "[localhost]", BAD },
  { "local\xc3\xa4host", BAD },
  { "local\thost", BAD },
  { "\"localhost\"", BAD },
  { "<script>", BAD },
};

static void
test_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].host);
      g_assert_cmpint (hp_guard_check_host (rows[i].host, NULL, 1), ==, rows[i].verdict);
      g_assert_cmpint (hp_guard_check_host (rows[i].host, NULL, 0), ==, rows[i].verdict);
      /* As an authority it counts instead of Host. */
      g_assert_cmpint (hp_guard_check_host ("localhost", rows[i].host, 1), ==, rows[i].verdict);
      g_assert_cmpint (hp_guard_check_host (NULL, rows[i].host, 0), ==, rows[i].verdict);
    }
}

static void
test_missing (void)
{
  g_assert_cmpint (hp_guard_check_host (NULL, NULL, 1), ==, BAD);
  g_assert_cmpint (hp_guard_check_host (NULL, "localhost", 1), ==, BAD);
  g_assert_cmpint (hp_guard_check_host ("", "localhost", 1), ==, BAD);
  g_assert_cmpint (hp_guard_check_host ("a b", "localhost", 1), ==, BAD);
  g_assert_cmpint (hp_guard_check_host (NULL, NULL, 0), ==, OK);
  g_assert_cmpint (hp_guard_check_host ("evil.example", "localhost", 1), ==, OK);
}

static void
test_site (void)
{
  static const struct
  {
    const char *site;
    const char *mode;
    const char *dest;
    HpReason verdict;
  } requests[] = {
    /* no browser, or an old one */
    { NULL, NULL, NULL, OK },
    { NULL, "cors", "empty", OK },
    /* typed, a bookmark; our own pages; pages of another port */
    { "none", "navigate", "document", OK },
    { "none", NULL, NULL, OK },
    { "same-origin", "no-cors", "image", OK },
    { "same-origin", "cors", "empty", OK },
    { "same-origin", "navigate", "iframe", OK },
    { "same-site", "no-cors", "script", OK },
    { "same-site", "navigate", "iframe", OK },
    /* a link, followed */
    { "cross-site", "navigate", "document", OK },
    /* anything else that another site wants */
    { "cross-site", "navigate", "iframe", HP_REASON_OTHER_SITE },
    { "cross-site", "navigate", "frame", HP_REASON_OTHER_SITE },
    { "cross-site", "navigate", "embed", HP_REASON_OTHER_SITE },
    { "cross-site", "navigate", "object", HP_REASON_OTHER_SITE },
    { "cross-site", "navigate", "empty", HP_REASON_OTHER_SITE },
    { "cross-site", "navigate", NULL, HP_REASON_OTHER_SITE },
    { "cross-site", "nested-navigate", "document", HP_REASON_OTHER_SITE },
    { "cross-site", "no-cors", "document", HP_REASON_OTHER_SITE },
    { "cross-site", NULL, "document", HP_REASON_OTHER_SITE },
    { "cross-site", NULL, NULL, HP_REASON_OTHER_SITE },
    { "cross-site", "no-cors", "image", HP_REASON_OTHER_SITE },
    { "cross-site", "no-cors", "script", HP_REASON_OTHER_SITE },
    { "cross-site", "cors", "empty", HP_REASON_OTHER_SITE },
    { "cross-site", "websocket", "websocket", HP_REASON_OTHER_SITE },
    /* unknown, twice, misspelt: as from another site */
    { "", "cors", "empty", HP_REASON_OTHER_SITE },
    { "neighbour", "cors", "empty", HP_REASON_OTHER_SITE },
    { "neighbour", "navigate", "document", OK },
    { "same-origin, cross-site", "cors", "empty", HP_REASON_OTHER_SITE },
    { "same-origin, same-origin", "cors", "empty", HP_REASON_OTHER_SITE },
    { "Same-Origin", "cors", "empty", HP_REASON_OTHER_SITE },
    { "same-origin;x", "cors", "empty", HP_REASON_OTHER_SITE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_test_message ("%s %s %s", requests[i].site, requests[i].mode, requests[i].dest);
      g_assert_cmpint (hp_guard_check_site (requests[i].site, requests[i].mode, requests[i].dest),
                       ==, requests[i].verdict);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/guard/table", test_table);
  g_test_add_func ("/guard/missing", test_missing);
  g_test_add_func ("/guard/site", test_site);

  return g_test_run ();
}
