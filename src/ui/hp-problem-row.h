/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include "log/hp-problem-list.h"
#include "servers/hp-server.h"

G_BEGIN_DECLS

/* A path that failed: why, how often, who asked for it, and what exists instead. */
#define HP_TYPE_PROBLEM_ROW (hp_problem_row_get_type ())
G_DECLARE_FINAL_TYPE (HpProblemRow, hp_problem_row, HP, PROBLEM_ROW, GtkListBoxRow)

/* server: whose folder may tell more; NULL: nobody knows it. */
GtkWidget *hp_problem_row_new (HpRequestProblem *problem, HpServer *server);
HpRequestProblem *hp_problem_row_get_problem (HpProblemRow *self);

G_END_DECLS
