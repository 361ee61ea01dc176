/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "log/hp-log-reader-private.h"
#include "log/hp-page-load-private.h"
#include "log/hp-page-loads.h"

/* A page asked for a moment ago can have been asked for by a clock that was set back since. */
#define EARLY_US (100 * 1000)

/* The addresses and connections that lead to a load, for all loads; then they are forgotten. */
#define MAX_LEADS 20000

struct _HpPageLoads
{
  GObject parent_instance;

  HpLogReader *reader; /* owned */

  GPtrArray *pages;          /* of HpPageLoad, oldest first */
  HpPageLoad *others;        /* owned, nullable: the requests of no page */
  GHashTable *by_referrer;   /* of the pages, by user agent and address */
  GHashTable *by_connection; /* of the pages */

  /* what observers know */
  guint n_pages_told; /* the first ones of the pages */
  gboolean others_told;
};

static guint caught_up_signal;

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HpPageLoads,
                               hp_page_loads,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *model)
{
  return HP_TYPE_PAGE_LOAD;
}

static guint
get_n_items (GListModel *model)
{
  HpPageLoads *self = HP_PAGE_LOADS (model);

  return self->n_pages_told + self->others_told;
}

static gpointer
get_item (GListModel *model, guint position)
{
  HpPageLoads *self = HP_PAGE_LOADS (model);

  if (position < self->n_pages_told)
    return g_object_ref (g_ptr_array_index (self->pages, self->n_pages_told - 1 - position));
  if (position == self->n_pages_told && self->others_told)
    return g_object_ref (self->others);
  return NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* What leads to a page */

/* The path of an address of this server, as a Referer has it: without a fragment. */
static char *
get_lead (const HpRequestRecord *record, const char *path)
{
  const char *agent = record->user_agent != NULL ? record->user_agent : "";

  return g_strdup_printf ("%.*s\n%s", (int) strcspn (path, "#"), path, agent);
}

static gboolean
leads_on (HpFetchDest dest)
{
  return dest == HP_FETCH_DEST_DOCUMENT || dest == HP_FETCH_DEST_FRAME
         || dest == HP_FETCH_DEST_STYLE || dest == HP_FETCH_DEST_SCRIPT
         || dest == HP_FETCH_DEST_WORKER;
}

static void
remember_leads (HpPageLoads *self, HpPageLoad *page, const HpRequestRecord *record)
{
  if (g_hash_table_size (self->by_referrer) >= MAX_LEADS)
    g_hash_table_remove_all (self->by_referrer);
  if (g_hash_table_size (self->by_connection) >= MAX_LEADS)
    g_hash_table_remove_all (self->by_connection);

  if (leads_on (record->fetch_dest))
    g_hash_table_replace (self->by_referrer, get_lead (record, record->target),
                          g_object_ref (page));
  if (record->connection != 0)
    g_hash_table_replace (self->by_connection, GUINT_TO_POINTER (record->connection),
                          g_object_ref (page));
}

static gboolean
is_navigation (const HpRequestRecord *record)
{
  return (record->flags & HP_RECORD_NAVIGATION) != 0
         && (record->fetch_dest == HP_FETCH_DEST_DOCUMENT
             || record->fetch_dest == HP_FETCH_DEST_UNKNOWN);
}

static gboolean
fits (HpPageLoad *page, const HpRequestRecord *record)
{
  return !page->forgotten && record->time_us >= page->time_us - EARLY_US
         && record->time_us <= page->end_us + HP_PAGE_LOADS_GAP_US
         && record->time_us <= page->time_us + HP_PAGE_LOADS_MAX_US;
}

/* What stays open to be told of news later is no part of a load. */
static gboolean
is_stream (const HpRequestRecord *record)
{
  return record->media_type != NULL && g_str_has_prefix (record->media_type, "text/event-stream");
}

/* A redirect and what it leads to are one visit. */
static HpPageLoad *
find_redirect (HpPageLoads *self, const HpRequestRecord *record)
{
  HpPageLoad *page;

  if (record->connection == 0)
    return NULL;
  page = g_hash_table_lookup (self->by_connection, GUINT_TO_POINTER (record->connection));
  return page != NULL && page->redirecting && fits (page, record) ? page : NULL;
}

static HpPageLoad *
find_page (HpPageLoads *self, const HpRequestRecord *record)
{
  HpPageLoad *page = NULL;

  if (is_stream (record))
    return NULL;
  if (record->referrer == NULL && record->fetch_dest != HP_FETCH_DEST_UNKNOWN
      && record->connection != 0)
    page = g_hash_table_lookup (self->by_connection, GUINT_TO_POINTER (record->connection));
  else if (record->referrer != NULL && (record->flags & HP_RECORD_OWN_REFERRER) != 0)
    {
      g_autofree char *lead = get_lead (record, hp_request_record_get_short_referrer (record));

      page = g_hash_table_lookup (self->by_referrer, lead);
    }
  return page != NULL && fits (page, record) ? page : NULL;
}

/* Reading */

static void
forget_oldest (HpPageLoads *self)
{
  gboolean told = self->n_pages_told > 0;

  if (self->pages->len <= HP_PAGE_LOADS_MAX)
    return;
  if (told)
    self->n_pages_told--;
  ((HpPageLoad *) g_ptr_array_index (self->pages, 0))->forgotten = TRUE;
  g_ptr_array_remove_index (self->pages, 0);
  if (told)
    g_list_model_items_changed (G_LIST_MODEL (self), self->n_pages_told, 1, 0);
}

static HpPageLoad *
begin_page (HpPageLoads *self, const HpRequestRecord *record)
{
  HpPageLoad *page = find_redirect (self, record);

  if (page != NULL)
    {
      hp_page_load_set_target (page, record->target);
      return page;
    }
  page = hp_page_load_new (record->target);
  g_ptr_array_add (self->pages, page);
  forget_oldest (self);
  return page;
}

static void
take (gpointer owner, guint64 seq, const HpRequestRecord *record)
{
  HpPageLoads *self = owner;
  HpPageLoad *page = is_navigation (record) ? begin_page (self, record) : find_page (self, record);

  if (page != NULL)
    remember_leads (self, page, record);
  else if (self->others == NULL)
    self->others = hp_page_load_new (NULL);
  hp_page_load_add (page != NULL ? page : self->others, seq, record);
}

static void
reset (gpointer owner)
{
  HpPageLoads *self = owner;
  guint n_told = self->n_pages_told + self->others_told;

  self->n_pages_told = 0;
  self->others_told = FALSE;
  g_clear_object (&self->others);
  g_ptr_array_set_size (self->pages, 0);
  g_hash_table_remove_all (self->by_referrer);
  g_hash_table_remove_all (self->by_connection);
  if (n_told > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n_told, 0);
}

static void
settle (gpointer owner, gboolean rows_left)
{
  HpPageLoads *self = owner;
  guint n_new = self->pages->len - self->n_pages_told;

  self->n_pages_told = self->pages->len;
  if (n_new > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, n_new);
  if (self->others != NULL && !self->others_told)
    {
      self->others_told = TRUE;
      g_list_model_items_changed (G_LIST_MODEL (self), self->n_pages_told, 0, 1);
    }

  for (guint i = 0; i < self->pages->len; i++)
    hp_page_load_tell (g_ptr_array_index (self->pages, i));
  if (self->others != NULL)
    hp_page_load_tell (self->others);
}

static void
caught_up (gpointer owner)
{
  g_signal_emit (owner, caught_up_signal, 0);
}

static void
hp_page_loads_dispose (GObject *object)
{
  g_clear_pointer (&HP_PAGE_LOADS (object)->reader, hp_log_reader_free);

  G_OBJECT_CLASS (hp_page_loads_parent_class)->dispose (object);
}

static void
hp_page_loads_finalize (GObject *object)
{
  HpPageLoads *self = HP_PAGE_LOADS (object);

  g_hash_table_unref (self->by_referrer);
  g_hash_table_unref (self->by_connection);
  g_ptr_array_unref (self->pages);
  g_clear_object (&self->others);

  G_OBJECT_CLASS (hp_page_loads_parent_class)->finalize (object);
}

static void
hp_page_loads_class_init (HpPageLoadsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hp_page_loads_dispose;
  G_OBJECT_CLASS (klass)->finalize = hp_page_loads_finalize;

  caught_up_signal = g_signal_new ("caught-up", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hp_page_loads_init (HpPageLoads *self)
{
  self->pages = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_referrer = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->by_connection = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
}

HpPageLoads *
hp_page_loads_new (HpRequestLog *log)
{
  static const HpLogReaderFuncs funcs = { reset, take, settle, caught_up };
  HpPageLoads *self;

  g_return_val_if_fail (HP_IS_REQUEST_LOG (log), NULL);

  self = g_object_new (HP_TYPE_PAGE_LOADS, NULL);
  self->reader = hp_log_reader_new (log, &funcs, self);
  return self;
}

HpRequestLog *
hp_page_loads_get_log (HpPageLoads *self)
{
  g_return_val_if_fail (HP_IS_PAGE_LOADS (self), NULL);

  return hp_log_reader_get_log (self->reader);
}

guint
hp_page_loads_get_n_pages (HpPageLoads *self)
{
  g_return_val_if_fail (HP_IS_PAGE_LOADS (self), 0);

  return self->n_pages_told;
}

gboolean
hp_page_loads_is_reading (HpPageLoads *self)
{
  g_return_val_if_fail (HP_IS_PAGE_LOADS (self), FALSE);

  return hp_log_reader_is_behind (self->reader);
}
