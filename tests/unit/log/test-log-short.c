/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <string.h>

#include <glib.h>

#include "log/hp-log-short.h"

typedef struct
{
  const char *full;
  const char *shown;
} Case;

static void
test_type (void)
{
  const Case cases[] = {
    { NULL, "" },
    { "", "" },
    { "text/html", "html" },
    { "text/html; charset=utf-8", "html" },
    { "Text/JavaScript;charset=utf-8", "js" },
    { "application/javascript", "js" },
    { "image/svg+xml", "svg" },
    { "image/jpeg", "jpg" },
    { "image/x-icon", "icon" },
    { "application/manifest+json", "manifest" },
    { "application/wasm", "wasm" },
    { "font/woff2", "woff2" },
    { "text/plain; charset=utf-8", "text" },
    { "text/", "" },
    { "nonsense", "nonsense" },
    { "a/\x1b[31m", "\\x1b[31m" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = hp_log_short_type (cases[i].full);

      g_assert_cmpstr (shown, ==, cases[i].shown);
    }
}

static void
test_client (void)
{
  const Case cases[] = {
    { NULL, "" },
    { "", "" },
    { "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox 140" },
    { "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 "
      "Safari/537.36",
      "Chrome 128" },
    { "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 "
      "Safari/537.36 Edg/128.0.0.0",
      "Edge 128" },
    { "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
      "HeadlessChrome/128.0.0.0 Safari/537.36",
      "Headless Chrome 128" },
    { "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
      "Version/17.4 Safari/605.1.15",
      "Safari 17" },
    { "curl/8.5.0", "curl 8.5.0" },
    { "Python-urllib/3.11", "Python-urllib 3.11" },
    { "Wget/1.21.3 (linux-gnu)", "Wget 1.21.3" },
    { "Googlebot/2.1 (+http://www.google.com/bot.html)", "Googlebot 2.1" },
    { "Mozilla/5.0 (compatible; something)", "Mozilla 5.0" },
    { "Mozilla/5.0 Firefox/x", "Firefox" },
    { "plain words", "plain" },
    { "name/", "name" },
    { "\xe2\x80\xae"
      "evil/1",
      "\\u{202e}evil 1" },
    { "\xff", "\\xff" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = hp_log_short_client (cases[i].full);

      g_assert_cmpstr (shown, ==, cases[i].shown);
    }
}

/* Each is part of what it stands for, so that a filter finds it. */
static void
test_client_word (void)
{
  const Case cases[] = {
    { NULL, "" },
    { "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox" },
    { "Mozilla/5.0 AppleWebKit/537.36 HeadlessChrome/128.0.0.0 Safari/537.36", "HeadlessChrome" },
    { "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15", "Safari" },
    { "curl/8.5.0", "curl" },
    { "plain words", "plain" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *word = hp_log_short_client_word (cases[i].full);

      g_assert_cmpstr (word, ==, cases[i].shown);
      g_assert_true (!cases[i].full || strstr (cases[i].full, word));
    }
}

static void
test_long (void)
{
  g_autofree char *endless = g_strnfill (100000, 'x');
  g_autofree char *client = hp_log_short_client (endless);
  g_autofree char *type = hp_log_short_type (endless);

  g_assert_cmpint (g_utf8_strlen (client, -1), <=, 32);
  g_assert_cmpint (g_utf8_strlen (type, -1), <=, 32);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-short/type", test_type);
  g_test_add_func ("/log-short/client", test_client);
  g_test_add_func ("/log-short/client-word", test_client_word);
  g_test_add_func ("/log-short/long", test_long);
  return g_test_run ();
}
