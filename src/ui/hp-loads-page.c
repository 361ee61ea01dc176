/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "log/hp-page-loads.h"
#include "ui/hp-load-row.h"
#include "ui/hp-load-view.h"
#include "ui/hp-loads-page.h"
#include "ui/hp-notice.h"

struct _HpLoadsPage
{
  GtkWidget parent_instance;

  /* owned */
  HpRequestLog *log;  /* nullable */
  HpPageLoads *loads; /* NULL until the page is shown */
  HpPageLoad *load;   /* the one that is looked at; NULL: all of them */
  /* owned: our child */
  GtkWidget *stack;
  /* borrowed: below it */
  GtkListBox *list;
  HpLoadView *view;

  gboolean narrow;
};

static guint activated_signal;

G_DEFINE_FINAL_TYPE (HpLoadsPage, hp_loads_page, GTK_TYPE_WIDGET)

static gboolean
contains (HpLoadsPage *self, HpPageLoad *load)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->loads));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (HpPageLoad) item = g_list_model_get_item (G_LIST_MODEL (self->loads), i);

      if (item == load)
        return TRUE;
    }
  return FALSE;
}

/* What is there: one load, all loads, the requests of no page, or nothing. */
static void
update (HpLoadsPage *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->loads));
  HpRequestLog *log = hp_page_loads_get_log (self->loads);
  g_autoptr (HpPageLoad) others = NULL;

  if (self->load && !contains (self, self->load))
    g_clear_object (&self->load);

  if (hp_page_loads_get_n_pages (self->loads) == 0 && n > 0)
    others = g_list_model_get_item (G_LIST_MODEL (self->loads), 0);
  if (self->load && !others)
    hp_load_view_set_load (self->view, log, self->load, TRUE);
  else
    hp_load_view_set_load (self->view, log, others, FALSE);

  if (self->load || others)
    gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "view");
  else if (n > 0)
    gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "list");
  else
    gtk_stack_set_visible_child_name (GTK_STACK (self->stack),
                                      hp_page_loads_is_reading (self->loads) ? "reading" : "empty");
}

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  HpLoadsPage *self = user_data;
  GtkWidget *row = hp_load_row_new (HP_PAGE_LOAD (item));

  hp_load_row_set_narrow (HP_LOAD_ROW (row), self->narrow);
  return row;
}

static void
forget_loads (HpLoadsPage *self)
{
  g_clear_object (&self->load);
  if (!self->loads)
    return;
  hp_load_view_set_load (self->view, NULL, NULL, FALSE);
  gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  g_signal_handlers_disconnect_by_data (self->loads, self);
  g_clear_object (&self->loads);
}

static void
ensure_loads (HpLoadsPage *self)
{
  if (self->loads || !self->log || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  self->loads = hp_page_loads_new (self->log);
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (self->loads), create_row, self, NULL);
  g_signal_connect_swapped (self->loads, "items-changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->loads, "caught-up", G_CALLBACK (update), self);
  update (self);
}

void
hp_loads_page_set_log (HpLoadsPage *self, HpRequestLog *log)
{
  g_return_if_fail (HP_IS_LOADS_PAGE (self));
  g_return_if_fail (!log || HP_IS_REQUEST_LOG (log));

  if (self->log == log)
    return;
  forget_loads (self);
  g_set_object (&self->log, log);
  ensure_loads (self);
}

gboolean
hp_loads_page_go_back (HpLoadsPage *self)
{
  g_return_val_if_fail (HP_IS_LOADS_PAGE (self), FALSE);

  if (!self->load)
    return FALSE;
  g_clear_object (&self->load);
  update (self);
  gtk_widget_child_focus (GTK_WIDGET (self->list), GTK_DIR_TAB_FORWARD);
  return TRUE;
}

static void
row_activated_cb (HpLoadsPage *self, GtkListBoxRow *row)
{
  g_set_object (&self->load, hp_load_row_get_load (HP_LOAD_ROW (row)));
  update (self);
  hp_load_view_focus_list (self->view);
}

static void
request_activated_cb (HpLoadsPage *self, guint64 seq)
{
  g_signal_emit (self, activated_signal, 0, seq);
}

void
hp_loads_page_set_narrow (HpLoadsPage *self, gboolean narrow)
{
  g_return_if_fail (HP_IS_LOADS_PAGE (self));

  if (self->narrow == !!narrow)
    return;
  self->narrow = !!narrow;
  hp_load_view_set_narrow (self->view, narrow);
  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->list)); row;
       row = gtk_widget_get_next_sibling (row))
    hp_load_row_set_narrow (HP_LOAD_ROW (row), narrow);
}

static void
hp_loads_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hp_loads_page_parent_class)->map (widget);
  ensure_loads (HP_LOADS_PAGE (widget));
}

static void
hp_loads_page_dispose (GObject *object)
{
  HpLoadsPage *self = HP_LOADS_PAGE (object);

  if (self->stack)
    forget_loads (self);
  g_clear_pointer (&self->stack, gtk_widget_unparent);
  g_clear_object (&self->log);
  G_OBJECT_CLASS (hp_loads_page_parent_class)->dispose (object);
}

static void
hp_loads_page_class_init (HpLoadsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hp_loads_page_dispose;
  widget_class->map = hp_loads_page_map;
  activated_signal = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "loadspage");
}

static void
hp_loads_page_init (HpLoadsPage *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "log-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Page loads"), -1);
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (row_activated_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->list));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);

  self->view = HP_LOAD_VIEW (hp_load_view_new ());
  g_signal_connect_object (self->view, "activated", G_CALLBACK (request_activated_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "back", G_CALLBACK (hp_loads_page_go_back), self,
                           G_CONNECT_SWAPPED);

  self->stack = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->stack),
                       hp_notice_new (_ ("No page loads yet"),
                                      _ ("Open a page in a browser, and what it asked for is shown "
                                         "here together.")),
                       "empty");
  gtk_stack_add_named (GTK_STACK (self->stack), hp_notice_new (_ ("Looking…"), NULL), "reading");
  gtk_stack_add_named (GTK_STACK (self->stack), scroller, "list");
  gtk_stack_add_named (GTK_STACK (self->stack), GTK_WIDGET (self->view), "view");
  gtk_widget_set_parent (self->stack, GTK_WIDGET (self));
}

GtkWidget *
hp_loads_page_new (void)
{
  return g_object_new (HP_TYPE_LOADS_PAGE, NULL);
}
