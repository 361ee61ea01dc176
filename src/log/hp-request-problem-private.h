/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-problem-list.h"

G_BEGIN_DECLS

/* Who asked, at most so many different ones by name. */
#define HP_PROBLEM_MAX_REFERRERS 4

typedef struct
{
  char *name; /* as in hp_request_record_get_short_referrer() */
  guint64 count;
} HpProblemReferrer;

struct _HpRequestProblem
{
  GObject parent_instance;

  char *path;
  char *other_path; /* nullable */
  HpReason reason;
  guint status; /* of the last one; 0: no answer */
  guint64 count;
  guint64 last_seq;
  HpProblemReferrer referrers[HP_PROBLEM_MAX_REFERRERS];
  guint n_referrers;
  gboolean touched; /* since it was last told */
};

HpRequestProblem *hp_request_problem_new (const char *path, HpReason reason);
void hp_request_problem_add (HpRequestProblem *self, guint64 seq, const HpRequestRecord *record);
/* Says that it changed, if it did. */
void hp_request_problem_tell (HpRequestProblem *self);

G_END_DECLS
