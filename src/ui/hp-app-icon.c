/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <gio/gdesktopappinfo.h>

#include "ui/hp-app-icon.h"

/* Somebody who waits for an icon. */
typedef struct
{
  GWeakRef object;
  HpAppIconFound found;
} Waiter;

typedef struct
{
  GIcon *icon;        /* NULL: there is none, or it isn't known yet */
  GPtrArray *waiting; /* of Waiter; NULL once it has been looked up */
} App;

/* By id. There are few, and they stay. */
static GHashTable *apps;

static void
waiter_free (gpointer data)
{
  Waiter *self = data;

  g_weak_ref_clear (&self->object);
  g_free (self);
}

static void
look_up_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const char *app_id = data;
  g_autofree char *id = g_str_has_suffix (app_id, ".desktop")
                            ? g_strdup (app_id)
                            : g_strconcat (app_id, ".desktop", NULL);
  g_autoptr (GDesktopAppInfo) info = g_desktop_app_info_new (id);
  GIcon *icon = info ? g_app_info_get_icon (G_APP_INFO (info)) : NULL;

  g_task_return_pointer (task, icon ? g_object_ref (icon) : NULL, g_object_unref);
}

static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  App *app = user_data;
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&app->waiting);

  app->icon = g_task_propagate_pointer (G_TASK (result), NULL);
  for (guint i = 0; app->icon && i < waiting->len; i++)
    {
      Waiter *waiter = g_ptr_array_index (waiting, i);
      g_autoptr (GObject) object = g_weak_ref_get (&waiter->object);

      if (object)
        waiter->found (object);
    }
}

static App *
start_look_up (const char *app_id)
{
  App *app = g_new0 (App, 1);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, looked_up_cb, app);

  app->waiting = g_ptr_array_new_with_free_func (waiter_free);
  g_hash_table_insert (apps, g_strdup (app_id), app);
  g_task_set_source_tag (task, start_look_up);
  g_task_set_task_data (task, g_strdup (app_id), g_free);
  g_task_run_in_thread (task, look_up_in_thread);
  return app;
}

GIcon *
hp_app_icon_find (const char *app_id, GObject *object, HpAppIconFound found)
{
  App *app;

  g_return_val_if_fail (app_id != NULL, NULL);
  g_return_val_if_fail (G_IS_OBJECT (object), NULL);

  if (!apps)
    apps = g_hash_table_new (g_str_hash, g_str_equal);
  app = g_hash_table_lookup (apps, app_id);
  if (!app)
    app = start_look_up (app_id);
  if (app->waiting)
    {
      Waiter *waiter = g_new0 (Waiter, 1);

      g_weak_ref_init (&waiter->object, object);
      waiter->found = found;
      g_ptr_array_add (app->waiting, waiter);
    }
  return app->icon;
}
