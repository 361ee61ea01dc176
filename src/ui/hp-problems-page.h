/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include "log/hp-problem-list.h"
#include "servers/hp-server.h"

G_BEGIN_DECLS

/* What failed, one row for each path and reason. Signal "activated" (HpRequestProblem): the
 * requests of this one are wanted. */
#define HP_TYPE_PROBLEMS_PAGE (hp_problems_page_get_type ())
G_DECLARE_FINAL_TYPE (HpProblemsPage, hp_problems_page, HP, PROBLEMS_PAGE, GtkWidget)

GtkWidget *hp_problems_page_new (void);
/* It reads the log (nullable) from when it is shown for the first time. server: NULL when the log
 * is that of none. */
void hp_problems_page_set_log (HpProblemsPage *self, HpRequestLog *log, HpServer *server);

G_END_DECLS
