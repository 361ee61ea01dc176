/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "http/hp-server-options.h"
#include "log/hp-request-record.h"

G_BEGIN_DECLS

/* Why a request got its answer, in whole sentences for its owner, and the way out. Plain text;
 * whatever came from outside is made visible. */
typedef struct
{
  char *sentence;
  char *advice; /* nullable */

  /* What can be done about it with one button; nullable, then neither of the two below counts. */
  char *button;
  char *other_target;    /* nullable: the address of what exists instead, to be opened */
  HpServerOption option; /* HP_N_OPTIONS: none. Else it is to be changed to … */
  gboolean option_value;
} HpRequestWhy;

/* What is on the disk now, for a request that was answered a while ago. */
typedef struct
{
  HpReason reason;  /* HP_REASON_NONE: a file or a folder is there */
  char *other_path; /* nullable: what differs by letter case only, below the served folder */
} HpRequestLook;

/* In a thread: as the server itself would look. options: as they are now. */
void hp_request_look_async (const char *folder,
                            const char *target,
                            HpServerOptions *options,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
HpRequestLook *hp_request_look_finish (GAsyncResult *result, GError **error);
void hp_request_look_free (HpRequestLook *self);

/* Whether a look at the disk would say more about an answer. */
gboolean hp_request_look_is_useful (HpReason reason);

/* record: with its fields and its file, where they are known. options: as they are now;
 * NULL for the answer of another server. look: (nullable). */
HpRequestWhy *hp_request_why_new (const HpRequestRecord *record,
                                  HpServerOptions *options,
                                  const HpRequestLook *look);
void hp_request_why_free (HpRequestWhy *self);

/* (transfer full) (nullable): the value of the first field with the name, from fields as a record
 * has them. */
char *hp_request_fields_dup (const char *fields, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpRequestLook, hp_request_look_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpRequestWhy, hp_request_why_free)

G_END_DECLS
