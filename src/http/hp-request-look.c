/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>
#include <unistd.h>

#include "http/hp-lookup.h"
#include "http/hp-request-why.h"
#include "http/hp-target.h"

typedef struct
{
  char *folder;
  char *target;
  HpServerOptions *options;
} Question;

static void
question_free (gpointer data)
{
  Question *self = data;

  g_free (self->folder);
  g_free (self->target);
  hp_server_options_unref (self->options);
  g_free (self);
}

gboolean
hp_request_look_is_useful (HpReason reason)
{
  return reason == HP_REASON_MISSING || reason == HP_REASON_CASE_MISMATCH;
}

void
hp_request_look_free (HpRequestLook *self)
{
  g_free (self->other_path);
  g_free (self);
}

static void
look (HpRequestLook *self, const Question *question)
{
  g_auto (HpTarget) target = { 0 };
  g_auto (HpLookup) found = { .fd = -1 };
  HpLookupFlags flags = HP_LOOKUP_OTHER_CASE;
  int root;

  self->reason = hp_target_parse (&target, question->target);
  if (self->reason != HP_REASON_NONE)
    return;
  self->reason = hp_lookup_open_folder (question->folder, &root);
  if (self->reason != HP_REASON_NONE)
    return;

  if (question->options->serve_hidden)
    flags |= HP_LOOKUP_HIDDEN;
  if (question->options->follow_links)
    flags |= HP_LOOKUP_FOLLOW;
  hp_lookup_find (&found, root, target.path, flags);
  self->reason = found.reason;
  if (found.reason == HP_REASON_NONE && target.folder && !S_ISDIR (found.stat.st_mode))
    self->reason = HP_REASON_MISSING;
  self->other_path = g_steal_pointer (&found.other_path);
  close (root);
}

static void
look_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  HpRequestLook *self = g_new0 (HpRequestLook, 1);

  look (self, data);
  g_task_return_pointer (task, self, (GDestroyNotify) hp_request_look_free);
}

void
hp_request_look_async (const char *folder,
                       const char *target,
                       HpServerOptions *options,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Question *question = g_new (Question, 1);

  question->folder = g_strdup (folder);
  question->target = g_strdup (target);
  question->options = hp_server_options_ref (options);
  g_task_set_source_tag (task, hp_request_look_async);
  g_task_set_task_data (task, question, question_free);
  g_task_run_in_thread (task, look_in_thread);
}

HpRequestLook *
hp_request_look_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
