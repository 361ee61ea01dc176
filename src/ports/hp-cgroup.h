/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <sys/types.h>

#include <glib.h>

G_BEGIN_DECLS

/* The service of a socket by the id of its control group, which the kernel tells of everybody's
 * sockets. Blocking, any thread.
 *
 * Returns the systemd unit, such as "postgresql.service"; NULL for none, and for those that say
 * nothing about a program (a login session). *only_pid is its process when there is exactly one, 0
 * otherwise. (transfer full) (nullable) */
char *hp_cgroup_find_unit (guint64 id, pid_t *only_pid);

/* What a unit is called for people: "Docker container 0123456789ab", or just its name. (transfer
 * full) */
char *hp_cgroup_describe_unit (const char *unit);

/* The id of the desktop file of a program that a desktop started: "org.gnome.Builder" of
 * "app-gnome-org.gnome.Builder-123.scope". (transfer full) (nullable) */
char *hp_cgroup_get_app_id (const char *unit);

/* The unit in a path below the root of the control groups. (transfer full) (nullable) */
char *hp_cgroup_get_unit (const char *path);

/* The mount point of the unified hierarchy in the text of /proc/self/mountinfo. (transfer full)
 * (nullable) */
char *hp_cgroup_parse_mounts (const char *mountinfo);

G_END_DECLS
