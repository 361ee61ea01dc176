/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "log/hp-log-format.h"
#include "log/hp-page-load-private.h"

/* Characters of an address in a title. */
#define MAX_TITLE 200

/* The oldest bars make room for new ones by so many at a time. */
#define DROPPED_BARS (HP_PAGE_LOAD_MAX_BARS / 4)

struct _HpPageLoadRow
{
  GObject parent_instance;

  HpPageLoadBar bar;
};

static void list_model_init (GListModelInterface *iface);

static guint changed_signal;

G_DEFINE_FINAL_TYPE (HpPageLoadRow, hp_page_load_row, G_TYPE_OBJECT)
G_DEFINE_FINAL_TYPE_WITH_CODE (HpPageLoad,
                               hp_page_load,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
hp_page_load_row_class_init (HpPageLoadRowClass *klass)
{
}

static void
hp_page_load_row_init (HpPageLoadRow *self)
{
}

const HpPageLoadBar *
hp_page_load_row_get_bar (HpPageLoadRow *self)
{
  g_return_val_if_fail (HP_IS_PAGE_LOAD_ROW (self), NULL);

  return &self->bar;
}

static GType
get_item_type (GListModel *model)
{
  return HP_TYPE_PAGE_LOAD_ROW;
}

static guint
get_n_items (GListModel *model)
{
  return HP_PAGE_LOAD (model)->n_told;
}

static gpointer
get_item (GListModel *model, guint position)
{
  HpPageLoad *self = HP_PAGE_LOAD (model);
  HpPageLoadRow *row;

  if (position >= self->n_told)
    return NULL;
  row = g_object_new (HP_TYPE_PAGE_LOAD_ROW, NULL);
  row->bar = g_array_index (self->bars, HpPageLoadBar, position);
  return row;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
hp_page_load_finalize (GObject *object)
{
  HpPageLoad *self = HP_PAGE_LOAD (object);

  g_free (self->target);
  g_array_unref (self->bars);

  G_OBJECT_CLASS (hp_page_load_parent_class)->finalize (object);
}

static void
hp_page_load_class_init (HpPageLoadClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hp_page_load_finalize;

  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
hp_page_load_init (HpPageLoad *self)
{
  self->bars = g_array_new (FALSE, FALSE, sizeof (HpPageLoadBar));
}

HpPageLoad *
hp_page_load_new (const char *target)
{
  HpPageLoad *self = g_object_new (HP_TYPE_PAGE_LOAD, NULL);

  self->target = g_strdup (target);
  self->redirecting = target != NULL;
  return self;
}

void
hp_page_load_set_target (HpPageLoad *self, const char *target)
{
  g_free (self->target);
  self->target = g_strdup (target);
}

/* Rows that observers know are taken out in front of them. */
static void
make_room (HpPageLoad *self)
{
  guint n_told = MIN (self->n_told, DROPPED_BARS);

  if (self->bars->len < HP_PAGE_LOAD_MAX_BARS)
    return;
  self->n_told -= n_told;
  g_array_remove_range (self->bars, 0, DROPPED_BARS);
  if (n_told > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n_told, 0);
}

/* Whatever ended first: a load begins when its first request did. */
static void
move_begin (HpPageLoad *self, gint64 time_us)
{
  if (self->n_requests == 0)
    self->time_us = self->end_us = time_us;
  if (time_us >= self->time_us)
    return;

  for (guint i = 0; i < self->bars->len; i++)
    g_array_index (self->bars, HpPageLoadBar, i).start_us += self->time_us - time_us;
  self->time_us = time_us;
}

void
hp_page_load_add (HpPageLoad *self, guint64 seq, const HpRequestRecord *record)
{
  HpPageLoadBar bar = {
    .seq = seq,
    .first_byte_us = MIN (record->first_byte_us, record->duration_us),
    .duration_us = record->duration_us,
    .status = record->status,
    .fetch_dest = record->fetch_dest,
    .is_problem = hp_request_record_is_problem (record),
  };

  move_begin (self, record->time_us);
  bar.start_us = record->time_us - self->time_us;
  make_room (self);
  g_array_append_val (self->bars, bar);

  self->end_us = MAX (self->end_us, record->time_us + record->duration_us);
  self->bytes += record->bytes;
  self->n_requests++;
  self->n_problems += bar.is_problem;
  self->redirecting = self->redirecting && record->status >= 300 && record->status < 400
                      && record->status != 304;
  self->touched = TRUE;
}

void
hp_page_load_tell (HpPageLoad *self)
{
  guint n_told = self->n_told;

  if (!self->touched)
    return;
  self->touched = FALSE;
  self->n_told = self->bars->len;
  if (self->n_told > n_told)
    g_list_model_items_changed (G_LIST_MODEL (self), n_told, 0, self->n_told - n_told);
  g_signal_emit (self, changed_signal, 0);
}

gboolean
hp_page_load_is_page (HpPageLoad *self)
{
  g_return_val_if_fail (HP_IS_PAGE_LOAD (self), FALSE);

  return self->target != NULL;
}

const char *
hp_page_load_get_target (HpPageLoad *self)
{
  g_return_val_if_fail (HP_IS_PAGE_LOAD (self), "");

  return self->target != NULL ? self->target : "";
}

gint64
hp_page_load_get_time_us (HpPageLoad *self)
{
  g_return_val_if_fail (HP_IS_PAGE_LOAD (self), 0);

  return self->time_us;
}

guint64
hp_page_load_get_duration_us (HpPageLoad *self)
{
  g_return_val_if_fail (HP_IS_PAGE_LOAD (self), 0);

  return self->end_us - self->time_us;
}

guint64
hp_page_load_get_n_requests (HpPageLoad *self)
{
  g_return_val_if_fail (HP_IS_PAGE_LOAD (self), 0);

  return self->n_requests;
}

guint64
hp_page_load_get_n_problems (HpPageLoad *self)
{
  g_return_val_if_fail (HP_IS_PAGE_LOAD (self), 0);

  return self->n_problems;
}

const HpPageLoadBar *
hp_page_load_get_bars (HpPageLoad *self, guint *n_bars)
{
  g_return_val_if_fail (HP_IS_PAGE_LOAD (self), NULL);

  *n_bars = self->bars->len;
  return (const HpPageLoadBar *) self->bars->data;
}

/* In words */

char *
hp_page_load_dup_title (HpPageLoad *self)
{
  g_autofree char *target = NULL;

  g_return_val_if_fail (HP_IS_PAGE_LOAD (self), NULL);

  if (self->target == NULL)
    return g_strdup (_ ("Requests that belong to no page"));
  target = hp_log_format_visible (self->target, MAX_TITLE);
  /* Translators: a browser went to this page; %s is its path. */
  return g_strdup_printf (_ ("Load of %s"), target);
}

char *
hp_page_load_dup_summary (HpPageLoad *self)
{
  g_autofree char *requests = NULL;
  g_autofree char *problems = NULL;
  g_autofree char *size = NULL;
  g_autofree char *duration = NULL;
  gulong n_requests;
  gulong n_problems;

  g_return_val_if_fail (HP_IS_PAGE_LOAD (self), NULL);

  n_requests = self->n_requests;
  n_problems = self->n_problems;
  requests = g_strdup_printf (ngettext ("%'lu request", "%'lu requests", n_requests), n_requests);
  problems = g_strdup_printf (ngettext ("%'lu problem", "%'lu problems", n_problems), n_problems);
  size = g_format_size (self->bytes);
  duration = hp_log_format_duration (MIN (hp_page_load_get_duration_us (self), G_MAXUINT32));

  if (self->target == NULL)
    /* Translators: how many requests, how many problems, size. */
    return n_problems > 0 ? g_strdup_printf (_ ("%s · %s · %s"), requests, problems, size)
                          /* Translators: how many requests, size. */
                          : g_strdup_printf (C_ ("requests", "%s · %s"), requests, size);
  if (n_problems > 0)
    /* Translators: how many requests, how many problems, size, duration of a page load. */
    return g_strdup_printf (_ ("%s · %s · %s · %s"), requests, problems, size, duration);
  /* Translators: how many requests, size, duration of a page load. */
  return g_strdup_printf (C_ ("page load", "%s · %s · %s"), requests, size, duration);
}
