/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "http/hp-error-page.h"

static char *
make_page (HpReason reason, const char *path, const char *other_path)
{
  g_autoptr (GBytes) page = hp_error_page_new (hp_error_page_get_status (reason), reason, path,
                                               other_path);

  return g_strndup (g_bytes_get_data (page, NULL), g_bytes_get_size (page));
}

/* Every reason to refuse has its own words. */
static void
test_all_reasons (void)
{
  for (HpReason reason = HP_REASON_MISSING; reason < HP_N_REASONS; reason++)
    {
      g_autofree char *page = make_page (reason, NULL, NULL);
      guint status = hp_error_page_get_status (reason);

      g_assert_cmpuint (status, >=, 400);
      g_assert_cmpuint (status, <, 600);
      g_assert_true (g_utf8_validate (page, -1, NULL));
      g_assert_cmpint (strstr (page, "Something went wrong") != NULL, ==,
                       reason == HP_REASON_INTERNAL);
    }
}

static void
test_path (void)
{
  g_autofree char *plain = make_page (HP_REASON_MISSING, "img/Logo.png", NULL);
  g_autofree char *hostile = make_page (HP_REASON_MISSING,
                                        "<b>\"'&\n\xff\xe2\x80\xae"
                                        "gpj",
                                        NULL);
  g_autofree char *endless = g_strnfill (100000, 'x');
  g_autofree char *bounded = make_page (HP_REASON_MISSING, endless, NULL);

  g_assert_nonnull (strstr (plain, "/img/Logo.png<"));
  g_assert_nonnull (strstr (plain, "404"));

  g_assert_null (strstr (hostile, "<b>"));
  g_assert_null (strstr (hostile, "\xe2\x80\xae"));
  g_assert_nonnull (strstr (hostile, "/&lt;b&gt;&quot;&#39;&amp;"));
  g_assert_true (g_utf8_validate (hostile, -1, NULL));

  g_assert_cmpuint (strlen (bounded), <, strlen (plain) + 1000);
}

static void
test_other_case (void)
{
  g_autofree char *page = make_page (HP_REASON_CASE_MISMATCH, "img/Logo 1.png", "img/logo 1.png");

  g_assert_nonnull (strstr (page, "/img/Logo 1.png<"));
  g_assert_nonnull (strstr (page, "<a href=\"/img/logo%201.png\">"));
  g_assert_nonnull (strstr (page, ">/img/logo 1.png<"));
  g_assert_nonnull (strstr (page, "case-sensitive"));
}

static void
test_json (void)
{
  g_autoptr (GBytes) bytes = hp_error_page_new_json (405, HP_REASON_METHOD);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  g_assert_cmpstr (text, ==,
                   "{\"status\":405,\"reason\":\"method\",\"message\":\"Homeport only hands out "
                   "files: it answers GET, HEAD and OPTIONS.\"}\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/error-page/all-reasons", test_all_reasons);
  g_test_add_func ("/error-page/path", test_path);
  g_test_add_func ("/error-page/other-case", test_other_case);
  g_test_add_func ("/error-page/json", test_json);

  return g_test_run ();
}
