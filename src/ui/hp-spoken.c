/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui/hp-spoken.h"

/* Done as each widget is realized, since they come from templates, from code and from GTK alike,
 * and a reader doesn't ask before. */

static GQuark
done_quark (void)
{
  return g_quark_from_static_string ("hp-spoken-done");
}

/* The icon of a button is its label to GTK; a reader would say its class before the name. */
static void
mend_button (GtkWidget *button)
{
  if (GTK_IS_IMAGE (gtk_button_get_child (GTK_BUTTON (button))))
    gtk_accessible_reset_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
}

/* GTK 4.8 has no role for a button that stays pressed, so that ours are said to be check boxes or
 * radio buttons. These are checked, not pressed. */
static void
tell_checked (GtkWidget *button)
{
  gboolean active = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (button));

  gtk_accessible_update_state (
      GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_STATE_CHECKED,
      active ? GTK_ACCESSIBLE_TRISTATE_TRUE : GTK_ACCESSIBLE_TRISTATE_FALSE, -1);
}

static void
mend_toggle (GtkWidget *button)
{
  GtkAccessibleRole role = gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (button));

  if (role != GTK_ACCESSIBLE_ROLE_CHECKBOX && role != GTK_ACCESSIBLE_ROLE_RADIO)
    return;
  g_signal_connect (button, "notify::active", G_CALLBACK (tell_checked), NULL);
  tell_checked (button);
}

/* A page without a title is called by the name of its class. What is on it speaks for itself. */
static void
mend_pages (GListModel *pages, guint position, guint removed, guint added, gpointer user_data)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GObject) page = g_list_model_get_item (pages, i);

      if (!gtk_stack_page_get_title (GTK_STACK_PAGE (page)))
        gtk_accessible_update_property (GTK_ACCESSIBLE (page), GTK_ACCESSIBLE_PROPERTY_LABEL, "",
                                        -1);
    }
}

static void
mend_stack (GtkWidget *stack)
{
  GListModel *pages = G_LIST_MODEL (gtk_stack_get_pages (GTK_STACK (stack)));

  g_signal_connect (pages, "items-changed", G_CALLBACK (mend_pages), NULL);
  mend_pages (pages, 0, 0, g_list_model_get_n_items (pages), NULL);
  /* The stack has only a weak reference. */
  g_object_set_qdata_full (G_OBJECT (stack), done_quark (), pages, g_object_unref);
}

/* The text in it is what is read, not its class; a label is the text. */
static void
mend_alert (GtkWidget *alert)
{
  if (GTK_IS_LABEL (alert))
    return;
  gtk_accessible_update_property (GTK_ACCESSIBLE (alert), GTK_ACCESSIBLE_PROPERTY_LABEL, "", -1);
}

static gboolean
realized (GSignalInvocationHint *hint, guint n_values, const GValue *values, gpointer user_data)
{
  GtkWidget *widget = g_value_get_object (&values[0]);

  if (GTK_IS_BUTTON (widget))
    {
      mend_button (widget);
      if (G_OBJECT_TYPE (widget) == GTK_TYPE_TOGGLE_BUTTON
          && !g_object_get_qdata (G_OBJECT (widget), done_quark ()))
        {
          g_object_set_qdata (G_OBJECT (widget), done_quark (), widget);
          mend_toggle (widget);
        }
    }
  else if (GTK_IS_STACK (widget) && !g_object_get_qdata (G_OBJECT (widget), done_quark ()))
    mend_stack (widget);
  else if (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (widget))
           == GTK_ACCESSIBLE_ROLE_ALERT)
    mend_alert (widget);
  return TRUE;
}

void
hp_spoken_init (void)
{
  static gboolean done;

  if (done)
    return;
  done = TRUE;
  g_type_class_unref (g_type_class_ref (GTK_TYPE_WIDGET));
  g_signal_add_emission_hook (g_signal_lookup ("realize", GTK_TYPE_WIDGET), 0, realized, NULL,
                              NULL);
}
