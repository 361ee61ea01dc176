/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include "ui/hp-status-mark.h"

G_BEGIN_DECLS

typedef enum
{
  HP_LOG_COLUMN_TIME,
  HP_LOG_COLUMN_METHOD,
  HP_LOG_COLUMN_STATUS,
  HP_LOG_COLUMN_PATH,
  HP_LOG_COLUMN_SIZE,
  HP_LOG_COLUMN_DURATION,
  HP_LOG_COLUMN_REFERRER,

  HP_N_LOG_COLUMNS
} HpLogColumn;

typedef struct
{
  int x; /* as in a left-to-right row; see hp_log_columns_get_x() */
  int width;
  gboolean visible;
} HpLogCell;

/* Where everything in a row stands. The table computes it, its header and its rows read it, so that
 * they always agree. Ref-counted, main thread only. */
typedef struct
{
  /* from the font */
  int natural[HP_N_LOG_COLUMNS];
  int narrow_method; /* its natural width where room is scarce */
  int char_width;
  int line_height;
  int small_line_height;
  int mark_size;

  /* for this width */
  HpLogCell cells[HP_N_LOG_COLUMNS];
  int width;
  gboolean narrow;

  gboolean menu_open; /* over the rows, which keep their tooltips back */

  /* owned: the marks as drawn last, each with its colour */
  GskRenderNode *marks[HP_N_STATUS_MARKS];
  GdkRGBA mark_colors[HP_N_STATUS_MARKS];
} HpLogColumns;

HpLogColumns *hp_log_columns_new (void);
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
int hp_log_columns_get_x (HpLogColumns *self, HpLogColumn column, GtkTextDirection direction);

/* Numbers are right aligned, in a right-to-left row left aligned. */
gboolean hp_log_column_is_number (HpLogColumn column);

/* (transfer none) */
GskRenderNode *
hp_log_columns_get_mark (HpLogColumns *self, HpStatusMark mark, const GdkRGBA *color);

/* (transfer none): digits of one width, in the normal or the small size. */
PangoAttrList *hp_log_columns_get_attributes (gboolean small);

G_END_DECLS
