/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "ui/hp-direction.h"

/* What goes from left to right, and whose ends would else be turned around: */

/* A name in quotation marks, or in bold letters. Which way it goes, its first letter says. */
#define NAME "(?<=[“«])[^“”«»]+(?=[”»])|(?<=<b>)[^<]+(?=</b>)"

/* An address or a path, but no end tag of markup, without the full stop behind it. */
#define ADDRESS "(?<![\\w<])(?:https?://|~/|/)(?:[^\\s<>“”«»\"()،,]*[^\\s<>“”«»\"()،,.:;!?])?"

/* 127.0.0.1:62893, [::1]:62893, ::1 */
#define HOST                                                                                       \
  "\\b(?:localhost|(?:\\d{1,3}\\.){3}\\d{1,3}):\\d+\\b|\\[[0-9A-Fa-f:.]+\\](?::\\d+)?|"            \
  "(?<![\\w:.])[0-9A-Fa-f:]*::[0-9A-Fa-f:]*[0-9A-Fa-f]"

/* .homeport.ini, *.png, --headless */
#define WORD "(?<![\\w.])\\*?\\.[A-Za-z][\\w.-]*\\w|(?<![\\w-])--[a-z][\\w-]*\\w"

/* 8.1 kB, as the system writes it where it speaks no such language */
#define SIZE "\\b\\d[\\d.,]*[ \\x{a0}\\x{202f}](?:bytes?|[kMGTP]i?B)\\b"

#define PARTS NAME "|" ADDRESS "|" HOST "|" WORD "|" SIZE

/* These and the last one hold a part apart from what is around it. */
#define LEFT_TO_RIGHT "\u2066"
#define FIRST_STRONG  "\u2068"
#define END           "\u2069"
/* A letter that can't be seen, at the begin of a sentence whose first one would mislead. */
#define RIGHT_TO_LEFT_MARK "\u200f"

static gboolean
is_right_to_left (gunichar letter)
{
  switch ((int) g_unichar_get_script (letter))
    {
    case G_UNICODE_SCRIPT_ARABIC:
    case G_UNICODE_SCRIPT_HEBREW:
    case G_UNICODE_SCRIPT_SYRIAC:
    case G_UNICODE_SCRIPT_THAANA:
    case G_UNICODE_SCRIPT_NKO:
      return TRUE;
    default:
      return FALSE;
    }
}

/* Of the first letter that has one; NONE: there is no letter. What is bold is no letter. */
static GtkTextDirection
find_direction (const char *text, gboolean *has_right_to_left)
{
  GtkTextDirection first = GTK_TEXT_DIR_NONE;

  *has_right_to_left = FALSE;
  for (; *text && !*has_right_to_left; text = g_utf8_next_char (text))
    {
      gunichar letter = g_utf8_get_char (text);

      if (g_str_has_prefix (text, "<b>"))
        text += strlen ("<b");
      else if (g_unichar_isalpha (letter))
        {
          *has_right_to_left = is_right_to_left (letter);
          if (first == GTK_TEXT_DIR_NONE)
            first = *has_right_to_left ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR;
        }
    }
  return first;
}

static gboolean
isolate_cb (const GMatchInfo *info, GString *result, gpointer user_data)
{
  g_autofree char *part = g_match_info_fetch (info, 0);
  gboolean mixed;
  gboolean is_name = find_direction (part, &mixed) == GTK_TEXT_DIR_RTL && !strchr ("/~[", *part);

  g_string_append_printf (result, "%s%s" END, is_name ? FIRST_STRONG : LEFT_TO_RIGHT, part);
  return FALSE;
}

char *
hp_direction_isolate (const char *text, gboolean right_to_left)
{
  static GRegex *regex;
  g_autofree char *isolated = NULL;
  GtkTextDirection direction;
  gboolean mixed;

  g_return_val_if_fail (text != NULL, NULL);

  if (!right_to_left)
    return g_strdup (text);
  /* A path alone goes as its letters do, and may be copied. */
  direction = find_direction (text, &mixed);
  if (direction == GTK_TEXT_DIR_LTR && !mixed)
    return g_strdup (text);

  if (g_once_init_enter (&regex))
    g_once_init_leave (&regex, g_regex_new (PARTS, G_REGEX_OPTIMIZE, 0, NULL));
  isolated = g_regex_replace_eval (regex, text, -1, 0, 0, isolate_cb, NULL, NULL);
  return g_strconcat (direction == GTK_TEXT_DIR_LTR ? RIGHT_TO_LEFT_MARK : "", isolated, NULL);
}

char *
hp_direction_mend (const char *text)
{
  return hp_direction_isolate (text, gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL);
}

char *
hp_direction_take (char *text)
{
  g_autofree char *given = text;

  return given ? hp_direction_mend (given) : NULL;
}

void
hp_direction_set_text (GtkLabel *label, const char *text)
{
  g_autofree char *shown = hp_direction_mend (text ? text : "");

  gtk_label_set_text (label, shown);
}
