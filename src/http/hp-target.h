/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "log/hp-request-record.h"

G_BEGIN_DECLS

/* Longer request targets are refused with TOO_LONG. */
#define HP_TARGET_MAX 8000

/* What a request asks for, taken apart and decoded. Pure: knows nothing of the disk. */
typedef struct
{
  char *path;      /* decoded, relative, without empty segments: "a/b c"; "" is the folder itself */
  gboolean folder; /* a slash at the end */
  char *query;     /* as sent, with its "?"; NULL when there is none */
  char *authority; /* of the absolute form, "localhost:62893"; NULL otherwise */
} HpTarget;

/* Returns HP_REASON_NONE, HP_REASON_BAD_TARGET or HP_REASON_TOO_LONG. The authority is there also
 * when the rest is bad, so that the guard comes first; path is NULL then. */
HpReason hp_target_parse (HpTarget *self, const char *raw);
void hp_target_clear (HpTarget *self);

/* (transfer full): where the folder is, for a Location field: one slash, each segment encoded
 * again, one slash, the query. Pure ASCII without control characters. */
char *hp_target_get_folder_location (const HpTarget *self);

/* Percent-encodes every byte that could mean something in a URI, in HTML or in a header. Slashes
 * stay. */
void hp_target_append_encoded (GString *out, const char *path);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HpTarget, hp_target_clear)

G_END_DECLS
