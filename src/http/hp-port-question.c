/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>

#include "http/hp-port-question.h"
#include "log/hp-log-format.h"

#define TIME_LIMIT_MS 3000
#define MAX_PAGE      (64 * 1024)
#define MAX_CHARS     120

void
hp_port_answer_free (HpPortAnswer *self)
{
  g_free (self->server);
  g_free (self->type);
  g_free (self->title);
  g_free (self->problem);
  g_free (self);
}

/* The title */

static const char *
find_tag (const char *text, const char *end, const char *tag)
{
  gsize length = strlen (tag);

  for (; (gsize) (end - text) >= length; text++)
    if (g_ascii_strncasecmp (text, tag, length) == 0)
      return text;
  return NULL;
}

/* The few that titles are made with. */
static void
replace_entities (GString *text)
{
  static const char *const entities[][2] = {
    { "&lt;", "<" },    { "&gt;", ">" },     { "&quot;", "\"" }, { "&#39;", "'" },
    { "&apos;", "'" },  { "&#x27;", "'" },   { "&nbsp;", " " },  { "&mdash;", "—" },
    { "&ndash;", "–" }, { "&middot;", "·" }, { "&amp;", "&" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (entities); i++)
    g_string_replace (text, entities[i][0], entities[i][1], 0);
}

char *
hp_port_find_title (const char *page, gsize length)
{
  const char *end = page + length;
  const char *start = find_tag (page, end, "<title");
  const char *stop;
  g_autoptr (GString) text = NULL;
  g_autofree char *valid = NULL;

  if (start)
    start = memchr (start, '>', end - start);
  if (!start || !(stop = find_tag (start, end, "</title")))
    return NULL;

  text = g_string_new_len (start + 1, stop - start - 1);
  replace_entities (text);
  for (char *c = text->str; *c; c++)
    if (g_ascii_isspace (*c))
      *c = ' ';
  valid = g_strstrip (g_utf8_make_valid (text->str, -1));
  return *valid ? hp_log_format_visible (valid, MAX_CHARS) : NULL;
}

/* The question */

/* Shared by the worker and the timer, neither of which waits for the other. */
typedef struct
{
  char *url;
  GCancellable *cancellable;
  gint late;
} Question;

static void
question_clear (gpointer data)
{
  Question *self = data;

  g_free (self->url);
  g_object_unref (self->cancellable);
}

static void
question_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, question_clear);
}

/* A limit for the whole, however slowly the answer drips. */
static gboolean
late_cb (gpointer data)
{
  Question *question = data;

  g_atomic_int_set (&question->late, TRUE);
  g_cancellable_cancel (question->cancellable);
  return G_SOURCE_REMOVE;
}

static void
cancel_cb (GCancellable *outer, GCancellable *inner)
{
  g_cancellable_cancel (inner);
}

/* The certificate is not what was asked about. */
static gboolean
accept_certificate_cb (void)
{
  return TRUE;
}

static void
take_answer (HpPortAnswer *answer, SoupMessage *message, GInputStream *body, GCancellable *limit)
{
  SoupMessageHeaders *fields = soup_message_get_response_headers (message);
  const char *server = soup_message_headers_get_one (fields, "Server");
  const char *type = soup_message_headers_get_content_type (fields, NULL);
  g_autofree char *page = g_malloc (MAX_PAGE);
  gsize length = 0;

  /* What came before the time was up may hold the title. */
  g_input_stream_read_all (body, page, MAX_PAGE, &length, limit, NULL);
  answer->status = soup_message_get_status (message);
  answer->title = hp_port_find_title (page, length);
  if (type && *type)
    answer->type = hp_log_format_visible (type, MAX_CHARS);
  if (server && *server)
    {
      g_autofree char *valid = g_utf8_make_valid (server, -1);
      answer->server = hp_log_format_visible (valid, MAX_CHARS);
    }
}

static char *
dup_problem (Question *question, const GError *error)
{
  if (g_atomic_int_get (&question->late))
    return g_strdup (_ ("No answer in time"));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return g_strdup (_ ("Nobody answers"));
  return g_strdup (_ ("No answer in HTTP"));
}

static void
ask_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *outer)
{
  Question *question = data;
  g_autoptr (SoupSession) session = soup_session_new_with_options ("proxy-resolver", NULL, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, question->url);
  HpPortAnswer *answer = g_new0 (HpPortAnswer, 1);
  g_autoptr (GInputStream) body = NULL;
  g_autoptr (GError) error = NULL;
  gulong id = 0;

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  g_signal_connect (message, "accept-certificate", G_CALLBACK (accept_certificate_cb), NULL);
  if (outer)
    id = g_cancellable_connect (outer, G_CALLBACK (cancel_cb), question->cancellable, NULL);

  body = soup_session_send (session, message, question->cancellable, &error);
  if (body)
    take_answer (answer, message, body, question->cancellable);
  else
    answer->problem = dup_problem (question, error);

  if (outer)
    g_cancellable_disconnect (outer, id);
  g_task_return_pointer (task, answer, (GDestroyNotify) hp_port_answer_free);
}

void
hp_port_ask_async (const char *url,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Question *question = g_atomic_rc_box_new0 (Question);

  question->url = g_strdup (url);
  question->cancellable = g_cancellable_new ();
  g_task_set_source_tag (task, hp_port_ask_async);
  g_task_set_task_data (task, question, question_unref);
  g_timeout_add_full (G_PRIORITY_DEFAULT, TIME_LIMIT_MS, late_cb,
                      g_atomic_rc_box_acquire (question), question_unref);
  g_task_run_in_thread (task, ask_in_thread);
}

HpPortAnswer *
hp_port_ask_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
