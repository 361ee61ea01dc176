/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-request-log.h"

G_BEGIN_DECLS

/* One row on screen: a sequence number and its log. The same row keeps its identity while it lives.
 */
#define HP_TYPE_LOG_ROW (hp_log_row_get_type ())
G_DECLARE_FINAL_TYPE (HpLogRow, hp_log_row, HP, LOG_ROW, GObject)

guint64 hp_log_row_get_seq (HpLogRow *self);
/* FALSE when the record is gone; see hp_request_log_get(). */
gboolean hp_log_row_get_record (HpLogRow *self, HpRequestRecord *record);

/* A GListModel of HpLogRow over a log. Rows are made only when asked for. */
#define HP_TYPE_LOG_VIEW (hp_log_view_get_type ())
G_DECLARE_FINAL_TYPE (HpLogView, hp_log_view, HP, LOG_VIEW, GObject)

HpLogView *hp_log_view_new (HpRequestLog *log);
HpRequestLog *hp_log_view_get_log (HpLogView *self);

G_END_DECLS
