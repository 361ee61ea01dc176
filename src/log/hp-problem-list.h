/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-request-log.h"

G_BEGIN_DECLS

/* The same path that failed for the same reason, once or often. Signal "changed": it happened
 * again, or more is known about it. */
#define HP_TYPE_REQUEST_PROBLEM (hp_request_problem_get_type ())
G_DECLARE_FINAL_TYPE (HpRequestProblem, hp_request_problem, HP, REQUEST_PROBLEM, GObject)

/* As it was asked for, without what follows a "?"; any bytes but NUL. */
const char *hp_request_problem_get_path (HpRequestProblem *self);
HpReason hp_request_problem_get_reason (HpRequestProblem *self);
guint64 hp_request_problem_get_count (HpRequestProblem *self);
/* The newest of its requests. */
guint64 hp_request_problem_get_last_seq (HpRequestProblem *self);

/* What exists instead, as a path below the served folder: "img/Logo.png"; NULL: not known. Found by
 * whoever may look at the disk. */
const char *hp_request_problem_get_other_path (HpRequestProblem *self);
void hp_request_problem_set_other_path (HpRequestProblem *self, const char *other_path);

/* (transfer full): "404 · File not found" */
char *hp_request_problem_dup_what (HpRequestProblem *self);
/* (transfer full): "Asked for 3 times by /about.html" */
char *hp_request_problem_dup_who (HpRequestProblem *self);

/* A GListModel of HpRequestProblem, what first happened last at the top: what its owner would want
 * to mend. It reads the log as it grows, and forgets with it. */
#define HP_TYPE_PROBLEM_LIST (hp_problem_list_get_type ())
G_DECLARE_FINAL_TYPE (HpProblemList, hp_problem_list, HP, PROBLEM_LIST, GObject)

/* The most that are kept; those that happened last. */
#define HP_PROBLEM_LIST_MAX 300

HpProblemList *hp_problem_list_new (HpRequestLog *log);
/* While it still reads a long log, an empty list doesn't mean that all is well; the signal
 * \"caught-up\" says when it has read it. */
gboolean hp_problem_list_is_reading (HpProblemList *self);

G_END_DECLS
