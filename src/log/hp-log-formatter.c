/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "log/hp-log-format.h"
#include "log/hp-log-formatter.h"

struct _HpLogFormatter
{
  HpLogFormat format;
  char *base;
  gboolean secrets;
  gboolean has_records;
  HpLogProgramFunc dup_program; /* nullable */
  gpointer programs;
  GDestroyNotify programs_destroy;
};

static const struct
{
  const char *nick;
  const char *extension;
  const char *name;
  const char *purpose;
} formats[] = {
  /* Translators: the names of file formats. */
  [HP_LOG_FORMAT_HAR] = { "har", "har", N_ ("HTTP Archive (HAR)"),
                          N_ ("Opens in Homeport and in the network panel of browsers") },
  [HP_LOG_FORMAT_JSON_LINES] = { "jsonl", "jsonl", N_ ("JSON Lines"),
                                 N_ ("One object per line, for programs") },
  [HP_LOG_FORMAT_COMBINED] = { "clf", "log", N_ ("Combined Log Format"),
                               N_ ("Lines as Apache and nginx write them") },
  [HP_LOG_FORMAT_CSV] = { "csv", "csv", N_ ("Table (CSV)"), N_ ("For spreadsheets") },
};
G_STATIC_ASSERT (G_N_ELEMENTS (formats) == HP_N_LOG_FORMATS);

const char *
hp_log_format_get_nick (HpLogFormat format)
{
  g_return_val_if_fail (format < HP_N_LOG_FORMATS, NULL);

  return formats[format].nick;
}

gboolean
hp_log_format_from_nick (const char *nick, HpLogFormat *format)
{
  for (guint i = 0; nick != NULL && i < HP_N_LOG_FORMATS; i++)
    if (g_str_equal (nick, formats[i].nick))
      {
        *format = i;
        return TRUE;
      }
  return FALSE;
}

const char *
hp_log_format_get_name (HpLogFormat format)
{
  g_return_val_if_fail (format < HP_N_LOG_FORMATS, NULL);

  return _ (formats[format].name);
}

const char *
hp_log_format_get_purpose (HpLogFormat format)
{
  g_return_val_if_fail (format < HP_N_LOG_FORMATS, NULL);

  return _ (formats[format].purpose);
}

const char *
hp_log_format_get_extension (HpLogFormat format)
{
  g_return_val_if_fail (format < HP_N_LOG_FORMATS, NULL);

  return formats[format].extension;
}

HpLogFormatter *
hp_log_formatter_new (HpLogFormat format, const char *base, gboolean secrets)
{
  HpLogFormatter *self;

  g_return_val_if_fail (format < HP_N_LOG_FORMATS, NULL);

  self = g_new0 (HpLogFormatter, 1);
  self->format = format;
  self->base = g_strdup (base);
  self->secrets = secrets;
  return self;
}

void
hp_log_formatter_free (HpLogFormatter *self)
{
  if (self->programs_destroy != NULL)
    self->programs_destroy (self->programs);
  g_free (self->base);
  g_free (self);
}

void
hp_log_formatter_set_programs (HpLogFormatter *self,
                               HpLogProgramFunc function,
                               gpointer data,
                               GDestroyNotify destroy)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (self->dup_program == NULL);

  self->dup_program = function;
  self->programs = data;
  self->programs_destroy = destroy;
}

void
hp_log_formatter_begin (HpLogFormatter *self, GString *out)
{
  g_return_if_fail (self != NULL);

  self->has_records = FALSE;
  if (self->format == HP_LOG_FORMAT_HAR)
    hp_log_format_har_head (out);
  else if (self->format == HP_LOG_FORMAT_CSV)
    hp_log_format_csv_head (out);
}

void
hp_log_formatter_resume (HpLogFormatter *self, gboolean has_records)
{
  g_return_if_fail (self != NULL);

  self->has_records = has_records;
}

/* (transfer full) (nullable): of the client, when the record itself doesn't know it. */
static char *
find_program (HpLogFormatter *self, const HpRequestRecord *record)
{
  if (self->dup_program == NULL || record->program != NULL || record->connection == 0
      || (record->flags & HP_RECORD_SAVED) != 0)
    return NULL;
  return self->dup_program (self->programs, record->connection);
}

static void
add (HpLogFormatter *self, GString *out, const HpRequestRecord *record)
{
  switch (self->format)
    {
    case HP_LOG_FORMAT_HAR:
      if (self->has_records)
        g_string_append (out, HP_HAR_SEPARATOR);
      hp_log_format_har_entry (out, record, self->base, self->secrets);
      break;
    case HP_LOG_FORMAT_JSON_LINES:
      hp_log_format_json_full (out, record, self->secrets);
      break;
    case HP_LOG_FORMAT_COMBINED:
      hp_log_format_combined (out, record);
      break;
    case HP_LOG_FORMAT_CSV:
      hp_log_format_csv (out, record);
      break;
    case HP_N_LOG_FORMATS:
      g_assert_not_reached ();
    }
  self->has_records = TRUE;
}

void
hp_log_formatter_add (HpLogFormatter *self, GString *out, const HpRequestRecord *record)
{
  g_autofree char *program = NULL;
  HpRequestRecord named;

  g_return_if_fail (self != NULL);

  program = find_program (self, record);
  if (program != NULL)
    {
      named = *record;
      named.program = program;
      record = &named;
    }
  add (self, out, record);
}

const char *
hp_log_formatter_get_tail (HpLogFormatter *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->format == HP_LOG_FORMAT_HAR ? HP_HAR_TAIL : "";
}
