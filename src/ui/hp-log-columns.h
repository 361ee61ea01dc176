/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include "ui/hp-log-column-set.h"
#include "ui/hp-status-mark.h"

G_BEGIN_DECLS

typedef struct
{
  int x; /* as in a left-to-right row; see hp_log_columns_get_x() */
  int width;
  gboolean visible;
} HpLogCell;

/* How a text of a row is laid out. */
typedef enum
{
  HP_LOG_TEXT_END,    /* ellipsized at its end */
  HP_LOG_TEXT_MIDDLE, /* in its middle */
  HP_LOG_TEXT_SMALL,  /* in the small size, at its end */

  HP_N_LOG_TEXT_KINDS
} HpLogTextKind;

/* Where everything in a row stands. The table computes it, its header and its rows read it, so that
 * they always agree. Ref-counted, main thread only. */
typedef struct
{
  HpLogColumnSet *set; /* owned: what the user has chosen */

  /* from the font */
  int natural[HP_N_LOG_COLUMNS];
  int narrow_method; /* its natural width where room is scarce */
  int char_width;
  int line_height;
  int small_line_height;
  int mark_size;

  /* of what these are the measures */
  PangoContext *context; /* owned; NULL: nothing is measured yet */
  guint context_serial;
  double resolution;
  int header_widths[HP_N_LOG_COLUMNS];

  /* for this width */
  HpLogCell cells[HP_N_LOG_COLUMNS];
  HpLogColumn order[HP_N_LOG_COLUMNS]; /* the visible ones, from the start of the row */
  guint n_visible;
  int width;
  gboolean narrow;

  gboolean menu_open; /* over the rows, which keep their tooltips back */

  /* owned: the marks as drawn last, each with its colour */
  GskRenderNode *marks[HP_N_STATUS_MARKS];
  GdkRGBA mark_colors[HP_N_STATUS_MARKS];
  GskRenderNode *pin;
  GdkRGBA pin_color;
  GHashTable *texts[HP_N_LOG_TEXT_KINDS]; /* from text to PangoLayout */
} HpLogColumns;

HpLogColumns *hp_log_columns_new (HpLogColumnSet *set);
HpLogColumns *hp_log_columns_ref (HpLogColumns *self);
void hp_log_columns_unref (HpLogColumns *self);

/* Takes the measures of the widget's font; header_widths are the least widths of the columns. Both
 * this and hp_log_columns_allocate() say whether anything has changed. */
gboolean hp_log_columns_measure (HpLogColumns *self,
                                 GtkWidget *widget,
                                 const int header_widths[HP_N_LOG_COLUMNS]);
gboolean hp_log_columns_allocate (HpLogColumns *self, int width, gboolean narrow);

int hp_log_columns_get_row_height (HpLogColumns *self);
/* The y of the first line in a row. */
int hp_log_columns_get_row_padding (HpLogColumns *self);
/* What a status takes on top of its number. */
int hp_log_columns_get_mark_width (HpLogColumns *self);
int hp_log_columns_get_x (HpLogColumns *self, HpLogColumn column, GtkTextDirection direction);

/* Which column is there in the widget; HP_LOG_COLUMN_NONE beside them. */
HpLogColumn hp_log_columns_get_at (HpLogColumns *self, double x, GtkTextDirection direction);

/* Whether x is on the border between two columns, which the user may drag. The path takes what is
 * left, so it is always the other of the two that becomes wider: by each pixel to the right, or, if
 * sign is -1, to the left. */
gboolean hp_log_columns_get_border_at (
    HpLogColumns *self, double x, GtkTextDirection direction, HpLogColumn *column, int *sign);

/* Makes a column that wide, as far as the path keeps its room. */
void hp_log_columns_set_width (HpLogColumns *self, HpLogColumn column, int width);

/* Its place among the visible ones; n_visible when it is none of them. */
guint hp_log_columns_get_place (HpLogColumns *self, HpLogColumn column);

/* By one place to the start (-1) or the end (1) of what is visible, at once. */
void hp_log_columns_move (HpLogColumns *self, HpLogColumn column, int step);

/* (transfer full): the text laid out, in a measured table. All that ask for it share it and set its
 * width before they use it: while requests come fast, most of what rows say is the same. */
PangoLayout *hp_log_columns_dup_text (HpLogColumns *self, HpLogTextKind kind, const char *text);

/* (transfer none): the mark of a row that stays. */
GskRenderNode *hp_log_columns_get_pin (HpLogColumns *self, const GdkRGBA *color);

/* (transfer none) */
GskRenderNode *
hp_log_columns_get_mark (HpLogColumns *self, HpStatusMark mark, const GdkRGBA *color);

/* (transfer none): digits of one width, in the normal or the small size. */
PangoAttrList *hp_log_columns_get_attributes (gboolean small);

G_END_DECLS
