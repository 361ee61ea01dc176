/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "http/hp-folder-entries.h"
#include "test-folder.h"

static void
test_order (void)
{
  static const char *const sorted[] = {
    "",
    "-",
    "01",
    "1",
    "2",
    "0010",
    "10",
    "99999999999999999999",
    "100000000000000000000",
    "A",
    "a",
    "A1",
    "a2",
    "a9",
    "A10",
    "a10b",
    "A010c",
    "ab",
    "B",
    "b1",
    "C",
    "img-2.png",
    "IMG-11.png",
    "img-11.PNG2",
    "z",
    "\xc3\x84 1",
    "\xc3\xa4 2",
    "\xc3\x96",
    "\xff",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (sorted); i++)
    {
      g_assert_cmpint (hp_folder_entries_compare_names (sorted[i], sorted[i]), ==, 0);
      for (gsize j = i + 1; j < G_N_ELEMENTS (sorted); j++)
        {
          g_test_message ("%" G_GSIZE_FORMAT " before %" G_GSIZE_FORMAT, i, j);
          g_assert_cmpint (hp_folder_entries_compare_names (sorted[i], sorted[j]), <, 0);
          g_assert_cmpint (hp_folder_entries_compare_names (sorted[j], sorted[i]), >, 0);
        }
    }
}

/* A total order, or sorting would be undefined. */
static void
test_order_is_total (void)
{
  static const char *const parts[] = { "", "0", "00", "1", "01", "10", "a", "A", "b", "\xff" };
  const guint n = G_N_ELEMENTS (parts) * G_N_ELEMENTS (parts);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (names, g_strconcat (parts[i % 10], parts[i / 10], NULL));

  for (guint i = 0; i < n; i++)
    {
      for (guint j = 0; j < n; j++)
        {
          int order = hp_folder_entries_compare_names (names->pdata[i], names->pdata[j]);
          int back = hp_folder_entries_compare_names (names->pdata[j], names->pdata[i]);

          g_assert_cmpint ((order > 0) - (order < 0), ==, (back < 0) - (back > 0));
          for (guint k = 0; order < 0 && k < n; k += 7)
            {
              if (hp_folder_entries_compare_names (names->pdata[j], names->pdata[k]) < 0)
                g_assert_cmpint (hp_folder_entries_compare_names (names->pdata[i], names->pdata[k]),
                                 <, 0);
            }
        }
    }
}

static void
test_read (void)
{
  static const struct
  {
    const char *name;
    HpEntryKind kind;
  } expected[] = {
    { "folder-link", HP_ENTRY_FOLDER }, { "zoo", HP_ENTRY_FOLDER }, { "broken", HP_ENTRY_BROKEN },
    { "fifo", HP_ENTRY_SPECIAL },       { "file", HP_ENTRY_FILE },  { "file-link", HP_ENTRY_FILE },
    { "out", HP_ENTRY_OUTSIDE },
  };
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_auto (HpFolderEntries) entries = { 0 };
  g_auto (HpFolderEntries) all = { 0 };
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, TRUE);
  g_autoptr (HpServerOptions) hidden = hp_server_options_new (TRUE, TRUE);
  const HpListingQuery usual = { 0 };
  HpFolderPlace place = { folder->fd, -1, "a" };

  test_folder_mkdir (folder, "a/zoo");
  test_folder_write (folder, "a/file", "12345");
  test_folder_write (folder, "a/.hidden", "x");
  test_folder_fifo (folder, "a/fifo");
  test_folder_link (folder, "file", "a/file-link");
  test_folder_link (folder, "../a/zoo", "a/folder-link");
  test_folder_link (folder, "../../secret.txt", "a/out");
  test_folder_link (folder, "nothing", "a/broken");

  place.folder = openat (folder->fd, "a", O_PATH | O_CLOEXEC);
  g_assert_true (hp_folder_entries_read (&entries, &place, options, &usual));
  g_assert_cmpuint (entries.entries->len, ==, G_N_ELEMENTS (expected));
  g_assert_cmpuint (entries.n_folders, ==, 2);
  g_assert_cmpuint (entries.n_hidden, ==, 1);
  g_assert_false (entries.truncated);
  for (guint i = 0; i < entries.entries->len; i++)
    {
      const HpFolderEntry *entry = &g_array_index (entries.entries, HpFolderEntry, i);

      g_assert_cmpstr (entry->name, ==, expected[i].name);
      g_assert_cmpint (entry->kind, ==, expected[i].kind);
      if (entry->kind == HP_ENTRY_FILE)
        {
          g_assert_cmpint (entry->size, ==, 5);
          g_assert_cmpint (entry->modified, ==, 784111777);
        }
    }

  g_assert_true (hp_folder_entries_read (&all, &place, hidden, &usual));
  g_assert_cmpuint (all.entries->len, ==, G_N_ELEMENTS (expected) + 1);
  close (place.folder);
}

/* With the option a link out of the folder is what it leads to. */
static void
test_follow_links (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (HpServerOptions) usual = hp_server_options_new (FALSE, TRUE);
  g_autoptr (HpServerOptions) options = hp_server_options_with (usual, HP_OPTION_FOLLOW_LINKS,
                                                                TRUE);
  const HpListingQuery query = { 0 };
  const HpFolderPlace place = { folder->fd, folder->fd, "" };
  static const struct
  {
    const char *name;
    HpEntryKind kind;
  } expected[] = {
    { "above", HP_ENTRY_FOLDER },
    { "broken", HP_ENTRY_BROKEN },
    { "null", HP_ENTRY_SPECIAL },
    { "secret", HP_ENTRY_FILE },
  };
  g_auto (HpFolderEntries) entries = { 0 };

  test_folder_link (folder, "..", "above");
  test_folder_link (folder, "/nowhere/at/all", "broken");
  test_folder_link (folder, "/dev/null", "null");
  test_folder_link (folder, "../secret.txt", "secret");

  g_assert_true (hp_folder_entries_read (&entries, &place, options, &query));
  g_assert_cmpuint (entries.entries->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < entries.entries->len; i++)
    {
      const HpFolderEntry *entry = &g_array_index (entries.entries, HpFolderEntry, i);

      g_assert_cmpstr (entry->name, ==, expected[i].name);
      g_assert_cmpint (entry->kind, ==, expected[i].kind);
    }
}

static void
set_date (TestFolder *folder, const char *name, time_t seconds)
{
  const struct timespec times[2] = { { .tv_sec = seconds }, { .tv_sec = seconds } };

  g_assert_cmpint (utimensat (folder->fd, name, times, 0), ==, 0);
}

static char *
list_names (TestFolder *folder, HpListingSort sort, gboolean descending, const char *filter)
{
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, TRUE);
  const HpListingQuery query = { sort, descending, (char *) filter };
  const HpFolderPlace place = { folder->fd, folder->fd, "" };
  g_auto (HpFolderEntries) entries = { 0 };
  GString *names = g_string_new (NULL);

  g_assert_true (hp_folder_entries_read (&entries, &place, options, &query));
  for (guint i = 0; i < entries.entries->len; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? " " : "",
                            g_array_index (entries.entries, HpFolderEntry, i).name);
  g_assert_cmpuint (entries.entries->len + entries.n_filtered, ==, 8);

  return g_string_free (names, FALSE);
}

static void
test_sort_and_filter (void)
{
  static const struct
  {
    HpListingSort sort;
    gboolean descending;
    const char *filter;
    const char *names;
  } rows[] = {
    { HP_SORT_NAME, FALSE, NULL, "new old a2 A10 big gone small \xc3\x96l" },
    { HP_SORT_NAME, TRUE, NULL, "old new \xc3\x96l small gone big A10 a2" },
    { HP_SORT_SIZE, FALSE, NULL, "new old gone \xc3\x96l a2 A10 small big" },
    { HP_SORT_SIZE, TRUE, NULL, "new old big small a2 A10 \xc3\x96l gone" },
    { HP_SORT_MODIFIED, FALSE, NULL, "old new gone small a2 A10 big \xc3\x96l" },
    { HP_SORT_MODIFIED, TRUE, NULL, "new old \xc3\x96l a2 A10 big small gone" },
    { HP_SORT_NAME, FALSE, "a", "a2 A10 small" },
    { HP_SORT_NAME, TRUE, "A", "small A10 a2" },
    { HP_SORT_SIZE, TRUE, "ol", "old" },
    { HP_SORT_NAME, FALSE, "\xc3\xb6", "\xc3\x96l" },
    { HP_SORT_NAME, FALSE, "o\xcc\x88L", "\xc3\x96l" },
    { HP_SORT_NAME, FALSE, "*", "" },
    { HP_SORT_NAME, FALSE, "a2 ", "" },
    { HP_SORT_NAME, FALSE, "\xef\xbf\xbd", "" },
  };
  g_autoptr (TestFolder) folder = test_folder_new ();

  test_folder_mkdir (folder, "old");
  test_folder_mkdir (folder, "new");
  set_date (folder, "old", 1000);
  set_date (folder, "new", 2000);
  test_folder_write (folder, "a2", "22");
  test_folder_write (folder, "A10", "22");
  test_folder_write (folder, "big", "1234567890");
  test_folder_write (folder, "small", "123");
  test_folder_write (folder, "\xc3\x96l", "");
  test_folder_link (folder, "nothing", "gone");
  set_date (folder, "small", -5);
  set_date (folder, "\xc3\x96l", 4000000000);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *names = list_names (folder, rows[i].sort, rows[i].descending,
                                           rows[i].filter);

      g_assert_cmpstr (names, ==, rows[i].names);
    }
}

static void
test_unreadable (void)
{
  g_autoptr (TestFolder) folder = test_folder_new ();
  g_autoptr (HpServerOptions) options = hp_server_options_new (FALSE, TRUE);
  const HpListingQuery query = { 0 };
  g_auto (HpFolderEntries) entries = { 0 };
  HpFolderPlace place = { folder->fd, -1, "file" };

  test_folder_write (folder, "file", "x");
  place.folder = openat (folder->fd, "file", O_PATH | O_CLOEXEC);
  g_assert_false (hp_folder_entries_read (&entries, &place, options, &query));
  close (place.folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/folder-entries/order", test_order);
  g_test_add_func ("/folder-entries/order-is-total", test_order_is_total);
  g_test_add_func ("/folder-entries/read", test_read);
  g_test_add_func ("/folder-entries/follow-links", test_follow_links);
  g_test_add_func ("/folder-entries/sort-and-filter", test_sort_and_filter);
  g_test_add_func ("/folder-entries/unreadable", test_unreadable);

  return g_test_run ();
}
