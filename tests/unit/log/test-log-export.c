/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "log/hp-log-export.h"

#define BASE "http://localhost:62893"

static char *folder;

typedef struct
{
  gboolean done;
  gboolean ok;
  char *text;
  GError *error;
  guint64 last;
  guint n_notified;
  GCancellable *cancel; /* cancelled at the first progress */
} Run;

static void
run_clear (Run *run)
{
  g_free (run->text);
  g_clear_error (&run->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

static void
done_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Run *run = user_data;

  run->ok = hp_log_export_finish (HP_LOG_EXPORT (object), result, &run->text, &run->error);
  run->done = TRUE;
}

static void
progress_cb (HpLogExport *export, GParamSpec *pspec, Run *run)
{
  guint64 n = hp_log_export_get_n_done (export);

  g_assert_cmpuint (n, >, run->last);
  g_assert_cmpuint (n, <=, hp_log_export_get_n_rows (export));
  run->last = n;
  run->n_notified++;
  if (run->cancel != NULL)
    g_cancellable_cancel (run->cancel);
}

static void
run_export (Run *run, HpLogExport *export, GFile *file)
{
  g_signal_connect (export, "notify::n-done", G_CALLBACK (progress_cb), run);
  hp_log_export_run_async (export, file, run->cancel, done_cb, run);
  while (!run->done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (run->ok == (run->error == NULL));
}

static HpRequestLog *
make_log (guint n)
{
  HpRequestLog *log = hp_request_log_new ();

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *target = g_strdup_printf ("/%u", i);

      hp_request_log_append (log, &(HpRequestRecord){ .time_us = i,
                                                      .method = "GET",
                                                      .target = target,
                                                      .client = "127.0.0.1",
                                                      .status = 200,
                                                      .reason = HP_REASON_SERVED });
    }
  return log;
}

static GArray *
all_rows (HpRequestLog *log)
{
  GArray *seqs = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint64 seq = hp_request_log_get_first_seq (log); seq < hp_request_log_get_next_seq (log);
       seq++)
    g_array_append_val (seqs, seq);
  return seqs;
}

static char *
naive (HpRequestLog *log, HpLogFormat format)
{
  g_autoptr (HpLogFormatter) formatter = hp_log_formatter_new (format, BASE, FALSE);
  GString *out = g_string_new (NULL);

  hp_log_formatter_begin (formatter, out);
  for (guint64 seq = hp_request_log_get_first_seq (log); seq < hp_request_log_get_next_seq (log);
       seq++)
    {
      HpRequestRecord record;

      g_assert_true (hp_request_log_get (log, seq, &record));
      hp_log_formatter_add (formatter, out, &record);
    }
  g_string_append (out, hp_log_formatter_get_tail (formatter));
  return g_string_free (out, FALSE);
}

static GFile *
file_of (const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_new_for_path (path);
}

/* What lies in the folder, temporary files included. */
static guint
count_files (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
assert_content (GFile *file, const char *expected)
{
  g_autofree char *content = NULL;

  g_assert_true (g_file_load_contents (file, NULL, &content, NULL, NULL, NULL));
  g_assert_cmpstr (content, ==, expected);
}

static void
test_equals_naive (void)
{
  static const guint sizes[] = { 0, 1, 511, 512, 513, 5000 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (HpLogFormat format = 0; format < HP_N_LOG_FORMATS; format++)
      {
        g_autoptr (HpRequestLog) log = make_log (sizes[i]);
        g_autofree char *expected = naive (log, format);
        g_autoptr (HpLogExport) to_text = hp_log_export_new (log, all_rows (log), format, BASE,
                                                             FALSE);
        g_autoptr (HpLogExport) to_file = hp_log_export_new (log, all_rows (log), format, BASE,
                                                             FALSE);
        g_autoptr (GFile) file = file_of ("export");
        g_auto (Run) text = { 0 };
        g_auto (Run) saved = { 0 };

        run_export (&text, to_text, NULL);
        g_assert_no_error (text.error);
        g_assert_cmpstr (text.text, ==, expected);
        g_assert_cmpuint (text.last, ==, sizes[i]);

        run_export (&saved, to_file, file);
        g_assert_no_error (saved.error);
        g_assert_null (saved.text);
        assert_content (file, expected);
        g_assert_cmpuint (count_files (), ==, 1);
        g_assert_true (g_file_delete (file, NULL, NULL));
      }
}

static void
test_chosen_rows (void)
{
  g_autoptr (HpRequestLog) log = make_log (100);
  GArray *seqs = g_array_new (FALSE, FALSE, sizeof (guint64));
  const guint64 chosen[] = { 99, 7, 50, 1000 };
  g_autoptr (HpLogExport) export = NULL;
  g_auto (Run) run = { 0 };

  g_array_append_vals (seqs, chosen, G_N_ELEMENTS (chosen));
  export = hp_log_export_new (log, seqs, HP_LOG_FORMAT_COMBINED, BASE, FALSE);
  run_export (&run, export, NULL);
  g_assert_nonnull (strstr (run.text, "/7 "));
  g_assert_true (strstr (run.text, "/99 ") < strstr (run.text, "/7 "));
  g_assert_cmpuint (hp_log_export_get_n_missing (export), ==, 1);
  g_assert_cmpuint (run.last, ==, 3);
}

/* What the log keeps beside the row is part of it. */
static void
test_details (void)
{
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  g_autoptr (HpLogExport) export = NULL;
  g_auto (Run) run = { 0 };

  hp_request_log_append (log, &(HpRequestRecord){ .method = "GET",
                                                  .target = "/",
                                                  .client = "x",
                                                  .request_fields = "X-Asked: 1\n",
                                                  .response_fields = "X-Answered: 2\n",
                                                  .file = "index.html",
                                                  .body = "abc",
                                                  .body_length = 3 });
  export = hp_log_export_new (log, all_rows (log), HP_LOG_FORMAT_HAR, BASE, FALSE);
  run_export (&run, export, NULL);
  g_assert_nonnull (strstr (run.text, "{\"name\":\"X-Asked\",\"value\":\"1\"}"));
  g_assert_nonnull (strstr (run.text, "{\"name\":\"X-Answered\",\"value\":\"2\"}"));
  g_assert_nonnull (strstr (run.text, "\"file\":\"index.html\""));
  g_assert_nonnull (strstr (run.text, "\"text\":\"abc\""));
}

/* Nothing is left behind, and what was there stays. */
static void
test_cancel (void)
{
  g_autoptr (HpRequestLog) log = make_log (20000);

  for (guint exists = 0; exists < 2; exists++)
    {
      g_autoptr (HpLogExport) export = hp_log_export_new (log, all_rows (log), HP_LOG_FORMAT_HAR,
                                                          BASE, FALSE);
      g_autoptr (GFile) file = file_of ("cancelled");
      g_autoptr (GCancellable) cancel = g_cancellable_new ();
      g_auto (Run) run = { .cancel = cancel };

      if (exists)
        g_assert_true (g_file_replace_contents (file, "old", 3, NULL, FALSE, 0, NULL, NULL, NULL));
      run_export (&run, export, file);
      g_assert_error (run.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpuint (run.last, <, 20000);
      g_assert_cmpuint (count_files (), ==, exists);
      if (exists)
        {
          assert_content (file, "old");
          g_assert_true (g_file_delete (file, NULL, NULL));
        }
    }
}

/* The log goes on living while it is written. */
static void
test_rows_vanish (void)
{
  g_autoptr (HpRequestLog) log = make_log (20000);
  g_autoptr (HpLogExport) export = hp_log_export_new (log, all_rows (log), HP_LOG_FORMAT_JSON_LINES,
                                                      BASE, FALSE);
  g_auto (Run) run = { 0 };
  guint n_lines = 0;

  g_signal_connect_swapped (export, "notify::n-done", G_CALLBACK (hp_request_log_clear), log);
  run_export (&run, export, NULL);
  g_assert_no_error (run.error);
  for (const char *p = run.text; (p = strchr (p, '\n')) != NULL; p++)
    n_lines++;
  g_assert_cmpuint (n_lines, ==, run.last);
  g_assert_cmpuint (n_lines + hp_log_export_get_n_missing (export), ==, 20000);
  g_assert_cmpuint (hp_log_export_get_n_missing (export), >, 0);
}

static void
test_errors (void)
{
  static const struct
  {
    const char *name;
    int code;
  } cases[] = {
    { "missing/export.har", G_IO_ERROR_NOT_FOUND },
    { ".", G_IO_ERROR_IS_DIRECTORY },
    { "locked/export.har", G_IO_ERROR_PERMISSION_DENIED },
  };
  g_autoptr (HpRequestLog) log = make_log (10);
  g_autofree char *locked = g_build_filename (folder, "locked", NULL);

  g_assert_cmpint (g_mkdir (locked, 0500), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (HpLogExport) export = hp_log_export_new (log, all_rows (log), HP_LOG_FORMAT_HAR,
                                                          BASE, FALSE);
      g_autoptr (GFile) file = file_of (cases[i].name);
      g_auto (Run) run = { 0 };

      if (cases[i].code == G_IO_ERROR_PERMISSION_DENIED && geteuid () == 0)
        continue;
      run_export (&run, export, file);
      g_assert_error (run.error, G_IO_ERROR, cases[i].code);
      g_assert_nonnull (strstr (run.error->message, "“"));
    }
  g_assert_cmpint (g_rmdir (locked), ==, 0);
}

static void
test_no_room (void)
{
  g_autoptr (HpRequestLog) log = make_log (20000);
  g_autoptr (HpLogExport) export = hp_log_export_new (log, all_rows (log), HP_LOG_FORMAT_HAR, BASE,
                                                      FALSE);
  g_autoptr (GFile) file = file_of ("full");
  g_auto (Run) run = { 0 };
  struct rlimit limits;
  struct rlimit old;

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old), ==, 0);
  limits = old;
  limits.rlim_cur = 1000000;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limits), ==, 0);
  run_export (&run, export, file);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old), ==, 0);
  g_assert_nonnull (run.error);
  g_assert_nonnull (strstr (run.error->message, "full"));
  g_assert_cmpuint (count_files (), ==, 0);
}

static void
test_too_much_text (void)
{
  g_autoptr (HpRequestLog) log = hp_request_log_new ();
  g_autofree char *target = g_strnfill (8000, 'x');
  g_autoptr (HpLogExport) export = NULL;
  g_auto (Run) run = { 0 };

  for (guint i = 0; i < 5000; i++)
    hp_request_log_append (log, &(HpRequestRecord){ .method = "GET", .target = target });
  export = hp_log_export_new (log, all_rows (log), HP_LOG_FORMAT_COMBINED, BASE, FALSE);
  run_export (&run, export, NULL);
  g_assert_error (run.error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
}

int
main (int argc, char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("hp-log-export-XXXXXX", NULL);
  g_assert_nonnull (folder);
  g_test_add_func ("/log-export/equals-naive", test_equals_naive);
  g_test_add_func ("/log-export/chosen-rows", test_chosen_rows);
  g_test_add_func ("/log-export/details", test_details);
  g_test_add_func ("/log-export/cancel", test_cancel);
  g_test_add_func ("/log-export/rows-vanish", test_rows_vanish);
  g_test_add_func ("/log-export/errors", test_errors);
  g_test_add_func ("/log-export/no-room", test_no_room);
  g_test_add_func ("/log-export/too-much-text", test_too_much_text);
  result = g_test_run ();
  g_rmdir (folder);
  g_free (folder);
  return result;
}
