/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What was installed with the program is found also when all of it was moved to another place: an
 * installation can be unpacked anywhere and tried. */

/* (transfer full) (nullable): the prefix that PROGRAM, a path without symbolic links, is installed
 * in; NULL when it is not installed, or was moved without the rest. */
char *hp_installation_find_prefix (const char *program);

/* (transfer full): a folder of the installation, in the prefix found; NULL: in the one it was built
 * for. */
char *hp_installation_get_folder (const char *folder, const char *prefix);

/* (transfer full) (nullable): XDG_DATA_DIRS with a folder as the first; NULL when it is in there.
 */
char *hp_installation_add_data_dir (const char *dirs, const char *folder);

/* Has translations, the schema, icons and help found where they are. Before any thread is started.
 */
void hp_installation_init (void);

G_END_DECLS
