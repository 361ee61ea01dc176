/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <sys/types.h>

#include <glib.h>

G_BEGIN_DECLS

/* What a user namespace shows for every user that it doesn't know. */
#define HP_OVERFLOW_UID 65534

/* The name of a user, safe to show; asked once and remembered. May ask a directory service: not for
 * the UI thread. (transfer full) (nullable) */
char *hp_user_name_find (uid_t uid);

/* The same without asking: FALSE when it isn't remembered. Any thread. */
gboolean hp_user_name_peek (uid_t uid, char **name);

/* Whether this process sees the users of the system through a mapping that leaves some out, as in a
 * sandbox: HP_OVERFLOW_UID stands for all of those then, the administrator included. */
gboolean hp_user_name_is_mapped (void);

G_END_DECLS
