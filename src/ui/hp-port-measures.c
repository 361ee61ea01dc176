/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "ui/hp-ago.h"
#include "ui/hp-port-measures.h"
#include "ui/hp-port-texts.h"

HpPortMeasures *
hp_port_measures_new (void)
{
  return g_rc_box_new0 (HpPortMeasures);
}

HpPortMeasures *
hp_port_measures_ref (HpPortMeasures *self)
{
  return g_rc_box_acquire (self);
}

void
hp_port_measures_unref (HpPortMeasures *self)
{
  g_rc_box_release (self);
}

static gboolean
is_small (HpPortText which)
{
  return which == HP_PORT_TEXT_PROTOCOL || which == HP_PORT_TEXT_DETAILS
         || which == HP_PORT_TEXT_USER || which == HP_PORT_TEXT_ADDRESS
         || which == HP_PORT_TEXT_SHORT_SCOPE || which == HP_PORT_TEXT_SINCE;
}

/* (transfer none) */
static PangoAttrList *
get_attributes (HpPortText which)
{
  static PangoAttrList *lists[3];
  int index = which == HP_PORT_TEXT_PORT ? 2 : is_small (which);

  if (!lists[index])
    {
      lists[index] = pango_attr_list_new ();
      pango_attr_list_insert (lists[index], pango_attr_font_features_new ("tnum"));
      if (which == HP_PORT_TEXT_PORT)
        pango_attr_list_insert (lists[index], pango_attr_weight_new (PANGO_WEIGHT_BOLD));
      else if (index == 1)
        pango_attr_list_insert (lists[index], pango_attr_scale_new (0.83));
    }
  return lists[index];
}

PangoLayout *
hp_port_text_create_layout (GtkWidget *widget, HpPortText which)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (widget, NULL);
  gboolean middle = which == HP_PORT_TEXT_NAME || which == HP_PORT_TEXT_ADDRESS;

  pango_layout_set_attributes (layout, get_attributes (which));
  pango_layout_set_ellipsize (layout, middle ? PANGO_ELLIPSIZE_MIDDLE : PANGO_ELLIPSIZE_END);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  return layout;
}

static int
text_width (GtkWidget *widget, HpPortText which, const char *text, int *height)
{
  g_autoptr (PangoLayout) layout = hp_port_text_create_layout (widget, which);
  int width;

  pango_layout_set_text (layout, text, -1);
  pango_layout_get_pixel_size (layout, &width, height);
  return width;
}

/* Of the widest that is usual. */
static int
measure_since (GtkWidget *widget, int *height)
{
  static const int minutes[] = { 0, 59, 23 * 60, 24 * 60, 28 * 24 * 60 };
  int widest = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (minutes); i++)
    {
      g_autofree char *text = hp_ago_format (0, minutes[i] * G_TIME_SPAN_MINUTE);

      widest = MAX (widest, text_width (widget, HP_PORT_TEXT_SINCE, text, height));
    }
  return widest;
}

gboolean
hp_port_measures_take (HpPortMeasures *self, GtkWidget *widget)
{
  const char *const protocols[] = { _ ("TCP, IPv6"), _ ("UDP, IPv6") };
  HpPortMeasures old = *self;
  g_autofree char *pid = g_strdup_printf (_ ("pid %d"), 4194304);

  self->port_width = text_width (widget, HP_PORT_TEXT_PORT, "65535", &self->line_height);
  self->since_width = measure_since (widget, &self->small_line_height);
  for (gsize i = 0; i < G_N_ELEMENTS (protocols); i++)
    self->port_width = MAX (self->port_width,
                            text_width (widget, HP_PORT_TEXT_PROTOCOL, protocols[i], NULL));
  self->pid_width = text_width (widget, HP_PORT_TEXT_PID, pid, NULL);
  self->ours_width = text_width (widget, HP_PORT_TEXT_DETAILS, _ ("served by Homeport"), NULL);
  self->scope_width = 0;
  self->short_scope_width = 0;
  for (HpPortScope scope = HP_PORT_SCOPE_LOOPBACK; scope <= HP_PORT_SCOPE_NETWORK; scope++)
    {
      int width = text_width (widget, HP_PORT_TEXT_SCOPE, hp_port_scope_get_words (scope), NULL);
      int short_width = text_width (widget, HP_PORT_TEXT_SHORT_SCOPE,
                                    hp_port_text_short_scope (scope), NULL);

      self->scope_width = MAX (self->scope_width, width + HP_PORT_SMALL_ICON + HP_PORT_ICON_GAP);
      self->short_scope_width = MAX (self->short_scope_width,
                                     short_width + HP_PORT_SMALL_ICON + HP_PORT_ICON_GAP);
    }
  return memcmp (&old, self, sizeof old) != 0;
}

int
hp_port_measures_get_height (HpPortMeasures *self)
{
  return self->line_height + self->small_line_height + 2 * HP_PORT_PADDING;
}
