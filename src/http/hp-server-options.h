/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  HP_OPTION_SERVE_HIDDEN,
  HP_OPTION_LIST_FOLDERS,
  HP_OPTION_FOLLOW_LINKS,
  HP_OPTION_REFUSE_OTHER_SITES,
  HP_OPTION_ONLY_ME,

  HP_N_OPTIONS
} HpServerOption;

/* How a folder is served. Immutable and atomically ref-counted: a change makes a new value, and
 * counts from the next request on. */
typedef struct
{
  gatomicrefcount ref_count;
  gboolean serve_hidden;       /* also names that begin with a dot; default FALSE */
  gboolean list_folders;       /* a page for folders without index.html; default TRUE */
  gboolean follow_links;       /* links may lead out of the folder; default FALSE */
  gboolean refuse_other_sites; /* pages of other sites may link here, not embed; default FALSE */
  gboolean only_me;            /* no programs of other users of this computer; default TRUE */
} HpServerOptions;

/* The others have their defaults. */
HpServerOptions *hp_server_options_new (gboolean serve_hidden, gboolean list_folders);
HpServerOptions *hp_server_options_ref (HpServerOptions *self);
void hp_server_options_unref (HpServerOptions *self);

/* A word for programs: "serve-hidden". */
const char *hp_server_option_get_nick (HpServerOption option);

gboolean hp_server_options_get (HpServerOptions *self, HpServerOption option);
/* (transfer full): the same but for one option; a reference to self when that changes nothing. */
HpServerOptions *
hp_server_options_with (HpServerOptions *self, HpServerOption option, gboolean value);
gboolean hp_server_options_equal (HpServerOptions *a, HpServerOptions *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpServerOptions, hp_server_options_unref)

G_END_DECLS
