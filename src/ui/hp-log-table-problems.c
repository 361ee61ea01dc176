/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/hp-log-table-private.h"

/* To the next problem, or the one before, and round again at the end. A log of a million rows may
 * have its only problem at the other end, so that it is looked for some rows at a time. */

/* Microseconds of each frame. */
#define SLICE_US 4000
/* Rows between two looks at the clock. */
#define STRIDE 256

static gboolean
is_problem (HpLogTable *self, guint position)
{
  HpRequestRecord record;

  return hp_request_log_get (self->log, hp_log_view_get_seq (self->view, position), &record)
         && hp_request_record_is_problem (&record);
}

/* With the focus, for the keys that do something with a row; but whoever is typing goes on. */
static void
show_problem (HpLogTable *self, guint position)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root ? gtk_root_get_focus (root) : NULL;

  hp_log_table_show_position (self, position);
  if (!focus || !GTK_IS_EDITABLE (focus))
    hp_log_table_focus_position (self, position);
}

static void
stop (HpLogTable *self)
{
  g_clear_handle_id (&self->seek_source, g_source_remove);
}

/* TRUE: there is more to do. */
static gboolean
seek (HpLogTable *self, guint position)
{
  gint64 deadline = g_get_monotonic_time () + SLICE_US;
  guint n = hp_log_table_get_n_shown (self);

  for (self->seek_left = MIN (self->seek_left, n); self->seek_left > 0; self->seek_left--)
    {
      position = self->seek_forward ? (position + 1) % n : (position + n - 1) % n;
      if (is_problem (self, position))
        {
          show_problem (self, position);
          return FALSE;
        }
      if (self->seek_left % STRIDE == 0 && g_get_monotonic_time () > deadline)
        {
          self->seek_left--;
          self->seek_seq = hp_log_view_get_seq (self->view, position);
          return TRUE;
        }
    }
  hp_log_table_tell (self, _ ("There is no problem among these requests"));
  return FALSE;
}

static gboolean
seek_cb (gpointer user_data)
{
  HpLogTable *self = user_data;
  guint position;

  /* Rows may have come and gone meanwhile. */
  if (self->view && hp_log_view_find (self->view, self->seek_seq, &position)
      && seek (self, position))
    return G_SOURCE_CONTINUE;
  self->seek_source = 0;
  return G_SOURCE_REMOVE;
}

static void
go_to_problem (HpLogTable *self, gboolean forward)
{
  guint n = hp_log_table_get_n_shown (self);
  guint position;

  stop (self);
  if (n == 0 || !self->log)
    return;
  /* Without a row to begin at: from the start, or from the end. */
  if (!hp_log_table_get_current (self, &position))
    position = forward ? n - 1 : 0;
  self->seek_forward = forward;
  self->seek_left = n;
  if (seek (self, position))
    self->seek_source = g_idle_add (seek_cb, self);
}

static void
next_problem (GtkWidget *widget, const char *action, GVariant *parameter)
{
  go_to_problem (HP_LOG_TABLE (widget), TRUE);
}

static void
previous_problem (GtkWidget *widget, const char *action, GVariant *parameter)
{
  go_to_problem (HP_LOG_TABLE (widget), FALSE);
}

void
hp_log_table_problems_install (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "log.next-problem", NULL, next_problem);
  gtk_widget_class_install_action (widget_class, "log.previous-problem", NULL, previous_problem);
}

void
hp_log_table_problems_dispose (HpLogTable *self)
{
  stop (self);
}
