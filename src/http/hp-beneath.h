/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/* Opens a relative path below a folder, and nothing else: links are followed as long as they stay
 * inside; one with an absolute path must name the folder without links on the way. The kernel does
 * it where it can (openat2), else we walk. O_CLOEXEC is added. Returns -1 and errno: EXDEV for a
 * way out of the folder. */
int hp_beneath_open (int folder, const char *path, int flags);

/* Also follows links that lead out, except for the magic ones of /proc. Where the kernel can't tell
 * those (before Linux 5.6) it is the same as hp_beneath_open(). */
int hp_beneath_open_anywhere (int folder, const char *path, int flags);

/* The same for fstat; opens nothing that could notice. 0 or -1 and errno. */
int hp_beneath_stat (int folder, const char *path, struct stat *stat);

/* For tests: walk even where the kernel could do it. */
void hp_beneath_force_walk (gboolean force);

G_END_DECLS
