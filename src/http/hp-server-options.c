/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "http/hp-server-options.h"

HpServerOptions *
hp_server_options_new (gboolean serve_hidden, gboolean list_folders)
{
  HpServerOptions *self = g_new0 (HpServerOptions, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->serve_hidden = serve_hidden;
  self->list_folders = list_folders;

  return self;
}

HpServerOptions *
hp_server_options_ref (HpServerOptions *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
hp_server_options_unref (HpServerOptions *self)
{
  g_return_if_fail (self != NULL);

  if (g_atomic_ref_count_dec (&self->ref_count))
    g_free (self);
}
