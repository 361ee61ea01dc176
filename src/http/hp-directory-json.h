/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "http/hp-folder-entries.h"

G_BEGIN_DECLS

/* (transfer full): a folder's content for programs, see HpDirectoryPage. */
GBytes *hp_directory_json_new (const char *path, const HpFolderEntries *entries);

G_END_DECLS
