/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/uio.h>
#include <sys/vfs.h>

#include "http/hp-file-cache.h"
#include "http/hp-media-type.h"

/* Stamps can't tell everything: a program that writes through a shared memory mapping moves them
 * once and then no more, and a long write() stamps before it copies. So nothing is used for longer
 * than this after it was read. */
#define MAX_AGE (1 * G_USEC_PER_SEC)

/* A change within one tick of the clock leaves no trace in the stamps; where they are whole
 * seconds, that is long. What has rested for this many seconds gets a new stamp with an edit. */
#define MIN_REST 2

#define SWEEP_SECONDS 2

/* From <linux/magic.h> of newer kernels, and ZFS, which isn't in any. */
#define ZFS_MAGIC      0x2fc12fc1
#define BCACHEFS_MAGIC 0xca451a4e

typedef struct
{
  HpCachedFile file;
  GList link;
  char *key;      /* the absolute path */
  gsize size;     /* accounted */
  gint64 read_at; /* monotonic */
} Entry;

struct _HpFileCache
{
  GHashTable *entries; /* key → Entry, owned */
  GQueue used;         /* by Entry.link, latest first */
  GString *key;        /* the one being looked for */
  gsize size;
  gsize max_size;
  gint64 max_age;

  GMainContext *context; /* (nullable) borrowed */
  GSource *sweep;        /* while there are entries */
};

static void
entry_free (gpointer data)
{
  Entry *self = data;

  g_bytes_unref (self->file.bytes);
  g_free (self->key);
  g_free (self);
}

HpFileCache *
hp_file_cache_new (gsize max_size, GMainContext *context)
{
  HpFileCache *self = g_new0 (HpFileCache, 1);

  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, entry_free);
  g_queue_init (&self->used);
  self->key = g_string_new (NULL);
  self->max_size = max_size;
  self->max_age = MAX_AGE;
  self->context = context;

  return self;
}

static void
end_sweep (HpFileCache *self)
{
  if (self->sweep != NULL)
    g_source_destroy (self->sweep);
  g_clear_pointer (&self->sweep, g_source_unref);
}

void
hp_file_cache_free (HpFileCache *self)
{
  if (self == NULL)
    return;

  end_sweep (self);
  g_hash_table_unref (self->entries);
  g_string_free (self->key, TRUE);
  g_free (self);
}

static void
remove_entry (HpFileCache *self, Entry *entry)
{
  self->size -= entry->size;
  g_queue_unlink (&self->used, &entry->link);
  g_hash_table_remove (self->entries, entry->key);
}

static gboolean
is_too_old (HpFileCache *self, const Entry *entry, gint64 now)
{
  return now - entry->read_at >= self->max_age;
}

/* A server that nobody asks holds nothing. */
static gboolean
sweep_cb (gpointer data)
{
  HpFileCache *self = data;
  gint64 now = g_get_monotonic_time ();
  GList *link, *next;

  for (link = self->used.head; link != NULL; link = next)
    {
      next = link->next;
      if (is_too_old (self, link->data, now))
        remove_entry (self, link->data);
    }

  if (self->used.length > 0)
    return G_SOURCE_CONTINUE;

  g_clear_pointer (&self->sweep, g_source_unref);
  return G_SOURCE_REMOVE;
}

static void
begin_sweep (HpFileCache *self)
{
  if (self->sweep != NULL || self->context == NULL)
    return;

  self->sweep = g_timeout_source_new_seconds (SWEEP_SECONDS);
  g_source_set_callback (self->sweep, sweep_cb, self, NULL);
  g_source_attach (self->sweep, self->context);
}

static gboolean
is_same_time (const struct timespec *a, const struct timespec *b)
{
  return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static gboolean
is_same_state (const struct stat *a, const struct stat *b)
{
  return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_size == b->st_size
         && a->st_mode == b->st_mode && is_same_time (&a->st_mtim, &b->st_mtim)
         && is_same_time (&a->st_ctim, &b->st_ctim);
}

/* Goes down from the served folder, whose own path may have links in it, name by name, and stops at
 * the first that is a link, before it could lead anywhere. Somebody who turns a folder into a link
 * in the middle of this gains nothing but bytes that were in the served folder, in this place, less
 * than a second ago. Opens nothing, so nothing is kept busy. */
static gboolean
is_on_disk (HpFileCache *self, gsize folder_length, const struct stat *expected)
{
  char *path = self->key->str;
  struct stat stat;

  for (char *slash = strchr (path + folder_length + 1, '/'); slash != NULL;
       slash = strchr (slash + 1, '/'))
    {
      gboolean is_folder;

      *slash = '\0';
      is_folder = lstat (path, &stat) == 0 && S_ISDIR (stat.st_mode);
      *slash = '/';
      if (!is_folder)
        return FALSE;
    }

  return lstat (path, &stat) == 0 && is_same_state (&stat, expected);
}

/* Returns the length of the folder's part. */
static gsize
set_key (HpFileCache *self, const char *folder, const char *path)
{
  gsize length;

  g_string_assign (self->key, folder);
  length = self->key->len;
  g_string_append_c (self->key, '/');
  g_string_append (self->key, path);

  return length;
}

const HpCachedFile *
hp_file_cache_find (HpFileCache *self, const char *folder, const char *path)
{
  gsize folder_length;
  Entry *entry;

  if (self->used.length == 0)
    return NULL;

  folder_length = set_key (self, folder, path);
  entry = g_hash_table_lookup (self->entries, self->key->str);
  if (entry == NULL)
    return NULL;

  if (is_too_old (self, entry, g_get_monotonic_time ())
      || !is_on_disk (self, folder_length, &entry->file.stat))
    {
      remove_entry (self, entry);
      return NULL;
    }

  if (self->used.head != &entry->link)
    {
      g_queue_unlink (&self->used, &entry->link);
      g_queue_push_head_link (&self->used, &entry->link);
    }

  return &entry->file;
}

/* 0: can't be known. */
static guint32
get_file_system (int fd)
{
  struct statfs statfs;

  return fstatfs (fd, &statfs) == 0 ? statfs.f_type : 0;
}

/* Stamps count where this machine's own clock makes them, fine enough. Over a network, or from a
 * program (FUSE), they mean less. */
static gboolean
has_good_stamps (int fd)
{
  switch (get_file_system (fd))
    {
    case EXT4_SUPER_MAGIC: /* and ext2, ext3 */
    case XFS_SUPER_MAGIC:
    case BTRFS_SUPER_MAGIC:
    case F2FS_SUPER_MAGIC:
    case TMPFS_MAGIC:
    case OVERLAYFS_SUPER_MAGIC:
    case ZFS_MAGIC:
    case BCACHEFS_MAGIC:
      return TRUE;
    default:
      return FALSE;
    }
}

/* A change time from the future is another clock's. One of modification is shown as now, which
 * would have to be made anew each time. */
static gboolean
has_rested (const struct stat *stat, const struct timespec *now)
{
  return stat->st_ctim.tv_sec < now->tv_sec - MIN_REST && stat->st_mtim.tv_sec <= now->tv_sec;
}

/* Only what is in memory already: the engine must not wait for a disk. */
static GBytes *
read_at_once (int fd, gsize size)
{
  struct iovec part = { g_malloc (size), size };
  gssize n;

  do
    n = preadv2 (fd, &part, 1, 0, RWF_NOWAIT);
  while (n < 0 && errno == EINTR);

  /* What lives in memory doesn't know the flag, and doesn't need it. */
  if (n < 0 && errno == EOPNOTSUPP && get_file_system (fd) == TMPFS_MAGIC)
    n = pread (fd, part.iov_base, size, 0);

  if (n == (gssize) size)
    return g_bytes_new_take (part.iov_base, size);

  g_free (part.iov_base);
  return NULL;
}

static void
insert (HpFileCache *self, Entry *entry)
{
  Entry *old = g_hash_table_lookup (self->entries, entry->key);

  if (old != NULL)
    remove_entry (self, old);

  self->size += entry->size;
  entry->link.data = entry;
  g_hash_table_insert (self->entries, entry->key, entry);
  g_queue_push_head_link (&self->used, &entry->link);

  while (self->size > self->max_size && self->used.tail != &entry->link)
    remove_entry (self, self->used.tail->data);

  begin_sweep (self);
}

const HpCachedFile *
hp_file_cache_add (HpFileCache *self,
                   const char *folder,
                   const char *path,
                   int fd,
                   const struct stat *stat,
                   const struct timespec *now)
{
  const char *slash = strrchr (path, '/');
  const char *name = slash != NULL ? slash + 1 : path;
  gsize folder_length = set_key (self, folder, path);
  gint64 read_at = g_get_monotonic_time ();
  g_autoptr (GBytes) bytes = NULL;
  struct stat after;
  Entry *entry;

  if (!S_ISREG (stat->st_mode) || stat->st_size <= 0 || stat->st_size > HP_FILE_CACHE_MAX_FILE
      || !has_rested (stat, now) || !is_on_disk (self, folder_length, stat)
      || !has_good_stamps (fd))
    return NULL;

  bytes = read_at_once (fd, stat->st_size);
  if (bytes == NULL || fstat (fd, &after) < 0 || !is_same_state (stat, &after))
    return NULL;

  entry = g_new0 (Entry, 1);
  entry->file.stat = *stat;
  entry->file.bytes = g_steal_pointer (&bytes);
  entry->file.media_type = hp_media_type_for_name (name);
  entry->file.coding = hp_media_type_get_coding (name);
  hp_validators_init (&entry->file.validators, stat, now);
  entry->key = g_strndup (self->key->str, self->key->len);
  entry->size = sizeof *entry + self->key->len + 1 + stat->st_size;
  entry->read_at = read_at;
  insert (self, entry);

  return &entry->file;
}

gsize
hp_file_cache_get_size (HpFileCache *self)
{
  return self->size;
}

void
hp_file_cache_set_max_age (HpFileCache *self, gint64 max_age)
{
  self->max_age = max_age;
}
