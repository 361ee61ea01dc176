/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/hp-ago.h"
#include "ui/hp-direction.h"
#include "ui/hp-port-detail.h"
#include "ui/hp-port-texts.h"
#include "ui/hp-wrap-box.h"

/* Of the grid while there is room for two facts beside each other. */
#define WIDE_COLUMNS 4

struct _HpPortDetail
{
  GtkWidget parent_instance;

  /* owned */
  HpPortEntry *entry;
  char *shown; /* the facts as they are in the grid */

  /* template */
  GtkWidget *content;
  GtkWidget *scroller;
  GtkLabel *port;
  GtkLabel *name;
  GtkGrid *facts;
  GtkWidget *go_button;
  GtkWidget *open_button;
  GtkButton *ask_button;
  GtkWidget *reveal_button;
  GtkWidget *command_button;
  GtkWidget *stop_button;

  gulong changed_id;
  gboolean narrow;
};

G_DEFINE_FINAL_TYPE (HpPortDetail, hp_port_detail, GTK_TYPE_WIDGET)

/* A name and its value, and whether the value wants a line of its own. */
typedef struct
{
  const char *name;
  char *value;
  gboolean is_long;
} Fact;

static void
fact_clear (gpointer data)
{
  g_free (((Fact *) data)->value);
}

/* (transfer full) for the value; nothing is added for NULL. */
static void
add_fact (GArray *facts, const char *name, char *value, gboolean is_long)
{
  const Fact fact = { name, value, is_long };

  if (value && *value)
    g_array_append_val (facts, fact);
  else
    g_free (value);
}

static char *
dup_reach (HpPortEntry *entry)
{
  /* Translators: who can reach a port, and the address on which a program listens. */
  return g_strdup_printf (C_ ("port", "%s (%s)"),
                          hp_port_scope_get_words (hp_port_entry_get_scope (entry)),
                          hp_port_entry_get_address (entry));
}

static char *
dup_process (HpPortEntry *entry)
{
  int pid = hp_port_entry_get_pid (entry);
  const char *user = hp_port_entry_get_user (entry);

  if (pid && user)
    /* Translators: the process id and the user of a program. */
    return g_strdup_printf (_ ("%d, user %s"), pid, user);
  if (pid)
    return g_strdup_printf ("%d", pid);
  return user ? g_strdup_printf (_ ("user %s"), user) : NULL;
}

/* Why less is known than one might like. */
static char *
dup_note (HpPortEntry *entry)
{
  const HpPortOwner *owner = hp_port_entry_get_owner (entry);

  if (!owner || owner->program || owner->service || hp_port_entry_get_ours (entry))
    return NULL;
  if (owner->sandboxed)
    return g_strdup (_ ("Homeport runs in a sandbox and can’t see which program it is."));
  if (!owner->is_me)
    return g_strdup (_ ("Its name is visible only to that user and the administrator."));
  return NULL;
}

static GArray *
collect_facts (HpPortEntry *entry)
{
  GArray *facts = g_array_new (FALSE, FALSE, sizeof (Fact));
  gint64 since = hp_port_entry_get_since_us (entry);

  g_array_set_clear_func (facts, fact_clear);
  add_fact (facts, _ ("Answer"), hp_direction_take (hp_port_text_answer (entry)), TRUE);
  add_fact (facts, _ ("Note"), hp_direction_take (dup_note (entry)), TRUE);
  add_fact (facts, _ ("Command"), g_strdup (hp_port_entry_get_command (entry)), TRUE);
  add_fact (facts, _ ("Folder"), hp_port_text_folder (entry), TRUE);
  add_fact (facts, C_ ("port", "Access"), hp_direction_take (dup_reach (entry)), FALSE);
  add_fact (facts, C_ ("port", "Process"), hp_direction_take (dup_process (entry)), FALSE);
  add_fact (facts, C_ ("port", "Service"), g_strdup (hp_port_entry_get_service (entry)), FALSE);
  add_fact (facts, C_ ("port", "Started"), since ? hp_ago_format (since, g_get_real_time ()) : NULL,
            FALSE);
  add_fact (facts, C_ ("port", "Usual use"),
            hp_direction_take (g_strdup (hp_port_entry_get_usual (entry))), FALSE);
  return facts;
}

static GtkWidget *
create_name (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_yalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "dim-label");
  return label;
}

/* Each text that can be selected is a stop of Tab; only those are that somebody may want to copy.
 */
static GtkWidget *
create_value (const char *name, const char *text, gboolean selectable)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), selectable);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (label, "numeric");
  /* Who comes to it by Tab has not met the label beside it. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, name,
                                  -1);
  return label;
}

static void
fill_grid (HpPortDetail *self, GArray *facts)
{
  GtkWidget *child;
  int column = 0, row = 0;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->facts))))
    gtk_grid_remove (self->facts, child);

  for (guint i = 0; i < facts->len; i++)
    {
      const Fact *fact = &g_array_index (facts, Fact, i);
      gboolean alone = self->narrow || fact->is_long;

      if (alone && column > 0)
        {
          column = 0;
          row++;
        }
      gtk_grid_attach (self->facts, create_name (fact->name), column, row, 1, 1);
      gtk_grid_attach (self->facts, create_value (fact->name, fact->value, fact->is_long),
                       column + 1, row, alone ? WIDE_COLUMNS - 1 : 1, 1);
      column = alone ? 0 : (column + 2) % WIDE_COLUMNS;
      row += column == 0;
    }
}

/* Labels that stay keep what is selected in them. */
static void
update_facts (HpPortDetail *self)
{
  g_autoptr (GArray) facts = collect_facts (self->entry);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < facts->len; i++)
    g_string_append_printf (text, "%s\t%s\n", g_array_index (facts, Fact, i).name,
                            g_array_index (facts, Fact, i).value);
  if (g_strcmp0 (text->str, self->shown) != 0)
    {
      g_free (self->shown);
      self->shown = g_strdup (text->str);
      fill_grid (self, facts);
    }
  g_string_free (text, TRUE);
}

static void
update (HpPortDetail *self)
{
  HpPortEntry *entry = self->entry;
  g_autofree char *port = NULL;
  g_autofree char *name = NULL;
  gboolean ours, tcp;

  if (!entry)
    return;
  port = g_strdup_printf ("%u", hp_port_entry_get_port (entry));
  name = hp_port_text_name (entry);
  ours = hp_port_entry_get_ours (entry);
  tcp = g_str_equal (hp_port_entry_get_protocol (entry), "tcp");

  gtk_label_set_text (self->port, port);
  hp_direction_set_text (self->name, name);
  update_facts (self);
  gtk_widget_set_visible (self->go_button, hp_port_entry_get_server_title (entry) != NULL);
  gtk_widget_set_visible (self->open_button, tcp);
  gtk_widget_set_visible (GTK_WIDGET (self->ask_button), tcp && !ours);
  gtk_widget_set_visible (self->reveal_button, hp_port_entry_get_folder (entry) && !ours);
  gtk_widget_set_visible (self->command_button, !hp_port_entry_get_program (entry) && !ours);
  gtk_widget_set_visible (self->stop_button,
                          hp_port_entry_get_pid (entry) && !ours && hp_port_entry_is_mine (entry));
}

void
hp_port_detail_set_entry (HpPortDetail *self, HpPortEntry *entry)
{
  g_return_if_fail (HP_IS_PORT_DETAIL (self));
  g_return_if_fail (!entry || HP_IS_PORT_ENTRY (entry));

  if (self->entry != entry)
    {
      if (self->entry)
        g_clear_signal_handler (&self->changed_id, self->entry);
      g_set_object (&self->entry, entry);
      if (entry)
        self->changed_id = g_signal_connect_swapped (entry, "changed", G_CALLBACK (update), self);
    }
  update (self);
}

void
hp_port_detail_set_asking (HpPortDetail *self, gboolean asking)
{
  g_return_if_fail (HP_IS_PORT_DETAIL (self));

  /* Translators: on a button, while an answer is awaited. */
  gtk_button_set_label (self->ask_button, asking ? _ ("Asking…") : _ ("Ask It"));
}

void
hp_port_detail_set_narrow (HpPortDetail *self, gboolean narrow)
{
  g_return_if_fail (HP_IS_PORT_DETAIL (self));

  if (self->narrow == narrow)
    return;
  self->narrow = narrow;
  g_clear_pointer (&self->shown, g_free);
  update (self);
}

/* Size: all facts where there is room, and a part of them to scroll where there is not. */

static GtkSizeRequestMode
hp_port_detail_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
hp_port_detail_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  HpPortDetail *self = HP_PORT_DETAIL (widget);
  int scroller_height, facts_height;

  gtk_widget_measure (self->content, orientation, for_size, minimum, natural, minimum_baseline,
                      natural_baseline);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    return;

  /* A scrolled window doesn't say how high its child would like to be at this width. */
  gtk_widget_measure (self->scroller, orientation, for_size, NULL, &scroller_height, NULL, NULL);
  gtk_widget_measure (GTK_WIDGET (self->facts), orientation, for_size, NULL, &facts_height, NULL,
                      NULL);
  *natural = MAX (*minimum, *natural + facts_height - scroller_height);
}

static void
hp_port_detail_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  gtk_widget_allocate (HP_PORT_DETAIL (widget)->content, width, height, baseline, NULL);
}

static void
hp_port_detail_dispose (GObject *object)
{
  HpPortDetail *self = HP_PORT_DETAIL (object);

  if (self->entry)
    g_clear_signal_handler (&self->changed_id, self->entry);
  g_clear_object (&self->entry);
  gtk_widget_dispose_template (GTK_WIDGET (self), HP_TYPE_PORT_DETAIL);
  G_OBJECT_CLASS (hp_port_detail_parent_class)->dispose (object);
}

static void
hp_port_detail_finalize (GObject *object)
{
  g_free (HP_PORT_DETAIL (object)->shown);
  G_OBJECT_CLASS (hp_port_detail_parent_class)->finalize (object);
}

static void
hp_port_detail_class_init (HpPortDetailClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hp_port_detail_dispose;
  object_class->finalize = hp_port_detail_finalize;
  widget_class->get_request_mode = hp_port_detail_get_request_mode;
  widget_class->measure = hp_port_detail_measure;
  widget_class->size_allocate = hp_port_detail_size_allocate;

  g_type_ensure (HP_TYPE_WRAP_BOX);
  gtk_widget_class_set_css_name (widget_class, "portdetail");
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/homeport/Homeport/ui/hp-port-detail.ui");
  gtk_widget_class_bind_template_child (widget_class, HpPortDetail, content);
  gtk_widget_class_bind_template_child (widget_class, HpPortDetail, scroller);
  gtk_widget_class_bind_template_child (widget_class, HpPortDetail, port);
  gtk_widget_class_bind_template_child (widget_class, HpPortDetail, name);
  gtk_widget_class_bind_template_child (widget_class, HpPortDetail, facts);
  gtk_widget_class_bind_template_child (widget_class, HpPortDetail, go_button);
  gtk_widget_class_bind_template_child (widget_class, HpPortDetail, open_button);
  gtk_widget_class_bind_template_child (widget_class, HpPortDetail, ask_button);
  gtk_widget_class_bind_template_child (widget_class, HpPortDetail, reveal_button);
  gtk_widget_class_bind_template_child (widget_class, HpPortDetail, command_button);
  gtk_widget_class_bind_template_child (widget_class, HpPortDetail, stop_button);
}

static void
hp_port_detail_init (HpPortDetail *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
