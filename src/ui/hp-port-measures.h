/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Pixels above and below the text of a row, of its small icons, and between such an icon and its
 * text. */
#define HP_PORT_PADDING    6
#define HP_PORT_SMALL_ICON 16
#define HP_PORT_ICON_GAP   6

/* The texts of a row. */
typedef enum
{
  HP_PORT_TEXT_PORT,
  HP_PORT_TEXT_PROTOCOL,
  HP_PORT_TEXT_NAME,
  HP_PORT_TEXT_DETAILS,
  HP_PORT_TEXT_PID,
  HP_PORT_TEXT_USER,
  HP_PORT_TEXT_SCOPE,
  HP_PORT_TEXT_ADDRESS,
  HP_PORT_TEXT_SHORT_SCOPE,
  HP_PORT_TEXT_SINCE,

  HP_N_PORT_TEXTS
} HpPortText;

/* The measures that all rows of a list share. Ref-counted, main thread only. */
typedef struct
{
  int line_height;
  int small_line_height;
  int port_width;
  int pid_width;
  int scope_width;
  int short_scope_width;
  int since_width;
  int ours_width; /* of what is said of our own */
} HpPortMeasures;

HpPortMeasures *hp_port_measures_new (void);
HpPortMeasures *hp_port_measures_ref (HpPortMeasures *self);
void hp_port_measures_unref (HpPortMeasures *self);
/* Takes them from the widget's font; says whether anything has changed. */
gboolean hp_port_measures_take (HpPortMeasures *self, GtkWidget *widget);
/* Of a row. */
int hp_port_measures_get_height (HpPortMeasures *self);

/* An empty layout in the style of this text. (transfer full) */
PangoLayout *hp_port_text_create_layout (GtkWidget *widget, HpPortText which);

G_END_DECLS
