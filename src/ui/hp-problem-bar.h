/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include "servers/hp-server-list.h"

G_BEGIN_DECLS

/* What keeps a folder from being served, who is in the way, and the ways out as buttons, which are
 * actions of the window; also that it waits for its port, and that somebody else answers
 * "localhost". It shows and hides itself.
 *
 * Property "server" (HpServer, nullable). */
#define HP_TYPE_PROBLEM_BAR (hp_problem_bar_get_type ())
G_DECLARE_FINAL_TYPE (HpProblemBar, hp_problem_bar, HP, PROBLEM_BAR, GtkBox)

void hp_problem_bar_set_server (HpProblemBar *self, HpServer *server);
void hp_problem_bar_set_list (HpProblemBar *self, HpServerList *list);

/* The buttons stand below the text in any case. */
void hp_problem_bar_set_stacked (HpProblemBar *self, gboolean stacked);

/* The port of "Use … Once"; 0 while it isn't offered. */
guint16 hp_problem_bar_get_offered_port (HpProblemBar *self);

G_END_DECLS
