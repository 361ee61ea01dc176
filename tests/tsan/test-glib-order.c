/* SPDX-License-Identifier: GPL-3.0-or-later */

/* That the thread sanitizer, told by glib-order.c what GLib orders, is silent about what is handed
 * over properly, and still finds what is not. Each hand-over runs in a process of its own: what the
 * sanitizer finds ends it. */

#include <gio/gio.h>

#define ROUNDS 200

static int shared; /* what the threads race for */

static GMutex mutex;
static GCond cond;
static GMainContext *context;
static gboolean done;

static gpointer
count_locked (gpointer data)
{
  for (int i = 0; i < ROUNDS; i++)
    {
      g_mutex_lock (&mutex);
      shared++;
      g_mutex_unlock (&mutex);
    }
  return NULL;
}

static gpointer
count_bare (gpointer data)
{
  for (int i = 0; i < ROUNDS; i++)
    {
      shared++;
      g_thread_yield ();
    }
  return NULL;
}

static void
count_twice (GThreadFunc func)
{
  GThread *thread = g_thread_new ("count", func, NULL);

  func (NULL);
  g_thread_join (thread);
}

static void
hand_over_lock (void)
{
  count_twice (count_locked);
  g_assert_cmpint (shared, ==, 2 * ROUNDS);
}

static void
hand_over_nothing (void)
{
  count_twice (count_bare);
}

static gpointer
wake (gpointer data)
{
  g_mutex_lock (&mutex);
  shared = 1;
  done = TRUE;
  g_cond_signal (&cond);
  g_mutex_unlock (&mutex);
  return NULL;
}

static void
hand_over_cond (void)
{
  GThread *thread = g_thread_new ("wake", wake, NULL);

  g_mutex_lock (&mutex);
  while (!done)
    g_cond_wait (&cond, &mutex);
  g_mutex_unlock (&mutex);
  g_assert_cmpint (shared++, ==, 1);
  g_thread_join (thread);
}

static gboolean
take_cb (gpointer data)
{
  int *given = data;

  shared += *given;
  *given = 0;
  done = TRUE;
  return G_SOURCE_REMOVE;
}

static gpointer
attach (gpointer data)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  int *given = g_new0 (int, 1);

  *given = 7;
  g_source_set_callback (source, take_cb, given, g_free);
  g_source_attach (source, context);
  return NULL;
}

/* The same, but the number is written when it may have been read. */
static gpointer
attach_too_early (gpointer data)
{
  static int given;
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_callback (source, take_cb, &given, NULL);
  g_source_attach (source, context);
  given = 7;
  return NULL;
}

/* The thread ends while the loop runs, so that nothing but the source can order the two. */
static void
run_sources (GThreadFunc func)
{
  GThread *thread;

  context = g_main_context_new ();
  thread = g_thread_new ("attach", func, NULL);
  while (!done)
    g_main_context_iteration (context, TRUE);
  g_thread_join (thread);
  g_main_context_unref (context);
}

static void
hand_over_source (void)
{
  run_sources (attach);
  g_assert_cmpint (shared, ==, 7);
}

static void
hand_over_source_too_early (void)
{
  run_sources (attach_too_early);
}

static void
work (gpointer data, gpointer user_data)
{
  int *given = data;

  *given += 1;
}

static void
hand_over_pool (void)
{
  GThreadPool *pool = g_thread_pool_new (work, NULL, 2, FALSE, NULL);
  int given[ROUNDS];

  for (int i = 0; i < ROUNDS; i++)
    {
      given[i] = i;
      g_thread_pool_push (pool, &given[i], NULL);
    }
  g_thread_pool_free (pool, FALSE, TRUE);
  for (int i = 0; i < ROUNDS; i++)
    g_assert_cmpint (given[i], ==, i + 1);
}

static void
hand_over_pool_too_early (void)
{
  GThreadPool *pool = g_thread_pool_new (work, NULL, 2, FALSE, NULL);
  int given[ROUNDS] = { 0 };

  for (int i = 0; i < ROUNDS; i++)
    {
      g_thread_pool_push (pool, &given[i], NULL);
      given[i] = i;
    }
  g_thread_pool_free (pool, FALSE, TRUE);
}

static gpointer
drain (gpointer queue)
{
  int sum = 0;

  for (int i = 0; i < ROUNDS; i++)
    {
      g_autofree int *given = g_async_queue_pop (queue);

      sum += *given;
    }
  return GINT_TO_POINTER (sum);
}

static void
hand_over_queue (void)
{
  GAsyncQueue *queue = g_async_queue_new ();
  GThread *thread = g_thread_new ("drain", drain, queue);

  for (int i = 0; i < ROUNDS; i++)
    {
      int *given = g_new0 (int, 1);

      *given = 1;
      g_async_queue_push (queue, given);
    }
  g_assert_cmpint (GPOINTER_TO_INT (g_thread_join (thread)), ==, ROUNDS);
  g_async_queue_unref (queue);
}

static void
task_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancel)
{
  int *given = task_data;

  *given += 1;
  g_task_return_boolean (task, TRUE);
}

static void
task_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  int *given = g_task_get_task_data (G_TASK (result));

  shared = *given;
  done = TRUE;
}

static void
hand_over_task (void)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, task_cb, NULL);
  int *given = g_new0 (int, 1);

  *given = 7;
  g_task_set_task_data (task, given, g_free);
  g_task_run_in_thread (task, task_thread);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (shared, ==, 8);
}

static void
silent (gconstpointer func)
{
  if (g_test_subprocess ())
    {
      ((void (*) (void)) func) ();
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

static void
found (gconstpointer func)
{
  if (g_test_subprocess ())
    {
      ((void (*) (void)) func) ();
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*data race*");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/glib-order/lock", hand_over_lock, silent);
  g_test_add_data_func ("/glib-order/cond", hand_over_cond, silent);
  g_test_add_data_func ("/glib-order/source", hand_over_source, silent);
  g_test_add_data_func ("/glib-order/pool", hand_over_pool, silent);
  g_test_add_data_func ("/glib-order/queue", hand_over_queue, silent);
  g_test_add_data_func ("/glib-order/task", hand_over_task, silent);
  g_test_add_data_func ("/glib-order/races/nothing", hand_over_nothing, found);
  g_test_add_data_func ("/glib-order/races/source", hand_over_source_too_early, found);
  g_test_add_data_func ("/glib-order/races/pool", hand_over_pool_too_early, found);

  return g_test_run ();
}
