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
  { "3gp", "video/3gpp" },
  { "7z", "application/x-7z-compressed" },
  { "aac", "audio/aac" },
  { "adoc", PLAIN },
  { "aif", "audio/aiff" },
  { "aiff", "audio/aiff" },
  { "apng", "image/apng" },
  { "appcache", "text/cache-manifest; charset=utf-8" },
  { "asm", PLAIN },
  { "astro", PLAIN },
  { "atom", "application/atom+xml; charset=utf-8" },
  { "avif", "image/avif" },
  { "avifs", "image/avif" },
  { "awk", PLAIN },
  { "bash", PLAIN },
  { "bat", PLAIN },
  { "bmp", "image/bmp" },
  { "br", "application/x-brotli" },
  { "bz2", "application/x-bzip2" },
  { "c", PLAIN },
  { "cc", PLAIN },
  { "cfg", PLAIN },
  { "cjs", SCRIPT },
  { "clj", PLAIN },
  { "cljs", PLAIN },
  { "cmd", PLAIN },
  { "conf", PLAIN },
  { "cpp", PLAIN },
  { "cs", PLAIN },
  { "css", "text/css; charset=utf-8" },
  { "csv", "text/csv; charset=utf-8" },
  { "cts", PLAIN },
  { "cur", "image/x-icon" },
  { "dae", "model/vnd.collada+xml; charset=utf-8" },
  { "dart", PLAIN },
  { "diff", PLAIN },
  { "ejs", PLAIN },
  { "el", PLAIN },
  { "elm", PLAIN },
  { "eot", "application/vnd.ms-fontobject" },
  { "epub", "application/epub+zip" },
  { "erl", PLAIN },
  { "ex", PLAIN },
  { "exs", PLAIN },
  { "flac", "audio/flac" },
  { "frag", PLAIN },
  { "fs", PLAIN },
  { "geojson", "application/geo+json; charset=utf-8" },
  { "gif", "image/gif" },
  { "glb", "model/gltf-binary" },
  { "glsl", PLAIN },
  { "gltf", "model/gltf+json; charset=utf-8" },
  { "go", PLAIN },
  { "gql", PLAIN },
  { "gradle", PLAIN },
  { "graphql", PLAIN },
  { "groovy", PLAIN },
  { "gz", "application/gzip" },
  { "h", PLAIN },
  { "har", JSON },
  { "hbs", PLAIN },
  { "hdr", "image/vnd.radiance" },
  { "heic", "image/heic" },
  { "heif", "image/heif" },
  { "hpp", PLAIN },
  { "hs", PLAIN },
  { "htm", "text/html; charset=utf-8" },
  { "html", "text/html; charset=utf-8" },
  { "ico", "image/x-icon" },
  { "ics", "text/calendar; charset=utf-8" },
  { "importmap", "application/importmap+json; charset=utf-8" },
  { "ini", PLAIN },
  { "ipynb", JSON },
  { "java", PLAIN },
  { "jfif", "image/jpeg" },
  { "jl", PLAIN },
  { "jpeg", "image/jpeg" },
  { "jpg", "image/jpeg" },
  { "js", SCRIPT },
  { "json", JSON },
  { "json5", PLAIN },
  { "jsonc", PLAIN },
  { "jsonl", PLAIN },
  { "jsonld", "application/ld+json; charset=utf-8" },
  { "jsx", SCRIPT },
  { "jxl", "image/jxl" },
  { "kt", PLAIN },
  { "kts", PLAIN },
  { "ktx2", "image/ktx2" },
  { "less", PLAIN },
  { "lock", PLAIN },
  { "log", PLAIN },
  { "lrc", PLAIN },
  { "lua", PLAIN },
  { "m", PLAIN },
  { "m3u8", "application/vnd.apple.mpegurl" },
  { "m4a", "audio/mp4" },
  { "m4v", "video/mp4" },
  { "map", JSON },
  { "markdown", "text/markdown; charset=utf-8" },
  { "md", "text/markdown; charset=utf-8" },
  { "mdx", PLAIN },
  { "mid", "audio/midi" },
  { "midi", "audio/midi" },
  { "mjs", SCRIPT },
  { "mka", "audio/x-matroska" },
  { "mkv", "video/x-matroska" },
  { "ml", PLAIN },
  { "mov", "video/quicktime" },
  { "mp3", "audio/mpeg" },
  { "mp4", "video/mp4" },
  { "mpd", "application/dash+xml; charset=utf-8" },
  { "mpeg", "video/mpeg" },
  { "mpg", "video/mpeg" },
  { "mtl", PLAIN },
  { "mts", PLAIN },
  { "ndjson", PLAIN },
  { "nix", PLAIN },
  { "njk", PLAIN },
  { "obj", "model/obj" },
  { "oga", "audio/ogg" },
  { "ogg", "audio/ogg" },
  { "ogv", "video/ogg" },
  { "opus", "audio/ogg" },
  { "org", PLAIN },
  { "otf", "font/otf" },
  { "patch", PLAIN },
  { "pdf", "application/pdf" },
  { "php", PLAIN },
  { "pl", PLAIN },
  { "png", "image/png" },
  { "po", PLAIN },
  { "pot", PLAIN },
  { "properties", PLAIN },
  { "proto", PLAIN },
  { "ps1", PLAIN },
  { "pug", PLAIN },
  { "py", PLAIN },
  { "r", PLAIN },
  { "rb", PLAIN },
  { "rdf", "application/rdf+xml; charset=utf-8" },
  { "rs", PLAIN },
  { "rss", "application/rss+xml; charset=utf-8" },
  { "rst", PLAIN },
  { "sass", PLAIN },
  { "sbt", PLAIN },
  { "scala", PLAIN },
  { "scss", PLAIN },
  { "sed", PLAIN },
  { "sh", PLAIN },
  { "sql", PLAIN },
  { "srt", PLAIN },
  { "stl", "model/stl" },
  { "styl", PLAIN },
  { "svelte", PLAIN },
  { "svg", "image/svg+xml; charset=utf-8" },
  { "svgz", "image/svg+xml; charset=utf-8" },
  { "swift", PLAIN },
  { "tar", "application/x-tar" },
  { "tcl", PLAIN },
  { "tex", PLAIN },
  { "textile", PLAIN },
  { "tf", PLAIN },
  { "tgz", "application/gzip" },
  { "tif", "image/tiff" },
  { "tiff", "image/tiff" },
  { "toml", PLAIN },
  { "topojson", JSON },
  { "ts", PLAIN },
  { "tsv", "text/tab-separated-values; charset=utf-8" },
  { "tsx", PLAIN },
  { "ttc", "font/collection" },
  { "ttf", "font/ttf" },
  { "twig", PLAIN },
  { "txt", PLAIN },
  { "usdz", "model/vnd.usdz+zip" },
  { "vala", PLAIN },
  { "vert", PLAIN },
  { "vim", PLAIN },
  { "vtt", "text/vtt; charset=utf-8" },
  { "vue", PLAIN },
  { "wasm", "application/wasm" },
  { "wav", "audio/wav" },
  { "weba", "audio/webm" },
  { "webm", "video/webm" },
  { "webmanifest", "application/manifest+json; charset=utf-8" },
  { "webp", "image/webp" },
  { "wgsl", "text/wgsl; charset=utf-8" },
  { "wiki", PLAIN },
  { "woff", "font/woff" },
  { "woff2", "font/woff2" },
  { "wsdl", "application/xml; charset=utf-8" },
  { "xht", "application/xhtml+xml; charset=utf-8" },
  { "xhtml", "application/xhtml+xml; charset=utf-8" },
  { "xml", "application/xml; charset=utf-8" },
  { "xsd", "application/xml; charset=utf-8" },
  { "xsl", "application/xslt+xml; charset=utf-8" },
  { "xslt", "application/xslt+xml; charset=utf-8" },
  { "xz", "application/x-xz" },
  { "yaml", PLAIN },
  { "yml", PLAIN },
  { "zig", PLAIN },
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
