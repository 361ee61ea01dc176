/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "log/hp-log-completions.h"
#include "ui/hp-log-completer.h"

#define MAX_SHOWN 8

struct _HpLogCompleter
{
  GObject parent_instance;

  /* borrowed */
  GtkEditable *entry;
  GtkWidget *text;   /* in the entry: has the focus */
  HpRequestLog *log; /* weak */
  /* owned */
  GtkWidget *popover;
  GtkListBox *list; /* in the popover */
  GPtrArray *completions;

  GdkRectangle place;
  guint show_source; /* 0 unless the text has changed just now */
  gboolean accepting;
};

G_DEFINE_FINAL_TYPE (HpLogCompleter, hp_log_completer, G_TYPE_OBJECT)

enum
{
  HIDDEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* The list */

static GtkWidget *
create_row (HpLogCompletion *completion)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *text = gtk_label_new (completion->text);
  g_autofree char *label = NULL;

  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_ellipsize (GTK_LABEL (text), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (text), 40);
  gtk_widget_set_hexpand (text, TRUE);
  gtk_box_append (GTK_BOX (box), text);
  if (completion->explanation)
    {
      GtkWidget *explanation = gtk_label_new (completion->explanation);

      gtk_label_set_ellipsize (GTK_LABEL (explanation), PANGO_ELLIPSIZE_END);
      gtk_label_set_max_width_chars (GTK_LABEL (explanation), 52);
      gtk_widget_add_css_class (explanation, "dim-label");
      gtk_widget_add_css_class (explanation, "caption");
      gtk_box_append (GTK_BOX (box), explanation);
      label = g_strdup_printf ("%s, %s", completion->text, completion->explanation);
    }
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_widget_set_focusable (row, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label ? label : completion->text, -1);
  return row;
}

static void
fill_list (HpLogCompleter *self)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->list))))
    gtk_list_box_remove (self->list, row);
  for (guint i = 0; i < self->completions->len; i++)
    gtk_list_box_append (self->list, create_row (self->completions->pdata[i]));
}

static void
set_expanded (HpLogCompleter *self, gboolean expanded)
{
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_EXPANDED,
                               expanded, -1);
  if (!expanded)
    gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->entry),
                                   GTK_ACCESSIBLE_RELATION_ACTIVE_DESCENDANT);
}

gboolean
hp_log_completer_get_shown (HpLogCompleter *self)
{
  g_return_val_if_fail (HP_IS_LOG_COMPLETER (self), FALSE);

  return gtk_widget_get_visible (self->popover);
}

void
hp_log_completer_hide (HpLogCompleter *self)
{
  g_return_if_fail (HP_IS_LOG_COMPLETER (self));

  g_clear_handle_id (&self->show_source, g_source_remove);
  if (!hp_log_completer_get_shown (self))
    return;
  gtk_popover_popdown (GTK_POPOVER (self->popover));
  set_expanded (self, FALSE);
  g_signal_emit (self, signals[HIDDEN], 0);
}

/* What is already there, and nothing else, need not be offered. */
static gboolean
is_complete (HpLogCompleter *self)
{
  HpLogCompletion *only = self->completions->len == 1 ? self->completions->pdata[0] : NULL;
  g_autofree char *typed = NULL;

  if (!only)
    return FALSE;
  typed = gtk_editable_get_chars (self->entry, only->start, only->end);
  return g_str_equal (typed, only->text);
}

static void
show (HpLogCompleter *self)
{
  const char *text = gtk_editable_get_text (self->entry);
  int cursor = gtk_editable_get_position (self->entry);

  g_clear_pointer (&self->completions, g_ptr_array_unref);
  self->completions = hp_log_completions_new (text, cursor, self->log, MAX_SHOWN);
  if (self->completions->len == 0 || is_complete (self))
    {
      hp_log_completer_hide (self);
      return;
    }
  fill_list (self);
  gtk_popover_popup (GTK_POPOVER (self->popover));
  set_expanded (self, TRUE);
}

/* Choosing */

static void
choose (HpLogCompleter *self, int step)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  int index = row ? gtk_list_box_row_get_index (row) : (step > 0 ? -1 : 0);
  int n = self->completions->len;

  row = gtk_list_box_get_row_at_index (self->list, (index + step + n) % n);
  gtk_list_box_select_row (self->list, row);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->entry),
                                  GTK_ACCESSIBLE_RELATION_ACTIVE_DESCENDANT, row, -1);
}

static void
accept (HpLogCompleter *self, int index)
{
  GtkEditable *editable = self->entry;
  HpLogCompletion *completion = self->completions->pdata[index];
  g_autofree char *text = g_strdup (completion->text);
  int position = completion->start;
  int end = completion->end;

  self->accepting = TRUE;
  gtk_editable_delete_text (editable, position, end);
  gtk_editable_insert_text (editable, text, -1, &position);
  gtk_editable_set_position (editable, position);
  self->accepting = FALSE;

  /* Behind a key come its values. */
  if (g_str_has_suffix (text, ":"))
    show (self);
  else
    hp_log_completer_hide (self);
}

static void
row_activated_cb (HpLogCompleter *self, GtkListBoxRow *row)
{
  accept (self, gtk_list_box_row_get_index (row));
}

static gboolean
key_while_shown (HpLogCompleter *self, guint key)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);

  switch (key)
    {
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      choose (self, 1);
      return TRUE;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      choose (self, -1);
      return TRUE;
    case GDK_KEY_Tab:
    case GDK_KEY_KP_Tab:
      accept (self, row ? gtk_list_box_row_get_index (row) : 0);
      return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_ISO_Enter:
      if (row)
        accept (self, gtk_list_box_row_get_index (row));
      else
        hp_log_completer_hide (self);
      /* Without a choice it is the filter's Return. */
      return row != NULL;
    case GDK_KEY_Escape:
      hp_log_completer_hide (self);
      return TRUE;
    default:
      return FALSE;
    }
}

/* Where nothing has been typed, the whole list would only be in the way; Down opens it there. */
static gboolean
is_in_word (HpLogCompleter *self)
{
  int cursor = gtk_editable_get_position (self->entry);
  g_autofree char *before = NULL;

  if (cursor == 0)
    return FALSE;
  before = gtk_editable_get_chars (self->entry, cursor - 1, cursor);
  return !g_ascii_isspace (*before) && *before != '(';
}

/* Only typing opens it: a text that a button has put there is finished. */
static void
show_what_fits (HpLogCompleter *self)
{
  g_clear_handle_id (&self->show_source, g_source_remove);
  if (gtk_widget_has_focus (self->text) && is_in_word (self))
    show (self);
  else
    hp_log_completer_hide (self);
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint key,
                guint code,
                GdkModifierType modifiers,
                HpLogCompleter *self)
{
  modifiers &= gtk_accelerator_get_default_mod_mask ();

  /* A key that follows at once is about what is typed by then. */
  if (self->show_source != 0)
    show_what_fits (self);
  if (modifiers == 0 && hp_log_completer_get_shown (self))
    return key_while_shown (self, key);
  if ((modifiers == 0 || modifiers == GDK_ALT_MASK)
      && (key == GDK_KEY_Down || key == GDK_KEY_KP_Down))
    {
      show (self);
      return hp_log_completer_get_shown (self);
    }
  return FALSE;
}

static gboolean
show_cb (gpointer user_data)
{
  HpLogCompleter *self = user_data;

  self->show_source = 0;
  show_what_fits (self);
  return G_SOURCE_REMOVE;
}

/* The cursor is not yet behind what has been typed. */
static void
changed_cb (HpLogCompleter *self)
{
  if (!self->accepting && self->show_source == 0)
    self->show_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, show_cb, self, NULL);
}

/* The object */

static void
hp_log_completer_dispose (GObject *object)
{
  HpLogCompleter *self = HP_LOG_COMPLETER (object);

  g_clear_handle_id (&self->show_source, g_source_remove);
  hp_log_completer_set_log (self, NULL);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_clear_pointer (&self->completions, g_ptr_array_unref);
  G_OBJECT_CLASS (hp_log_completer_parent_class)->dispose (object);
}

static void
hp_log_completer_class_init (HpLogCompleterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hp_log_completer_dispose;

  signals[HIDDEN] = g_signal_new ("hidden", HP_TYPE_LOG_COMPLETER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
}

static void
hp_log_completer_init (HpLogCompleter *self)
{
}

static void
create_popover (HpLogCompleter *self, GtkWidget *parent)
{
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_widget_set_focusable (GTK_WIDGET (self->list), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  C_ ("filter", "Completions"), -1);
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (row_activated_cb), self,
                           G_CONNECT_SWAPPED);

  self->popover = gtk_popover_new ();
  gtk_popover_set_autohide (GTK_POPOVER (self->popover), FALSE);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self->popover), GTK_POS_BOTTOM);
  gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
  gtk_widget_add_css_class (self->popover, "completions");
  gtk_widget_set_can_focus (self->popover, FALSE);
  gtk_popover_set_child (GTK_POPOVER (self->popover), GTK_WIDGET (self->list));
  gtk_widget_set_parent (self->popover, parent);
}

HpLogCompleter *
hp_log_completer_new (GtkEditable *entry, GtkWidget *parent)
{
  HpLogCompleter *self = g_object_new (HP_TYPE_LOG_COMPLETER, NULL);
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->entry = entry;
  self->text = GTK_WIDGET (gtk_editable_get_delegate (entry));
  create_popover (self, parent);
  g_signal_connect_object (entry, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self, 0);
  gtk_widget_add_controller (self->text, keys);
  g_signal_connect_object (focus, "leave", G_CALLBACK (hp_log_completer_hide), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->text, focus);
  return self;
}

void
hp_log_completer_set_log (HpLogCompleter *self, HpRequestLog *log)
{
  g_return_if_fail (HP_IS_LOG_COMPLETER (self));

  g_set_weak_pointer (&self->log, log);
}

void
hp_log_completer_place (HpLogCompleter *self, const GdkRectangle *place)
{
  g_return_if_fail (HP_IS_LOG_COMPLETER (self));

  /* To point somewhere asks for another allocation, even when it is the same place. */
  if (!gdk_rectangle_equal (&self->place, place))
    gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), place);
  self->place = *place;
  gtk_popover_present (GTK_POPOVER (self->popover));
}
