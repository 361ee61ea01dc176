/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "log/hp-log-format.h"
#include "servers/hp-folder-settings.h"

#define GROUP          "server"
#define MAX_FILE       (16 * 1024)
#define MAX_NAME_CHARS 60

void
hp_folder_settings_free (HpFolderSettings *self)
{
  g_free (self->name);
  g_free (self->answer_id);
  g_free (self);
}

/* Which value of an option a stranger may choose: the careful one, or both. */
static gboolean
is_allowed (HpServerOption option, gboolean value)
{
  switch (option)
    {
    case HP_OPTION_LIST_FOLDERS:
      return TRUE;
    case HP_OPTION_SERVE_HIDDEN:
    case HP_OPTION_FOLLOW_LINKS:
      return !value;
    case HP_OPTION_REFUSE_OTHER_SITES:
    case HP_OPTION_ONLY_ME:
      return value;
    case HP_N_OPTIONS:
    default:
      return FALSE;
    }
}

/* Reading */

static gboolean
parse_port (HpFolderSettings *self, GKeyFile *file, GError **error)
{
  g_autoptr (GError) wrong = NULL;
  int port = g_key_file_get_integer (file, GROUP, "port", &wrong);

  if (g_error_matches (wrong, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND))
    return TRUE;
  if (wrong || port < 1 || port > G_MAXUINT16)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _ ("The port must be a number from 1 to 65535."));
      return FALSE;
    }
  self->port = (guint16) port;
  return TRUE;
}

static gboolean
parse_option (HpFolderSettings *self, GKeyFile *file, HpServerOption option, GError **error)
{
  const char *nick = hp_server_option_get_nick (option);
  g_autoptr (GError) wrong = NULL;
  gboolean value = g_key_file_get_boolean (file, GROUP, nick, &wrong);

  if (g_error_matches (wrong, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND))
    return TRUE;
  if (wrong)
    {
      /* Translators: a word of the file, such as “list-folders”. */
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("“%s” must be true or false."),
                   nick);
      return FALSE;
    }
  if (!is_allowed (option, value))
    self->refused |= 1u << option;
  else
    {
      self->given |= 1u << option;
      self->values |= value ? 1u << option : 0;
    }
  return TRUE;
}

HpFolderSettings *
hp_folder_settings_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (HpFolderSettings) self = g_new0 (HpFolderSettings, 1);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *name = NULL;

  if (!g_utf8_validate (text, (gssize) length, NULL)
      || !g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, NULL))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _ ("It is not written as “key=value” below “[server]”."));
      return NULL;
    }
  if (!g_key_file_has_group (file, GROUP) || !parse_port (self, file, error))
    return NULL;
  for (HpServerOption i = 0; i < HP_N_OPTIONS; i++)
    if (!parse_option (self, file, i, error))
      return NULL;

  name = g_key_file_get_string (file, GROUP, "name", NULL);
  if (name && *g_strstrip (name))
    self->name = hp_log_format_visible (name, MAX_NAME_CHARS);
  if (!self->name && self->port == 0 && !self->given && !self->refused)
    return NULL;
  return g_steal_pointer (&self);
}

static gboolean
fail (GError **error)
{
  int saved_errno = errno;

  g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (saved_errno),
                       g_strerror (saved_errno));
  return FALSE;
}

/* Only a file that lies in the folder itself: a link may lead anywhere, a pipe may never end. */
static gboolean
read_text (const char *folder, GString *text, GError **error)
{
  g_autofree char *path = g_build_filename (folder, HP_FOLDER_SETTINGS_FILE, NULL);
  int fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  struct stat info = { 0 };
  gssize n = 0;

  if (fd < 0 && errno == ELOOP)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _ ("It is not a file."));
  else if (fd < 0)
    fail (error);
  if (fd < 0)
    return FALSE;
  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _ ("It is not a file."));
  else
    {
      char buffer[4096];

      while (text->len <= MAX_FILE && (n = read (fd, buffer, sizeof buffer)) > 0)
        g_string_append_len (text, buffer, n);
      if (n < 0)
        fail (error);
      else if (text->len > MAX_FILE)
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                             _ ("It is too large: more than 16 KiB."));
    }
  close (fd);
  return n >= 0 && S_ISREG (info.st_mode) && text->len <= MAX_FILE;
}

static char *
dup_answer_id (const char *folder, const char *text, gsize length)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  g_checksum_update (sum, (const guchar *) folder, (gssize) strlen (folder) + 1);
  g_checksum_update (sum, (const guchar *) text, (gssize) length);
  return g_strdup (g_checksum_get_string (sum));
}

HpFolderSettings *
hp_folder_settings_read (const char *folder, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) wrong = NULL;
  HpFolderSettings *self;

  if (!read_text (folder, text, error))
    return NULL;
  self = hp_folder_settings_parse (text->str, text->len, &wrong);
  if (wrong)
    g_propagate_error (error, g_steal_pointer (&wrong));
  else if (!self)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "");
  else
    self->answer_id = dup_answer_id (folder, text->str, text->len);
  return self;
}

static void
read_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  HpFolderSettings *self = hp_folder_settings_read (task_data, &error);

  if (self)
    g_task_return_pointer (task, self, (GDestroyNotify) hp_folder_settings_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
hp_folder_settings_read_async (const char *folder,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, hp_folder_settings_read_async);
  g_task_set_task_data (task, g_strdup (folder), g_free);
  g_task_run_in_thread (task, read_in_thread);
}

HpFolderSettings *
hp_folder_settings_read_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* What it says */

HpServerOptions *
hp_folder_settings_apply (HpFolderSettings *self, HpServerOptions *base)
{
  HpServerOptions *options = hp_server_options_ref (base);

  for (HpServerOption i = 0; i < HP_N_OPTIONS; i++)
    if (self->given & (1u << i))
      {
        g_autoptr (HpServerOptions) old = options;

        options = hp_server_options_with (old, i, (self->values & (1u << i)) != 0);
      }
  return options;
}

/* What an option that is given means. */
static const char *
get_words (HpServerOption option, gboolean value)
{
  switch (option)
    {
    case HP_OPTION_LIST_FOLDERS:
      return value ? _ ("list folder contents") : _ ("don’t list folder contents");
    case HP_OPTION_SERVE_HIDDEN:
      return value ? _ ("serve hidden files") : _ ("don’t serve hidden files");
    case HP_OPTION_FOLLOW_LINKS:
      return value ? _ ("follow links out of the folder")
                   : _ ("don’t follow links out of the folder");
    case HP_OPTION_REFUSE_OTHER_SITES:
      return value ? _ ("refuse other sites") : _ ("don’t refuse other sites");
    case HP_OPTION_ONLY_ME:
      return value ? _ ("only me") : _ ("serve other users of this computer");
    case HP_N_OPTIONS:
    default:
      g_return_val_if_reached ("");
    }
}

static void
add_words (GString *text, const char *words)
{
  /* Translators: between the members of a list. */
  g_string_append_printf (text, "%s%s", text->len > 0 ? C_ ("list", ", ") : "", words);
}

char *
hp_folder_settings_describe (HpFolderSettings *self)
{
  GString *text = g_string_new (NULL);

  if (self->name)
    {
      g_autofree char *words = g_strdup_printf (_ ("name “%s”"), self->name);

      add_words (text, words);
    }
  if (self->port)
    {
      g_autofree char *words = g_strdup_printf (_ ("port %u"), (guint) self->port);

      add_words (text, words);
    }
  for (HpServerOption i = 0; i < HP_N_OPTIONS; i++)
    if (self->given & (1u << i))
      add_words (text, get_words (i, (self->values & (1u << i)) != 0));
  return g_string_free (text, FALSE);
}

char *
hp_folder_settings_describe_refused (HpFolderSettings *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (HpServerOption i = 0; i < HP_N_OPTIONS; i++)
    if (self->refused & (1u << i))
      add_words (text, get_words (i, i != HP_OPTION_ONLY_ME && i != HP_OPTION_REFUSE_OTHER_SITES));
  if (text->len == 0)
    return NULL;
  /* Translators: %s is a list such as “serve hidden files, follow links out of the folder”. */
  return g_strdup_printf (_ ("Never taken from a folder: %s."), text->str);
}

/* Writing */

typedef struct
{
  char *folder;
  char *name;
  guint16 port;
  HpServerOptions *options;
} Writing;

static void
writing_free (Writing *self)
{
  g_free (self->folder);
  g_free (self->name);
  hp_server_options_unref (self->options);
  g_free (self);
}

static void
set_keys (GKeyFile *file, const Writing *self)
{
  if (self->name)
    g_key_file_set_string (file, GROUP, "name", self->name);
  else
    g_key_file_remove_key (file, GROUP, "name", NULL);
  g_key_file_set_integer (file, GROUP, "port", self->port);
  for (HpServerOption i = 0; i < HP_N_OPTIONS; i++)
    {
      gboolean value = hp_server_options_get (self->options, i);

      if (is_allowed (i, value))
        g_key_file_set_boolean (file, GROUP, hp_server_option_get_nick (i), value);
      else
        g_key_file_remove_key (file, GROUP, hp_server_option_get_nick (i), NULL);
    }
}

static void
write_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Writing *self = task_data;
  g_autofree char *path = g_build_filename (self->folder, HP_FOLDER_SETTINGS_FILE, NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GString) old = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize length;

  if (read_text (self->folder, old, NULL))
    g_key_file_load_from_data (file, old->str, old->len, G_KEY_FILE_KEEP_COMMENTS, NULL);
  set_keys (file, self);
  text = g_key_file_to_data (file, &length, NULL);
  if (g_file_set_contents_full (path, text, (gssize) length, G_FILE_SET_CONTENTS_CONSISTENT, 0644,
                                &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
hp_folder_settings_write_async (const char *folder,
                                const char *name,
                                guint16 port,
                                HpServerOptions *options,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Writing *self = g_new0 (Writing, 1);

  self->folder = g_strdup (folder);
  self->name = g_strdup (name);
  self->port = port;
  self->options = hp_server_options_ref (options);
  g_task_set_source_tag (task, hp_folder_settings_write_async);
  g_task_set_task_data (task, self, (GDestroyNotify) writing_free);
  g_task_run_in_thread (task, write_in_thread);
}

gboolean
hp_folder_settings_write_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
