/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tells the thread sanitizer in which order GLib makes things happen.
 *
 * Debian's GLib isn't built with the sanitizer, and its locks are bare futexes: the sanitizer sees
 * what our code reads and writes, but not what keeps two threads apart, and takes everything that
 * is handed from one to the other for a race. The functions here stand in front of GLib's in a
 * program built with -Db_sanitize=thread: each calls the real one and says what it orders. No
 * program that anybody installs has them.
 *
 * Calls from one file of GLib to another don't come by here, nor do they need to: what counts is
 * where our code, GIO's and libsoup's come in and go out. */

#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include <glib-object.h>

/* The function that NAME would be without this file. */
#define REAL(name)                                                                                 \
  ({                                                                                               \
    static typeof (&(name)) real;                                                                  \
    if (__atomic_load_n (&real, __ATOMIC_RELAXED) == NULL)                                         \
      __atomic_store_n (&real, (typeof (&(name))) dlsym (RTLD_NEXT, #name), __ATOMIC_RELAXED);     \
    real;                                                                                          \
  })

static void
before (volatile const void *what)
{
  __tsan_release ((void *) what);
}

static void
after (volatile const void *what)
{
  __tsan_acquire ((void *) what);
}

/* --- locks ---------------------------------------------------------------------------------- */

#define LOCK(type, name)                                                                           \
  void name (type *lock)                                                                           \
  {                                                                                                \
    REAL (name) (lock);                                                                            \
    after (lock);                                                                                  \
  }

#define UNLOCK(type, name)                                                                         \
  void name (type *lock)                                                                           \
  {                                                                                                \
    before (lock);                                                                                 \
    REAL (name) (lock);                                                                            \
  }

#define TRYLOCK(type, name)                                                                        \
  gboolean name (type *lock)                                                                       \
  {                                                                                                \
    gboolean got = REAL (name) (lock);                                                             \
                                                                                                   \
    if (got)                                                                                       \
      after (lock);                                                                                \
    return got;                                                                                    \
  }

/* clang-format off */
LOCK (GMutex, g_mutex_lock)
UNLOCK (GMutex, g_mutex_unlock)
TRYLOCK (GMutex, g_mutex_trylock)
LOCK (GRecMutex, g_rec_mutex_lock)
UNLOCK (GRecMutex, g_rec_mutex_unlock)
TRYLOCK (GRecMutex, g_rec_mutex_trylock)
LOCK (GRWLock, g_rw_lock_writer_lock)
UNLOCK (GRWLock, g_rw_lock_writer_unlock)
TRYLOCK (GRWLock, g_rw_lock_writer_trylock)
LOCK (GRWLock, g_rw_lock_reader_lock)
UNLOCK (GRWLock, g_rw_lock_reader_unlock)
TRYLOCK (GRWLock, g_rw_lock_reader_trylock)
/* clang-format on */

void
g_cond_wait (GCond *cond, GMutex *mutex)
{
  before (mutex);
  REAL (g_cond_wait) (cond, mutex);
  after (mutex);
}

gboolean
g_cond_wait_until (GCond *cond, GMutex *mutex, gint64 end_time)
{
  gboolean woken;

  before (mutex);
  woken = REAL (g_cond_wait_until) (cond, mutex, end_time);
  after (mutex);
  return woken;
}

/* Who finds the value set reads it with an atomic load of its own, which the sanitizer sees. */
void (g_once_init_leave) (volatile void *location, gsize result)
{
  before (location);
  REAL (g_once_init_leave) (location, result);
}

gboolean (g_once_init_enter) (volatile void *location)
{
  gboolean first = REAL (g_once_init_enter) (location);

  after (location);
  return first;
}

gpointer
g_once_impl (GOnce *once, GThreadFunc func, gpointer arg)
{
  gpointer value = REAL (g_once_impl) (once, func, arg);

  before (&once->status);
  after (&once->status);
  return value;
}

/* --- counted references: who drops the last one sees what the others did ----------------------
 *
 * They go by the second word of what is counted: the first orders what the object is handed over
 * for, and a thread that drops its reference later than that must not seem to come before it. */

#define DROP(type, name)                                                                           \
  void name (type object)                                                                          \
  {                                                                                                \
    before ((gpointer *) object + 1);                                                              \
    after ((gpointer *) object + 1);                                                               \
    REAL (name) (object);                                                                          \
  }

/* clang-format off */
DROP (gpointer, g_object_unref)
DROP (GBytes *, g_bytes_unref)
DROP (GVariant *, g_variant_unref)
DROP (GHashTable *, g_hash_table_unref)
DROP (GPtrArray *, g_ptr_array_unref)
DROP (GSource *, g_source_unref)
/* clang-format on */

gboolean (g_atomic_ref_count_dec) (gatomicrefcount *count)
{
  before (count);
  after (count);
  return REAL (g_atomic_ref_count_dec) (count);
}

void
g_atomic_rc_box_release_full (gpointer block, GDestroyNotify clear)
{
  before (block);
  after (block);
  REAL (g_atomic_rc_box_release_full) (block, clear);
}

/* --- main contexts: what was done to a source comes before what the source does ----------------
 */

typedef struct
{
  GSourceFuncs funcs; /* what the source has instead; must be first */
  const GSourceFuncs *real;
} OrderedFuncs;

static GHashTable *ordered; /* the OrderedFuncs by what they stand for; kept, they are few */
static int ordered_lock;

static const GSourceFuncs *
real_funcs (GSource *source)
{
  after (source);
  return ((OrderedFuncs *) source->source_funcs)->real;
}

static gboolean
prepare (GSource *source, int *timeout)
{
  return real_funcs (source)->prepare (source, timeout);
}

static gboolean
check (GSource *source)
{
  return real_funcs (source)->check (source);
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return real_funcs (source)->dispatch (source, callback, user_data);
}

static void
finalize (GSource *source)
{
  after ((gpointer *) source + 1);
  real_funcs (source)->finalize (source);
}

static void
order (GSource *source)
{
  OrderedFuncs *found;

  while (__atomic_exchange_n (&ordered_lock, 1, __ATOMIC_ACQUIRE))
    g_thread_yield ();
  if (!ordered)
    ordered = g_hash_table_new (NULL, NULL);
  if (source->source_funcs->dispatch != dispatch)
    {
      found = g_hash_table_lookup (ordered, source->source_funcs);
      if (!found)
        {
          found = g_new0 (OrderedFuncs, 1);
          found->real = source->source_funcs;
          found->funcs = *found->real;
          found->funcs.prepare = found->real->prepare ? prepare : NULL;
          found->funcs.check = found->real->check ? check : NULL;
          found->funcs.dispatch = dispatch;
          found->funcs.finalize = found->real->finalize ? finalize : NULL;
          g_hash_table_insert (ordered, (gpointer) found->real, found);
        }
      source->source_funcs = &found->funcs;
    }
  __atomic_store_n (&ordered_lock, 0, __ATOMIC_RELEASE);
  before (source);
}

guint
g_source_attach (GSource *source, GMainContext *context)
{
  order (source);
  return REAL (g_source_attach) (source, context);
}

void
g_source_set_ready_time (GSource *source, gint64 ready_time)
{
  before (source);
  REAL (g_source_set_ready_time) (source, ready_time);
}

void
g_source_destroy (GSource *source)
{
  before (source);
  after (source);
  REAL (g_source_destroy) (source);
}

static guint
add (GSource *source, int priority, GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  guint id;

  g_source_set_priority (source, priority);
  g_source_set_callback (source, func, data, notify);
  id = g_source_attach (source, NULL);
  g_source_unref (source);
  return id;
}

guint
g_idle_add_full (int priority, GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  return add (g_idle_source_new (), priority, func, data, notify);
}

guint
g_idle_add (GSourceFunc func, gpointer data)
{
  return g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, func, data, NULL);
}

guint
g_timeout_add_full (
    int priority, guint interval, GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  return add (g_timeout_source_new (interval), priority, func, data, notify);
}

guint
g_timeout_add (guint interval, GSourceFunc func, gpointer data)
{
  return g_timeout_add_full (G_PRIORITY_DEFAULT, interval, func, data, NULL);
}

guint
g_timeout_add_seconds_full (
    int priority, guint interval, GSourceFunc func, gpointer data, GDestroyNotify notify)
{
  return add (g_timeout_source_new_seconds (interval), priority, func, data, notify);
}

guint
g_timeout_add_seconds (guint interval, GSourceFunc func, gpointer data)
{
  return g_timeout_add_seconds_full (G_PRIORITY_DEFAULT, interval, func, data, NULL);
}

/* --- thread pools and queues ----------------------------------------------------------------- */

typedef struct
{
  GFunc func;
  gpointer user_data;
} Worker;

static void
work (gpointer data, gpointer user_data)
{
  Worker *worker = user_data;

  after (data);
  worker->func (data, worker->user_data);
  before (worker);
}

GThreadPool *
g_thread_pool_new (
    GFunc func, gpointer user_data, int max_threads, gboolean exclusive, GError **error)
{
  Worker *worker = g_new0 (Worker, 1);

  worker->func = func;
  worker->user_data = user_data;
  before (worker);
  return REAL (g_thread_pool_new) (work, worker, max_threads, exclusive, error);
}

gboolean
g_thread_pool_push (GThreadPool *pool, gpointer data, GError **error)
{
  before (data);
  return REAL (g_thread_pool_push) (pool, data, error);
}

/* The Worker stays: a thread may still be about to leave it. */
void
g_thread_pool_free (GThreadPool *pool, gboolean immediate, gboolean wait)
{
  Worker *worker = pool->user_data;

  REAL (g_thread_pool_free) (pool, immediate, wait);
  if (wait)
    after (worker);
}

void
g_async_queue_push (GAsyncQueue *queue, gpointer data)
{
  before (queue);
  REAL (g_async_queue_push) (queue, data);
}

#define POP(name)                                                                                  \
  gpointer name (GAsyncQueue *queue)                                                               \
  {                                                                                                \
    gpointer data = REAL (name) (queue);                                                           \
                                                                                                   \
    after (queue);                                                                                 \
    return data;                                                                                   \
  }

/* clang-format off */
POP (g_async_queue_pop)
POP (g_async_queue_try_pop)
/* clang-format on */
