/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "log/hp-log-format.h"
#include "ui/hp-direction.h"
#include "ui/hp-load-view.h"
#include "ui/hp-waterfall.h"

/* Characters of hostile text that are worth laying out. */
#define MAX_PATH 400

struct _HpLoadView
{
  GtkWidget parent_instance;

  /* owned */
  HpRequestLog *log;
  HpPageLoad *load;
  GSignalGroup *signals;
  GtkSingleSelection *selection;
  /* owned: our child */
  GtkWidget *content;
  /* borrowed: below it */
  GtkWidget *back_button;
  GtkLabel *title;
  GtkLabel *summary;
  GtkWidget *list;

  gboolean has_back;
  gboolean narrow;
};

enum
{
  ACTIVATED,
  BACK,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HpLoadView, hp_load_view, GTK_TYPE_WIDGET)

/* Rows: status, path, duration, bar */

enum
{
  CELL_STATUS,
  CELL_PATH,
  CELL_DURATION,
  CELL_BAR,
  N_CELLS
};

static void
get_cells (GtkWidget *box, GtkWidget *cells[N_CELLS])
{
  GtkWidget *cell = gtk_widget_get_first_child (box);

  for (guint i = 0; i < N_CELLS; i++, cell = gtk_widget_get_next_sibling (cell))
    cells[i] = cell;
}

static GtkWidget *
create_text (guint width_chars, float xalign)
{
  GtkWidget *text = gtk_inscription_new (NULL);

  gtk_inscription_set_min_chars (GTK_INSCRIPTION (text), width_chars);
  gtk_inscription_set_nat_chars (GTK_INSCRIPTION (text), width_chars);
  gtk_inscription_set_xalign (GTK_INSCRIPTION (text), xalign);
  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (text),
                                     GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_MIDDLE);
  gtk_widget_add_css_class (text, "numeric");
  return text;
}

/* A label, unlike an inscription, keeps its text at the start in both directions of writing. */
static GtkWidget *
create_path (void)
{
  GtkWidget *path = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (path), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_width_chars (GTK_LABEL (path), 10);
  gtk_label_set_xalign (GTK_LABEL (path), 0);
  gtk_widget_set_halign (path, GTK_ALIGN_START);
  gtk_widget_set_hexpand (path, TRUE);
  gtk_widget_add_css_class (path, "numeric");
  return path;
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, HpLoadView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *status = create_text (3, 0);
  GtkWidget *path = create_path ();
  GtkWidget *bar = hp_waterfall_new ();

  gtk_widget_add_css_class (box, "load-request");
  gtk_widget_set_valign (bar, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), status);
  gtk_box_append (GTK_BOX (box), path);
  gtk_box_append (GTK_BOX (box), create_text (8, 1));
  gtk_box_append (GTK_BOX (box), bar);
  gtk_list_item_set_child (item, box);
}

static char *
dup_path (HpLoadView *self, const HpPageLoadBar *bar)
{
  HpRequestRecord record;

  if (!hp_request_log_get (self->log, bar->seq, &record))
    return g_strdup (_ ("no longer kept"));
  return hp_log_format_visible (record.target, MAX_PATH);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, HpLoadView *self)
{
  const HpPageLoadBar *bar = hp_page_load_row_get_bar (gtk_list_item_get_item (item));
  GtkWidget *box = gtk_list_item_get_child (item);
  g_autofree char *path = dup_path (self, bar);
  g_autofree char *duration = hp_log_format_duration (bar->duration_us);
  g_autofree char *status = bar->status ? g_strdup_printf ("%u", bar->status) : g_strdup ("—");
  /* Translators: for screen readers: a path, a status, a duration. */
  g_autofree char *label = g_strdup_printf (_ ("%s, status %s, %s"), path, status, duration);
  GtkWidget *cells[N_CELLS];

  get_cells (box, cells);
  gtk_inscription_set_text (GTK_INSCRIPTION (cells[CELL_STATUS]), status);
  gtk_label_set_text (GTK_LABEL (cells[CELL_PATH]), path);
  gtk_inscription_set_text (GTK_INSCRIPTION (cells[CELL_DURATION]), duration);
  gtk_widget_set_visible (cells[CELL_DURATION], !self->narrow);
  gtk_widget_set_visible (cells[CELL_BAR], hp_page_load_is_page (self->load));
  hp_waterfall_set_bar (HP_WATERFALL (cells[CELL_BAR]), self->load, bar);
  if (bar->is_problem)
    gtk_widget_add_css_class (cells[CELL_STATUS], "error-text");
  else
    gtk_widget_remove_css_class (cells[CELL_STATUS], "error-text");
  gtk_widget_set_tooltip_text (box, path);
  gtk_accessible_update_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (box)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
activate_cb (GtkListView *list, guint position, HpLoadView *self)
{
  g_autoptr (HpPageLoadRow) row = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (row)
    g_signal_emit (self, signals[ACTIVATED], 0, hp_page_load_row_get_bar (row)->seq);
}

/* What is shown */

static void
update (HpLoadView *self)
{
  g_autofree char *title = NULL;
  g_autofree char *summary = NULL;

  if (!self->load)
    return;
  title = hp_page_load_dup_title (self->load);
  summary = hp_page_load_dup_summary (self->load);
  gtk_widget_set_visible (self->back_button, self->has_back);
  hp_direction_set_text (self->title, self->has_back ? title : _ ("No page loads yet"));
  hp_direction_set_text (self->summary,
                         self->has_back
                             ? summary
                             : _ ("Browsers say which requests belong to a page. These came from "
                                  "programs that do not, so they are listed one by one."));
}

void
hp_load_view_set_load (HpLoadView *self, HpRequestLog *log, HpPageLoad *load, gboolean has_back)
{
  g_return_if_fail (HP_IS_LOAD_VIEW (self));
  g_return_if_fail (!load || (HP_IS_PAGE_LOAD (load) && HP_IS_REQUEST_LOG (log)));

  if (self->load == load && self->has_back == has_back)
    return;
  /* Rows are bound as soon as the model is set. */
  gtk_single_selection_set_model (self->selection, NULL);
  g_set_object (&self->log, log);
  g_set_object (&self->load, load);
  self->has_back = has_back;
  g_signal_group_set_target (self->signals, load);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (load));
  update (self);
}

void
hp_load_view_set_narrow (HpLoadView *self, gboolean narrow)
{
  HpPageLoad *load;

  g_return_if_fail (HP_IS_LOAD_VIEW (self));

  if (self->narrow == !!narrow)
    return;
  self->narrow = !!narrow;
  load = self->load;
  if (!load)
    return;
  gtk_single_selection_set_model (self->selection, NULL);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (load));
}

void
hp_load_view_focus_list (HpLoadView *self)
{
  g_return_if_fail (HP_IS_LOAD_VIEW (self));

  gtk_widget_child_focus (self->list, GTK_DIR_TAB_FORWARD);
}

static void
back_clicked_cb (HpLoadView *self)
{
  g_signal_emit (self, signals[BACK], 0);
}

static void
hp_load_view_dispose (GObject *object)
{
  HpLoadView *self = HP_LOAD_VIEW (object);

  if (self->signals)
    g_signal_group_set_target (self->signals, NULL);
  g_clear_object (&self->signals);
  g_clear_pointer (&self->content, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->load);
  g_clear_object (&self->log);
  G_OBJECT_CLASS (hp_load_view_parent_class)->dispose (object);
}

static void
hp_load_view_class_init (HpLoadViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hp_load_view_dispose;
  signals[ACTIVATED] = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);
  signals[BACK] = g_signal_new ("back", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "loadview");
}

static GtkWidget *
create_head (HpLoadView *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  self->back_button = gtk_button_new_from_icon_name ("hp-back-symbolic");
  gtk_widget_add_css_class (self->back_button, "flat");
  gtk_widget_set_valign (self->back_button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (self->back_button, _ ("All Page Loads"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->back_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("All Page Loads"), -1);
  g_signal_connect_object (self->back_button, "clicked", G_CALLBACK (back_clicked_cb), self,
                           G_CONNECT_SWAPPED);

  self->title = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->title, 0);
  gtk_label_set_ellipsize (self->title, PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_add_css_class (GTK_WIDGET (self->title), "heading");
  self->summary = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->summary, 0);
  gtk_label_set_wrap (self->summary, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->summary), "fact-name");
  gtk_widget_add_css_class (GTK_WIDGET (self->summary), "numeric");
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (self->title));
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (self->summary));
  gtk_box_append (GTK_BOX (head), self->back_button);
  gtk_box_append (GTK_BOX (head), words);
  gtk_widget_add_css_class (head, "load-head");
  return head;
}

static void
hp_load_view_init (HpLoadView *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();

  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, 0);
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  self->list = gtk_list_view_new (GTK_SELECTION_MODEL (g_object_ref (self->selection)), factory);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Requests of the page load"), -1);
  g_signal_connect_object (self->list, "activate", G_CALLBACK (activate_cb), self, 0);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (scroller, TRUE);

  self->content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (self->content), create_head (self));
  gtk_box_append (GTK_BOX (self->content), scroller);
  gtk_widget_set_parent (self->content, GTK_WIDGET (self));

  self->signals = g_signal_group_new (HP_TYPE_PAGE_LOAD);
  g_signal_group_connect_swapped (self->signals, "changed", G_CALLBACK (update), self);
}

GtkWidget *
hp_load_view_new (void)
{
  return g_object_new (HP_TYPE_LOAD_VIEW, NULL);
}
