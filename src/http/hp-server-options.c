/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "http/hp-server-options.h"

HpServerOptions *
hp_server_options_new (gboolean serve_hidden, gboolean list_folders)
{
  HpServerOptions *self = g_new0 (HpServerOptions, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->serve_hidden = !!serve_hidden;
  self->list_folders = !!list_folders;
  self->only_me = TRUE;

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

const char *
hp_server_option_get_nick (HpServerOption option)
{
  static const char *const nicks[HP_N_OPTIONS] = {
    [HP_OPTION_SERVE_HIDDEN] = "serve-hidden",
    [HP_OPTION_LIST_FOLDERS] = "list-folders",
    [HP_OPTION_FOLLOW_LINKS] = "follow-links",
    [HP_OPTION_REFUSE_OTHER_SITES] = "refuse-other-sites",
    [HP_OPTION_ONLY_ME] = "only-me",
  };

  g_return_val_if_fail (option < HP_N_OPTIONS, NULL);

  return nicks[option];
}

static gboolean *
find (HpServerOptions *self, HpServerOption option)
{
  switch (option)
    {
    case HP_OPTION_SERVE_HIDDEN:
      return &self->serve_hidden;
    case HP_OPTION_LIST_FOLDERS:
      return &self->list_folders;
    case HP_OPTION_FOLLOW_LINKS:
      return &self->follow_links;
    case HP_OPTION_REFUSE_OTHER_SITES:
      return &self->refuse_other_sites;
    case HP_OPTION_ONLY_ME:
      return &self->only_me;
    case HP_N_OPTIONS:
    default:
      g_return_val_if_reached (NULL);
    }
}

gboolean
hp_server_options_get (HpServerOptions *self, HpServerOption option)
{
  const gboolean *value = find (self, option);

  return value != NULL && *value;
}

HpServerOptions *
hp_server_options_with (HpServerOptions *self, HpServerOption option, gboolean value)
{
  HpServerOptions *changed;
  const gboolean *old = find (self, option);

  if (old == NULL || *old == !!value)
    return hp_server_options_ref (self);

  changed = g_new (HpServerOptions, 1);
  *changed = *self;
  g_atomic_ref_count_init (&changed->ref_count);
  *find (changed, option) = !!value;

  return changed;
}

gboolean
hp_server_options_equal (HpServerOptions *a, HpServerOptions *b)
{
  for (HpServerOption option = 0; option < HP_N_OPTIONS; option++)
    {
      if (hp_server_options_get (a, option) != hp_server_options_get (b, option))
        return FALSE;
    }

  return TRUE;
}
