/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "http/hp-downloads.h"

struct _HpDownloads
{
  GObject parent_instance;

  gboolean active; /* in the main thread */

  GMutex mutex;
  /* under the mutex */
  gboolean reported;
  gboolean closed;
  guint idle; /* will tell the main thread; 0: none */
};

enum
{
  PROP_0,
  PROP_ACTIVE,
  N_PROPS
};
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (HpDownloads, hp_downloads, G_TYPE_OBJECT)

static gboolean
tell_cb (gpointer user_data)
{
  HpDownloads *self = user_data;
  gboolean active;

  g_mutex_lock (&self->mutex);
  self->idle = 0;
  active = self->reported;
  g_mutex_unlock (&self->mutex);

  /* What was over before it was told needn't be. */
  if (active != self->active)
    {
      self->active = active;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE]);
    }
  return G_SOURCE_REMOVE;
}

void
hp_downloads_report (HpDownloads *self, guint n)
{
  g_mutex_lock (&self->mutex);
  if (self->reported != (n > 0) && !self->closed)
    {
      self->reported = n > 0;
      if (self->idle == 0)
        self->idle = g_idle_add (tell_cb, self);
    }
  g_mutex_unlock (&self->mutex);
}

gboolean
hp_downloads_get_active (HpDownloads *self)
{
  g_return_val_if_fail (HP_IS_DOWNLOADS (self), FALSE);
  return self->active;
}

static void
hp_downloads_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_ACTIVE:
      g_value_set_boolean (value, hp_downloads_get_active (HP_DOWNLOADS (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hp_downloads_dispose (GObject *object)
{
  HpDownloads *self = HP_DOWNLOADS (object);

  g_mutex_lock (&self->mutex);
  self->closed = TRUE;
  g_clear_handle_id (&self->idle, g_source_remove);
  g_mutex_unlock (&self->mutex);

  G_OBJECT_CLASS (hp_downloads_parent_class)->dispose (object);
}

static void
hp_downloads_finalize (GObject *object)
{
  g_mutex_clear (&HP_DOWNLOADS (object)->mutex);

  G_OBJECT_CLASS (hp_downloads_parent_class)->finalize (object);
}

static void
hp_downloads_class_init (HpDownloadsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = hp_downloads_get_property;
  object_class->dispose = hp_downloads_dispose;
  object_class->finalize = hp_downloads_finalize;

  properties[PROP_ACTIVE] = g_param_spec_boolean ("active", NULL, NULL, FALSE,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS
                                                      | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hp_downloads_init (HpDownloads *self)
{
  g_mutex_init (&self->mutex);
}

HpDownloads *
hp_downloads_new (void)
{
  return g_object_new (HP_TYPE_DOWNLOADS, NULL);
}
