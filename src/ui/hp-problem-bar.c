/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ports/hp-process-stop.h"
#include "ui/hp-ago.h"
#include "ui/hp-announce.h"
#include "ui/hp-direction.h"
#include "ui/hp-help.h"
#include "ui/hp-port-texts.h"
#include "ui/hp-problem-bar.h"
#include "ui/hp-wrap-box.h"

/* With more buttons than this they stand below the text. */
#define MAX_BUTTONS_BESIDE 2

/* A screen reader is told of the text when it has been the same for this long: who has a port is
 * found out a moment after it was found to be taken. */
#define SAY_MS 500

struct _HpProblemBar
{
  GtkBox parent_instance;

  /* owned */
  HpServer *server;
  HpServerList *list;
  GSignalGroup *signals;

  /* template */
  GtkLabel *text;
  GtkWidget *buttons;
  GtkWidget *switch_button;
  GtkButton *use_once_button;
  GtkWidget *when_free_button;
  GtkWidget *change_port_button;
  GtkWidget *stop_button;
  GtkLabel *stop_label;
  GtkWidget *copy_ip_button;
  GtkWidget *locate_button;
  GtkWidget *try_again_button;
  GtkWidget *remove_button;
  GtkWidget *cancel_button;
  GtkActionable *help_button;

  char *said;       /* owned, to screen readers */
  guint say_source; /* 0: nothing is to be said */
  guint16 offered_port;
  gboolean stacked;
};

enum
{
  PROP_0,
  PROP_SERVER,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HpProblemBar, hp_problem_bar, GTK_TYPE_BOX)

static void
set_css_class (GtkWidget *widget, const char *css_class, gboolean set)
{
  if (set)
    gtk_widget_add_css_class (widget, css_class);
  else
    gtk_widget_remove_css_class (widget, css_class);
}

static void
offer_port (HpProblemBar *self, gboolean offer)
{
  self->offered_port = 0;
  if (offer && self->list)
    self->offered_port = hp_server_list_suggest_port (self->list,
                                                      hp_server_get_port (self->server));
  if (self->offered_port)
    {
      g_autofree char *label = g_strdup_printf (_ ("Use %u Once"), self->offered_port);
      gtk_button_set_label (self->use_once_button, label);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->use_once_button), self->offered_port != 0);
}

/* The program that has the port, where its name is known; its row says the rest. */
static const HpPortOwner *
get_program (HpServer *server)
{
  const HpPortOwner *holder = hp_server_get_holder (server);

  if (!holder || !holder->program || holder->state != HP_PORT_TAKEN || hp_server_get_rival (server))
    return NULL;
  return holder;
}

/* In markup. */
static char *
describe_program (const HpPortOwner *holder)
{
  g_autofree char *name = g_markup_escape_text (holder->program, -1);
  g_autofree char *folder = hp_port_text_path (holder->directory);
  g_autofree char *place = NULL;
  g_autofree char *started = NULL;

  if (folder)
    place = g_markup_escape_text (folder, -1);
  else if (holder->user)
    place = g_markup_printf_escaped (_ ("user %s"), holder->user);
  else
    place = g_markup_printf_escaped (_ ("user %u"), holder->uid);

  if (holder->started_us == 0)
    /* Translators: a port, a program, its process id, and its folder or user. Keep <b> and </b>. */
    return g_strdup_printf (_ ("Port %u is used by <b>%s</b> (pid %d, %s)."), holder->port, name,
                            (int) holder->pid, place);
  started = hp_ago_format (holder->started_us, g_get_real_time ());
  /* Translators: the same, and when the program was started: “2 h ago”. Keep <b> and </b>. */
  return g_strdup_printf (_ ("Port %u is used by <b>%s</b> (pid %d, %s), started %s."),
                          holder->port, name, (int) holder->pid, place, started);
}

static char *
describe_problem (HpServer *server)
{
  const HpPortOwner *program = get_program (server);
  const char *text = hp_server_get_problem_text (server);

  if (program && hp_server_get_problem (server) == HP_PROBLEM_PORT_IN_USE)
    return describe_program (program);
  return g_markup_escape_text (text ? text : "", -1);
}

static char *
describe (HpServer *server)
{
  const char *shadow = hp_server_get_shadow_text (server);
  g_autofree char *problem = NULL;

  if (hp_server_get_state (server) == HP_SERVER_WAITING)
    {
      problem = describe_problem (server);
      return g_strdup_printf ("%s%s%s", problem, *problem ? "\n" : "",
                              _ ("It is served as soon as the port is free."));
    }
  if (hp_server_get_problem (server) != HP_PROBLEM_NONE && !hp_server_get_running (server))
    return describe_problem (server);
  return shadow ? g_markup_escape_text (shadow, -1) : NULL;
}

/* "Stop node…": only what this user may stop, and only while it is in the way. */
static void
offer_stop (HpProblemBar *self, gboolean offer)
{
  const HpPortOwner *program = offer ? get_program (self->server) : NULL;

  offer = program && hp_process_stop_is_allowed (program->pid, program->uid);
  if (offer)
    {
      /* Translators: on a button; the name of a program. */
      g_autofree char *label = g_strdup_printf (_ ("Stop %s…"), program->program);
      gtk_label_set_text (self->stop_label, label);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->stop_button),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
    }
  gtk_widget_set_visible (self->stop_button, offer);
}

/* Where the help says more about it. */
static void
offer_help (HpProblemBar *self, gboolean failed)
{
  HpProblem problem = hp_server_get_problem (self->server);
  const char *page = !failed && problem == HP_PROBLEM_NONE   ? "browser-error#localhost"
                     : problem == HP_PROBLEM_PORT_IN_USE     ? "ports#taken"
                     : problem == HP_PROBLEM_PORT_PRIVILEGED ? "ports#choose"
                                                             : NULL;

  hp_help_set_page (GTK_WIDGET (self), page);
  gtk_widget_set_visible (GTK_WIDGET (self->help_button), page != NULL);
  if (page)
    gtk_actionable_set_action_target (self->help_button, "s", page);
}

/* The ways out, which depend on what is in the way. */
static void
update_buttons (HpProblemBar *self, gboolean waiting, gboolean failed)
{
  HpProblem problem = hp_server_get_problem (self->server);
  const HpPortOwner *holder = hp_server_get_holder (self->server);
  gboolean in_use = problem == HP_PROBLEM_PORT_IN_USE;
  gboolean rival = hp_server_get_rival (self->server) != NULL;
  gboolean privileged = problem == HP_PROBLEM_PORT_PRIVILEGED;
  gboolean missing = problem == HP_PROBLEM_FOLDER_MISSING;
  /* What listens is looked at all the time; of the rest only a try tells. */
  gboolean listens = in_use && (rival || !holder || holder->state == HP_PORT_TAKEN);

  offer_port (self, failed && in_use);
  offer_stop (self, (failed || waiting) && in_use);
  gtk_widget_set_visible (self->switch_button, failed && in_use && rival);
  /* One suggestion at a time. */
  if (rival)
    gtk_widget_remove_css_class (GTK_WIDGET (self->use_once_button), "suggested-action");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->use_once_button), "suggested-action");
  gtk_widget_set_visible (self->when_free_button, failed && in_use && !rival);
  gtk_widget_set_visible (self->change_port_button, failed && (in_use || privileged));
  gtk_widget_set_visible (self->copy_ip_button, !waiting && !failed);
  gtk_widget_set_visible (self->locate_button, failed && missing);
  gtk_widget_set_visible (self->try_again_button, failed && !privileged && !listens);
  gtk_widget_set_visible (self->remove_button, failed && missing);
  gtk_widget_set_visible (self->cancel_button, waiting);
  offer_help (self, failed);
}

static void
update_orientation (HpProblemBar *self)
{
  guint n = 0;

  for (GtkWidget *button = gtk_widget_get_first_child (self->buttons); button;
       button = gtk_widget_get_next_sibling (button))
    n += gtk_widget_get_visible (button);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), self->stacked || n > MAX_BUTTONS_BESIDE
                                                             ? GTK_ORIENTATION_VERTICAL
                                                             : GTK_ORIENTATION_HORIZONTAL);
}

static gboolean
say_cb (gpointer user_data)
{
  HpProblemBar *self = user_data;
  const char *text = gtk_label_get_text (self->text);

  self->say_source = 0;
  if (g_strcmp0 (text, self->said) != 0)
    {
      g_free (self->said);
      self->said = g_strdup (text);
      hp_announce (GTK_WIDGET (self), text);
    }
  return G_SOURCE_REMOVE;
}

/* What is selected in the text stays selected while nothing new is said. */
static void
set_text (HpProblemBar *self, const char *markup)
{
  g_autofree char *shown = hp_direction_mend (markup);

  if (g_strcmp0 (gtk_label_get_label (self->text), shown) == 0)
    return;
  gtk_label_set_markup (self->text, shown);
  g_clear_handle_id (&self->say_source, g_source_remove);
  if (*markup)
    self->say_source = g_timeout_add (SAY_MS, say_cb, self);
  else
    g_clear_pointer (&self->said, g_free);
}

static void
update (HpProblemBar *self)
{
  g_autofree char *text = self->server ? describe (self->server) : NULL;
  gboolean waiting, failed;

  gtk_widget_set_visible (GTK_WIDGET (self), text != NULL);
  set_text (self, text ? text : "");
  if (!text)
    return;

  waiting = hp_server_get_state (self->server) == HP_SERVER_WAITING;
  failed = !waiting && hp_server_get_problem (self->server) != HP_PROBLEM_NONE
           && !hp_server_get_running (self->server);
  update_buttons (self, waiting, failed);
  update_orientation (self);
  set_css_class (GTK_WIDGET (self), "problem", failed);
  set_css_class (GTK_WIDGET (self), "in-use",
                 !failed || hp_server_get_problem (self->server) == HP_PROBLEM_PORT_IN_USE);
}

void
hp_problem_bar_set_stacked (HpProblemBar *self, gboolean stacked)
{
  g_return_if_fail (HP_IS_PROBLEM_BAR (self));

  self->stacked = stacked;
  update_orientation (self);
}

guint16
hp_problem_bar_get_offered_port (HpProblemBar *self)
{
  g_return_val_if_fail (HP_IS_PROBLEM_BAR (self), 0);
  return self->offered_port;
}

void
hp_problem_bar_set_list (HpProblemBar *self, HpServerList *list)
{
  g_return_if_fail (HP_IS_PROBLEM_BAR (self));

  if (g_set_object (&self->list, list))
    update (self);
}

void
hp_problem_bar_set_server (HpProblemBar *self, HpServer *server)
{
  g_return_if_fail (HP_IS_PROBLEM_BAR (self));
  g_return_if_fail (!server || HP_IS_SERVER (server));

  if (!g_set_object (&self->server, server))
    return;
  g_signal_group_set_target (self->signals, server);
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SERVER]);
}

static void
hp_problem_bar_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HpProblemBar *self = HP_PROBLEM_BAR (object);

  switch (id)
    {
    case PROP_SERVER:
      g_value_set_object (value, self->server);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_problem_bar_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_SERVER:
      hp_problem_bar_set_server (HP_PROBLEM_BAR (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* On the first way out. */
static gboolean
hp_problem_bar_grab_focus (GtkWidget *widget)
{
  return gtk_widget_child_focus (HP_PROBLEM_BAR (widget)->buttons, GTK_DIR_TAB_FORWARD);
}

static void
hp_problem_bar_dispose (GObject *object)
{
  HpProblemBar *self = HP_PROBLEM_BAR (object);

  if (self->signals)
    g_signal_group_set_target (self->signals, NULL);
  g_clear_object (&self->signals);
  g_clear_handle_id (&self->say_source, g_source_remove);
  g_clear_pointer (&self->said, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), HP_TYPE_PROBLEM_BAR);
  g_clear_object (&self->server);
  g_clear_object (&self->list);
  G_OBJECT_CLASS (hp_problem_bar_parent_class)->dispose (object);
}

static void
hp_problem_bar_class_init (HpProblemBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hp_problem_bar_dispose;
  object_class->get_property = hp_problem_bar_get_property;
  object_class->set_property = hp_problem_bar_set_property;
  widget_class->grab_focus = hp_problem_bar_grab_focus;

  properties[PROP_SERVER] = g_param_spec_object ("server", NULL, NULL, HP_TYPE_SERVER,
                                                 G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                                                     | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (HP_TYPE_WRAP_BOX);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/app/homeport/Homeport/ui/hp-problem-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, HpProblemBar, text);
  gtk_widget_class_bind_template_child (widget_class, HpProblemBar, buttons);
  gtk_widget_class_bind_template_child (widget_class, HpProblemBar, switch_button);
  gtk_widget_class_bind_template_child (widget_class, HpProblemBar, use_once_button);
  gtk_widget_class_bind_template_child (widget_class, HpProblemBar, when_free_button);
  gtk_widget_class_bind_template_child (widget_class, HpProblemBar, change_port_button);
  gtk_widget_class_bind_template_child (widget_class, HpProblemBar, stop_button);
  gtk_widget_class_bind_template_child (widget_class, HpProblemBar, stop_label);
  gtk_widget_class_bind_template_child (widget_class, HpProblemBar, copy_ip_button);
  gtk_widget_class_bind_template_child (widget_class, HpProblemBar, locate_button);
  gtk_widget_class_bind_template_child (widget_class, HpProblemBar, try_again_button);
  gtk_widget_class_bind_template_child (widget_class, HpProblemBar, remove_button);
  gtk_widget_class_bind_template_child (widget_class, HpProblemBar, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, HpProblemBar, help_button);
}

static void
hp_problem_bar_init (HpProblemBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->signals = g_signal_group_new (HP_TYPE_SERVER);
  g_signal_group_connect_swapped (self->signals, "notify", G_CALLBACK (update), self);
}
