/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <gio/gio.h>

#include "http/hp-media-type.h"

#define OCTETS "application/octet-stream"
#define PLAIN  "text/plain; charset=utf-8"
#define SCRIPT "text/javascript; charset=utf-8"
#define JSON   "application/json; charset=utf-8"

typedef struct
{
  const char *key; /* an extension, or a whole name; lower case */
  const char *type;
} Entry;

/* Sorted by extension. Browsers check the types of scripts, style sheets, WebAssembly and fonts.
 * No browser runs TypeScript; as plain text it can at least be read. */
static const Entry extensions[] = {
  { "7z", "application/x-7z-compressed" },
  { "aac", "audio/aac" },
  { "apng", "image/apng" },
  { "atom", "application/atom+xml; charset=utf-8" },
  { "avif", "image/avif" },
  { "avifs", "image/avif" },
  { "bash", PLAIN },
  { "bmp", "image/bmp" },
  { "bz2", "application/x-bzip2" },
  { "c", PLAIN },
  { "cc", PLAIN },
  { "cfg", PLAIN },
  { "cjs", SCRIPT },
  { "conf", PLAIN },
  { "cpp", PLAIN },
  { "cs", PLAIN },
  { "css", "text/css; charset=utf-8" },
  { "csv", "text/csv; charset=utf-8" },
  { "cts", PLAIN },
  { "diff", PLAIN },
  { "eot", "application/vnd.ms-fontobject" },
  { "epub", "application/epub+zip" },
  { "flac", "audio/flac" },
  { "geojson", "application/geo+json; charset=utf-8" },
  { "gif", "image/gif" },
  { "glb", "model/gltf-binary" },
  { "gltf", "model/gltf+json; charset=utf-8" },
  { "go", PLAIN },
  { "gz", "application/gzip" },
  { "h", PLAIN },
  { "hpp", PLAIN },
  { "htm", "text/html; charset=utf-8" },
  { "html", "text/html; charset=utf-8" },
  { "ico", "image/x-icon" },
  { "ics", "text/calendar; charset=utf-8" },
  { "ini", PLAIN },
  { "java", PLAIN },
  { "jpeg", "image/jpeg" },
  { "jpg", "image/jpeg" },
  { "js", SCRIPT },
  { "json", JSON },
  { "json5", PLAIN },
  { "jsonl", PLAIN },
  { "jsonld", "application/ld+json; charset=utf-8" },
  { "jsx", SCRIPT },
  { "jxl", "image/jxl" },
  { "kt", PLAIN },
  { "less", PLAIN },
  { "log", PLAIN },
  { "lua", PLAIN },
  { "m3u8", "application/vnd.apple.mpegurl" },
  { "m4a", "audio/mp4" },
  { "m4v", "video/mp4" },
  { "map", JSON },
  { "markdown", "text/markdown; charset=utf-8" },
  { "md", "text/markdown; charset=utf-8" },
  { "mjs", SCRIPT },
  { "mkv", "video/x-matroska" },
  { "mov", "video/quicktime" },
  { "mp3", "audio/mpeg" },
  { "mp4", "video/mp4" },
  { "mpd", "application/dash+xml; charset=utf-8" },
  { "mts", PLAIN },
  { "oga", "audio/ogg" },
  { "ogg", "audio/ogg" },
  { "ogv", "video/ogg" },
  { "opus", "audio/ogg" },
  { "otf", "font/otf" },
  { "patch", PLAIN },
  { "pdf", "application/pdf" },
  { "php", PLAIN },
  { "pl", PLAIN },
  { "png", "image/png" },
  { "ps1", PLAIN },
  { "py", PLAIN },
  { "rb", PLAIN },
  { "rs", PLAIN },
  { "rss", "application/rss+xml; charset=utf-8" },
  { "rst", PLAIN },
  { "sass", PLAIN },
  { "scss", PLAIN },
  { "sh", PLAIN },
  { "sql", PLAIN },
  { "svg", "image/svg+xml; charset=utf-8" },
  { "svgz", "image/svg+xml; charset=utf-8" },
  { "tar", "application/x-tar" },
  { "tex", PLAIN },
  { "tgz", "application/gzip" },
  { "tif", "image/tiff" },
  { "tiff", "image/tiff" },
  { "toml", PLAIN },
  { "ts", PLAIN },
  { "tsv", "text/tab-separated-values; charset=utf-8" },
  { "tsx", PLAIN },
  { "ttc", "font/collection" },
  { "ttf", "font/ttf" },
  { "txt", PLAIN },
  { "vala", PLAIN },
  { "vtt", "text/vtt; charset=utf-8" },
  { "vue", PLAIN },
  { "wasm", "application/wasm" },
  { "wav", "audio/wav" },
  { "weba", "audio/webm" },
  { "webm", "video/webm" },
  { "webmanifest", "application/manifest+json; charset=utf-8" },
  { "webp", "image/webp" },
  { "woff", "font/woff" },
  { "woff2", "font/woff2" },
  { "xht", "application/xhtml+xml; charset=utf-8" },
  { "xhtml", "application/xhtml+xml; charset=utf-8" },
  { "xml", "application/xml; charset=utf-8" },
  { "xsl", "application/xslt+xml; charset=utf-8" },
  { "xslt", "application/xslt+xml; charset=utf-8" },
  { "xz", "application/x-xz" },
  { "yaml", PLAIN },
  { "yml", PLAIN },
  { "zip", "application/zip" },
  { "zst", "application/zstd" },
};

/* Names without an extension that people open to read. Sorted. */
static const Entry names[] = {
  { "authors", PLAIN },       { "bugs", PLAIN },         { "changelog", PLAIN },
  { "changes", PLAIN },       { "cname", PLAIN },        { "codeowners", PLAIN },
  { "containerfile", PLAIN }, { "contributing", PLAIN }, { "contributors", PLAIN },
  { "copying", PLAIN },       { "copyright", PLAIN },    { "credits", PLAIN },
  { "dockerfile", PLAIN },    { "gemfile", PLAIN },      { "gnumakefile", PLAIN },
  { "history", PLAIN },       { "install", PLAIN },      { "jenkinsfile", PLAIN },
  { "justfile", PLAIN },      { "licence", PLAIN },      { "license", PLAIN },
  { "maintainers", PLAIN },   { "makefile", PLAIN },     { "news", PLAIN },
  { "notice", PLAIN },        { "procfile", PLAIN },     { "rakefile", PLAIN },
  { "readme", PLAIN },        { "thanks", PLAIN },       { "todo", PLAIN },
  { "version", PLAIN },
};

static int
compare_entry (gconstpointer key, gconstpointer entry)
{
  return g_ascii_strcasecmp (key, ((const Entry *) entry)->key);
}

static const char *
find (const char *key, const Entry *entries, gsize n_entries)
{
  const Entry *entry = bsearch (key, entries, n_entries, sizeof *entries, compare_entry);

  return entry != NULL ? entry->type : NULL;
}

const char *
hp_media_type_get_known (const char *name)
{
  const char *dot = strrchr (name, '.');

  /* ".txt" is a hidden file without an extension. */
  if (dot == NULL || dot == name)
    return find (name, names, G_N_ELEMENTS (names));

  return find (dot + 1, extensions, G_N_ELEMENTS (extensions));
}

/* What the desktop thinks of the name. Its many kinds of source code are all plain text to a
 * browser, which would otherwise download them; what only it takes for a page stays text as well.
 */
static const char *
guess (const char *name)
{
  g_autofree char *type = NULL;
  g_autofree char *media = NULL;
  gboolean uncertain = FALSE;

  type = g_content_type_guess (name, NULL, 0, &uncertain);
  media = type != NULL ? g_content_type_get_mime_type (type) : NULL;

  if (media == NULL || strchr (media, '/') == NULL || g_str_has_prefix (media, "inode/"))
    return OCTETS;
  if (g_str_has_prefix (media, "text/x-") || strcmp (media, "text/plain") == 0
      || strcmp (media, "text/html") == 0 || strcmp (media, "application/x-shellscript") == 0)
    return PLAIN;
  if (strcmp (media, "application/xhtml+xml") == 0 || g_str_has_prefix (media, "image/svg"))
    return OCTETS;

  if (g_str_has_prefix (media, "text/"))
    {
      g_autofree char *text = g_strconcat (media, "; charset=utf-8", NULL);
      return g_intern_string (text);
    }

  return g_intern_string (media);
}

const char *
hp_media_type_for_name (const char *name)
{
  const char *known = hp_media_type_get_known (name);

  return known != NULL ? known : guess (name);
}

const char *
hp_media_type_get_coding (const char *name)
{
  const char *dot = strrchr (name, '.');

  return dot != NULL && dot != name && g_ascii_strcasecmp (dot, ".svgz") == 0 ? "gzip" : NULL;
}
