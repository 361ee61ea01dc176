/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <gtk/gtk.h>

#include "ui/hp-direction.h"

/* An address or a path, but no end tag of markup, without the full stop behind it. */
#define ADDRESS "(?<![\\w<])(?:https?://|~/|/)(?:[^\\s<>“”«»\"()،,]*[^\\s<>“”«»\"()،,.:;!?])?"

/* U+2066 and U+2069 hold a part that goes from left to right apart from what is around it. */
#define ISOLATED "\\x{2066}\\g<0>\\x{2069}"

char *
hp_direction_isolate (const char *text, gboolean right_to_left)
{
  static GRegex *regex;

  g_return_val_if_fail (text != NULL, NULL);

  if (!right_to_left)
    return g_strdup (text);
  if (g_once_init_enter (&regex))
    g_once_init_leave (&regex, g_regex_new (ADDRESS, G_REGEX_OPTIMIZE, 0, NULL));
  return g_regex_replace (regex, text, -1, 0, ISOLATED, 0, NULL);
}

char *
hp_direction_mend (const char *text)
{
  return hp_direction_isolate (text, gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL);
}
