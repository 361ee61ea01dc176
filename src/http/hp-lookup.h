/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <sys/stat.h>

#include "log/hp-request-record.h"

G_BEGIN_DECLS

typedef enum
{
  HP_LOOKUP_DEFAULT = 0,
  HP_LOOKUP_HIDDEN = 1 << 0,     /* names that begin with a dot are fine */
  HP_LOOKUP_OTHER_CASE = 1 << 1, /* what is missing is looked for in other letter case */
  HP_LOOKUP_FOLLOW = 1 << 2,     /* links may lead out of the folder */
} HpLookupFlags;

/* What a relative path is on the disk: an opened file, a folder, or the reason why neither. All
 * that is told about a file comes from its descriptor. */
typedef struct
{
  HpReason reason;  /* HP_REASON_NONE: found */
  int fd;           /* owned: a regular file, opened for reading; or a folder, as O_PATH; or -1 */
  struct stat stat; /* of fd */
  char *other_path; /* HP_REASON_CASE_MISMATCH: the path that exists */
} HpLookup;

/* Opens the served folder by its path, as O_PATH. To be done for each request, so that a folder
 * that was deleted and made again is found. HP_REASON_NONE, or why not and *fd is -1. */
HpReason hp_lookup_open_folder (const char *folder, int *fd);

/* Never blocks on, and never disturbs, what isn't a file: it is not opened. */
void hp_lookup_find (HpLookup *self, int folder, const char *path, HpLookupFlags flags);
void hp_lookup_clear (HpLookup *self);

/* (transfer full): takes the descriptor out. */
int hp_lookup_steal_fd (HpLookup *self);

/* What the error of a file system call means for a request. */
HpReason hp_lookup_reason_from_errno (int error);

/* Any name of the path begins with a dot. /.well-known/ is no secret (RFC 8615). */
gboolean hp_lookup_is_hidden (const char *path);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HpLookup, hp_lookup_clear)

G_END_DECLS
