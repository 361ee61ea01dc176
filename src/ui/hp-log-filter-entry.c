/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/hp-log-filter-entry.h"

/* Pixels: the icon that clears, and what is around the count. */
#define CLEAR_WIDTH 34
#define COUNT_GAP   6
/* Narrower than this, what is typed needs all the room. */
#define COUNT_MIN_WIDTH 210

struct _HpLogFilterEntry
{
  GtkWidget parent_instance;

  /* owned: our children. GTK's own entry, because only the ones of GTK 4.8 itself can say over the
   * accessibility bus that they have the focus. */
  GtkWidget *entry;
  GtkWidget *count;
  /* borrowed: in the entry */
  GtkText *text;
};

G_DEFINE_FINAL_TYPE (HpLogFilterEntry, hp_log_filter_entry, GTK_TYPE_WIDGET)

enum
{
  CHANGED,
  ESCAPED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
changed_cb (HpLogFilterEntry *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Ctrl+G, which a search entry takes for its own. */
static void
next_cb (HpLogFilterEntry *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.next-problem", NULL);
}

static void
previous_cb (HpLogFilterEntry *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.previous-problem", NULL);
}

static void
stop_cb (HpLogFilterEntry *self)
{
  g_signal_emit (self, signals[ESCAPED], 0);
}

static gboolean
hp_log_filter_entry_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (HP_LOG_FILTER_ENTRY (widget)->entry);
}

/* By itself GTK would give the focus, on its way backwards, to the widget around the entry, and
 * with that to the entry again. */
static gboolean
hp_log_filter_entry_focus (GtkWidget *widget, GtkDirectionType direction)
{
  return gtk_widget_child_focus (HP_LOG_FILTER_ENTRY (widget)->entry, direction);
}

static void
hp_log_filter_entry_measure (GtkWidget *widget,
                             GtkOrientation orientation,
                             int for_size,
                             int *minimum,
                             int *natural,
                             int *minimum_baseline,
                             int *natural_baseline)
{
  gtk_widget_measure (HP_LOG_FILTER_ENTRY (widget)->entry, orientation, for_size, minimum, natural,
                      NULL, NULL);
}

/* The count lies over the end of the entry, whose text keeps that place free. */
static void
hp_log_filter_entry_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  HpLogFilterEntry *self = HP_LOG_FILTER_ENTRY (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GtkAllocation place = { 0, 0, 0, height };

  gtk_widget_size_allocate (self->entry, &(GtkAllocation){ 0, 0, width, height }, -1);
  if (!gtk_widget_should_layout (self->count))
    return;
  gtk_widget_measure (self->count, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &place.width, NULL, NULL);
  place.x = rtl ? CLEAR_WIDTH : MAX (0, width - CLEAR_WIDTH - place.width);
  gtk_widget_size_allocate (self->count, &place, -1);
}

static void
hp_log_filter_entry_dispose (GObject *object)
{
  HpLogFilterEntry *self = HP_LOG_FILTER_ENTRY (object);

  g_clear_pointer (&self->entry, gtk_widget_unparent);
  g_clear_pointer (&self->count, gtk_widget_unparent);
  G_OBJECT_CLASS (hp_log_filter_entry_parent_class)->dispose (object);
}

static void
hp_log_filter_entry_class_init (HpLogFilterEntryClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hp_log_filter_entry_dispose;
  widget_class->grab_focus = hp_log_filter_entry_grab_focus;
  widget_class->focus = hp_log_filter_entry_focus;
  widget_class->measure = hp_log_filter_entry_measure;
  widget_class->size_allocate = hp_log_filter_entry_size_allocate;

  signals[CHANGED] = g_signal_new ("changed", HP_TYPE_LOG_FILTER_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[ESCAPED] = g_signal_new ("escaped", HP_TYPE_LOG_FILTER_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_css_name (widget_class, "filterentry");
}

static void
hp_log_filter_entry_init (HpLogFilterEntry *self)
{
  const char *placeholder = _ ("Filter…");

  self->entry = gtk_search_entry_new ();
  self->text = GTK_TEXT (gtk_editable_get_delegate (GTK_EDITABLE (self->entry)));
  g_object_set (self->entry, "placeholder-text", placeholder, NULL);
  /* It takes what there is. */
  gtk_editable_set_width_chars (GTK_EDITABLE (self->entry), 6);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->entry), 6);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Filter Requests"), GTK_ACCESSIBLE_PROPERTY_PLACEHOLDER,
                                  placeholder, -1);
  g_signal_connect_object (self->entry, "changed", G_CALLBACK (changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->entry, "stop-search", G_CALLBACK (stop_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->entry, "next-match", G_CALLBACK (next_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->entry, "previous-match", G_CALLBACK (previous_cb), self,
                           G_CONNECT_SWAPPED);

  self->count = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->count, "count");
  gtk_widget_set_can_target (self->count, FALSE);
  gtk_widget_set_visible (self->count, FALSE);

  gtk_widget_set_parent (self->entry, GTK_WIDGET (self));
  gtk_widget_set_parent (self->count, GTK_WIDGET (self));
}

GtkEditable *
hp_log_filter_entry_get_editable (HpLogFilterEntry *self)
{
  g_return_val_if_fail (HP_IS_LOG_FILTER_ENTRY (self), NULL);

  return GTK_EDITABLE (self->entry);
}

const char *
hp_log_filter_entry_get_text (HpLogFilterEntry *self)
{
  g_return_val_if_fail (HP_IS_LOG_FILTER_ENTRY (self), "");

  return gtk_editable_get_text (GTK_EDITABLE (self->entry));
}

void
hp_log_filter_entry_set_text (HpLogFilterEntry *self, const char *text)
{
  g_return_if_fail (HP_IS_LOG_FILTER_ENTRY (self));

  if (g_str_equal (text, hp_log_filter_entry_get_text (self)))
    return;
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
}

void
hp_log_filter_entry_set_count (HpLogFilterEntry *self, const char *count)
{
  int width = 0;

  g_return_if_fail (HP_IS_LOG_FILTER_ENTRY (self));

  if (gtk_widget_get_width (GTK_WIDGET (self)) < COUNT_MIN_WIDTH)
    count = NULL;
  if (g_str_equal (gtk_label_get_text (GTK_LABEL (self->count)), count ? count : ""))
    return;
  gtk_label_set_text (GTK_LABEL (self->count), count ? count : "");
  gtk_widget_set_visible (self->count, count != NULL);
  if (count)
    {
      gtk_widget_measure (self->count, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
      width += COUNT_GAP;
    }
  gtk_widget_set_margin_end (GTK_WIDGET (self->text), width);
}

/* From the offset to the next space, in bytes; at the end of the text its last word. */
static void
find_word (const char *text, guint offset, guint *start, guint *end)
{
  glong length = g_utf8_strlen (text, -1);
  const char *at = g_utf8_offset_to_pointer (text, MIN (offset, length));
  const char *stop = at;

  while (at > text && *at == '\0')
    {
      at = g_utf8_prev_char (at);
      if (!g_ascii_isspace (*at))
        break;
    }
  while (*stop != '\0' && !g_ascii_isspace (*stop))
    stop++;
  *start = at - text;
  *end = MAX (stop - text, at - text + 1);
}

void
hp_log_filter_entry_set_error (HpLogFilterEntry *self, const char *words, guint offset)
{
  g_autoptr (PangoAttrList) attributes = NULL;

  g_return_if_fail (HP_IS_LOG_FILTER_ENTRY (self));

  if (words)
    {
      PangoAttribute *line = pango_attr_underline_new (PANGO_UNDERLINE_ERROR);

      attributes = pango_attr_list_new ();
      find_word (hp_log_filter_entry_get_text (self), offset, &line->start_index, &line->end_index);
      pango_attr_list_insert (attributes, line);
      gtk_widget_add_css_class (self->entry, "error");
    }
  else
    gtk_widget_remove_css_class (self->entry, "error");

  gtk_text_set_attributes (self->text, attributes);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID,
                               words ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  words ? words : "", -1);
}
