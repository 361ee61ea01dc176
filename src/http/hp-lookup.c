/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "http/hp-beneath.h"
#include "http/hp-lookup.h"

/* Entries read, at most, to find a name in other letter case. */
#define MAX_ENTRIES 4096

HpReason
hp_lookup_reason_from_errno (int error)
{
  switch (error)
    {
    case ENOENT:
    case ENOTDIR:
    case ENAMETOOLONG:
    case ELOOP:
    case ESTALE: /* a file on another machine that was deleted there */
    case EINVAL: /* a name that this file system can't have */
    case EILSEQ:
      return HP_REASON_MISSING;

    case ENXIO:
    case ENODEV:
      return HP_REASON_NOT_A_FILE;

    case EXDEV:
      return HP_REASON_OUTSIDE_FOLDER;

    case EACCES:
    case EPERM:
    case ENOKEY: /* encrypted, and locked */
      return HP_REASON_NO_PERMISSION;

    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EAGAIN:
      return HP_REASON_BUSY;

    default:
      return HP_REASON_READ_ERROR;
    }
}

HpReason
hp_lookup_open_folder (const char *folder, int *fd)
{
  HpReason reason;

  *fd = open (folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (*fd >= 0)
    return HP_REASON_NONE;

  reason = hp_lookup_reason_from_errno (errno);

  return reason == HP_REASON_NO_PERMISSION || reason == HP_REASON_BUSY ? reason
                                                                       : HP_REASON_FOLDER_GONE;
}

gboolean
hp_lookup_is_hidden (const char *path)
{
  static const char public[] = ".well-known";

  if (g_str_has_prefix (path, public) && strchr ("/", path[strlen (public)]) != NULL)
    path += strlen (public);

  return path[0] == '.' || strstr (path, "/.") != NULL;
}

static char *
fold (const char *name)
{
  return g_utf8_validate (name, -1, NULL) ? g_utf8_casefold (name, -1) : g_ascii_strdown (name, -1);
}

/* Most names are ASCII, and thousands may be compared. */
static gboolean
differs_by_case (const char *a, const char *b)
{
  g_autofree char *folded_a = NULL;
  g_autofree char *folded_b = NULL;

  if (strcmp (a, b) == 0)
    return FALSE;
  if (g_str_is_ascii (a) || g_str_is_ascii (b))
    return g_ascii_strcasecmp (a, b) == 0;

  folded_a = fold (a);
  folded_b = fold (b);

  return strcmp (folded_a, folded_b) == 0;
}

/* Where to look, and how. */
typedef struct
{
  int folder;
  HpLookupFlags flags;
} Place;

static int
open_in (const Place *place, const char *path, int flags)
{
  return (place->flags & HP_LOOKUP_FOLLOW) != 0
             ? hp_beneath_open_anywhere (place->folder, path, flags)
             : hp_beneath_open (place->folder, path, flags);
}

/* As errno says, 0 for something that is there. */
static int
try_in (const Place *place, const char *path)
{
  int fd = open_in (place, path, O_PATH);

  if (fd < 0)
    return errno;
  close (fd);

  return 0;
}

/* (transfer full) (nullable): the entry of a folder that differs from the name by letter case only.
 */
static char *
find_entry (const Place *place, const char *path, const char *name, guint *budget)
{
  int fd = open_in (place, path, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
  DIR *entries = fd < 0 ? NULL : fdopendir (fd);
  char *found = NULL;
  struct dirent *entry;

  if (entries == NULL)
    {
      if (fd >= 0)
        close (fd);
      return NULL;
    }

  while (found == NULL && *budget > 0 && (entry = readdir (entries)) != NULL)
    {
      (*budget)--;
      if (differs_by_case (entry->d_name, name))
        found = g_strdup (entry->d_name);
    }
  closedir (entries);

  return found;
}

/* (transfer full) (nullable): the path as it would have to be written, when it exists in other
 * letter case. Goes down name by name, so no more is read than folders on the way. */
static char *
find_other_case (const Place *place, const char *path)
{
  g_auto (GStrv) names = g_strsplit (path, "/", -1);
  g_autoptr (GString) found = g_string_new (NULL);
  guint budget = MAX_ENTRIES;

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *parent = g_strdup (found->str);
      g_autofree char *other = NULL;
      int error;

      g_string_append_printf (found, "%s%s", i > 0 ? "/" : "", names[i]);
      error = try_in (place, found->str);
      if (error == 0)
        continue;

      other = error == ENOENT ? find_entry (place, parent, names[i], &budget) : NULL;
      if (other == NULL)
        return NULL;
      g_string_printf (found, "%s%s%s", parent, i > 0 ? "/" : "", other);
    }

  if (strcmp (found->str, path) == 0 || try_in (place, found->str) != 0)
    return NULL;

  return g_string_free (g_steal_pointer (&found), FALSE);
}

/* A folder is left as O_PATH: an index.html can be read where the folder itself can't. */
static HpReason
open_path (HpLookup *self, const Place *place, const char *path)
{
  self->fd = open_in (place, path, O_PATH);
  if (self->fd < 0 || fstat (self->fd, &self->stat) < 0)
    return hp_lookup_reason_from_errno (errno);
  if (S_ISDIR (self->stat.st_mode))
    return HP_REASON_NONE;
  if (!S_ISREG (self->stat.st_mode))
    return HP_REASON_NOT_A_FILE;

  /* Now that it's known to be harmless. Should it have been replaced since, this one counts. */
  close (self->fd);
  self->fd = open_in (place, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (self->fd < 0 || fstat (self->fd, &self->stat) < 0)
    return hp_lookup_reason_from_errno (errno);

  return S_ISREG (self->stat.st_mode) ? HP_REASON_NONE : HP_REASON_NOT_A_FILE;
}

void
hp_lookup_find (HpLookup *self, int folder, const char *path, HpLookupFlags flags)
{
  const Place place = { folder, flags };

  memset (self, 0, sizeof *self);
  self->fd = -1;

  if ((flags & HP_LOOKUP_HIDDEN) == 0 && hp_lookup_is_hidden (path))
    {
      self->reason = HP_REASON_HIDDEN;
      return;
    }

  self->reason = open_path (self, &place, path);
  if (self->reason == HP_REASON_NONE)
    return;

  hp_lookup_clear (self);
  if (self->reason == HP_REASON_MISSING && (flags & HP_LOOKUP_OTHER_CASE) != 0
      && strlen (path) < PATH_MAX)
    {
      self->other_path = find_other_case (&place, path);
      if (self->other_path != NULL)
        self->reason = HP_REASON_CASE_MISMATCH;
    }
}

int
hp_lookup_steal_fd (HpLookup *self)
{
  int fd = self->fd;

  self->fd = -1;

  return fd;
}

void
hp_lookup_clear (HpLookup *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  g_clear_pointer (&self->other_path, g_free);
}
