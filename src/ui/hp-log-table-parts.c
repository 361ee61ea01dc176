/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/hp-log-table-private.h"
#include "ui/hp-platform.h"

/* What stands in the place of rows when there are none, and the pill that lies over them. */

/* Nobody reads sixty numbers a second, and each is laid out, drawn and told to screen readers. */
#define PILL_REST_MS 100

/* Nothing came yet, or nothing of it is what the filter wants. */
void
hp_log_table_parts_update (HpLogTable *self)
{
  gboolean rows = hp_log_table_get_n_rows (self) > 0;
  gboolean shown = hp_log_table_get_n_shown (self) > 0;
  gboolean busy = self->view && hp_log_view_get_busy (self->view);

  gtk_widget_set_visible (self->header, rows && !self->narrow);
  gtk_widget_set_visible (self->empty, self->log && !shown && !busy);
  gtk_label_set_text (self->empty_title, rows ? _ ("No request matches") : _ ("No requests yet"));
  gtk_label_set_text (self->empty_hint,
                      rows ? _ ("None of the requests so far matches the filter.")
                           : _ ("Open the address in a browser and watch them arrive."));
  gtk_widget_set_visible (self->empty_button, rows);
  gtk_widget_set_can_target (self->empty, rows);
}

static void
clear_filter_cb (HpLogTable *self)
{
  g_signal_emit (self, hp_log_table_signals[HP_LOG_TABLE_FILTER], 0, NULL, NULL, NULL);
}

static GtkWidget *
create_label (GtkWidget *box, const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

static GtkWidget *
create_empty (HpLogTable *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  gtk_widget_add_css_class (box, "empty");
  self->empty_title = GTK_LABEL (create_label (box, "heading"));
  self->empty_hint = GTK_LABEL (create_label (box, "hint"));
  self->empty_button = gtk_button_new_with_label (_ ("Clear Filter"));
  gtk_widget_set_halign (self->empty_button, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (self->empty_button, 6);
  gtk_widget_add_css_class (self->empty_button, "pill");
  gtk_box_append (GTK_BOX (box), self->empty_button);
  g_signal_connect_object (self->empty_button, "clicked", G_CALLBACK (clear_filter_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  return box;
}

/* The pill */

static void
set_pill (HpLogTable *self, const char *text, const char *label)
{
  gtk_button_set_label (GTK_BUTTON (self->pill), text);
  hp_set_accessible_name (self->pill, label);
}

static void
show_paused (HpLogTable *self)
{
  guint n = hp_log_view_get_n_waiting (self->view);
  g_autofree char *text = NULL;
  g_autofree char *label = NULL;

  if (n == 0)
    {
      set_pill (self, C_ ("log", "Paused"), _ ("Paused, resume"));
      return;
    }
  text = g_strdup_printf (ngettext ("Paused · %'u waiting", "Paused · %'u waiting", n), n);
  label = g_strdup_printf (
      ngettext ("Paused, %u request waiting, resume", "Paused, %u requests waiting, resume", n), n);
  set_pill (self, text, label);
}

static void
show_new (HpLogTable *self, guint n)
{
  g_autofree char *text = g_strdup_printf (ngettext ("%'u new ↓", "%'u new ↓", n), n);
  g_autofree char *label = g_strdup_printf (
      ngettext ("%u new request, go to it", "%u new requests, go to the newest", n), n);

  set_pill (self, text, label);
}

static gboolean
pill_rested_cb (gpointer user_data)
{
  HpLogTable *self = user_data;

  self->pill_source = 0;
  if (self->pill_stale)
    hp_log_table_pill_update (self);
  return G_SOURCE_REMOVE;
}

static void
show_pill (HpLogTable *self, gboolean paused, guint n_new)
{
  gboolean had_focus = gtk_widget_has_focus (self->pill);

  if (paused)
    show_paused (self);
  else if (n_new > 0)
    show_new (self, n_new);
  if (paused)
    gtk_widget_add_css_class (self->pill, "paused");
  else
    gtk_widget_remove_css_class (self->pill, "paused");
  gtk_widget_set_visible (self->pill, paused || n_new > 0);
  if (had_focus && !gtk_widget_get_visible (self->pill))
    gtk_widget_grab_focus (GTK_WIDGET (self));
}

/* What it says changes at once; a number that grows, ten times a second. */
void
hp_log_table_pill_update (HpLogTable *self)
{
  gboolean paused = self->view && hp_log_view_get_paused (self->view);
  guint n_new = hp_log_follow_get_n_new (self->follow);
  gboolean same = gtk_widget_get_visible (self->pill) == (paused || n_new > 0)
                  && gtk_widget_has_css_class (self->pill, "paused") == paused;

  self->pill_stale = same && self->pill_source != 0;
  if (self->pill_stale)
    return;

  show_pill (self, paused, n_new);
  if (self->pill_source == 0 && gtk_widget_get_visible (self->pill))
    self->pill_source = g_timeout_add (PILL_REST_MS, pill_rested_cb, self);
}

void
hp_log_table_parts_dispose (HpLogTable *self)
{
  g_clear_handle_id (&self->pill_source, g_source_remove);
}

static void
pill_clicked_cb (HpLogTable *self)
{
  if (hp_log_table_get_paused (self))
    hp_log_table_set_paused (self, FALSE);
  else
    hp_log_table_set_follow (self, TRUE);
}

void
hp_log_table_parts_create (HpLogTable *self)
{
  self->empty = create_empty (self);
  self->pill = gtk_button_new ();
  gtk_widget_add_css_class (self->pill, "suggested-action");
  gtk_widget_add_css_class (self->pill, "new-rows");
  gtk_widget_set_visible (self->pill, FALSE);
  g_signal_connect_object (self->pill, "clicked", G_CALLBACK (pill_clicked_cb), self,
                           G_CONNECT_SWAPPED);
}
