/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <signal.h>
#include <sys/resource.h>

#include "http/hp-engine-private.h"

/* For cold reads and pages that take time; the disk gains nothing from more. */
#define MAX_POOL_THREADS 4

/* Enough for many servers full of connections; programs that close every possible descriptor one by
 * one become slow with more. */
#define MAX_DESCRIPTORS 65536

/* For all servers together. */
#define FILE_CACHE_SIZE (64 * 1024 * 1024)

struct _HpEngine
{
  gatomicrefcount ref_count;

  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  GThreadPool *pool;
  HpClientNames *client_names; /* atomic; NULL until somebody wants them */
  HpDownloads *downloads;

  /* used in the engine thread only */
  HpPoller *poller;
  HpConnectionList *connections;
  HpSessionPool *sessions;
  HpFileCache *file_cache;
  HpPeerCheck *peer_check;
};

typedef struct
{
  HpEngine *engine; /* borrowed: the engine waits for its jobs */
  GFunc work;
  GFunc done;
  gpointer data;
} Job;

typedef struct
{
  GSourceFunc func;
  gpointer data;
  GDestroyNotify destroy;
} Call;

static void
prepare_process (void)
{
  static gsize once = 0;
  struct rlimit limit;

  if (!g_once_init_enter (&once))
    return;

  /* A client that goes away is an errno, not the end of the program. */
  signal (SIGPIPE, SIG_IGN);

  /* A desktop session's 1,024 is too little for several servers full of connections. */
  if (getrlimit (RLIMIT_NOFILE, &limit) == 0)
    {
      rlim_t wanted = MIN (limit.rlim_max, MAX_DESCRIPTORS);

      if (limit.rlim_cur < wanted)
        {
          limit.rlim_cur = wanted;
          setrlimit (RLIMIT_NOFILE, &limit);
        }
    }

  g_once_init_leave (&once, 1);
}

/* 128 bits that no page of a browser can guess. */
const char *
hp_engine_get_repeat_token (void)
{
  static gsize token = 0;

  if (g_once_init_enter (&token))
    {
      g_autofree char *text = g_uuid_string_random ();

      g_once_init_leave (&token, (gsize) g_steal_pointer (&text));
    }

  return (const char *) token;
}

static gboolean
job_done_cb (gpointer data)
{
  Job *job = data;

  job->done (job->data, NULL);
  return G_SOURCE_REMOVE;
}

static void
run_job (gpointer data, gpointer user_data)
{
  Job *job = data;

  job->work (job->data, NULL);
  hp_engine_invoke (job->engine, job_done_cb, job, g_free);
}

static gpointer
run (gpointer data)
{
  HpEngine *self = data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);

  /* What was begun is ended: first the jobs, then the calls that they and others have sent here. */
  g_thread_pool_free (g_steal_pointer (&self->pool), FALSE, TRUE);
  while (g_main_context_iteration (self->context, FALSE))
    continue;

  /* libsoup's objects belong to this thread. */
  g_clear_pointer (&self->sessions, hp_session_pool_free);
  g_main_context_pop_thread_default (self->context);

  return NULL;
}

HpEngine *
hp_engine_new (void)
{
  HpEngine *self = g_new0 (HpEngine, 1);

  prepare_process ();

  g_atomic_ref_count_init (&self->ref_count);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->poller = hp_poller_new (self->context);
  self->downloads = hp_downloads_new ();
  self->connections = hp_connection_list_new (self->context, self->downloads);
  self->sessions = hp_session_pool_new (self->context, self->connections);
  self->file_cache = hp_file_cache_new (FILE_CACHE_SIZE, self->context);
  self->peer_check = hp_peer_check_new ();
  self->pool = g_thread_pool_new (run_job, NULL, MAX_POOL_THREADS, FALSE, NULL);
  self->thread = g_thread_new ("engine", run, self);

  return self;
}

HpEngine *
hp_engine_ref (HpEngine *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

static gboolean
quit_cb (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

void
hp_engine_unref (HpEngine *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_assert (g_thread_self () != self->thread);

  hp_engine_invoke (self, quit_cb, self->loop, NULL);
  g_thread_join (self->thread);

  g_clear_object (&self->client_names);
  hp_peer_check_free (self->peer_check);
  hp_file_cache_free (self->file_cache);
  hp_connection_list_free (self->connections);
  g_object_unref (self->downloads);
  hp_poller_free (self->poller);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_free (self);
}

GMainContext *
hp_engine_get_context (HpEngine *self)
{
  return self->context;
}

HpPoller *
hp_engine_get_poller (HpEngine *self)
{
  return self->poller;
}

HpConnectionList *
hp_engine_get_connections (HpEngine *self)
{
  return self->connections;
}

HpSessionPool *
hp_engine_get_sessions (HpEngine *self)
{
  return self->sessions;
}

HpFileCache *
hp_engine_get_file_cache (HpEngine *self)
{
  return self->file_cache;
}

static gboolean
call_cb (gpointer data)
{
  Call *call = data;

  call->func (call->data);
  return G_SOURCE_REMOVE;
}

static void
call_free (gpointer data)
{
  Call *call = data;

  if (call->destroy)
    call->destroy (call->data);
  g_free (call);
}

/* Always through the queue, also from the engine thread itself: g_main_context_invoke() would run
 * it at once there, and in this thread while the engine's hasn't got hold of its context yet. */
void
hp_engine_invoke (HpEngine *self, GSourceFunc func, gpointer data, GDestroyNotify destroy)
{
  GSource *source = g_idle_source_new ();
  Call *call = g_new (Call, 1);

  *call = (Call){ func, data, destroy };
  g_source_set_priority (source, G_PRIORITY_HIGH); /* before the requests that come after it */
  g_source_set_callback (source, call_cb, call, call_free);
  g_source_attach (source, self->context);
  g_source_unref (source);
}

void
hp_engine_run_job (HpEngine *self, GFunc work, GFunc done, gpointer data)
{
  Job *job = g_new (Job, 1);

  *job = (Job){ self, work, done, data };
  g_thread_pool_push (self->pool, job, NULL);
}

HpPeerCheck *
hp_engine_get_peer_check (HpEngine *self)
{
  return self->peer_check;
}

HpClientNames *
hp_engine_peek_client_names (HpEngine *self)
{
  return g_atomic_pointer_get (&self->client_names);
}

HpClientNames *
hp_engine_get_client_names (HpEngine *self)
{
  if (g_once_init_enter (&self->client_names))
    g_once_init_leave (&self->client_names, hp_client_names_new ());
  return self->client_names;
}

HpDownloads *
hp_engine_get_downloads (HpEngine *self)
{
  return self->downloads;
}
