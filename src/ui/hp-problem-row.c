/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "http/hp-request-why.h"
#include "log/hp-log-format.h"
#include "ui/hp-direction.h"
#include "ui/hp-problem-row.h"

/* Characters of hostile text that are worth laying out. */
#define MAX_PATH 400

struct _HpProblemRow
{
  GtkListBoxRow parent_instance;

  /* owned */
  HpRequestProblem *problem;
  GCancellable *cancellable;
  /* borrowed: our children */
  GtkLabel *path;
  GtkLabel *what;
  GtkLabel *other;
  GtkLabel *count;
};

G_DEFINE_FINAL_TYPE (HpProblemRow, hp_problem_row, GTK_TYPE_LIST_BOX_ROW)

static void
update (HpProblemRow *self)
{
  const char *other_path = hp_request_problem_get_other_path (self->problem);
  gulong n = hp_request_problem_get_count (self->problem);
  g_autofree char *path = hp_log_format_visible (hp_request_problem_get_path (self->problem),
                                                 MAX_PATH);
  g_autofree char *what = hp_request_problem_dup_what (self->problem);
  g_autofree char *who = hp_request_problem_dup_who (self->problem);
  /* Translators: how often something was asked for. */
  g_autofree char *count = g_strdup_printf (_ ("%'lu×"), n);
  g_autofree char *details = g_strdup_printf ("%s · %s", what, who);
  g_autofree char *what_and_who = hp_direction_mend (details);
  g_autofree char *label = NULL;

  gtk_label_set_text (self->path, path);
  gtk_label_set_text (self->what, what_and_who);
  gtk_label_set_text (self->count, count);
  gtk_widget_set_visible (GTK_WIDGET (self->count), n > 1);
  gtk_widget_set_visible (GTK_WIDGET (self->other), other_path != NULL);
  if (other_path)
    {
      g_autofree char *shown = hp_log_format_visible (other_path, MAX_PATH);
      g_autofree char *text = g_strdup_printf (_ ("“%s” exists — names are case-sensitive"), shown);

      hp_direction_set_text (self->other, text);
    }
  label = g_strdup_printf ("%s, %s, %s%s%s", path, what, who, other_path ? ", " : "",
                           other_path ? gtk_label_get_text (self->other) : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), path);
  /* The tooltip would be said again after the name. */
  gtk_accessible_reset_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HpRequestProblem) problem = user_data;
  g_autoptr (HpRequestLook) look = hp_request_look_finish (result, NULL);

  if (look)
    hp_request_problem_set_other_path (problem, look->other_path);
}

static void
look (HpProblemRow *self, HpServer *server)
{
  if (!server || hp_request_problem_get_reason (self->problem) != HP_REASON_CASE_MISMATCH
      || hp_request_problem_get_other_path (self->problem))
    return;
  self->cancellable = g_cancellable_new ();
  hp_request_look_async (hp_server_get_folder (server), hp_request_problem_get_path (self->problem),
                         hp_server_get_options (server), self->cancellable, looked_cb,
                         g_object_ref (self->problem));
}

static void
hp_problem_row_dispose (GObject *object)
{
  HpProblemRow *self = HP_PROBLEM_ROW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->problem);
  G_OBJECT_CLASS (hp_problem_row_parent_class)->dispose (object);
}

static void
hp_problem_row_class_init (HpProblemRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hp_problem_row_dispose;
}

static GtkLabel *
create_label (const char *css_class)
{
  GtkLabel *label = GTK_LABEL (gtk_label_new (NULL));

  gtk_label_set_xalign (label, 0);
  gtk_widget_add_css_class (GTK_WIDGET (label), css_class);
  return label;
}

static void
hp_problem_row_init (HpProblemRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  self->path = create_label ("problem-path");
  self->what = create_label ("fact-name");
  self->other = create_label ("problem-other");
  self->count = create_label ("problem-count");
  gtk_label_set_ellipsize (self->path, PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_wrap (self->what, TRUE);
  gtk_label_set_wrap_mode (self->what, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_wrap (self->other, TRUE);
  gtk_label_set_wrap_mode (self->other, PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_valign (GTK_WIDGET (self->count), GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (self->path));
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (self->what));
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (self->other));
  gtk_box_append (GTK_BOX (box), words);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->count));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), box);
}

GtkWidget *
hp_problem_row_new (HpRequestProblem *problem, HpServer *server)
{
  HpProblemRow *self;

  g_return_val_if_fail (HP_IS_REQUEST_PROBLEM (problem), NULL);
  g_return_val_if_fail (!server || HP_IS_SERVER (server), NULL);

  self = g_object_new (HP_TYPE_PROBLEM_ROW, NULL);
  self->problem = g_object_ref (problem);
  g_signal_connect_object (problem, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  look (self, server);
  return GTK_WIDGET (self);
}

HpRequestProblem *
hp_problem_row_get_problem (HpProblemRow *self)
{
  g_return_val_if_fail (HP_IS_PROBLEM_ROW (self), NULL);

  return self->problem;
}
