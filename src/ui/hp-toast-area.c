/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n.h>

#include "ui/hp-announce.h"
#include "ui/hp-direction.h"
#include "ui/hp-toast-area.h"

/* How wide a message that stays is. */
#define STAYING_CHARS 26

/* One message: a revealer with the look of a toast, and when it goes. */
typedef struct
{
  GtkWidget *revealer;
  GtkLabel *label;
  gboolean shown;
  guint time_out; /* source; 0: it stays */
} Message;

/* Of a message that goes: what it names may have any length. */
#define MAX_LINES 3

struct _HpToastArea
{
  GtkWidget parent_instance;

  GtkWidget *overlay;
  GtkButton *button;
  GtkWidget *status; /* nothing to see, see hp_announce() */
  Message plain;
  Message with_button; /* comes back when a plain message before it has gone */
};

enum
{
  PROP_0,
  PROP_CHILD,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HpToastArea, hp_toast_area, GTK_TYPE_WIDGET)

/* One of the two is shown at a time. */
static void
update (HpToastArea *self)
{
  gboolean plain = self->plain.shown;

  gtk_revealer_set_reveal_child (GTK_REVEALER (self->plain.revealer), plain);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->with_button.revealer),
                                 !plain && self->with_button.shown);
}

static void
hide (HpToastArea *self, Message *message)
{
  g_clear_handle_id (&message->time_out, g_source_remove);
  message->shown = FALSE;
  update (self);
}

static gboolean
plain_over_cb (gpointer data)
{
  HpToastArea *self = data;

  self->plain.time_out = 0;
  hide (self, &self->plain);
  return G_SOURCE_REMOVE;
}

static gboolean
with_button_over_cb (gpointer data)
{
  HpToastArea *self = data;

  self->with_button.time_out = 0;
  hide (self, &self->with_button);
  return G_SOURCE_REMOVE;
}

static void
hide_plain (HpToastArea *self)
{
  hide (self, &self->plain);
}

/* What is sliding out can't be clicked. */
static void
revealed_cb (GtkRevealer *revealer)
{
  gboolean shown = gtk_revealer_get_reveal_child (revealer)
                   || gtk_revealer_get_child_revealed (revealer);

  gtk_widget_set_can_target (GTK_WIDGET (revealer), gtk_revealer_get_reveal_child (revealer));
  gtk_widget_set_visible (GTK_WIDGET (revealer), shown);
}

static GtkWidget *
create_close_button (HpToastArea *self, GCallback clicked)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("hp-close-symbolic");

  gtk_widget_add_css_class (button, "circular");
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _ ("Dismiss"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Dismiss"), -1);
  g_signal_connect_swapped (button, "clicked", clicked, self);
  return button;
}

static void
create (HpToastArea *self, Message *message, GtkWidget *button, GCallback close)
{
  GtkWidget *box = g_object_new (GTK_TYPE_BOX, "spacing", 6, "accessible-role",
                                 GTK_ACCESSIBLE_ROLE_ALERT, NULL);
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (label, "heading");
  gtk_widget_add_css_class (box, "hp-toast");
  gtk_box_append (GTK_BOX (box), label);
  if (button)
    gtk_box_append (GTK_BOX (box), button);
  gtk_box_append (GTK_BOX (box), create_close_button (self, close));

  message->label = GTK_LABEL (label);
  message->revealer = gtk_revealer_new ();
  gtk_revealer_set_transition_type (GTK_REVEALER (message->revealer),
                                    GTK_REVEALER_TRANSITION_TYPE_SLIDE_UP);
  gtk_revealer_set_child (GTK_REVEALER (message->revealer), box);
  gtk_widget_set_halign (message->revealer, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (message->revealer, GTK_ALIGN_END);
  gtk_widget_set_visible (message->revealer, FALSE);
  g_signal_connect (message->revealer, "notify::reveal-child", G_CALLBACK (revealed_cb), NULL);
  g_signal_connect (message->revealer, "notify::child-revealed", G_CALLBACK (revealed_cb), NULL);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), message->revealer);
}

/* What stays is there to be read to its end. An overlay gives a child the height that fits its
 * natural width, so that width is one that every window has. */
static void
set_text (Message *message, const char *text, gboolean stays)
{
  g_autofree char *mended = hp_direction_mend (text);

  gtk_label_set_lines (message->label, stays ? -1 : MAX_LINES);
  gtk_label_set_max_width_chars (message->label, stays ? STAYING_CHARS : -1);
  gtk_label_set_ellipsize (message->label, stays ? PANGO_ELLIPSIZE_NONE : PANGO_ELLIPSIZE_END);
  gtk_label_set_text (message->label, mended);
}

static void
show (HpToastArea *self, Message *message, const char *text, guint seconds, GSourceFunc over)
{
  g_clear_handle_id (&message->time_out, g_source_remove);
  message->shown = TRUE;
  if (seconds > 0)
    message->time_out = g_timeout_add_seconds (seconds, over, self);
  set_text (message, text, seconds == 0);
  update (self);
  hp_announce (GTK_WIDGET (self), text);
}

void
hp_toast_area_show (HpToastArea *self, const char *text, guint seconds)
{
  g_return_if_fail (HP_IS_TOAST_AREA (self));

  show (self, &self->plain, text, seconds, plain_over_cb);
}

void
hp_toast_area_show_with_button (HpToastArea *self,
                                const char *text,
                                guint seconds,
                                const char *label,
                                const char *action,
                                GVariant *target)
{
  g_return_if_fail (HP_IS_TOAST_AREA (self));

  gtk_button_set_label (self->button, label);
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (self->button), target);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), action);
  hide (self, &self->plain);
  show (self, &self->with_button, text, seconds, with_button_over_cb);
}

/* The same text a second time is news, too. */
void
hp_toast_area_set_status (HpToastArea *self, const char *text)
{
  g_return_if_fail (HP_IS_TOAST_AREA (self));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->status), GTK_ACCESSIBLE_PROPERTY_LABEL, "",
                                  -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->status), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  text, -1);
}

void
hp_toast_area_dismiss_button (HpToastArea *self)
{
  g_return_if_fail (HP_IS_TOAST_AREA (self));

  hide (self, &self->with_button);
}

void
hp_toast_area_set_child (HpToastArea *self, GtkWidget *child)
{
  g_return_if_fail (HP_IS_TOAST_AREA (self));

  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), child);
}

static void
hp_toast_area_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_CHILD:
      hp_toast_area_set_child (HP_TOAST_AREA (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hp_toast_area_dispose (GObject *object)
{
  HpToastArea *self = HP_TOAST_AREA (object);

  g_clear_handle_id (&self->plain.time_out, g_source_remove);
  g_clear_handle_id (&self->with_button.time_out, g_source_remove);
  g_clear_pointer (&self->overlay, gtk_widget_unparent);

  G_OBJECT_CLASS (hp_toast_area_parent_class)->dispose (object);
}

static void
hp_toast_area_class_init (HpToastAreaClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = hp_toast_area_set_property;
  object_class->dispose = hp_toast_area_dispose;

  properties[PROP_CHILD] = g_param_spec_object ("child", NULL, NULL, GTK_TYPE_WIDGET,
                                                G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
hp_toast_area_init (HpToastArea *self)
{
  GtkWidget *button = gtk_button_new ();

  self->overlay = gtk_overlay_new ();
  gtk_widget_set_parent (self->overlay, GTK_WIDGET (self));
  self->status = g_object_new (GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS,
                               "can-target", FALSE, "halign", GTK_ALIGN_START, "valign",
                               GTK_ALIGN_START, NULL);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), self->status);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  self->button = GTK_BUTTON (button);
  create (self, &self->plain, NULL, G_CALLBACK (hide_plain));
  create (self, &self->with_button, button, G_CALLBACK (hp_toast_area_dismiss_button));
}
