/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "log/hp-log-format.h"
#include "ui/hp-field-list.h"

/* Whoever sends more fields than that isn't read to the end. */
#define MAX_FIELDS 200

/* Characters of a name before its value moves to the next line. */
#define NAME_CHARS 24

struct _HpFieldList
{
  GtkWidget parent_instance;

  /* owned: our child */
  GtkWidget *content;
  /* borrowed: below it */
  GtkWidget *entry;
  GtkWidget *copy_button;
  GtkWidget *stack;
  GtkWidget *list;
  GtkWidget *notice;

  GPtrArray *rows; /* borrowed: of GtkBox in the list, with the field as text to find */
  gboolean narrow;
};

G_DEFINE_FINAL_TYPE (HpFieldList, hp_field_list, GTK_TYPE_WIDGET)

static GQuark
text_quark (void)
{
  return g_quark_from_static_string ("hp-field-list-text");
}

static const char *
get_text (GtkWidget *row)
{
  return g_object_get_qdata (G_OBJECT (row), text_quark ());
}

/* What is shown */

static void
show_notice (HpFieldList *self, const char *text)
{
  gtk_label_set_text (GTK_LABEL (self->notice), text);
  gtk_stack_set_visible_child (GTK_STACK (self->stack), self->notice);
}

static gboolean
contains (const char *text, const char *needle)
{
  g_autofree char *folded_text = g_utf8_casefold (text, -1);
  g_autofree char *folded_needle = g_utf8_casefold (needle, -1);

  return strstr (folded_text, folded_needle) != NULL;
}

static void
update_filter (HpFieldList *self)
{
  const char *needle = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  guint n_shown = 0;

  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->rows, i);
      gboolean shown = contains (get_text (row), needle);

      gtk_widget_set_visible (row, shown);
      n_shown += shown;
    }
  gtk_widget_set_sensitive (self->copy_button, n_shown > 0);
  if (self->rows->len == 0)
    return;
  if (n_shown > 0)
    gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "list");
  else
    show_notice (self, _ ("No field with these words"));
}

static void
copy_clicked_cb (HpFieldList *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->rows, i);

      if (gtk_widget_get_visible (row))
        g_string_append_printf (text, "%s\n", get_text (row));
    }
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text->str);
}

/* Rows */

static void
set_row_narrow (HpFieldList *self, GtkWidget *row)
{
  GtkWidget *name = gtk_widget_get_first_child (row);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (row), self->narrow ? GTK_ORIENTATION_VERTICAL
                                                                     : GTK_ORIENTATION_HORIZONTAL);
  gtk_label_set_width_chars (GTK_LABEL (name), self->narrow ? -1 : NAME_CHARS);
  gtk_label_set_max_width_chars (GTK_LABEL (name), self->narrow ? -1 : NAME_CHARS);
}

static GtkWidget *
create_label (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_yalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  return label;
}

/* One line: "Name: value" */
static void
add_row (HpFieldList *self, const char *line)
{
  const char *colon = strchr (line, ':');
  g_autofree char *raw_name = g_strndup (line, colon ? (gsize) (colon - line) : strlen (line));
  g_autofree char *raw_value = g_strstrip (g_strdup (colon ? colon + 1 : ""));
  g_autofree char *name = hp_log_format_visible (raw_name, 0);
  g_autofree char *value = hp_log_format_visible (raw_value, 0);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *name_label = create_label (name);
  GtkWidget *value_label = create_label (value);

  gtk_widget_add_css_class (row, "field");
  gtk_widget_add_css_class (name_label, "field-name");
  gtk_label_set_selectable (GTK_LABEL (value_label), TRUE);
  gtk_widget_set_hexpand (value_label, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (value_label), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  name, -1);
  gtk_box_append (GTK_BOX (row), name_label);
  gtk_box_append (GTK_BOX (row), value_label);
  g_object_set_qdata_full (G_OBJECT (row), text_quark (), g_strdup_printf ("%s: %s", name, value),
                           g_free);
  set_row_narrow (self, row);
  gtk_box_append (GTK_BOX (self->list), row);
  g_ptr_array_add (self->rows, row);
}

void
hp_field_list_set_fields (HpFieldList *self, const char *fields, const char *why_not)
{
  g_auto (GStrv) lines = NULL;

  g_return_if_fail (HP_IS_FIELD_LIST (self));

  for (guint i = 0; i < self->rows->len; i++)
    gtk_box_remove (GTK_BOX (self->list), g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);

  lines = g_strsplit (fields ? fields : "", "\n", -1);
  for (guint i = 0; lines[i] && self->rows->len < MAX_FIELDS; i++)
    if (*lines[i] != '\0')
      add_row (self, lines[i]);
  gtk_widget_set_sensitive (self->entry, self->rows->len > 0);
  if (self->rows->len == 0)
    show_notice (self, fields ? _ ("There are none") : why_not);
  update_filter (self);
}

void
hp_field_list_set_narrow (HpFieldList *self, gboolean narrow)
{
  g_return_if_fail (HP_IS_FIELD_LIST (self));

  if (self->narrow == !!narrow)
    return;
  self->narrow = !!narrow;
  for (guint i = 0; i < self->rows->len; i++)
    set_row_narrow (self, g_ptr_array_index (self->rows, i));
}

void
hp_field_list_set_label (HpFieldList *self, const char *label)
{
  g_return_if_fail (HP_IS_FIELD_LIST (self));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
}

static void
hp_field_list_dispose (GObject *object)
{
  HpFieldList *self = HP_FIELD_LIST (object);

  g_ptr_array_set_size (self->rows, 0);
  g_clear_pointer (&self->content, gtk_widget_unparent);
  G_OBJECT_CLASS (hp_field_list_parent_class)->dispose (object);
}

static void
hp_field_list_finalize (GObject *object)
{
  g_ptr_array_unref (HP_FIELD_LIST (object)->rows);
  G_OBJECT_CLASS (hp_field_list_parent_class)->finalize (object);
}

static void
hp_field_list_class_init (HpFieldListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hp_field_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = hp_field_list_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "fieldlist");
}

static GtkWidget *
create_bar (HpFieldList *self)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->entry = gtk_search_entry_new ();
  g_object_set (self->entry, "placeholder-text", _ ("Find…"), NULL);
  gtk_widget_set_hexpand (self->entry, TRUE);
  g_signal_connect_object (self->entry, "search-changed", G_CALLBACK (update_filter), self,
                           G_CONNECT_SWAPPED);
  self->copy_button = gtk_button_new_with_label (C_ ("button", "Copy"));
  gtk_widget_set_tooltip_text (self->copy_button, _ ("Copy These Fields"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->copy_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Copy These Fields"), -1);
  g_signal_connect_object (self->copy_button, "clicked", G_CALLBACK (copy_clicked_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_css_class (bar, "field-bar");
  gtk_box_append (GTK_BOX (bar), self->entry);
  gtk_box_append (GTK_BOX (bar), self->copy_button);
  return bar;
}

static void
hp_field_list_init (HpFieldList *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->rows = g_ptr_array_new ();
  self->list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_add_css_class (self->list, "fields");
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (scroller, TRUE);

  self->notice = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->notice), TRUE);
  gtk_label_set_justify (GTK_LABEL (self->notice), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (self->notice, "notice");

  self->stack = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->stack), scroller, "list");
  gtk_stack_add_named (GTK_STACK (self->stack), self->notice, "notice");

  self->content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (self->content), create_bar (self));
  gtk_box_append (GTK_BOX (self->content), self->stack);
  gtk_widget_set_parent (self->content, GTK_WIDGET (self));
}
