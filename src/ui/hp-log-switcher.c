/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/hp-log-switcher.h"
#include "ui/hp-wrap-box.h"

struct _HpLogSwitcher
{
  GtkWidget parent_instance;

  /* owned: our child */
  GtkWidget *box;
  /* borrowed: below it */
  GtkWidget *problems_button;
  GtkWidget *badge;

  guint64 n_problems;
};

G_DEFINE_FINAL_TYPE (HpLogSwitcher, hp_log_switcher, GTK_TYPE_WIDGET)

static void
update_badge (HpLogSwitcher *self)
{
  gulong n = self->n_problems;
  /* Translators: a button for screen readers; the number is how many there are. */
  g_autofree char *label = g_strdup_printf (ngettext ("Problems, %'lu", "Problems, %'lu", n), n);
  g_autofree char *text = n > 999 ? g_strdup ("999+") : g_strdup_printf ("%lu", n);

  gtk_label_set_text (GTK_LABEL (self->badge), text);
  gtk_widget_set_visible (self->badge, n > 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->problems_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, n > 0 ? label : _ ("Problems"),
                                  -1);
}

static GtkWidget *
add_button (HpLogSwitcher *self, const char *page, const char *title, const char *tooltip)
{
  GtkWidget *button = g_object_new (GTK_TYPE_TOGGLE_BUTTON, "accessible-role",
                                    GTK_ACCESSIBLE_ROLE_RADIO, NULL);
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (title);

  gtk_box_append (GTK_BOX (content), label);
  gtk_button_set_child (GTK_BUTTON (button), content);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", page);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "log-pages.page");
  gtk_widget_set_parent (button, self->box);
  return button;
}

static void
hp_log_switcher_dispose (GObject *object)
{
  g_clear_pointer (&HP_LOG_SWITCHER (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (hp_log_switcher_parent_class)->dispose (object);
}

static void
hp_log_switcher_class_init (HpLogSwitcherClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hp_log_switcher_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "logswitcher");
}

static void
hp_log_switcher_init (HpLogSwitcher *self)
{
  /* In some languages they are too long for one line of the narrowest window. */
  self->box = g_object_new (HP_TYPE_WRAP_BOX, "spacing", 0, NULL);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));

  add_button (self, "requests", C_ ("page", "Requests"), _ ("Every Request"));
  self->problems_button = add_button (self, "problems", C_ ("page", "Problems"),
                                      _ ("What Failed, and Why"));
  add_button (self, "loads", C_ ("page", "Page Loads"), _ ("Requests by the Page They Belong To"));

  self->badge = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->badge, "problem-badge");
  gtk_widget_set_valign (self->badge, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (gtk_button_get_child (GTK_BUTTON (self->problems_button))), self->badge);
  update_badge (self);
}

GtkWidget *
hp_log_switcher_new (void)
{
  return g_object_new (HP_TYPE_LOG_SWITCHER, NULL);
}

void
hp_log_switcher_set_n_problems (HpLogSwitcher *self, guint64 n_problems)
{
  g_return_if_fail (HP_IS_LOG_SWITCHER (self));

  if (self->n_problems == n_problems)
    return;
  self->n_problems = n_problems;
  update_badge (self);
}
