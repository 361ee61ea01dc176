/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include "http/hp-downloads.h"
#include "ports/hp-client-names.h"

G_BEGIN_DECLS

/* The one serving thread, with a main context of its own; all servers live on it. Atomically
 * ref-counted. */
typedef struct _HpEngine HpEngine;

HpEngine *hp_engine_new (void);
HpEngine *hp_engine_ref (HpEngine *self);
/* The last one ends the thread, and waits for it. Not from the engine thread itself. */
void hp_engine_unref (HpEngine *self);
GMainContext *hp_engine_get_context (HpEngine *self);
/* Runs func once in the engine thread, in the order of the calls. */
void hp_engine_invoke (HpEngine *self, GSourceFunc func, gpointer data, GDestroyNotify destroy);

/* Which programs the connections (see HpRequestRecord) come from, found out from now on. Any
 * thread. (transfer none) */
HpClientNames *hp_engine_get_client_names (HpEngine *self);

/* Main thread. (transfer none) */
HpDownloads *hp_engine_get_downloads (HpEngine *self);

/* A request with the field HP_REPEAT_FIELD and this value was sent by Homeport itself, and its
 * record says so. Made anew for each run of the program; any thread. */
#define HP_REPEAT_FIELD "X-Homeport-Repeat"
const char *hp_engine_get_repeat_token (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HpEngine, hp_engine_unref)

G_END_DECLS
