/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "http/hp-directory-page.h"
#include "http/hp-error-page.h"
#include "http/hp-folder-entries.h"
#include "http/hp-lookup.h"
#include "http/hp-media-type.h"
#include "http/hp-page.h"
#include "http/hp-target.h"

struct _HpDirectoryPage
{
  int root;
  int folder;
  char *path;
  guint16 port;
  gboolean show_hidden;
};

HpDirectoryPage *
hp_directory_page_new (int root, int folder, const char *path, guint16 port, gboolean show_hidden)
{
  HpDirectoryPage *self = g_new0 (HpDirectoryPage, 1);

  self->root = root;
  self->folder = folder;
  self->path = g_strdup (path);
  self->port = port;
  self->show_hidden = show_hidden;

  return self;
}

void
hp_directory_page_free (HpDirectoryPage *self)
{
  close (self->root);
  close (self->folder);
  g_free (self->path);
  g_free (self);
}

static void
append_title (GString *out, HpDirectoryPage *self)
{
  g_autoptr (GString) path = g_string_new ("/");

  hp_page_append_name (path, self->path);
  if (self->path[0] != '\0')
    g_string_append_c (path, '/');

  /* Translators: the title of a page. A path such as /img/, and the port number. */
  g_string_append_printf (out, _ ("Index of %s — localhost:%u"), path->str, self->port);
}

/* "localhost:62893 / img / icons", each but the last a link. */
static void
append_breadcrumbs (GString *out, HpDirectoryPage *self)
{
  g_auto (GStrv) names = g_strsplit (self->path, "/", -1);
  guint n_names = g_strv_length (names);
  g_autoptr (GString) way = g_string_new ("/");
  g_autofree char *host = g_strdup_printf ("localhost:%u", self->port);

  g_string_append (out, "<h1>");
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
  g_string_append (out, "</h1>\n");
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

static void
append_date (GString *out, gint64 seconds)
{
  time_t time = seconds;
  struct tm local;

  if (localtime_r (&time, &local) == NULL)
    return;

  g_string_append_printf (out, "%04d-%02d-%02d %02d:%02d", local.tm_year + 1900, local.tm_mon + 1,
                          local.tm_mday, local.tm_hour, local.tm_min);
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

static void
append_table (GString *out, HpDirectoryPage *self, HpFolderEntries *entries)
{
  g_string_append (out, "<div class=\"card\">\n<table>\n<thead><tr><th>");
  hp_page_append_text (out, _ ("Name"));
  g_string_append (out, "<th>");
  hp_page_append_text (out, _ ("Size"));
  g_string_append (out, "<th>");
  hp_page_append_text (out, _ ("Modified"));
  g_string_append (out, "\n<tbody>\n");

  if (self->path[0] != '\0')
    {
      g_string_append (out, "<tr><td><a class=\"u\" href=\"../\">");
      hp_page_append_text (out, _ ("Parent folder"));
      g_string_append (out, "</a><td><td>\n");
    }

  for (guint i = 0; i < entries->entries->len; i++)
    {
      const HpFolderEntry *entry = &g_array_index (entries->entries, HpFolderEntry, i);

      if (get_remark (entry->kind) == NULL)
        append_served (out, entry);
      else
        append_not_served (out, entry);
    }
  g_string_append (out, "</table>\n</div>\n");
}

static void
append_footer (GString *out, HpFolderEntries *entries)
{
  guint n_files = entries->entries->len - entries->n_folders;
  g_autofree char *folders = NULL;
  g_autofree char *files = NULL;

  g_string_append (out, "<footer>");
  if (entries->truncated)
    {
      hp_page_append_text (out, _ ("This folder has more entries than this page can show."));
    }
  else if (entries->entries->len == 0)
    {
      hp_page_append_text (out, entries->n_hidden > 0
                                    ? _ ("This folder has nothing in it but hidden files.")
                                    : _ ("This folder is empty."));
    }
  else
    {
      folders = g_strdup_printf (ngettext ("%u folder", "%u folders", entries->n_folders),
                                 entries->n_folders);
      files = g_strdup_printf (ngettext ("%u file", "%u files", n_files), n_files);
      hp_page_append_text (out, folders);
      g_string_append (out, " · ");
      hp_page_append_text (out, files);
    }
  g_string_append (out, "</footer>\n");
}

static GBytes *
draw (HpDirectoryPage *self, HpFolderEntries *entries)
{
  GString *out = g_string_sized_new (8192 + entries->entries->len * 128);
  g_autoptr (GString) title = g_string_new (NULL);

  append_title (title, self);
  hp_page_begin (out, title->str);
  append_breadcrumbs (out, self);
  if (entries->entries->len > 0 || self->path[0] != '\0')
    append_table (out, self, entries);
  append_footer (out, entries);

  return hp_page_end (out);
}

GBytes *
hp_directory_page_generate (HpResponse *response, gpointer page)
{
  HpDirectoryPage *self = page;
  g_auto (HpFolderEntries) entries = { 0 };

  if (hp_folder_entries_read (&entries, self->root, self->folder, self->path, self->show_hidden))
    return draw (self, &entries);

  response->reason = hp_lookup_reason_from_errno (errno);
  response->status = hp_error_page_get_status (response->reason);

  return hp_error_page_new (response->status, response->reason, self->path, NULL);
}
