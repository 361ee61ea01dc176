/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The frame and the style of the pages that we draw ourselves: no script, nothing loaded, light and
 * dark, down to 360 px. */

#define HP_PAGE_MEDIA_TYPE "text/html; charset=utf-8"

/* For Content-Security-Policy: nothing but our own style. Thread-safe. */
const char *hp_page_get_policy (void);

/* Everything up to the content; the title is markup. */
void hp_page_begin (GString *out, const char *title);
/* (transfer full): ends the page and takes the string. */
GBytes *hp_page_end (GString *out);

/* Plain text, as markup. */
void hp_page_append_text (GString *out, const char *text);

/* A file name, as markup that shows it: bytes that aren't UTF-8 as U+FFFD, control characters as
 * their pictures, and what would reorder the line as U+FFFD. */
void hp_page_append_name (GString *out, const char *name);

/* A link to an absolute path below our root, both as bytes of the disk; a folder ends with "/". */
void hp_page_append_link (GString *out, const char *path, const char *shown);

G_END_DECLS
