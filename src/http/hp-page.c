/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "http/hp-page.h"
#include "http/hp-target.h"

/* Icons are masks, so that they take the colour of the text in light and dark. The quotes inside
 * are single, as the URLs are in double ones. */
#define ICON(name, shape)                                                                          \
  "." name "::before{--i:url(\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' "        \
  "viewBox='0 0 16 16'>" shape "</svg>\")}"
#define SHEET                                                                                      \
  "<path d='M4 1a2 2 0 0 0-2 2v10a2 2 0 0 0 2 2h8a2 2 0 0 0 2-2V6L9 1zm0 1.5h4.25V6A.75.75 0 0 0 9 6.75h3.5V13a.5.5 0 0 1-.5.5H4a.5.5 0 0 1-.5-.5V3a.5.5 0 0 1 .5-.5z'/>"

static const char style[]
    = ":root{color-scheme:light dark;--bg:#fafafa;--card:#fff;--text:#242428;--dim:#5e5c64;"
      "--line:rgba(0,0,0,.1);--edge:#8a8891;--hover:rgba(0,0,0,.045);--accent:#1a5fb4;"
      "--icon:#77767b}"
      "@media(prefers-color-scheme:dark){:root{--bg:#1f1f23;--card:#2a2a2f;--text:#f4f4f6;"
      "--dim:#b2b0b8;--line:rgba(255,255,255,.12);--edge:#7d7b85;--hover:rgba(255,255,255,.06);"
      "--accent:#8fbcf5;--icon:#a3a1a8}}"
      "*{box-sizing:border-box}"
      "body{margin:0;background:var(--bg);color:var(--text);font:15px/1.5 system-ui,Cantarell,"
      "sans-serif;overflow-wrap:anywhere}"
      "main{max-width:920px;margin:0 auto;padding:32px 16px 48px}"
      "a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}"
      "a:focus-visible,input:focus-visible,button:focus-visible{outline:2px solid var(--accent);"
      "outline-offset:-2px;border-radius:8px}"
      "header{display:flex;flex-wrap:wrap;gap:12px 24px;align-items:center;margin:0 0 16px}"
      "nav{flex:1 1 320px;min-width:0}header h1{margin:0;direction:ltr}"
      "[dir=rtl] header h1{text-align:right}"
      "h1{font-size:24px;line-height:1.3;font-weight:700;margin:0 0 16px}"
      "p{margin:0 0 12px}.dim,footer{color:var(--dim)}footer{margin:16px 12px 0;font-size:13px}"
      "code{font:14px/1.5 ui-monospace,'Source Code Pro',monospace;direction:ltr;unicode-bidi:isolate}"
      ".card{background:var(--card);border:1px solid var(--line);border-radius:12px;overflow:hidden}"
      ".pad{padding:24px}.pad>:last-child{margin-bottom:0}"
      ".error{max-width:640px;margin:min(12vh,96px) auto 0;padding:32px}"
      ".status{font-size:48px;line-height:1;font-weight:800;color:var(--accent);margin:0 0 12px}"
      "form{display:flex;gap:8px;flex:0 1 280px;min-width:0}"
      "input,button{font:inherit;font-size:14px;color:inherit;background:var(--card);margin:0;"
      "border:1px solid var(--edge);border-radius:8px;padding:5px 10px;min-width:0}"
      "input{flex:1;width:0}input::placeholder{color:var(--dim);opacity:1}"
      "button{font-weight:600;cursor:pointer}"
      "button:hover{background:linear-gradient(var(--hover),var(--hover)) var(--card)}"
      ".note{margin:0 0 12px;font-size:14px}.note span{margin-right:12px}"
      /* The table. No browser lays out 100,000 rows of a real one in time; these blocks are drawn
       * when they come into view. Each .g has as many rows as hp-directory-page.c says. */
      "table,thead,tbody{display:block}tr{display:flex;align-items:baseline}"
      ".g{content-visibility:auto;contain-intrinsic-size:auto 7500px}"
      "th{font-size:13px;font-weight:600;text-align:start;padding:0}"
      "th a{display:flex;align-items:center;gap:6px;padding:10px 12px;color:var(--dim)}"
      "th a:hover,th[aria-sort] a{color:var(--text)}"
      "th[aria-sort] a::after{content:'';flex:none;width:10px;height:10px;background:currentColor;"
      "clip-path:polygon(0 75%,50% 20%,100% 75%)}"
      "th[aria-sort=descending] a::after{transform:scaleY(-1)}"
      "th:nth-child(2) a{flex-direction:row-reverse;justify-content:flex-start}"
      "th:first-child a{padding-inline-start:16px}"
      "tbody tr{border-top:1px solid var(--line)}"
      "td{padding:0 12px;white-space:nowrap;color:var(--dim);font-size:13px;"
      "font-variant-numeric:tabular-nums}"
      "th:nth-child(2),td:nth-child(2){text-align:end;flex:none;width:112px}"
      "td:nth-child(2){unicode-bidi:plaintext;text-align:right}"
      "[dir=rtl] td:nth-child(2){text-align:left}"
      "th:nth-child(3),td:nth-child(3){flex:none;width:160px}"
      "th:first-child,td:first-child{flex:1;min-width:0}"
      "td:first-child{white-space:normal;font-size:15px;padding:0}"
      "td>a,td>span{display:block;position:relative;padding:7px 12px;"
      "padding-inline-start:44px;unicode-bidi:plaintext;text-align:left}"
      "[dir=rtl] td>a,[dir=rtl] td>span{text-align:right}td>a{color:var(--text)}td>a:hover{color:var(--accent)}"
      "td>span{color:var(--dim);font-style:italic}td small{font-size:13px}"
      "tbody tr:hover{background:var(--hover)}"
      "td>a::before,td>span::before{content:'';position:absolute;inset-inline-start:16px;top:10px;width:16px;"
      "height:16px;background:var(--icon);-webkit-mask:var(--i) center/16px no-repeat;"
      "mask:var(--i) center/16px no-repeat}.d::before{background:var(--accent)!important}"
      "@media(max-width:560px){main{padding:20px 8px 32px}nav{padding:0 8px;flex-basis:100%}"
      "form{flex:1;padding:0 8px}.note{padding:0 8px}"
      ".error{padding:24px;margin-top:16px}"
      ".g{contain-intrinsic-size:auto 11700px}"
      "th:nth-child(n+2){width:auto}th:nth-child(n+2) a{padding:10px 8px}"
      "th:first-child a{padding-inline-start:12px}"
      "td>a,td>span{padding-inline-start:40px}td>a::before,td>span::before{inset-inline-start:12px}"
      /* size and date go below the name */
      "tbody tr{flex-wrap:wrap}td:first-child{flex:1 0 100%}td:empty{display:none}"
      "tr td:nth-child(n+2){width:auto;text-align:start;padding:0 0 7px;padding-inline-end:12px;margin-top:-5px}"
      "tr td:nth-child(2),tr td:empty+td{padding-inline-start:40px}}"
    /* clang-format off */
    ICON ("d", "<path d='M1 4a2 2 0 0 1 2-2h3.2a2 2 0 0 1 1.4.6L9 4h4a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H3a2 2 0 0 1-2-2z'/>")
    ICON ("u", "<path d='M8 1.5 2 7.6l1.1 1.1L7.25 4.5v10h1.5v-10l4.15 4.2L14 7.6z'/>")
    ICON ("f", SHEET)
    ICON ("t", SHEET "<path d='M5 8.5h6V10H5zM5 11h4v1.5H5z'/>")
    ICON ("c", "<path d='M5.2 3.6 1 8l4.2 4.4 1.1-1L3.1 8l3.2-3.4zm5.6 0-1.1 1L12.9 8l-3.2 3.4 1.1 1L15 8z'/>")
    ICON ("i", "<path fill-rule='evenodd' d='M3 2a2 2 0 0 0-2 2v8a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V4a2 2 0 0 0-2-2zm0 1.5h10a.5.5 0 0 1 .5.5v6.2L10.6 7.3 7 11 4.9 8.9 2.5 11.3V4a.5.5 0 0 1 .5-.5z'/><circle cx='5' cy='6' r='1.2'/>")
    ICON ("a", "<path d='M6 2.8 14 1.5v9.7a2.3 2.3 0 1 1-1.5-2.1V5.1l-5 .8v6.6A2.3 2.3 0 1 1 6 10.4z'/>")
    ICON ("v", "<path fill-rule='evenodd' d='M3 2a2 2 0 0 0-2 2v8a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V4a2 2 0 0 0-2-2zm3.3 3 5 3-5 3z'/>")
    ICON ("z", "<path fill-rule='evenodd' d='M1.5 2h13v4H14v6a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V6h-.5zM6 8v1.5h4V8z'/>")
    ICON ("x", "<path fill-rule='evenodd' d='M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm0 1.5c1.2 0 2.3.4 3.2 1.1L3.6 11.2A5.5 5.5 0 0 1 8 2.5zm4.4 2.3a5.5 5.5 0 0 1-7.6 7.6z'/>")
    /* clang-format on */
    ;

/* A hash of the one style rather than 'unsafe-inline'. data: is for the icons in it. */
static gpointer
make_policy (gpointer unused)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;
  g_autofree char *hash = NULL;

  g_checksum_update (checksum, (const guchar *) style, sizeof style - 1);
  g_checksum_get_digest (checksum, digest, &length);
  hash = g_base64_encode (digest, length);

  return g_strdup_printf ("default-src 'none'; style-src 'sha256-%s'; img-src data:; "
                          "base-uri 'none'; form-action 'self'",
                          hash);
}

const char *
hp_page_get_policy (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, make_policy, NULL);
}

void
hp_page_begin (GString *out, const char *title)
{
  g_string_append (out, "<!DOCTYPE html>\n<html lang=\"");
  /* Translators: the language of this translation, as in HTML's lang attribute. */
  hp_page_append_text (out, C_ ("language code", "en"));
  g_string_append (out, "\" dir=\"");
  /* Translators: rtl for a language that is written from right to left, else ltr. */
  hp_page_append_text (out, C_ ("text direction", "ltr"));
  g_string_append (out, "\">\n<head>\n<meta charset=\"utf-8\">\n"
                        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                        "<link rel=\"icon\" href=\"data:,\">\n<title>");
  g_string_append (out, title);
  g_string_append (out, "</title>\n<style>");
  g_string_append_len (out, style, sizeof style - 1);
  g_string_append (out, "</style>\n</head>\n<body>\n<main>\n");
}

GBytes *
hp_page_end (GString *out)
{
  g_string_append (out, "</main>\n</body>\n</html>\n");

  return g_string_free_to_bytes (out);
}

static const char *
get_entity (char c)
{
  switch (c)
    {
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '&':
      return "&amp;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return NULL;
    }
}

void
hp_page_append_text (GString *out, const char *text)
{
  for (; *text != '\0'; text++)
    {
      const char *entity = get_entity (*text);

      if (entity != NULL)
        g_string_append (out, entity);
      else
        g_string_append_c (out, *text);
    }
}

static gboolean
is_reordering (gunichar c)
{
  return c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e)
         || (c >= 0x2066 && c <= 0x2069);
}

static void
append_shown (GString *out, gunichar c)
{
  if (c < 0x20)
    g_string_append_unichar (out, 0x2400 + c);
  else if (c == 0x7f)
    g_string_append_unichar (out, 0x2421);
  else if ((c > 0x7f && c < 0xa0) || is_reordering (c))
    g_string_append_unichar (out, 0xfffd);
  else
    g_string_append_unichar (out, c);
}

void
hp_page_append_name (GString *out, const char *name)
{
  g_autofree char *valid = NULL;

  if (!g_utf8_validate (name, -1, NULL))
    name = valid = g_utf8_make_valid (name, -1);

  for (; *name != '\0'; name = g_utf8_next_char (name))
    {
      const char *entity = get_entity (*name);

      if (entity != NULL)
        g_string_append (out, entity);
      else if ((guchar) *name >= ' ' && (guchar) *name < 0x7f)
        g_string_append_c (out, *name);
      else
        append_shown (out, g_utf8_get_char (name));
    }
}

void
hp_page_append_link (GString *out, const char *path, const char *shown)
{
  g_string_append (out, "<a href=\"/");
  hp_target_append_encoded (out, path + (path[0] == '/'));
  g_string_append (out, "\"><bdi>");
  hp_page_append_name (out, shown);
  g_string_append (out, "</bdi></a>");
}
