/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "ports/hp-port-rules.h"
#include "servers/hp-server-exchange.h"

#define LIMIT_US (60 * G_USEC_PER_SEC)

#define HEAD "{\"format\": \"homeport-servers\", \"version\": 1, \"servers\": "

static GPtrArray *
new_notes (void)
{
  return g_ptr_array_new_with_free_func (g_free);
}

static gboolean
has_note (GPtrArray *notes, const char *words)
{
  for (guint i = 0; i < notes->len; i++)
    if (strstr (g_ptr_array_index (notes, i), words))
      return TRUE;
  return FALSE;
}

static void
test_round_trip (void)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (
      (GDestroyNotify) hp_stored_server_free);
  g_autoptr (GPtrArray) notes = new_notes ();
  g_autoptr (GPtrArray) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  const char *folders[] = { "/home/me/Projects/site", "/tm\xff/not \"utf8\"" };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      HpStoredServer *stored = g_new0 (HpStoredServer, 1);

      stored->folder = g_strdup (folders[i]);
      stored->name = i ? NULL : g_strdup ("Ünïcode \"quoted\"");
      stored->port = (guint16) (62893 + i);
      stored->running = TRUE;
      stored->former_ports = g_array_new (FALSE, FALSE, sizeof (guint16));
      stored->options = hp_server_options_new (i == 0, i == 0);
      g_ptr_array_add (list, stored);
    }

  text = hp_server_exchange_write (list);
  again = hp_server_exchange_read (text, strlen (text), notes, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->len, ==, 2);
  g_assert_cmpuint (notes->len, ==, 0);
  for (guint i = 0; i < again->len; i++)
    {
      HpStoredServer *a = g_ptr_array_index (list, i), *b = g_ptr_array_index (again, i);

      g_assert_cmpstr (a->folder, ==, b->folder);
      g_assert_cmpstr (a->name, ==, b->name);
      g_assert_cmpuint (a->port, ==, b->port);
      g_assert_false (b->running);
      g_assert_true (hp_server_options_equal (a->options, b->options));
    }
}

/* No such file at all. */
static void
test_refused (void)
{
  g_autofree char *deep = g_strnfill (1000000, '[');
  const char *const texts[]
      = { "",
          "nonsense",
          "[]",
          "{}",
          "{\"format\": \"other\", \"version\": 1, \"servers\": []}",
          "{\"format\": \"homeport-servers\", \"version\": 2, \"servers\": []}",
          "{\"format\": \"homeport-servers\", \"version\": \"1\", \"servers\": []}",
          "{\"format\": \"homeport-servers\", \"version\": 1}",
          HEAD "{}}",
          HEAD "[",
          "\xff\xfe",
          deep };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GPtrArray) notes = new_notes ();
      g_autoptr (GError) error = NULL;

      g_assert_null (hp_server_exchange_read (texts[i], strlen (texts[i]), notes, &error));
      g_assert_nonnull (error);
      g_assert_cmpint (error->domain, ==, G_IO_ERROR);
    }
}

/* Single entries that are wrong cost only themselves, and are told. */
static void
test_bad_entries (void)
{
  const char *text = HEAD "[17, {\"port\": 80}, {\"folder\": \"relative\", \"port\": 1},"
                          "{\"folder\": \"/a/../b\", \"port\": 70000},"
                          "{\"folder\": \"/c\", \"port\": \"8080\", \"name\": 5, \"later\": []},"
                          "{\"folder\": \"/d\", \"port\": 8080, \"options\": "
                          "{\"serve-hidden\": \"yes\", \"only-me\": false, \"new\": 1}},"
                          "{\"folder\": \"/e\", \"port\": 8081, \"options\": 3}]}";
  g_autoptr (GPtrArray) notes = new_notes ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = hp_server_exchange_read (text, strlen (text), notes, &error);
  HpStoredServer *stored;

  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 4);
  g_assert_cmpuint (notes->len, ==, 4);
  for (guint i = 1; i <= 3; i++)
    {
      g_autofree char *words = g_strdup_printf ("Entry %u names no folder", i);

      g_assert_true (has_note (notes, words));
    }
  g_assert_true (has_note (notes, "“serve-hidden” must be true or false"));

  stored = g_ptr_array_index (list, 0);
  g_assert_cmpstr (stored->folder, ==, "/b");
  g_assert_cmpuint (stored->port, ==, 0);
  stored = g_ptr_array_index (list, 1);
  g_assert_cmpuint (stored->port, ==, 0);
  g_assert_null (stored->name);
  stored = g_ptr_array_index (list, 2);
  g_assert_cmpuint (stored->port, ==, 8080);
  g_assert_false (stored->options->serve_hidden);
  g_assert_false (stored->options->only_me);
}

typedef struct
{
  char *dir;
  char *file;
  HpEngine *engine;
  HpServerList *list;
  GAsyncResult *result;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->dir = g_dir_make_tmp ("hp-exchange-XXXXXX", NULL);
  f->file = g_build_filename (f->dir, "list.json", NULL);
  f->engine = hp_engine_new ();
  f->list = hp_server_list_new (f->engine, NULL);
  hp_server_list_load_async (f->list, NULL, NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", f->dir);

  hp_server_list_shut_down (f->list);
  g_clear_object (&f->list);
  hp_engine_unref (f->engine);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (f->dir);
  g_free (f->file);
}

static void
done_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  ((Fixture *) user_data)->result = g_object_ref (result);
}

static void
wait (Fixture *f)
{
  gint64 limit = g_get_monotonic_time () + LIMIT_US;

  while (!f->result && g_get_monotonic_time () < limit)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (f->result);
}

static HpServerImport *
import (Fixture *f, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (f->file);
  HpServerImport *result;

  hp_server_exchange_import_async (f->list, file, NULL, done_cb, f);
  wait (f);
  result = hp_server_exchange_import_finish (f->result, error);
  g_clear_object (&f->result);
  return result;
}

static void
test_import (Fixture *f, gconstpointer data)
{
  g_autofree char *here = g_build_filename (f->dir, "here", NULL);
  g_autofree char *text = NULL;
  g_autoptr (HpServerImport) result = NULL;
  g_autoptr (HpServerImport) again = NULL;
  g_autoptr (GError) error = NULL;
  HpServer *old = hp_server_list_add (f->list, f->dir);
  guint16 port = hp_server_get_port (old);
  HpServer *server;

  g_assert_cmpint (g_mkdir (here, 0700), ==, 0);
  text = g_strdup_printf (HEAD
                          "[{\"folder\": \"%s\", \"port\": %u, \"name\": \"Here\"},"
                          "{\"folder\": \"%s\", \"port\": 1234, \"name\": \"other\"},"
                          "{\"folder\": \"/nowhere/at all\", \"options\": {\"follow-links\": true, "
                          "\"only-me\": false}}]}",
                          here, port, f->dir);
  g_assert_true (g_file_set_contents (f->file, text, -1, NULL));

  result = import (f, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result->added->len, ==, 2);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->list)), ==, 3);

  /* Nothing runs, and what was there is as it was. */
  g_assert_cmpuint (hp_server_list_get_n_running (f->list), ==, 0);
  g_assert_cmpuint (hp_server_get_port (old), ==, port);
  g_assert_null (hp_server_get_name (old));
  g_assert_true (has_note (result->notes, "1 folder is in the list already"));

  server = g_ptr_array_index (result->added, 0);
  g_assert_cmpstr (hp_server_get_name (server), ==, "Here");
  g_assert_cmpuint (hp_server_get_port (server), !=, port);
  g_assert_true (has_note (result->notes, "is another folder’s"));

  server = g_ptr_array_index (result->added, 1);
  g_assert_cmpuint (hp_server_get_port (server), >=, HP_PORT_FIRST);
  g_assert_true (hp_server_get_options (server)->follow_links);
  g_assert_true (has_note (result->notes, "“at all”: the folder was not found"));
  g_assert_true (has_note (result->notes, "“at all” follows links out of the folder"));
  g_assert_true (has_note (result->notes, "“at all” is served to other users"));
  g_assert_true (has_note (result->notes, "“at all” has the port"));

  /* Twice changes nothing. */
  again = import (f, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->added->len, ==, 0);
  g_assert_true (has_note (again->notes, "3 folders are in the list already"));

  hp_server_list_remove_all (f->list, result->added);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->list)), ==, 1);
}

static void
test_export (Fixture *f, gconstpointer data)
{
  g_autoptr (GFile) file = g_file_new_for_path (f->file);
  g_autoptr (GPtrArray) notes = new_notes ();
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  hp_server_list_add (f->list, f->dir);
  hp_server_exchange_export_async (f->list, file, NULL, done_cb, f);
  wait (f);
  g_assert_cmpint (hp_server_exchange_export_finish (f->result, &error), ==, 1);
  g_assert_no_error (error);
  g_clear_object (&f->result);
  g_assert_true (g_file_get_contents (f->file, &text, NULL, NULL));
  list = hp_server_exchange_read (text, strlen (text), notes, NULL);
  g_assert_cmpuint (list->len, ==, 1);

  /* Where it can't be written. */
  g_clear_object (&file);
  file = g_file_new_build_filename (f->dir, "no", "such", "folder.json", NULL);
  hp_server_exchange_export_async (f->list, file, NULL, done_cb, f);
  wait (f);
  g_assert_cmpint (hp_server_exchange_export_finish (f->result, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_object (&f->result);
}

static void
test_missing_file (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (import (f, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server-exchange/round-trip", test_round_trip);
  g_test_add_func ("/server-exchange/refused", test_refused);
  g_test_add_func ("/server-exchange/bad-entries", test_bad_entries);
  g_test_add ("/server-exchange/import", Fixture, NULL, set_up, test_import, tear_down);
  g_test_add ("/server-exchange/export", Fixture, NULL, set_up, test_export, tear_down);
  g_test_add ("/server-exchange/missing-file", Fixture, NULL, set_up, test_missing_file, tear_down);
  return g_test_run ();
}
