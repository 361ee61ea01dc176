/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What somebody else's port answered to one GET. All texts are safe to show. */
typedef struct
{
  guint status;  /* 0: no answer in HTTP */
  char *server;  /* the Server field; NULL: none */
  char *type;    /* the media type; NULL: none */
  char *title;   /* of the page; NULL: none */
  char *problem; /* why there is no answer, in words; NULL: there is one */
} HpPortAnswer;

void hp_port_answer_free (HpPortAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpPortAnswer, hp_port_answer_free)

/* Asks "http://…/" once, in a worker thread and directly: no proxy, no redirection, no cookies, at
 * most three seconds and 64 KiB. Finishes with NULL only when it was cancelled. */
void hp_port_ask_async (const char *url,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data);
HpPortAnswer *hp_port_ask_finish (GAsyncResult *result, GError **error);

/* The text of the first <title> in the page, without marks and white space around it. (transfer
 * full) (nullable) */
char *hp_port_find_title (const char *page, gsize length);

G_END_DECLS
