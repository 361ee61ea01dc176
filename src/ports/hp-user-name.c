/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "ports/hp-process.h"
#include "ports/hp-user-name.h"

#define MAX_PASSWD_SIZE (1024 * 1024)
#define MAX_NAME_CHARS  64
#define MAX_REMEMBERED  1024

/* uid → name or NULL, of any thread. */
static GMutex names_lock;
static GHashTable *names;

/* (transfer full) (nullable) */
static char *
ask_system (uid_t uid)
{
  gsize size = 1024;

  while (size <= MAX_PASSWD_SIZE)
    {
      g_autofree char *buffer = g_malloc (size);
      struct passwd entry;
      struct passwd *result = NULL;
      int error_number = getpwuid_r (uid, &entry, buffer, size, &result);

      if (result != NULL && *result->pw_name != '\0')
        return hp_process_escape (result->pw_name, strlen (result->pw_name), MAX_NAME_CHARS);
      if (error_number != ERANGE && error_number != EINTR)
        return NULL;
      if (error_number == ERANGE)
        size *= 2;
    }
  return NULL;
}

gboolean
hp_user_name_peek (uid_t uid, char **name)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&names_lock);
  gpointer known;

  if (names == NULL || !g_hash_table_lookup_extended (names, GUINT_TO_POINTER (uid), NULL, &known))
    return FALSE;
  *name = g_strdup (known);
  return TRUE;
}

static void
remember (uid_t uid, const char *name)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&names_lock);

  if (names == NULL)
    names = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  if (g_hash_table_size (names) >= MAX_REMEMBERED)
    g_hash_table_remove_all (names);
  g_hash_table_insert (names, GUINT_TO_POINTER (uid), g_strdup (name));
}

char *
hp_user_name_find (uid_t uid)
{
  char *name = NULL;

  /* The lock isn't held while the system is asked: that may take seconds. */
  if (!hp_user_name_peek (uid, &name))
    {
      name = ask_system (uid);
      remember (uid, name);
    }
  return name;
}

gboolean
hp_user_name_is_mapped (void)
{
  static gsize answer; /* 0: not asked yet, 1: no, 2: yes */

  if (g_once_init_enter (&answer))
    {
      g_autofree char *text = NULL;
      guint inside = 0;
      guint outside = 0;
      guint length = 0;
      gboolean whole = !g_file_get_contents ("/proc/self/uid_map", &text, NULL, NULL)
                       || (sscanf (text, "%u %u %u", &inside, &outside, &length) == 3 && inside == 0
                           && outside == 0 && length == G_MAXUINT32);

      g_once_init_leave (&answer, whole ? 1 : 2);
    }
  return answer == 2;
}
