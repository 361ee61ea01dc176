/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "http/hp-validators.h"

#define SECOND G_GUINT64_CONSTANT (1000000000)

void
hp_validators_read_clock (struct timespec *now)
{
  clock_gettime (CLOCK_REALTIME_COARSE, now);
}

/* Unsigned, so that it wraps for years that file systems can store and nanoseconds can't. */
static guint64
to_ns (const struct timespec *time)
{
  return (guint64) time->tv_sec * SECOND + (guint64) time->tv_nsec;
}

/* A file changed in this very tick of the clock can change once more and keep its stamps. Where
 * stamps are whole seconds (FAT: even ones), a tick is that long. A stamp from far ahead is
 * another machine's clock, and says nothing of ticks. */
static gboolean
may_change_unseen (const struct stat *stat, const struct timespec *now)
{
  gint64 age = (gint64) (to_ns (now) - to_ns (&stat->st_ctim));
  gint64 tick = stat->st_ctim.tv_nsec == 0 ? 2 * SECOND : 0;

  return age > -2 * (gint64) SECOND && age <= tick;
}

void
hp_validators_init (HpValidators *self, const struct stat *stat, const struct timespec *now)
{
  static gint serial;
  gsize length;

  self->now = now->tv_sec;
  self->modified = MIN ((gint64) stat->st_mtim.tv_sec, self->now);

  /* Tools that want builds to be reproducible set 0 or 1, for every build. */
  if (self->modified <= 1 || !hp_http_date_format (self->modified, self->last_modified))
    self->last_modified[0] = '\0';

  /* The change time also moves when a tool sets the modification time back. */
  length = g_snprintf (self->etag, sizeof self->etag,
                       "\"%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER
                       "x-%" G_GINT64_MODIFIER "x",
                       (guint64) stat->st_size, to_ns (&stat->st_mtim), to_ns (&stat->st_ctim),
                       (guint64) stat->st_ino);

  /* Such a tag is never seen again, so the next request gets the file and a lasting tag. */
  if (may_change_unseen (stat, now))
    length += g_snprintf (self->etag + length, sizeof self->etag - length,
                          "-%" G_GINT64_MODIFIER "x.%x", to_ns (now),
                          (guint) g_atomic_int_add (&serial, 1));

  g_strlcpy (self->etag + length, "\"", sizeof self->etag - length);
}

/* Takes one entity-tag, W/"x" or "x" (RFC 9110, 8.8.3). The tag is as it stands, quotes included.
 * FALSE when there is none here. */
static gboolean
take_tag (const char **text, const char **tag, gsize *length, gboolean *weak)
{
  const char *end;

  *weak = g_str_has_prefix (*text, "W/");
  if (*weak)
    *text += 2;
  if (**text != '"')
    return FALSE;

  *tag = *text;
  for (end = *text + 1; *end != '"'; end++)
    {
      if ((guchar) *end <= ' ' || *end == 0x7f)
        return FALSE;
    }
  *length = end + 1 - *tag;
  *text = end + 1;

  return TRUE;
}

static gboolean
names_us (const HpValidators *self, const char *tag, gsize length)
{
  return length == strlen (self->etag) && memcmp (tag, self->etag, length) == 0;
}

/* Whether a list of entity tags, or "*", names this state. What is malformed is skipped up to the
 * next comma. */
static gboolean
matches (const HpValidators *self, const char *field, gboolean strong)
{
  const char *text = field + strspn (field, " \t");

  if (text[0] == '*' && text[1 + strspn (text + 1, " \t")] == '\0')
    return TRUE;

  while (*text != '\0')
    {
      const char *tag;
      gsize length;
      gboolean weak;

      text += strspn (text, " \t,");
      if (take_tag (&text, &tag, &length, &weak))
        {
          text += strspn (text, " \t");
          if ((*text == ',' || *text == '\0') && !(strong && weak) && names_us (self, tag, length))
            return TRUE;
        }
      text += strcspn (text, ",");
    }

  return FALSE;
}

/* FALSE when the field isn't there, is no date, or the file has none to compare with. */
static gboolean
read_date (const HpValidators *self, const char *field, gint64 *date)
{
  return field != NULL && self->last_modified[0] != '\0'
         && hp_http_date_parse (field, self->now, date);
}

HpConditionVerdict
hp_validators_check (const HpValidators *self, const HpConditions *conditions)
{
  gint64 date;

  if (conditions->if_match != NULL)
    {
      if (!matches (self, conditions->if_match, TRUE))
        return HP_CONDITION_FAILED;
    }
  else if (read_date (self, conditions->if_unmodified_since, &date) && self->modified > date)
    {
      return HP_CONDITION_FAILED;
    }

  if (conditions->if_none_match != NULL)
    {
      if (matches (self, conditions->if_none_match, FALSE))
        return HP_CONDITION_NOT_MODIFIED;
    }
  else if (read_date (self, conditions->if_modified_since, &date) && self->modified <= date)
    {
      return HP_CONDITION_NOT_MODIFIED;
    }

  return HP_CONDITION_PASS;
}

gboolean
hp_validators_allow_range (const HpValidators *self, const char *if_range)
{
  const char *text = if_range;
  const char *tag;
  gsize length;
  gboolean weak;
  gint64 date;

  if (if_range == NULL)
    return TRUE;
  if (take_tag (&text, &tag, &length, &weak))
    return *text == '\0' && !weak && names_us (self, tag, length);

  return read_date (self, if_range, &date) && date == self->modified;
}
