/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "http/hp-request-why.h"
#include "test-folder.h"

static HpRequestRecord
record (HpReason reason, const char *target)
{
  return (HpRequestRecord){
    .status = 404,
    .reason = reason,
    .method = "GET",
    .target = target,
    .client = "127.0.0.1",
  };
}

/* Every reason has a sentence of its own, which ends as one. */
static void
test_every_reason (void)
{
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, FALSE);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (HpReason reason = 0; reason < HP_N_REASONS; reason++)
    {
      HpRequestRecord one = record (reason, "/a");
      g_autoptr (HpRequestWhy) why = hp_request_why_new (&one, options, NULL);

      g_test_message ("%s: %s", hp_reason_get_nick (reason), why->sentence);
      g_assert_nonnull (why->sentence);
      g_assert_true (g_str_has_suffix (why->sentence, "."));
      g_assert_null (strstr (why->sentence, "%s"));
      g_assert_true (g_hash_table_add (seen, g_strdup (why->sentence)));
      g_assert_cmpint (why->button != NULL, ==,
                       why->option != HP_N_OPTIONS || why->other_target != NULL);
    }
  /* Nothing is known; that isn't said where something is. */
  g_assert_true (g_hash_table_contains (seen, "Nothing is known about this answer."));
}

static void
test_ways_out (void)
{
  static const struct
  {
    HpReason reason;
    HpServerOption option;
    gboolean value;
  } cases[] = {
    { HP_REASON_HIDDEN, HP_OPTION_SERVE_HIDDEN, TRUE },
    { HP_REASON_OUTSIDE_FOLDER, HP_OPTION_FOLLOW_LINKS, TRUE },
    { HP_REASON_NO_LISTING, HP_OPTION_LIST_FOLDERS, TRUE },
    { HP_REASON_OTHER_SITE, HP_OPTION_REFUSE_OTHER_SITES, FALSE },
  };
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, TRUE);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HpRequestRecord one = record (cases[i].reason, "/a");
      g_autoptr (HpServerOptions) off = hp_server_options_with (options, cases[i].option,
                                                                !cases[i].value);
      g_autoptr (HpServerOptions) on = hp_server_options_with (options, cases[i].option,
                                                               cases[i].value);
      g_autoptr (HpRequestWhy) why = hp_request_why_new (&one, off, NULL);
      g_autoptr (HpRequestWhy) done = hp_request_why_new (&one, on, NULL);

      g_assert_nonnull (why->button);
      g_assert_cmpint (why->option, ==, cases[i].option);
      g_assert_cmpint (why->option_value, ==, cases[i].value);
      g_assert_null (done->button);
      g_assert_cmpint (done->option, ==, HP_N_OPTIONS);
      g_assert_true (g_str_has_suffix (done->advice, "it will work the next time."));
    }
}

static void
test_names (void)
{
  static const struct
  {
    HpReason reason;
    const char *target;
    const char *request_fields;
    const char *response_fields;
    const char *file;
    const char *referrer;
    const char *sentence;
    const char *advice;
  } cases[] = {
    { HP_REASON_SERVED, "/a.css", NULL, NULL, "a.css", NULL,
      "The file “a.css” is what was asked for.", NULL },
    { HP_REASON_INDEX, "/docs/", NULL, NULL, "docs/index.html", NULL,
      "A folder was asked for, and “docs/index.html” stands for it.", NULL },
    { HP_REASON_PARTIAL, "/a", NULL, "Content-Type: x\nContent-Range: bytes 0-9/99\n", "a", NULL,
      "Only a part of the file was asked for, and sent: bytes 0-9/99.", NULL },
    { HP_REASON_MISSING, "/im%20g/a.png?x", NULL, NULL, NULL, "http://localhost:1/about.html",
      "There is no file or folder “im g/a.png” in the served folder.",
      "The page /about.html asked for it: its link is where to look." },
    { HP_REASON_MISSING, "/%1b[2J%e2%80%ae<b>", NULL, NULL, NULL, NULL,
      "There is no file or folder “\\x1b[2J\\u{202e}<b>” in the served folder.",
      "Check the spelling of the address, or of the link that led there." },
    { HP_REASON_FOREIGN_HOST, "/", "Accept: */*\nhost:  evil.example \n", NULL, NULL, NULL,
      "Asked as “evil.example”: blocked. Only localhost, 127.0.0.1 and [::1] mean this computer.",
      "A web page can make its own name lead here, to read what is not its own. Use the address "
      "that Homeport shows." },
    { HP_REASON_OTHER_SITE, "/", "Origin: https://other.example\n", NULL, NULL, NULL,
      "A page of another site, https://other.example, wanted to use this, and other sites are "
      "refused.",
      NULL },
    { HP_REASON_METHOD, "/", NULL, NULL, NULL, NULL,
      "The method GET is not supported: Homeport only hands out files, and answers GET, HEAD and "
      "OPTIONS.",
      NULL },
  };
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, TRUE);
  g_autoptr (HpServerOptions) strict = hp_server_options_with (options,
                                                               HP_OPTION_REFUSE_OTHER_SITES, TRUE);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      HpRequestRecord one = record (cases[i].reason, cases[i].target);
      g_autoptr (HpRequestWhy) why = NULL;

      one.request_fields = cases[i].request_fields;
      one.response_fields = cases[i].response_fields;
      one.file = cases[i].file;
      one.referrer = cases[i].referrer;
      one.flags = one.referrer != NULL ? HP_RECORD_OWN_REFERRER : 0;
      why = hp_request_why_new (&one, strict, NULL);
      g_assert_cmpstr (why->sentence, ==, cases[i].sentence);
      g_assert_cmpstr (why->advice, ==, cases[i].advice);
    }
}

static void
test_aborted (void)
{
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, TRUE);
  HpRequestRecord one = record (HP_REASON_SERVED, "/a");
  g_autoptr (HpRequestWhy) part = NULL;
  g_autoptr (HpRequestWhy) none = NULL;
  g_autoptr (HpRequestWhy) unknown = NULL;

  one.flags = HP_RECORD_ABORTED;
  part = hp_request_why_new (&one, options, NULL);
  g_assert_cmpstr (part->advice, ==, "The client went away before all of it was sent.");
  one.status = 0;
  none = hp_request_why_new (&one, options, NULL);
  g_assert_cmpstr (none->advice, ==, "The client went away before any of it was sent.");
  one.reason = HP_REASON_NONE;
  unknown = hp_request_why_new (&one, options, NULL);
  g_assert_cmpstr (unknown->sentence, ==, "The client went away before there was an answer.");
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static HpRequestLook *
look (TestFolder *folder, const char *target)
{
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, TRUE);
  g_autoptr (GAsyncResult) result = NULL;

  hp_request_look_async (folder->path, target, options, NULL, looked_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return hp_request_look_finish (result, NULL);
}

static void
test_look (void)
{
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, TRUE);
  HpRequestRecord one = record (HP_REASON_CASE_MISMATCH, "/img/logo.png");
  TestFolder *folder = test_folder_new ();
  g_autoptr (HpRequestLook) other = NULL;
  g_autoptr (HpRequestLook) none = NULL;
  g_autoptr (HpRequestLook) there = NULL;
  g_autoptr (HpRequestLook) bad = NULL;
  g_autoptr (HpRequestWhy) why = NULL;
  g_autoptr (HpRequestWhy) now = NULL;

  test_folder_mkdir (folder, "img");
  test_folder_write (folder, "img/Logo 1%.png", "x");
  test_folder_write (folder, "here", "x");

  other = look (folder, "/img/logo%201%25.png?a");
  g_assert_cmpint (other->reason, ==, HP_REASON_CASE_MISMATCH);
  g_assert_cmpstr (other->other_path, ==, "img/Logo 1%.png");
  why = hp_request_why_new (&one, options, other);
  g_assert_cmpstr (why->sentence, ==, "“img/Logo 1%.png” exists — names are case-sensitive.");
  g_assert_cmpstr (why->other_target, ==, "/img/Logo%201%25.png");
  g_assert_nonnull (why->button);

  none = look (folder, "/gone");
  g_assert_cmpint (none->reason, ==, HP_REASON_MISSING);
  g_assert_null (none->other_path);
  bad = look (folder, "/../x");
  g_assert_cmpint (bad->reason, ==, HP_REASON_BAD_TARGET);

  there = look (folder, "/here");
  g_assert_cmpint (there->reason, ==, HP_REASON_NONE);
  one.reason = HP_REASON_MISSING;
  now = hp_request_why_new (&one, options, there);
  g_assert_cmpstr (now->advice, ==, "It is there now: it will work the next time.");
  test_folder_free (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/request-why/every-reason", test_every_reason);
  g_test_add_func ("/request-why/ways-out", test_ways_out);
  g_test_add_func ("/request-why/names", test_names);
  g_test_add_func ("/request-why/aborted", test_aborted);
  g_test_add_func ("/request-why/look", test_look);
  return g_test_run ();
}
