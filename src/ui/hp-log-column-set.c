/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "ui/hp-log-column-set.h"

/* Milliseconds without a change before it is kept: a drag makes a hundred of them. */
#define SAVE_DELAY 500

/* More than any screen has. */
#define MAX_WIDTH 20000

typedef struct
{
  HpLogColumn column;
  gboolean shown;
  int width; /* 0: of itself */
} Choice;

struct _HpLogColumnSet
{
  GObject parent_instance;

  Choice choices[HP_N_LOG_COLUMNS]; /* in their order */
  HpLogColumn sort;
  gboolean descending;

  /* owned */
  GSettings *settings; /* NULL where nothing is kept */
  guint save_source;
};

G_DEFINE_FINAL_TYPE (HpLogColumnSet, hp_log_column_set, G_TYPE_OBJECT)

enum
{
  CHANGED,
  SORT_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const struct
{
  const char *nick;
  const char *title;
  gboolean number;
} columns[HP_N_LOG_COLUMNS] = {
  /* Translators: titles of the columns of the log; short ones. */
  [HP_LOG_COLUMN_TIME] = { "time", N_ ("Time") },
  [HP_LOG_COLUMN_METHOD] = { "method", N_ ("Method") },
  [HP_LOG_COLUMN_STATUS] = { "status", N_ ("Status") },
  [HP_LOG_COLUMN_PATH] = { "path", N_ ("Path") },
  [HP_LOG_COLUMN_TYPE] = { "type", N_ ("Type") },
  [HP_LOG_COLUMN_SIZE] = { "size", N_ ("Size"), TRUE },
  [HP_LOG_COLUMN_DURATION] = { "duration", N_ ("Duration"), TRUE },
  [HP_LOG_COLUMN_CLIENT] = { "client", N_ ("Client") },
  [HP_LOG_COLUMN_REFERRER] = { "referrer", N_ ("Referrer") },
};

const char *
hp_log_column_get_nick (HpLogColumn column)
{
  g_return_val_if_fail (column < HP_N_LOG_COLUMNS, "");

  return columns[column].nick;
}

HpLogColumn
hp_log_column_from_nick (const char *nick)
{
  for (guint i = 0; i < HP_N_LOG_COLUMNS; i++)
    if (g_strcmp0 (columns[i].nick, nick) == 0)
      return i;
  return HP_LOG_COLUMN_NONE;
}

const char *
hp_log_column_get_title (HpLogColumn column)
{
  g_return_val_if_fail (column < HP_N_LOG_COLUMNS, "");

  return _ (columns[column].title);
}

gboolean
hp_log_column_is_number (HpLogColumn column)
{
  return column < HP_N_LOG_COLUMNS && columns[column].number;
}

/* Keeping */

static void
save (HpLogColumnSet *self)
{
  const char *sort = self->sort == HP_LOG_COLUMN_NONE ? "" : hp_log_column_get_nick (self->sort);

  g_clear_handle_id (&self->save_source, g_source_remove);
  g_settings_set_value (self->settings, "log-columns", hp_log_column_set_to_variant (self));
  g_settings_set (self->settings, "log-sort", "(sb)", sort, self->descending);
}

static gboolean
save_cb (gpointer user_data)
{
  HpLogColumnSet *self = user_data;

  self->save_source = 0;
  save (self);
  return G_SOURCE_REMOVE;
}

static void
changed (HpLogColumnSet *self)
{
  if (self->settings)
    {
      g_clear_handle_id (&self->save_source, g_source_remove);
      self->save_source = g_timeout_add (SAVE_DELAY, save_cb, self);
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
set_defaults (HpLogColumnSet *self)
{
  for (guint i = 0; i < HP_N_LOG_COLUMNS; i++)
    self->choices[i] = (Choice){ .column = i, .shown = TRUE };
}

/* The object */

static void
hp_log_column_set_dispose (GObject *object)
{
  HpLogColumnSet *self = HP_LOG_COLUMN_SET (object);

  if (self->save_source)
    save (self);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (hp_log_column_set_parent_class)->dispose (object);
}

static void
hp_log_column_set_class_init (HpLogColumnSetClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hp_log_column_set_dispose;

  signals[CHANGED] = g_signal_new ("changed", HP_TYPE_LOG_COLUMN_SET, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[SORT_CHANGED] = g_signal_new ("sort-changed", HP_TYPE_LOG_COLUMN_SET, G_SIGNAL_RUN_LAST,
                                        0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hp_log_column_set_init (HpLogColumnSet *self)
{
  self->sort = HP_LOG_COLUMN_NONE;
  set_defaults (self);
}

HpLogColumnSet *
hp_log_column_set_new (void)
{
  return g_object_new (HP_TYPE_LOG_COLUMN_SET, NULL);
}

void
hp_log_column_set_bind (HpLogColumnSet *self, GSettings *settings)
{
  g_autoptr (GVariant) kept = NULL;
  g_autofree char *sort = NULL;
  gboolean descending;

  g_return_if_fail (HP_IS_LOG_COLUMN_SET (self));
  g_return_if_fail (G_IS_SETTINGS (settings));
  g_return_if_fail (!self->settings);

  kept = g_settings_get_value (settings, "log-columns");
  g_settings_get (settings, "log-sort", "(sb)", &sort, &descending);
  hp_log_column_set_from_variant (self, kept);
  hp_log_column_set_set_sort (self, hp_log_column_from_nick (sort), descending);
  self->settings = g_object_ref (settings);
}

static Choice *
find_choice (HpLogColumnSet *self, HpLogColumn column)
{
  for (guint i = 0; i < HP_N_LOG_COLUMNS; i++)
    if (self->choices[i].column == column)
      return &self->choices[i];
  g_assert_not_reached ();
}

HpLogColumn
hp_log_column_set_get_nth (HpLogColumnSet *self, guint place)
{
  g_return_val_if_fail (HP_IS_LOG_COLUMN_SET (self), HP_LOG_COLUMN_NONE);
  g_return_val_if_fail (place < HP_N_LOG_COLUMNS, HP_LOG_COLUMN_NONE);

  return self->choices[place].column;
}

gboolean
hp_log_column_set_get_shown (HpLogColumnSet *self, HpLogColumn column)
{
  g_return_val_if_fail (HP_IS_LOG_COLUMN_SET (self), FALSE);
  g_return_val_if_fail (column < HP_N_LOG_COLUMNS, FALSE);

  return find_choice (self, column)->shown;
}

void
hp_log_column_set_set_shown (HpLogColumnSet *self, HpLogColumn column, gboolean shown)
{
  Choice *choice;

  g_return_if_fail (HP_IS_LOG_COLUMN_SET (self));
  g_return_if_fail (column < HP_N_LOG_COLUMNS);

  choice = find_choice (self, column);
  if (choice->shown == !!shown || column == HP_LOG_COLUMN_PATH)
    return;
  choice->shown = !!shown;
  changed (self);
}

int
hp_log_column_set_get_width (HpLogColumnSet *self, HpLogColumn column)
{
  g_return_val_if_fail (HP_IS_LOG_COLUMN_SET (self), 0);
  g_return_val_if_fail (column < HP_N_LOG_COLUMNS, 0);

  return find_choice (self, column)->width;
}

void
hp_log_column_set_set_width (HpLogColumnSet *self, HpLogColumn column, int width)
{
  Choice *choice;

  g_return_if_fail (HP_IS_LOG_COLUMN_SET (self));
  g_return_if_fail (column < HP_N_LOG_COLUMNS);

  choice = find_choice (self, column);
  width = CLAMP (width, 0, MAX_WIDTH);
  if (choice->width == width || column == HP_LOG_COLUMN_PATH)
    return;
  choice->width = width;
  changed (self);
}

/* Where the column would go; its own place at the end of the row. */
static guint
find_target (HpLogColumnSet *self, guint place, int steps)
{
  int direction = steps < 0 ? -1 : 1;
  guint target = place;

  for (int i = (int) place + direction; steps != 0 && i >= 0 && i < HP_N_LOG_COLUMNS;
       i += direction)
    if (self->choices[i].shown)
      {
        target = i;
        steps -= direction;
      }
  return target;
}

gboolean
hp_log_column_set_can_move (HpLogColumnSet *self, HpLogColumn column, int steps)
{
  guint place;

  g_return_val_if_fail (HP_IS_LOG_COLUMN_SET (self), FALSE);
  g_return_val_if_fail (column < HP_N_LOG_COLUMNS, FALSE);

  place = find_choice (self, column) - self->choices;
  return find_target (self, place, steps) != place;
}

gboolean
hp_log_column_set_move (HpLogColumnSet *self, HpLogColumn column, int steps)
{
  guint place;
  guint target;
  Choice moved;

  g_return_val_if_fail (HP_IS_LOG_COLUMN_SET (self), FALSE);
  g_return_val_if_fail (column < HP_N_LOG_COLUMNS, FALSE);

  place = find_choice (self, column) - self->choices;
  target = find_target (self, place, steps);
  if (target == place)
    return FALSE;

  moved = self->choices[place];
  if (target > place)
    memmove (&self->choices[place], &self->choices[place + 1], (target - place) * sizeof moved);
  else
    memmove (&self->choices[target + 1], &self->choices[target], (place - target) * sizeof moved);
  self->choices[target] = moved;
  changed (self);
  return TRUE;
}

/* Sorting */

HpLogColumn
hp_log_column_set_get_sort (HpLogColumnSet *self)
{
  g_return_val_if_fail (HP_IS_LOG_COLUMN_SET (self), HP_LOG_COLUMN_NONE);

  return self->sort;
}

gboolean
hp_log_column_set_get_descending (HpLogColumnSet *self)
{
  g_return_val_if_fail (HP_IS_LOG_COLUMN_SET (self), FALSE);

  return self->descending;
}

void
hp_log_column_set_set_sort (HpLogColumnSet *self, HpLogColumn column, gboolean descending)
{
  g_return_if_fail (HP_IS_LOG_COLUMN_SET (self));
  g_return_if_fail (column <= HP_LOG_COLUMN_NONE);

  descending = descending && column != HP_LOG_COLUMN_NONE;
  if (self->sort == column && self->descending == descending)
    return;
  self->sort = column;
  self->descending = descending;
  g_signal_emit (self, signals[SORT_CHANGED], 0);
  changed (self);
}

void
hp_log_column_set_cycle_sort (HpLogColumnSet *self, HpLogColumn column)
{
  g_return_if_fail (HP_IS_LOG_COLUMN_SET (self));
  g_return_if_fail (column < HP_N_LOG_COLUMNS);

  if (self->sort != column)
    hp_log_column_set_set_sort (self, column, FALSE);
  else if (!self->descending)
    hp_log_column_set_set_sort (self, column, TRUE);
  else
    hp_log_column_set_set_sort (self, HP_LOG_COLUMN_NONE, FALSE);
}

void
hp_log_column_set_reset (HpLogColumnSet *self)
{
  g_return_if_fail (HP_IS_LOG_COLUMN_SET (self));

  set_defaults (self);
  changed (self);
}

/* The form in settings */

GVariant *
hp_log_column_set_to_variant (HpLogColumnSet *self)
{
  GVariantBuilder builder;

  g_return_val_if_fail (HP_IS_LOG_COLUMN_SET (self), NULL);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(sbi)"));
  for (guint i = 0; i < HP_N_LOG_COLUMNS; i++)
    {
      Choice *choice = &self->choices[i];

      g_variant_builder_add (&builder, "(sbi)", hp_log_column_get_nick (choice->column),
                             choice->shown, choice->width);
    }
  return g_variant_builder_end (&builder);
}

void
hp_log_column_set_from_variant (HpLogColumnSet *self, GVariant *variant)
{
  gboolean seen[HP_N_LOG_COLUMNS] = { FALSE };
  Choice choices[HP_N_LOG_COLUMNS];
  guint n = 0;
  GVariantIter iter;
  const char *nick;
  gboolean shown;
  int width;

  g_return_if_fail (HP_IS_LOG_COLUMN_SET (self));
  g_return_if_fail (g_variant_is_of_type (variant, G_VARIANT_TYPE ("a(sbi)")));

  g_variant_iter_init (&iter, variant);
  while (g_variant_iter_next (&iter, "(&sbi)", &nick, &shown, &width))
    {
      HpLogColumn column = hp_log_column_from_nick (nick);

      if (column == HP_LOG_COLUMN_NONE || seen[column])
        continue;
      seen[column] = TRUE;
      choices[n++] = (Choice){
        .column = column,
        .shown = shown || column == HP_LOG_COLUMN_PATH,
        .width = column == HP_LOG_COLUMN_PATH ? 0 : CLAMP (width, 0, MAX_WIDTH),
      };
    }

  /* A column that is newer than the settings comes at the end. */
  for (guint i = 0; i < HP_N_LOG_COLUMNS; i++)
    if (!seen[i])
      choices[n++] = (Choice){ .column = i, .shown = TRUE };

  if (memcmp (choices, self->choices, sizeof choices) == 0)
    return;
  memcpy (self->choices, choices, sizeof choices);
  changed (self);
}
