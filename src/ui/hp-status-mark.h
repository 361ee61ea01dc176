/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include "log/hp-request-record.h"

G_BEGIN_DECLS

/* The shape beside a status number, so that the number's meaning never hangs on its colour. */
typedef enum
{
  HP_STATUS_MARK_NONE,         /* a dash: no status, or one that says nothing yet */
  HP_STATUS_MARK_OK,           /* a tick */
  HP_STATUS_MARK_REDIRECT,     /* an arrow */
  HP_STATUS_MARK_CLIENT_ERROR, /* a triangle */
  HP_STATUS_MARK_SERVER_ERROR, /* a cross */
  HP_STATUS_MARK_ABORTED,      /* a square, as on a stop button */

  HP_N_STATUS_MARKS
} HpStatusMark;

HpStatusMark hp_status_mark_for_record (const HpRequestRecord *record);

/* The named colour of style.css that goes with the mark; NULL: the colour of dim text. */
const char *hp_status_mark_get_color_name (HpStatusMark mark);

/* (transfer full): the mark in a square of size pixels at 0, 0. */
GskRenderNode *hp_status_mark_create_node (HpStatusMark mark, float size, const GdkRGBA *color);

/* (transfer full): a ribbon, the sign of a row that is pinned. */
GskRenderNode *hp_status_mark_create_pin (float width, float height, const GdkRGBA *color);

G_END_DECLS
