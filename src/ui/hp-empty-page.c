/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-empty-page.h"
#include "ui/hp-help.h"
#include "ui/hp-lazy-menu.h"

struct _HpEmptyPage
{
  AdwBin parent_instance;

  GtkWidget *choose_button;
  GtkMenuButton *menu_button;
  GtkMenuButton *recent_button;
};

G_DEFINE_FINAL_TYPE (HpEmptyPage, hp_empty_page, ADW_TYPE_BIN)

static gboolean
hp_empty_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (HP_EMPTY_PAGE (widget)->choose_button);
}

static void
hp_empty_page_class_init (HpEmptyPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->grab_focus = hp_empty_page_grab_focus;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/homeport/Homeport/ui/hp-empty-page.ui");
  gtk_widget_class_bind_template_child (widget_class, HpEmptyPage, choose_button);
  gtk_widget_class_bind_template_child (widget_class, HpEmptyPage, menu_button);
  gtk_widget_class_bind_template_child (widget_class, HpEmptyPage, recent_button);
}

static void
hp_empty_page_init (HpEmptyPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hp_help_set_page (GTK_WIDGET (self), "first-steps");
}

GtkWidget *
hp_empty_page_new (GMenuModel *menu, GMenuModel *recent)
{
  HpEmptyPage *self = g_object_new (HP_TYPE_EMPTY_PAGE, NULL);

  hp_menu_button_set_lazy_menu (self->menu_button, menu);
  hp_menu_button_set_changing_menu (self->recent_button, recent);
  return GTK_WIDGET (self);
}
