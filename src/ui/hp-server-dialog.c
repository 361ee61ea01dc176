/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ports/hp-port-allocator.h"
#include "ui/hp-direction.h"
#include "ui/hp-help.h"
#include "ui/hp-port-advice.h"
#include "ui/hp-platform.h"
#include "ui/hp-server-dialog.h"
#include "ui/hp-wrap-box.h"

/* Of those that are remembered, how many are offered. */
#define MAX_FORMER_PORTS 4

struct _HpServerDialog
{
  AdwWindow parent_instance;

  /* owned */
  HpServerList *list;
  HpServer *server;
  GCancellable *search; /* for the holder of the port; NULL unless it is under way */
  HpPortHold *hold;     /* what is typed, so that nobody takes it meanwhile; NULL: not held */

  /* template */
  AdwWindowTitle *title;
  GtkWidget *apply_button;
  AdwEntryRow *name_row;
  AdwEntryRow *port_row;
  HpWrapBox *former_box;
  GtkWidget *advice_box;
  GtkImage *advice_image;
  GtkLabel *advice_label;

  const char *advice_class; /* static */
  guint16 port;             /* 0 while what is typed can't be used */
};

enum
{
  PORT_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (HpServerDialog, hp_server_dialog, ADW_TYPE_WINDOW)

static void
show_advice (HpServerDialog *self, HpPortAdvice *advice)
{
  static const struct
  {
    const char *icon;
    const char *css_class;
  } looks[] = {
    [HP_ADVICE_NONE] = { NULL, "dim-label" },
    [HP_ADVICE_NOTE] = { "hp-note-symbolic", "dim-label" },
    [HP_ADVICE_WARNING] = { "hp-state-problem-symbolic", "warning" },
    [HP_ADVICE_ERROR] = { "hp-state-problem-symbolic", "error" },
  };

  if (self->advice_class)
    {
      gtk_widget_remove_css_class (self->advice_box, self->advice_class);
      gtk_widget_remove_css_class (GTK_WIDGET (self->port_row), self->advice_class);
    }
  self->advice_class = looks[advice->level].css_class;
  gtk_widget_add_css_class (self->advice_box, self->advice_class);
  if (advice->level >= HP_ADVICE_WARNING)
    gtk_widget_add_css_class (GTK_WIDGET (self->port_row), self->advice_class);

  gtk_image_set_from_icon_name (self->advice_image, looks[advice->level].icon);
  hp_direction_set_text (self->advice_label, advice->text);
  gtk_widget_set_visible (self->advice_box, advice->text != NULL);
  gtk_widget_set_sensitive (self->apply_button, advice->level != HP_ADVICE_ERROR);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->port_row),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  advice->text ? advice->text : "", -1);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->port_row), GTK_ACCESSIBLE_STATE_INVALID,
                               advice->level == HP_ADVICE_ERROR ? GTK_ACCESSIBLE_INVALID_TRUE
                                                                : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
}

static void
holder_found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HpServerDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HpPortOwner) holder = hp_port_owner_find_finish (result, &error);
  g_autoptr (HpPortAdvice) advice = NULL;
  HpPortVerdict verdict;

  if (!holder || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->search);

  hp_port_check_glance (holder->port, &verdict);
  advice = hp_port_advise (self->list, self->server, &verdict, holder);
  show_advice (self, advice);
}

static void
cancel_search (HpServerDialog *self)
{
  g_cancellable_cancel (self->search);
  g_clear_object (&self->search);
}

/* A port of the list isn't held: its row would say that it is taken. */
static void
hold_port (HpServerDialog *self, const HpPortVerdict *verdict)
{
  if (verdict->state == HP_PORT_FREE && !hp_server_list_find_port (self->list, verdict->port, NULL))
    self->hold = hp_port_allocator_hold_exact (verdict->port);
}

static void
let_port_go (HpServerDialog *self)
{
  g_clear_pointer (&self->hold, hp_port_hold_free);
}

static void
port_edited_cb (HpServerDialog *self)
{
  g_autoptr (HpPortAdvice) advice = NULL;
  g_autofree char *error = NULL;
  HpPortVerdict verdict;

  cancel_search (self);
  let_port_go (self);
  self->port = hp_port_parse (gtk_editable_get_text (GTK_EDITABLE (self->port_row)), &error);
  if (self->port == 0)
    {
      advice = hp_port_advice_new_error (error);
      show_advice (self, advice);
      return;
    }

  hp_port_check_glance (self->port, &verdict);
  advice = hp_port_advise (self->list, self->server, &verdict, NULL);
  show_advice (self, advice);
  hold_port (self, &verdict);
  if (verdict.state != HP_PORT_TAKEN)
    return;

  self->search = g_cancellable_new ();
  hp_port_owner_find_async (&verdict, self->search, holder_found_cb, g_object_ref (self));
}

/* The folder's own name isn't kept as a name, so that it follows the folder. */
static void
apply_name (HpServerDialog *self)
{
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->name_row));
  g_autofree char *base = g_path_get_basename (hp_server_get_folder (self->server));

  hp_server_set_name (self->server, g_str_equal (name, base) ? NULL : name);
}

static void
apply_cb (HpServerDialog *self)
{
  guint16 old_port = hp_server_get_port (self->server);
  gboolean running = hp_server_get_running (self->server);

  if (self->port == 0 || !gtk_widget_get_sensitive (self->apply_button))
    return;

  let_port_go (self);
  apply_name (self);
  hp_server_set_port (self->server, self->port);
  if (running && self->port != old_port)
    g_signal_emit (self, signals[PORT_CHANGED], 0, (guint) old_port);
  gtk_window_close (GTK_WINDOW (self));
}

HpServer *
hp_server_dialog_get_server (HpServerDialog *self)
{
  g_return_val_if_fail (HP_IS_SERVER_DIALOG (self), NULL);
  return self->server;
}

static void
hp_server_dialog_dispose (GObject *object)
{
  HpServerDialog *self = HP_SERVER_DIALOG (object);

  cancel_search (self);
  let_port_go (self);
  gtk_widget_dispose_template (GTK_WIDGET (self), HP_TYPE_SERVER_DIALOG);
  g_clear_object (&self->server);
  g_clear_object (&self->list);
  G_OBJECT_CLASS (hp_server_dialog_parent_class)->dispose (object);
}

static void
hp_server_dialog_class_init (HpServerDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hp_server_dialog_dispose;

  signals[PORT_CHANGED] = g_signal_new ("port-changed", HP_TYPE_SERVER_DIALOG, G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);

  g_type_ensure (HP_TYPE_WRAP_BOX);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/homeport/Homeport/ui/hp-server-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, HpServerDialog, title);
  gtk_widget_class_bind_template_child (widget_class, HpServerDialog, apply_button);
  gtk_widget_class_bind_template_child (widget_class, HpServerDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, HpServerDialog, port_row);
  gtk_widget_class_bind_template_child (widget_class, HpServerDialog, former_box);
  gtk_widget_class_bind_template_child (widget_class, HpServerDialog, advice_box);
  gtk_widget_class_bind_template_child (widget_class, HpServerDialog, advice_image);
  gtk_widget_class_bind_template_child (widget_class, HpServerDialog, advice_label);
  gtk_widget_class_bind_template_callback (widget_class, apply_cb);
  gtk_widget_class_bind_template_callback (widget_class, port_edited_cb);
}

static void
hp_server_dialog_init (HpServerDialog *self)
{
  GtkWidget *list;

  gtk_widget_init_template (GTK_WIDGET (self));
  hp_help_set_page (GTK_WIDGET (self->name_row), "first-steps#change");
  /* Without a name it would be read as "GtkListBox". */
  list = gtk_widget_get_ancestor (GTK_WIDGET (self->name_row), GTK_TYPE_LIST_BOX);
  if (list)
    hp_set_accessible_name (list, _ ("Name and port"));
}

/* The ports that the folder had before, to go back to one by a click. */

static void
former_port_cb (GtkButton *button, HpServerDialog *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->port_row), gtk_button_get_label (button));
}

static void
add_former_ports (HpServerDialog *self)
{
  GArray *ports = hp_server_get_former_ports (self->server);

  for (guint i = 0; ports && i < MIN (ports->len, MAX_FORMER_PORTS); i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", g_array_index (ports, guint16, i));
      g_autofree char *name = g_strdup_printf (_ ("Use Port %s Again"), text);
      GtkWidget *button = gtk_button_new_with_label (text);

      gtk_widget_add_css_class (button, "chip");
      gtk_widget_add_css_class (button, "numeric");
      gtk_widget_set_tooltip_text (button, name);
      hp_set_accessible_name (button, name);
      g_signal_connect (button, "clicked", G_CALLBACK (former_port_cb), self);
      gtk_widget_set_parent (button, GTK_WIDGET (self->former_box));
      gtk_widget_set_visible (GTK_WIDGET (self->former_box), TRUE);
    }
}

HpServerDialog *
hp_server_dialog_new (GtkWindow *parent,
                      HpServerList *list,
                      HpServer *server,
                      HpServerDialogField field)
{
  HpServerDialog *self = g_object_new (HP_TYPE_SERVER_DIALOG, "transient-for", parent, NULL);
  g_autofree char *folder = hp_server_dup_folder_label (server);
  g_autofree char *port = g_strdup_printf ("%u", hp_server_get_port (server));
  AdwEntryRow *row = field == HP_SERVER_DIALOG_NAME ? self->name_row : self->port_row;

  self->list = g_object_ref (list);
  self->server = g_object_ref (server);
  hp_help_set_page (GTK_WIDGET (self), "ports#choose");

  adw_window_title_set_subtitle (self->title, folder);
  gtk_editable_set_text (GTK_EDITABLE (self->name_row), hp_server_get_title (server));
  gtk_editable_set_text (GTK_EDITABLE (self->port_row), port);
  add_former_ports (self);
  gtk_widget_grab_focus (GTK_WIDGET (row));
  gtk_editable_select_region (GTK_EDITABLE (row), 0, -1);
  return self;
}
