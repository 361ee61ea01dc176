/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "http/hp-listing-query.h"
#include "http/hp-server-options.h"

G_BEGIN_DECLS

typedef enum
{
  HP_ENTRY_FOLDER,
  HP_ENTRY_FILE,
  /* not served */
  HP_ENTRY_OUTSIDE, /* a link that leaves the served folder */
  HP_ENTRY_BROKEN,  /* a link to nothing */
  HP_ENTRY_SPECIAL, /* FIFO, device, socket */
} HpEntryKind;

typedef struct
{
  const char *name; /* bytes, as on the disk */
  const char *key;  /* for sorting */
  goffset size;
  gint64 modified; /* seconds since 1970 */
  HpEntryKind kind;
} HpFolderEntry;

/* What is in a folder, as far as it was asked for: folders first, sorted. */
typedef struct
{
  GArray *entries; /* of HpFolderEntry */
  GStringChunk *strings;
  guint n_folders;
  guint n_files;
  guint n_filtered;   /* left out because of the filter */
  guint n_hidden;     /* left out because of their names */
  gboolean truncated; /* there are more than hp_folder_entries_max */
} HpFolderEntries;

/* How many are read at most. Tests lower it. */
extern guint hp_folder_entries_max;

/* Where a folder is: the one at path below root; folder is the same, opened. */
typedef struct
{
  int root;
  int folder;
  const char *path;
} HpFolderPlace;

/* Blocks: for a worker thread. FALSE and errno when it can't be read. */
gboolean hp_folder_entries_read (HpFolderEntries *self,
                                 const HpFolderPlace *place,
                                 HpServerOptions *options,
                                 const HpListingQuery *query);
void hp_folder_entries_clear (HpFolderEntries *self);

/* Whether an entry is a file or a folder that is served, so that its size and date can be told. */
gboolean hp_folder_entry_is_served (const HpFolderEntry *entry);

/* The order of two names as people see it, without regard to letter case: "a2" before "A10". The
 * same in every language. */
int hp_folder_entries_compare_names (const char *a, const char *b);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HpFolderEntries, hp_folder_entries_clear)

G_END_DECLS
