/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  HP_LOG_COLUMN_TIME,
  HP_LOG_COLUMN_METHOD,
  HP_LOG_COLUMN_STATUS,
  HP_LOG_COLUMN_PATH,
  HP_LOG_COLUMN_TYPE,
  HP_LOG_COLUMN_SIZE,
  HP_LOG_COLUMN_DURATION,
  HP_LOG_COLUMN_CLIENT,
  HP_LOG_COLUMN_REFERRER,

  HP_N_LOG_COLUMNS
} HpLogColumn;

/* No column: rows stand in the order in which they came. */
#define HP_LOG_COLUMN_NONE HP_N_LOG_COLUMNS

/* The word for settings: "time". */
const char *hp_log_column_get_nick (HpLogColumn column);
/* HP_LOG_COLUMN_NONE for an unknown word. */
HpLogColumn hp_log_column_from_nick (const char *nick);
/* Translated: "Time". */
const char *hp_log_column_get_title (HpLogColumn column);
/* Numbers are right aligned, in a right-to-left row left aligned. */
gboolean hp_log_column_is_number (HpLogColumn column);

/* What the user has chosen for the columns of the log: which are shown, in which order, how wide,
 * and by which the rows are sorted. The path is always shown and takes the room that is left.
 *
 * Signals: "changed": anything; "sort-changed": only the sorting, before "changed". */
#define HP_TYPE_LOG_COLUMN_SET (hp_log_column_set_get_type ())
G_DECLARE_FINAL_TYPE (HpLogColumnSet, hp_log_column_set, HP, LOG_COLUMN_SET, GObject)

HpLogColumnSet *hp_log_column_set_new (void);

/* Takes what is kept under "log-columns" and "log-sort" and keeps further changes there. */
void hp_log_column_set_bind (HpLogColumnSet *self, GSettings *settings);

/* By place, hidden ones included. */
HpLogColumn hp_log_column_set_get_nth (HpLogColumnSet *self, guint place);
gboolean hp_log_column_set_get_shown (HpLogColumnSet *self, HpLogColumn column);
void hp_log_column_set_set_shown (HpLogColumnSet *self, HpLogColumn column, gboolean shown);

/* Pixels; 0: as wide as its usual contents. */
int hp_log_column_set_get_width (HpLogColumnSet *self, HpLogColumn column);
void hp_log_column_set_set_width (HpLogColumnSet *self, HpLogColumn column, int width);

/* By so many places among the shown ones: -1 is one to the start. FALSE at the end of the row. */
gboolean hp_log_column_set_move (HpLogColumnSet *self, HpLogColumn column, int steps);
gboolean hp_log_column_set_can_move (HpLogColumnSet *self, HpLogColumn column, int steps);

HpLogColumn hp_log_column_set_get_sort (HpLogColumnSet *self);
gboolean hp_log_column_set_get_descending (HpLogColumnSet *self);
void hp_log_column_set_set_sort (HpLogColumnSet *self, HpLogColumn column, gboolean descending);
/* What a click on the title does: up, then down, then back to the order of arrival. */
void hp_log_column_set_cycle_sort (HpLogColumnSet *self, HpLogColumn column);

/* Everything as at first, but the sorting. */
void hp_log_column_set_reset (HpLogColumnSet *self);

/* The form in settings, "a(sbi)": what is unknown, twice or missing there does no harm. */
GVariant *hp_log_column_set_to_variant (HpLogColumnSet *self);
void hp_log_column_set_from_variant (HpLogColumnSet *self, GVariant *variant);

G_END_DECLS
