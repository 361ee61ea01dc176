/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "http/hp-beneath.h"
#include "http/hp-folder-entries.h"

static char *
make_key (const char *name)
{
  g_autofree char *valid = NULL;

  if (g_str_is_ascii (name))
    return g_ascii_strdown (name, -1);

  valid = g_utf8_make_valid (name, -1);

  return g_utf8_casefold (valid, -1);
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
compare_entries (gconstpointer a, gconstpointer b)
{
  const HpFolderEntry *first = a;
  const HpFolderEntry *second = b;
  int order = (second->kind == HP_ENTRY_FOLDER) - (first->kind == HP_ENTRY_FOLDER);

  if (order == 0)
    order = compare_keys (first->key, second->key);

  return order != 0 ? order : strcmp (first->name, second->name);
}

static HpEntryKind
kind_from_mode (mode_t mode)
{
  if (S_ISDIR (mode))
    return HP_ENTRY_FOLDER;

  return S_ISREG (mode) ? HP_ENTRY_FILE : HP_ENTRY_SPECIAL;
}

/* A link is what it leads to, as long as that is inside. */
static void
follow_link (HpFolderEntry *entry, int root, const char *path, struct stat *stat)
{
  g_autofree char *whole = g_strconcat (path, path[0] != '\0' ? "/" : "", entry->name, NULL);

  if (hp_beneath_stat (root, whole, stat) == 0)
    entry->kind = kind_from_mode (stat->st_mode);
  else
    entry->kind = errno == EXDEV ? HP_ENTRY_OUTSIDE : HP_ENTRY_BROKEN;
}

static void
add_entry (HpFolderEntries *self, int root, int folder, const char *path, const char *name)
{
  HpFolderEntry entry = { .name = name };
  g_autofree char *key = NULL;
  struct stat stat;

  /* It may have gone since. */
  if (fstatat (folder, name, &stat, AT_SYMLINK_NOFOLLOW) < 0)
    return;

  if (S_ISLNK (stat.st_mode))
    follow_link (&entry, root, path, &stat);
  else
    entry.kind = kind_from_mode (stat.st_mode);

  key = make_key (name);
  entry.name = g_string_chunk_insert (self->strings, name);
  entry.key = g_string_chunk_insert (self->strings, key);
  entry.size = stat.st_size;
  entry.modified = stat.st_mtim.tv_sec;
  self->n_folders += entry.kind == HP_ENTRY_FOLDER;
  g_array_append_val (self->entries, entry);
}

gboolean
hp_folder_entries_read (
    HpFolderEntries *self, int root, int folder, const char *path, gboolean show_hidden)
{
  int fd = openat (folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *stream = fd < 0 ? NULL : fdopendir (fd);
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
      if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0)
        continue;
      if (entry->d_name[0] == '.' && !show_hidden)
        {
          self->n_hidden++;
          continue;
        }

      self->truncated = self->entries->len >= HP_FOLDER_ENTRIES_MAX;
      if (!self->truncated)
        add_entry (self, root, folder, path, entry->d_name);
    }
  closedir (stream);
  g_array_sort (self->entries, compare_entries);

  return TRUE;
}

void
hp_folder_entries_clear (HpFolderEntries *self)
{
  g_clear_pointer (&self->entries, g_array_unref);
  g_clear_pointer (&self->strings, g_string_chunk_free);
}
