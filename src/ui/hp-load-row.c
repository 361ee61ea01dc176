/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "log/hp-log-format.h"
#include "ui/hp-direction.h"
#include "ui/hp-load-row.h"
#include "ui/hp-waterfall.h"

struct _HpLoadRow
{
  GtkListBoxRow parent_instance;

  HpPageLoad *load; /* owned */
  /* borrowed: our children */
  GtkWidget *box;
  GtkLabel *title;
  GtkLabel *summary;
  GtkWidget *waterfall;
};

G_DEFINE_FINAL_TYPE (HpLoadRow, hp_load_row, GTK_TYPE_LIST_BOX_ROW)

static void
update (HpLoadRow *self)
{
  g_autofree char *title = hp_page_load_dup_title (self->load);
  g_autofree char *summary = hp_page_load_dup_summary (self->load);
  g_autofree char *time = hp_log_format_time (hp_page_load_get_time_us (self->load));
  g_autofree char *details = hp_page_load_is_page (self->load)
                                 ? g_strdup_printf ("%s · %s", time, summary)
                                 : g_strdup (summary);
  g_autofree char *label = g_strdup_printf ("%s, %s", title, details);

  /* A chart of one bar says nothing. */
  gtk_widget_set_visible (self->waterfall, hp_page_load_is_page (self->load)
                                               && hp_page_load_get_n_requests (self->load) > 1);
  hp_direction_set_text (self->title, title);
  hp_direction_set_text (self->summary, details);
  if (hp_page_load_get_n_problems (self->load) > 0)
    gtk_widget_add_css_class (GTK_WIDGET (self->summary), "has-problems");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
hp_load_row_dispose (GObject *object)
{
  g_clear_object (&HP_LOAD_ROW (object)->load);
  G_OBJECT_CLASS (hp_load_row_parent_class)->dispose (object);
}

static void
hp_load_row_class_init (HpLoadRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hp_load_row_dispose;
}

static void
hp_load_row_init (HpLoadRow *self)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  self->title = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->title, 0);
  gtk_label_set_ellipsize (self->title, PANGO_ELLIPSIZE_MIDDLE);
  self->summary = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->summary, 0);
  gtk_label_set_wrap (self->summary, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->summary), "fact-name");
  gtk_widget_add_css_class (GTK_WIDGET (self->summary), "numeric");
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (self->title));
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (self->summary));

  self->waterfall = hp_waterfall_new ();
  gtk_widget_set_valign (self->waterfall, GTK_ALIGN_CENTER);
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_box_append (GTK_BOX (self->box), words);
  gtk_box_append (GTK_BOX (self->box), self->waterfall);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), self->box);
}

GtkWidget *
hp_load_row_new (HpPageLoad *load)
{
  HpLoadRow *self;

  g_return_val_if_fail (HP_IS_PAGE_LOAD (load), NULL);

  self = g_object_new (HP_TYPE_LOAD_ROW, NULL);
  self->load = g_object_ref (load);
  hp_waterfall_set_load (HP_WATERFALL (self->waterfall), load);
  g_signal_connect_object (load, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

HpPageLoad *
hp_load_row_get_load (HpLoadRow *self)
{
  g_return_val_if_fail (HP_IS_LOAD_ROW (self), NULL);

  return self->load;
}

void
hp_load_row_set_narrow (HpLoadRow *self, gboolean narrow)
{
  g_return_if_fail (HP_IS_LOAD_ROW (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->box),
                                  narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_box_set_spacing (GTK_BOX (self->box), narrow ? 6 : 12);
}
