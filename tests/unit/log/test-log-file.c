/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <glib.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

#include "log/hp-log-writer.h"

#define BASE "http://localhost:62893"

static char *folder;

static char *
path_of (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

static HpRecordBatch *
make_batch (guint first, guint n)
{
  g_autoptr (HpRecordQueue) queue = hp_record_queue_new (n);

  for (guint i = first; i < first + n; i++)
    {
      g_autofree char *target = g_strdup_printf ("/%u", i);

      hp_record_queue_push (queue, &(HpRequestRecord){ .method = "GET",
                                                       .target = target,
                                                       .client = "127.0.0.1",
                                                       .status = 200,
                                                       .reason = HP_REASON_SERVED });
    }
  return hp_record_queue_take (queue);
}

static void
write_records (HpLogFile *file, guint first, guint n)
{
  g_autoptr (HpRecordBatch) batch = make_batch (first, n);
  g_autoptr (GError) error = NULL;

  hp_log_file_write (file, batch, &error);
  g_assert_no_error (error);
}

static HpLogFile *
new_file (const char *name, HpLogFormat format, guint64 max_bytes)
{
  g_autofree char *path = path_of (name);
  g_autoptr (HpLogFileOptions) options = hp_log_file_options_new (path, format, max_bytes);

  return hp_log_file_new (options, BASE);
}

static char *
read_file (const char *name)
{
  g_autofree char *path = path_of (name);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

static void
write_file (const char *name, const char *text)
{
  g_autofree char *path = path_of (name);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* The numbers of the requests in a file; NULL: no such file. Fails when it isn't whole. */
static char *
read_numbers (const char *name, HpLogFormat format)
{
  g_autofree char *text = read_file (name);
  g_autoptr (GRegex) regex = g_regex_new (
      format == HP_LOG_FORMAT_HAR ? "\"url\":\"" BASE "/(\\d+)\"" : "[ \"]/(\\d+)[ \"]", 0, 0,
      NULL);
  g_autoptr (GMatchInfo) match = NULL;
  GString *numbers = g_string_new (NULL);

  if (text == NULL)
    {
      g_string_free (numbers, TRUE);
      return NULL;
    }
  if (*text == '\0')
    return g_string_free (numbers, FALSE);
  g_assert_cmpint (text[strlen (text) - 1], ==, '\n');
  if (format == HP_LOG_FORMAT_HAR)
    {
      g_autoptr (JsonNode) node = json_from_string (text, NULL);

      g_assert_nonnull (node);
    }
  for (g_regex_match (regex, text, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL))
    {
      g_autofree char *number = g_match_info_fetch (match, 1);

      g_string_append_printf (numbers, "%s ", number);
    }
  return g_string_free (numbers, FALSE);
}

static void
assert_numbers (const char *name, HpLogFormat format, const char *expected)
{
  g_autofree char *numbers = read_numbers (name, format);

  g_assert_cmpstr (numbers, ==, expected);
}

/* Whole after each write, and taken up where it ended. */
static void
test_grows (void)
{
  for (HpLogFormat format = 0; format < HP_N_LOG_FORMATS; format++)
    {
      const char *name = hp_log_format_get_nick (format);
      g_autofree char *path = path_of (name);
      g_autoptr (HpLogFile) again = NULL;
      HpLogFile *file = new_file (name, format, 0);
      struct stat info;

      g_assert_true (hp_log_file_open (file, NULL));
      assert_numbers (name, format, "");
      g_assert_cmpint (g_stat (path, &info), ==, 0);
      g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
      write_records (file, 1, 1);
      assert_numbers (name, format, "1 ");
      write_records (file, 2, 3);
      assert_numbers (name, format, "1 2 3 4 ");
      hp_log_file_free (file);

      again = new_file (name, format, 0);
      write_records (again, 5, 2);
      assert_numbers (name, format, "1 2 3 4 5 6 ");
    }
}

static void
test_empty_then_grows (void)
{
  HpLogFile *file = new_file ("empty.har", HP_LOG_FORMAT_HAR, 0);
  g_autoptr (HpLogFile) again = NULL;

  g_assert_true (hp_log_file_open (file, NULL));
  hp_log_file_free (file);
  again = new_file ("empty.har", HP_LOG_FORMAT_HAR, 0);
  write_records (again, 1, 2);
  assert_numbers ("empty.har", HP_LOG_FORMAT_HAR, "1 2 ");
}

/* Each one whole, in order, and five at most. */
static void
test_rotation (void)
{
  for (HpLogFormat format = 0; format < HP_N_LOG_FORMATS; format++)
    {
      const char *nick = hp_log_format_get_nick (format);
      g_autofree char *name = g_strdup_printf ("turn-%s.x", nick);
      g_autofree char *beyond = g_strdup_printf ("turn-%s.6.x", nick);
      g_autoptr (HpLogFile) file = new_file (name, format, 1500);
      g_autofree char *missing = NULL;
      g_autofree char *newest = NULL;
      g_autoptr (GString) all = g_string_new (NULL);
      g_autoptr (GString) expected = g_string_new (NULL);
      guint first;

      write_records (file, 1000, 40);
      for (guint i = 1040; i < 1100; i++)
        write_records (file, i, 1);

      for (guint i = 5; i > 0; i--)
        {
          g_autofree char *old = g_strdup_printf ("turn-%s.%u.x", nick, i);
          g_autofree char *path = path_of (old);
          g_autofree char *numbers = read_numbers (old, format);
          struct stat info;

          g_assert_nonnull (numbers);
          g_assert_cmpint (g_stat (path, &info), ==, 0);
          g_assert_cmpint (info.st_size, <=, 1500 + 10);
          g_string_append (all, numbers);
        }
      newest = read_numbers (name, format);
      g_string_append (all, newest);
      first = g_ascii_strtoull (all->str, NULL, 10);
      for (guint i = first; i < 1100; i++)
        g_string_append_printf (expected, "%u ", i);
      g_assert_cmpstr (all->str, ==, expected->str);
      missing = read_numbers (beyond, format);
      g_assert_null (missing);
    }
}

/* One that is bigger than the limit gets a file of its own, and no empty files come between. */
static void
test_rotation_tiny (void)
{
  g_autoptr (HpLogFile) file = new_file ("tiny", HP_LOG_FORMAT_HAR, 1);

  write_records (file, 1, 3);
  assert_numbers ("tiny", HP_LOG_FORMAT_HAR, "3 ");
  assert_numbers ("tiny.1", HP_LOG_FORMAT_HAR, "2 ");
  assert_numbers ("tiny.2", HP_LOG_FORMAT_HAR, "1 ");
  assert_numbers ("tiny.3", HP_LOG_FORMAT_HAR, NULL);
}

static void
test_foreign_file (void)
{
  static const char *const texts[] = {
    "<!doctype html>\n",
    "{\"log\":{\"version\":\"1.2\",\"creator\":{\"name\":\"Firefox\"}}}",
    "a,b,c\r\n1,2,3\r\n",
    "x",
    "\x7f"
    "ELF",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    for (HpLogFormat format = 0; format < HP_N_LOG_FORMATS; format++)
      {
        g_autoptr (HpLogFile) file = new_file ("foreign", format, 0);
        g_autoptr (GError) error = NULL;
        g_autofree char *after = NULL;

        if (format == HP_LOG_FORMAT_JSON_LINES && *texts[i] == '{')
          continue;
        write_file ("foreign", texts[i]);
        g_assert_false (hp_log_file_open (file, &error));
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
        g_assert_nonnull (strstr (error->message, "foreign"));
        after = read_file ("foreign");
        g_assert_cmpstr (after, ==, texts[i]);
      }
}

static void
test_not_a_file (void)
{
  g_autofree char *fifo = path_of ("fifo");
  static const char *const names[] = { "fifo", ".", "missing/log" };

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (HpLogFile) file = new_file (names[i], HP_LOG_FORMAT_COMBINED, 0);
      g_autoptr (GError) error = NULL;

      g_assert_false (hp_log_file_open (file, &error));
      g_assert_nonnull (error);
    }
}

/* What was cut by a sudden end is put aside or ended, and nothing of it is lost. */
static void
test_cut_short (void)
{
  for (HpLogFormat format = 0; format < HP_N_LOG_FORMATS; format++)
    {
      const char *nick = hp_log_format_get_nick (format);
      g_autofree char *name = g_strdup_printf ("cut-%s.x", nick);
      g_autofree char *aside = g_strdup_printf ("cut-%s.1.x", nick);
      HpLogFile *file = new_file (name, format, 0);
      g_autoptr (HpLogFile) again = NULL;
      g_autofree char *text = NULL;
      g_autofree char *after = NULL;

      write_records (file, 1, 2);
      hp_log_file_free (file);
      text = read_file (name);
      text[strlen (text) - 12] = '\0';
      write_file (name, text);

      again = new_file (name, format, 0);
      write_records (again, 3, 1);
      after = read_file (format == HP_LOG_FORMAT_HAR ? aside : name);
      g_assert_true (g_str_has_prefix (after, text));
      if (format == HP_LOG_FORMAT_HAR)
        {
          g_assert_cmpstr (after, ==, text);
          assert_numbers (name, format, "3 ");
        }
      else
        g_assert_cmpint (after[strlen (text)], ==, '\n');
    }
}

static void
test_moved_away (void)
{
  g_autoptr (HpLogFile) file = new_file ("moved", HP_LOG_FORMAT_HAR, 0);
  g_autofree char *path = path_of ("moved");
  g_autofree char *old = path_of ("old");

  write_records (file, 1, 1);
  g_assert_cmpint (g_rename (path, old), ==, 0);
  write_records (file, 2, 1);
  assert_numbers ("old", HP_LOG_FORMAT_HAR, "1 ");
  assert_numbers ("moved", HP_LOG_FORMAT_HAR, "2 ");
  g_assert_cmpint (g_unlink (path), ==, 0);
  write_records (file, 3, 1);
  assert_numbers ("moved", HP_LOG_FORMAT_HAR, "3 ");
}

static void
test_two_writers (void)
{
  g_autoptr (HpLogFile) one = new_file ("shared", HP_LOG_FORMAT_COMBINED, 0);
  g_autoptr (HpLogFile) other = new_file ("shared", HP_LOG_FORMAT_COMBINED, 0);
  g_autoptr (GError) error = NULL;

  g_assert_true (hp_log_file_open (one, NULL));
  g_assert_false (hp_log_file_open (other, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
}

static void
set_file_limit (rlim_t limit)
{
  struct rlimit limits;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limits), ==, 0);
  limits.rlim_cur = MIN (limit, limits.rlim_max);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limits), ==, 0);
}

/* No room: the file stays whole, and goes on when there is room again. */
static void
test_no_room (void)
{
  signal (SIGXFSZ, SIG_IGN);
  for (HpLogFormat format = 0; format < HP_N_LOG_FORMATS; format++)
    {
      g_autofree char *name = g_strdup_printf ("full-%s", hp_log_format_get_nick (format));
      g_autoptr (HpLogFile) file = new_file (name, format, 0);
      g_autoptr (HpRecordBatch) batch = make_batch (3, 200);
      g_autoptr (GError) error = NULL;

      write_records (file, 1, 2);
      set_file_limit (4000);
      g_assert_false (hp_log_file_write (file, batch, &error));
      set_file_limit (RLIM_INFINITY);
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error->message, name));
      assert_numbers (name, format, "1 2 ");
      write_records (file, 900, 1);
      assert_numbers (name, format, "1 2 900 ");
    }
}

static gboolean
count_cb (gpointer data)
{
  ++*(guint *) data;
  return G_SOURCE_REMOVE;
}

/* The thread: all that was pushed is in the file when the writer has ended. */
static void
test_writer (void)
{
  HpLogFile *file = new_file ("written", HP_LOG_FORMAT_HAR, 0);
  HpLogWriter *writer = hp_log_writer_new (file, NULL, NULL);
  g_autoptr (HpRecordQueue) queue = hp_record_queue_new (10);

  hp_record_queue_set_tee (queue, hp_log_writer_get_queue (writer));
  for (guint i = 0; i < 5; i++)
    hp_record_queue_push (queue, &(HpRequestRecord){ .method = "GET", .target = "/7" });
  hp_record_queue_set_tee (queue, NULL);
  hp_record_queue_push (queue, &(HpRequestRecord){ .method = "GET", .target = "/8" });
  hp_log_writer_end (writer, 60000);
  assert_numbers ("written", HP_LOG_FORMAT_HAR, "7 7 7 7 7 ");
}

static void
test_writer_trouble (void)
{
  HpLogWriter *writer;
  g_autofree char *trouble = NULL;
  g_autofree char *path = path_of ("later");
  guint n_changes = 0;

  writer = hp_log_writer_new (new_file ("later/log", HP_LOG_FORMAT_COMBINED, 0), count_cb,
                              &n_changes);
  while (n_changes == 0)
    g_main_context_iteration (NULL, TRUE);
  trouble = hp_log_writer_dup_trouble (writer);
  g_assert_nonnull (strstr (trouble, "later/log"));

  /* It mends itself. */
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  hp_record_queue_push (hp_log_writer_get_queue (writer),
                        &(HpRequestRecord){ .method = "GET", .target = "/1" });
  while (n_changes == 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (hp_log_writer_dup_trouble (writer));
  hp_log_writer_end (writer, 60000);
  assert_numbers ("later/log", HP_LOG_FORMAT_COMBINED, "1 ");
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        remove_all (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

int
main (int argc, char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("hp-log-file-XXXXXX", NULL);
  g_assert_nonnull (folder);
  g_test_add_func ("/log-file/grows", test_grows);
  g_test_add_func ("/log-file/empty-then-grows", test_empty_then_grows);
  g_test_add_func ("/log-file/rotation", test_rotation);
  g_test_add_func ("/log-file/rotation-tiny", test_rotation_tiny);
  g_test_add_func ("/log-file/foreign-file", test_foreign_file);
  g_test_add_func ("/log-file/not-a-file", test_not_a_file);
  g_test_add_func ("/log-file/cut-short", test_cut_short);
  g_test_add_func ("/log-file/moved-away", test_moved_away);
  g_test_add_func ("/log-file/two-writers", test_two_writers);
  g_test_add_func ("/log-file/no-room", test_no_room);
  g_test_add_func ("/log-file/writer", test_writer);
  g_test_add_func ("/log-file/writer-trouble", test_writer_trouble);
  result = g_test_run ();
  remove_all (folder);
  g_free (folder);
  return result;
}
