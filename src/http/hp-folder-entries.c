/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "http/hp-beneath.h"
#include "http/hp-folder-entries.h"

guint hp_folder_entries_max = 200000;

/* Without regard to letter case, nor to how an accent is written. */
static char *
make_key (const char *name)
{
  g_autofree char *valid = NULL;
  g_autofree char *folded = NULL;

  if (g_str_is_ascii (name))
    return g_ascii_strdown (name, -1);

  valid = g_utf8_make_valid (name, -1);
  folded = g_utf8_casefold (valid, -1);

  return g_utf8_normalize (folded, -1, G_NORMALIZE_DEFAULT_COMPOSE);
}

/* Numbers of any length: without their leading zeros the longer one is the bigger. */
static int
compare_numbers (const char **a, const char **b)
{
  gsize length_a, length_b;
  int order;

  *a += strspn (*a, "0");
  *b += strspn (*b, "0");
  length_a = strspn (*a, "0123456789");
  length_b = strspn (*b, "0123456789");

  order = length_a != length_b ? (length_a < length_b ? -1 : 1) : memcmp (*a, *b, length_a);
  *a += length_a;
  *b += length_b;

  return order;
}

static int
compare_keys (const char *a, const char *b)
{
  while (*a != '\0' && *b != '\0')
    {
      int order;

      if (g_ascii_isdigit (*a) && g_ascii_isdigit (*b))
        order = compare_numbers (&a, &b);
      else
        order = (guchar) *a++ - (guchar) *b++;

      if (order != 0)
        return order;
    }

  return (guchar) *a - (guchar) *b;
}

int
hp_folder_entries_compare_names (const char *a, const char *b)
{
  g_autofree char *key_a = make_key (a);
  g_autofree char *key_b = make_key (b);
  int order = compare_keys (key_a, key_b);

  return order != 0 ? order : strcmp (a, b);
}

static int
compare_entry_names (const HpFolderEntry *a, const HpFolderEntry *b)
{
  int order = compare_keys (a->key, b->key);

  return order != 0 ? order : strcmp (a->name, b->name);
}

/* What has no size or date to show counts as less than any that has. */
static gint64
get_number (const HpFolderEntry *entry, HpListingSort sort)
{
  if (sort == HP_SORT_SIZE)
    return entry->kind == HP_ENTRY_FILE ? entry->size : -1;

  return hp_folder_entry_is_served (entry) ? entry->modified : G_MININT64;
}

/* Folders stay first, and what is alike stays sorted by name, in either direction. */
static int
compare_entries (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const HpListingQuery *query = user_data;
  const HpFolderEntry *first = a;
  const HpFolderEntry *second = b;
  int order = (second->kind == HP_ENTRY_FOLDER) - (first->kind == HP_ENTRY_FOLDER);

  if (order != 0)
    return order;

  if (query->sort == HP_SORT_NAME)
    {
      order = compare_entry_names (first, second);
    }
  else
    {
      gint64 x = get_number (first, query->sort);
      gint64 y = get_number (second, query->sort);

      if (x == y)
        return compare_entry_names (first, second);
      order = x < y ? -1 : 1;
    }

  return query->descending ? -order : order;
}

gboolean
hp_folder_entry_is_served (const HpFolderEntry *entry)
{
  return entry->kind == HP_ENTRY_FOLDER || entry->kind == HP_ENTRY_FILE;
}

static HpEntryKind
kind_from_mode (mode_t mode)
{
  if (S_ISDIR (mode))
    return HP_ENTRY_FOLDER;

  return S_ISREG (mode) ? HP_ENTRY_FILE : HP_ENTRY_SPECIAL;
}

/* A link is what it leads to, as long as that is inside or may be outside. */
static void
follow_link (HpFolderEntry *entry, const HpFolderPlace *place, gboolean leave, struct stat *stat)
{
  const char *slash = place->path[0] != '\0' ? "/" : "";
  g_autofree char *whole = g_strconcat (place->path, slash, entry->name, NULL);
  int fd = leave ? hp_beneath_open_anywhere (place->root, whole, O_PATH)
                 : hp_beneath_open (place->root, whole, O_PATH);

  if (fd >= 0 && fstat (fd, stat) == 0)
    entry->kind = kind_from_mode (stat->st_mode);
  else
    entry->kind = errno == EXDEV ? HP_ENTRY_OUTSIDE : HP_ENTRY_BROKEN;
  if (fd >= 0)
    close (fd);
}

static void
add_entry (HpFolderEntries *self,
           const HpFolderPlace *place,
           HpServerOptions *options,
           const char *name,
           const char *key)
{
  HpFolderEntry entry = { .name = name };
  struct stat stat;

  /* It may have gone since. */
  if (fstatat (place->folder, name, &stat, AT_SYMLINK_NOFOLLOW) < 0)
    return;

  if (S_ISLNK (stat.st_mode))
    follow_link (&entry, place, options->follow_links, &stat);
  else
    entry.kind = kind_from_mode (stat.st_mode);

  entry.name = g_string_chunk_insert (self->strings, name);
  entry.key = g_string_chunk_insert (self->strings, key);
  entry.size = stat.st_size;
  entry.modified = stat.st_mtim.tv_sec;
  self->n_folders += entry.kind == HP_ENTRY_FOLDER;
  self->n_files += entry.kind == HP_ENTRY_FILE;
  g_array_append_val (self->entries, entry);
}

static gboolean
is_wanted (HpFolderEntries *self, HpServerOptions *options, const char *name)
{
  if (strcmp (name, ".") == 0 || strcmp (name, "..") == 0)
    return FALSE;

  if (name[0] == '.' && !options->serve_hidden)
    {
      self->n_hidden++;
      return FALSE;
    }

  return TRUE;
}

gboolean
hp_folder_entries_read (HpFolderEntries *self,
                        const HpFolderPlace *place,
                        HpServerOptions *options,
                        const HpListingQuery *query)
{
  int fd = openat (place->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *stream = fd < 0 ? NULL : fdopendir (fd);
  g_autofree char *filter = query->filter != NULL ? make_key (query->filter) : NULL;
  struct dirent *entry;

  memset (self, 0, sizeof *self);
  if (stream == NULL)
    {
      int error = errno;

      if (fd >= 0)
        close (fd);
      errno = error;
      return FALSE;
    }

  self->entries = g_array_new (FALSE, FALSE, sizeof (HpFolderEntry));
  self->strings = g_string_chunk_new (4096);

  while (!self->truncated && (entry = readdir (stream)) != NULL)
    {
      g_autofree char *key = NULL;

      if (!is_wanted (self, options, entry->d_name))
        continue;

      key = make_key (entry->d_name);
      if (filter != NULL && strstr (key, filter) == NULL)
        {
          self->n_filtered++;
          continue;
        }

      self->truncated = self->entries->len >= hp_folder_entries_max;
      if (!self->truncated)
        add_entry (self, place, options, entry->d_name, key);
    }
  closedir (stream);
  g_array_sort_with_data (self->entries, compare_entries, (gpointer) query);

  return TRUE;
}

void
hp_folder_entries_clear (HpFolderEntries *self)
{
  g_clear_pointer (&self->entries, g_array_unref);
  g_clear_pointer (&self->strings, g_string_chunk_free);
}
