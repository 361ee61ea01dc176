/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "log/hp-log-format.h"
#include "log/hp-request-problem-private.h"

/* Characters of a page's address in a sentence. */
#define MAX_NAME 80

static guint changed_signal;

G_DEFINE_FINAL_TYPE (HpRequestProblem, hp_request_problem, G_TYPE_OBJECT)

static void
hp_request_problem_finalize (GObject *object)
{
  HpRequestProblem *self = HP_REQUEST_PROBLEM (object);

  for (guint i = 0; i < self->n_referrers; i++)
    g_free (self->referrers[i].name);
  g_free (self->path);
  g_free (self->other_path);

  G_OBJECT_CLASS (hp_request_problem_parent_class)->finalize (object);
}

static void
hp_request_problem_class_init (HpRequestProblemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hp_request_problem_finalize;

  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
hp_request_problem_init (HpRequestProblem *self)
{
}

HpRequestProblem *
hp_request_problem_new (const char *path, HpReason reason)
{
  HpRequestProblem *self = g_object_new (HP_TYPE_REQUEST_PROBLEM, NULL);

  self->path = g_strdup (path);
  self->reason = reason;
  return self;
}

static void
add_referrer (HpRequestProblem *self, const char *name)
{
  if (name == NULL)
    return;
  for (guint i = 0; i < self->n_referrers; i++)
    if (g_str_equal (self->referrers[i].name, name))
      {
        self->referrers[i].count++;
        return;
      }
  if (self->n_referrers < HP_PROBLEM_MAX_REFERRERS)
    self->referrers[self->n_referrers++] = (HpProblemReferrer){ g_strdup (name), 1 };
}

void
hp_request_problem_add (HpRequestProblem *self, guint64 seq, const HpRequestRecord *record)
{
  self->count++;
  self->status = record->status;
  self->last_seq = seq;
  self->touched = TRUE;
  add_referrer (self, hp_request_record_get_short_referrer (record));
}

void
hp_request_problem_tell (HpRequestProblem *self)
{
  if (!self->touched)
    return;
  self->touched = FALSE;
  g_signal_emit (self, changed_signal, 0);
}

const char *
hp_request_problem_get_path (HpRequestProblem *self)
{
  g_return_val_if_fail (HP_IS_REQUEST_PROBLEM (self), NULL);

  return self->path;
}

HpReason
hp_request_problem_get_reason (HpRequestProblem *self)
{
  g_return_val_if_fail (HP_IS_REQUEST_PROBLEM (self), HP_REASON_NONE);

  return self->reason;
}

guint64
hp_request_problem_get_count (HpRequestProblem *self)
{
  g_return_val_if_fail (HP_IS_REQUEST_PROBLEM (self), 0);

  return self->count;
}

guint64
hp_request_problem_get_last_seq (HpRequestProblem *self)
{
  g_return_val_if_fail (HP_IS_REQUEST_PROBLEM (self), 0);

  return self->last_seq;
}

const char *
hp_request_problem_get_other_path (HpRequestProblem *self)
{
  g_return_val_if_fail (HP_IS_REQUEST_PROBLEM (self), NULL);

  return self->other_path;
}

void
hp_request_problem_set_other_path (HpRequestProblem *self, const char *other_path)
{
  g_return_if_fail (HP_IS_REQUEST_PROBLEM (self));

  if (g_strcmp0 (self->other_path, other_path) == 0)
    return;
  g_free (self->other_path);
  self->other_path = g_strdup (other_path);
  g_signal_emit (self, changed_signal, 0);
}

/* In words */

char *
hp_request_problem_dup_what (HpRequestProblem *self)
{
  g_return_val_if_fail (HP_IS_REQUEST_PROBLEM (self), NULL);

  if (self->status == 0)
    return g_strdup (hp_reason_get_words (self->reason));
  return g_strdup_printf ("%u · %s", self->status, hp_reason_get_words (self->reason));
}

/* The one that asked most often; NULL: nobody by name. */
static const HpProblemReferrer *
get_main_referrer (HpRequestProblem *self)
{
  const HpProblemReferrer *best = NULL;

  for (guint i = 0; i < self->n_referrers; i++)
    if (best == NULL || self->referrers[i].count > best->count)
      best = &self->referrers[i];
  return best;
}

char *
hp_request_problem_dup_who (HpRequestProblem *self)
{
  const HpProblemReferrer *best;
  g_autofree char *name = NULL;
  gulong count;

  g_return_val_if_fail (HP_IS_REQUEST_PROBLEM (self), NULL);

  count = self->count;
  best = get_main_referrer (self);
  if (best == NULL)
    return g_strdup_printf (ngettext ("Asked for %'lu time", "Asked for %'lu times", count), count);

  name = hp_log_format_visible (best->name, MAX_NAME);
  if (best->count == self->count)
    /* Translators: the page that has the link, or that shows the picture. */
    return g_strdup_printf (
        ngettext ("Asked for %1$'lu time by %2$s", "Asked for %1$'lu times by %2$s", count), count,
        name);
  /* Translators: the page that asked most often. */
  return g_strdup_printf (ngettext ("Asked for %1$'lu time, by %2$s and others",
                                    "Asked for %1$'lu times, by %2$s and others", count),
                          count, name);
}
