/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ports/hp-cgroup.h"

static void
test_unit (void)
{
  static const struct
  {
    const char *path;
    const char *unit;
  } cases[] = {
    { "/system.slice/postgresql.service", "postgresql.service" },
    { "/system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service" },
    { "/system.slice/docker-0123abc.scope", "docker-0123abc.scope" },
    { "/user.slice/user-1000.slice/user@1000.service/app.slice/app-gnome-x-7.scope",
      "app-gnome-x-7.scope" },
    { "/user.slice/user-1000.slice/user@1000.service/app.slice/web.service/worker", "web.service" },
    { "/user.slice/user-1000.slice/user@1000.service/app.slice/vte-spawn-1.scope", NULL },
    { "/user.slice/user-1000.slice/session-2.scope", NULL },
    { "/user.slice/user-1000.slice/user@1000.service", NULL },
    { "/init.scope", NULL },
    { "/docker/0123abc", NULL },
    { "/", NULL },
    { "", NULL },
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *unit = hp_cgroup_get_unit (cases[i].path);

      g_assert_cmpstr (unit, ==, cases[i].unit);
    }
}

static void
test_words (void)
{
  static const struct
  {
    const char *unit;
    const char *words;
    const char *app_id;
  } cases[] = {
    { "postgresql.service", "postgresql.service", NULL },
    { "docker-0123456789abcdef0123456789abcdef.scope", "Docker container 0123456789ab", NULL },
    { "libpod-0123456789abcdef0123456789abcdef.scope", "Podman container 0123456789ab", NULL },
    { "crio-0123456789abcdef0123456789abcdef.scope", "Kubernetes container 0123456789ab", NULL },
    { "cri-containerd-0123456789abcdef0123456789abcdef.scope", "Kubernetes container 0123456789ab",
      NULL },
    { "docker-compose.scope", "docker-compose.scope", NULL },
    { "app-gnome-org.gnome.Builder-4312.scope", "app-gnome-org.gnome.Builder-4312.scope",
      "org.gnome.Builder" },
    { "app-flatpak-org.mozilla.firefox-12.scope", "app-flatpak-org.mozilla.firefox-12.scope",
      "org.mozilla.firefox" },
    { "app-org.kde.konsole@0ab.service", "app-org.kde.konsole@0ab.service", "org.kde.konsole" },
    { "app-gnome-code\\x2doss-7.scope", "app-gnome-code\\x2doss-7.scope", "code-oss" },
    { "app-.scope", "app-.scope", NULL },
    { "app-", "app-", NULL },
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = hp_cgroup_describe_unit (cases[i].unit);
      g_autofree char *app_id = hp_cgroup_get_app_id (cases[i].unit);

      g_assert_cmpstr (words, ==, cases[i].words);
      g_assert_cmpstr (app_id, ==, cases[i].app_id);
    }
}

static void
test_mounts (void)
{
  static const struct
  {
    const char *text;
    const char *root;
  } cases[] = {
    { "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n",
      "/sys/fs/cgroup" },
    { "24 20 0:22 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
      "25 20 0:23 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
      "/sys/fs/cgroup/unified" },
    { "30 23 0:26 / /a\\040b rw shared:1 master:2 - cgroup2 x rw\n", "/a b" },
    { "30 23 0:26 / /cgroup2 rw - tmpfs cgroup2 rw\n", NULL },
    { "30 23 0:26 / /x rw -\n", NULL },
    { "30 23 0:26 -", NULL },
    { "\n\n", NULL },
    { "", NULL },
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *root = hp_cgroup_parse_mounts (cases[i].text);

      g_assert_cmpstr (root, ==, cases[i].root);
    }
}

static void
test_missing (void)
{
  pid_t pid = 1;

  g_assert_null (hp_cgroup_find_unit (0, &pid));
  g_assert_cmpint (pid, ==, 0);
  g_assert_null (hp_cgroup_find_unit (G_MAXUINT64, &pid));
  g_assert_cmpint (pid, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cgroup/unit", test_unit);
  g_test_add_func ("/cgroup/words", test_words);
  g_test_add_func ("/cgroup/mounts", test_mounts);
  g_test_add_func ("/cgroup/missing", test_missing);

  return g_test_run ();
}
