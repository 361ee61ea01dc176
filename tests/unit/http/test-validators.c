/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "http/hp-validators.h"

#define DATE   "Sun, 06 Nov 1994 08:49:37 GMT"
#define BEFORE "Sun, 06 Nov 1994 08:49:36 GMT"
#define AFTER  "Sun, 06 Nov 1994 08:49:38 GMT"

static const struct timespec now = { .tv_sec = 784200000, .tv_nsec = 500 };

static struct stat
make_stat (void)
{
  struct stat stat = { 0 };

  stat.st_size = 1234;
  stat.st_ino = 42;
  stat.st_mtim.tv_sec = stat.st_ctim.tv_sec = 784111777;
  stat.st_mtim.tv_nsec = stat.st_ctim.tv_nsec = 123456789;

  return stat;
}

/* In the tables, "E" stands for the tag of the file. */
static char *
fill_in (const char *field, const HpValidators *validators)
{
  g_auto (GStrv) parts = field != NULL ? g_strsplit (field, "E", -1) : NULL;

  return parts != NULL ? g_strjoinv (validators->etag, parts) : NULL;
}

static const struct
{
  const char *if_match;
  const char *if_unmodified_since;
  const char *if_none_match;
  const char *if_modified_since;
  HpConditionVerdict verdict;
} rows[] = {
  { NULL, NULL, NULL, NULL, HP_CONDITION_PASS },
  /* If-None-Match compares weakly */
  { NULL, NULL, "E", NULL, HP_CONDITION_NOT_MODIFIED },
  { NULL, NULL, "W/E", NULL, HP_CONDITION_NOT_MODIFIED },
  { NULL, NULL, "*", NULL, HP_CONDITION_NOT_MODIFIED },
  { NULL, NULL, " * ", NULL, HP_CONDITION_NOT_MODIFIED },
  { NULL, NULL, "\"a\", E", NULL, HP_CONDITION_NOT_MODIFIED },
  { NULL, NULL, "\"a\",E,\"b\"", NULL, HP_CONDITION_NOT_MODIFIED },
  { NULL, NULL, "\"a\" , W/E , \"b\"", NULL, HP_CONDITION_NOT_MODIFIED },
  { NULL, NULL, ",, ,E,", NULL, HP_CONDITION_NOT_MODIFIED },
  { NULL, NULL, "\"a,b\", E", NULL, HP_CONDITION_NOT_MODIFIED },
  { NULL, NULL, "\"\", E", NULL, HP_CONDITION_NOT_MODIFIED },
  { NULL, NULL, "junk, E", NULL, HP_CONDITION_NOT_MODIFIED },
  { NULL, NULL, "\"a\"", NULL, HP_CONDITION_PASS },
  { NULL, NULL, "\"\"", NULL, HP_CONDITION_PASS },
  { NULL, NULL, "", NULL, HP_CONDITION_PASS },
  { NULL, NULL, ",", NULL, HP_CONDITION_PASS },
  { NULL, NULL, "junk", NULL, HP_CONDITION_PASS },
  { NULL, NULL, "w/E", NULL, HP_CONDITION_PASS },
  { NULL, NULL, "W/ E", NULL, HP_CONDITION_PASS },
  { NULL, NULL, "Ex", NULL, HP_CONDITION_PASS },
  { NULL, NULL, "E E", NULL, HP_CONDITION_PASS },
  { NULL, NULL, "xE", NULL, HP_CONDITION_PASS },
  { NULL, NULL, "\"unclosed", NULL, HP_CONDITION_PASS },
  { NULL, NULL, "\"a b\"", NULL, HP_CONDITION_PASS },
  { NULL, NULL, "**", NULL, HP_CONDITION_PASS },
  /* If-Modified-Since */
  { NULL, NULL, NULL, DATE, HP_CONDITION_NOT_MODIFIED },
  { NULL, NULL, NULL, AFTER, HP_CONDITION_NOT_MODIFIED },
  { NULL, NULL, NULL, BEFORE, HP_CONDITION_PASS },
  { NULL, NULL, NULL, "Sunday, 06-Nov-94 08:49:37 GMT", HP_CONDITION_NOT_MODIFIED },
  { NULL, NULL, NULL, "Sun Nov  6 08:49:37 1994", HP_CONDITION_NOT_MODIFIED },
  { NULL, NULL, NULL, "Fri, 31 Dec 9999 23:59:59 GMT", HP_CONDITION_NOT_MODIFIED },
  { NULL, NULL, NULL, "Thu, 01 Jan 1970 00:00:00 GMT", HP_CONDITION_PASS },
  { NULL, NULL, NULL, "soon", HP_CONDITION_PASS },
  { NULL, NULL, NULL, "", HP_CONDITION_PASS },
  /* ... is ignored beside If-None-Match */
  { NULL, NULL, "\"a\"", DATE, HP_CONDITION_PASS },
  { NULL, NULL, "E", BEFORE, HP_CONDITION_NOT_MODIFIED },
  /* If-Match compares strongly */
  { "E", NULL, NULL, NULL, HP_CONDITION_PASS },
  { "\"a\", E", NULL, NULL, NULL, HP_CONDITION_PASS },
  { "*", NULL, NULL, NULL, HP_CONDITION_PASS },
  { "W/E", NULL, NULL, NULL, HP_CONDITION_FAILED },
  { "W/E, E", NULL, NULL, NULL, HP_CONDITION_PASS },
  { "\"a\"", NULL, NULL, NULL, HP_CONDITION_FAILED },
  { "", NULL, NULL, NULL, HP_CONDITION_FAILED },
  { "junk", NULL, NULL, NULL, HP_CONDITION_FAILED },
  /* If-Unmodified-Since */
  { NULL, DATE, NULL, NULL, HP_CONDITION_PASS },
  { NULL, AFTER, NULL, NULL, HP_CONDITION_PASS },
  { NULL, BEFORE, NULL, NULL, HP_CONDITION_FAILED },
  { NULL, "soon", NULL, NULL, HP_CONDITION_PASS },
  { "E", BEFORE, NULL, NULL, HP_CONDITION_PASS },
  { "\"a\"", DATE, NULL, NULL, HP_CONDITION_FAILED },
  /* in their order */
  { "E", NULL, "E", NULL, HP_CONDITION_NOT_MODIFIED },
  { "\"a\"", NULL, "E", NULL, HP_CONDITION_FAILED },
  { NULL, BEFORE, "E", NULL, HP_CONDITION_FAILED },
  { NULL, DATE, NULL, DATE, HP_CONDITION_NOT_MODIFIED },
};

static void
test_conditions (void)
{
  struct stat stat = make_stat ();
  HpValidators validators;

  hp_validators_init (&validators, &stat, &now);
  g_assert_null (strchr (validators.etag, 'E'));

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *if_match = fill_in (rows[i].if_match, &validators);
      g_autofree char *if_none_match = fill_in (rows[i].if_none_match, &validators);
      const HpConditions conditions = { if_match, rows[i].if_unmodified_since, if_none_match,
                                        rows[i].if_modified_since };

      g_test_message ("%" G_GSIZE_FORMAT ": %s | %s | %s | %s", i, if_match,
                      rows[i].if_unmodified_since, if_none_match, rows[i].if_modified_since);
      g_assert_cmpint (hp_validators_check (&validators, &conditions), ==, rows[i].verdict);
    }
}

static void
test_if_range (void)
{
  static const struct
  {
    const char *field;
    gboolean allowed;
  } fields[] = {
    { NULL, TRUE },
    { "E", TRUE },
    { "W/E", FALSE },
    { "\"a\"", FALSE },
    { "E, E", FALSE },
    { "*", FALSE },
    { "", FALSE },
    { DATE, TRUE },
    { BEFORE, FALSE },
    { AFTER, FALSE },
    { "soon", FALSE },
    { "Ex", FALSE },
    { "Sun Nov  6 08:49:37 1994", TRUE },
  };
  struct stat stat = make_stat ();
  HpValidators validators;

  hp_validators_init (&validators, &stat, &now);
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *field = fill_in (fields[i].field, &validators);

      g_test_message ("%s", field);
      g_assert_cmpint (hp_validators_allow_range (&validators, field), ==, fields[i].allowed);
    }
}

static void
test_tag_changes (void)
{
  struct stat first = make_stat ();
  HpValidators before, after;

  hp_validators_init (&before, &first, &now);
  g_assert_true (before.etag[0] == '"' && g_str_has_suffix (before.etag, "\""));
  hp_validators_init (&after, &first, &now);
  g_assert_cmpstr (before.etag, ==, after.etag);

  for (int i = 0; i < 4; i++)
    {
      struct stat changed = make_stat ();

      changed.st_size += i == 0;
      changed.st_ino += i == 1;
      changed.st_mtim.tv_nsec += i == 2;
      changed.st_ctim.tv_nsec += i == 3;
      hp_validators_init (&after, &changed, &now);
      g_assert_cmpstr (before.etag, !=, after.etag);
    }
}

/* What was changed in the running tick of the clock may change again and keep all its stamps. */
static void
test_same_tick (void)
{
  struct stat stat = make_stat ();
  HpValidators first, second;
  struct timespec clock = now;

  stat.st_ctim = now;
  hp_validators_init (&first, &stat, &clock);
  hp_validators_init (&second, &stat, &clock);
  g_assert_cmpstr (first.etag, !=, second.etag);

  clock.tv_nsec++;
  hp_validators_init (&first, &stat, &clock);
  hp_validators_init (&second, &stat, &clock);
  g_assert_cmpstr (first.etag, ==, second.etag);

  /* A file system with whole seconds. */
  stat.st_ctim.tv_nsec = 0;
  clock.tv_sec++;
  hp_validators_init (&first, &stat, &clock);
  hp_validators_init (&second, &stat, &clock);
  g_assert_cmpstr (first.etag, !=, second.etag);
  clock.tv_sec += 2;
  hp_validators_init (&first, &stat, &clock);
  hp_validators_init (&second, &stat, &clock);
  g_assert_cmpstr (first.etag, ==, second.etag);

  /* A clock that is far ahead. */
  stat.st_ctim.tv_sec += 3600;
  hp_validators_init (&first, &stat, &clock);
  hp_validators_init (&second, &stat, &clock);
  g_assert_cmpstr (first.etag, ==, second.etag);
}

static void
test_dates (void)
{
  struct stat stat = make_stat ();
  HpConditions since_ever = { .if_modified_since = "Thu, 01 Jan 1970 00:00:01 GMT" };
  HpValidators validators;

  hp_validators_init (&validators, &stat, &now);
  g_assert_cmpstr (validators.last_modified, ==, DATE);

  /* Never later than now. */
  stat.st_mtim.tv_sec = now.tv_sec + 1000;
  hp_validators_init (&validators, &stat, &now);
  g_assert_cmpint (validators.modified, ==, now.tv_sec);

  /* Not a date that says nothing. */
  for (int seconds = -5; seconds <= 1; seconds++)
    {
      stat.st_mtim.tv_sec = seconds;
      hp_validators_init (&validators, &stat, &now);
      g_assert_cmpstr (validators.last_modified, ==, "");
      g_assert_cmpint (hp_validators_check (&validators, &since_ever), ==, HP_CONDITION_PASS);
      g_assert_false (hp_validators_allow_range (&validators, "Thu, 01 Jan 1970 00:00:01 GMT"));
    }

  stat.st_mtim.tv_sec = G_MAXINT64;
  stat.st_ctim.tv_sec = G_MININT64;
  hp_validators_init (&validators, &stat, &now);
  g_assert_cmpint (validators.modified, ==, now.tv_sec);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/validators/conditions", test_conditions);
  g_test_add_func ("/validators/if-range", test_if_range);
  g_test_add_func ("/validators/tag-changes", test_tag_changes);
  g_test_add_func ("/validators/same-tick", test_same_tick);
  g_test_add_func ("/validators/dates", test_dates);

  return g_test_run ();
}
