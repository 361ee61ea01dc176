/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "http/hp-directory-json.h"
#include "http/hp-directory-page.h"
#include "http/hp-error-page.h"
#include "http/hp-folder-entries.h"
#include "http/hp-json.h"
#include "http/hp-listing-query.h"
#include "http/hp-lookup.h"
#include "http/hp-media-type.h"
#include "http/hp-page.h"
#include "http/hp-target.h"

/* Rows of one .g in hp-page.c. */
#define GROUP 200

/* Smaller pages are no burden, however many there are. */
#define LARGE (1024 * 1024)

gsize hp_directory_page_max_held = 128 * 1024 * 1024;

static gsize held; /* atomic */

typedef struct
{
  GBytes *bytes;
  gsize size;
} Held;

struct _HpDirectoryPage
{
  int root;
  int folder;
  char *path;
  guint16 port;
  HpServerOptions *options;
  HpListingQuery query;
  HpDirectoryFormat format;
};

HpDirectoryPage *
hp_directory_page_new (int root,
                       int folder,
                       const HpTarget *target,
                       guint16 port,
                       HpServerOptions *options,
                       HpDirectoryFormat format)
{
  HpDirectoryPage *self = g_new0 (HpDirectoryPage, 1);

  self->root = root;
  self->folder = folder;
  self->path = g_strdup (target->path);
  self->port = port;
  self->options = hp_server_options_ref (options);
  self->format = format;
  hp_listing_query_parse (&self->query, target->query);

  return self;
}

void
hp_directory_page_free (HpDirectoryPage *self)
{
  close (self->root);
  close (self->folder);
  hp_listing_query_clear (&self->query);
  hp_server_options_unref (self->options);
  g_free (self->path);
  g_free (self);
}

/* "/img/", as markup. (transfer full) */
static char *
make_shown_path (HpDirectoryPage *self)
{
  GString *path = g_string_new ("/");

  hp_page_append_name (path, self->path);
  if (self->path[0] != '\0')
    g_string_append_c (path, '/');

  return g_string_free (path, FALSE);
}

/* "localhost:62893 / img / icons", each but the last a link. */
static void
append_breadcrumbs (GString *out, HpDirectoryPage *self)
{
  g_auto (GStrv) names = g_strsplit (self->path, "/", -1);
  guint n_names = g_strv_length (names);
  g_autoptr (GString) way = g_string_new ("/");
  g_autofree char *host = g_strdup_printf ("localhost:%u", self->port);

  g_string_append (out, "<nav aria-label=\"");
  hp_page_append_text (out, _ ("Path"));
  g_string_append (out, "\"><h1>");
  if (n_names == 0)
    hp_page_append_text (out, host);
  else
    hp_page_append_link (out, "/", host);

  for (guint i = 0; i < n_names; i++)
    {
      g_string_append_printf (way, "%s/", names[i]);
      g_string_append (out, " <span class=\"dim\">/</span> ");
      if (i + 1 < n_names)
        {
          hp_page_append_link (out, way->str, names[i]);
          continue;
        }
      g_string_append (out, "<bdi>");
      hp_page_append_name (out, names[i]);
      g_string_append (out, "</bdi>");
    }
  g_string_append (out, "</h1></nav>\n");
}

static void
append_hidden_input (GString *out, const char *name, const char *value)
{
  g_string_append_printf (out, "<input type=\"hidden\" name=\"%s\" value=\"%s\">", name, value);
}

/* Works as any form does; what the page is sorted by stays. */
static void
append_filter_form (GString *out, HpDirectoryPage *self)
{
  const HpListingQuery *query = &self->query;
  g_autofree char *label = g_markup_escape_text (_ ("Filter by name"), -1);

  g_string_append (out, "<form role=\"search\">");
  if (query->sort != HP_SORT_NAME || query->descending)
    {
      append_hidden_input (out, "sort", hp_listing_query_get_sort_word (query->sort));
      append_hidden_input (out, "order", query->descending ? "desc" : "asc");
    }
  g_string_append_printf (out,
                          "<input type=\"search\" name=\"filter\" autocomplete=\"off\" "
                          "aria-label=\"%s\" placeholder=\"%s\" value=\"",
                          label, label);
  hp_page_append_text (out, query->filter != NULL ? query->filter : "");
  g_string_append (out, "\"><button>");
  /* Translators: a button, to show only the files whose name has the text in it. */
  hp_page_append_text (out, _ ("Filter"));
  g_string_append (out, "</button></form>\n");
}

/* "3 of 120 shown — Show all" */
static void
append_filter_note (GString *out, HpDirectoryPage *self, HpFolderEntries *entries)
{
  HpListingQuery all = self->query;
  guint n_shown = entries->entries->len;
  guint n_all = n_shown + entries->n_filtered;
  g_autofree char *note = NULL;

  /* Translators: how many of the entries of a folder a filter leaves. */
  note = g_strdup_printf (ngettext ("%'u of %'u shown", "%'u of %'u shown", n_all), n_shown, n_all);
  all.filter = NULL;

  g_string_append (out, "<p class=\"note\"><span role=\"status\">");
  hp_page_append_text (out, note);
  g_string_append (out, "</span> <a href=\"");
  hp_listing_query_append_href (&all, out);
  g_string_append (out, "\">");
  hp_page_append_text (out, _ ("Show all"));
  g_string_append (out, "</a></p>\n");
}

/* The rows go on for a while, so it is said before them. */
static void
append_truncated_note (GString *out, HpFolderEntries *entries)
{
  guint n_shown = entries->entries->len;
  g_autofree char *note = NULL;

  note = g_strdup_printf (ngettext ("This folder has more entries than this page can show: %'u is "
                                    "here. Filter by name to see others.",
                                    "This folder has more entries than this page can show: %'u are "
                                    "here. Filter by name to see others.",
                                    n_shown),
                          n_shown);
  g_string_append (out, "<p class=\"note\" role=\"status\">");
  hp_page_append_text (out, note);
  g_string_append (out, "</p>\n");
}

/* The class of an icon in hp-page.c. */
static char
get_icon (const HpFolderEntry *entry)
{
  static const struct
  {
    const char *prefix;
    char icon;
  } icons[] = {
    { "image/", 'i' },
    { "audio/", 'a' },
    { "video/", 'v' },
    { "text/javascript", 'c' },
    { "text/html", 'c' },
    { "text/css", 'c' },
    { "text/", 't' },
    { "application/json", 'c' },
    { "application/xml", 'c' },
    { "application/xhtml", 'c' },
    { "application/wasm", 'c' },
    { "application/manifest", 'c' },
    { "application/pdf", 't' },
    { "application/zip", 'z' },
    { "application/gzip", 'z' },
    { "application/zstd", 'z' },
    { "application/x-", 'z' },
  };
  const char *type;

  if (entry->kind == HP_ENTRY_FOLDER)
    return 'd';

  type = hp_media_type_get_known (entry->name);
  for (gsize i = 0; type != NULL && i < G_N_ELEMENTS (icons); i++)
    {
      if (g_str_has_prefix (type, icons[i].prefix))
        return icons[i].icon;
    }

  return 'f';
}

static const char *
get_remark (HpEntryKind kind)
{
  switch (kind)
    {
    case HP_ENTRY_OUTSIDE:
      return _ ("link out of the folder");
    case HP_ENTRY_BROKEN:
      return _ ("broken link");
    case HP_ENTRY_SPECIAL:
      return _ ("not a file");
    case HP_ENTRY_FOLDER:
    case HP_ENTRY_FILE:
    default:
      return NULL;
    }
}

/* Local time; the exact one is in the attribute. Where there is little room the time of day goes.
 */
static void
append_date (GString *out, gint64 seconds)
{
  time_t time = seconds;
  struct tm local;

  if (localtime_r (&time, &local) == NULL)
    return;

  g_string_append (out, "<time datetime=");
  hp_json_append_time (out, seconds);
  g_string_append_printf (out, ">%04d-%02d-%02d<span> %02d:%02d</span></time>",
                          local.tm_year + 1900, local.tm_mon + 1, local.tm_mday, local.tm_hour,
                          local.tm_min);
}

/* "./" before the name, as it may have a colon in it or begin with slashes. */
static void
append_served (GString *out, const HpFolderEntry *entry)
{
  const char *slash = entry->kind == HP_ENTRY_FOLDER ? "/" : "";

  g_string_append_printf (out, "<tr><td><a class=\"%c\" href=\"./", get_icon (entry));
  hp_target_append_encoded (out, entry->name);
  g_string_append_printf (out, "%s\">", slash);
  hp_page_append_name (out, entry->name);
  g_string_append_printf (out, "%s</a><td>", slash);

  if (entry->kind == HP_ENTRY_FILE)
    {
      g_autofree char *size = g_format_size (entry->size);

      hp_page_append_text (out, size);
    }

  g_string_append (out, "<td>");
  append_date (out, entry->modified);
  g_string_append_c (out, '\n');
}

static void
append_not_served (GString *out, const HpFolderEntry *entry)
{
  g_string_append (out, "<tr><td><span class=\"x\">");
  hp_page_append_name (out, entry->name);
  g_string_append (out, " <small>(");
  hp_page_append_text (out, get_remark (entry->kind));
  g_string_append (out, ")</small></span><td><td>\n");
}

/* A link that sorts by this column, or turns the order round. What is biggest or newest is what
 * people look for. */
static void
append_head (GString *out, HpDirectoryPage *self, HpListingSort sort, const char *title)
{
  HpListingQuery other = self->query;
  const gboolean current = self->query.sort == sort;
  const gboolean descending = self->query.descending;

  other.sort = sort;
  other.descending = current ? !descending : sort != HP_SORT_NAME;

  g_string_append (out, "<th scope=\"col\"");
  if (current)
    g_string_append_printf (out, " aria-sort=\"%s\"", descending ? "descending" : "ascending");
  g_string_append (out, "><a href=\"");
  hp_listing_query_append_href (&other, out);
  g_string_append (out, "\">");
  hp_page_append_text (out, title);
  g_string_append (out, "</a>");
}

static void
append_table (GString *out, HpDirectoryPage *self, HpFolderEntries *entries)
{
  g_string_append (out, "<div class=\"card\">\n<table aria-label=\"");
  hp_page_append_text (out, _ ("Files and folders"));
  g_string_append (out, "\">\n<thead><tr>");
  append_head (out, self, HP_SORT_NAME, _ ("Name"));
  append_head (out, self, HP_SORT_SIZE, _ ("Size"));
  append_head (out, self, HP_SORT_MODIFIED, _ ("Modified"));
  g_string_append_c (out, '\n');

  if (self->path[0] != '\0')
    {
      g_string_append (out, "<tbody>\n<tr><td><a class=\"u\" href=\"../\">");
      hp_page_append_text (out, _ ("Parent folder"));
      g_string_append (out, "</a><td><td>\n");
    }

  for (guint i = 0; i < entries->entries->len; i++)
    {
      const HpFolderEntry *entry = &g_array_index (entries->entries, HpFolderEntry, i);

      if (i % GROUP == 0)
        g_string_append (out,
                         entries->entries->len - i < GROUP ? "<tbody>\n" : "<tbody class=\"g\">\n");
      if (hp_folder_entry_is_served (entry))
        append_served (out, entry);
      else
        append_not_served (out, entry);
    }
  g_string_append (out, "</table>\n</div>\n");
}

static const char *
get_words_for_nothing (HpFolderEntries *entries)
{
  if (entries->n_filtered > 0)
    return _ ("No name in this folder has this text in it.");
  if (entries->n_hidden > 0)
    return _ ("This folder has nothing in it but hidden files.");

  return _ ("This folder is empty.");
}

/* In place of the table. */
static void
append_nothing (GString *out, HpDirectoryPage *self, HpFolderEntries *entries)
{
  g_string_append (out, "<div class=\"card pad\"><p>");
  hp_page_append_text (out, get_words_for_nothing (entries));
  g_string_append (out, "</p>\n");
  if (self->path[0] != '\0')
    {
      g_string_append (out, "<p><a href=\"../\">");
      hp_page_append_text (out, _ ("Parent folder"));
      g_string_append (out, "</a></p>\n");
    }
  g_string_append (out, "</div>\n");
}

static void
append_footer (GString *out, HpFolderEntries *entries)
{
  g_autofree char *folders = NULL;
  g_autofree char *files = NULL;

  g_string_append (out, "<footer>");
  folders = g_strdup_printf (ngettext ("%'u folder", "%'u folders", entries->n_folders),
                             entries->n_folders);
  files = g_strdup_printf (ngettext ("%'u file", "%'u files", entries->n_files), entries->n_files);
  if (entries->n_folders == 0)
    {
      hp_page_append_text (out, files);
    }
  else if (entries->n_files == 0)
    {
      hp_page_append_text (out, folders);
    }
  else
    {
      hp_page_append_text (out, folders);
      g_string_append (out, " · ");
      hp_page_append_text (out, files);
    }
  g_string_append (out, "</footer>\n");
}

static GBytes *
draw (HpDirectoryPage *self, HpFolderEntries *entries)
{
  GString *out = g_string_sized_new (8192 + entries->entries->len * 192);
  g_autofree char *path = make_shown_path (self);
  g_autofree char *title = NULL;

  /* Translators: the title of a page. A path such as /img/, and the port number. */
  title = g_strdup_printf (_ ("Index of %s — localhost:%u"), path, self->port);

  hp_page_begin (out, title);
  g_string_append (out, "<header>\n");
  append_breadcrumbs (out, self);
  if (entries->entries->len > 1 || self->query.filter != NULL)
    append_filter_form (out, self);
  g_string_append (out, "</header>\n");
  if (self->query.filter != NULL)
    append_filter_note (out, self, entries);
  if (entries->truncated)
    append_truncated_note (out, entries);
  if (entries->entries->len > 0)
    {
      append_table (out, self, entries);
      append_footer (out, entries);
    }
  else
    {
      append_nothing (out, self, entries);
    }

  return hp_page_end (out);
}

static void
let_go (gpointer data)
{
  Held *self = data;

  g_atomic_pointer_add (&held, -(gssize) self->size);
  g_bytes_unref (self->bytes);
  g_free (self);
}

/* (transfer full): takes the bytes, and counts them for as long as somebody has them. */
static GBytes *
hold (GBytes *bytes)
{
  Held *self;

  if (g_bytes_get_size (bytes) < LARGE)
    return bytes;

  self = g_new (Held, 1);
  self->bytes = bytes;
  self->size = g_bytes_get_size (bytes);
  g_atomic_pointer_add (&held, (gssize) self->size);

  return g_bytes_new_with_free_func (g_bytes_get_data (bytes, NULL), self->size, let_go, self);
}

static GBytes *
refuse (HpDirectoryPage *self, HpResponse *response, HpReason reason)
{
  response->reason = reason;
  response->status = hp_error_page_get_status (reason);
  if (self->format == HP_DIRECTORY_JSON)
    return hp_error_page_new_json (response->status, reason);

  return hp_error_page_new (response->status, reason, self->path, NULL);
}

GBytes *
hp_directory_page_generate (HpResponse *response, gpointer page)
{
  HpDirectoryPage *self = page;
  const HpFolderPlace place = { self->root, self->folder, self->path };
  g_auto (HpFolderEntries) entries = { 0 };

  if ((gsize) g_atomic_pointer_get (&held) > hp_directory_page_max_held)
    return refuse (self, response, HP_REASON_BUSY);
  if (!hp_folder_entries_read (&entries, &place, self->options, &self->query))
    return refuse (self, response, hp_lookup_reason_from_errno (errno));

  return hold (self->format == HP_DIRECTORY_JSON ? hp_directory_json_new (self->path, &entries)
                                                 : draw (self, &entries));
}
