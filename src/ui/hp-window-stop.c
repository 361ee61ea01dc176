/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ports/hp-process-stop.h"
#include "ui/hp-help.h"
#include "ui/hp-port-texts.h"
#include "ui/hp-platform.h"
#include "ui/hp-window-private.h"

/* Stopping somebody's program: one question, then a polite request, then force if people want it.
 */

#define TOLD_SECONDS  3
#define FORCE_SECONDS 20

/* A program that is to end; lives as long as the question, the request and the window. */
typedef struct
{
  HpWindow *window; /* borrowed */
  HpPortOwner *owner;
  GObject *question;   /* NULL once it is answered */
  HpProcessStop *stop; /* NULL until it was asked */
} Stop;

static void
stop_free (gpointer data)
{
  Stop *self = data;

  if (self->question)
    g_signal_handlers_disconnect_by_data (self->question, self);
  g_clear_object (&self->question);
  if (self->stop)
    g_signal_handlers_disconnect_by_data (self->stop, self);
  g_clear_object (&self->stop);
  hp_port_owner_free (self->owner);
  g_free (self);
}

static void
state_changed_cb (Stop *self)
{
  HpWindow *window = self->window;
  const char *program = self->owner->program;

  switch (hp_process_stop_get_state (self->stop))
    {
    case HP_PROCESS_CAN_FORCE:
      {
        g_autofree char *text = g_strdup_printf (_ ("“%s” is still running."), program);

        hp_toast_area_show_with_button (window->toasts, text, FORCE_SECONDS, _ ("Force Stop"),
                                        "win.force-stop", g_variant_new_int32 (self->owner->pid));
        break;
      }
    case HP_PROCESS_GONE:
      {
        g_autofree char *text = g_strdup_printf (_ ("“%s” has stopped."), program);

        hp_toast_area_dismiss_button (window->toasts);
        hp_toast_area_show (window->toasts, text, TOLD_SECONDS);
        g_ptr_array_remove (window->stops, self);
        break;
      }
    case HP_PROCESS_ASKED:
    case HP_PROCESS_FORCED:
    default:
      break;
    }
}

static void
ask_to_stop (Stop *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  self->stop = hp_process_stop_new (self->owner->pid, self->owner->start_time, self->owner->program,
                                    &error);
  if (!self->stop)
    {
      hp_window_toast (self->window, error->message);
      g_ptr_array_remove (self->window->stops, self);
      return;
    }

  text = g_strdup_printf (_ ("“%s” was asked to stop."), self->owner->program);
  hp_toast_area_show (self->window->toasts, text, TOLD_SECONDS);
  g_signal_connect_swapped (self->stop, "notify::state", G_CALLBACK (state_changed_cb), self);
  state_changed_cb (self);
}

static void
response_cb (Stop *self, const char *response)
{
  g_signal_handlers_disconnect_by_data (self->question, self);
  g_clear_object (&self->question);
  if (g_str_equal (response, "yes"))
    ask_to_stop (self);
  else
    g_ptr_array_remove (self->window->stops, self);
}

static Stop *
find_stop (HpWindow *self, pid_t pid)
{
  for (guint i = 0; i < self->stops->len; i++)
    {
      Stop *stop = g_ptr_array_index (self->stops, i);

      if (stop->owner->pid == pid)
        return stop;
    }
  return NULL;
}

static char *
dup_question (const HpPortOwner *owner)
{
  g_autofree char *folder = hp_port_text_path (owner->directory);
  g_autofree char *where = folder
                               /* Translators: the process id and the folder of a program. */
                               ? g_strdup_printf (_ ("pid %d, %s"), (int) owner->pid, folder)
                               : g_strdup_printf (_ ("pid %d"), (int) owner->pid);

  return g_strdup_printf (
      /* Translators: the first placeholder is a port, the second says more about the program. */
      _ ("It listens on port %u (%s). The program is asked to end; what it hasn’t saved may be "
         "lost."),
      owner->port, where);
}

void
hp_window_stop_program (HpWindow *self, const HpPortOwner *owner)
{
  const HpAnswer answers[]
      = { { "cancel", _ ("_Cancel") }, { "yes", _ ("_Stop"), ADW_RESPONSE_DESTRUCTIVE }, { NULL } };
  g_autofree char *heading = NULL;
  g_autofree char *body = NULL;
  Stop *stop;

  g_return_if_fail (HP_IS_WINDOW (self));

  /* The one that is being stopped already has its own messages. */
  if (!owner->program || !hp_process_stop_is_allowed (owner->pid, owner->uid)
      || find_stop (self, owner->pid))
    return;

  stop = g_new0 (Stop, 1);
  stop->window = self;
  stop->owner = hp_port_owner_copy (owner);
  g_ptr_array_add (self->stops, stop);

  heading = g_strdup_printf (_ ("Stop “%s”?"), owner->program);
  body = dup_question (owner);
  stop->question = g_object_ref (hp_ask (GTK_WINDOW (self), heading, body, NULL, answers));
  hp_help_set_page (GTK_WIDGET (stop->question), "ports#taken");
  g_signal_connect_swapped (stop->question, "response", G_CALLBACK (response_cb), stop);
}

void
hp_window_force_stop (HpWindow *self, pid_t pid)
{
  Stop *stop = find_stop (self, pid);

  if (stop && stop->stop)
    hp_process_stop_force (stop->stop);
}

void
hp_window_stop_init (HpWindow *self)
{
  self->stops = g_ptr_array_new_with_free_func (stop_free);
}
