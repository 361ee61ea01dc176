/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "http/hp-media-type.h"

#define PLAIN "text/plain; charset=utf-8"

static const struct
{
  const char *name;
  const char *type;
} rows[] = {
  { "index.html", "text/html; charset=utf-8" },
  { "a.htm", "text/html; charset=utf-8" },
  { "A.HTML", "text/html; charset=utf-8" },
  { "a.css", "text/css; charset=utf-8" },
  { "a.js", "text/javascript; charset=utf-8" },
  { "a.min.js", "text/javascript; charset=utf-8" },
  { "a.mjs", "text/javascript; charset=utf-8" },
  { "a.cjs", "text/javascript; charset=utf-8" },
  { "a.jsx", "text/javascript; charset=utf-8" },
  { "a.ts", PLAIN },
  { "a.d.ts", PLAIN },
  { "a.tsx", PLAIN },
  { "a.json", "application/json; charset=utf-8" },
  { "a.js.map", "application/json; charset=utf-8" },
  { "site.webmanifest", "application/manifest+json; charset=utf-8" },
  { "a.wasm", "application/wasm" },
  { "a.svg", "image/svg+xml; charset=utf-8" },
  { "a.svgz", "image/svg+xml; charset=utf-8" },
  { "a.xml", "application/xml; charset=utf-8" },
  { "a.xhtml", "application/xhtml+xml; charset=utf-8" },
  { "a.rss", "application/rss+xml; charset=utf-8" },
  { "a.atom", "application/atom+xml; charset=utf-8" },
  { "a.txt", PLAIN },
  { "README.md", "text/markdown; charset=utf-8" },
  { "a.csv", "text/csv; charset=utf-8" },
  { "a.yaml", PLAIN },
  { "a.yml", PLAIN },
  { "a.toml", PLAIN },
  { "a.log", PLAIN },
  { "a.c", PLAIN },
  { "a.h", PLAIN },
  { "a.py", PLAIN },
  { "a.sh", PLAIN },
  { "a.php", PLAIN },
  { "a.vtt", "text/vtt; charset=utf-8" },
  { "a.woff", "font/woff" },
  { "a.woff2", "font/woff2" },
  { "a.ttf", "font/ttf" },
  { "a.otf", "font/otf" },
  { "a.eot", "application/vnd.ms-fontobject" },
  { "a.png", "image/png" },
  { "A.JPG", "image/jpeg" },
  { "a.jpeg", "image/jpeg" },
  { "a.gif", "image/gif" },
  { "a.webp", "image/webp" },
  { "a.avif", "image/avif" },
  { "favicon.ico", "image/x-icon" },
  { "a.bmp", "image/bmp" },
  { "a.apng", "image/apng" },
  { "a.mp4", "video/mp4" },
  { "a.m4v", "video/mp4" },
  { "a.webm", "video/webm" },
  { "a.ogv", "video/ogg" },
  { "a.ogg", "audio/ogg" },
  { "a.oga", "audio/ogg" },
  { "a.opus", "audio/ogg" },
  { "a.mp3", "audio/mpeg" },
  { "a.m4a", "audio/mp4" },
  { "a.aac", "audio/aac" },
  { "a.wav", "audio/wav" },
  { "a.flac", "audio/flac" },
  { "a.pdf", "application/pdf" },
  { "a.zip", "application/zip" },
  { "a.gz", "application/gzip" },
  { "a.tar.gz", "application/gzip" },
  { "a.tar", "application/x-tar" },
  { "a.xz", "application/x-xz" },
  { "a.bz2", "application/x-bzip2" },
  { "a.7z", "application/x-7z-compressed" },
  { "a.adoc", PLAIN },
  { "a.astro", PLAIN },
  { "a.bat", PLAIN },
  { "a.dart", PLAIN },
  { "a.graphql", PLAIN },
  { "a.jsonc", PLAIN },
  { "a.lock", PLAIN },
  { "a.mdx", PLAIN },
  { "a.mtl", PLAIN },
  { "a.ndjson", PLAIN },
  { "a.properties", PLAIN },
  { "a.proto", PLAIN },
  { "a.r", PLAIN },
  { "a.svelte", PLAIN },
  { "a.swift", PLAIN },
  { "a.zig", PLAIN },
  { "a.ipynb", "application/json; charset=utf-8" },
  { "a.importmap", "application/importmap+json; charset=utf-8" },
  { "a.wgsl", "text/wgsl; charset=utf-8" },
  { "a.heic", "image/heic" },
  { "a.jfif", "image/jpeg" },
  { "a.obj", "model/obj" },
  { "a.usdz", "model/vnd.usdz+zip" },
  { "a.mpg", "video/mpeg" },
  { "a.3gp", "video/3gpp" },
  { "a.mid", "audio/midi" },
  { "a.br", "application/x-brotli" },
  /* names without an extension */
  { "README", PLAIN },
  { "LICENSE", PLAIN },
  { "LICENCE", PLAIN },
  { "COPYING", PLAIN },
  { "Makefile", PLAIN },
  { "Dockerfile", PLAIN },
  { "ChangeLog", PLAIN },
  { "AUTHORS", PLAIN },
  { "VERSION", PLAIN },
  /* unknown stays unknown */
  { "a", "application/octet-stream" },
  { "a.", "application/octet-stream" },
  { "a.unknown-to-all", "application/octet-stream" },
  { "html", "application/octet-stream" },
  { "a.html.unknown-to-all", "application/octet-stream" },
  { "\xff\xfe.unknown-to-all", "application/octet-stream" },
  { "a\nb", "application/octet-stream" },
  { "\xff.html", "text/html; charset=utf-8" },
};

static void
test_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *escaped = g_strescape (rows[i].name, NULL);

      g_test_message ("row %" G_GSIZE_FORMAT ": %s", i, escaped);
      g_assert_cmpstr (hp_media_type_for_name (rows[i].name), ==, rows[i].type);
    }
}

/* Whatever is installed here, only names of our table are pages, and text has its charset. */
static void
test_guessed (void)
{
  static const char *const names[]
      = { "a.shtml", ".html", "a.html~", "a.asp", "a.hta", "a.mht",       "a.rtf", "a.vcf",
          "a.adb",   "a.f90", "a.bin",   "a.exe", "a.deb", "Makefile.am", "a.dtd", "a.pem" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *type = hp_media_type_for_name (names[i]);

      g_test_message ("%s: %s", names[i], type);
      g_assert_null (strstr (type, "html"));
      g_assert_false (g_str_has_prefix (type, "text/x-"));
      if (g_str_has_prefix (type, "text/"))
        g_assert_true (g_str_has_suffix (type, "; charset=utf-8"));
      g_assert_null (hp_media_type_get_known (names[i]));
    }
}

static void
test_coding (void)
{
  g_assert_cmpstr (hp_media_type_get_coding ("a.svgz"), ==, "gzip");
  g_assert_cmpstr (hp_media_type_get_coding ("a.SVGZ"), ==, "gzip");
  g_assert_null (hp_media_type_get_coding ("a.svg"));
  g_assert_null (hp_media_type_get_coding ("a.tar.gz"));
  g_assert_null (hp_media_type_get_coding (".svgz"));
  g_assert_null (hp_media_type_get_coding ("svgz"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/media-type/table", test_table);
  g_test_add_func ("/media-type/guessed", test_guessed);
  g_test_add_func ("/media-type/coding", test_coding);

  return g_test_run ();
}
