/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "servers/hp-server-store.h"

typedef struct
{
  char *dir;
  char *path;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->dir = g_dir_make_tmp ("hp-store-XXXXXX", NULL);
  f->path = g_build_filename (f->dir, "deep", "servers.ini", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", f->dir);

  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (f->dir);
  g_free (f->path);
}

static HpStoredServer *
stored (const char *folder, const char *name, guint16 port, gboolean running)
{
  HpStoredServer *self = g_new0 (HpStoredServer, 1);

  self->folder = g_strdup (folder);
  self->name = g_strdup (name);
  self->port = port;
  self->running = running;
  self->options = hp_server_options_new (FALSE, TRUE);
  return self;
}

static GPtrArray *
new_list (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) hp_stored_server_free);
}

static void
got_result (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GPtrArray *
load (HpServerStore *store, char **notice, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hp_server_store_load_async (store, got_result, &result);
  while (!result)
    g_main_context_iteration (NULL, TRUE);
  return hp_server_store_load_finish (store, result, notice, error);
}

static void
write_text (Fixture *f, const char *text)
{
  g_autofree char *dir = g_path_get_dirname (f->path);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (dir, 0700);
  g_file_set_contents (f->path, text, -1, &error);
  g_assert_no_error (error);
}

static char *
read_text (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (f->path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static void
test_round_trip (Fixture *f, gconstpointer data)
{
  const char *folders[] = { "/srv/site", "/srv/with space & = ; # [x]", "/srv/line\nbreak",
                            "/srv/not-utf8-\xff", "/srv/ends in space " };
  g_autoptr (HpServerStore) store = hp_server_store_new (f->path);
  g_autoptr (HpServerStore) again = hp_server_store_new (f->path);
  g_autoptr (GPtrArray) servers = new_list ();
  g_autoptr (GPtrArray) loaded = NULL;
  g_autofree char *notice = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    g_ptr_array_add (servers,
                     stored (folders[i], i % 2 ? "Ünïcode; \"name\"" : NULL, 62893 + i, i % 2));
  /* Each option differs from its default in one of them. */
  for (HpServerOption option = 0; option < HP_N_OPTIONS; option++)
    {
      HpStoredServer *server = servers->pdata[option];
      g_autoptr (HpServerOptions) old = server->options;

      server->options = hp_server_options_with (old, option, !hp_server_options_get (old, option));
    }

  hp_server_store_save (store, servers);
  hp_server_store_flush (store);

  loaded = load (again, &notice, &error);
  g_assert_no_error (error);
  g_assert_null (notice);
  g_assert_cmpuint (loaded->len, ==, servers->len);
  for (guint i = 0; i < servers->len; i++)
    {
      HpStoredServer *a = servers->pdata[i];
      HpStoredServer *b = loaded->pdata[i];

      g_assert_cmpstr (a->folder, ==, b->folder);
      g_assert_cmpstr (a->name, ==, b->name);
      g_assert_cmpuint (a->port, ==, b->port);
      g_assert_cmpint (a->running, ==, b->running);
      g_assert_true (hp_server_options_equal (a->options, b->options));
    }
}

static void
test_missing_file (Fixture *f, gconstpointer data)
{
  g_autoptr (HpServerStore) store = hp_server_store_new (f->path);
  g_autofree char *notice = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) loaded = load (store, &notice, &error);

  g_assert_no_error (error);
  g_assert_null (notice);
  g_assert_cmpuint (loaded->len, ==, 0);
}

/* What we can't read is skipped, told, and still there after the next save. */
static void
test_broken_entries (Fixture *f, gconstpointer data)
{
  static const char *const broken[] = {
    "[server-2]\nfolder=relative/path\nport=62894\n",
    "[server-3]\nfolder=/srv/x\nport=99999\n",
    "[server-4]\nfolder=/srv/y\n",
    "[server-5]\nfolder=/srv/z\nport=62899\nrunning=perhaps\n",
    "[from-the-future]\nsecret=42\n",
    "[server-6]\nthis line is no key\n",
    "[server-7\nfolder=/srv/q\nport=62900\n",
    "[server-8]\nfolder=/srv/good\nport=62893\n",
  };
  g_autoptr (GString) text = g_string_new ("# mine\n[server-1]\nfolder=/srv/good\nport=62893\n"
                                           "colour=green\n\n");
  g_autoptr (HpServerStore) store = hp_server_store_new (f->path);
  g_autofree char *notice = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) loaded = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    g_string_append (text, broken[i]);
  write_text (f, text->str);

  loaded = load (store, &notice, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (notice, "8"));
  g_assert_nonnull (strstr (notice, f->path));
  g_assert_cmpuint (loaded->len, ==, 1);

  g_ptr_array_insert (loaded, 0, stored ("/srv/new", NULL, 62901, TRUE));
  hp_server_store_save (store, loaded);
  hp_server_store_flush (store);

  after = read_text (f);
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    g_assert_nonnull (strstr (after, broken[i]));
  g_assert_nonnull (strstr (after, "colour=green"));
  g_assert_nonnull (strstr (after, "folder=/srv/new"));
}

static void
failed_cb (HpServerStore *store, const char *message, gpointer user_data)
{
  *(char **) user_data = g_strdup (message);
}

/* A file that can't be read must not be overwritten by an empty list. */
static void
test_unreadable (Fixture *f, gconstpointer data)
{
  g_autoptr (HpServerStore) store = hp_server_store_new (f->path);
  g_autoptr (GPtrArray) servers = new_list ();
  g_autofree char *notice = NULL;
  g_autofree char *message = NULL;
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (f->path, 0700);
  g_assert_null (load (store, &notice, &error));
  g_assert_nonnull (error);

  g_signal_connect (store, "failed", G_CALLBACK (failed_cb), &message);
  hp_server_store_save (store, servers);
  hp_server_store_flush (store);
  while (!message)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (g_file_test (f->path, G_FILE_TEST_IS_DIR));
}

static void
test_write_failure (Fixture *f, gconstpointer data)
{
  g_autofree char *dir = g_path_get_dirname (f->path);
  g_autoptr (HpServerStore) store = hp_server_store_new (f->path);
  g_autoptr (GPtrArray) servers = new_list ();
  g_autofree char *message = NULL;

  g_assert_true (g_file_set_contents (dir, "in the way", -1, NULL));
  g_signal_connect (store, "failed", G_CALLBACK (failed_cb), &message);
  hp_server_store_save (store, servers);
  while (!message)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (strstr (message, "could not be saved"));
}

static void
test_keeps_link (Fixture *f, gconstpointer data)
{
  g_autofree char *target = g_build_filename (f->dir, "real.ini", NULL);
  g_autoptr (HpServerStore) store = hp_server_store_new (f->path);
  g_autoptr (GPtrArray) servers = new_list ();
  g_autofree char *text = NULL;

  write_text (f, "");
  g_assert_cmpint (g_unlink (f->path), ==, 0);
  g_assert_true (g_file_set_contents (target, "", -1, NULL));
  g_assert_cmpint (symlink (target, f->path), ==, 0);

  g_ptr_array_add (servers, stored ("/srv/site", NULL, 62893, TRUE));
  hp_server_store_save (store, servers);
  hp_server_store_flush (store);

  g_assert_true (g_file_test (f->path, G_FILE_TEST_IS_SYMLINK));
  g_assert_true (g_file_get_contents (target, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "folder=/srv/site"));
}

/* Many saves in a row: the last one counts. */
static void
test_newest_wins (Fixture *f, gconstpointer data)
{
  g_autoptr (HpServerStore) store = hp_server_store_new (f->path);
  g_autofree char *text = NULL;

  for (guint i = 1; i <= 300; i++)
    {
      g_autoptr (GPtrArray) servers = new_list ();

      g_ptr_array_add (servers, stored ("/srv/site", NULL, i, FALSE));
      hp_server_store_save (store, servers);
    }
  hp_server_store_flush (store);
  text = read_text (f);
  g_assert_nonnull (strstr (text, "port=300\n"));
}

/* In a process of its own: saves port 1, 2, 3 … and says each number when it is on disk. */
static int
write_for_ever (const char *path)
{
  HpServerStore *store = hp_server_store_new (path);

  for (guint i = 1; i < G_MAXUINT16; i++)
    {
      g_autoptr (GPtrArray) servers = new_list ();
      guint16 port = i;

      for (guint j = 0; j < 50; j++)
        {
          g_autofree char *folder = g_strdup_printf ("/srv/%u", j);
          g_ptr_array_add (servers, stored (folder, NULL, i, FALSE));
        }
      hp_server_store_save (store, servers);
      hp_server_store_flush (store);
      if (write (STDOUT_FILENO, &port, sizeof port) != sizeof port)
        return 1;
    }
  return 0;
}

/* Killed at any moment, the file is whole and holds at least what was said to be saved. */
static void
test_killed (Fixture *f, gconstpointer data)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  const char *argv[] = { self, "--write-for-ever", f->path, NULL };

  for (guint round = 0; round < 12; round++)
    {
      g_autoptr (HpServerStore) store = hp_server_store_new (f->path);
      g_autoptr (GPtrArray) loaded = NULL;
      g_autofree char *notice = NULL;
      g_autoptr (GError) error = NULL;
      guint16 port = 0, acknowledged = 0;
      GPid pid;
      int out;

      g_assert_true (g_spawn_async_with_pipes (NULL, (char **) argv, NULL,
                                               G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL,
                                               &out, NULL, &error));
      while (acknowledged < 3 + round * 7)
        {
          g_assert_cmpint (read (out, &port, sizeof port), ==, sizeof port);
          acknowledged = port;
        }
      g_usleep (g_random_int_range (0, 2000));
      kill (pid, SIGKILL);
      while (read (out, &port, sizeof port) == sizeof port)
        acknowledged = port;
      close (out);
      g_spawn_close_pid (pid);

      loaded = load (store, &notice, &error);
      g_assert_no_error (error);
      g_assert_null (notice);
      g_assert_cmpuint (loaded->len, ==, 50);
      for (guint i = 0; i < loaded->len; i++)
        g_assert_cmpuint (((HpStoredServer *) loaded->pdata[i])->port, >=, acknowledged);
    }
}

/* Each in its own words; what can't be understood is no log file, and no reason to lose the folder.
 */
static void
test_log_file (Fixture *f, gconstpointer data)
{
  static const char text[]
      = "[server-1]\nfolder=/a\nport=1000\nlog-file=/var/a.har\nlog-format=har\nlog-size=5000\n"
        "[server-2]\nfolder=/b\nport=1001\nlog-file=b.log\nlog-format=clf\n"
        "[server-3]\nfolder=/c\nport=1002\nlog-file=/c\nlog-format=xml\n"
        "[server-4]\nfolder=/d\nport=1003\nlog-file=file:///d%FF\nlog-format=csv\nlog-size=x\n"
        "[server-5]\nfolder=/e\nport=1004\n";
  g_autofree char *notice = NULL;
  g_autofree char *written = NULL;

  write_text (f, text);
  for (guint round = 0; round < 2; round++)
    {
      g_autoptr (HpServerStore) store = hp_server_store_new (f->path);
      g_autoptr (GPtrArray) list = load (store, &notice, NULL);
      const HpStoredServer *servers[5];

      g_assert_null (notice);
      g_assert_cmpuint (list->len, ==, 5);
      for (guint i = 0; i < 5; i++)
        servers[i] = g_ptr_array_index (list, i);
      g_assert_cmpstr (servers[0]->log_file->path, ==, "/var/a.har");
      g_assert_cmpint (servers[0]->log_file->format, ==, HP_LOG_FORMAT_HAR);
      g_assert_cmpuint (servers[0]->log_file->max_bytes, ==, 5000);
      g_assert_null (servers[1]->log_file);
      g_assert_null (servers[2]->log_file);
      g_assert_cmpstr (servers[3]->log_file->path, ==, "/d\xff");
      g_assert_cmpint (servers[3]->log_file->format, ==, HP_LOG_FORMAT_CSV);
      g_assert_cmpuint (servers[3]->log_file->max_bytes, ==, HP_LOG_FILE_SIZE);
      g_assert_null (servers[4]->log_file);

      hp_server_store_save (store, list);
      hp_server_store_flush (store);
    }
  written = read_text (f);
  g_assert_nonnull (strstr (written, "log-file=/var/a.har\nlog-format=har\nlog-size=5000\n"));
  g_assert_null (strstr (written, "xml"));
}

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "--write-for-ever"))
    return write_for_ever (argv[2]);

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(path, func) g_test_add ("/server-store/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("log-file", test_log_file);
  ADD ("round-trip", test_round_trip);
  ADD ("missing-file", test_missing_file);
  ADD ("broken-entries", test_broken_entries);
  ADD ("unreadable", test_unreadable);
  ADD ("write-failure", test_write_failure);
  ADD ("keeps-link", test_keeps_link);
  ADD ("newest-wins", test_newest_wins);
  ADD ("killed", test_killed);

  return g_test_run ();
}
