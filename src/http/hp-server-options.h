/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How a folder is served. Immutable and atomically ref-counted: a change makes a new value, and
 * counts from the next request on. */
typedef struct
{
  gatomicrefcount ref_count;
  gboolean serve_hidden; /* also names that begin with a dot; default FALSE */
  gboolean list_folders; /* a page for folders without index.html; default TRUE */
} HpServerOptions;

HpServerOptions *hp_server_options_new (gboolean serve_hidden, gboolean list_folders);
HpServerOptions *hp_server_options_ref (HpServerOptions *self);
void hp_server_options_unref (HpServerOptions *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpServerOptions, hp_server_options_unref)

G_END_DECLS
