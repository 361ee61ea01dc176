/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "http/hp-validators.h"

G_BEGIN_DECLS

/* Small files that were read a moment ago, for all servers of an engine. Nothing in it is believed:
 * each hit is checked against the disk first, and after a second the file is read again. One thread
 * only. */
typedef struct _HpFileCache HpFileCache;

/* Larger files aren't kept. */
#define HP_FILE_CACHE_MAX_FILE (256 * 1024)

typedef struct
{
  struct stat stat;
  HpValidators validators;
  GBytes *bytes;
  const char *media_type; /* static */
  const char *coding;     /* static; NULL: none */
} HpCachedFile;

/* Forgets what isn't asked for by itself when it has a context to run in. (nullable) for tests. */
HpFileCache *hp_file_cache_new (gsize max_size, GMainContext *context);
void hp_file_cache_free (HpFileCache *self);

/* The file at path below folder, when no name on the way is a link and the file is in exactly the
 * state in which it was read. NULL: to be looked up the long way. Valid until the next call. */
const HpCachedFile *hp_file_cache_find (HpFileCache *self, const char *folder, const char *path);

/* Reads the file that was just opened there and found in that state, at the time now, and keeps it.
 * NULL when that would mean to wait for the disk, or when an edit could pass unseen. Valid until
 * the next call. */
const HpCachedFile *hp_file_cache_add (HpFileCache *self,
                                       const char *folder,
                                       const char *path,
                                       int fd,
                                       const struct stat *stat,
                                       const struct timespec *now);

/* Bytes held, with all that belongs to them. */
gsize hp_file_cache_get_size (HpFileCache *self);

/* For tests: the time for which an entry may be used, in microseconds. */
void hp_file_cache_set_max_age (HpFileCache *self, gint64 max_age);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpFileCache, hp_file_cache_free)

G_END_DECLS
