/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/hp-notice.h"
#include "ui/hp-problem-row.h"
#include "ui/hp-problems-page.h"

struct _HpProblemsPage
{
  GtkWidget parent_instance;

  /* owned */
  HpRequestLog *log;       /* nullable */
  HpServer *server;        /* nullable */
  HpProblemList *problems; /* NULL until the page is shown */
  /* owned: our child */
  GtkWidget *stack;
  /* borrowed: below it */
  GtkListBox *list;
};

static guint activated_signal;

G_DEFINE_FINAL_TYPE (HpProblemsPage, hp_problems_page, GTK_TYPE_WIDGET)

static void
update_stack (HpProblemsPage *self)
{
  const char *name = "list";

  if (g_list_model_get_n_items (G_LIST_MODEL (self->problems)) == 0)
    name = hp_problem_list_is_reading (self->problems) ? "reading" : "empty";
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), name);
}

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  HpProblemsPage *self = user_data;

  return hp_problem_row_new (HP_REQUEST_PROBLEM (item), self->server);
}

static void
forget_problems (HpProblemsPage *self)
{
  if (!self->problems)
    return;
  gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  g_signal_handlers_disconnect_by_data (self->problems, self);
  g_clear_object (&self->problems);
}

static void
ensure_problems (HpProblemsPage *self)
{
  if (self->problems || !self->log || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->problems = hp_problem_list_new (self->log);
  g_signal_connect_swapped (self->problems, "items-changed", G_CALLBACK (update_stack), self);
  g_signal_connect_swapped (self->problems, "caught-up", G_CALLBACK (update_stack), self);
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (self->problems), create_row, self, NULL);
  update_stack (self);
}

void
hp_problems_page_set_log (HpProblemsPage *self, HpRequestLog *log, HpServer *server)
{
  g_return_if_fail (HP_IS_PROBLEMS_PAGE (self));
  g_return_if_fail (!log || HP_IS_REQUEST_LOG (log));
  g_return_if_fail (!server || HP_IS_SERVER (server));

  if (self->log == log)
    return;
  forget_problems (self);
  g_set_object (&self->log, log);
  g_set_object (&self->server, server);
  ensure_problems (self);
}

static void
row_activated_cb (HpProblemsPage *self, GtkListBoxRow *row)
{
  g_signal_emit (self, activated_signal, 0, hp_problem_row_get_problem (HP_PROBLEM_ROW (row)));
}

static void
hp_problems_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hp_problems_page_parent_class)->map (widget);
  ensure_problems (HP_PROBLEMS_PAGE (widget));
}

static void
hp_problems_page_dispose (GObject *object)
{
  HpProblemsPage *self = HP_PROBLEMS_PAGE (object);

  if (self->stack)
    forget_problems (self);
  g_clear_pointer (&self->stack, gtk_widget_unparent);
  g_clear_object (&self->log);
  g_clear_object (&self->server);
  G_OBJECT_CLASS (hp_problems_page_parent_class)->dispose (object);
}

static void
hp_problems_page_class_init (HpProblemsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hp_problems_page_dispose;
  widget_class->map = hp_problems_page_map;
  activated_signal = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, HP_TYPE_REQUEST_PROBLEM);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "problemspage");
}

static void
hp_problems_page_init (HpProblemsPage *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "log-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Problems"), -1);
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (row_activated_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->list));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);

  self->stack = gtk_stack_new ();
  gtk_stack_add_named (
      GTK_STACK (self->stack),
      hp_notice_new (_ ("No problems"),
                     _ ("What can’t be found or read is listed here, with the page "
                        "that asked for it.")),
      "empty");
  gtk_stack_add_named (GTK_STACK (self->stack), hp_notice_new (_ ("Looking…"), NULL), "reading");
  gtk_stack_add_named (GTK_STACK (self->stack), scroller, "list");
  gtk_widget_set_parent (self->stack, GTK_WIDGET (self));
}

GtkWidget *
hp_problems_page_new (void)
{
  return g_object_new (HP_TYPE_PROBLEMS_PAGE, NULL);
}
