/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "log/hp-log-format.h"
#include "log/hp-log-short.h"
#include "ui/hp-client-label.h"
#include "ui/hp-log-cell-text.h"

/* Characters of hostile text that are worth laying out, or reading in a tooltip. */
#define MAX_SHOWN   400
#define MAX_TOOLTIP 600
#define MAX_METHOD  20

static char *
format_status (const HpRequestRecord *record)
{
  return record->status == 0 ? g_strdup ("—") : g_strdup_printf ("%u", record->status);
}

char *
hp_log_cell_format (HpLogColumn column, const HpRequestRecord *record)
{
  switch (column)
    {
    case HP_LOG_COLUMN_TIME:
      return hp_log_format_time (record->time_us);
    case HP_LOG_COLUMN_METHOD:
      return hp_log_format_visible (record->method, MAX_METHOD);
    case HP_LOG_COLUMN_STATUS:
      return format_status (record);
    case HP_LOG_COLUMN_PATH:
      return hp_log_format_visible (record->target, MAX_SHOWN);
    case HP_LOG_COLUMN_TYPE:
      return hp_log_short_type (record->media_type);
    case HP_LOG_COLUMN_SIZE:
      return g_format_size (record->bytes);
    case HP_LOG_COLUMN_DURATION:
      return hp_log_format_duration (record->duration_us);
    case HP_LOG_COLUMN_CLIENT:
      return hp_client_label_format (record);
    case HP_LOG_COLUMN_REFERRER:
      return hp_log_format_visible (hp_request_record_get_short_referrer (record), MAX_SHOWN);
    case HP_N_LOG_COLUMNS:
    default:
      return g_strdup ("");
    }
}

static char *
format_full_time (const HpRequestRecord *record)
{
  g_autoptr (GDateTime) second = g_date_time_new_from_unix_local (record->time_us / G_USEC_PER_SEC);
  g_autofree char *date = second ? g_date_time_format (second, "%x") : g_strdup ("");
  g_autofree char *time = second ? g_date_time_format (second, "%T") : g_strdup ("");

  return g_strdup_printf ("%s %s.%03d", date, time,
                          (int) (record->time_us % G_USEC_PER_SEC / 1000));
}

static char *
format_full_status (const HpRequestRecord *record)
{
  g_autofree char *status = format_status (record);
  const char *note = hp_log_cell_get_note (record);

  return g_strdup_printf ("%s · %s%s%s", status, hp_reason_get_words (record->reason),
                          *note ? " · " : "", note);
}

static char *
format_full_size (const HpRequestRecord *record)
{
  return g_format_size_full (record->bytes, G_FORMAT_SIZE_LONG_FORMAT);
}

static char *
format_full_duration (const HpRequestRecord *record)
{
  g_autofree char *total = hp_log_format_duration (record->duration_us);
  g_autofree char *first = hp_log_format_duration (record->first_byte_us);

  if (record->first_byte_us == 0)
    return g_steal_pointer (&total);
  /* Translators: two durations, "3.4 ms, first byte after 0.2 ms". */
  return g_strdup_printf (_ ("%s, first byte after %s"), total, first);
}

char *
hp_log_cell_format_full (HpLogColumn column, const HpRequestRecord *record)
{
  switch (column)
    {
    case HP_LOG_COLUMN_TIME:
      return format_full_time (record);
    case HP_LOG_COLUMN_METHOD:
      return hp_log_format_visible (record->method, MAX_TOOLTIP);
    case HP_LOG_COLUMN_STATUS:
      return format_full_status (record);
    case HP_LOG_COLUMN_PATH:
      return hp_log_format_visible (record->target, MAX_TOOLTIP);
    case HP_LOG_COLUMN_TYPE:
      return hp_log_format_visible (record->media_type, MAX_TOOLTIP);
    case HP_LOG_COLUMN_SIZE:
      return format_full_size (record);
    case HP_LOG_COLUMN_DURATION:
      return format_full_duration (record);
    case HP_LOG_COLUMN_CLIENT:
      return hp_client_label_format_full (record, MAX_TOOLTIP);
    case HP_LOG_COLUMN_REFERRER:
      return hp_log_format_visible (record->referrer, MAX_TOOLTIP);
    case HP_N_LOG_COLUMNS:
    default:
      return g_strdup ("");
    }
}

/* Takes the text. A quotation mark at its begin would swallow the cells behind it. */
static char *
disarm (char *text)
{
  char *safe;

  if (*text != '"' && !hp_log_format_is_formula (text))
    return text;
  safe = g_strconcat ("'", text, NULL);
  g_free (text);
  return safe;
}

char *
hp_log_cell_format_plain (HpLogColumn column, const HpRequestRecord *record)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  switch (column)
    {
    case HP_LOG_COLUMN_STATUS:
      return record->status == 0 ? g_strdup ("") : format_status (record);
    case HP_LOG_COLUMN_SIZE:
      return g_strdup_printf ("%" G_GUINT64_FORMAT, record->bytes);
    case HP_LOG_COLUMN_DURATION:
      return g_strdup (
          g_ascii_formatd (number, sizeof number, "%.3f", record->duration_us / 1000.0));
    case HP_LOG_COLUMN_PATH:
      return disarm (hp_log_format_visible (record->target, 0));
    case HP_LOG_COLUMN_CLIENT:
      return disarm (hp_log_format_visible (record->user_agent, 0));
    case HP_LOG_COLUMN_REFERRER:
      return disarm (hp_log_format_visible (record->referrer, 0));
    case HP_LOG_COLUMN_TIME:
    case HP_LOG_COLUMN_METHOD:
    case HP_LOG_COLUMN_TYPE:
    case HP_N_LOG_COLUMNS:
    default:
      return disarm (hp_log_cell_format_full (column, record));
    }
}

char *
hp_log_cell_format_all (const HpRequestRecord *record)
{
  GString *text = g_string_new (NULL);
  g_autofree char *target = hp_log_format_visible (record->target, MAX_TOOLTIP);
  g_autofree char *status = format_full_status (record);

  g_string_append_printf (text, "%s\n%s", target, status);
  if (record->referrer)
    {
      g_autofree char *referrer = hp_log_format_visible (record->referrer, MAX_TOOLTIP);

      g_string_append_c (text, '\n');
      g_string_append_printf (text, _ ("Referrer: %s"), referrer);
    }
  if (record->user_agent)
    {
      g_autofree char *agent = hp_log_format_visible (record->user_agent, MAX_TOOLTIP);

      g_string_append_c (text, '\n');
      g_string_append_printf (text, _ ("Client: %s"), agent);
    }
  return g_string_free (text, FALSE);
}

const char *
hp_log_cell_get_note (const HpRequestRecord *record)
{
  if (record->flags & HP_RECORD_ABORTED)
    return _ ("aborted");
  if (record->flags & HP_RECORD_REPEATED)
    /* Translators: of a request that Homeport itself has sent once more. */
    return _ ("sent again");
  return "";
}

static gboolean
is_shown (HpLogColumnSet *set, HpLogColumn column)
{
  return !set || hp_log_column_set_get_shown (set, column);
}

/* Takes the piece. */
static void
add_piece (GString *text, const char *separator, char *piece)
{
  if (*piece)
    g_string_append_printf (text, "%s%s", text->len > 0 ? separator : "", piece);
  g_free (piece);
}

char *
hp_log_cell_format_details (const HpRequestRecord *record, HpLogColumnSet *set)
{
  GString *text = g_string_new (NULL);

  if (is_shown (set, HP_LOG_COLUMN_TIME))
    add_piece (text, " · ", hp_log_format_time (record->time_us));
  if (record->flags & HP_RECORD_ABORTED)
    {
      g_autofree char *size = g_format_size (record->bytes);

      /* Translators: how much of an answer was sent before the client went away. */
      add_piece (text, " · ", g_strdup_printf (_ ("aborted after %s"), size));
    }
  else
    {
      add_piece (text, " · ", g_strdup (hp_log_cell_get_note (record)));
      if (is_shown (set, HP_LOG_COLUMN_SIZE))
        add_piece (text, " · ", g_format_size (record->bytes));
    }
  if (is_shown (set, HP_LOG_COLUMN_DURATION))
    add_piece (text, " · ", hp_log_format_duration (record->duration_us));
  if (is_shown (set, HP_LOG_COLUMN_CLIENT))
    add_piece (text, " · ", hp_client_label_format (record));
  return g_string_free (text, FALSE);
}

/* "GET /a, status 404, aborted" */
static void
add_answer (GString *text, const HpRequestRecord *record)
{
  g_autofree char *method = hp_log_format_visible (record->method, MAX_METHOD);
  g_autofree char *target = hp_log_format_visible (record->target, MAX_SHOWN);

  g_string_append_printf (text, "%s %s", method, target);
  if (record->status == 0)
    add_piece (text, ", ", g_strdup (_ ("aborted without an answer")));
  else
    {
      /* Translators: said by a screen reader: "status 404". */
      add_piece (text, ", ", g_strdup_printf (_ ("status %u"), record->status));
      add_piece (text, ", ", g_strdup (hp_log_cell_get_note (record)));
    }
  add_piece (text, ", ", g_strdup (hp_reason_get_words (record->reason)));
}

/* What came from where, each named: a screen reader has no columns. */
static void
add_origin (GString *text, const HpRequestRecord *record, HpLogColumnSet *set)
{
  const HpLogColumn columns[] = {
    HP_LOG_COLUMN_TYPE,
    HP_LOG_COLUMN_CLIENT,
    HP_LOG_COLUMN_REFERRER,
  };

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    if (is_shown (set, columns[i]))
      {
        g_autofree char *value = hp_log_cell_format (columns[i], record);

        if (*value)
          /* Translators: the title of a column and what is in it, as a screen reader says it. */
          add_piece (text, ", ",
                     g_strdup_printf (_ ("%s %s"), hp_log_column_get_title (columns[i]), value));
      }
}

char *
hp_log_cell_format_label (const HpRequestRecord *record, HpLogColumnSet *set)
{
  GString *text = g_string_new (NULL);

  add_answer (text, record);
  if (is_shown (set, HP_LOG_COLUMN_SIZE))
    add_piece (text, ", ", g_format_size (record->bytes));
  if (is_shown (set, HP_LOG_COLUMN_DURATION))
    add_piece (text, ", ", hp_log_format_duration (record->duration_us));
  if (is_shown (set, HP_LOG_COLUMN_TIME))
    add_piece (text, ", ", hp_log_format_time (record->time_us));
  add_origin (text, record, set);
  if (record->flags & HP_RECORD_PINNED)
    /* Translators: said of a request that stays when the log is cleared. */
    add_piece (text, ", ", g_strdup (_ ("pinned")));
  return g_string_free (text, FALSE);
}
