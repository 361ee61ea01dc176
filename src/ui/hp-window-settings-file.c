/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "ports/hp-port-check.h"
#include "servers/hp-folder-settings.h"
#include "ui/hp-help.h"
#include "ui/hp-platform.h"
#include "ui/hp-settings.h"
#include "ui/hp-window-private.h"

/* What a folder says itself of how it is to be served: asked about once, and written. */

#define ANSWERS     "folder-settings-answers"
#define MAX_ANSWERS 200

/* One folder that brings settings. */
typedef struct
{
  HpWindow *window;
  HpServer *server;
  HpFolderSettings *settings; /* NULL until they are read */
} Question;

static Question *
question_new (HpWindow *window, HpServer *server)
{
  Question *self = g_new0 (Question, 1);

  self->window = g_object_ref (window);
  self->server = g_object_ref (server);
  return self;
}

static void
question_free (Question *self)
{
  g_clear_pointer (&self->settings, hp_folder_settings_free);
  g_object_unref (self->server);
  g_object_unref (self->window);
  g_free (self);
}

/* Answers */

/* "use", "ignore" or NULL: not asked yet. (transfer none) */
static const char *
find_answer (const char *id)
{
  GSettings *store = hp_settings_get_default ();
  g_auto (GStrv) answers = store ? g_settings_get_strv (store, ANSWERS) : NULL;

  for (guint i = 0; answers && answers[i]; i++)
    if (g_str_has_suffix (answers[i], id))
      return g_str_has_prefix (answers[i], "use ") ? "use" : "ignore";
  return NULL;
}

static void
remember_answer (const char *id, const char *answer)
{
  GSettings *store = hp_settings_get_default ();
  g_auto (GStrv) old = store ? g_settings_get_strv (store, ANSWERS) : NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *line = g_strdup_printf ("%s %s", answer, id);
  g_auto (GStrv) answers = NULL;

  if (!store)
    return;
  g_strv_builder_add (builder, line);
  for (guint i = 0; old[i] && i < MAX_ANSWERS - 1; i++)
    if (!g_str_has_suffix (old[i], id))
      g_strv_builder_add (builder, old[i]);
  answers = g_strv_builder_end (builder);
  g_settings_set_strv (store, ANSWERS, (const char *const *) answers);
}

/* Using them */

static void
use_port (HpWindow *self, HpServer *server, guint16 port)
{
  guint16 old_port = hp_server_get_port (server);

  if (port == 0 || port == old_port)
    return;
  if (hp_server_list_find_port (self->servers, port, server) || !hp_port_can_bind (port))
    port = hp_server_list_suggest_port (self->servers, port);
  if (port == 0)
    return;
  hp_server_set_port (server, port);
  hp_window_port_changed (self, server, old_port);
}

static void
use (Question *question)
{
  HpFolderSettings *settings = question->settings;
  g_autoptr (HpServerOptions) options = hp_folder_settings_apply (
      settings, hp_server_get_options (question->server));

  if (hp_window_find (question->window, question->server) == GTK_INVALID_LIST_POSITION)
    return;
  if (settings->name)
    hp_server_set_name (question->server, settings->name);
  hp_server_set_options (question->server, options);
  use_port (question->window, question->server, settings->port);
}

/* Asking: one question at a time */

static void ask_next (HpWindow *self);

static void
response_cb (HpWindow *self, const char *response)
{
  Question *question = g_queue_pop_head (&self->questions);

  if (!question)
    return;
  if (g_str_equal (response, "use"))
    use (question);
  if (!g_str_equal (response, "close"))
    remember_answer (question->settings->answer_id, response);
  question_free (question);
  ask_next (self);
}

static void
ask_next (HpWindow *self)
{
  Question *question = g_queue_peek_head (&self->questions);
  const HpAnswer answers[] = {
    { "ignore", _ ("_Ignore") },
    { "use", _ ("_Use"), ADW_RESPONSE_SUGGESTED },
    { "close" },
    { NULL },
  };
  g_autofree char *words = NULL;
  g_autofree char *refused = NULL;
  g_autofree char *heading = NULL;
  g_autofree char *body = NULL;
  GObject *dialog;

  if (!question)
    return;
  words = hp_folder_settings_describe (question->settings);
  refused = hp_folder_settings_describe_refused (question->settings);
  /* Translators: %s is a list such as “name “Shop”, port 8000, refuse other sites”. */
  body = g_strdup_printf (_ ("This folder brings settings: %s."), words);
  if (refused)
    {
      g_autofree char *first = body;

      body = g_strconcat (first, "\n\n", refused, NULL);
    }
  heading = g_strdup_printf (_ ("Use the Settings of “%s”?"),
                             hp_server_get_title (question->server));
  dialog = hp_ask (GTK_WINDOW (self), heading, body, NULL, answers);
  hp_help_set_page (GTK_WIDGET (dialog), "first-steps#settings");
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), self, G_CONNECT_SWAPPED);
}

static void
ask (Question *question)
{
  HpWindow *self = question->window;
  const char *answer = find_answer (question->settings->answer_id);

  if (g_strcmp0 (answer, "use") == 0)
    use (question);
  if (answer
      || (!question->settings->name && !question->settings->port && !question->settings->given))
    {
      question_free (question);
      return;
    }
  g_queue_push_tail (&self->questions, question);
  if (g_queue_get_length (&self->questions) == 1)
    ask_next (self);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  HpWindow *self = question->window;
  g_autoptr (GError) error = NULL;

  question->settings = hp_folder_settings_read_finish (result, &error);
  if (g_cancellable_is_cancelled (self->cancellable))
    question_free (question);
  else if (question->settings)
    ask (question);
  else
    {
      if (error->domain == G_IO_ERROR
          && (error->code == G_IO_ERROR_INVALID_DATA
              || error->code == G_IO_ERROR_MESSAGE_TOO_LARGE))
        {
          /* Translators: the name of a file, and a sentence. */
          g_autofree char *text = g_strdup_printf (_ ("“%s” is not used: %s"),
                                                   HP_FOLDER_SETTINGS_FILE, error->message);
          hp_window_toast (self, text);
        }
      question_free (question);
    }
}

void
hp_window_look_for_settings (HpWindow *self, HpServer *server)
{
  hp_folder_settings_read_async (hp_server_get_folder (server), self->cancellable, read_cb,
                                 question_new (self, server));
}

void
hp_window_forget_questions (HpWindow *self)
{
  g_queue_clear_full (&self->questions, (GDestroyNotify) question_free);
}

/* Writing */

/* Who wrote them is not asked about them. */
static void
read_again_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HpFolderSettings) settings = hp_folder_settings_read_finish (result, NULL);

  if (settings)
    remember_answer (settings->answer_id, "use");
}

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  HpWindow *self = question->window;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (hp_folder_settings_write_finish (result, &error))
    {
      /* Translators: the name of a file. */
      text = g_strdup_printf (_ ("Saved in “%s”"), HP_FOLDER_SETTINGS_FILE);
      hp_folder_settings_read_async (hp_server_get_folder (question->server), NULL, read_again_cb,
                                     NULL);
    }
  else
    text = g_strdup_printf (_ ("The settings could not be saved: %s"), error->message);
  if (!g_cancellable_is_cancelled (self->cancellable))
    hp_window_toast (self, text);
  question_free (question);
}

void
hp_window_save_settings (HpWindow *self, HpServer *server)
{
  hp_folder_settings_write_async (hp_server_get_folder (server), hp_server_get_name (server),
                                  hp_server_get_port (server), hp_server_get_options (server), NULL,
                                  written_cb, question_new (self, server));
}
