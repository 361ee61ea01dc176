/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib.h>

#include "log/hp-request-record.h"

static void
test_reasons (void)
{
  g_autoptr (GHashTable) nicks = g_hash_table_new (g_str_hash, g_str_equal);

  for (HpReason reason = HP_REASON_NONE; reason < HP_N_REASONS; reason++)
    {
      const char *nick = hp_reason_get_nick (reason);
      const char *words = hp_reason_get_words (reason);

      g_assert_true (g_regex_match_simple ("^[a-z]+(-[a-z]+)*$", nick, 0, 0));
      g_assert_true (g_hash_table_add (nicks, (gpointer) nick));
      g_assert_true (g_utf8_validate (words, -1, NULL));
      g_assert_cmpint (g_utf8_strlen (words, -1), >=, 5);
      g_assert_cmpint (g_utf8_strlen (words, -1), <=, 80);
      g_assert_false (g_str_has_suffix (words, "."));
    }
  g_assert_cmpstr (hp_reason_get_nick (HP_REASON_CASE_MISMATCH), ==, "case-mismatch");
  g_assert_cmpstr (hp_reason_get_words (HP_REASON_MISSING), ==, "File not found");

  /* A number from elsewhere must not be read as an index. */
  g_assert_cmpstr (hp_reason_get_nick (HP_N_REASONS), ==, "none");
  g_assert_cmpstr (hp_reason_get_nick ((HpReason) -1), ==, "none");
  g_assert_nonnull (hp_reason_get_words ((HpReason) 255));
}

static void
test_noise (void)
{
  static const struct
  {
    const char *target;
    gboolean noise;
  } cases[] = {
    { "/favicon.ico", TRUE },
    { "/favicon.ico?v=2", TRUE },
    { "/favicon.ico#x", TRUE },
    { "http://localhost:62893/favicon.ico", TRUE },
    { "/apple-touch-icon.png", TRUE },
    { "/apple-touch-icon-120x120-precomposed.png", TRUE },
    { "/apple-touch-icon.png?a/b", TRUE },
    { "/.well-known/appspecific/com.chrome.devtools.json", TRUE },
    { "/.well-known/", TRUE },
    { NULL, FALSE },
    { "", FALSE },
    { "*", FALSE },
    { "/", FALSE },
    { "favicon.ico", FALSE },
    { "/favicon.icon", FALSE },
    { "/favicon.ico/", FALSE },
    { "/assets/favicon.ico", FALSE },
    { "/Favicon.ico", FALSE },
    { "/?favicon.ico", FALSE },
    { "http://localhost:62893", FALSE },
    { "http://favicon.ico/x", FALSE },
    { "/apple-touch-icon", FALSE },
    { "/apple-touch-icons/a.png", FALSE },
    { "/apple-touch-icon-x/a.png", FALSE },
    { "/.well-known", FALSE },
    { "/a/.well-known/x", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].target);
      g_assert_cmpint (hp_request_target_is_noise (cases[i].target), ==, cases[i].noise);
    }
}

static void
test_problem (void)
{
  static const struct
  {
    guint16 status;
    HpReason reason;
    guint8 flags;
    gboolean problem;
  } cases[] = {
    { 200, HP_REASON_SERVED, 0, FALSE },
    { 206, HP_REASON_PARTIAL, 0, FALSE },
    { 301, HP_REASON_ADD_SLASH, 0, FALSE },
    { 304, HP_REASON_NOT_MODIFIED, 0, FALSE },
    { 404, HP_REASON_MISSING, 0, TRUE },
    { 404, HP_REASON_MISSING, HP_RECORD_NOISE, FALSE },
    { 404, HP_REASON_MISSING, HP_RECORD_ABORTED, TRUE },
    { 416, HP_REASON_RANGE, 0, TRUE },
    { 503, HP_REASON_BUSY, 0, TRUE },
    /* The client went away by itself. */
    { 200, HP_REASON_SERVED, HP_RECORD_ABORTED, FALSE },
    { 206, HP_REASON_PARTIAL, HP_RECORD_ABORTED, FALSE },
    { 0, HP_REASON_NONE, HP_RECORD_ABORTED, FALSE },
    /* Cut by us. */
    { 200, HP_REASON_READ_ERROR, HP_RECORD_ABORTED, TRUE },
    { 200, HP_REASON_TIMEOUT, HP_RECORD_ABORTED, TRUE },
    { 0, HP_REASON_TIMEOUT, HP_RECORD_ABORTED, TRUE },
    { 0, HP_REASON_INTERNAL, HP_RECORD_ABORTED, TRUE },
    { 200, HP_REASON_READ_ERROR, HP_RECORD_ABORTED | HP_RECORD_NOISE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HpRequestRecord record = {
        .status = cases[i].status,
        .reason = cases[i].reason,
        .flags = cases[i].flags,
      };

      g_test_message ("%u %s %u", record.status, hp_reason_get_nick (record.reason), record.flags);
      g_assert_cmpint (hp_request_record_is_problem (&record), ==, cases[i].problem);
    }
}

static void
test_short_referrer (void)
{
  static const struct
  {
    const char *referrer;
    const char *authority;
    const char *shown;
  } cases[] = {
    { "http://localhost:62893/", "localhost:62893", "/" },
    { "http://localhost:62893/a/b.html?x", "localhost:62893", "/a/b.html?x" },
    { "http://LOCALHOST:62893/a", "localhost:62893", "/a" },
    { "http://localhost:62894/a", "localhost:62893", "http://localhost:62894/a" },
    { "http://localhost:628930/a", "localhost:62893", "http://localhost:628930/a" },
    { "http://localhost:62893", "localhost:62893", "http://localhost:62893" },
    { "https://localhost:62893/a", "localhost:62893", "https://localhost:62893/a" },
    { "http://evil.example/http://localhost:62893/", "localhost:62893",
      "http://evil.example/http://localhost:62893/" },
    { "/a", "localhost:62893", "/a" },
    { "http://localhost:62893/a", NULL, "http://localhost:62893/a" },
    { NULL, "localhost:62893", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HpRequestRecord record = { .referrer = cases[i].referrer };

      if (hp_request_referrer_is_own (cases[i].referrer, cases[i].authority))
        record.flags |= HP_RECORD_OWN_REFERRER;
      g_assert_cmpstr (hp_request_record_get_short_referrer (&record), ==, cases[i].shown);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/request-record/reasons", test_reasons);
  g_test_add_func ("/request-record/noise", test_noise);
  g_test_add_func ("/request-record/problem", test_problem);
  g_test_add_func ("/request-record/short-referrer", test_short_referrer);

  return g_test_run ();
}
